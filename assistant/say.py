"""From ranked statements to a short answer: the fact first, lists whole, a cell with its row and column, every statement cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.cite import cite, is_verified
from assistant.library import Candidate, Library
from assistant.question import Query
from assistant.types import Citation
from ingest.blocks import Span
from ingest.chunks import sentence_spans
from ingest.words import terms

LONGEST_ANSWER = 900  # characters, unless a list needs more
MOST_STATEMENTS = 3
JOIN_MARGIN = 3.0  # log odds behind the best statement up to which further ones join it; set on the dev split
_ONE_FIGURE = frozenset({"number", "money", "date"})  # kinds of answer
_SHORT_ITEM = 90  # characters of a list item that needs its introduction to be understood


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the ranker's score (log odds that it answers)."""

    candidate: Candidate
    score: float


@dataclass(frozen=True, slots=True)
class Said:
    """An answer's text, its citations, and which candidates it quotes."""

    text: str
    citations: tuple[Citation, ...]
    quoted: tuple[int, ...]


def say(library: Library, query: Query, ranked: Sequence[Ranked], first: int = 1) -> Said:
    """Return the answer that the best statements make; further ones join it if they are about as good.

    first: the number of its first citation.
    """
    chosen, beside = _chosen(library, query, ranked)
    parts: list[str] = []
    citations: list[Citation] = []
    length = 0
    for candidate in chosen:
        text, cited = _statement(library, candidate, first + len(citations))
        if parts and length + len(text) > LONGEST_ANSWER and candidate not in beside:
            continue
        parts.append(text)
        citations += cited
        length += len(text) + 1
    return Said("\n".join(parts), tuple(citations), tuple(candidate.number for candidate in chosen))


def _chosen(library: Library, query: Query, ranked: Sequence[Ranked]) -> tuple[list[Candidate], list[Candidate]]:
    """Return what is said, best first, and which of it stands side by side with the best: that is never cut."""
    near = [other.candidate for other in ranked if other.score >= ranked[0].score - JOIN_MARGIN]
    best = _whole(library, query, near)
    beside = _other_columns(library, query, best)
    chosen = [best, *beside]
    for other in near[1:]:
        if len(chosen) >= MOST_STATEMENTS:
            break
        repeats = any(_overlap(other, taken) or _same_words(other, taken) for taken in chosen)
        if not repeats and (not beside or _same_row(library, best, other)):
            chosen.append(other)
    return chosen, beside


def _whole(library: Library, query: Query, near: Sequence[Candidate]) -> Candidate:
    """Return the best statement, or the whole list that it is an item of, where other items are about as good: then all are meant.

    A question for one figure is left its one item.
    """
    listed = library.list_of.get(near[0].number)
    if listed is None or (query.wanted & _ONE_FIGURE and "list" not in query.wanted):
        return near[0]
    items = [other for other in near[:MOST_STATEMENTS] if library.list_of.get(other.number) is listed]
    return listed if len(items) > 1 else near[0]


def _same_row(library: Library, one: Candidate, other: Candidate) -> bool:
    """Return whether two candidates are cells of one row: what else is joined to columns side by side would be compared with them."""
    if one.chunk.document != other.chunk.document:
        return False
    blocks = library.indexed(one.chunk.document).parsed.blocks
    mine, theirs = blocks[one.statement.block], blocks[other.statement.block]
    return (mine.kind, mine.table, mine.row) == (theirs.kind, theirs.table, theirs.row)


def _overlap(one: Candidate, other: Candidate) -> bool:
    return one.chunk.document == other.chunk.document and any(
        a.start < b.end and b.start < a.end for a in one.statement.spans for b in other.statement.spans
    )


def _same_words(one: Candidate, other: Candidate) -> bool:
    """Two places that say the same in all but the same words need not both be shown, unless they are cells of different columns."""
    mine, theirs = set(terms(one.statement.text)), set(terms(other.statement.text))
    same_place = one.statement.section == other.statement.section or one.statement.kind != "cell"
    return same_place and len(mine & theirs) > 0.8 * max(len(mine), len(theirs))


