"""The ranking model's one home: which statement answers, and whether any does.

Two steps, both learnt from the train split (weights/README.md says how): a linear model over `features` orders all statements of the
pool; a small cross-encoder, which reads question and statement together, looks at the best of them. A logistic model over what the two
say of the best statement gives the confidence that it is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from assistant.features import NAMES, Features, features
from assistant.library import Library
from assistant.retrieve import Found
from assistant.say import Ranked

WEIGHTS = Path(__file__).parent / "weights" / "ranker.safetensors"
DECISION = (
    "score",
    "ahead",
    "dense_statement",
    "dense_chunk",
    "terms_in_context",
    "terms_in_chunk",
    "names_in_chunk",
    "years_in_text",
    "unknown_words",
    "asked_terms",
)


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model over standardised inputs: scores = ((x - mean) / scale) @ weights + bias."""

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: float

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a score a row, shape (rows,), for x of shape (rows, inputs)."""
        return np.asarray(((x - self.mean) / self.scale) @ self.weights + self.bias, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Statements best first, and the calibrated chance, 0 to 1, that the best one answers."""

    ranked: tuple[Ranked, ...]
    confidence: float


class Ranker:
    """Orders the statements of the pool by how well they answer."""

    def __init__(self, shallow: Linear, decision: Linear) -> None:
        self._shallow = shallow
        self._decision = decision

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Ranker:
        """Return the ranker with the weights of a safetensors file."""
        tensors = load_file(path)
        return cls(linear(tensors, "shallow"), linear(tensors, "decision"))

    def rank(self, library: Library, found: Found) -> Ranking:
        """Return the pool's statements, best first, with the confidence in the first."""
        numbers = [number for chunk, _ in found.chunks for number in library.statements_of[chunk]]
        if not numbers:
            return Ranking((), 0.0)
        rows = features(library, found, numbers)
        scores = self._shallow(rows)
        order = np.lexsort((np.asarray(numbers), -np.round(scores, 5)))
        ranked = tuple(Ranked(library.candidates[numbers[place]], float(scores[place])) for place in order)
        decided = self._decision(decision_inputs(found, ranked, rows[order[0]])[None, :])
        return Ranking(ranked, float(1 / (1 + np.exp(-decided[0]))))


def decision_inputs(found: Found, ranked: Sequence[Ranked], best: Features) -> NDArray[np.float32]:
    """Return what the decision looks at, shape (len(DECISION),), from the ranked statements and the best one's features."""
    rival = next((other.score for other in ranked[1:] if other.candidate.chunk_number != ranked[0].candidate.chunk_number), ranked[0].score)
    known = dict(zip(NAMES, best.tolist(), strict=True))
    values = {**known, "score": ranked[0].score, "ahead": ranked[0].score - rival, "asked_terms": min(len(found.search.query.terms), 8) / 8}
    return np.asarray([values[name] for name in DECISION], dtype=np.float32)


def linear(tensors: dict[str, NDArray[np.float32]], name: str) -> Linear:
    """Return the linear model stored under a name."""
    return Linear(tensors[f"{name}.mean"], tensors[f"{name}.scale"], tensors[f"{name}.weights"], float(tensors[f"{name}.bias"][0]))
