"""Change the documents on purpose and ask again: an assistant that answers from them must follow.

Evidence deleted, with all that is known to restate it: it must refuse. A number changed: the answer must change with it. Files renamed:
nothing may change. Many facts are changed at once, in rounds, each on a sandbox with an index of its own; only asks that were right
before are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Literal

from assistant import Answer, Document, Settings
from evals.facts import Fact
from evals.measure import Rate
from evals.mutations import Mutation, changed_number, deletion, rounds
from evals.records import digest
from evals.run import Case, Desk, answered_by, located
from evals.sandbox import apply, is_plain, rebuild, rename_all, sandbox
from evals.score import SHOWN, beginning
from evals.values import Value, match

Kind = Literal["deleted", "changed", "renamed"]
GOALS: dict[Kind, float] = {"deleted": 0.85, "changed": 0.95, "renamed": 1.0}
_PREFIX = "renamed-"
_SHARE = 8  # an eighth of the facts lose their evidence at a time: a document without any would be easy to refuse from
_NAMES: dict[Kind, str] = {
    "deleted": "evidence deleted: refused",
    "changed": "number changed: followed",
    "renamed": "files renamed: same answer",
}
Opening = Callable[[Settings], AbstractContextManager[Desk]]


@dataclass(frozen=True, slots=True)
class Trial:
    """One ask after a change. behaved: None where the documents still say the old value elsewhere, which proves nothing."""

    kind: Kind
    ask: str
    behaved: bool | None
    told: str


def cases_of(facts: Sequence[Fact]) -> tuple[Case, ...]:
    """Return the first ask of every answerable fact, the plain one; a fact may be given several times."""
    known = {fact.id: fact for fact in facts if fact.value is not None}
    return tuple((fact, fact.asks[0]) for fact in known.values())


def trials(desk: Desk, cases: Sequence[Case], settings: Settings, open_desk: Opening) -> list[Trial]:
    """Ask, change, ask again; open_desk gives a desk for a sandbox's settings."""
    answers = {r.ask.id: r.answer for r in desk.results(cases) if r.answer is not None and r.score.outcome == "right"}
    plain = [document for document in desk.documents if is_plain(document, desk.text(document.id), settings)]
    names = {document.id for document in plain}
    right = [(fact, ask) for fact, ask in cases if ask.id in answers]
    spans = {fact.id: located(fact, desk)[0] for fact, _ in right}
    answering = {fact.id: answered_by(fact, desk) for fact, _ in right}
    changeable = [fact for fact, _ in right if all(span.document in names for span in answering[fact.id])]
    deletions = [deletion(fact, answering[fact.id], desk.text) for fact in changeable]
    changes = [changed_number(fact, spans[fact.id], desk.text) for fact in changeable]
    found = _renamed(right, answers, plain, settings, open_desk)
    for part in (rounds(deletions, -(-len(deletions) // _SHARE)), rounds([change for change in changes if change], len(changes))):
        for mutations in part:
            found += _mutated(mutations, plain, settings, open_desk)
    return found


def _mutated(mutations: Sequence[Mutation], documents: Sequence[Document], settings: Settings, open_desk: Opening) -> list[Trial]:
    with sandbox(settings) as changed:
        apply([edit for mutation in mutations for edit in mutation.edits], changed, documents)
        rebuild(changed)
        # Without evidence a fact is asked all the same, and not stale; what is right now is judged here.
        cases = [(replace(mutation.fact, evidence=()), mutation.fact.asks[0]) for mutation in mutations]
        with open_desk(changed) as desk:
            results = list(desk.results(cases))
    return [_trial(mutation, result.answer) for mutation, result in zip(mutations, results, strict=True)]


def _trial(mutation: Mutation, answer: Answer | None) -> Trial:
    kind: Kind = "changed" if mutation.value else "deleted"
    name = mutation.fact.asks[0].id
    if answer is None:
        return Trial(kind, name, False, "an error")
    shown = beginning(answer.text, SHOWN)
    refused = answer.status == "not_found"
    if refused if mutation.value is None else not refused and _shows(mutation.value, shown):
        return Trial(kind, name, True, "")
    old = mutation.fact.value
    elsewhere = not refused and old is not None and _shows(old, shown)
    return Trial(kind, name, None if elsewhere else False, " ".join(answer.text.split())[:100])


def _shows(value: Value, text: str) -> bool:
    return match(value, text).found == 1.0


def _renamed(
    cases: Sequence[Case], answers: dict[str, Answer], documents: Sequence[Document], settings: Settings, open_desk: Opening
) -> list[Trial]:
    with sandbox(settings) as changed:
        rename_all(changed, documents, _PREFIX)
        rebuild(changed)
        with open_desk(changed) as desk:
            results = list(desk.results([(replace(fact, evidence=()), ask) for fact, ask in cases]))
    named = {_PREFIX + document.id: document.id for document in documents}
    return [Trial("renamed", r.ask.id, _same(answers[r.ask.id], r.answer, named), r.answer.text[:100] if r.answer else "") for r in results]


def _same(before: Answer, after: Answer | None, named: dict[str, str]) -> bool:
    if after is None:
        return False
    citations = tuple(replace(citation, document=named.get(citation.document, citation.document)) for citation in after.citations)
    return digest(before) == digest(replace(after, citations=citations))


def shares(found: Sequence[Trial]) -> dict[Kind, Rate]:
    """Return the share of each kind that behaved; those that prove nothing are left out."""
    marks = {kind: [trial.behaved for trial in found if trial.kind == kind and trial.behaved is not None] for kind in GOALS}
    return {kind: Rate(sum(part), len(part)) for kind, part in marks.items()}


def lines(found: Sequence[Trial], most: int) -> list[str]:
    """Return the shares, then what did not behave, `most` lines of it."""
    text = []
    for kind, share in shares(found).items():
        if share.value is None:
            text.append(f"{_NAMES[kind]:<28}       -   no fact fits")
            continue
        unproved = sum(trial.kind == kind and trial.behaved is None for trial in found)
        more = f"; {unproved} more still stand elsewhere in the documents" if unproved else ""
        word = "reached" if share.value >= GOALS[kind] else "missed"
        goal = f"goal {100 * GOALS[kind]:.0f} % {word}"
        text.append(f"{_NAMES[kind]:<28}{100 * share.value:>6.1f} %   {share.hits} of {share.n}; {goal}{more}")
    if reached(found) is None:
        text.append("Nothing was measured: only facts that are answered rightly now can be asked again.")
    failed = [trial for trial in found if trial.behaved is False]
    text += [f"  {trial.kind:<8} {trial.ask}  -> {trial.told}" for trial in failed[:most]]
    return text if len(failed) <= most else [*text, f"  ... and {len(failed) - most} more; --all shows them."]


def reached(found: Sequence[Trial]) -> bool | None:
    """Return whether every share that could be measured reaches its goal; None if none could be."""
    measured = [share.value >= GOALS[kind] for kind, share in shares(found).items() if share.value is not None]
    return all(measured) if measured else None
