"""Blocks as chunks (what is stored and found) and statements (what can be quoted on its own)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from ingest.blocks import Block, Parsed, Span
from ingest.groups import grouped
from ingest.headings import is_finished
from ingest.sentences import split_sentences
from ingest.typography import TAG, shown

StatementKind = Literal["sentence", "item", "cell", "row", "list", "footnote", "caption"]
LONGEST_CHUNK = 1000  # characters; the bundled model reads about 1,100 beside the context line
LONGEST_WHOLE = 320  # characters of a list item that is quoted whole, not sentence by sentence
LONGEST_LIST = 1100  # characters of a list that is quoted in full; of a longer one, its items' lead-ins
_LONGEST_LEAD_IN = 80
_LONGEST_CONTEXT = 200  # characters of an introduction or of a footnote's sentence, as context


@dataclass(frozen=True, slots=True)
class Statement:
    """A stretch of a chunk that can be quoted on its own: a sentence, a list item, a cell, a row of figures, a whole list.

    spans: its pieces in reading order, each contiguous in the text. text: as shown; list items separated by semicolons, the cells of a
    row after their column's heading.
    section: its headings, row and column. context: what one must know to read it, beside its section.
    """

    kind: StatementKind
    block: int
    spans: tuple[Span, ...]
    text: str
    section: tuple[str, ...]
    context: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is stored and embedded: one block or a few neighbours, with its context line."""

    document: str
    section: tuple[str, ...]
    spans: tuple[Span, ...]
    context: str
    text: str
    statements: tuple[Statement, ...]

    @property
    def embedded_text(self) -> str:
        """What the embedding model and the lexical index read."""
        return f"{self.context}\n{self.text}"

    @property
    def content_hash(self) -> str:
        """A hash of all that is embedded, so that an unchanged chunk keeps its embeddings."""
        content = "\x1f".join([self.embedded_text, *(embedded_statement(statement) for statement in self.statements)])
        return hashlib.sha256(content.encode()).hexdigest()


def embedded_statement(statement: Statement) -> str:
    """What the embedding model and the lexical index read of a statement: its nearest headings, its context, its text."""
    return f"{' > '.join(statement.section[-3:])}\n{statement.context}\n{statement.text}"


def make_chunks(document: str, title: str, parsed: Parsed) -> list[Chunk]:
    """Return a document's chunks in reading order."""
    return [chunk for group in grouped(parsed) for chunk in _chunks(document, title, parsed, group)]


# Chunks


def _chunks(document: str, title: str, parsed: Parsed, group: list[Block]) -> Iterator[Chunk]:
    if group[0].kind == "cell" and len({block.column for block in group}) > 1:
        statements = [_row(parsed, group)]
    else:
        statements = [statement for block in group for statement in _statements(parsed, block)]
    for number, part in enumerate(_packed(statements)):
        section = _common(part)
        context = " > ".join((title, *section))
        if group[0].kind == "footnote" or part[0].context:
            context = f"{context}: {part[0].context}".rstrip(": ")
        whole = [*_lists(parsed, group), *part] if number == 0 else part
        text = " ".join(statement.text for statement in part)
        yield Chunk(document, section, _joined(parsed, part), context, text, tuple(whole))


