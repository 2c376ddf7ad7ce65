"""From results to a verdict: the one path that the command line and pytest share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.compare import Comparison, compare
from evals.facts import Fact
from evals.fingerprint import Fingerprint
from evals.floors import Config
from evals.measure import summary
from evals.records import Record, read_record, record
from evals.score import Result
from evals.verdict import Verdict, verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A finished run. comparison is None where there is no baseline."""

    results: tuple[Result, ...]
    record: Record
    comparison: Comparison | None
    verdict: Verdict


def read_baseline(path: Path) -> Record | None:
    """Return the baseline, or None where none was blessed yet. Raises FactError if it is damaged."""
    return read_record(path) if path.is_file() else None


def judge(
    results: Sequence[Result],
    made_with: Fingerprint,
    facts: Sequence[Fact],
    config: Config,
    baseline: Record | None,
    *,
    selection: str = "",
) -> Judged:
    """Judge the results of a run; facts: all that there are; selection: which of them were asked, "" for all."""
    made = record(made_with, selection, (fact.id for fact in facts if fact.status == "retired"), results)
    comparison = compare(baseline, made) if baseline else None
    return Judged(tuple(results), made, comparison, verdict(config, summary(results), len(results), comparison))
