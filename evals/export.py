"""The asks with the places of their evidence, as JSON lines: what models learn from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from evals.facts import Ask, Fact
from evals.locate import Span, locate, spans_of
from evals.run import Case


def export_lines(cases: Iterable[Case], text: Callable[[str], str]) -> Iterator[str]:
    """Yield one line an ask: the question and the place of its evidence, or why it has none. Raises FactError."""
    for fact, ask in cases:
        yield json.dumps(_export(fact, ask, text), ensure_ascii=False, sort_keys=True)


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
    if fact.restated:
        row["restated"] = _by_document(locate(quote, text(quote.document), fact.id) for quote in fact.restated)
    return row


def _by_document(spans: Iterable[Span]) -> dict[str, list[list[int]]]:
    found: dict[str, list[list[int]]] = {}
    for span in spans:
        found.setdefault(span.document, []).append([span.start, span.end])
    return found
