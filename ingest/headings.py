"""Which lines are headings, and how deep."""

from __future__ import annotations

import re

from ingest.furniture import Contents, folded

_NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+)*)\.?\s+\S")
_CAPTION = re.compile(r"(figure|fig\.|chart|table|map|graph|box|photo)\s*\d+", re.IGNORECASE)
_SOURCE = re.compile(r"(sources?|note)\s*:", re.IGNORECASE)
_ADDRESS = re.compile(r"://|www\.", re.IGNORECASE)
_CLOSERS = ")]}”’»\"'"
_LONGEST_HEADING = 110
# Titles that open or close a document stand at its first level, numbered or not.
_OUTER = frozenset(
    "abstract acknowledgements annex annexes appendix appendices bibliography conclusion conclusions disclaimer "
    "executive summary foreword glossary index introduction preface references summary".split()
) | {"executive summary", "list of abbreviations"}


def is_caption(line: str) -> bool:
    """Return whether a line names or sources a figure, chart or table: "Figure 2 - …", "Source: …"."""
    return bool(_CAPTION.match(line) or _SOURCE.match(line))


def is_finished(line: str) -> bool:
    """Return whether a text ends like a finished statement, not in the middle of one."""
    return line.rstrip().rstrip(_CLOSERS).endswith((".", "!", "?", ":", ";", "…"))


def looks_like_heading(line: str) -> bool:
    """Return whether a line standing alone could be a heading: short, capitalised, without an end mark, and no mere figure."""
    if not line or len(line) > _LONGEST_HEADING or len(line.split()) > 14 or _ADDRESS.search(line):
        return False
    first = next((character for character in line if character.isalnum()), "")
    figure = not any(character.isalpha() for character in line)
    return (first.isupper() or first.isdigit()) and not figure and not line.endswith((".", ":", ";", ",", "!", "?"))


def listed_level(line: str, contents: Contents) -> int | None:
    """Return the depth of a heading that the table of contents lists, or None if it lists no such line.

    A numbered title's depth is its number's; an unnumbered one stands one below the last numbered title before it.
    """
    last_number = 0
    for title in contents.titles:
        depth = number_level(title)
        if depth:
            last_number = depth
        if folded(title) == folded(line):
            return depth or (1 if folded(title) in _OUTER else last_number + 1)
    return None


def number_level(line: str) -> int | None:
    """Return the depth that a heading's number gives it ("2.1. Overview" -> 2), or None."""
    match = _NUMBERED.match(line)
    return match["number"].count(".") + 1 if match else None


def outer(line: str) -> bool:
    """Return whether a title stands at a document's first level by its very name, like a bibliography."""
    return folded(line) in _OUTER
