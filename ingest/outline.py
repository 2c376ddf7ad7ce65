"""A document's structure as an indented outline: what the index sees."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.blocks import Block, Parsed
from ingest.chunks import carrying_sentence

_INDENT = "  "


def outline(parsed: Parsed) -> Iterator[str]:
    """Yield the lines of the outline: headings, text, lists, table cells under their row and column, footnotes with their sentence."""
    seen: tuple[object, ...] = ()
    for block in parsed.blocks:
        if block.kind == "row":
            continue  # printed above its cells
        depth = len(block.path)
        if block.kind == "cell":
            place = (block.table, block.row, block.column)
            yield from _cell_headings(block, seen, depth)
            seen = place
            depth += len(block.row) + (1 if block.column else 0)
            yield f"{_INDENT * depth}{_lines(block, parsed)} {parsed.shown(block)}"
            continue
        seen = ()
        yield f"{_INDENT * depth}{_lines(block, parsed)} {_label(block, parsed)}{parsed.shown(block)}"
    yield ""
    yield "Furniture (not indexed):"
    for item in parsed.furniture:
        if item.kind not in ("blank", "markup"):
            yield f"{_INDENT}{item.kind}: {' / '.join(parsed.text[slice(*item.span)].split())}"


def _cell_headings(block: Block, seen: tuple[object, ...], depth: int) -> Iterator[str]:
    seen_row = seen[1] if len(seen) > 1 and seen[0] == block.table and isinstance(seen[1], tuple) else ()
    for level, name in enumerate(block.row):
        if seen_row[: level + 1] != block.row[: level + 1]:
            yield f"{_INDENT * (depth + level)}[row] {name}"
    if block.column and seen != (block.table, block.row, block.column):
        yield f"{_INDENT * (depth + len(block.row))}[column] {block.column}"


def _lines(block: Block, parsed: Parsed) -> str:
    first = parsed.text.count("\n", 0, block.spans[0].start) + 1
    last = parsed.text.count("\n", 0, block.spans[-1].end) + 1
    return f"{first}:" if first == last else f"{first}-{last}:"


def _label(block: Block, parsed: Parsed) -> str:
    if block.kind == "heading":
        return "#" * block.level + " "
    if block.kind == "footnote":
        return f"[footnote {block.number} to: {_clip(carrying_sentence(parsed, block)) or 'no marker found'}] "
    return {"item": "- ", "caption": "[caption] ", "title": "[title] ", "column": "[column] "}.get(block.kind, "")


def _clip(text: str) -> str:
    return text if len(text) <= 110 else text[:109] + "…"