def _packed(statements: list[Statement]) -> Iterator[list[Statement]]:
    """Yield runs of statements, each about as long as the others and none longer than a chunk, unless one statement is."""
    total = sum(len(statement.text) + 1 for statement in statements)
    parts = -(-total // LONGEST_CHUNK)
    part: list[Statement] = []
    length = 0
    for statement in statements:
        over = length + len(statement.text) > LONGEST_CHUNK
        if part and (over or (parts > 1 and length >= total / parts)):
            yield part
            part, length = [], 0
        part.append(statement)
        length += len(statement.text) + 1
    if part:
        yield part


def _common(statements: Sequence[Statement]) -> tuple[str, ...]:
    """Return the headings that all the statements share."""
    first = statements[0].section
    depth = min(
        next(
            (place for place, pair in enumerate(zip(first, other.section, strict=False)) if pair[0] != pair[1]),
            min(len(first), len(other.section)),
        )
        for other in statements
    )
    return first[:depth]


def _joined(parsed: Parsed, statements: Sequence[Statement]) -> tuple[Span, ...]:
    return join_spans(parsed.text, [span for statement in statements for span in statement.spans])


def join_spans(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans with those made one that only white space, list bullets or table tags stand between."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and not TAG.sub("", text[joined[-1].end : span.start]).strip(" \t\r\n-•▪◦*"):
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


# Statements


def _statements(parsed: Parsed, block: Block) -> list[Statement]:
    context = _context(parsed, block)
    if block.kind == "cell" and (len(parsed.shown(block)) <= LONGEST_WHOLE and not is_finished(parsed.shown(block))):
        return [_statement(parsed, "cell", block, block.spans, context)]
    if block.kind in ("item", "footnote", "caption") and len(parsed.shown(block)) <= LONGEST_WHOLE:
        kind: StatementKind = "item" if block.kind == "item" else "footnote" if block.kind == "footnote" else "caption"
        return [_statement(parsed, kind, block, block.spans, context)]
    return [_statement(parsed, "sentence", block, spans, context) for spans in sentence_spans(parsed.text, block.spans)]


def _statement(parsed: Parsed, kind: StatementKind, block: Block, spans: tuple[Span, ...], context: str) -> Statement:
    text = " ".join(shown(parsed.text[start:end]) for start, end in spans)
    return Statement(kind, block.id, spans, text, block.section, context)


def _row(parsed: Parsed, cells: list[Block]) -> Statement:
    text = f"{' > '.join(cells[0].row)}: " + "; ".join(f"{cell.column} {parsed.shown(cell)}" for cell in cells)
    section = (*cells[0].path, *cells[0].row)
    return Statement("row", cells[0].id, tuple(cell.spans[0] for cell in cells), text, section, _context(parsed, cells[0]))


def sentence_spans(text: str, spans: tuple[Span, ...]) -> list[tuple[Span, ...]]:
    """Return the sentences of a block as spans; a sentence that goes on after a page end has one span on either side."""
    joined = " ".join(text[start:end] for start, end in spans)
    sentences = []
    for sentence in split_sentences(joined):
        pieces, at = [], 0
        for start, end in spans:
            low, high = max(sentence.start, at), min(sentence.end, at + end - start)
            if low < high:
                pieces.append(Span(start + low - at, start + high - at))
            at += end - start + 1
        sentences.append(tuple(pieces))
    return sentences


def _context(parsed: Parsed, block: Block) -> str:
    """Return what a statement of this block needs to be understood, beside its headings."""
    if block.kind == "footnote":
        return _clipped(carrying_sentence(parsed, block))
    if block.kind == "cell" and (before := _before_table(parsed, block)):
        return _clipped(_last_sentence(parsed, before))
    if block.introduction is not None:
        return _clipped(_last_sentence(parsed, parsed.blocks[block.introduction]))
    if block.parent is not None and parsed.blocks[block.parent].introduction is not None:
        return _context(parsed, parsed.blocks[block.parent])
    return ""


def carrying_sentence(parsed: Parsed, footnote: Block) -> str:
    """Return the sentence that carries a footnote's marker, as shown; empty if no marker was found."""
    if footnote.anchor is None or footnote.marker is None:
        return ""
    spans = parsed.blocks[footnote.anchor].spans
    sentences = sentence_spans(parsed.text, spans)
    carrier = next((pieces for pieces in sentences if any(start <= footnote.marker < end for start, end in pieces)), spans)
    return " ".join(shown(parsed.text[start:end]) for start, end in carrier)


def _before_table(parsed: Parsed, cell: Block) -> Block | None:
    """Return the paragraph that stands right above a cell's table and says what the table shows."""
    first = next(block.id for block in parsed.blocks if block.table == cell.table)
    before = parsed.blocks[first - 1] if first else None
    return before if before is not None and before.kind == "paragraph" and before.path == cell.path and before.path else None


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST_CONTEXT else text[:_LONGEST_CONTEXT].rsplit(" ", 1)[0] + " …"


def _last_sentence(parsed: Parsed, block: Block) -> str:
    return " ".join(shown(parsed.text[start:end]) for start, end in sentence_spans(parsed.text, block.spans)[-1])


# Whole lists


def _lists(parsed: Parsed, group: list[Block]) -> Iterator[Statement]:
    """Yield a statement for every whole list of a group: the items under an introduction, or the short paragraphs of a cell."""
    if group[0].kind == "cell":
        for listed, found in groupby(group, key=lambda block: _is_cell_item(parsed, block)):
            items = list(found)
            if listed and len(items) > 1 and len({item.column for item in items}) == 1:
                yield from _list(parsed, None, items)
    items = [block for block in group if block.kind == "item" and block.introduction is not None]
    if len(items) > 1 and items[0].introduction is not None:
        yield from _list(parsed, parsed.blocks[items[0].introduction], items)


def _is_cell_item(parsed: Parsed, block: Block) -> bool:
    line = parsed.shown(block)
    return len(line) <= LONGEST_WHOLE and (not is_finished(line) or line.endswith("etc."))


def _list(parsed: Parsed, introduction: Block | None, items: list[Block]) -> Iterator[Statement]:
    """Yield a list as one statement: in full, or by its items' lead-ins where it is too long and every item has one."""
    opening = sentence_spans(parsed.text, introduction.spans)[-1] if introduction else ()
    whole = sum(len(parsed.shown(item)) for item in items) <= LONGEST_LIST
    names = [_lead_in(parsed, item) for item in items if item.level == 1]
    spans = [item.spans for item in items] if whole else [(name,) for name in names if name is not None]
    if not whole and len(spans) < len(names):
        return
    lines = [" ".join(shown(parsed.text[start:end]) for start, end in pieces).rstrip(";,:") for pieces in spans]
    lead = " ".join(shown(parsed.text[start:end]) for start, end in opening)
    text = f"{lead} {'; '.join([*(_without_stop(line) for line in lines[:-1]), lines[-1]])}".strip()
    all_spans = join_spans(parsed.text, [*opening, *(span for pieces in spans for span in pieces)])
    yield Statement("list", items[0].id, all_spans, text, items[0].section, "")


def _without_stop(line: str) -> str:
    return line if line.endswith("etc.") else line.rstrip(".")


def _lead_in(parsed: Parsed, item: Block) -> Span | None:
    """Return the words that name an item, "**Cloud market** – …" or "Aerospace: …", or None if it has none."""
    start, end = item.spans[0]
    content = parsed.text[start:end]
    if (close := content.find("**", 2)) > 0 and content.startswith("**"):
        return Span(start, start + close + 2)
    marks = (content.find(mark) for mark in ("** –", ": ", " – ", " - "))
    return next((Span(start, start + at) for at in marks if 0 < at <= _LONGEST_LEAD_IN), None)
