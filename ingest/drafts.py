"""Blocks while they are read, and the document that they make once all is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.blocks import Block, BlockKind, Furniture, Parsed, Span


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


def assembled(text: str, drafts: list[Draft], listed: list[Furniture]) -> Parsed:
    """Return the drafts as blocks in reading order, and the listed furniture with all that stands between."""
    order = sorted(range(len(drafts)), key=lambda index: drafts[index].spans[0])
    place = {old: new for new, old in enumerate(order)}
    blocks = tuple(_block(place[old], drafts[old], place) for old in order)
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
