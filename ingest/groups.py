"""Which blocks stand together: what belongs into one chunk, or into neighbouring ones."""

from __future__ import annotations

import re
from itertools import groupby

from ingest.blocks import Block, Parsed

_FIGURE = re.compile(r"[^\W\d_]{0,3}[\W_]*\d[\d\W_]*[^\W\d_]{0,3}")  # 2, 0,5, 12 %, EUR 3.5, 7 km


def grouped(parsed: Parsed) -> list[list[Block]]:
    """Return the content blocks in groups: a list with its introduction, a cell's paragraphs, a row of figures, a figure's captions."""
    introductions = {block.introduction for block in parsed.blocks if block.introduction is not None}
    rows_of_figures = _rows_of_figures(parsed)
    groups: dict[object, list[Block]] = {}
    for block in parsed.blocks:
        if block.kind == "cell":
            whole_row = (block.table, block.row) in rows_of_figures
            key: object = ("cell", block.table, block.row, "" if whole_row else block.column)
        elif block.kind == "caption":
            key = ("caption", block.path)
        elif block.kind in ("paragraph", "item"):
            parent = parsed.blocks[block.parent] if block.parent is not None else block
            introduction = block.id if block.id in introductions else parent.introduction
            key = ("list", introduction) if introduction is not None else ("block", parent.id)
        elif block.kind == "footnote":
            key = ("block", block.id)
        else:
            continue
        groups.setdefault(key, []).append(block)
    return list(groups.values())


def _rows_of_figures(parsed: Parsed) -> set[tuple[int | None, tuple[str, ...]]]:
    """Return the rows (table, row headings) that hold nothing but figures: they are read together, as in a table of scores."""
    cells = [block for block in parsed.blocks if block.kind == "cell"]
    return {
        (table, row)
        for (table, row), found in groupby(sorted(cells, key=_row_key), key=_row_key)
        if len(figures := [bool(_FIGURE.fullmatch(parsed.shown(block))) for block in found]) > 1 and all(figures)
    }


def _row_key(block: Block) -> tuple[int, tuple[str, ...]]:
    return (block.table or 0, block.row)
