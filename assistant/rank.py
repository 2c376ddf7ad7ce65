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
from assistant.library import Candidate, Library
from assistant.retrieve import Found, Search
from assistant.say import Ranked
from ingest.embedding import ADAPTED
from ingest.errors import IndexMismatch

WEIGHTS = Path(__file__).parent / "weights"
HEADS = ("order", "answerable", "right")  # the linear models of a weights file
# What decides whether the best statement answers: how well it fits, how far it is ahead, and what it leaves open of the question.
DECISION = (
    "score", "ahead", "dense_statement", "dense_chunk", "lexical_statement", "lexical_chunk", "terms_in_text", "terms_in_context",
    "terms_in_chunk", "names_in_chunk", "carried_in_chunk", "years_in_text", "years_elsewhere", "gives_wanted", "lacks_wanted",
    "names_missing", "names_missing_in_chunk", "focus_in_text", "lacks_unit", "lacks_count",
)  # fmt: skip
_CERTAIN = 10.0  # log odds ahead of the best other statement: none joins it
_INPUTS = (len(NAMES), len(DECISION), len(DECISION))


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
    """Statements best first. answerable: how likely, 0 to 1, the documents answer at all; confidence: how likely the answer is right."""

    ranked: tuple[Ranked, ...]
    answerable: float
    confidence: float


class Ranker:
    """Orders the statements of the pool by how well they answer."""

    def __init__(self, order: Linear, answerable: Linear, right: Linear) -> None:
        self._order = order
        self._answerable = answerable
        self._right = right

    @classmethod
    def load(cls, model: str) -> Ranker:
        """Return the ranker fitted to an embedding model; for one that none was fitted to, that of the plain bundled model."""
        path = weights_file(model)
        tensors = load_file(path)
        if any(tensors.get(f"{name}.mean", np.empty(0)).shape != (inputs,) for name, inputs in zip(HEADS, _INPUTS, strict=True)):
            raise IndexMismatch(f"The ranker's weights in {path} were fitted to other features than this version's. Run: make train")
        return cls(*(linear(tensors, name) for name in HEADS))

    def rank(self, library: Library, found: Found) -> Ranking:
        """Return the pool's statements, best first, with the confidence in the first."""
        numbers = pool(library, found)
        if not numbers:
            return Ranking((), 0.0, 0.0)
        rows = features(library, found, numbers)
        ranked, best = ordered(library, numbers, self._order(rows))
        if (defining := _defining(library, found.search)) is not None:
            # It holds "long form (SHORT)", and SHORT's long form is what was asked: right by construction, not by likelihood.
            return Ranking((Ranked(defining, ranked[0].score + _CERTAIN), *ranked), 1.0, 1.0)
        inputs = decision_inputs(ranked, rows[best])[None, :]
        return Ranking(ranked, _probability(self._answerable(inputs)), _probability(self._right(inputs)))


def weights_file(model: str) -> Path:
    """Return the file of the weights for an embedding model of that name."""
    return WEIGHTS / ("adapted.safetensors" if model == ADAPTED else "plain.safetensors")


def pool(library: Library, found: Found) -> list[int]:
    """Return the statements of the chunks found, but no cell of another column than the one that the question names: it cannot answer."""
    asked = found.search.query.terms
    numbers = (number for chunk, _ in found.chunks for number in library.statements_of[chunk])
    return [number for number in numbers if not library.in_other_column(library.candidates[number], asked)]


def _defining(library: Library, search: Search) -> Candidate | None:
    """Return the first statement that defines the abbreviation whose meaning a question asks for, or None."""
    query, documents = search.query, search.documents
    long = library.generation.abbreviations.get(query.abbreviation)
    if long is None:
        return None
    forms = (f"{long} ({query.abbreviation})".casefold(), f"{query.abbreviation} ({long})".casefold())
    places = (candidate for candidate in library.candidates if documents is None or candidate.chunk.document in documents)
    return next((candidate for candidate in places if any(form in candidate.statement.text.casefold() for form in forms)), None)


def ordered(library: Library, numbers: Sequence[int], scores: NDArray[np.float32]) -> tuple[tuple[Ranked, ...], int]:
    """Return the statements best first, ties by number, and the place of the best in `numbers`."""
    order = np.lexsort((np.asarray(numbers), -np.round(scores, 5)))
    return tuple(Ranked(library.candidates[numbers[place]], float(scores[place])) for place in order), int(order[0])


def decision_inputs(ranked: Sequence[Ranked], best: Features) -> NDArray[np.float32]:
    """Return what the decision looks at, shape (len(DECISION),), from the ranked statements and the best one's features."""
    rival = next((other.score for other in ranked[1:] if other.candidate.chunk_number != ranked[0].candidate.chunk_number), ranked[0].score)
    values = {**dict(zip(NAMES, best.tolist(), strict=True)), "score": ranked[0].score, "ahead": ranked[0].score - rival}
    return np.asarray([values[name] for name in DECISION], dtype=np.float32)


def _probability(logit: NDArray[np.float32]) -> float:
    return float(1 / (1 + np.exp(-logit[0])))


def linear(tensors: dict[str, NDArray[np.float32]], name: str) -> Linear:
    """Return the linear model stored under a name."""
    return Linear(tensors[f"{name}.mean"], tensors[f"{name}.scale"], tensors[f"{name}.weights"], float(tensors[f"{name}.bias"][0]))
