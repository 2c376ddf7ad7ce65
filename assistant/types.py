"""The words of an answer: what the page, the command line and the evals all pass around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ingest.documents import Document

__all__ = ["Answer", "Citation", "Document", "Excerpt", "Fragment", "Passage", "Status"]

Status = Literal["answered", "not_found"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote: `shown(text[start:end]) == quote` holds, or it is not shown.

    start, end: character offsets into the document's text; lines: first and last line, from 1; page: None where the format has none.
    """

    number: int
    document: str
    title: str
    published: str
    section: tuple[str, ...]
    page: int | None
    lines: tuple[int, int]
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk found for a question, best first.

    spans: character ranges of the document's text that it covers, in reading order; text: those ranges as shown.
    """

    document: str
    section: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    text: str
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of shown text; `quoted` is true for the part that a citation quotes."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One block of a document, for showing a citation in its surroundings.

    kind: heading, paragraph, item, cell, footnote or caption; level: depth of a heading or list item, from 1; section: its heading path;
    row, column: headings of a table cell; number: a footnote's number.
    """

    kind: str
    level: int
    section: tuple[str, ...]
    row: tuple[str, ...]
    column: str
    number: str
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says to one question. `text` carries the citations' numbers in square brackets."""

    question: str
    interpreted_as: str
    status: Status
    text: str
    citations: tuple[Citation, ...]
    see_also: tuple[Citation, ...]
    confidence: float
    reason: str
    engine: str
    index: str
    timings_ms: Mapping[str, float]
    passages: tuple[Passage, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the answer as the JSON contract has it: every field but `passages`."""
        data = asdict(self)
        del data["passages"]
        return data
