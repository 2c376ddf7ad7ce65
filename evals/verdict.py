"""The verdict of a run: what is printed, the exit code and which asks fail come from one function, for command line and pytest alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evals.compare import Comparison, Flip
from evals.floors import LIMITS, Config, check_floors
from evals.measure import Summary

# As pytest has them, and one more.
PASS, FAIL, INTERRUPTED, INTERNAL_ERROR, USAGE_ERROR, NOTHING_SELECTED, NOT_COMPARABLE = range(7)
EXIT_CODES = (
    "Exit codes, as pytest has them: 0 pass, 1 below a floor or worse than the baseline, 2 interrupted, 3 error, 4 wrong facts or usage, "
    "5 nothing selected; and 6: not comparable, the documents changed under the facts."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit code, the lines that say why, and the ids of the asks that fail the gate."""

    code: int
    lines: tuple[str, ...]
    failing: frozenset[str] = frozenset()


def verdict(config: Config, result: Summary, asked: int, comparison: Comparison | None = None) -> Verdict:
    """Judge a run of `asked` asks against the floors and, where there is a baseline, against that."""
    if not asked:
        return Verdict(NOTHING_SELECTED, ("Verdict: nothing was asked; no fact fits --split and -k.",))
    lines, below = check_floors(config.floors, result)
    if result.errors:
        return Verdict(INTERNAL_ERROR, (*lines, f"Verdict: FAIL, {result.errors} of {asked} asks ended in an error."))
    unknown = comparison is not None and _all_new(comparison)
    gate = Verdict(PASS, ()) if comparison is None else (_held if unknown else compared)(comparison, config.limits)
    why = [f"{below} of {sum(not floor.goal for floor in config.floors)} floors do not hold"] if below else []
    why += gate.lines
    if below or gate.code == FAIL:
        return Verdict(FAIL, (*lines, f"Verdict: FAIL, {'; '.join(why)}."), gate.failing)
    if gate.code == NOT_COMPARABLE:
        return Verdict(NOT_COMPARABLE, (*lines, f"Verdict: NOT COMPARABLE, {'; '.join(why)}."), gate.failing)
    if result.stale and (unknown or not comparison):
        return Verdict(NOT_COMPARABLE, (*lines, f"Verdict: NOT COMPARABLE, {_stale(result.stale, 'facts are')}."))
    return Verdict(
        PASS, (*lines, "Verdict: pass; not in the baseline yet, so only the floors were checked." if unknown else "Verdict: pass.")
    )


def _all_new(comparison: Comparison) -> bool:
    """Return whether all that was asked is new or edited: an author's first run of a fact, which no answer can be held against yet."""
    return not comparison.compared and all(flip.kind in ("new", "edited", "promoted", "stale") for flip in comparison.flips)


def compared(comparison: Comparison, limits: Mapping[str, int]) -> Verdict:
    """Judge a comparison alone: its lines are phrases that say what exceeds a limit."""
    if not comparison.compared:
        return Verdict(NOT_COMPARABLE, ("no ask is in both runs with the same question and fact",))
    return _held(comparison, limits)


def _held(comparison: Comparison, limits: Mapping[str, int]) -> Verdict:
    """Hold the changes to the limits."""
    failing: list[Flip] = []
    why: list[str] = []
    stale: list[str] = []
    for name in (limit for limit in LIMITS if limit in limits):
        flips = [flip for flip in comparison.flips if _counts(flip, name)]
        if len(flips) > limits[name]:
            failing += flips
            (stale if name == "stale" else why).append(_phrase(name, len(flips), limits[name]))
    code = FAIL if why else NOT_COMPARABLE if stale else PASS
    return Verdict(code, (*why, *stale), frozenset(flip.id for flip in failing))


def _counts(flip: Flip, limit: str) -> bool:
    return flip.kind == limit or (flip.kind == "regressed" and flip.severity == limit)


def _phrase(name: str, n: int, allowed: int) -> str:
    more = f" ({allowed} allowed)" if allowed else ""
    if name == "stale":
        return _stale(n, "asks are") + more
    if name == "promoted":
        return f"{n} asks of known gaps are right now: take 'status: known-gap' from their facts" + more
    if name == "removed":
        return f"{n} asks of the baseline are gone: put their facts back, or give them 'status: retired'" + more
    return f"{n} asks drifted{more}" if name == "drifted" else f"{n} {name} asks got worse than in the baseline{more}"


def _stale(n: int, what: str) -> str:
    return f"{n} {what} stale, their quotes do not stand in the documents; python -m evals anchor says where they went"
