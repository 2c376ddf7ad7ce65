"""The permanent address of a citation: its document, its place, and a check of its words, so that it never points at other ones."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple
from urllib.parse import quote as quoted

from assistant import Citation

LIBRARY = "/library"
_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})-([0-9a-f]{8})")


class Place(NamedTuple):
    """Where a permanent link points: characters start:end of a document's text, and the check of the quote that stood there."""

    start: int
    end: int
    check: str


def check(quote: str) -> str:
    """Return eight hex digits that another quote is unlikely to share."""
    return hashlib.sha256(quote.encode("utf-8", "replace")).hexdigest()[:8]


def document_address(document: str) -> str:
    """Return the address of a document's page."""
    return f"{LIBRARY}/{quoted(document.encode('utf-8', 'replace'), safe='')}"


def citation_address(citation: Citation) -> str:
    """Return the address that shows a citation marked in its whole document."""
    return f"{document_address(citation.document)}?quote={citation.start}-{citation.end}-{check(citation.quote)}#quote"


def read_place(text: str) -> Place | None:
    """Return the place that a link's `quote` value names, or None if it is none."""
    match = _PLACE.fullmatch(text)
    return Place(int(match[1]), int(match[2]), match[3]) if match else None
