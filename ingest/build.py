"""Documents -> blocks -> chunks -> one index generation: written beside the old one, checked, then switched to."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ingest.abbreviations import find_abbreviations
from ingest.check import check_in_child
from ingest.chunks import Chunk, embedded_statement, make_chunks
from ingest.documents import MANIFEST, file_hash, load_documents, read_text
from ingest.embedding import Embedder, Vectors, load_embedder, model_fingerprint
from ingest.errors import ClusterdeskError, DocumentError
from ingest.generation import (
    FORMAT,
    IndexedDocument,
    Manifest,
    current_folder,
    current_name,
    hash_files,
    index_id,
    read_generation,
    read_manifest,
    switch,
    write_manifest,
    write_tables,
)
from ingest.lexical import LexicalIndex
from ingest.lock import StoreLock
from ingest.read import read
from ingest.settings import Settings
from ingest.store import VectorStore

_VERSIONED = ("chromadb", "bm25s", "sentence-transformers", "torch", "numpy")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: `reused` embeddings of unchanged chunks; `changed` is false if the index was up to date."""

    index_id: str
    documents: int
    blocks: int
    chunks: int
    statements: int
    reused: int
    seconds: float
    changed: bool


def read_documents(corpus: Path) -> tuple[IndexedDocument, ...]:
    """Return every document of the manifest with its structure."""
    return tuple(
        IndexedDocument(document, file_hash(corpus / document.file), read(read_text(corpus / document.file), document.title))
        for document in load_documents(corpus)
    )


def build(settings: Settings, *, rebuild: bool = False) -> Built:
    """Build the index if its documents, chunks or model changed, or if `rebuild` is set; the old one serves until it is checked."""
    started = time.perf_counter()
    documents = read_documents(settings.corpus)
    chunks = [chunk for item in documents for chunk in make_chunks(item.document.id, item.document.title, item.parsed)]
    if not chunks:
        raise DocumentError(f"The documents in {settings.corpus} hold no text that could answer a question. Add a document to {MANIFEST}.")
    settings.index.mkdir(parents=True, exist_ok=True)
    with StoreLock(settings.index, "python -m ingest"):
        identity = index_id(documents, chunks, model_fingerprint(settings))
        changed = rebuild or not _serves(settings.index, identity)
        reused = _write(settings, documents, chunks, load_embedder(settings), identity) if changed else 0
    return Built(
        identity, len(documents), sum(len(item.parsed.blocks) for item in documents), len(chunks),
        sum(len(chunk.statements) for chunk in chunks), reused, time.perf_counter() - started, changed,
    )  # fmt: skip


def _serves(index: Path, identity: str) -> bool:
    try:
        return read_manifest(current_folder(index)).index_id == identity
    except ClusterdeskError:
        return False


def _write(settings: Settings, documents: Sequence[IndexedDocument], chunks: Sequence[Chunk], embedder: Embedder, identity: str) -> int:
    name = f"{identity}-{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 10**6:06d}"
    building = settings.index / f".building-{name}"
    for leftover in settings.index.glob(".building-*"):  # of a build that was killed; the lock says that none is running
        shutil.rmtree(leftover)
    building.mkdir()
    try:
        vectors, reused = _embed(settings.index, chunks, embedder)
        abbreviations = find_abbreviations("\n".join(item.parsed.shown(block) for item in documents for block in item.parsed.blocks))
        write_tables(building, documents, chunks, abbreviations, vectors)
        _write_indexes(settings, building, chunks, abbreviations, vectors, identity)
        manifest = Manifest(
            format=FORMAT,
            index_id=identity,
            model=embedder.name,
            model_fingerprint=embedder.fingerprint,
            dimension=int(vectors[0].shape[1]),
            documents={item.document.id: item.sha256 for item in documents},
            blocks=sum(len(item.parsed.blocks) for item in documents),
            chunks=len(chunks),
            statements=sum(len(chunk.statements) for chunk in chunks),
            versions={package: version(package) for package in _VERSIONED},
            files=hash_files(building),
        )
        write_manifest(building, manifest)
        check_in_child(building)
        building.rename(settings.index / name)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    previous = current_name(settings.index)
    switch(settings.index, name)
    _remove_old(settings.index, keep={name, previous})
    return reused


def _embed(index: Path, chunks: Sequence[Chunk], embedder: Embedder) -> tuple[tuple[Vectors, Vectors], int]:
    """Return the vectors of chunks and statements, and how many were taken over from the serving generation."""
    known = _known_vectors(index, embedder.fingerprint)
    new = [chunk for chunk in chunks if chunk.content_hash not in known]
    texts = [text for chunk in new for text in (chunk.embedded_text, *(embedded_statement(s) for s in chunk.statements))]
    fresh = embedder.encode(texts, progress="Embedding")
    at = 0
    for chunk in new:
        size = 1 + len(chunk.statements)
        known[chunk.content_hash] = fresh[at : at + size]
        at += size
    rows = [known[chunk.content_hash] for chunk in chunks]
    reused = sum(1 + len(chunk.statements) for chunk in chunks) - len(texts)
    return (np.stack([row[0] for row in rows]), np.concatenate([row[1:] for row in rows])), reused


def _known_vectors(index: Path, fingerprint: str) -> dict[str, Vectors]:
    """Return content hash -> vectors (the chunk's, then its statements') of the serving generation, if the same model made them."""
    try:
        generation = read_generation(current_folder(index))
    except ClusterdeskError:
        return {}
    if generation.manifest.model_fingerprint != fingerprint:
        return {}
    known, at = {}, 0
    for number, chunk in enumerate(generation.chunks):
        end = at + len(chunk.statements)
        known[chunk.content_hash] = np.concatenate([generation.chunk_vectors[number : number + 1], generation.statement_vectors[at:end]])
        at = end
    return known


def _write_indexes(
    settings: Settings,
    folder: Path,
    chunks: Sequence[Chunk],
    abbreviations: dict[str, str],
    vectors: tuple[Vectors, Vectors],
    identity: str,
) -> None:
    chunk_texts = [chunk.embedded_text for chunk in chunks]
    statement_texts = [embedded_statement(statement) for chunk in chunks for statement in chunk.statements]
    LexicalIndex.build([spelled_out(text, abbreviations) for text in chunk_texts]).save(folder / "lexical-chunks")
    LexicalIndex.build([spelled_out(text, abbreviations) for text in statement_texts]).save(folder / "lexical-statements")
    (folder / "chroma").mkdir()
    store = VectorStore.open(folder / "chroma", settings.chroma_url, identity)
    try:
        store.write("chunks", chunk_texts, vectors[0])
        store.write("statements", statement_texts, vectors[1])
    finally:
        store.close()


def spelled_out(text: str, abbreviations: dict[str, str]) -> str:
    """Return a text with the long form added of every abbreviation in it, and the short form of every long one."""
    added = [long for short, long in abbreviations.items() if short in text and long.casefold() not in text.casefold()]
    added += [short for short, long in abbreviations.items() if long.casefold() in text.casefold() and short not in text]
    return " ".join([text, *added])


def _remove_old(index: Path, keep: set[str | None]) -> None:
    """Remove generations before the previous one; the previous one may still serve in a running assistant."""
    for folder in index.iterdir():
        if folder.is_dir() and folder.name not in keep and not folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)
