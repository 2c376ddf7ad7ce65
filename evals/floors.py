"""The floors of config.toml and the verdict: what is printed and the exit code come from one function."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evals.measure import Rate, Summary
from evals.tree import FactError

PASS, BELOW_FLOOR, INTERRUPTED, INTERNAL_ERROR, USAGE_ERROR, NOTHING_SELECTED = range(6)  # as pytest has them
_MEASURES = (
    "evidence_at_1", "evidence_at_5", "right_900", "right_400", "cited", "qualified",
    "unanswerable_refused", "answerable_refused", "verbatim", "facts_right",
)  # fmt: skip
_MAX = "_max"


@dataclass(frozen=True, slots=True)
class Floor:
    """A bound on one rate.

    most: the rate must not be above it, otherwise not below it. goal: what is aimed at; missing it is said, but fails nothing.
    """

    name: str
    measure: str
    bound: float
    most: bool
    goal: bool = False

    def holds(self, value: float) -> bool:
        """True if a rate satisfies the bound."""
        return value <= self.bound if self.most else value >= self.bound


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit code and the lines that say why."""

    code: int
    lines: tuple[str, ...]


def load_floors(path: Path) -> tuple[Floor, ...]:
    """Return the floors, then the goals, of a config.toml. Raises FactError that names the setting and its value."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FactError(f"{path.name} cannot be read: {error}.") from error
    if not {"floors"} <= set(table) <= {"floors", "goals"} or not all(isinstance(bounds, dict) for bounds in table.values()):
        raise FactError(f"{path.name} has a table [floors], maybe a table [goals], and nothing else.")
    floors = tuple(_floor(path.name, name, bound) for name, bound in table["floors"].items())
    goals = tuple(replace(_floor(path.name, name, bound), goal=True) for name, bound in table.get("goals", {}).items())
    return (*floors, *goals)


def verdict(floors: Sequence[Floor], result: Summary, asked: int) -> Verdict:
    """Judge a run: a line for each floor and goal, then the verdict itself. `asked`: how many asks were selected."""
    if not asked:
        return Verdict(NOTHING_SELECTED, ("Verdict: nothing was asked; no fact fits --split and -k.",))
    lines, failed = [], 0
    for floor in floors:
        rate: Rate = getattr(result, floor.measure)
        if rate.value is None:
            lines.append(f"  {floor.name:<24} -       floor {floor.bound:.3f}  not measured")
            continue
        fails = not floor.holds(rate.value)
        failed += fails and not floor.goal
        sign = "<=" if floor.most else ">="
        word = ("goal, missed" if fails else "goal, reached") if floor.goal else "FAIL" if fails else "pass"
        lines.append(f"  {floor.name:<24} {rate.value:.3f} {sign} {floor.bound:.3f}  {word}  ({rate.hits} of {rate.n})")
    if result.errors:
        return Verdict(INTERNAL_ERROR, (*lines, f"Verdict: FAIL, {result.errors} of {asked} asks ended in an error."))
    if failed:
        return Verdict(BELOW_FLOOR, (*lines, f"Verdict: FAIL, {failed} of {sum(not floor.goal for floor in floors)} floors do not hold."))
    return Verdict(PASS, (*lines, "Verdict: pass."))


def _floor(file: str, name: str, bound: object) -> Floor:
    measure = name.removesuffix(_MAX)
    if measure not in _MEASURES:
        known = ", ".join(_MEASURES)
        raise FactError(f"{file}: there is no rate '{name}'; the rates are {known}, each also with '{_MAX}' at its end.")
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not 0 <= bound <= 1:
        raise FactError(f"{file}: {name} is {bound!r}; it takes a number from 0 to 1.")
    return Floor(name, measure, float(bound), name != measure)
