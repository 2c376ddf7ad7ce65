"""Where the quotes of stale facts went: the stretch of today's documents that is most like each lost quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from evals.facts import Evidence, Fact, in_use
from evals.locate import Span, fold, locate, sentences
from evals.run import Library
from evals.tree import FactError
from evals.values import Kind, match

_LIKE = 60.0  # of 100: below this, what is nearest is something else
_TYPED: tuple[Kind, ...] = ("number", "money", "date", "duration")


@dataclass(frozen=True, slots=True)
class Moved:
    """A quote that is no longer where its fact says. likeness: 0 to 100; words: as a reader sees them, "" if nothing is like it.

    another: the new words show another value of the same type.
    """

    fact: Fact
    evidence: Evidence
    document: str
    words: str
    likeness: float
    another: bool


def moved(facts: Sequence[Fact], library: Library) -> Iterator[Moved]:
    """Yield every quote that answers a fact in use and cannot be located, with the nearest words: of its own document, if it is there."""
    known = [document.id for document in library.documents]
    for fact in in_use(facts):
        for evidence in (*fact.evidence, *fact.restated):
            if evidence.document not in known or not _stands(evidence, library.text(evidence.document), fact.id):
                yield _nearest(fact, evidence, library, [evidence.document] if evidence.document in known else known)


def lines(found: Sequence[Moved]) -> list[str]:
    """Return what to do about each quote, three lines each."""
    text: list[str] = []
    for one in found:
        text += [f"{one.evidence.place}: fact {one.fact.id} ({one.evidence.document})", f"    was: {one.evidence.quote}"]
        if not one.words:
            text.append("    gone: nothing like it stands in the documents; give the fact 'status: retired', or write it anew")
            continue
        where = f" in {one.document}" if one.document != one.evidence.document else ""
        text.append(f"    now ({one.likeness:.0f} % alike{where}): {one.words}")
        if one.another and one.fact.value:
            text.append(f"    the value is another there: no longer {', '.join(one.fact.value.texts)}")
    return text


def _stands(evidence: Evidence, text: str, fact_id: str) -> bool:
    try:
        locate(evidence, text, fact_id)
    except FactError:
        return False
    return True


def _nearest(fact: Fact, evidence: Evidence, library: Library, documents: Sequence[str]) -> Moved:
    best = Moved(fact, evidence, "", "", 0.0, another=False)
    quote = fold(evidence.quote).text.strip()
    for document in documents:
        raw = library.text(document)
        folded = fold(raw)
        aligned = fuzz.partial_ratio_alignment(quote, folded.text, score_cutoff=max(_LIKE, best.likeness))
        if aligned is not None and aligned.score > best.likeness:
            span = Span(document, folded.offsets[aligned.dest_start], folded.offsets[aligned.dest_end - 1] + 1)
            whole = sentences(span, raw)
            words = fold(raw[whole.start : whole.end]).text.strip()
            another = fact.value is not None and fact.value.kind in _TYPED and match(fact.value, words).contradicted
            best = Moved(fact, evidence, document, words, aligned.score, another)
    return best
