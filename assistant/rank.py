"""The ranking model's one home: which statement answers, and whether any does.

Three steps, learnt from the known facts (weights/README.md says how): a linear model over `features` orders the pool; the cross-encoder
reads the question with each of the best; a linear model joins what the two say into the final order. Logistic models over what is known
of the best statement then tell whether the question is about what the library covers, whether the documents answer it, and how likely
the answer is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from assistant.cross_encoder import CROSS_ENCODER, READ, WEIGHTS, CrossEncoder
from assistant.features import NAMES, Features, features
from assistant.library import Candidate, Library
from assistant.retrieve import Found, Search
from assistant.say import Ranked
from ingest.embedding import ADAPTED
from ingest.errors import IndexMismatch

JOINED = ("order", "read")  # what the final order is made of
# What decides whether the best statement answers: how well it fits, how far it is ahead, and what it leaves open of the question.
DECISION = (
    "score", "ahead", "read", "read_best", "read_ahead", "dense_statement", "dense_chunk", "lexical_statement", "lexical_chunk",
    "terms_in_text", "terms_in_context", "terms_in_chunk", "names_in_chunk", "carried_in_chunk", "years_in_text", "years_elsewhere",
    "gives_wanted", "lacks_wanted", "names_missing", "names_missing_in_chunk", "focus_in_text", "lacks_unit", "lacks_count",
    "unknown_words",
)  # fmt: skip
# What tells a question about the library's subjects from one about anything else: how near the nearest of all that was found comes.
ABOUT = ("read_best", "nearest_statement", "nearest_chunk", "most_terms", "unknown_words")
HEADS = {  # linear models and their inputs
    "order": len(NAMES), "joined": len(JOINED), "about": len(ABOUT), "answerable": len(DECISION), "right": len(DECISION),
}  # fmt: skip
_CERTAIN = 10.0  # log odds ahead of the best other statement: none joins it

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model over standardised inputs: scores = ((x - mean) / scale) @ weights + bias."""

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: float

    def __call__(self, x: NDArray[np.float32]) -> Scores:
        """Return a score a row, shape (rows,), for x of shape (rows, inputs)."""
        return np.asarray(((x - self.mean) / self.scale) @ self.weights + self.bias, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Read:
    """The pool's statements in their first order, and what the cross-encoder says of the best READ of them.

    numbers: the statements, best first. rows: their features, shape (statements, len(NAMES)). order, read: both scores, shape
    (statements,); a statement that was not read counts like the worst that was.
    """

    numbers: tuple[int, ...]
    rows: Features
    order: Scores
    read: Scores

    @property
    def joined(self) -> NDArray[np.float32]:
        """The inputs of the final order, shape (statements, len(JOINED))."""
        return np.stack([self.order, self.read], axis=1)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Statements best first, with likelihoods from 0 to 1.

    about: that the question is about what the library covers; answerable: that the documents answer it; confidence: that the answer is
    right.
    """

    ranked: tuple[Ranked, ...]
    about: float
    answerable: float
    confidence: float


class Ranks(Protocol):
    """Whatever orders the statements found for a question: `Ranker`, or a part of it (`assistant.ablation`)."""

    def rank(self, library: Library, found: Found) -> Ranking:
        """Return statements, best first, with the confidence in the first."""


class Ranker:
    """Orders the statements of the pool by how well they answer."""

    def __init__(self, heads: Mapping[str, Linear], cross_encoder: CrossEncoder) -> None:
        self._heads = heads
        self._cross_encoder = cross_encoder

    @classmethod
    def load(cls, model: str, remember: Path | None = None, weights: Path = WEIGHTS) -> Ranker:
        """Return the ranker fitted to an embedding model; for one that none was fitted to, that of the plain bundled model.

        remember: a folder for the cross-encoder's scores, see `CrossEncoder.load`. weights: the folder of all weights.
        """
        path = weights_file(model, weights)
        tensors = load_file(path)
        if any(tensors.get(f"{name}.mean", np.empty(0)).shape != (inputs,) for name, inputs in HEADS.items()):
            raise IndexMismatch(f"The ranker's weights in {path} were fitted to other features than this version's. Run: make train")
        return cls({name: linear(tensors, name) for name in HEADS}, CrossEncoder.load(weights / CROSS_ENCODER, remember))

    def rank(self, library: Library, found: Found) -> Ranking:
        """Return the pool's statements, best first, with the confidence in the first."""
        numbers = pool(library, found)
        if not numbers:
            return Ranking((), 0.0, 0.0, 0.0)
        known = read(library, found, numbers, self._heads["order"], self._cross_encoder)
        final = self._heads["joined"](known.joined)
        ranked = ordered(library, known.numbers, final)
        if (defining := _defining(library, found.search)) is not None:
            # It holds "long form (SHORT)", and SHORT's long form is what was asked: right by construction, not by likelihood.
            return Ranking((Ranked(defining, ranked[0].score + _CERTAIN), *ranked), 1.0, 1.0, 1.0)
        if library.rarity.keys().isdisjoint(found.search.query.terms):
            return Ranking(ranked, 0.0, 0.0, 0.0)  # not one of its words is in the library
        about = self._likely("about", decision_inputs(known, ranked, ABOUT))
        inputs = decision_inputs(known, ranked, DECISION)
        return Ranking(ranked, about, about * self._likely("answerable", inputs), self._likely("right", inputs))

    def _likely(self, head: str, inputs: NDArray[np.float32]) -> float:
        return float(1 / (1 + np.exp(-self._heads[head](inputs[None, :])[0])))


def read(library: Library, found: Found, numbers: Sequence[int], order: Linear, cross_encoder: CrossEncoder) -> Read:
    """Return the statements of a pool in the order that a linear model gives them, the best of them read by the cross-encoder."""
    rows = features(library, found, numbers)
    scores = order(rows)
    places = _places(numbers, scores)
    best_first = tuple(numbers[place] for place in places)
    logits = cross_encoder.scores(found.search.query.whole, [library.candidates[number].statement for number in best_first[:READ]])
    unread = np.full(max(0, len(numbers) - READ), logits.min(), dtype=np.float32)
    return Read(best_first, rows[places], scores[places], np.concatenate([logits, unread]))


def weights_file(model: str, folder: Path = WEIGHTS) -> Path:
    """Return the file of the weights for an embedding model of that name."""
    return folder / ("adapted.safetensors" if model == ADAPTED else "plain.safetensors")


def pool(library: Library, found: Found) -> list[int]:
    """Return the statements of the chunks found that can answer.

    Not a cell of another column than the one that the question names; not words that only introduce others ("It provides:"): the list that
    they introduce says them too, and without one they say nothing.
    """
    asked = found.search.query.terms
    numbers = (number for chunk, _ in found.chunks for number in library.statements_of[chunk])
    return [number for number in numbers if _can_answer(library, library.candidates[number], asked)]


def _can_answer(library: Library, candidate: Candidate, asked: Iterable[str]) -> bool:
    return not candidate.statement.text.endswith(":") and not library.in_other_column(candidate, asked)


def _defining(library: Library, search: Search) -> Candidate | None:
    """Return the first statement that defines the abbreviation whose meaning a question asks for, or None."""
    query, documents = search.query, search.documents
    long = library.generation.abbreviations.get(query.abbreviation)
    if long is None:
        return None
    forms = (f"{long} ({query.abbreviation})".casefold(), f"{query.abbreviation} ({long})".casefold())
    places = (candidate for candidate in library.candidates if documents is None or candidate.chunk.document in documents)
    return next((candidate for candidate in places if any(form in candidate.statement.text.casefold() for form in forms)), None)


def ordered(library: Library, numbers: Sequence[int], scores: Scores) -> tuple[Ranked, ...]:
    """Return the statements best first, ties by number."""
    return tuple(Ranked(library.candidates[numbers[place]], float(scores[place])) for place in _places(numbers, scores))


def decision_inputs(known: Read, ranked: Sequence[Ranked], names: Sequence[str]) -> NDArray[np.float32]:
    """Return what a decision looks at, shape (len(names),), from the statements in their final order; names: DECISION or ABOUT."""
    best = known.numbers.index(ranked[0].candidate.number)
    rival = next((other for other in ranked[1:] if other.candidate.chunk_number != ranked[0].candidate.chunk_number), ranked[0])
    values = dict(zip(NAMES, known.rows[best].tolist(), strict=True)) | {
        "score": ranked[0].score,
        "ahead": ranked[0].score - rival.score,
        "read": float(known.read[best]),
        "read_best": float(known.read.max()),
        "read_ahead": float(known.read[best] - known.read[known.numbers.index(rival.candidate.number)]),
        "nearest_statement": _most(known, "dense_statement"),
        "nearest_chunk": _most(known, "dense_chunk"),
        "most_terms": _most(known, "terms_in_chunk"),
    }
    return np.asarray([values[name] for name in names], dtype=np.float32)


def _most(known: Read, feature: str) -> float:
    return float(known.rows[:, NAMES.index(feature)].max())


def _places(numbers: Sequence[int], scores: Scores) -> NDArray[np.intp]:
    return np.lexsort((np.asarray(numbers), -np.round(scores, 5)))


def linear(tensors: dict[str, NDArray[np.float32]], name: str) -> Linear:
    """Return the linear model stored under a name."""
    return Linear(tensors[f"{name}.mean"], tensors[f"{name}.scale"], tensors[f"{name}.weights"], float(tensors[f"{name}.bias"][0]))
