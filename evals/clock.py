"""How long the parts of a run took, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tqdm import tqdm

from evals.run import Case, Desk
from evals.score import Result


class Clock:
    """Seconds by part, in order. Printed: "Took 12.3 s: opening 3.1, asking 9.0, judging 0.2 s"."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure one part."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - begin

    def asked(self, desk: Desk, cases: Sequence[Case]) -> tuple[Result, ...]:
        """Ask everything, measured, with a progress bar where there is a terminal."""
        with self.part("asking"):
            return tuple(tqdm(desk.results(cases), total=len(cases), unit="ask", disable=None, leave=False))

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in self._seconds.items())
        return f"Took {sum(self._seconds.values()):.1f} s: {parts} s."
