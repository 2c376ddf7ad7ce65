"""What a page shows besides its content: tables of contents, repeated page lines, page numbers, divider pages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ingest.blocks import FurnitureKind
from ingest.scan import Piece
from ingest.typography import shown

_CONTENTS_TITLE = re.compile(r"(table of )?contents?|(table|list) of (figures|tables|charts|illustrations|boxes)", re.IGNORECASE)
_ENTRY = re.compile(r"(?P<title>[^\t]+?)[ .…]*\t[ \t]*(?P<page>\d{1,4})")
_LEADER = re.compile(r"[.…]{3,}[ \t]*\d{1,4}$")
_PAGE_NUMBER = re.compile(r"(page )?[-–]? ?\d{1,4} ?[-–]?( (of|/) \d{1,4})?", re.IGNORECASE)
_ADDRESS_ONLY = re.compile(r"<?(https?://|www\.)\S+>?", re.IGNORECASE)
_NUMBERING = re.compile(r"\d+(\.\d+)*\.?\s+")
_SENTENCE = re.compile(r"\w\w[.!?]$")
_LONGEST_PAGE_LINE = 100


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document's tables of contents say: titles in order, as shown."""

    titles: tuple[str, ...]

    def lists(self, title: str) -> bool:
        """Return whether the tables of contents list this title."""
        return folded(title) in {folded(entry) for entry in self.titles}


def folded(title: str) -> str:
    """Return a title for comparison: "2.1.  Overview" -> "2.1 overview"."""
    return re.sub(r"(?<=\d)\.(?=\s|$)", "", " ".join(title.split())).casefold().rstrip(" .")


def unnumbered(title: str) -> str:
    """Return a title without its number: "2.1. Overview" -> "overview"."""
    return _NUMBERING.sub("", folded(title))


def is_address(text: str) -> bool:
    """Return whether a text is nothing but a web address."""
    return bool(_ADDRESS_ONLY.fullmatch(text.strip()))


def find_contents(text: str, pieces: list[Piece]) -> tuple[Contents, set[int]]:
    """Return the titles that the tables of contents list, and the indices of the pieces that make them up."""
    titles: list[str] = []
    taken: set[int] = set()
    for index, piece in enumerate(pieces):
        if piece.kind != "text" or not _CONTENTS_TITLE.fullmatch(shown(text[slice(*piece.span)])):
            continue
        rows: list[int] = []
        for follower in range(index + 1, len(pieces)):
            content = text[slice(*pieces[follower].span)].strip()
            match = _ENTRY.fullmatch(content)
            if not match and not _LEADER.search(content):
                break
            rows.append(follower)
            titles.append(shown(match["title"] if match else _LEADER.sub("", content)).rstrip(". "))
        if rows:
            taken.update([index, *rows])
    return Contents(tuple(titles)), taken


def find_page_furniture(text: str, pieces: list[Piece], contents: Contents) -> dict[int, FurnitureKind]:
    """Return the pieces that are page furniture: lines repeated at page ends, bare page numbers, divider pages."""
    plain = {index: shown(text[slice(*piece.span)]) for index, piece in enumerate(pieces) if piece.kind == "text"}
    count = Counter(line.casefold() for line in plain.values())
    numbers = _page_numbers(plain)
    found: dict[int, FurnitureKind] = {}
    for index, line in plain.items():
        at_page_end = pieces[index].blanks >= 2 or (index + 1 < len(pieces) and pieces[index + 1].blanks >= 2)
        repeated = count[line.casefold()] > 1 and _could_repeat(line, contents)
        if index in numbers or (repeated and (at_page_end or is_address(line))):
            found[index] = "page"
    found |= {index: "page" for index, line in plain.items() if _repeats_beside_furniture(index, line, count, found, contents)}
    return found | _dividers(plain, found)


def _repeats_beside_furniture(index: int, line: str, count: Counter[str], found: dict[int, FurnitureKind], contents: Contents) -> bool:
    beside = index - 1 in found or index + 1 in found
    return index not in found and beside and count[line.casefold()] > 1 and _could_repeat(line, contents)


def _could_repeat(line: str, contents: Contents) -> bool:
    """Return whether every page could show a line: it is short, no heading, no sentence ("Budget not public." may well be said twice)."""
    return len(line) <= _LONGEST_PAGE_LINE and not contents.lists(line) and not _SENTENCE.search(line)


def _page_numbers(plain: dict[int, str]) -> set[int]:
    """Return the bare numbers that rise through the document; one that does not is a figure that stands alone."""
    numbers = [(index, int(re.findall(r"\d+", line)[0])) for index, line in plain.items() if _PAGE_NUMBER.fullmatch(line)]
    last = len(numbers) - 1
    return {
        index
        for place, (index, number) in enumerate(numbers)
        if (place == 0 or numbers[place - 1][1] < number) and (place == last or number < numbers[place + 1][1])
    }


def _dividers(plain: dict[int, str], furniture: dict[int, FurnitureKind]) -> dict[int, FurnitureKind]:
    """A title that stands again, with only page furniture between, is a divider page the first time."""
    found: dict[int, FurnitureKind] = {}
    for index, line in plain.items():
        follower = index + 1
        while follower in furniture:
            follower += 1
        if index not in furniture and follower in plain and unnumbered(plain[follower]) == unnumbered(line):
            found[index] = "divider"
    return found
