"""Examples to learn from: questions, what answers them, and what our own search finds for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from assistant.features import features
from assistant.library import Library
from assistant.question import split_message, understand
from assistant.rank import pool
from assistant.retrieve import Found, Search, retriever
from ingest.errors import IndexMismatch

_ABOUT_NOTHING = ("out-of-domain", "hostile", "greeting")  # kinds of unanswerable questions that are not about the library
_QUOTE_COVERED = 0.5  # of an evidence quote: a statement that holds this much of it answers
_STATEMENT_COVERED = 0.6  # of a statement: one that lies this far within an evidence quote answers


Ranges = Mapping[str, tuple[tuple[int, int], ...]]  # of characters, by document


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the character ranges, by document, that answer it; none if the documents do not answer it.

    restated: ranges that answer it too, in other words or in part: taught neither as right nor as wrong. about: whether it is about what
    the library covers, answered or not.
    """

    question: str
    history: tuple[str, ...]
    evidence: Ranges
    about: bool = True
    restated: Ranges = field(default_factory=dict)

    @property
    def all_answering(self) -> Ranges:
        """Everything that answers it, by document."""
        documents = dict.fromkeys((*self.evidence, *self.restated))
        return {document: (*self.evidence.get(document, ()), *self.restated.get(document, ())) for document in documents}


@dataclass(frozen=True, slots=True)
class Case:
    """An example with what was found for it.

    numbers: the pool's statements. rows: their features, shape (statements, len(NAMES)). answers: which of them answer.
    """

    example: Example
    found: Found
    numbers: tuple[int, ...]
    rows: NDArray[np.float32]
    answers: NDArray[np.bool_]


def read_examples(library: Library, paths: Sequence[Path]) -> list[Example]:
    """Return the examples of files of JSON lines.

    Each line has "question", "history" and either "unanswerable" or "evidence" (character ranges in "document") with, optionally,
    "elsewhere" (the same in other documents) and "restated" (by document, what answers it in other words or in part). A first line
    {"texts": {document: SHA-256}} tells which texts the ranges were written for; raises IndexMismatch if the library has others.
    """
    examples = []
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if "texts" in row:
                _check_texts(library, row["texts"], path)
                continue
            places = {row["document"]: row["evidence"], **row.get("elsewhere", {})} if "evidence" in row else {}
            about = row.get("unanswerable") not in _ABOUT_NOTHING
            restated = _ranges(row.get("restated", {}))
            examples.append(Example(row["question"], tuple(row["history"]), _ranges(places), about, restated))
    return examples


def _ranges(places: Mapping[str, Sequence[Sequence[int]]]) -> Ranges:
    return {document: tuple((start, end) for start, end in spans) for document, spans in places.items()}


def _check_texts(library: Library, texts: Mapping[str, str], path: Path) -> None:
    for document in library.generation.documents:
        wanted = texts.get(document.document.id, document.sha256)
        if wanted != document.sha256:
            raise IndexMismatch(
                f"{path} points into another version of {document.document.id} (SHA-256 {wanted[:16]}…, the index has "
                f"{document.sha256[:16]}…). Build the index of that version, or leave the file out."
            )


def make_cases(library: Library, examples: Sequence[Example]) -> list[Case]:
    """Return the examples with what the library finds for them; those without a question are refused unsearched, and left out."""
    examples = [example for example in examples if split_message(example.question)]
    find = retriever(library)
    known, ordinary, is_word = library.generation.abbreviations, library.ordinary_abbreviations, library.embedder.is_word
    queries = [understand(split_message(e.question)[-1], e.history, library.vocabulary, known, is_word, ordinary) for e in examples]
    vectors = library.embedder.encode([query.whole for query in queries], progress="Embedding questions")
    cases = []
    for example, query, vector in tqdm(zip(examples, queries, vectors, strict=True), total=len(examples), desc="Searching", disable=None):
        found = find.invoke(Search(query, vector))
        numbers = tuple(pool(library, found))
        right = answering(library, example.evidence)
        cases.append(Case(example, found, numbers, features(library, found, numbers), np.asarray([number in right for number in numbers])))
    return cases


def about(library: Library, case: Case) -> str:
    """Return the id of the document that a case is about: that of its evidence, or of the best chunk found where nothing answers."""
    return next(iter(case.example.evidence), library.generation.chunks[case.found.chunks[0][0]].document)


def answering(library: Library, ranges: Ranges) -> frozenset[int]:
    """Return the numbers of the statements that hold what answers an example, or lie within it."""
    right = set()
    for candidate in library.candidates:
        spans = candidate.statement.spans
        size = sum(end - start for start, end in spans)
        for start, end in ranges.get(candidate.chunk.document, ()):
            shared = sum(max(0, min(end, b) - max(start, a)) for a, b in spans)
            if shared and (shared >= _QUOTE_COVERED * (end - start) or shared >= _STATEMENT_COVERED * size):
                right.add(candidate.number)
    return frozenset(right)


def leaning_on(library: Library, ranges: Ranges) -> frozenset[int]:
    """Return the numbers of the statements that would not be what they are without these ranges: those that share text with them, and
    those that one of these introduces (a list's items, a footnote to it)."""
    sharing = {
        candidate.number
        for candidate in library.candidates
        for start, end in ranges.get(candidate.chunk.document, ())
        if any(start < b and a < end for a, b in candidate.statement.spans)
    }
    said = [library.candidates[number].statement.text for number in sharing]
    introduced = {
        candidate.number
        for candidate in library.candidates
        if (context := candidate.statement.context.rstrip(" …")) and any(context in text or text in context for text in said)
    }
    return frozenset(sharing | introduced)
