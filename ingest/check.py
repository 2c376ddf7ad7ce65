"""Checks an index generation, in a process of its own: a damaged vector store can end the process that opens it.

python -m ingest.check FOLDER
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from ingest.errors import ClusterdeskError, IndexDamaged, StoreBusy
from ingest.generation import Generation, read_generation
from ingest.lexical import LexicalIndex
from ingest.lock import StoreLock
from ingest.settings import Settings
from ingest.store import Level, VectorStore
from ingest.words import terms

_LARGEST_STORE = 200_000  # bytes a vector; a torn graph file is gigabytes where this allows megabytes
_TIMEOUT_S = 600
_BUSY = 3  # exit status of the child when another process holds the store


def check_in_child(folder: Path) -> str:
    """Check a generation in a child process and return the line it prints; raise IndexDamaged with what is wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest.check", str(folder)], capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
    )
    if done.returncode == 0:
        return done.stdout.strip()
    if done.returncode == _BUSY:
        raise StoreBusy(done.stderr.strip())
    if done.returncode < 0:
        raise IndexDamaged(f"The vector store in {folder} ended its reader with signal {-done.returncode}. Run: python -m ingest --rebuild")
    raise IndexDamaged((done.stderr or done.stdout).strip().splitlines()[-1] if done.stderr or done.stdout else "The check failed.")


def check(folder: Path, url: str = "") -> str:
    """Compare everything a generation holds with its manifest and return a line that says so; raise IndexDamaged."""
    generation = read_generation(folder)
    manifest = generation.manifest
    statements = [statement for chunk in generation.chunks for statement in chunk.statements]
    found = {
        "chunks": len(generation.chunks),
        "statements": len(statements),
        "blocks": sum(len(d.parsed.blocks) for d in generation.documents),
    }
    for name, number in found.items():
        if number != getattr(manifest, name):
            raise IndexDamaged(
                f"{folder} holds {number} {name}, its manifest says {getattr(manifest, name)}. Run: python -m ingest --rebuild"
            )
    size = sum(path.stat().st_size for path in (folder / "chroma").rglob("*") if path.is_file())
    if size > 50_000_000 + _LARGEST_STORE * len(statements):
        raise IndexDamaged(f"The vector store in {folder} takes {size} bytes, far more than it can need. Run: python -m ingest --rebuild")
    _check_lexical(generation)
    with StoreLock(folder, "python -m ingest --check"):
        store = VectorStore.open(folder / "chroma", url, manifest.index_id)
        try:
            _check_vectors(store, "chunks", generation.chunk_vectors, folder)
            _check_vectors(store, "statements", generation.statement_vectors, folder)
        finally:
            store.close()
    return (
        f"Index {manifest.index_id}: {found['chunks']} chunks and {found['statements']} statements, every vector read, every file as built."
    )


def _check_lexical(generation: Generation) -> None:
    for level, size in (("chunks", generation.manifest.chunks), ("statements", generation.manifest.statements)):
        index = LexicalIndex.load(generation.folder / f"lexical-{level}", size)
        sample = generation.chunks[0].embedded_text if level == "chunks" else generation.chunks[0].statements[0].text
        if index.scores(terms(sample)).shape != (size,):
            raise IndexDamaged(f"The lexical index of {level} in {generation.folder} is incomplete. Run: python -m ingest --rebuild")


def _check_vectors(store: VectorStore, level: Level, expected: np.ndarray, folder: Path) -> None:
    stored = store.vectors(level)
    if stored.shape != expected.shape or not np.allclose(stored, expected, atol=1e-5):
        raise IndexDamaged(
            f"The vector store in {folder} holds {len(stored)} of {len(expected)} {level}, or others. Run: python -m ingest --rebuild"
        )
    for number in range(0, len(expected), max(1, len(expected) // 20)):
        nearest = store.nearest(level, expected[number], k=1)
        if not nearest or nearest[0][1] < 0.999:
            raise IndexDamaged(f"The vector store in {folder} does not find {level[:-1]} {number} again. Run: python -m ingest --rebuild")


def main(arguments: list[str]) -> int:
    """Check the generation that the first argument names."""
    try:
        sys.stdout.write(check(Path(arguments[0]), Settings.from_env(os.environ).chroma_url) + "\n")
    except StoreBusy as error:
        sys.stderr.write(f"{error}\n")
        return _BUSY
    except ClusterdeskError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
