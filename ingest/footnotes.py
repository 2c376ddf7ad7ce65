"""Which paragraphs are footnotes, and which mark in the text each belongs to.

A star is both a note's mark and a list's bullet; what stands around it tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import chain, groupby, pairwise

from ingest.blocks import Span
from ingest.drafts import Draft
from ingest.furniture import Contents
from ingest.headings import listed_level
from ingest.scan import Piece
from ingest.typography import footnote_markers, shown

PLAIN_NOTE = re.compile(r"(\d{1,3})\s+(?=\S)")
_ITALIC_END = re.compile(r"(?:^|(?<=[\s(\[“‘„«\"']))\*(?=[^\s*])[^*]*\*$")
_NOTES_TITLE = re.compile(r"((foot|end)?notes?|sources?|remarks?):?", re.IGNORECASE)


def find_mark(text: str, drafts: Sequence[Draft], number: str) -> tuple[int | None, int | None]:
    """Return the block that carries a footnote's mark, and the mark's offset: the last one before the footnote."""
    for index in range(len(drafts) - 1, -1, -1):
        if drafts[index].kind == "footnote":
            continue
        for span in reversed(drafts[index].spans):
            for offset in reversed(_marks(text, span, number)):
                return index, offset
    return None, None


def _marks(text: str, span: Span, number: str) -> list[int]:
    """Return the offsets of a footnote's marks in a stretch of text; a star marks only what it ends."""
    content = text[slice(*span)]
    if number != "*":
        return [span.start + offset for offset, marker in footnote_markers(content) if marker == number]
    content = content.rstrip()
    marked = content.endswith("*") and not content.endswith("**") and not _ITALIC_END.search(content)
    return [span.start + len(content) - 1] if marked else []


def plain_note(text: str, piece: Piece, drafts: Sequence[Draft], contents: Contents) -> str:
    """Return the number of a footnote whose raising was lost, or "": a paragraph that starts with the number of the next one missing."""
    match = PLAIN_NOTE.match(text, piece.span.start) if piece.kind == "text" else None
    if not match or listed_level(shown(text[slice(*piece.span)]), contents) is not None:
        return ""
    numbers = [int(draft.number) for draft in drafts if draft.number.isdigit()]
    is_next = int(match[1]) == max(numbers, default=0) + 1
    return match[1] if is_next and find_mark(text, drafts, match[1])[0] is not None else ""


# Stars: notes or a list


def starred_runs(pieces: Sequence[Piece], furniture: Collection[int]) -> dict[int, list[int]]:
    """Return the runs of starred lines in a row, each under the index of its first line; a line that stands alone is a run of one.

    Page furniture and indented items may stand between. A blank line ends a run, unless each of the lines stands between blank lines.
    """
    runs: list[list[int]] = []
    for row in _rows_of_stars(pieces, furniture):
        tight = [not pieces[index].blanks for index in row]
        starts = [place for place in range(len(row)) if not place or not tight[place]]
        parts = [row[start:end] for start, end in pairwise([*starts, len(row)])]
        for alone, found in groupby(parts, key=lambda part: len(part) == 1):
            lines = list(found)
            runs += [list(chain.from_iterable(lines))] if alone else lines
    return {run[0]: run for run in runs}


def _rows_of_stars(pieces: Sequence[Piece], furniture: Collection[int]) -> list[list[int]]:
    rows: list[list[int]] = [[]]
    for index, piece in enumerate(pieces):
        if piece.kind == "note" and piece.number == "*":
            rows[-1].append(index)
        elif rows[-1] and index not in furniture and not (piece.kind == "item" and piece.indent):
            rows.append([])
    return [row for row in rows if row]


def notes_at_top(text: str, drafts: Sequence[Draft], count: int, *, listed: bool) -> int:
    """Return how many of `count` starred lines in a row are notes; those after them are list items.

    Each needs a mark that stands in the text and has no note yet. `listed` says that the lines go on with a starred list.
    Right under a title or a colon stands a list, even if there is a mark: its note comes later.
    """
    marks = _marks_without_note(text, drafts)
    if not marks:
        # A note may stand again on a later page, with no mark of its own.
        return int(count == 1 and not listed and find_mark(text, drafts, "*")[0] is not None)
    if count > 1 and _introduces_list(text, drafts[-1]):
        return 0
    return marks if count > marks + 1 else count  # a single line left over is no list


def _marks_without_note(text: str, drafts: Sequence[Draft]) -> int:
    last_note = max((draft.spans[0].start for draft in drafts if draft.kind == "footnote" and draft.number == "*"), default=-1)
    marks = (mark for draft in drafts if draft.kind != "footnote" for span in draft.spans for mark in _marks(text, span, "*"))
    return sum(mark > last_note for mark in marks)


def _introduces_list(text: str, draft: Draft) -> bool:
    line = " ".join(shown(text[slice(*span)]) for span in draft.spans)
    introduces = draft.kind in ("title", "heading") or (draft.kind == "paragraph" and line.endswith(":"))
    return introduces and not _NOTES_TITLE.fullmatch(line)
