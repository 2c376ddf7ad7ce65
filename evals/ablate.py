"""What each part of the assistant adds: the same asks, put to it with parts taken away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from assistant import Settings, open_ablated
from evals.measure import Rate, Summary, summary
from evals.run import Case, run
from evals.sandbox import rebuild

PLAIN_MODEL = "all-MiniLM-L6-v2"  # the bundled embedding model as published
# What is measured: a name, whether with the plain model, and how far the assistant goes (assistant.open_ablated).
ROWS: tuple[tuple[str, bool, str], ...] = (
    ("BM25 alone", True, "bm25"),
    ("plain model alone", True, "dense"),
    ("hybrid", True, "hybrid"),
    ("hybrid, adapted model", False, "hybrid"),
    ("+ ranker", False, "ranker"),
    ("+ refusal", False, "refusal"),
)


def ablations(settings: Settings, cases: Sequence[Case], weights: Path | None) -> Iterator[tuple[str, Summary]]:
    """Yield the name and the rates of each row. The plain model gets an index of its own, in the folder "plain" of CLUSTERDESK_HOME.

    weights: a folder of other weights of the ranker, of which only the last rows are made, with the plain model.
    """
    plain = replace(settings, home=settings.home / "plain", embedding_model=PLAIN_MODEL)
    rebuild(plain)
    for name, with_plain, stage in ROWS[-2:] if weights else ROWS:
        own = [weights] if weights else []
        with closing(open_ablated(plain if with_plain or weights else settings, stage, *own)) as assistant:
            asked = tqdm(run(assistant, cases), desc=name, total=len(cases), unit="ask", disable=None, leave=False)
            yield name, summary(tuple(asked))


def table(rows: Iterator[tuple[str, Summary]]) -> list[str]:
    """Return the rows as Markdown."""
    head = ("", "right in 900", "right in 400", "evidence first", "in first five", "wrongly refused", "unanswerable refused")
    lines = [f"| {' | '.join(head)} |", f"|---{'|---:' * (len(head) - 1)}|"]
    for name, s in rows:
        rates = (s.right_900, s.right_400, s.evidence_at_1, s.evidence_at_5, s.answerable_refused, s.unanswerable_refused)
        lines.append(f"| {' | '.join((name, *map(_percent, rates)))} |")
    return lines


def _percent(rate: Rate) -> str:
    return "-" if rate.value is None else f"{100 * rate.value:.1f} %"
