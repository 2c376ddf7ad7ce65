"""An open index: the tables, the lexical indexes, the vector store and the embedding model that belongs to them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant.columns import LEAST_TELLING, Headings, column_headings, columns_named
from assistant.spelling import Vocabulary, name_terms, plain_terms
from ingest.chunks import Chunk, Statement
from ingest.documents import Document
from ingest.embedding import Embedder, Vectors, load_embedder, model_fingerprint, model_name
from ingest.errors import IndexDamaged, IndexMismatch
from ingest.generation import Generation, IndexedDocument, current_folder, read_generation, read_manifest
from ingest.lexical import LexicalIndex
from ingest.lock import StoreLock
from ingest.settings import Settings
from ingest.store import VectorStore
from ingest.words import terms


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
    def open(cls, settings: Settings, embedder: Embedder | None = None) -> Library:
        """Open the generation that serves, with its model unless it is given.

        Raises a ClusterdeskError where the index is missing, damaged, busy or of another model, before a model is loaded.
        """
        folder = current_folder(settings.index)
        manifest = read_manifest(folder)
        if manifest.model_fingerprint != model_fingerprint(settings):
            raise IndexMismatch(
                f"The index {manifest.index_id} was built with the model {manifest.model!r}, "
                f"the settings ask for {model_name(settings)!r}. Run: python -m ingest (or set CLUSTERDESK_EMBEDDING_MODEL back)"
            )
        generation = read_generation(folder)
        lock = StoreLock(folder, "the assistant")
        lock.acquire()
        try:
            store = VectorStore.open(folder / "chroma", settings.chroma_url, manifest.index_id)
            if (store.size("chunks"), store.size("statements")) != (manifest.chunks, manifest.statements):
                raise IndexDamaged(f"The vector store in {folder} does not hold all of the index. Run: python -m ingest --rebuild")
            return cls(generation, embedder or load_embedder(settings), store, lock)
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
    def vocabulary(self) -> Vocabulary:
        """Every word of the library."""
        return Vocabulary.of(chunk.embedded_text for chunk in self.generation.chunks)

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
    def document_of_chunks(self) -> NDArray[np.int64]:
        """The place of each chunk's document among the documents, shape (chunks,)."""
        places = {document.id: place for place, document in enumerate(self.documents)}
        return np.asarray([places[chunk.document] for chunk in self.generation.chunks], dtype=np.int64)

    @cached_property
    def chunk_of_statements(self) -> NDArray[np.int64]:
        """The number of each statement's chunk, shape (statements,)."""
        return np.asarray([candidate.chunk_number for candidate in self.candidates], dtype=np.int64)

    @cached_property
    def document_terms(self) -> dict[str, frozenset[str]]:
        """The stemmed terms of each document that has any text, with its title and country, by id."""
        found: dict[str, set[str]] = {}
        for chunk, chunk_terms in zip(self.generation.chunks, self.chunk_terms, strict=True):
            found.setdefault(chunk.document, set()).update(chunk_terms)
        known = {document.id: terms(f"{document.title} {document.country}") for document in self.documents}
        return {document: frozenset(present.union(known[document])) for document, present in found.items()}

    @cached_property
    def list_of(self) -> dict[int, Candidate]:
        """For each statement that is an item of a whole list, or introduces it, by number: the list."""
        found: dict[int, Candidate] = {}
        for whole in (candidate for candidate in self.candidates if candidate.statement.kind == "list"):
            inside = whole.statement.spans
            for other in self.candidates[whole.number + 1 :]:
                if (
                    other.chunk.document != whole.chunk.document
                    or other.statement.section[: len(whole.statement.section)] != whole.statement.section
                ):
                    break
                if all(any(a.start <= b.start and b.end <= a.end for a in inside) for b in other.statement.spans):
                    found[other.number] = whole
        return found

    @cached_property
    def column_headings(self) -> dict[tuple[str, int], Headings]:
        """For each table, as (document, number): what heads each of its columns and no other."""
        found = ((item.document.id, column_headings(item.parsed)) for item in self.generation.documents)
        return {(document, table): headings for document, tables in found for table, headings in tables.items()}

    def in_other_column(self, candidate: Candidate, asked: Iterable[str]) -> bool:
        """Return whether a candidate is a cell of another column than the one that a question with these stemmed terms names."""
        block = self.indexed(candidate.chunk.document).parsed.blocks[candidate.statement.block]
        if block.kind != "cell" or block.table is None or candidate.statement.kind == "row":
            return False
        telling = frozenset(term for term in asked if self.rarity.get(term, 0.0) >= LEAST_TELLING)
        named = columns_named(self.column_headings.get((candidate.chunk.document, block.table), {}), telling)
        return bool(named) and block.column not in named

    @cached_property
    def name_terms(self) -> frozenset[str]:
        """The stemmed terms that the library writes with a capital wherever they stand: names of people, places, programmes, bodies."""
        return name_terms(chunk.text for chunk in self.generation.chunks)

    @cached_property
    def ordinary_abbreviations(self) -> frozenset[str]:
        """The abbreviations that the library also has as words in small letters: "FIRM", "firms"."""
        small = plain_terms(chunk.text for chunk in self.generation.chunks)
        return frozenset(short for short in self.generation.abbreviations if small.issuperset(terms(short)))

    @cached_property
    def rarity(self) -> dict[str, float]:
        """Inverse document frequency of each stemmed term over the chunks: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        size = len(self.generation.chunks)
        count = Counter(term for chunk_terms in self.chunk_terms for term in chunk_terms)
        return {term: math.log(1 + (size - n + 0.5) / (n + 0.5)) for term, n in count.items()}

    @cached_property
    def rarity_among_documents(self) -> dict[str, float]:
        """Inverse document frequency of each stemmed term over the documents, ln(N / n): 0 for one that all have."""
        count = Counter(term for present in self.document_terms.values() for term in present)
        size = len(self.document_terms)
        return {term: math.log(size / n) for term, n in count.items()}
