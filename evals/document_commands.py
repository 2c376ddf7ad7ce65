"""The commands for people who care for documents: what went where, what would change, whether answers follow, what users miss."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from evals import anchor, compare, feedback, impact, mutate, triage, verdict
from evals.commands import nothing
from evals.fingerprint import Fingerprint, fingerprint
from evals.judge import read_baseline
from evals.records import Record, record
from evals.run import Case
from evals.sandbox import rebuild, sandbox
from evals.session import Outcome, Session


def anchor_quotes(session: Session) -> Outcome:
    """Say where the quotes of stale facts went."""
    with session.assistant() as assistant:
        lost = list(anchor.moved(session.facts, assistant))
    last = f"{len(lost)} quotes of {len({one.fact.id for one in lost})} facts are lost."
    return Outcome(verdict.NOT_COMPARABLE if lost else verdict.PASS, [*anchor.lines(lost), last])


def foresee(session: Session) -> Outcome:
    """Index a document in a sandbox and say what it would do. The answers before are the baseline's, where it is of today."""
    options = session.options
    cases = session.selected()
    if not cases:
        return nothing(session)
    with session.clock.part("opening"), session.assistant() as assistant:
        documents = assistant.documents
        old = impact.replaced(options.document, options.replaces, documents)
        lost_before = {one.evidence for one in anchor.moved(session.facts, assistant)}
        made_with = session.fingerprint(assistant)
    with sandbox(session.settings) as changed:
        document = impact.put(options.document, old, documents, changed)
        with session.clock.part("indexing"):
            rebuild(changed)  # before anything is asked, which takes minutes: a file that cannot be read is told at once
        before = _before(session, cases, made_with)
        with session.desk(len(cases), changed) as desk:
            results = session.clock.asked(desk, cases)
            after = record(fingerprint(session.facts, desk, changed), "a sandbox", (), results)
            lost = [one for one in anchor.moved(session.facts, desk) if one.evidence not in lost_before]
    found = compare.compare(before, after)
    conflicts = list(impact.conflicts(results, document, found))
    code = verdict.compared(found, session.config.limits).code or (verdict.FAIL if conflicts else verdict.PASS)
    return Outcome(code, impact.lines(document, found, lost, conflicts, session.most), [str(session.clock)])


def _before(session: Session, cases: Sequence[Case], made_with: Fingerprint) -> Record:
    """The answers as they are today: the baseline's where it is of today, asked anew otherwise."""
    baseline = read_baseline(session.options.baseline)
    if baseline is not None and baseline.fingerprint == made_with and not baseline.selection:
        return baseline
    with session.desk(len(cases)) as desk:
        return record(made_with, "", (), session.clock.asked(desk, cases))


def mutate_documents(session: Session) -> Outcome:
    """Change the documents on purpose, and say whether the answers follow."""
    cases = mutate.cases_of([fact for fact, _ in session.selected()])
    if not cases:
        return nothing(session)
    with session.desk(len(cases)) as desk:
        found = mutate.trials(desk, cases, session.settings, lambda changed: session.desk(len(cases), changed))
    codes = {True: verdict.PASS, False: verdict.FAIL, None: verdict.NOTHING_SELECTED}
    return Outcome(codes[mutate.reached(found)], mutate.lines(found, session.most), [str(session.clock)])


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def triage_feedback(session: Session, ask: Callable[[str], str] = input, tell: Callable[[str], None] = _tell) -> Outcome:
    """Go through the recorded feedback with a curator, who answers `ask`; write the facts that come of it.

    `tell` hears of each as soon as it is written, for an error or Ctrl-C may end the session before there is an outcome.
    """
    options = session.options
    path = options.feedback or session.settings.home / feedback.FILE
    entries, faults = feedback.read_feedback(path)
    dismissed = path.with_suffix(".dismissed")
    open_entries = feedback.waiting(entries, session.facts, dismissed)
    written = 0
    with session.assistant() as assistant:
        try:
            for entry in open_entries:
                row = triage.triage(entry, assistant, session.facts, ask)
                if row:
                    tell(triage.append(row, options.facts, assistant))
                    written += 1
                elif row is not None:
                    with dismissed.open("a", encoding="utf-8") as file:
                        file.write(f"{entry.id}\n")
        except (triage.End, EOFError):
            pass
    told = f"{len(entries)} entries, {len(entries) - len(open_entries)} of them done before; {written} facts written."
    return Outcome(verdict.PASS, [told], faults)
