"""Ask the known facts, one after the other, and score what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from assistant import Answer, Document, Excerpt
from evals.facts import Ask, Evidence, Fact
from evals.locate import Span, locate
from evals.score import Result, Score, score
from evals.tree import FactError
from evals.values import folded


class Library(Protocol):
    """The documents that facts are about, as the index has them."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents."""

    @property
    def index_id(self) -> str:
        """The name of the index."""

    def text(self, document: str) -> str:
        """Return a document's canonical text; KeyError if it is unknown."""

    def outline(self, document: str) -> tuple[Excerpt, ...]:
        """Return a document as the blocks that were read from it; KeyError if it is unknown."""

    def close(self) -> None:
        """Let go of the index."""


class Asked(Library, Protocol):
    """What is needed of an assistant; `assistant.Assistant` has it."""

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer one question."""


Case = tuple[Fact, Ask]


class Desk(Library, Protocol):
    """Somewhere that many asks can be put to: one assistant, or several side by side (`evals.workers`)."""

    def results(self, cases: Sequence[Case]) -> Iterator[Result]:
        """Yield a result for each case, in order."""


class OneAssistant:
    """A desk with one assistant, in this process."""

    def __init__(self, assistant: Asked) -> None:
        self._assistant = assistant

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents."""
        return self._assistant.documents

    @property
    def index_id(self) -> str:
        """The name of the index."""
        return self._assistant.index_id

    def text(self, document: str) -> str:
        """Return a document's canonical text."""
        return self._assistant.text(document)

    def outline(self, document: str) -> tuple[Excerpt, ...]:
        """Return a document as blocks."""
        return self._assistant.outline(document)

    def close(self) -> None:
        """Let go of the index."""
        self._assistant.close()

    def results(self, cases: Sequence[Case]) -> Iterator[Result]:
        """Yield a result for each case, in order."""
        return run(self._assistant, cases)


def select(facts: Iterable[Fact], split: str, keyword: str) -> tuple[Case, ...]:
    """Return the asks of a split ("all" takes every one) whose fact id contains the keyword; retired facts are not asked."""
    chosen = (fact for fact in facts if split in ("all", fact.split) and keyword in fact.id and fact.status != "retired")
    return tuple((fact, ask) for fact in chosen for ask in fact.asks)


def run(assistant: Asked, cases: Sequence[Case]) -> Iterator[Result]:
    """Yield a result for each case, in order."""
    return (one(assistant, fact, ask) for fact, ask in cases)


def one(assistant: Asked, fact: Fact, ask: Ask) -> Result:
    """Ask one question. An exception becomes a result too, so that one bad ask does not hide the others.

    A fact whose evidence stands nowhere any more is not asked: nothing could be said about the answer.
    """
    evidence, faults = located(fact, assistant)
    if faults and not evidence:
        return Result(fact, ask, None, Score("stale", "document"), faults[0])
    try:
        answer = assistant.ask(ask.question, ask.history)
        marks = score(fact, answer, evidence, assistant.text)
    except Exception as error:
        return Result(fact, ask, None, Score("error", "error"), f"{type(error).__name__}: {error}")
    if marks.stage == "recall" and not is_read(fact, assistant):
        marks = replace(marks, stage="ingest")
    return Result(fact, ask, answer, marks)


def located(fact: Fact, library: Library) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """Return the spans of the evidence quotes that can be found, and a sentence for each that cannot."""
    return _located(fact, fact.evidence, library)


def answered_by(fact: Fact, library: Library) -> tuple[Span, ...]:
    """Return the spans of everything that can be found and is known to answer a fact's asks: its evidence, and what restates it."""
    return _located(fact, (*fact.evidence, *fact.restated), library)[0]


def _located(fact: Fact, quotes: Sequence[Evidence], library: Library) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    spans: list[Span] = []
    faults: list[str] = []
    for evidence in quotes:
        try:
            spans.append(locate(evidence, library.text(evidence.document), fact.id))
        except KeyError:
            known = ", ".join(sorted(document.id for document in library.documents))
            faults.append(f"{evidence.place}: there is no document '{evidence.document}'; the documents are {known}.")
        except FactError as error:
            faults.append(str(error))
    return tuple(spans), tuple(faults)


def is_read(fact: Fact, library: Library) -> bool:
    """True if some evidence quote stands in the blocks that were read from its document, not only in the document's text.

    Example: a parser that drops a column of a table leaves the text as it is, and the cells in no block.
    """
    known = {document.id for document in library.documents}
    return any(f" {folded(e.quote)} " in _read_words(library, e.document) for e in fact.evidence if e.document in known)


def _read_words(library: Library, document: str) -> str:
    blocks = ("".join(fragment.text for fragment in excerpt.fragments) for excerpt in library.outline(document))
    return _folded_document(" ".join(blocks))


# A document is looked into for every failing ask about it.
@lru_cache(maxsize=64)
def _folded_document(text: str) -> str:
    return f" {folded(text)} "
