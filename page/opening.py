"""Opens the assistant in the background, so that the page is there at once."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assistant import Answer, Citation, Document, Excerpt

log = logging.getLogger(__name__)

_USUAL_S = 10.0  # how long an opening takes where none was timed yet


class Desk(Protocol):
    """What the page needs of an assistant."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents of the library."""
        ...

    def ask(self, question: str, history: Sequence[str] = (), *, documents: Collection[str] | None = None, literal: bool = False) -> Answer:
        """Answer one question, from some documents only or taken literally; `history` holds the earlier ones, oldest first."""
        ...

    def text(self, document: str) -> str:
        """Return a document's canonical text, which a citation's offsets point into; KeyError for an unknown id."""
        ...

    def surroundings(self, citation: Citation, blocks: int = 2) -> tuple[Excerpt, ...]:
        """Return the blocks around a citation, the quoted run marked."""
        ...

    def outline(self, document: str) -> tuple[Excerpt, ...]:
        """Return a whole document as blocks; KeyError for an unknown id."""
        ...

    def close(self) -> None:
        """Let go of the index."""
        ...


class OpeningError(Exception):
    """The assistant could not be opened; the text is a sentence for the person at the page, or empty where only the log may say."""


class Opening:
    """One assistant, opened in a background thread; a failed opening is tried again by the next question.

    told: the exceptions whose text is meant for the person at the page; of any other only a general sentence is shown.
    timed: a file that remembers how long the last opening took, so that this one's progress can be told; None: none is kept.
    """

    def __init__(self, open_desk: Callable[[], Desk], told: tuple[type[Exception], ...] = (), timed: Path | None = None) -> None:
        self._open_desk = open_desk
        self._told = told
        self._timed = timed
        self._lock = threading.Lock()
        self._attempt: Future[Desk] | None = None
        self._began = 0.0

    @property
    def settled(self) -> bool:
        """Whether `wait` returns or raises at once."""
        return self._attempt is not None and self._attempt.done()

    @property
    def ready(self) -> bool:
        """Whether `wait` returns at once with an assistant."""
        return self._attempt is not None and self._attempt.done() and self._attempt.exception() is None

    @property
    def failure(self) -> OpeningError | None:
        """Why the last attempt failed, or None."""
        error = self._attempt.exception() if self._attempt is not None and self._attempt.done() else None
        return error if isinstance(error, OpeningError) else None

    @property
    def share(self) -> float:
        """How much of the opening is likely done, 0 to 1, judged by how long the last one took."""
        if self.ready:
            return 1.0
        return min(0.95, (time.monotonic() - self._began) / self._usual()) if self._began else 0.0

    def start(self) -> None:
        """Begin to open the assistant, unless it is open or being opened."""
        with self._lock:
            if self._attempt is None or (self._attempt.done() and self._attempt.exception() is not None):
                self._attempt, self._began = Future(), time.monotonic()
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
            desk = self._open_desk()
            self._remember(time.monotonic() - self._began)
            attempt.set_result(desk)
        except self._told as error:
            log.error("%s", error)
            attempt.set_exception(OpeningError(str(error)))
        except Exception:
            log.exception("The assistant could not be opened")
            attempt.set_exception(OpeningError(""))

    def _usual(self) -> float:
        """Return how many seconds an opening takes: as the last one, or as most where that is not known."""
        try:
            seconds = float(self._timed.read_text("ascii")) if self._timed else _USUAL_S
        except (OSError, ValueError):
            return _USUAL_S
        return max(0.5, seconds) if 0 <= seconds < math.inf else _USUAL_S

    def _remember(self, seconds: float) -> None:
        """Keep how long an opening took; where it cannot be kept only the next progress bar is less true."""
        if self._timed is None:
            return
        try:
            self._timed.parent.mkdir(parents=True, exist_ok=True)
            self._timed.write_text(f"{seconds:.2f}\n", "ascii")
        except OSError as error:
            log.warning("How long the opening took is not kept: %s", error)
