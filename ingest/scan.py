"""A text's lines as pieces: paragraphs, list items, footnotes and table rows, each by the look of its first line only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ingest.blocks import Span
from ingest.typography import SUPERSCRIPTS, plain_digits

PieceKind = Literal["text", "heading", "item", "note", "row", "rule"]

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_ITEM = re.compile(r"([ \t]*)([-•▪◦]|\d{1,2}\)|[a-z]\))[ \t]+(?=\S)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(?=\S)")  # as Markdown marks it
_MARKED = 3  # marked headings that show that a text marks them, unless it begins with one
_STEP = re.compile(r"([ \t]*)(\d{1,2}\.)[ \t]+(?=\S)")
_NOTE = re.compile(rf"[ \t]*([{SUPERSCRIPTS}]+)[ \t]+(?=\S)")
_STAR_NOTE = re.compile(r"[ \t]*(\*)[ \t]+(?=\S)")
_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*[|\t])*[ \t]*:?-{2,}:?[ \t]*\|?[ \t]*")


class Line(NamedTuple):
    """One line: number from 1, its characters without the line ending."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring lines that belong together.

    span: from the first to the last visible character. body: where the content begins, after a bullet or a footnote number.
    indent: columns before a bullet; of a heading that is marked as one, how many marks. number: a footnote's number as plain digits,
    or "*". blanks: blank lines before the piece.
    """

    kind: PieceKind
    span: Span
    body: int
    indent: int = 0
    number: str = ""
    blanks: int = 0


def lines(text: str) -> Iterator[Line]:
    """Yield the lines of a text; \\n, \\r\\n and \\r end a line, nothing else does."""
    for number, match in enumerate(_LINE.finditer(text), 1):
        yield Line(number, match.start(1), match.end(1))
        if match.end() == len(text):
            return


def scan(text: str) -> list[Piece]:
    """Return the pieces of a text in order. A plain line goes on with the paragraph, item or footnote directly above it."""
    pieces: list[Piece] = []
    blanks = 0
    steps = _steps(text)
    for line in lines(text):
        content = text[line.start : line.end]
        if not content.strip():
            blanks += 1
            continue
        piece = _item(content, line.start, blanks, _STEP) if line.number in steps else _piece(content, line.start, blanks)
        if pieces and blanks == 0 and piece.kind == "text" and pieces[-1].kind in ("text", "item", "note"):
            last = pieces[-1]
            pieces[-1] = Piece(last.kind, Span(last.span.start, piece.span.end), last.body, last.indent, last.number, last.blanks)
        else:
            pieces.append(piece)
        blanks = 0
    return pieces if _marks_headings(pieces) else [_unmarked(piece) for piece in pieces]


def _marks_headings(pieces: list[Piece]) -> bool:
    """Return whether marks are those of headings: the text begins with one, or has several. A stray one is a character like any other."""
    marks = [index for index, piece in enumerate(pieces) if piece.kind == "heading"]
    return marks[:1] == [0] or len(marks) >= _MARKED


def _unmarked(piece: Piece) -> Piece:
    return Piece("text", piece.span, piece.span.start, blanks=piece.blanks) if piece.kind == "heading" else piece


def _piece(content: str, offset: int, blanks: int) -> Piece:
    span = Span(offset + len(content) - len(content.lstrip()), offset + len(content.rstrip()))
    if "\t" in content.strip(" \r") or content.startswith("\t"):
        kind: PieceKind = "rule" if _RULE.fullmatch(content) else "row"
        return Piece(kind, Span(offset, offset + len(content)), offset, blanks=blanks)  # outer tabs are empty cells
    if _RULE.fullmatch(content):
        return Piece("rule", span, span.start, blanks=blanks)
    if match := _HEADING.match(content):
        return Piece("heading", span, offset + match.end(), indent=len(match[1]), blanks=blanks)
    if match := _NOTE.match(content) or _STAR_NOTE.match(content):
        return Piece("note", span, offset + match.end(), number=plain_digits(match[1]), blanks=blanks)
    return _item(content, offset, blanks, _ITEM) if _ITEM.match(content) else Piece("text", span, span.start, blanks=blanks)


def _item(content: str, offset: int, blanks: int, mark: re.Pattern[str]) -> Piece:
    """Return an item that begins with a mark: its indent, then the bullet or number."""
    match = mark.match(content)
    assert match is not None
    span = Span(offset + len(content) - len(content.lstrip()), offset + len(content.rstrip()))
    return Piece("item", span, offset + match.end(), indent=len(match[1].expandtabs(4)), blanks=blanks)


def _steps(text: str) -> set[int]:
    """Return the numbers of the lines that are steps: "1. …", "2. …" with nothing but blank and indented lines between them.

    A numbered heading has its text under it before the next number comes.
    """
    found: set[int] = set()
    last: tuple[int, int, int] | None = None  # line, number and indent of the step above
    for line in lines(text):
        content = text[line.start : line.end]
        if (match := _STEP.match(content)) and "\t" not in content[match.end() :]:
            number, indent = int(match[2][:-1]), len(match[1].expandtabs(4))
            if last is not None and (number, indent) == (last[1] + 1, last[2]):
                found |= {last[0], line.number}
            last = (line.number, number, indent)
        elif content.strip() and (last is None or len(content) - len(content.lstrip()) <= last[2]):
            last = None
    return found
