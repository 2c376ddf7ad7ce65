"""The structure of a document: blocks with their spans, and the furniture between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from ingest.typography import shown

BlockKind = Literal["title", "heading", "paragraph", "item", "row", "column", "cell", "footnote", "caption"]
FurnitureKind = Literal["blank", "markup", "page", "contents", "divider"]


class Span(NamedTuple):
    """Characters start:end of a document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A structural unit of the text.

    spans: its pieces in reading order; more than one where a page end stands inside it.
    path: the headings above it, outermost first, with the lead-ins of the list items that it stands under.
    level: depth of a heading, item or row heading, from 1. row, column, table: a cell's headings and its table's number in the document.
    introduction: the block that introduces the list. parent: the item that it stands under.
    number, anchor, marker: a footnote's number, the block that carries its marker, and the marker's offset.
    """

    id: int
    kind: BlockKind
    spans: tuple[Span, ...]
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

    @property
    def section(self) -> tuple[str, ...]:
        """The full path: headings, then row and column headings."""
        return (*self.path, *self.row, *((self.column,) if self.column else ()))


@dataclass(frozen=True, slots=True)
class Furniture:
    """Characters that are no content: white space, list bullets and table marks, page headers, tables of contents, divider pages."""

    kind: FurnitureKind
    span: Span


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document's text as structure: every character is in exactly one block or piece of furniture."""

    text: str
    blocks: tuple[Block, ...]
    furniture: tuple[Furniture, ...]

    def shown(self, block: Block) -> str:
        """Return a block's text as a reader sees it, its pieces joined across page ends."""
        return " ".join(shown(self.text[start:end]) for start, end in block.spans)
