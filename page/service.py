"""What the page's routes share: the assistant being opened, the kept conversations, feedback and suggestions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from fastapi import HTTPException, Request

from assistant import Answer, Citation, Document
from page.asking import Asking
from page.conversations import Conversations, Turn
from page.feedback import Feedback
from page.opening import Opening
from page.suggest import Suggestions
from page.texts import Texts, language_for, load_texts

CONVERSATIONS = "conversations.sqlite3"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Library:
    """What is known of the library before the assistant is open: its documents, questions to begin with, questions to suggest."""

    documents: tuple[Document, ...] = ()
    examples: tuple[str, ...] = ()
    suggestions: Suggestions = field(default_factory=Suggestions)


class Service:
    """The parts behind the routes, put together in one place."""

    def __init__(self, opening: Opening, home: Path, library: Library) -> None:
        self.opening = opening
        self.library = library
        self.conversations = Conversations(home / CONVERSATIONS)
        self.asking = Asking(opening, self.conversations)
        self.feedback = Feedback(home)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that answers come from; those of the corpus while the assistant opens."""
        return self.opening.wait().documents if self.opening.ready else self.library.documents

    def turn(self, id: int) -> Turn:
        """Return a turn, or answer 404."""
        return or_404(lambda: self.conversations.turn(id))

    def answered(self, id: int) -> tuple[Turn, Answer]:
        """Return a turn with its answer, or answer 404."""
        turn = self.turn(id)
        if turn.answer is None:
            raise HTTPException(404, "This question has no answer yet.")
        return turn, turn.answer


def or_404(get: Callable[[], T]) -> T:
    """Return what `get` returns; answer 404 where it raises KeyError."""
    try:
        return get()
    except KeyError:
        raise HTTPException(404, "This is not here, or no longer.") from None


def chosen(answer: Answer, kind: str, place: int) -> tuple[Citation, Sequence[Citation]]:
    """Return one source of an answer, and all of its kind; answer 404 if there is none."""
    if kind not in ("cited", "near"):
        raise HTTPException(404, "There is no such kind of source.")
    found = answer.citations if kind == "cited" else answer.see_also
    if not 0 <= place < len(found):
        raise HTTPException(404, "There is no such source.")
    return found[place], found


def texts_of(request: Request) -> Texts:
    """Return the texts in the language of whoever asks: the chosen one in the cookie, else what the browser prefers."""
    return load_texts(language_for(request.cookies.get("language"), request.headers.get("accept-language", "")))
