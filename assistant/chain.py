"""The chain that one question goes through: understood -> searched -> ranked. LangChain's Runnables, joined in one place."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.library import Library
from assistant.question import Query, understand
from assistant.rank import Ranking, Ranks
from assistant.retrieve import Found, Search, retriever


class Asked(NamedTuple):
    """One question with the earlier ones. documents: ids to look in, None for all; literal: take the words as they are."""

    question: str
    history: tuple[str, ...] = ()
    documents: frozenset[str] | None = None
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What is known after one question went through the chain; timings_ms: of its steps."""

    query: Query
    found: Found
    ranking: Ranking
    timings_ms: dict[str, float]


def make_chain(library: Library, ranker: Ranks) -> Runnable[Asked, Reply]:
    """Return the chain asked -> reply over one library."""
    find = retriever(library)

    def read(asked: Asked) -> tuple[Query, frozenset[str] | None]:
        history = () if asked.literal else asked.history
        is_word = _any_word if asked.literal else library.embedder.is_word
        known, ordinary = library.generation.abbreviations, library.ordinary_abbreviations
        return understand(asked.question, history, library.vocabulary, known, is_word, ordinary), asked.documents

    def search(read: tuple[Query, frozenset[str] | None]) -> tuple[Found, dict[str, float]]:
        query, documents = read
        clock = _Clock()
        vector = library.embedder.encode([query.whole])[0]
        clock.lap("embed")
        found = find.invoke(Search(query, vector, documents))
        clock.lap("retrieve")
        return found, clock.laps

    def rank(searched: tuple[Found, dict[str, float]]) -> Reply:
        found, laps = searched
        clock = _Clock()
        ranking = ranker.rank(library, found)
        clock.lap("rank")
        return Reply(found.search.query, found, ranking, laps | clock.laps)

    return RunnableLambda(read) | RunnableLambda(search) | RunnableLambda(rank)


def _any_word(_: str) -> bool:
    """A question taken literally holds nothing to mend."""
    return True


class _Clock:
    """Times the steps of one question, in milliseconds."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = (now - self._last) * 1000
        self._last = now
