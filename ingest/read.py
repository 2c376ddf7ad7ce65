"""A document's text as blocks: what a reader of the page sees, with every character accounted for.

Leaves out nothing: what is no content is listed as furniture. Knows nothing of any document, country or publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.blocks import Block, BlockKind, Furniture, FurnitureKind, Parsed, Span
from ingest.furniture import Contents, find_contents, find_page_furniture, folded, is_address
from ingest.headings import is_caption, is_finished, listed_level, looks_like_heading, number_level, outer
from ingest.scan import Piece, scan
from ingest.tables import Table, read_rows
from ingest.typography import footnote_markers, shown

_LEAD_IN = re.compile(r"\*\*(?P<label>[^*\n]{2,80}?)\s*:?\s*\*\*\s*[:–-]?")
_PLAIN_NOTE = re.compile(r"(\d{1,3})\s+(?=\S)")
_LONGEST_LABEL = 80


@dataclass(slots=True)
class Draft:
    """A block while it is read."""

    kind: BlockKind
    spans: list[Span]
    path: tuple[str, ...]
    level: int = 1
    row: tuple[str, ...] = ()
    column: str = ""
    table: int | None = None
    introduction: int | None = None
    parent: int | None = None
    number: str = ""
    anchor: int | None = None
    marker: int | None = None


@dataclass(slots=True)
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
    introduction: int | None = None
    flow: int | None = None
    broken: bool = False
    note: int | None = None
    tables: int = 0
    table: Table | None = None
    begun: bool = False

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
        number = piece.number if piece.kind == "note" else self._plain_note(piece)
        if number and (piece.number != "*" or self._carries_star()):
            self._footnote(piece, number)
        elif piece.kind == "text" and is_caption(line):
            self._add("caption", piece)
            self.broken, self.note = True, None
        elif piece.kind == "text" and (level := self._heading_level(index, line)) is not None:
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
        if not self.begun and self._is_title(line):
            return 0
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
            self.drafts.append(Draft("title", [piece.span], ()))
            return
        self.begun = True
        self._close_list()
        self.headings = [(depth, title) for depth, title in self.headings if depth < level]
        path = tuple(title for _, title in self.headings)
        self.drafts.append(Draft("heading", [piece.span], path, level))
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
        self.items = [(indent, draft) for indent, draft in self.items if indent < piece.indent]
        parent = self.items[-1][1] if self.items else None
        self.flow = self._add("item", piece, parent=parent, introduction=self.introduction, level=len(self.items) + 1)
        self.items.append((piece.indent, self.flow))
        self.broken, self.note, self.table = False, None, None

    def _close_list(self) -> None:
        self.items, self.introduction = [], None

    # Footnotes

    def _footnote(self, piece: Piece, number: str) -> None:
        anchor, marker = self._anchor(number)
        path = self.drafts[anchor].path if anchor is not None else tuple(title for _, title in self.headings)
        self.drafts.append(Draft("footnote", [Span(piece.body, piece.span.end)], path, number=number, anchor=anchor, marker=marker))
        self.note, self.broken = len(self.drafts) - 1, True
        if piece.kind == "text":
            match = _PLAIN_NOTE.match(self.text, piece.span.start)
            assert match is not None
            self.drafts[-1].spans[0] = Span(match.end(), piece.span.end)

    def _anchor(self, number: str) -> tuple[int | None, int | None]:
        """Return the block that carries a footnote's marker, and the marker's offset: the last one before the footnote."""
        for index in range(len(self.drafts) - 1, -1, -1):
            if self.drafts[index].kind == "footnote":
                continue
            for start, end in reversed(self.drafts[index].spans):
                if number == "*":
                    if self.text[start:end].rstrip().endswith("*") and not self.text[start:end].rstrip().endswith("**"):
                        return index, start + len(self.text[start:end].rstrip()) - 1
                    continue
                for offset, marker in reversed(footnote_markers(self.text[start:end])):
                    if marker == number:
                        return index, start + offset
        return None, None

    def _carries_star(self) -> bool:
        return self._anchor("*")[0] is not None

    def _plain_note(self, piece: Piece) -> str:
        """A paragraph that starts with a plain number is a footnote whose raising was lost, if that footnote is the next one missing."""
        match = _PLAIN_NOTE.match(self.text, piece.span.start) if piece.kind == "text" else None
        if not match or listed_level(shown(self.text[slice(*piece.span)]), self.contents) is not None:
            return ""
        numbers = [int(draft.number) for draft in self.drafts if draft.number.isdigit()]
        is_next = int(match[1]) == max(numbers, default=0) + 1
        return match[1] if is_next and self._anchor(match[1])[0] is not None else ""

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
    reader = Reader(text, title, pieces, contents, furniture)
    reader.read()
    order = sorted(range(len(reader.drafts)), key=lambda index: reader.drafts[index].spans[0])
    place = {old: new for new, old in enumerate(order)}
    blocks = tuple(_block(place[old], reader.drafts[old], place) for old in order)
    listed = [Furniture(kind, pieces[index].span) for index, kind in furniture.items()]
    return Parsed(text, blocks, tuple(_all_furniture(text, blocks, listed)))


def _block(identity: int, draft: Draft, place: dict[int, int]) -> Block:
    def at(old: int | None) -> int | None:
        return None if old is None else place[old]

    return Block(
        identity, draft.kind, tuple(draft.spans), draft.path, draft.level, draft.row, draft.column, draft.table,
        at(draft.introduction), at(draft.parent), draft.number, at(draft.anchor), draft.marker,
    )  # fmt: skip


def _all_furniture(text: str, blocks: tuple[Block, ...], listed: list[Furniture]) -> Iterator[Furniture]:
    """Yield the listed furniture and, between it and the blocks, white space and structural marks."""
    taken = sorted([span for block in blocks for span in block.spans] + [item.span for item in listed])
    by_span = {item.span: item for item in listed}
    at = 0
    for span in [*taken, Span(len(text), len(text))]:
        if at < span.start:
            gap = text[at : span.start]
            yield Furniture("blank" if not gap.strip() else "markup", Span(at, span.start))
        if span in by_span:
            yield by_span[span]
        at = max(at, span.end)
