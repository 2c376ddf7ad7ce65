"""What is wrong with the facts themselves: quotes that are not there, values that they do not show, asks told twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from evals.facts import Ask, Fact
from evals.locate import locate, spans_of
from evals.tree import FactError
from evals.values import contains, folded, match

_NEAR = 500  # characters around the evidence in which a qualifier must stand


def faults(facts: Sequence[Fact], text: Callable[[str], str]) -> list[str]:
    """Return a sentence with file and line for each fault, in the order of the files; text(document): its text."""
    found: list[str] = []
    for fact in facts:
        try:
            found += _fact_faults(fact, text)
        except FactError as error:
            found.append(str(error))
    return found + list(repeated_asks(facts))


def repeated_asks(facts: Sequence[Fact]) -> Iterator[str]:
    """Yield a sentence for each ask that differs from an earlier one only in case, punctuation or order of words."""
    first: dict[tuple[str, ...], Ask] = {}
    for ask in (ask for fact in facts for ask in fact.asks):
        key = (" ".join(sorted(folded(ask.question).split())) or ask.question, *map(folded, ask.history))
        if key in first:
            other = first[key]
            yield f"{ask.place}: {ask.id} asks the same as {other.id} in {other.place}; keep one of them."
        first.setdefault(key, ask)


def _fact_faults(fact: Fact, text: Callable[[str], str]) -> Iterator[str]:
    if fact.near:
        locate(fact.near, text(fact.near.document), fact.id)
    spans = spans_of(fact, text)
    if fact.value is None:
        return
    quotes = [evidence.quote for evidence in fact.evidence]
    if all(match(fact.value, quote).found < 1 for quote in (*quotes, " … ".join(quotes))):
        value = f"the {fact.value.kind} '{', '.join(fact.value.texts)}'"
        yield f"{fact.place}: fact {fact.id}: its evidence does not show {value}; mend one of the two."
    for words in fact.qualifiers:
        around = (text(s.document)[max(0, s.start - _NEAR) : s.end + _NEAR] for s in spans)
        if not any(contains(part, words, whole=False) for part in around):
            yield f"{fact.place}: fact {fact.id}: the qualifier '{words}' does not stand near the evidence."
