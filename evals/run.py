"""Ask the known facts, one after the other, and score what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from assistant import Answer, Document
from evals.facts import Ask, Fact
from evals.locate import Span, spans_of
from evals.score import Result, Score, score


class Asked(Protocol):
    """What is needed of an assistant; `assistant.Assistant` has it."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents it answers from."""

    @property
    def index_id(self) -> str:
        """The name of the index it reads."""

    def text(self, document: str) -> str:
        """Return a document's canonical text; KeyError if it is unknown."""

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer one question."""

    def close(self) -> None:
        """Let go of the index."""


Case = tuple[Fact, Ask]


def select(facts: Iterable[Fact], split: str, keyword: str) -> tuple[Case, ...]:
    """Return the asks of a split ("all" takes every one) whose fact id contains the keyword."""
    chosen = (fact for fact in facts if split in ("all", fact.split) and keyword in fact.id)
    return tuple((fact, ask) for fact in chosen for ask in fact.asks)


def run(assistant: Asked, cases: Sequence[Case], progress: Callable[[Sequence[Case]], Iterable[Case]] = iter) -> Iterator[Result]:
    """Yield a result for each case, in order. Raises FactError before the first ask if evidence cannot be located.

    progress wraps the cases, to show how far the run is.
    """
    spans = {fact.id: spans_of(fact, assistant.text) for fact, _ in cases}
    return (one(assistant, fact, ask, spans[fact.id]) for fact, ask in progress(cases))


def one(assistant: Asked, fact: Fact, ask: Ask, evidence: Sequence[Span]) -> Result:
    """Ask one question. An exception becomes a result too, so that one bad ask does not hide the others."""
    try:
        answer = assistant.ask(ask.question, ask.history)
        return Result(fact, ask, answer, score(fact, answer, evidence, assistant.text))
    except Exception as error:
        return Result(fact, ask, None, Score("error", "error"), f"{type(error).__name__}: {error}")
