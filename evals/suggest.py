"""Questions that the library is known to answer, for the page to suggest: `python -m evals suggest > corpus/questions.toml`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from evals.facts import Fact, in_use
from evals.run import Case
from evals.score import Result

STYLES = ("direct", "list", "definition", "reason", "yes-no", "comparison")  # whole questions in plain words


def candidates(facts: Iterable[Fact]) -> tuple[Case, ...]:
    """Return for each answerable fact in use its first wording that can be shown as it is: a whole question that needs no other."""
    cases = []
    for fact in in_use(facts):
        fit = (ask for ask in fact.asks if ask.style in STYLES and not ask.history)
        if not fact.unanswerable and (first := next(fit, None)) is not None:
            cases.append((fact, first))
    return tuple(cases)


def lines(facts: Sequence[Fact], results: Iterable[Result]) -> Iterator[str]:
    """Yield the file: for each document how many facts protect it, and the questions about it that were answered right at first glance."""
    answered = [result for result in results if result.score.right_400 and result.score.cited]
    yield "# Questions that the library is known to answer, and how many known facts protect each document."
    yield "# Made by: python -m evals suggest > corpus/questions.toml"
    known = [fact for fact in in_use(facts) if not fact.unanswerable]
    for document in sorted({fact.document for fact in known}):
        questions = sorted({result.ask.question for result in answered if result.fact.document == document})
        yield f"\n[[document]]\nid = {json.dumps(document)}"
        yield f"facts = {sum(fact.document == document for fact in known)}\nquestions = ["
        yield from (f"    {json.dumps(question, ensure_ascii=False)}," for question in questions)
        yield "]"
