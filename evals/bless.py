"""Writing a baseline: only from a whole, sound and repeatable run, and only with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.judge import Judged
from evals.measure import Summary
from evals.records import Record, baseline_lines, row
from evals.score import Result

ASKED_AGAIN = 100  # asks, spread over all


def unclear(reason: str) -> str:
    """Return why a reason will not do, as a sentence, or "" if it will."""
    few = len(reason.split()) < 2
    return f"--reason {reason!r} says too little; say in a few words why today's answers are the ones to keep." if few else ""


def refusal(judged: Judged, again: Sequence[Result], result: Summary) -> str:
    """Return why a run is not blessed, as a sentence, or "" if it may be. again: a sample, asked a second time."""
    if result.errors:
        return f"{result.errors} asks ended in an error; python -m evals shows them."
    if result.stale:
        return f"{result.stale} facts are stale: their evidence is not in the documents. Run: python -m evals anchor"
    unlike = [other.ask.id for other in again if row(other) != judged.record.rows[other.ask.id]]
    if unlike:
        return f"{len(unlike)} of {len(again)} asks had another answer when asked again ({', '.join(unlike[:3])}); find out why first."
    return ""


def write(path: Path, made: Record, reason: str) -> str:
    """Write the baseline and return a sentence that says so; who did it, and when, is what version control is for."""
    content = "".join(f"{line}\n" for line in baseline_lines(made, reason))
    path.write_text(content, encoding="utf-8", newline="\n")
    right = sum(one.outcome == "right" for one in made.rows.values())
    return f"Blessed {len(made.rows)} asks, {right} of them right, in {path} ({len(content.encode()) // 1000} kB). Commit it."
