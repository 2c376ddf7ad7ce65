"""What is written for other programs: results of a run and asks for training, as JSON lines in a stable order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from evals.facts import Ask, Fact, facts_hash
from evals.locate import Span, locate, spans_of
from evals.run import Case
from evals.score import Result


def result_lines(facts: Sequence[Fact], index: str, results: Iterable[Result]) -> Iterator[str]:
    """Yield a header that names what was asked of what, then one line an ask, sorted by id, without timings."""
    ordered = sorted(results, key=lambda result: (result.fact.id, int(result.ask.id.rsplit("#", 1)[1])))
    yield _line({"facts": facts_hash(facts), "index": index, "asks": len(ordered)})
    for result in ordered:
        yield _line(_result(result))


def export_lines(cases: Iterable[Case], text: Callable[[str], str]) -> Iterator[str]:
    """Yield one line an ask: the question and the place of its evidence, or why it has none. Raises FactError."""
    for fact, ask in cases:
        yield _line(_export(fact, ask, text))


def _result(result: Result) -> dict[str, Any]:
    score, answer = result.score, None
    if result.answer is not None:
        answer = {key: value for key, value in result.answer.to_json().items() if key != "timings_ms"}
    return {
        "id": result.ask.id,
        "outcome": score.outcome,
        "stage": score.stage,
        "rank": score.rank,
        "right_400": score.right_400,
        "cited": score.cited,
        "found": round(score.found, 4),
        "contradicted": score.contradicted,
        "verbatim": [score.verbatim, score.citations],
        "error": result.error,
        "answer": answer,
    }


def _export(fact: Fact, ask: Ask, text: Callable[[str], str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": ask.id,
        "fact": fact.id,
        "question": ask.question,
        "history": list(ask.history),
        "style": ask.style,
    }
    if fact.unanswerable:
        row["unanswerable"] = fact.unanswerable
        if fact.near:
            row["near"] = _by_document([locate(fact.near, text(fact.near.document), fact.id)])
        return row
    spans = _by_document(spans_of(fact, text))
    row["document"] = fact.document
    row["evidence"] = spans.pop(fact.document, [])
    if spans:
        row["elsewhere"] = spans
    return row


def _by_document(spans: Iterable[Span]) -> dict[str, list[list[int]]]:
    found: dict[str, list[list[int]]] = {}
    for span in spans:
        found.setdefault(span.document, []).append([span.start, span.end])
    return found


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
