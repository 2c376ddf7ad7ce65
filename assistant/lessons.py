"""What the models learn from: each question with the statements that answer it, and near ones that do not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.adapt import Lesson
from assistant.cross_encoder import Reader
from assistant.examples import Case, answering
from assistant.features import NAMES
from assistant.fit_cross_encoder import ReadingLesson
from assistant.library import Library
from assistant.question import understand
from assistant.spelling import Vocabulary
from ingest.chunks import Statement, embedded_statement

_HARD_NEGATIVES = 40


def embedding_lessons(cases: Sequence[Case], library: Library) -> list[Lesson]:
    """Return what the adapter learns from the library: each answered question with its statements, and the best ranked of the others.

    As for the cross-encoder, of these only statements that answer some other question.
    """
    texts = [embedded_statement(candidate.statement) for candidate in library.candidates]
    places = [_right_and_near(case, library) for case in cases]
    answers_some = {number for right, _ in places for number in right}
    found = []
    for case, (right, near) in zip(cases, places, strict=True):
        if right:
            known = (number for number in near if number in answers_some)
            found.append(Lesson(case.found.search.query.whole, tuple(texts[n] for n in right), tuple(texts[n] for n in known)))
    return found


def reading_lessons(cases: Sequence[Case], library: Library, reader: Reader) -> list[ReadingLesson]:
    """Return what the cross-encoder learns from the library's questions, those without an answer included.

    A statement that answers none of them is left out: shown only as one that does not answer, it would be learnt as one that never does.
    """
    statements = [reader.statement(c.statement.section, c.statement.context, c.statement.text) for c in library.candidates]
    places = [_right_and_near(case, library) for case in cases]
    answers_some = {number for right, _ in places for number in right}
    found = []
    for case, (right, near) in zip(cases, places, strict=True):
        question = reader.question(case.found.search.query.whole)
        known = (number for number in near if number in answers_some)
        found.append(ReadingLesson(question, tuple(statements[n] for n in right), tuple(statements[n] for n in known)))
    return found


def invented_lessons(path: Path, reader: Reader, library: Library) -> Iterator[ReadingLesson]:
    """Yield what the cross-encoder learns from documents that were invented for it, those without an answer included."""
    for listed, asked in _invented(path, library):
        statements = [reader.statement(statement.section, statement.context, statement.text) for statement in listed]
        for one in asked:
            right, near = (tuple(statements[place] for place in places) for places in (one.right, one.near))
            yield ReadingLesson(reader.question(one.question), right, near)


def invented_embedding_lessons(path: Path, library: Library) -> Iterator[Lesson]:
    """Yield what the adapter learns from the same documents: the questions that they answer."""
    for listed, asked in _invented(path, library):
        texts = [embedded_statement(statement) for statement in listed]
        for one in asked:
            if one.right:
                right, near = (tuple(texts[place] for place in places) for places in (one.right, one.near[:_HARD_NEGATIVES]))
                yield Lesson(one.question, right, near)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question about an invented document. right, near: places of the statements that answer it, and of the others, nearest first."""

    question: str
    right: tuple[int, ...]
    near: tuple[int, ...]


def _invented(path: Path, library: Library) -> Iterator[tuple[list[Statement], list[_Asked]]]:
    """Yield the statements of each invented document, and its questions: from a file of JSON lines, a document a line.

    Each has "title", "statements" (with "section", "context", "text") and "questions" (with "question", "history" and "answers": the places
    of the statements that answer, none if it is not answered). The embedding model says which of the others are near. Further questions
    about a document of another file name it: "document" is that file's name and the line, from 1, instead of title and statements.
    """
    for document in _documents(path):
        listed = [Statement("sentence", 0, (), row["text"], tuple(row["section"]), row["context"]) for row in document["statements"]]
        vocabulary = Vocabulary.of(" ".join((document["title"], *item.section, item.context, item.text)) for item in listed)
        rows = document["questions"]
        queries = [understand(row["question"], row["history"], vocabulary, {}, library.embedder.is_word).whole for row in rows]
        vectors = library.embedder.encode([embedded_statement(statement) for statement in listed])
        asked = []
        for row, query, vector in zip(rows, queries, library.embedder.encode(queries), strict=True):
            nearest = np.argsort(-(vectors @ vector), kind="stable").tolist()
            asked.append(_Asked(query, tuple(row["answers"]), tuple(place for place in nearest if place not in row["answers"])))
        yield listed, asked


def _documents(path: Path) -> Iterator[dict[str, Any]]:
    lines: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        document = json.loads(line)
        if "document" in document:
            name, number = document["document"]
            other = lines.setdefault(name, (path.parent / name).read_text("utf-8").splitlines())[number - 1]
            document = {**json.loads(other), "questions": document["questions"]}
        yield document


def _right_and_near(case: Case, library: Library) -> tuple[list[int], list[int]]:
    """Return the numbers of the statements that answer, and of those of the pool that do not, nearest first: nor in other words."""
    right, restating = sorted(answering(library, case.example.evidence)), answering(library, case.example.all_answering)
    order = np.argsort(-case.rows[:, NAMES.index("dense_statement")] - case.rows[:, NAMES.index("lexical_statement")], kind="stable")
    return right, [case.numbers[place] for place in order if case.numbers[place] not in restating][:_HARD_NEGATIVES]
