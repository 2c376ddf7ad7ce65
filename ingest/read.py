"""A document's text as blocks: what a reader of the page sees, with every character accounted for.

Leaves out nothing: what is no content is listed as furniture. Knows nothing of any document, country or publisher.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from ingest.blocks import BlockKind, Furniture, FurnitureKind, Parsed, Span
from ingest.drafts import Draft, assembled
from ingest.footnotes import PLAIN_NOTE, find_mark, notes_at_top, plain_note, starred_runs
from ingest.furniture import Contents, find_contents, find_page_furniture, folded, is_address
from ingest.headings import is_caption, is_finished, listed_level, looks_like_heading, number_level, outer
from ingest.scan import Piece, scan
from ingest.tables import Table, read_rows
from ingest.typography import shown

_LEAD_IN = re.compile(r"\*\*(?P<label>[^*\n]{2,80}?)\s*:?\s*\*\*\s*[:–-]?")
_LONGEST_LABEL = 80


@dataclass
class Reader:
    """Reads one text, piece by piece. `flow` is the paragraph or item that could go on; `broken` says that a page end was passed since."""

    text: str
    title: str
    pieces: list[Piece]
    contents: Contents
    furniture: dict[int, FurnitureKind]
    drafts: list[Draft] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    items: list[tuple[int, int]] = field(default_factory=list)  # open list items: (indent, draft)
    runs: dict[int, list[int]] = field(default_factory=dict)  # starred lines in a row, under the first one's index
    bullets: set[int] = field(default_factory=set)  # starred pieces that are list items
    starred: bool = False  # whether the open list's bullets are stars
    introduction: int | None = None
    flow: int | None = None
    broken: bool = False
    note: int | None = None
    tables: int = 0
    table: Table | None = None
    begun: bool = False
    above: int = 0  # marks of the title, where headings are marked

    @cached_property
    def marked(self) -> bool:
        """Whether the text marks its headings, more than a title, as Markdown does: then no other line is one, however short."""
        return sum(piece.kind == "heading" for piece in self.pieces) > 1

    def read(self) -> None:
        """Read every piece that is no furniture."""
        index = 0
        while index < len(self.pieces):
            piece = self.pieces[index]
            if index in self.furniture:
                self.broken, self.note = True, None
                self.begun |= self.furniture[index] == "contents"
                index += 1
                continue
            self.broken |= piece.blanks >= 2
            index = self._rows(index) if piece.kind in ("row", "rule") else self._one(index)

    def _one(self, index: int) -> int:
        piece = self.pieces[index]
        line = shown(self.text[piece.body : piece.span.end])
        if self.note is not None and piece.kind == "text" and is_address(line):
            self.drafts[self.note].spans.append(piece.span)
            return index + 1
        if index in self.runs:
            self._tell_bullets(self.runs[index])
        number = piece.number if piece.kind == "note" else plain_note(self.text, piece, self.drafts, self.contents)
        if number and index not in self.bullets:
            self._footnote(piece, number)
        elif piece.kind == "text" and is_caption(line):
            self._add("caption", piece)
            self.broken, self.note = True, None
        elif piece.kind in ("text", "heading") and (level := self._heading_level(index, line)) is not None:
            self._heading(piece, line, level)
        elif piece.kind in ("item", "note"):
            self._item(piece)
        else:
            self._paragraph(index, piece, line)
        return index + 1

    # Tables

    def _rows(self, index: int) -> int:
        """Read a table to its end, over page ends, and return the index of the piece after it."""
        end = index
        while end < len(self.pieces) and self.pieces[end].kind in ("row", "rule") and (end == index or not self.pieces[end].blanks):
            end += 1
        run = self.pieces[index:end]
        if all(piece.kind == "rule" for piece in run):
            return end
        before = len(self.table.cells) if self.table else 0
        table = read_rows(self.text, run, self.table)
        if table is not self.table:
            self.tables, before = self.tables + 1, 0
            self._close_list()
        self.table = table
        self._take_cells(table, before)
        self.begun, self.flow, self.note = True, None, None
        return end

    def _take_cells(self, table: Table, before: int) -> None:
        path = tuple(title for _, title in self.headings)
        known = {id(draft.spans) for draft in self.drafts}
        for cell in table.cells[before:]:
            if id(cell.spans) not in known:  # drafts share a cell's list of spans, so that a cell can go on after a page end
                self.drafts.append(Draft(cell.kind, cell.spans, path, cell.level, cell.row, cell.column, self.tables))

    # Headings

    def _heading_level(self, index: int, line: str) -> int | None:
        piece = self.pieces[index]
        if not self.begun and (not self.above or piece.indent <= self.above) and self._is_title(line):
            self.above = piece.indent if piece.kind == "heading" else 0
            return 0
        if self.marked:
            return max(1, piece.indent - self.above) if piece.kind == "heading" else None
        if "\n" in self.text[slice(*piece.span)] or not looks_like_heading(line):
            return None
        listed = listed_level(line, self.contents)
        if listed is not None:
            return listed
        if not self._heads_something(index):
            return None
        numbered = number_level(line)
        if numbered:
            return numbered
        if outer(line):
            return 1
        if self.flow is not None and self.broken and not is_finished(self._shown(self.flow)) and line[:1].islower():
            return None
        return self._unlisted_level()

    def _is_title(self, line: str) -> bool:
        """Return whether a line of the cover is the title, or a part of it."""
        words, title = re.findall(r"\w+", line.casefold()), re.findall(r"\w+", self.title.casefold())
        return bool(words) and (set(words) <= set(title) or folded(self.title) in folded(line)) and bool(title)

    def _unlisted_level(self) -> int:
        """A heading that no table of contents lists stands below the last listed one; straight under another such heading, below that."""
        listed = [level for level, title in self.headings if self.contents.lists(title) or number_level(title)]
        base = listed[-1] if listed else 0
        if self.drafts and self.drafts[-1].kind == "heading" and not self.contents.lists(self._shown(len(self.drafts) - 1)):
            return self.drafts[-1].level + 1
        return base + 1

    def _heads_something(self, index: int) -> bool:
        for follower in range(index + 1, len(self.pieces)):
            if self.furniture.get(follower) == "contents":
                return False
            if follower in self.furniture or self.pieces[follower].kind == "note":
                continue
            return not is_caption(shown(self.text[slice(*self.pieces[follower].span)]))
        return False

    def _heading(self, piece: Piece, line: str, level: int) -> None:
        if level == 0:
            self.drafts.append(Draft("title", [Span(piece.body, piece.span.end)], ()))
            return
        self.begun = True
        self._close_list()
        self.headings = [(depth, title) for depth, title in self.headings if depth < level]
        path = tuple(title for _, title in self.headings)
        self.drafts.append(Draft("heading", [Span(piece.body, piece.span.end)], path, level))
        self.headings.append((level, line))
        self.flow, self.broken, self.note, self.table = None, False, None, None

    # Running text and lists

    def _paragraph(self, index: int, piece: Piece, line: str) -> None:
        self.note, self.table = None, None
        if self._goes_on(line):
            assert self.flow is not None
            self.drafts[self.flow].spans.append(piece.span)
        elif self.items and not line.endswith(":") and self._next_is_item(index):
            self.flow = self._add("paragraph", piece, parent=self.items[-1][1])
        else:
            self._close_list()
            self.flow = self._add("paragraph", piece)
        self.broken = False

    def _goes_on(self, line: str) -> bool:
        """Return whether a paragraph goes on with the one before: that one is unfinished, and a page end or a small letter says so."""
        if self.flow is None or is_finished(self._shown(self.flow)):
            return False
        return self.broken or line[:1].islower()

    def _next_is_item(self, index: int) -> bool:
        for follower in range(index + 1, len(self.pieces)):
            piece = self.pieces[follower]
            if follower in self.furniture or piece.kind == "note":
                continue
            line = shown(self.text[slice(*piece.span)])
            if piece.kind == "text" and (is_caption(line) or is_address(line)):
                continue
            return piece.kind == "item"
        return False

    def _item(self, piece: Piece) -> None:
        if not self.items:
            flow = self.drafts[self.flow] if self.flow is not None else None
            introduces = flow is not None and flow.kind == "paragraph" and self._shown(self.flow or 0).endswith(":")
            self.introduction = self.flow if introduces else None
        self.starred = piece.kind == "note" or (self.starred and piece.indent > 0)
        self.items = [(indent, draft) for indent, draft in self.items if indent < piece.indent]
        parent = self.items[-1][1] if self.items else None
        self.flow = self._add("item", piece, parent=parent, introduction=self.introduction, level=len(self.items) + 1)
        self.items.append((piece.indent, self.flow))
        self.broken, self.note, self.table = False, None, None

    def _close_list(self) -> None:
        self.items, self.introduction = [], None

    # Footnotes

    def _footnote(self, piece: Piece, number: str) -> None:
        anchor, marker = find_mark(self.text, self.drafts, number)
        path = self.drafts[anchor].path if anchor is not None else tuple(title for _, title in self.headings)
        self.drafts.append(Draft("footnote", [Span(piece.body, piece.span.end)], path, number=number, anchor=anchor, marker=marker))
        self.note, self.broken = len(self.drafts) - 1, True
        if piece.kind == "text":
            match = PLAIN_NOTE.match(self.text, piece.span.start)
            assert match is not None
            self.drafts[-1].spans[0] = Span(match.end(), piece.span.end)

    def _tell_bullets(self, run: list[int]) -> None:
        """Take down which of the starred lines in a row are list items."""
        listed = self.starred and bool(self.items) and self.drafts[-1].kind == "item"
        self.bullets.update(run[notes_at_top(self.text, self.drafts, len(run), listed=listed) :])

    # Common

    def _add(self, kind: BlockKind, piece: Piece, *, parent: int | None = None, introduction: int | None = None, level: int = 1) -> int:
        labels = self._labels(parent)
        path = (*(title for _, title in self.headings), *labels)
        self.drafts.append(Draft(kind, [Span(piece.body, piece.span.end)], path, level, parent=parent, introduction=introduction))
        return len(self.drafts) - 1

    def _labels(self, parent: int | None) -> list[str]:
        labels: list[str] = []
        while parent is not None:
            if label := self._label(parent):
                labels.insert(0, label)
            parent = self.drafts[parent].parent
        return labels

    def _label(self, item: int) -> str:
        """Return an item's lead-in, or the whole item where it only introduces others; empty if it has neither."""
        start, end = self.drafts[item].spans[0]
        if match := _LEAD_IN.match(self.text, start, end):
            return shown(match["label"]).rstrip(":")
        line = shown(self.text[start:end])
        return line.rstrip(":") if line.endswith(":") and len(line) <= _LONGEST_LABEL else ""

    def _shown(self, draft: int) -> str:
        return " ".join(shown(self.text[start:end]) for start, end in self.drafts[draft].spans)


def read(text: str, title: str = "") -> Parsed:
    """Return a document's text as blocks and furniture. `title` is the title that the manifest gives; it tells the title lines."""
    pieces = scan(text)
    contents, taken = find_contents(text, pieces)
    furniture: dict[int, FurnitureKind] = dict.fromkeys(taken, "contents")
    furniture |= {index: kind for index, kind in find_page_furniture(text, pieces, contents).items() if index not in taken}
    reader = Reader(text, title, pieces, contents, furniture, runs=starred_runs(pieces, furniture))
    reader.read()
    listed = [Furniture(kind, pieces[index].span) for index, kind in furniture.items()]
    return assembled(text, reader.drafts, listed)
