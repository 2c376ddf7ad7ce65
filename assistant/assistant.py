"""The one public object: a question goes in, an answer with checked citations comes out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType

from assistant.chain import Asked, Reply, make_chain
from assistant.cite import outline, surroundings
from assistant.compose import compose, is_answered
from assistant.language import language_of
from assistant.library import Library
from assistant.question import MOST_QUESTIONS, split_message, with_sentence_before
from assistant.rank import Ranker, Ranks
from assistant.refuse import scope
from assistant.types import Answer, Citation, Excerpt
from ingest.blocks import Span
from ingest.documents import Document
from ingest.errors import ClusterdeskError
from ingest.generation import current_name
from ingest.settings import Settings

_HISTORY_KEPT = 20  # earlier questions

_log = logging.getLogger(__name__)


class Assistant:
    """Answers questions from one index. Thread safe: questions take turns. Close it, or use it as a context manager."""

    def __init__(self, library: Library, ranker: Ranks, settings: Settings) -> None:
        self._library = library
        self._ranker = ranker
        self._settings = settings
        self._lock = threading.RLock()
        self._chain = make_chain(library, ranker)
        self._closed = False

    @classmethod
    def open(cls, settings: Settings, remember: Path | None = None) -> Assistant:
        """Open the index that serves, with its models; raise AssistantError that names the remedy.

        remember: a folder where what was computed for a question is kept, so that asking it again, in a later run too, is quick. Answers
        stay the same.
        """
        library = Library.open(settings)
        language_of("")  # loads what it needs now, not with the first refusal
        try:
            return cls(library, Ranker.load(library.embedder.name, remember), settings)
        except BaseException:
            library.close()
            raise

    def ask(self, question: str, history: Sequence[str] = (), *, documents: Collection[str] | None = None, literal: bool = False) -> Answer:
        """Return the answer to a message; `history` holds earlier questions, oldest first. What is no question is refused kindly.

        documents: ids of the only documents to look in; literal: take the words as they are, nothing mended and nothing carried over.
        """
        started = time.perf_counter()
        question = question.encode("utf-8", "replace").decode("utf-8")  # half a character cannot be read, stored or printed
        with self._lock:
            if self._closed:
                raise ClusterdeskError("This assistant is closed. Open another: Assistant.open(settings)")
            self._follow_index()
            questions = [part for part in split_message(question) if any(character.isalnum() for character in part)]
            asked, unread = questions[:MOST_QUESTIONS], questions[MOST_QUESTIONS:]
            before, within = tuple(history[-_HISTORY_KEPT:]), None if documents is None else frozenset(documents)
            replies = [self._reply(Asked(part, (*before, *asked[:place]), within, literal), question) for place, part in enumerate(asked)]
            steps = [name for reply in replies[:1] for name in reply.timings_ms]
            timings = {name: round(sum(reply.timings_ms[name] for reply in replies), 2) for name in steps}
            timings["total"] = round((time.perf_counter() - started) * 1000, 2)
            return compose(self._library, question, replies, timings, unread)

    def _reply(self, asked: Asked, message: str) -> Reply:
        """Answer a question; if it is refused, read it once more with the sentence before it, which may name what it is about."""
        reply = self._chain.invoke(asked)
        longer = None if is_answered(reply) else with_sentence_before(message, asked.question)
        if longer is None:
            return reply
        again = self._chain.invoke(asked._replace(question=longer))
        return again if is_answered(again) else reply

    @property
    def index_id(self) -> str:
        """The identity of the index that serves."""
        return self._library.index_id

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents of the library."""
        return self._library.documents

    @property
    def scope(self) -> str:
        """What the library covers, in one line."""
        return scope(self._library.documents)

    def text(self, document: str) -> str:
        """Return a document's canonical text, which offsets point into; KeyError for an unknown id."""
        return self._library.indexed(document).parsed.text

    def surroundings(self, citation: Citation, blocks: int = 2) -> tuple[Excerpt, ...]:
        """Return the blocks around a citation, the quoted run marked; KeyError for an unknown document."""
        return surroundings(self._library.indexed(citation.document).parsed, Span(citation.start, citation.end), blocks)

    def outline(self, document: str) -> tuple[Excerpt, ...]:
        """Return a whole document as blocks, for reading; KeyError for an unknown id."""
        return outline(self._library.indexed(document).parsed)

    def close(self) -> None:
        """Close the index and give its lock back."""
        with self._lock:
            self._closed = True
            self._library.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _follow_index(self) -> None:
        """Take up a newer index generation if there is one; go on with the old one if it cannot be opened."""
        name = current_name(self._settings.index)
        if name is None or name == self._library.generation.folder.name:
            return
        try:
            newer = Library.open(self._settings, self._library.embedder)
        except ClusterdeskError as error:
            _log.warning("Going on with index %s: %s", self.index_id, error)
            return
        self._library.close()
        self._library, self._chain = newer, make_chain(newer, self._ranker)
