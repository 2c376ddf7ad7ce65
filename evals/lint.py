"""What is wrong with the facts themselves: quotes that are not there, values that they do not show, asks told twice.

Faults must be mended; notes are for a person to weigh: asks that are nearly alike, sections without a fact, too few refusals.
Retired facts have neither: their words may be gone, and their asks may be those of the facts that took their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from evals.facts import Ask, Fact, in_use
from evals.locate import locate, spans_of
from evals.run import Library
from evals.score import overlaps
from evals.sections import Sections
from evals.tree import FactError
from evals.values import contains, folded, match

_NEAR = 500  # characters around the evidence in which a qualifier must stand
_ALIKE = 93.0  # of 100: two asks with a word or two between them
_REFUSALS = 0.15  # of all asks; with fewer, what is said of refusals has wide intervals


def faults(facts: Sequence[Fact], text: Callable[[str], str]) -> list[str]:
    """Return a sentence with file and line for each fault, in the order of the files; text(document): its text."""
    found: list[str] = []
    for fact in in_use(facts):
        try:
            found += _fact_faults(fact, text)
        except FactError as error:
            found.append(str(error))
    return found + list(repeated_asks(facts))


def repeated_asks(facts: Sequence[Fact]) -> Iterator[str]:
    """Yield a sentence for each ask that differs from an earlier one only in case, punctuation or order of words."""
    first: dict[tuple[str, ...], Ask] = {}
    for ask in (ask for fact in in_use(facts) for ask in fact.asks):
        key = (" ".join(sorted(folded(ask.question).split())) or ask.question, *map(folded, ask.history))
        if key in first:
            other = first[key]
            yield f"{ask.place}: {ask.id} asks the same as {other.id} in {other.place}; keep one of them."
        first.setdefault(key, ask)


def notes(facts: Sequence[Fact], library: Library) -> list[str]:
    """Return what a person should weigh: nearly alike asks of different facts, sections that no fact covers, too few refusals."""
    facts = in_use(facts)
    found = list(nearly_alike(facts))
    for document, section in Sections(library).uncovered(facts):
        found.append(f"{document}: no fact covers “{' > '.join(section) or 'what stands before the first heading'}”.")
    asks = [fact.value is None for fact in facts for _ in fact.asks]
    if asks and sum(asks) < _REFUSALS * len(asks):
        share = 100 * sum(asks) / len(asks)
        found.append(f"{share:.0f} % of the asks must be refused; write more of what the documents do not say ({100 * _REFUSALS:.0f} %).")
    return found


def nearly_alike(facts: Sequence[Fact]) -> Iterator[str]:
    """Yield a sentence for each ask that is nearly another fact's, without history: one of the two may be ambiguous."""
    asks = [(fact, ask, folded(ask.question)) for fact in in_use(facts) for ask in fact.asks if not ask.history]
    texts = [text for _, _, text in asks]
    likeness = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8)
    for row, column in np.argwhere(np.triu(likeness, 1) >= _ALIKE):
        (fact, ask, text), (other, known, same) = asks[column], asks[row]
        if fact.id != other.id and not _differ_in_numbers(text, same):
            yield f"{ask.place}: {ask.id} is nearly {known.id} in {known.place}: “{ask.question}” and “{known.question}”."


def _differ_in_numbers(text: str, other: str) -> bool:
    """True if two asks name different years or numbers: then they ask for different things."""
    return {word for word in text.split() if word[0].isdigit()} != {word for word in other.split() if word[0].isdigit()}


def _fact_faults(fact: Fact, text: Callable[[str], str]) -> Iterator[str]:
    if fact.near:
        locate(fact.near, text(fact.near.document), fact.id)
    spans = spans_of(fact, text)
    for quote in fact.restated:
        restated = locate(quote, text(quote.document), fact.id)
        if any(overlaps(restated, span) for span in spans):
            yield f"{quote.place}: fact {fact.id}: what 'restated' quotes is evidence already; leave it out."
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
