"""Opens the assistant in the background, so that the page is there at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol

from page import words

if TYPE_CHECKING:
    from assistant import Answer, Citation, Excerpt

log = logging.getLogger(__name__)


class Desk(Protocol):
    """What the page needs of an assistant."""

    @property
    def scope(self) -> str:
        """One line: what the library covers."""
        ...

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer one question; `history` holds the earlier ones, oldest first."""
        ...

    def text(self, document: str) -> str:
        """Return a document's canonical text, which a citation's offsets point into."""
        ...

    def surroundings(self, citation: Citation, blocks: int = 2) -> tuple[Excerpt, ...]:
        """Return the blocks around a citation, the quoted run marked."""
        ...

    def close(self) -> None:
        """Let go of the index."""
        ...


class OpeningError(Exception):
    """The assistant could not be opened; the text is a sentence for the person at the page."""


class Opening:
    """One assistant, opened in a background thread; a failed opening is tried again by the next question.

    told: the exceptions whose text is meant for the person at the page; of any other only a general sentence is shown.
    """

    def __init__(self, open_desk: Callable[[], Desk], told: tuple[type[Exception], ...] = ()) -> None:
        self._open_desk = open_desk
        self._told = told
        self._lock = threading.Lock()
        self._attempt: Future[Desk] | None = None

    @property
    def ready(self) -> bool:
        """Whether `wait` returns at once with an assistant."""
        attempt = self._attempt
        return attempt is not None and attempt.done() and attempt.exception() is None

    def start(self) -> None:
        """Begin to open the assistant, unless it is open or being opened."""
        with self._lock:
            if self._attempt is None or (self._attempt.done() and self._attempt.exception() is not None):
                self._attempt = Future()
                # A daemon, so that Ctrl-C does not wait for models that nobody will use.
                threading.Thread(target=self._run, args=(self._attempt,), name="opening", daemon=True).start()

    def wait(self) -> Desk:
        """Return the assistant as soon as it is open, or raise OpeningError."""
        if self._attempt is None:
            self.start()
        assert self._attempt is not None
        return self._attempt.result()

    def close(self) -> None:
        """Close the assistant if it is open."""
        if self.ready:
            self.wait().close()

    def _run(self, attempt: Future[Desk]) -> None:
        try:
            attempt.set_result(self._open_desk())
        except self._told as error:
            log.error("%s", error)
            attempt.set_exception(OpeningError(str(error)))
        except Exception:
            log.exception("The assistant could not be opened")
            attempt.set_exception(OpeningError(words.BROKEN_OPENING))
