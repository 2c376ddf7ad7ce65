"""The commands that ask, compare and bless; each returns what is printed and the exit code."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from evals import ablate, bench, bless, compare, html, junit, lint, measure, report, schema, suggest, verdict
from evals.export import export_lines
from evals.facts import check_documents, in_use
from evals.judge import Judged, judge, read_baseline
from evals.records import Record, read_record, result_lines
from evals.run import Library, select
from evals.session import Outcome, Session
from evals.tree import FactError

_NO_BASELINE = "There is no baseline yet: only the floors were checked. Make one with: python -m evals bless"


def run(session: Session) -> Outcome:
    """Ask, judge, write the reports that are wanted."""
    cases = session.selected()
    if not cases:
        return nothing(session)
    options = session.options
    _check_writable(options.results, options.html, options.junit, options.markdown)
    baseline = read_baseline(options.baseline)
    with session.desk(len(cases)) as desk:
        results = session.clock.asked(desk, cases)
        with session.clock.part("judging"):
            judged = judge(results, session.fingerprint(desk), session.facts, session.config, baseline, selection=session.selection)
            _write_reports(options, judged, desk)
    lines = [
        *report.table(results),
        *report.failures(results, everything=options.all),
        "",
        *(_against_baseline(session, judged) or [_NO_BASELINE, ""]),
    ]
    return Outcome(judged.verdict.code, [*lines, *judged.verdict.lines], [str(session.clock)])


def _check_writable(*paths: Path | None) -> None:
    """Raise FactError if a file could not be written where it is wanted; asking takes minutes, and would be in vain."""
    for path in filter(None, paths):
        if path.is_dir():
            raise FactError(f"{path} cannot be written: it is a folder; name a file in it.")
        if not path.parent.is_dir():
            raise FactError(f"{path} cannot be written: there is no folder {path.parent}; make it first.")


def _write_reports(options: argparse.Namespace, judged: Judged, library: Library) -> None:
    made: tuple[tuple[Path | None, Callable[[], str]], ...] = (
        (options.results, lambda: "".join(f"{line}\n" for line in result_lines(judged.record, judged.results))),
        (options.html, lambda: html.page(judged, library)),
        (options.junit, lambda: junit.junit(judged)),
        (options.markdown, lambda: "".join(f"{line}\n" for line in report.pull_request(judged))),
    )
    for path, content in made:
        if path:
            try:
                path.write_text(content(), encoding="utf-8", newline="\n")
            except OSError as error:
                raise FactError(f"{path} cannot be written: {error.strerror}.") from error


def _against_baseline(session: Session, judged: Judged) -> list[str]:
    if judged.comparison is None:
        return []
    return [f"Against the baseline {session.options.baseline.name}:", *compare.lines(judged.comparison, session.most), ""]


def compare_two(session: Session) -> Outcome:
    """Compare two files of results, or baselines."""
    found = compare.compare(read_record(session.options.before), read_record(session.options.after))
    judged = verdict.compared(found, session.config.limits)
    return Outcome(judged.code, [*compare.lines(found, session.most), f"Verdict: {'; '.join(judged.lines) or 'pass'}."])


def make_baseline(session: Session) -> Outcome:
    """Ask everything, some of it twice, and write the baseline if all is sound."""
    cases = select(session.facts, "all", "")
    options = session.options
    if why := bless.unclear(options.reason):
        return Outcome(verdict.FAIL, (), [f"Not blessed: {why}"])
    _check_writable(options.baseline)
    baseline, damage = _to_replace(options.baseline)
    with session.desk(len(cases)) as desk:
        results = session.clock.asked(desk, cases)
        again = list(desk.results(bench.sample(cases, bless.ASKED_AGAIN)))
        made_with = session.fingerprint(desk)
    judged = judge(results, made_with, session.facts, session.config, baseline)
    if why := bless.refusal(judged, again, measure.summary(results)):
        return Outcome(verdict.FAIL, _against_baseline(session, judged), [*damage, f"Not blessed: {why}"])
    told = bless.write(options.baseline, judged.record, options.reason)
    return Outcome(verdict.PASS, [*_against_baseline(session, judged), told], [*damage, str(session.clock)])


def _to_replace(path: Path) -> tuple[Record | None, list[str]]:
    """Return the baseline that a new one takes the place of, and a note where it cannot be read: blessing is how it is made again."""
    try:
        return read_baseline(path), []
    except FactError as error:
        return None, [f"Nothing was compared with the old baseline. {error}"]


def check_facts(session: Session) -> Outcome:
    """Look for faults in the facts themselves."""
    with session.assistant() as assistant:
        check_documents(session.facts, [document.id for document in assistant.documents])
        found, noted = lint.faults(session.facts, assistant.text), lint.notes(session.facts, assistant)
    facts = in_use(session.facts)
    asks = sum(len(fact.asks) for fact in facts)
    shown = [f"note: {note}" for note in noted[: session.most]]
    more = "" if len(shown) == len(noted) else "; --all shows all notes"
    code = verdict.USAGE_ERROR if found else verdict.PASS
    return Outcome(code, [*shown, *found, f"{len(facts)} facts, {asks} asks, {len(found)} faults, {len(noted)} notes{more}."])


def print_schema(session: Session) -> Outcome:
    """Give the JSON Schema of a fact file."""
    return Outcome(verdict.PASS, [json.dumps(schema.schema(), indent=2, ensure_ascii=False)])


def export(session: Session) -> Outcome:
    """Give the asks to other programs."""
    if not (cases := session.selected()):
        return nothing(session)
    with session.assistant() as assistant:
        check_documents(session.facts, [document.id for document in assistant.documents])
        return Outcome(verdict.PASS, list(export_lines(cases, assistant.text)))


def markdown(session: Session) -> Outcome:
    """Ask, and give the table of the README."""
    if not (cases := session.selected()):
        return nothing(session)
    with session.desk(len(cases)) as desk:
        return Outcome(verdict.PASS, report.markdown(session.clock.asked(desk, cases)))


def suggest_questions(session: Session) -> Outcome:
    """Ask each fact once, and give the questions that were answered right as the file that the page suggests them from."""
    cases = suggest.candidates(session.facts)
    with session.desk(len(cases)) as desk:
        return Outcome(verdict.PASS, list(suggest.lines(session.facts, session.clock.asked(desk, cases))))


def time_asks(session: Session) -> Outcome:
    """Time some asks."""
    if not (cases := session.selected()):
        return nothing(session)
    with session.assistant() as assistant:
        return Outcome(verdict.PASS, bench.lines(bench.bench(assistant, bench.sample(cases))))


def take_apart(session: Session) -> Outcome:
    """Ask with parts of the assistant taken away."""
    if not (cases := session.selected()):
        return nothing(session)
    return Outcome(verdict.PASS, ablate.table(ablate.ablations(session.settings, cases, session.options.weights)))


def nothing(session: Session) -> Outcome:
    """Say that no ask was selected."""
    judged = verdict.verdict(session.config, measure.summary(()), 0)
    return Outcome(judged.code, (), judged.lines)
