"""Rates over many scores: intervals that know of facts, truthfulness, calibration, risk. Formulas with their sources, nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from evals.score import HEAD, Outcome, Result, Score

WORTH: dict[Outcome, float] = {"right": 1.0, "partial": 0.5, "refused": 0.0, "wrong": -1.0, "error": -1.0, "stale": 0.0}
_BINS = 10


@dataclass(frozen=True, slots=True)
class Rate:
    """hits out of n. facts: (hits, n) of each fact, where several asks about one fact were counted; they are not independent."""

    hits: int
    n: int
    facts: tuple[tuple[int, int], ...] = field(default=(), compare=False, repr=False)

    @property
    def value(self) -> float | None:
        """The share, or None where nothing was counted."""
        return self.hits / self.n if self.n else None

    @property
    def effective_n(self) -> float:
        """The number of independent asks that would be as telling: n over the design effect of clusters (Kish 1965).

        The variance between facts is the ratio estimator's (Cochran 1977, 2.11); where every ask came out alike it says nothing,
        and the number of facts stands in for it.
        """
        count, p = len(self.facts), self.hits / self.n
        if count < 2 or p in (0.0, 1.0):
            return min(self.n, count or self.n)
        between = sum((hits - p * n) ** 2 for hits, n in self.facts) * count / (count - 1) / self.n**2
        return min(self.n, p * (1 - p) / between) if between else self.n

    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of Wilson (1927), "Probable inference", JASA 22, for the effective n; None where nothing was counted."""
        if not self.n:
            return None
        z, p, n = 1.959964, self.hits / self.n, self.effective_n
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Risk:
    """One point of a risk-coverage curve: of all asks, the share answered at a confidence or above; of those, the share not right."""

    confidence: float
    coverage: float
    risk: float


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
    stale: int


def summary(results: Sequence[Result]) -> Summary:
    """Sum up any set of results; stale facts are counted, and left out of every rate."""
    fresh = [result for result in results if result.score.outcome != "stale"]
    known = [result for result in fresh if result.fact.value is not None]
    none = [result for result in fresh if result.fact.value is None]
    ranks = [1 / result.score.rank if result.score.rank else 0.0 for result in known]
    quoted = [(result.fact.id, result.score.verbatim, result.score.citations) for result in fresh]
    return Summary(
        right_900=rate(known, lambda score: score.outcome == "right"),
        right_400=rate(known, lambda score: score.right_400),
        evidence_at_1=rate(known, lambda score: score.rank == 1),
        evidence_at_5=rate(known, lambda score: score.rank is not None and score.rank <= HEAD),
        mrr=sum(ranks) / len(known) if known else None,
        cited=rate(known, lambda score: score.cited),
        answerable_refused=rate(known, lambda score: score.outcome == "refused"),
        qualified=rate([result for result in known if result.score.qualified is not None], lambda score: bool(score.qualified)),
        unanswerable_refused=rate(none, lambda score: score.outcome == "right"),
        verbatim=Rate(sum(hits for _, hits, _ in quoted), sum(n for _, _, n in quoted), _clusters(quoted)),
        facts_right=_facts_right(fresh),
        truthfulness=truthfulness(fresh),
        calibration_error=calibration_error(_confidences(fresh)),
        errors=sum(result.score.outcome == "error" for result in fresh),
        stale=len({result.fact.id for result in results if result.score.outcome == "stale"}),
    )


def rate(results: Sequence[Result], holds: Callable[[Score], bool]) -> Rate:
    """Return the share of results whose score satisfies a condition, with its clusters."""
    marks = [(result.fact.id, int(holds(result.score)), 1) for result in results]
    return Rate(sum(hit for _, hit, _ in marks), len(marks), _clusters(marks))


def risk_coverage(results: Sequence[Result]) -> tuple[Risk, ...]:
    """Return risk against coverage, most confident answers first, a point for each confidence (Geifman and El-Yaniv, arXiv 1705.08500).

    Every ask counts for the coverage; an answer to what the documents do not say is a wrong one.
    """
    asked = [result for result in results if result.answer is not None]
    answered = sorted(_confidences(asked), reverse=True)
    points: list[Risk] = []
    wrong = 0
    for n, (confidence, right) in enumerate(answered, 1):
        wrong += not right
        if n == len(answered) or answered[n][0] < confidence:
            points.append(Risk(confidence, n / len(asked), wrong / n))
    return tuple(points)


def coverage_at(curve: Sequence[Risk], risk: float) -> float:
    """Return the largest coverage whose risk does not exceed `risk`, 0.0 if there is none."""
    return max((point.coverage for point in curve if point.risk <= risk), default=0.0)


def _clusters(marks: Iterable[tuple[str, int, int]]) -> tuple[tuple[int, int], ...]:
    found: dict[str, tuple[int, int]] = {}
    for fact, hits, n in marks:
        before = found.get(fact, (0, 0))
        found[fact] = (before[0] + hits, before[1] + n)
    return tuple(pair for pair in found.values() if pair[1])


def truthfulness(results: Sequence[Result]) -> float | None:
    """Return the mean of right +1, partial +0.5, refused 0, wrong -1 (CRAG, arXiv 2406.04744).

    Unlike there, a refusal of an unanswerable ask is right and earns +1.
    """
    worths = [WORTH[result.score.outcome] for result in results]
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
