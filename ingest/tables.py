"""A run of table rows as cells, each under its row headings and its column heading.

Understands: one or more header rows; row headings on one or two levels, inherited by rows that leave them empty; cells of several
paragraphs; rows and cells that go on after a page end. Leaves out: cells that span columns, which a text does not show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from ingest.blocks import Span
from ingest.headings import is_finished
from ingest.scan import Piece
from ingest.typography import TAG, shown

_CELL = re.compile(r"[^\t]*")
_OTHER_SCRIPT = re.compile(r"\s*\([^()A-Za-z]*\)$")
_LONGEST_HEADING = 120
_SHORTEST_PROSE = 100


@dataclass(slots=True)
class Cell:
    """A paragraph of a cell, or a heading of a row or column, as it is read; `spans` grow when it goes on after a page end."""

    kind: Literal["row", "column", "cell"]
    spans: list[Span]
    row: tuple[str, ...]
    column: str
    level: int = 1


@dataclass(slots=True)
class Table:
    """One logical table: the columns' headings and the row headings in force at the last row."""

    columns: tuple[str, ...]
    row: tuple[str, ...] = ()
    cells: list[Cell] = field(default_factory=list)


Row = list[Span]


def read_rows(text: str, pieces: list[Piece], table: Table | None) -> Table:
    """Return the table that these rows make, going on with `table` where they continue one."""
    rows = [_cells(text, piece.span) for piece in pieces if piece.kind == "row"]
    if table is not None and _continues(text, rows[0], table):
        body = rows
    else:
        header = _header_rows(text, rows, ruled=len(pieces) > 1 and pieces[1].kind == "rule")
        table = _new_table(text, rows[:header], width=max(map(len, rows)))
        body = rows[header:]
    for row in body:
        _read_row(text, row, table)
    return table


def _cells(text: str, span: Span) -> Row:
    cells, at = [], span.start
    for content in text[slice(*span)].split("\t"):
        trimmed = content.strip()
        start = at + (content.index(trimmed) if trimmed else 0)
        cells.append(Span(start, start + len(trimmed)))
        at += len(content) + 1
    return cells


def _shown(text: str, span: Span) -> str:
    return shown(text[slice(*span)])


def _continues(text: str, row: Row, table: Table) -> bool:
    """A table goes on after a page end if its first row there fits its columns and is no header of its own."""
    fits = len(table.columns) < len(row) <= len(table.columns) + 2
    return fits and (len(table.columns) > 1 or not _shown(text, row[0])) and not _header_rows(text, [row], ruled=False)


def _header_rows(text: str, rows: list[Row], *, ruled: bool) -> int:
    """Return how many rows at the top are headers.

    The first row is one if its first cell is empty or ends with a colon, if a rule stands under it, or if it names two or more
    columns in short words; with colons, so are the rows after it that look the same.
    """
    first = [_shown(text, cell) for cell in rows[0]]
    if any(len(cell) > _LONGEST_HEADING for cell in first) or not all(first[1:]):
        return 0
    if first[0].endswith(":") and len(first) > 2:
        same = [bool(cells := [_shown(text, cell) for cell in row]) and cells[0].endswith(":") and len(cells) == len(first) for row in rows]
        return same.index(False) if False in same else len(rows)
    if not first[0] or ruled:
        return 1
    named = len(rows) > 2 and len(first) > 2 and not any(character.isdigit() for cell in first for character in cell)
    return 1 if named and all(len(row) == len(first) for row in rows) and all(len(cell) < 40 for cell in first) else 0


def _new_table(text: str, header: list[Row], width: int) -> Table:
    if not header:
        return Table(columns=("",) * max(1, width - 1) if width > 2 else ("",))
    # The last header row names the columns; what stands above it is said of them.
    columns = tuple(_OTHER_SCRIPT.sub("", _shown(text, cell)) for cell in header[-1][1:])
    table = Table(columns)
    for row in header:
        heading = _shown(text, row[0]).rstrip(":")
        if heading:
            table.cells.append(Cell("row", [row[0]], (heading,), ""))
        kind: Literal["cell", "column"] = "cell" if heading else "column"
        table.cells += [Cell(kind, [span], (heading,) if heading else (), name) for span, name in zip(row[1:], columns, strict=False)]
    return table


def _read_row(text: str, row: Row, table: Table) -> None:
    split = max(1, len(row) - len(table.columns))
    headings, values = row[:split], row[split:]
    names = [_shown(text, cell).rstrip(":") for cell in headings]
    continued = not any(names)
    if not continued:
        kept = table.row[:1] if not names[0] and split > 1 else ()
        table.row = (*kept, *(name for name in names if name))
        first = len(kept)
        table.cells += [
            Cell("row", [cell], table.row[: first + place], "", first + place)
            for place, cell in enumerate((cell for cell, name in zip(headings, names, strict=True) if name), 1)
        ]
    for cell, column in zip(values, table.columns, strict=False):
        _read_cell(text, cell, column, table, continued=continued)


def _read_cell(text: str, cell: Span, column: str, table: Table, *, continued: bool) -> None:
    for paragraph in _paragraphs(text, cell):
        last = next((c for c in reversed(table.cells) if c.kind == "cell" and c.column == column and c.row == table.row), None)
        if continued and last is not None and _is_broken_off(text, last):
            last.spans.append(paragraph)
        else:
            table.cells.append(Cell("cell", [paragraph], table.row, column))
        continued = False


def _is_broken_off(text: str, cell: Cell) -> bool:
    so_far = " ".join(_shown(text, span) for span in cell.spans)
    return len(so_far) > _SHORTEST_PROSE and not is_finished(so_far)


def _paragraphs(text: str, cell: Span) -> list[Span]:
    """Return the spans between a cell's <p> tags; the whole cell if it has none."""
    spans, at = [], cell.start
    for match in [*TAG.finditer(text, cell.start, cell.end), None]:
        end = match.start() if match else cell.end
        trimmed = text[at:end].strip()
        if trimmed:
            start = at + text[at:end].index(trimmed)
            spans.append(Span(start, start + len(trimmed)))
        at = match.end() if match else end
    return spans
