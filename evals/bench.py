"""How long a question takes, as a multiple of one bare query embedding measured in the same run.

Milliseconds differ from machine to machine; the ratio hardly does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant import Answer
from evals.run import Asked, Case

ASKS = 60


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds a question over n asks, and of one query embedding (None if the answers do not tell)."""

    n: int
    median: float
    p95: float
    embedding: float | None


def embedding_ms(answer: Answer) -> float | None:
    """Return how long embedding the question took, in milliseconds, as the answer tells it, or None."""
    return answer.timings_ms.get("embed")


def sample(cases: Sequence[Case], n: int = ASKS) -> tuple[Case, ...]:
    """Return n cases spread evenly over all of them, the same ones each time."""
    step = max(len(cases) / n, 1.0)
    return tuple(cases[int(i * step)] for i in range(min(n, len(cases))))


def bench(assistant: Asked, cases: Sequence[Case], clock: Callable[[], float] = time.perf_counter) -> Timing:
    """Time the asks after one untimed ask, which pays for what is loaded late. `cases` must not be empty."""
    fact_ask = cases[0][1]
    assistant.ask(fact_ask.question, fact_ask.history)
    spent: list[float] = []
    embedded: list[float] = []
    for _, ask in cases:
        begin = clock()
        answer = assistant.ask(ask.question, ask.history)
        spent.append(1000 * (clock() - begin))
        if (one := embedding_ms(answer)) is not None:
            embedded.append(one)
    return Timing(len(spent), statistics.median(spent), p95(spent), statistics.median(embedded) if embedded else None)


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile by the nearest rank: the smallest value that 95 % do not exceed."""
    return sorted(values)[-(-95 * len(values) // 100) - 1]


def lines(timing: Timing) -> list[str]:
    """Return the timing for the terminal."""
    text = [f"{timing.n} asks: median {timing.median:.1f} ms, 95th percentile {timing.p95:.1f} ms a question."]
    if timing.embedding:
        ratios = (timing.median / timing.embedding, timing.p95 / timing.embedding)
        text.append(f"One query embedding: {timing.embedding:.1f} ms; a question takes {ratios[0]:.2f} (95th {ratios[1]:.2f}).")
    else:
        text.append("One query embedding: unknown, the answers carry no timings_ms['embed'].")
    return text
