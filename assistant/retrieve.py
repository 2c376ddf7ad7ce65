"""Finding, in the documents that a question can be about: lexical and dense candidates over chunks and statements, fused.

A LangChain chain; its types stay in here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from langchain_core.runnables import Runnable, RunnableLambda, RunnableParallel
from numpy.typing import NDArray

from assistant.library import Library
from assistant.question import Query
from assistant.scope import documents_meant
from ingest.embedding import Vectors

Scores = NDArray[np.float32]

NEAREST = 60  # statements and chunks asked of the vector store
POOL = 24  # chunks whose statements are ranked
_FUSION = 60.0  # Cormack, Clarke and Buettcher, Reciprocal rank fusion, 2009


@dataclass(frozen=True, slots=True)
class Search:
    """A question with its vector, shape (dimension,), and the ids of the documents to look in; None: in all.

    In what is found, the documents are those that were looked in: fewer, where the question's names point to some.
    """

    query: Query
    vector: Vectors
    documents: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the two ways of searching say of a question.

    dense_*: cosine similarity, lexical_*: BM25 score, of every statement or chunk by number. chunks: the pool, best first.
    """

    search: Search
    dense_statements: Scores
    dense_chunks: Scores
    lexical_statements: Scores
    lexical_chunks: Scores
    chunks: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class _Inside:
    """Which chunks and statements stand in the documents to look in: a truth value for each, by number."""

    chunks: NDArray[np.bool_]
    statements: NDArray[np.bool_]

    @classmethod
    def of(cls, library: Library, documents: frozenset[str] | None) -> _Inside:
        if documents is None:
            return cls(np.ones(len(library.generation.chunks), dtype=bool), np.ones(len(library.candidates), dtype=bool))
        inside = np.asarray([document.id in documents for document in library.documents], dtype=bool)
        chunks = inside[library.document_of_chunks]
        return cls(chunks, chunks[library.chunk_of_statements])


def retriever(library: Library) -> Runnable[Search, Found]:
    """Return the chain search -> narrowed search -> (dense, lexical) -> fused candidates over one library."""
    steps = _Steps(library)
    return (
        RunnableLambda(steps.narrow)
        | RunnableParallel(
            search=RunnableLambda(lambda search: search), dense=RunnableLambda(steps.dense), lexical=RunnableLambda(steps.lexical)
        )
        | RunnableLambda(steps.fuse)
    )


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps of finding in one library."""

    library: Library

    def narrow(self, search: Search) -> Search:
        """Return the search in the documents that the question's names point to."""
        meant = documents_meant(self.library, search.query, search.documents)
        return search if meant is None else replace(search, documents=meant)

    def dense(self, search: Search) -> dict[str, list[tuple[int, float]]]:
        """Return the nearest statements and chunks with their similarity, nearest first."""
        if search.documents is not None:  # the store's nearest of all documents may hold none of these, so all of theirs are compared
            inside = _Inside.of(self.library, search.documents)
            return {
                "statements": _nearest(self.library.generation.statement_vectors @ search.vector, inside.statements),
                "chunks": _nearest(self.library.generation.chunk_vectors @ search.vector, inside.chunks),
            }
        return {
            "statements": self.library.nearest_statements(search.vector, NEAREST),
            "chunks": self.library.nearest_chunks(search.vector, NEAREST),
        }

    def lexical(self, search: Search) -> dict[str, Scores]:
        """Return the BM25 scores of all statements and chunks."""
        return {
            "statements": self.library.lexical_statements.scores(search.query.terms),
            "chunks": self.library.lexical_chunks.scores(search.query.terms),
        }

    def fuse(self, parts: Mapping[str, object]) -> Found:
        """Return what both ways found, the chunks fused."""
        search = parts["search"]
        near, words = parts["dense"], parts["lexical"]
        assert isinstance(search, Search) and isinstance(near, dict) and isinstance(words, dict)
        inside = _Inside.of(self.library, search.documents)
        rankings = [
            [number for number, _ in near["chunks"]],
            _chunk_ranking(self.library, [number for number, _ in near["statements"]]),
            _best(words["chunks"] * inside.chunks),
            _chunk_ranking(self.library, _best(words["statements"] * inside.statements)),
        ]
        return Found(
            search,
            self.library.generation.statement_vectors @ search.vector,
            self.library.generation.chunk_vectors @ search.vector,
            words["statements"],
            words["chunks"],
            tuple(fuse(rankings)[:POOL]),
        )


def fuse(rankings: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Return numbers with their fused score, best first, ties by number: the sum over the rankings of 1 / (60 + rank)."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, number in enumerate(ranking, 1):
            scores[number] = scores.get(number, 0.0) + 1.0 / (_FUSION + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _nearest(similarity: Scores, inside: NDArray[np.bool_]) -> list[tuple[int, float]]:
    order = np.lexsort((np.arange(len(similarity)), -similarity))
    return [(int(number), float(similarity[number])) for number in order[inside[order]][:NEAREST]]


def _best(scores: Scores) -> list[int]:
    order = np.lexsort((np.arange(len(scores)), -scores))[:NEAREST]
    return [int(number) for number in order if scores[number] > 0]


def _chunk_ranking(library: Library, statements: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(library.candidates[number].chunk_number for number in statements))
