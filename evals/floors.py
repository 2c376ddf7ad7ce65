"""config.toml: the floors, the goals, and how many asks may be worse than in the baseline."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evals.measure import Rate, Summary
from evals.tree import FactError

_MEASURES = (
    "evidence_at_1", "evidence_at_5", "right_900", "right_400", "cited", "qualified",
    "unanswerable_refused", "answerable_refused", "verbatim", "facts_right",
)  # fmt: skip
_MAX = "_max"
# Asks that got worse, by the severity of their fact; asks of the baseline that are gone; stale ones; known gaps that closed; other answers.
LIMITS = ("critical", "major", "minor", "removed", "stale", "promoted", "drifted")


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
class Config:
    """What a run is held to. limits: of each kind of change (LIMITS), how many asks may be so."""

    floors: tuple[Floor, ...]
    limits: Mapping[str, int]


def load_config(path: Path) -> Config:
    """Return the floors, then the goals, and the limits of a config.toml. Raises FactError that names the setting and its value."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FactError(f"{path.name} cannot be read: {error}.") from error
    if not {"floors"} <= set(table) <= {"floors", "goals", "gate"} or not all(isinstance(bounds, dict) for bounds in table.values()):
        raise FactError(f"{path.name} has a table [floors], maybe [goals] and [gate], and nothing else.")
    floors = tuple(_floor(path.name, name, bound) for name, bound in table["floors"].items())
    goals = tuple(replace(_floor(path.name, name, bound), goal=True) for name, bound in table.get("goals", {}).items())
    return Config((*floors, *goals), {name: _limit(path.name, name, bound) for name, bound in table.get("gate", {}).items()})


def check_floors(floors: Sequence[Floor], result: Summary) -> tuple[tuple[str, ...], int]:
    """Return a line for each floor and goal, and how many floors do not hold."""
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
    return tuple(lines), failed


def _floor(file: str, name: str, bound: object) -> Floor:
    measure = name.removesuffix(_MAX)
    if measure not in _MEASURES:
        known = ", ".join(_MEASURES)
        raise FactError(f"{file}: there is no rate '{name}'; the rates are {known}, each also with '{_MAX}' at its end.")
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not 0 <= bound <= 1:
        raise FactError(f"{file}: {name} is {bound!r}; it takes a number from 0 to 1.")
    return Floor(name, measure, float(bound), name != measure)


def _limit(file: str, name: str, bound: object) -> int:
    if name not in LIMITS:
        raise FactError(f"{file}: [gate] has no '{name}'; it has {', '.join(LIMITS)}.")
    if isinstance(bound, bool) or not isinstance(bound, int) or bound < 0:
        raise FactError(f"{file}: {name} is {bound!r}; it takes a whole number from 0.")
    return bound
