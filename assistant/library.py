"""An open index: the tables, the lexical indexes, the vector store and the embedding model that belongs to them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ingest.chunks import Chunk, Statement
from ingest.documents import Document
from ingest.embedding import Embedder, Vectors
from ingest.errors import IndexMismatch
from ingest.generation import Generation, IndexedDocument, current_folder, read_generation
from ingest.lexical import LexicalIndex
from ingest.lock import StoreLock
from ingest.settings import Settings
from ingest.store import VectorStore
from ingest.words import terms, words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement with the chunk it stands in; `number` and `chunk_number` are its places in the tables."""

    number: int
    statement: Statement
    chunk_number: int
    chunk: Chunk


class Library:
    """One index generation, opened. It holds the store's lock until it is closed."""

    def __init__(self, generation: Generation, embedder: Embedder, store: VectorStore, lock: StoreLock) -> None:
        self.generation = generation
        self.embedder = embedder
        self._store = store
        self._lock = lock
        manifest = generation.manifest
        self.lexical_chunks = LexicalIndex.load(generation.folder / "lexical-chunks", manifest.chunks)
        self.lexical_statements = LexicalIndex.load(generation.folder / "lexical-statements", manifest.statements)
        self.candidates = tuple(
            Candidate(number, statement, chunk_number, chunk)
            for number, (chunk_number, chunk, statement) in enumerate(
                (chunk_number, chunk, statement) for chunk_number, chunk in enumerate(generation.chunks) for statement in chunk.statements
            )
        )
        self.statements_of: dict[int, list[int]] = {}
        for candidate in self.candidates:
            self.statements_of.setdefault(candidate.chunk_number, []).append(candidate.number)

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder) -> Library:
        """Open the generation that serves; raise an ClusterdeskError where it is missing, damaged, busy or made by another model."""
        generation = read_generation(current_folder(settings.index))
        manifest = generation.manifest
        if manifest.model_fingerprint != embedder.fingerprint:
            raise IndexMismatch(
                f"The index {manifest.index_id} was built with the model {manifest.model!r}, the settings ask for {embedder.name!r}. "
                "Run: python -m ingest (or set CLUSTERDESK_EMBEDDING_MODEL back)"
            )
        lock = StoreLock(generation.folder, "the assistant")
        lock.acquire()
        try:
            store = VectorStore.open(generation.folder / "chroma", settings.chroma_url, manifest.index_id)
            return cls(generation, embedder, store, lock)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Close the store and give its lock back."""
        self._store.close()
        self._lock.release()

    @property
    def index_id(self) -> str:
        return self.generation.manifest.index_id

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(item.document for item in self.generation.documents)

    def indexed(self, document: str) -> IndexedDocument:
        """Return a document with its structure; KeyError if the index has none of that id."""
        return self._by_id[document]

    @cached_property
    def _by_id(self) -> dict[str, IndexedDocument]:
        return {item.document.id: item for item in self.generation.documents}

    def nearest_statements(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Return (number, cosine similarity) of the statements nearest to a vector."""
        return self._store.nearest("statements", vector, k)

    def nearest_chunks(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Return (number, cosine similarity) of the chunks nearest to a vector."""
        return self._store.nearest("chunks", vector, k)

    @cached_property
    def vocabulary(self) -> Counter[str]:
        """Every word of the library with its count, folded but not stemmed."""
        return Counter(word for chunk in self.generation.chunks for word in words(chunk.embedded_text))

    @cached_property
    def statement_terms(self) -> tuple[frozenset[str], ...]:
        """The stemmed terms of each statement's own text."""
        return tuple(frozenset(terms(candidate.statement.text)) for candidate in self.candidates)

    @cached_property
    def context_terms(self) -> tuple[frozenset[str], ...]:
        """The stemmed terms of each statement's headings and context."""
        return tuple(
            frozenset(terms(" ".join((candidate.chunk.context, *candidate.statement.section, candidate.statement.context))))
            for candidate in self.candidates
        )

    @cached_property
    def chunk_terms(self) -> tuple[frozenset[str], ...]:
        """The stemmed terms of each chunk with its context line."""
        return tuple(frozenset(terms(chunk.embedded_text)) for chunk in self.generation.chunks)

    @cached_property
    def rarity(self) -> dict[str, float]:
        """Inverse document frequency of each stemmed term over the chunks: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        size = len(self.generation.chunks)
        count = Counter(term for chunk_terms in self.chunk_terms for term in chunk_terms)
        return {term: math.log(1 + (size - n + 0.5) / (n + 0.5)) for term, n in count.items()}