def _other_columns(library: Library, query: Query, best: Candidate) -> list[Candidate]:
    """Return the cells of the same row in the other columns, if the question does not tell the columns apart."""
    block = library.indexed(best.chunk.document).parsed.blocks[best.statement.block]
    if block.kind != "cell" or not block.column:
        return []
    blocks = library.indexed(best.chunk.document).parsed.blocks
    found: dict[str, Candidate] = {}
    for candidate in library.candidates:
        other = blocks[candidate.statement.block] if candidate.chunk.document == best.chunk.document else block
        same_row = other.kind == "cell" and (other.table, other.row) == (block.table, block.row)
        if same_row and other.column != block.column and candidate.statement.kind == best.statement.kind:
            found.setdefault(other.column, candidate)
    told_apart = any(library.in_other_column(candidate, query.terms) for candidate in (best, *found.values()))
    return [] if told_apart else list(found.values())[: MOST_STATEMENTS - 1]


def _statement(library: Library, candidate: Candidate, first: int) -> tuple[str, list[Citation]]:
    """Return a statement's text with its citation numbers, and its citations numbered from `first`."""
    statement = candidate.statement
    if statement.kind == "row":
        return _row(library, candidate, first)
    spans = list(statement.spans)
    text = statement.text.rstrip(";,")
    if statement.kind == "item" and len(text) <= _SHORT_ITEM and (lead := _introduction(library, candidate)):
        spans = [lead, *spans]
        text = f"{statement.context} {text}"
    citations = _cited(library, candidate, [(span, statement.section) for span in spans], first)
    return f"{text}{_place(library, candidate)} {_numbers(citations)}", citations


def _row(library: Library, candidate: Candidate, first: int) -> tuple[str, list[Citation]]:
    """Return a row of figures, each after its column's heading and with its own citation."""
    blocks = library.indexed(candidate.chunk.document).parsed.blocks
    cells = [next(block for block in blocks if span in block.spans) for span in candidate.statement.spans]
    citations = _cited(library, candidate, [(cell.spans[0], cell.section) for cell in cells], first)
    figures = [f"{cell.column}: {citation.quote} [{citation.number}]" for cell, citation in zip(cells, citations, strict=True)]
    return f"{' > '.join(cells[0].row)} – {'; '.join(figures)}", citations


def _cited(library: Library, candidate: Candidate, places: Sequence[tuple[Span, tuple[str, ...]]], first: int) -> list[Citation]:
    """Return the verified citations of the spans, each with its section, numbered from `first`."""
    citations: list[Citation] = []
    for span, section in places:
        citation = cite(library, candidate.chunk.document, section, span, first + len(citations))
        if citation is not None and is_verified(library, citation):
            citations.append(citation)
    return citations


def _numbers(citations: Sequence[Citation]) -> str:
    return "".join(f"[{citation.number}]" for citation in citations)


def _introduction(library: Library, candidate: Candidate) -> Span | None:
    """Return the span of the sentence that introduces an item's list, if it stands in one piece."""
    parsed = library.indexed(candidate.chunk.document).parsed
    introduction = parsed.blocks[candidate.statement.block].introduction
    if introduction is None:
        return None
    last = sentence_spans(parsed.text, parsed.blocks[introduction].spans)[-1]
    return last[0] if len(last) == 1 and not candidate.statement.context.endswith("…") else None


def _place(library: Library, candidate: Candidate) -> str:
    """Return a cell's row and column in brackets: a cell quoted without them could be about anything."""
    block = library.indexed(candidate.chunk.document).parsed.blocks[candidate.statement.block]
    return f" ({' > '.join((*block.row, *((block.column,) if block.column else ())))})" if block.kind == "cell" and block.column else ""
