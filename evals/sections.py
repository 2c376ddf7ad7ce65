"""In which section of its document a fact stands, and which sections no fact protects."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from evals.facts import Fact
from evals.run import Library
from evals.values import folded

Section = tuple[str, ...]  # heading path; () for what stands before the first heading
_TELLING = 40  # folded characters a section must hold to be worth a fact


@dataclass(frozen=True)
class _Words:
    """The words of a document, block after block, and the section of each block."""

    blocks: tuple[tuple[Section, str], ...]

    @cached_property
    def text(self) -> str:
        return " ".join(words for _, words in self.blocks)

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for _, words in self.blocks:
            starts.append(at)
            at += len(words) + 1
        return starts

    def section(self, words: str) -> Section | None:
        """Return the section in which words stand first, or None."""
        at = self.text.find(words)
        return None if at < 0 else self.blocks[bisect_right(self._starts, at) - 1][0]


class Sections:
    """The sections of a library's documents."""

    def __init__(self, library: Library) -> None:
        self._documents = {document.id: _words(library, document.id) for document in library.documents}

    def of(self, fact: Fact) -> tuple[str, Section]:
        """Return document and section of a fact's first evidence that was read; the section is () where none was."""
        for document, section in self._all(fact):
            return document, section
        return fact.document, ()

    def uncovered(self, facts: Sequence[Fact]) -> list[tuple[str, Section]]:
        """Return the sections, in order, that hold text of their own and no evidence of any fact."""
        covered = {place for fact in facts for place in self._all(fact)}
        sizes: dict[tuple[str, Section], int] = {}
        for document, words in self._documents.items():
            for section, text in words.blocks:
                sizes[document, section] = sizes.get((document, section), 0) + len(text)
        return [place for place, size in sizes.items() if size >= _TELLING and place not in covered]

    def _all(self, fact: Fact) -> list[tuple[str, Section]]:
        found = []
        for evidence in fact.evidence:
            words = self._documents.get(evidence.document)
            section = words.section(folded(evidence.quote)) if words else None
            if section is not None:
                found.append((evidence.document, section))
        return found


def _words(library: Library, document: str) -> _Words:
    blocks = [block for block in library.outline(document) if block.kind != "heading"]
    return _Words(tuple((block.section, folded("".join(fragment.text for fragment in block.fragments))) for block in blocks))
