"""Rates over many scores: Wilson intervals, truthfulness, calibration. Formulas with their sources, nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evals.score import HEAD, Outcome, Result

_WORTH: dict[Outcome, float] = {"right": 1.0, "partial": 0.5, "refused": 0.0, "wrong": -1.0, "error": -1.0}
_BINS = 10


@dataclass(frozen=True, slots=True)
class Rate:
    """hits out of n."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, or None where nothing was counted."""
        return self.hits / self.n if self.n else None

    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of Wilson (1927), "Probable inference", JASA 22; None where nothing was counted."""
        if not self.n:
            return None
        z, p = 1.959964, self.hits / self.n
        middle = (p + z * z / (2 * self.n)) / (1 + z * z / self.n)
        half = z / (1 + z * z / self.n) * math.sqrt(p * (1 - p) / self.n + z * z / (4 * self.n * self.n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Summary:
    """Every rate of a set of results, answerable and unanswerable counted apart; None where nothing was counted."""

    right_900: Rate
    right_400: Rate
    evidence_at_1: Rate
    evidence_at_5: Rate
    mrr: float | None
    cited: Rate
    answerable_refused: Rate
    qualified: Rate
    unanswerable_refused: Rate
    verbatim: Rate
    facts_right: Rate
    truthfulness: float | None
    calibration_error: float | None
    errors: int


def summary(results: Sequence[Result]) -> Summary:
    """Sum up any set of results."""
    scores = [result.score for result in results if result.fact.value is not None]
    none = [result.score for result in results if result.fact.value is None]
    n = len(scores)
    qualified = [score.qualified for score in scores if score.qualified is not None]
    ranks = [1 / score.rank if score.rank else 0.0 for score in scores]
    return Summary(
        right_900=Rate(sum(score.outcome == "right" for score in scores), n),
        right_400=Rate(sum(score.right_400 for score in scores), n),
        evidence_at_1=Rate(sum(score.rank == 1 for score in scores), n),
        evidence_at_5=Rate(sum(score.rank is not None and score.rank <= HEAD for score in scores), n),
        mrr=sum(ranks) / n if n else None,
        cited=Rate(sum(score.cited for score in scores), n),
        answerable_refused=Rate(sum(score.outcome == "refused" for score in scores), n),
        qualified=Rate(sum(qualified), len(qualified)),
        unanswerable_refused=Rate(sum(score.outcome == "right" for score in none), len(none)),
        verbatim=Rate(sum(s.verbatim for s in (*scores, *none)), sum(s.citations for s in (*scores, *none))),
        facts_right=_facts_right(results),
        truthfulness=truthfulness(results),
        calibration_error=calibration_error(_confidences(results)),
        errors=sum(result.score.outcome == "error" for result in results),
    )


def truthfulness(results: Sequence[Result]) -> float | None:
    """Return the mean of right +1, partial +0.5, refused 0, wrong -1 (CRAG, arXiv 2406.04744).

    Unlike there, a refusal of an unanswerable ask is right and earns +1.
    """
    worths = [_WORTH[result.score.outcome] for result in results]
    return sum(worths) / len(worths) if worths else None


def calibration_error(answered: Sequence[tuple[float, bool]]) -> float | None:
    """Return the expected calibration error of (confidence, right) pairs over ten bins (Naeini et al., AAAI 2015)."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for confidence, right in answered:
        bins[min(max(int(confidence * _BINS), 0), _BINS - 1)].append((confidence, right))
    gaps = (abs(sum(c for c, _ in part) - sum(r for _, r in part)) for part in bins)
    return sum(gaps) / len(answered) if answered else None


def _confidences(results: Sequence[Result]) -> list[tuple[float, bool]]:
    return [
        (result.answer.confidence, result.score.outcome == "right")
        for result in results
        if result.answer is not None and result.answer.status == "answered"
    ]


def _facts_right(results: Sequence[Result]) -> Rate:
    """Count the facts whose every ask was right: a paraphrase that fails is a fact that fails."""
    right: dict[str, bool] = {}
    for result in results:
        right[result.fact.id] = right.get(result.fact.id, True) and result.score.outcome == "right"
    return Rate(sum(right.values()), len(right))
