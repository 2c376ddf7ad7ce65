"""The real assistant with one fault planted in it, each at another step; the interface is that of the real one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant import Answer, Citation, Document, Excerpt, Passage, shown
from evals.run import Asked

Spoil = Callable[[Answer, Callable[[str], str]], Answer]


@dataclass(frozen=True, slots=True)
class FaultyAssistant:
    """Asks `real` and spoils what it answers; `reads` says which blocks its parser keeps."""

    real: Asked
    spoil: Spoil
    reads: Callable[[Excerpt], bool] = lambda block: True

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.real.documents

    @property
    def index_id(self) -> str:
        return self.real.index_id

    def text(self, document: str) -> str:
        return self.real.text(document)

    def outline(self, document: str) -> tuple[Excerpt, ...]:
        return tuple(block for block in self.real.outline(document) if self.reads(block))

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        return self.spoil(self.real.ask(question, history), self.real.text)

    def close(self) -> None:
        pass


def without(answer: Answer, text: Callable[[str], str], start: int, end: int) -> Answer:
    """What stands at start:end was never indexed: no passage holds it, and something else is quoted."""
    left = tuple(p for p in answer.passages if not any(first < end and start < last for first, last in p.spans))
    return quoting(replace(answer, passages=left), text)


def split(answer: Answer, text: Callable[[str], str], at: int) -> Answer:
    """A chunker cut where it should not: what was one passage is two, one before `at` and one behind it."""
    parts: list[Passage] = []
    for passage in answer.passages:
        before = tuple((start, min(end, at)) for start, end in passage.spans if start < at)
        behind = tuple((max(start, at), end) for start, end in passage.spans if end > at)
        parts += [replace(passage, spans=spans) for spans in (before, behind) if spans]
    return quoting(replace(answer, passages=tuple(parts)), text)


def backwards(answer: Answer, text: Callable[[str], str]) -> Answer:
    """A ranker put the best passage last."""
    return quoting(replace(answer, passages=answer.passages[::-1]), text)


def too_strict(answer: Answer, text: Callable[[str], str]) -> Answer:
    """A threshold stands so high that everything is refused."""
    return replace(answer, status="not_found", text="The documents do not say.", citations=())


def off_by_one(answer: Answer, text: Callable[[str], str]) -> Answer:
    """Every quote begins one character late."""
    return replace(answer, citations=tuple(replace(citation, start=citation.start + 1) for citation in answer.citations))


def quoting(answer: Answer, text: Callable[[str], str]) -> Answer:
    """Answer with the beginning of the first passage, cited word for word."""
    first: Passage = answer.passages[0]
    start, end = first.spans[0]
    quote = shown(text(first.document)[start:end])
    citation = Citation(1, first.document, first.document, "", first.section, None, (1, 1), start, end, quote)
    return replace(answer, status="answered", text=f"{quote[:300]} [1]", citations=(citation,))
