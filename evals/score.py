"""What one answer is worth: its outcome, the stage that failed first, and where the evidence stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant import Answer, Citation, Passage, shown
from evals.facts import Ask, Fact
from evals.locate import Span
from evals.values import Match, contains, match

Outcome = Literal["right", "partial", "refused", "wrong", "error", "stale"]
Stage = Literal["", "document", "ingest", "chunk", "recall", "rank", "select", "value", "cite", "refusal", "error"]

COVERED = 0.9  # share of a quote's characters that counts as found; the field's usual bar for snippet evidence
HEAD = 5  # passages that a person may be expected to look through
SHOWN, SHORT = 900, 400  # characters: the contract's limit of an answer, and what is seen without scrolling
_MARKER = re.compile(r"\s?\[\d+(?:,\s*\d+)*\]|\s?\[\d*$")


@dataclass(frozen=True, slots=True)
class Score:
    """The marks of one answer. A stale fact, whose evidence no longer stands in the documents, is not asked.

    rank: how many of the first passages it takes to cover 0.9 of an evidence quote, None if all do not;
    cited: a word-for-word citation overlaps evidence;
    citations, verbatim: how many there are, and how many of them are word for word;
    found: share of the value in the first 900 characters;
    contradicted: another value of its type stands there instead, or a forbidden one;
    qualified: all qualifiers are shown, None if the fact has none.
    """

    outcome: Outcome
    stage: Stage
    right_400: bool = False
    cited: bool = False
    rank: int | None = None
    citations: int = 0
    verbatim: int = 0
    found: float = 0.0
    contradicted: bool = False
    qualified: bool | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One ask, what was answered (None after an error, which `error` then tells) and its score."""

    fact: Fact
    ask: Ask
    answer: Answer | None
    score: Score
    error: str = ""


def score(fact: Fact, answer: Answer, evidence: Sequence[Span], text: Callable[[str], str]) -> Score:
    """Score one answer; evidence: the located quotes, any of which will do; text(document): the canonical text."""
    cited_all = (*answer.citations, *answer.see_also)
    verbatim = sum(is_verbatim(citation, text) for citation in cited_all)
    if fact.value is None:
        refused = answer.status == "not_found"
        outcome: Outcome = "right" if refused else "wrong"
        return Score(outcome, "" if refused else "refusal", citations=len(cited_all), verbatim=verbatim)
    cited = any(overlaps(c, span) and is_verbatim(c, text) for c in answer.citations for span in evidence)
    rank = rank_of(evidence, answer.passages)
    head, short = beginning(answer.text, SHOWN), beginning(answer.text, SHORT)
    value = judged(fact, head)
    outcome = _outcome(answer, value, cited)
    return Score(
        outcome=outcome,
        stage=_stage(outcome, answer, evidence, value, cited),
        right_400=outcome == "right" and judged(fact, short).found == 1.0,
        cited=cited and answer.status == "answered",
        rank=rank,
        citations=len(cited_all),
        verbatim=verbatim,
        found=value.found,
        contradicted=value.contradicted,
        qualified=all(contains(head, words) for words in fact.qualifiers) if fact.qualifiers else None,
    )


def judged(fact: Fact, text: str) -> Match:
    """Return the match of a fact's value in a text; a forbidden value (last year's, say) makes it not found."""
    assert fact.value is not None
    if any(match(value, text).found == 1.0 for value in fact.forbid):
        return Match(0.0, contradicted=True)
    return match(fact.value, text)


def beginning(text: str, limit: int) -> str:
    """Return the first `limit` characters without citation numbers; a word or number cut in two is left out."""
    head = text[:limit]
    if text[limit : limit + 1].strip() and head[-1:].strip():
        head = head[: len(head) - len(head.split()[-1])]
    return _MARKER.sub("", head)


def is_verbatim(citation: Citation, text: Callable[[str], str]) -> bool:
    """True if the quote is what stands at its offsets, as shown."""
    try:
        whole = text(citation.document)
    except KeyError:
        return False
    inside = 0 <= citation.start < citation.end <= len(whole)
    return inside and shown(whole[citation.start : citation.end]) == citation.quote


def overlaps(place: Citation | Span, span: Span) -> bool:
    """True if a citation, or a span, and a span share at least one character."""
    return place.document == span.document and place.start < span.end and span.start < place.end


def overlapping(passage: Passage, span: Span) -> bool:
    """True if a passage and a span share at least one character."""
    return passage.document == span.document and any(start < span.end and span.start < end for start, end in passage.spans)


def coverage(span: Span, ranges: Iterable[tuple[int, int]]) -> float:
    """Return the share of a span's characters that the ranges, taken together, cover.

    Example: coverage(Span("d", 0, 10), [(0, 4), (2, 6)]) -> 0.6.
    """
    covered, reached = 0, span.start
    for start, end in sorted(ranges):
        start, end = max(start, reached), min(end, span.end)
        if end > start:
            covered, reached = covered + end - start, end
    return covered / (span.end - span.start)


def rank_of(evidence: Sequence[Span], passages: Sequence[Passage]) -> int | None:
    """Return the smallest k such that the first k passages cover 0.9 of one evidence quote, or None."""
    for k in range(1, len(passages) + 1):
        for span in evidence:
            ranges = [r for passage in passages[:k] if passage.document == span.document for r in passage.spans]
            if coverage(span, ranges) >= COVERED:
                return k
    return None


def _outcome(answer: Answer, value: Match, cited: bool) -> Outcome:
    if answer.status == "not_found":
        return "refused"
    if value.found == 1.0 and cited:
        return "right"
    return "partial" if value.found >= 0.5 else "wrong"


def is_cut(evidence: Sequence[Span], passages: Sequence[Passage]) -> bool:
    """True if passages hold parts of the evidence and none holds a quote whole: it was split where chunks meet."""
    parts = [coverage(span, p.spans) for p in passages for span in evidence if p.document == span.document]
    return any(parts) and max(parts) < COVERED


def _stage(outcome: Outcome, answer: Answer, evidence: Sequence[Span], value: Match, cited: bool) -> Stage:
    """Return the first step that went wrong; a refusal without passages was decided before anything was looked up."""
    rank = rank_of(evidence, answer.passages)
    if outcome == "right":
        return ""
    if outcome == "refused" and not answer.passages:
        return "refusal"
    if is_cut(evidence, answer.passages):
        return "chunk"
    if rank is None:
        return "recall"
    if rank > HEAD:
        return "rank"
    if outcome == "refused":
        return "refusal"
    if not cited:
        return "cite" if value.found == 1.0 else "select"
    return "value"
