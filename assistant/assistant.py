"""The one public object: a question goes in, an answer with checked citations comes out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.cite import cite, is_verified, outline, surroundings
from assistant.library import Library
from assistant.question import LONGEST_QUESTION, Query, split_message, understand
from assistant.rank import Ranker, Ranking
from assistant.refuse import reason, refusal, scope
from assistant.retrieve import Found, Search, retriever
from assistant.say import Said, say
from assistant.types import Answer, Citation, Excerpt, Passage, Status
from ingest.blocks import Span
from ingest.documents import Document
from ingest.embedding import load_embedder
from ingest.errors import ClusterdeskError
from ingest.generation import current_name
from ingest.settings import Settings
from ingest.typography import shown

LEAST_CONFIDENCE = 0.5  # below it the documents are said not to answer; set on the dev split, see evals/LOG.md
JOIN_MARGIN = 1.5  # log odds behind the best statement up to which further ones join it; set on the dev split
_NEAREST_SHOWN = 3
_PASSAGES = 50

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known after one question went through the chain."""

    query: Query
    found: Found
    ranking: Ranking
    timings_ms: dict[str, float]


class Assistant:
    """Answers questions from one index. Thread safe: questions take turns. Close it, or use it as a context manager."""

    def __init__(self, library: Library, ranker: Ranker, settings: Settings) -> None:
        self._library = library
        self._ranker = ranker
        self._settings = settings
        self._lock = threading.RLock()
        self._chain = _chain(library, ranker)

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """Open the index that serves, with its models; raise AssistantError that names the remedy."""
        return cls(Library.open(settings, load_embedder(settings)), Ranker.load(), settings)

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Return the answer to a message; `history` holds earlier questions, oldest first. A message without a question is refused kindly."""
        started = time.perf_counter()
        with self._lock:
            self._follow_index()
            questions = [part for part in split_message(question) if any(character.isalnum() for character in part)]
            replies = [self._chain.invoke((part, tuple(history[-20:]))) for part in questions]
            return self._answer(question, replies, started)

    # The library, for the page and the evals

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
            self._library.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # Inside

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
        self._library, self._chain = newer, _chain(newer, self._ranker)

    def _answer(self, message: str, replies: Sequence[Reply], started: float) -> Answer:
        answered = [reply for reply in replies if reply.ranking.confidence >= LEAST_CONFIDENCE]
        said: list[Said] = []
        for reply in answered:
            first = sum(len(earlier.citations) for earlier in said) + 1
            said.append(say(self._library, reply.query, reply.ranking.ranked, JOIN_MARGIN, first))
        status: Status = "answered" if any(part.citations for part in said) else "not_found"
        first_query = replies[0].query if replies else None
        timings = {name: round(sum(reply.timings_ms[name] for reply in replies), 2) for name in (replies[0].timings_ms if replies else ())}
        timings["total"] = round((time.perf_counter() - started) * 1000, 2)
        passages = tuple(passage for reply in replies for passage in self._passages(reply))
        return Answer(
            question=message[:LONGEST_QUESTION],
            interpreted_as=" ".join(reply.query.whole for reply in replies) or shown(message[:LONGEST_QUESTION]),
            status=status,
            text=self._text(replies, answered, said) if status == "answered" else refusal(first_query, self.documents),
            citations=tuple(citation for part in said for citation in part.citations) if status == "answered" else (),
            see_also=() if status == "answered" else self._nearest(replies),
            confidence=round(min((reply.ranking.confidence for reply in (answered or replies)), default=0.0), 4),
            reason="" if status == "answered" else reason(first_query),
            engine="extractive",
            index=self.index_id,
            timings_ms=timings,
            passages=passages[:_PASSAGES],
        )

    def _text(self, replies: Sequence[Reply], answered: Sequence[Reply], said: Sequence[Said]) -> str:
        """Return the answers under their questions where there were several, with the refusal of those that got none."""
        if len(replies) == 1:
            return said[0].text
        texts = iter(said)
        return "\n\n".join(
            f"{reply.query.text}\n{next(texts).text if reply in answered else 'The documents do not say. ' + reason(reply.query)}"
            for reply in replies
        )

    def _passages(self, reply: Reply) -> list[Passage]:
        best: dict[int, float] = {}
        for ranked in reply.ranking.ranked:
            best.setdefault(ranked.candidate.chunk_number, ranked.score)
        chunks = self._library.generation.chunks
        fused = dict(reply.found.chunks)
        return [
            Passage(
                chunks[number].document, chunks[number].section, tuple((span.start, span.end) for span in chunks[number].spans), chunks[number].text,
                {"rank": score, "fused": fused[number], "dense": float(reply.found.dense_chunks[number])},
            )
            for number, score in best.items()
        ]  # fmt: skip

    def _nearest(self, replies: Sequence[Reply]) -> tuple[Citation, ...]:
        """Return the nearest statements of a refused question, each as a citation of its first span: not an answer."""
        citations: list[Citation] = []
        seen: set[int] = set()
        for ranked in (ranked for reply in replies if reply.query.terms for ranked in reply.ranking.ranked[:8]):
            candidate = ranked.candidate
            if candidate.chunk_number in seen or len(citations) >= _NEAREST_SHOWN:
                continue
            seen.add(candidate.chunk_number)
            citation = cite(
                self._library, candidate.chunk.document, candidate.statement.section, candidate.statement.spans[0], len(citations) + 1
            )
            if citation is not None and is_verified(self._library, citation):
                citations.append(citation)
        return tuple(citations)


def _chain(library: Library, ranker: Ranker) -> Runnable[tuple[str, tuple[str, ...]], Reply]:
    """Return the chain (question, history) -> understood -> found -> ranked."""
    find = retriever(library)

    def read(asked: tuple[str, tuple[str, ...]]) -> Query:
        return understand(asked[0], asked[1], library.vocabulary, library.generation.abbreviations, library.embedder.is_word)

    def search(query: Query) -> tuple[Found, dict[str, float]]:
        clock = _Clock()
        vector = library.embedder.encode([query.whole])[0]
        clock.lap("embed")
        found = find.invoke(Search(query, vector))
        clock.lap("retrieve")
        return found, clock.laps

    def rank(searched: tuple[Found, dict[str, float]]) -> Reply:
        found, laps = searched
        clock = _Clock()
        ranking = ranker.rank(library, found)
        clock.lap("rank")
        return Reply(found.search.query, found, ranking, laps | clock.laps)

    return RunnableLambda(read) | RunnableLambda(search) | RunnableLambda(rank)


class _Clock:
    """Times the steps of one question, in milliseconds."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = (now - self._last) * 1000
        self._last = now
