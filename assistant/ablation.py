"""The assistant with parts taken away, to measure what each part adds. Nobody is answered with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.assistant import Assistant
from assistant.cross_encoder import WEIGHTS
from assistant.library import Library
from assistant.rank import Ranker, Ranking, Ranks
from assistant.retrieve import Found, Scores, fuse
from assistant.say import JOIN_MARGIN, Ranked
from ingest.settings import Settings

_Order = Callable[[Found], list[int]]


def open_ablated(settings: Settings, stage: str, weights: Path = WEIGHTS) -> Assistant:
    """Open the assistant as far as a stage of STAGES; KeyError for another, AssistantError as `Assistant.open`.

    weights: the folder of the ranker's weights.

    "bm25", "dense", "hybrid": the first statement of that search is the answer to everything; "ranker": the best ranked one, still to
    everything; "refusal": the whole assistant.
    """
    make = STAGES[stage]
    library = Library.open(settings)
    try:
        return Assistant(library, make(library, weights), settings)
    except BaseException:
        library.close()
        raise


@dataclass(frozen=True, slots=True)
class _Searched:
    """In a ranker's place: the order that searching gives all statements."""

    order: _Order

    def rank(self, library: Library, found: Found) -> Ranking:
        """Return the statements in that order, the first far enough ahead to stand alone."""
        apart = JOIN_MARGIN + 1.0
        numbers = self.order(found)
        return Ranking(tuple(Ranked(library.candidates[number], -apart * place) for place, number in enumerate(numbers)), 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Credulous:
    """A ranker that believes that the documents answer everything."""

    ranker: Ranker

    def rank(self, library: Library, found: Found) -> Ranking:
        """Return what the ranker says, answerable."""
        return replace(self.ranker.rank(library, found), answerable=1.0)


def _best(scores: Scores) -> list[int]:
    return [int(number) for number in np.lexsort((np.arange(len(scores)), -scores))]


def _bm25(found: Found) -> list[int]:
    return _best(found.lexical_statements)


def _dense(found: Found) -> list[int]:
    return _best(found.dense_statements)


def _hybrid(found: Found) -> list[int]:
    return [number for number, _ in fuse([_bm25(found), _dense(found)])]


def _ranker(library: Library, weights: Path) -> Ranker:
    return Ranker.load(library.embedder.name, weights=weights)


STAGES: dict[str, Callable[[Library, Path], Ranks]] = {
    "bm25": lambda *_: _Searched(_bm25),
    "dense": lambda *_: _Searched(_dense),
    "hybrid": lambda *_: _Searched(_hybrid),
    "ranker": lambda library, weights: _Credulous(_ranker(library, weights)),
    "refusal": _ranker,
}
