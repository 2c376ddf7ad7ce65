"""One index generation on disk: the chunk table, the documents as read, the vectors and the manifest. The source of truth for the store.

<home>/index/current              names the generation that serves
<home>/index/<generation>/        manifest.json, documents.json, chunks.jsonl, vectors.npz, lexical-*/, chroma/
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ingest.blocks import Block, Furniture, Parsed, Span
from ingest.chunks import Chunk, Statement
from ingest.documents import Document
from ingest.embedding import Vectors
from ingest.errors import IndexDamaged, IndexMismatch, IndexMissing
from ingest.settings import Settings

FORMAT = 1  # raise it when the files below change their meaning
POINTER = "current"
_NOT_HASHED = ("chroma", "manifest.json", "store.lock", "store.holder")


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document with its structure, as the index keeps it."""

    document: Document
    sha256: str
    parsed: Parsed


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from and holds. `files` gives the SHA-256 of each file beside the vector store."""

    format: int
    index_id: str
    model: str
    model_fingerprint: str
    dimension: int
    documents: dict[str, str]
    blocks: int
    chunks: int
    statements: int
    versions: dict[str, str]
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation's tables in memory. chunk_vectors: (chunks, dimension); statement_vectors: (statements, dimension), in table order."""

    folder: Path
    manifest: Manifest
    documents: tuple[IndexedDocument, ...]
    chunks: tuple[Chunk, ...]
    abbreviations: dict[str, str]
    chunk_vectors: Vectors
    statement_vectors: Vectors


def index_id(documents: Sequence[IndexedDocument], chunks: Sequence[Chunk], model_fingerprint: str) -> str:
    """Return the identity of an index: equal ids mean equal documents, chunks and model."""
    digest = hashlib.sha256(f"{FORMAT}\x1f{model_fingerprint}".encode())
    for item in documents:
        digest.update(json.dumps([asdict(item.document), item.sha256, item.parsed.blocks], sort_keys=True, default=str).encode())
    for chunk in chunks:
        digest.update(json.dumps([chunk.content_hash, chunk.document, chunk.spans]).encode())
    return digest.hexdigest()[:12]


# Writing


def write_tables(
    folder: Path,
    documents: Sequence[IndexedDocument],
    chunks: Sequence[Chunk],
    abbreviations: dict[str, str],
    vectors: tuple[Vectors, Vectors],
) -> None:
    """Write everything but the manifest, the lexical indexes and the vector store."""
    data = {"abbreviations": abbreviations, "documents": [_document_record(item) for item in documents]}
    (folder / "documents.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    with (folder / "chunks.jsonl").open("w", encoding="utf-8") as file:
        for chunk in chunks:
            file.write(json.dumps(asdict(chunk), ensure_ascii=False) + "\n")
    np.savez(folder / "vectors.npz", chunks=vectors[0], statements=vectors[1])


def _document_record(item: IndexedDocument) -> dict[str, Any]:
    return {
        "document": asdict(item.document),
        "sha256": item.sha256,
        "text": item.parsed.text,
        "blocks": [asdict(block) for block in item.parsed.blocks],
        "furniture": [asdict(furniture) for furniture in item.parsed.furniture],
    }


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest last: a folder without one is no generation."""
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2, sort_keys=True) + "\n", encoding="utf-8")


def hash_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a generation by its name, but those of the vector store, which change when it is opened."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] not in _NOT_HASHED)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def switch(index: Path, name: str) -> None:
    """Make a generation the one that serves, by one atomic rename."""
    temporary = index / f".{POINTER}.{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(index / POINTER)


def copy_index(settings: Settings, home: Path) -> Settings:
    """Copy the generation that serves to another home folder; return the settings for it.

    One process owns an index; a second one works on its own copy. Raises IndexMissing or IndexDamaged where none serves.
    """
    copied = replace(settings, home=home)
    folder = current_folder(settings.index)
    shutil.copytree(folder, copied.index / folder.name, ignore=shutil.ignore_patterns("store.*"))
    switch(copied.index, folder.name)
    return copied


# Reading


def current_name(index: Path) -> str | None:
    """Return the name of the generation that serves, or None if there is none yet."""
    try:
        return (index / POINTER).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def current_folder(index: Path) -> Path:
    """Return the folder of the generation that serves, or raise IndexMissing."""
    name = current_name(index)
    if name is None:
        raise IndexMissing(f"There is no index in {index} yet. Run: python -m ingest")
    if not (index / name / "manifest.json").is_file():
        raise IndexDamaged(f"The index {index / name} is gone or incomplete. Run: python -m ingest --rebuild")
    return index / name


def read_manifest(folder: Path) -> Manifest:
    """Return a generation's manifest, or raise IndexDamaged or IndexMismatch."""
    path = folder / "manifest.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise IndexMismatch(f"{path} has format {data['format']}; this version reads format {FORMAT}. Run: python -m ingest")
        return Manifest(**data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{path} cannot be read: {error}. Run: python -m ingest --rebuild") from error


def read_generation(folder: Path) -> Generation:
    """Return a generation's tables after comparing each file with the manifest; raise IndexDamaged where one differs."""
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise IndexDamaged(f"{folder / name} cannot be read: {error}. Run: python -m ingest --rebuild") from error
        if found != expected:
            raise IndexDamaged(f"{folder / name} is not what the manifest says (SHA-256 {found[:12]}…). Run: python -m ingest --rebuild")
    data = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
    with (folder / "chunks.jsonl").open(encoding="utf-8") as file:
        chunks = tuple(_chunk(json.loads(line)) for line in file)
    with np.load(folder / "vectors.npz", allow_pickle=False) as vectors:
        chunk_vectors, statement_vectors = vectors["chunks"], vectors["statements"]
    documents = tuple(_indexed_document(record) for record in data["documents"])
    return Generation(folder, manifest, documents, chunks, data["abbreviations"], chunk_vectors, statement_vectors)


def _indexed_document(record: dict[str, Any]) -> IndexedDocument:
    blocks = tuple(Block(**_tuples(block)) for block in record["blocks"])
    furniture = tuple(Furniture(item["kind"], Span(*item["span"])) for item in record["furniture"])
    return IndexedDocument(Document(**record["document"]), record["sha256"], Parsed(record["text"], blocks, furniture))


def _chunk(record: dict[str, Any]) -> Chunk:
    statements = tuple(Statement(**_tuples(statement)) for statement in record["statements"])
    return Chunk(**{**_tuples({key: value for key, value in record.items() if key != "statements"}), "statements": statements})


def _tuples(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with JSON's lists as the tuples and spans that they were."""
    made = {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}
    made["spans"] = tuple(Span(*span) for span in record["spans"])
    return made
