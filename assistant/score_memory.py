"""Scores of the cross-encoder kept from one run to the next, for programs that ask the same questions again and again.

A whole reading is kept, a question with all statements beside it: in sixteen bits, what is computed together moves the last digits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


class ScoreMemory:
    """Readings by what was read. Several processes may share a folder: each adds whole rows at the end of one file."""

    def __init__(self, folder: Path, made_with: str, most: int) -> None:
        """made_with: names everything that scores depend on, readings of anything else are deleted; most: statements of a reading, one of
        more is not kept. Raises OSError."""
        self._most = most
        self._row = np.dtype([("key", "S16"), ("scores", "<f4", (most,))])
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{hashlib.sha256(made_with.encode()).hexdigest()[:16]}.scores"
        for other in folder.glob("*.scores"):
            if other != self._path:
                other.unlink(missing_ok=True)
        content = self._path.read_bytes() if self._path.exists() else b""
        whole = len(content) // self._row.itemsize * self._row.itemsize
        if whole < len(content):  # torn by a crash: rows added behind it could not be told apart
            self._path.write_bytes(content[:whole])
        self._known: dict[bytes, Scores] = {row["key"]: row["scores"] for row in np.frombuffer(content[:whole], self._row)}

    def get(self, question: Sequence[int], statements: Sequence[Sequence[int]]) -> Scores | None:
        """Return the scores of a reading, shape (statements,), or None if it is not known."""
        known = self._known.get(_key(question, statements))
        return None if known is None else known[: len(statements)].copy()

    def put(self, question: Sequence[int], statements: Sequence[Sequence[int]], scores: Scores) -> None:
        """Keep a reading."""
        if len(statements) > self._most:
            return
        row = np.zeros(1, self._row)
        row["key"], row["scores"][0, : len(scores)] = _key(question, statements), scores
        self._known[row["key"][0]] = row["scores"][0]
        with self._path.open("ab", buffering=0) as file:
            file.write(row.tobytes())


def _key(question: Sequence[int], statements: Sequence[Sequence[int]]) -> bytes:
    read = "|".join(" ".join(map(str, tokens)) for tokens in (question, *statements))
    return hashlib.blake2b(read.encode(), digest_size=8).hexdigest().encode()
