"""The lexical index's one home: BM25 over terms, kept as plain files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from ingest.words import terms


class LexicalIndex:
    """Scores every text of the index for a question."""

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self._model = model
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Return an index of the texts; a text's place is its number."""
        model = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
        model.index([terms(text) or [""] for text in texts], show_progress=False)
        return cls(model, len(texts))

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Return the index that `save` wrote to the folder."""
        return cls(bm25s.BM25.load(str(folder), load_corpus=False, mmap=False, show_progress=False), size)

    def save(self, folder: Path) -> None:
        """Write the index to a folder."""
        self._model.save(str(folder), show_progress=False)

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return a score for every text, shape (texts,), for stemmed terms as `terms` gives them; zero: no term in common."""
        known = [word for word in words if word in self._model.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)
