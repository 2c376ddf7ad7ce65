"""The vector store's one home: the only module that knows Chroma. A cache: it can always be built again from the generation's own files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import chromadb
import chromadb.config
import numpy as np
from chromadb.api import ClientAPI
from chromadb.errors import ChromaError
from langchain_chroma import Chroma

from ingest.embedding import Vectors
from ingest.errors import IndexDamaged, SettingError

Level = Literal["chunks", "statements"]
_BATCH = 200  # what Chroma's performance notes advise for one insert
# Cosine, searched all but exhaustively, on one thread so that two builds of the same vectors give the same graph. The high sync
# threshold keeps vectors in SQLite's log: a process killed while writing then has no half-written graph on disk to leave behind.
_CONFIGURATION = {
    "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400, "num_threads": 1, "sync_threshold": 1_000_000, "batch_size": 1000}
}


class VectorStore:
    """The vectors of one index generation, at two levels: chunks and statements. A vector's number is its place in the table."""

    def __init__(self, client: ClientAPI, index_id: str) -> None:
        self._client = client
        self._index_id = index_id
        self._readers: dict[Level, Chroma] = {}

    @classmethod
    def open(cls, folder: Path, url: str, index_id: str) -> VectorStore:
        """Open the store in a folder, or on a Chroma server if a URL is given. The caller holds the folder's lock."""
        try:
            return cls(_client(folder, url), index_id)
        except (ChromaError, ValueError, OSError) as error:
            remedy = "Start that Chroma server, or set CLUSTERDESK_CHROMA_URL to another." if url else "Run: python -m ingest --rebuild"
            raise IndexDamaged(f"The vector store in {url or folder} cannot be opened: {error} {remedy}") from error

    def write(self, level: Level, texts: Sequence[str], vectors: Vectors) -> None:
        """Store the texts and their vectors, replacing what the level held."""
        name = self._name(level)
        if name in {collection.name for collection in self._client.list_collections()}:
            self._client.delete_collection(name)
        collection = self._client.create_collection(name, configuration=_CONFIGURATION, embedding_function=None)  # type: ignore[arg-type]
        for start in range(0, len(texts), _BATCH):
            stop = min(start + _BATCH, len(texts))
            numbers = range(start, stop)
            collection.upsert(
                ids=[str(number) for number in numbers],
                embeddings=vectors[start:stop],
                documents=list(texts[start:stop]),
                metadatas=[{"number": number} for number in numbers],
            )

    def nearest(self, level: Level, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Return (number, cosine similarity) of the k nearest vectors, best first; ties by number."""
        reader = self._readers.get(level)
        if reader is None:
            reader = self._readers[level] = Chroma(client=self._client, collection_name=self._name(level))
        found = reader.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=k)
        ranked = [(int(document.metadata["number"]), 1.0 - float(distance)) for document, distance in found]
        return sorted(ranked, key=lambda hit: (-round(hit[1], 6), hit[0]))

    def vectors(self, level: Level) -> Vectors:
        """Return every stored vector in order of number, read one by one from the store: the only proof that they are there."""
        collection = self._client.get_or_create_collection(self._name(level), embedding_function=None)
        found = collection.get(include=["embeddings"])
        order = np.argsort([int(number) for number in found["ids"]])
        return np.asarray(found["embeddings"], dtype=np.float32)[order] if len(order) else np.zeros((0, 0), dtype=np.float32)

    def size(self, level: Level) -> int:
        """Return how many texts the store says it holds at a level: no proof that their vectors are there, see `vectors`."""
        return self._client.get_or_create_collection(self._name(level), embedding_function=None).count()

    def close(self) -> None:
        """Close the store's files."""
        self._readers.clear()
        self._client.close()  # type: ignore[attr-defined]  # there since 1.5, missing from the interface

    def _name(self, level: Level) -> str:
        return f"clusterdesk-{self._index_id}-{level}"


def _client(folder: Path, url: str) -> ClientAPI:
    settings = chromadb.config.Settings(anonymized_telemetry=False, is_persistent=not url)
    if not url:
        return chromadb.PersistentClient(path=str(folder), settings=settings)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(f"CLUSTERDESK_CHROMA_URL is {url!r}; it takes an address like http://127.0.0.1:8000")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return chromadb.HttpClient(host=parts.hostname, port=port, ssl=parts.scheme == "https", settings=settings)
