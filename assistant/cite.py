"""From spans to citations, each verified: what is shown is what stands in the text, or it is not shown."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise

from assistant.library import Library
from assistant.types import Citation, Excerpt, Fragment
from ingest.blocks import Block, Parsed, Span
from ingest.scan import lines
from ingest.typography import shown

_SHOWN_KINDS = ("title", "heading", "paragraph", "item", "cell", "footnote", "caption")


def cite(library: Library, document: str, section: tuple[str, ...], span: Span, number: int) -> Citation | None:
    """Return the citation of a span, or None if nothing of it would be shown."""
    indexed = library.indexed(document)
    quote = shown(indexed.parsed.text[span.start : span.end])
    if not quote:
        return None
    about = indexed.document
    first, last = line_of(indexed.parsed.text, span.start), line_of(indexed.parsed.text, max(span.start, span.end - 1))
    return Citation(number, document, about.title, about.published, section, None, (first, last), span.start, span.end, quote)


def is_verified(library: Library, citation: Citation) -> bool:
    """Return whether a citation's quote is what its document's text holds there."""
    text = library.indexed(citation.document).parsed.text
    return 0 <= citation.start < citation.end <= len(text) and shown(text[citation.start : citation.end]) == citation.quote


def line_of(text: str, offset: int) -> int:
    """Return the number of the line, from 1, that a character stands in."""
    return bisect_right(_line_starts(text), offset)


@lru_cache(maxsize=64)
def _line_starts(text: str) -> tuple[int, ...]:
    return tuple(line.start for line in lines(text))


def surroundings(parsed: Parsed, span: Span, around: int) -> tuple[Excerpt, ...]:
    """Return the blocks that a span touches, `around` more on either side, and the headings above, the span's characters marked."""
    content = [block for block in parsed.blocks if block.kind in _SHOWN_KINDS]
    touched = [place for place, block in enumerate(content) if any(start < span.end and span.start < end for start, end in block.spans)]
    if not touched:
        return ()
    near = content[max(0, touched[0] - around) : touched[-1] + around + 1]
    return tuple(excerpt(parsed, block, span) for block in near)


def outline(parsed: Parsed) -> tuple[Excerpt, ...]:
    """Return a whole document as excerpts, nothing marked."""
    return tuple(excerpt(parsed, block, Span(0, 0)) for block in parsed.blocks if block.kind in _SHOWN_KINDS)


def excerpt(parsed: Parsed, block: Block, marked: Span) -> Excerpt:
    """Return a block for showing, the characters of `marked` in fragments of their own."""
    pieces: list[tuple[str, bool]] = []
    for start, end in block.spans:
        cut = sorted({start, end, *(at for at in marked if start < at < end)})
        for low, high in pairwise(cut):
            pieces.append((parsed.text[low:high], marked.start <= low and high <= marked.end))
        pieces.append((" ", False))
    return Excerpt(block.kind, block.level, block.path, block.row, block.column, block.number, tuple(_fragments(pieces[:-1])))


def _fragments(pieces: list[tuple[str, bool]]) -> list[Fragment]:
    """Return pieces as shown, a space kept where two of them were apart."""
    fragments: list[Fragment] = []
    apart = False
    for raw, quoted in pieces:
        text = shown(raw)
        if not text:
            apart |= bool(raw)
            continue
        if fragments and (apart or raw[:1].isspace()):
            fragments.append(Fragment(" ", False))
        fragments.append(Fragment(text, quoted))
        apart = raw[-1:].isspace()
    return fragments
