"""The command line: `python -m evals --help`."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from assistant import Assistant, AssistantError, Settings
from evals import bench, bless, compare, lint, measure, report, verdict
from evals.clock import Clock
from evals.export import export_lines
from evals.facts import Fact, check_documents, load_facts
from evals.fingerprint import fingerprint
from evals.floors import Config, load_config
from evals.judge import Judged, judge, read_baseline
from evals.options import parse
from evals.records import read_record, result_lines
from evals.run import Asked, Case, Desk, OneAssistant, select
from evals.tree import FactError
from evals.workers import Workers

_WORTH_A_WORKER = 60  # asks; starting one takes as long as answering these


@dataclass(frozen=True, slots=True)
class _Session:
    """What every command works with. opened: an assistant to ask instead of the configured one."""

    options: argparse.Namespace
    settings: Settings
    config: Config
    facts: tuple[Fact, ...]
    opened: Callable[[], Asked] | None
    clock: Clock

    @contextmanager
    def assistant(self) -> Iterator[Asked]:
        """One assistant, in this process."""
        with closing(self.opened() if self.opened else Assistant.open(self.settings)) as opened:
            yield opened

    @contextmanager
    def desk(self, asks: int) -> Iterator[Desk]:
        """As many assistants as are worth starting for that many asks."""
        count = min(self.options.workers or self.settings.threads, -(-asks // _WORTH_A_WORKER))
        with self.clock.part("opening"):
            desk: Desk = OneAssistant(self.opened()) if self.opened else Workers(self.settings, max(count, 1))
        with closing(desk):
            yield desk


def main(arguments: Sequence[str] | None = None, opened: Callable[[], Asked] | None = None) -> int:
    """Run one command and return its exit code; `opened` gives the assistant to ask instead of the configured one."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        session = _Session(options, Settings.from_env(os.environ), load_config(options.config), load_facts(options.facts), opened, Clock())
        return _COMMANDS[options.command](session)
    except (FactError, AssistantError) as error:
        print(error, file=sys.stderr)
        return verdict.USAGE_ERROR
    except KeyboardInterrupt:
        print("Interrupted; nothing was judged.", file=sys.stderr)
        return verdict.INTERRUPTED
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return verdict.INTERRUPTED
    except Exception:
        traceback.print_exc()  # Python itself would exit with 1, which here means a verdict
        return verdict.INTERNAL_ERROR


def _selected(session: _Session) -> tuple[Case, ...]:
    options = session.options
    return select(session.facts, options.split, options.keyword)


def _run(session: _Session) -> int:
    cases = _selected(session)
    if not cases:
        return _nothing(session)
    options = session.options
    baseline = read_baseline(options.baseline)
    selection = "" if (options.split, options.keyword) == ("all", "") else f"--split {options.split} -k '{options.keyword}'"
    with session.desk(len(cases)) as desk:
        results = session.clock.asked(desk, cases)
        with session.clock.part("judging"):
            made_with = fingerprint(session.facts, desk, session.settings)
            judged = judge(results, made_with, session.facts, session.config, baseline, selection=selection)
            _write_reports(options, judged)
    print(*report.table(results), *report.failures(results, everything=options.all), "", sep="\n")
    _print_comparison(options, judged)
    print(*judged.verdict.lines, sep="\n")
    print(session.clock, file=sys.stderr)
    return judged.verdict.code


def _write_reports(options: argparse.Namespace, judged: Judged) -> None:
    if options.results:
        lines = result_lines(judged.record, judged.results)
        options.results.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def _print_comparison(options: argparse.Namespace, judged: Judged) -> None:
    if judged.comparison:
        print(f"Against the baseline {options.baseline.name}:", *compare.lines(judged.comparison, _lines(options)), "", sep="\n")


def _compare(session: _Session) -> int:
    found = compare.compare(read_record(session.options.before), read_record(session.options.after))
    judged = verdict.compared(found, session.config.limits)
    print(*compare.lines(found, _lines(session.options)), sep="\n")
    print(f"Verdict: {'; '.join(judged.lines) or 'pass'}.")
    return judged.code


def _bless(session: _Session) -> int:
    cases = select(session.facts, "all", "")
    options = session.options
    with session.desk(len(cases)) as desk:
        results = session.clock.asked(desk, cases)
        again = list(desk.results(bench.sample(cases, bless.ASKED_AGAIN)))
        made_with = fingerprint(session.facts, desk, session.settings)
    judged = judge(results, made_with, session.facts, session.config, read_baseline(options.baseline))
    _print_comparison(options, judged)
    if why := bless.refusal(judged, again, measure.summary(results), options.reason):
        print(f"Not blessed: {why}", file=sys.stderr)
        return verdict.FAIL
    print(bless.write(options.baseline, judged.record, options.reason))
    return verdict.PASS


def _lint(session: _Session) -> int:
    with session.assistant() as assistant:
        check_documents(session.facts, [document.id for document in assistant.documents])
        found = lint.faults(session.facts, assistant.text)
    print(*found, sep="\n", end="\n" if found else "")
    asks = sum(len(fact.asks) for fact in session.facts)
    print(f"{len(session.facts)} facts, {asks} asks, {len(found)} faults.")
    return verdict.USAGE_ERROR if found else verdict.PASS


def _export(session: _Session) -> int:
    if not (cases := _selected(session)):
        return _nothing(session)
    with session.assistant() as assistant:
        check_documents(session.facts, [document.id for document in assistant.documents])
        for line in export_lines(cases, assistant.text):
            print(line)
    return verdict.PASS


def _markdown(session: _Session) -> int:
    if not (cases := _selected(session)):
        return _nothing(session)
    with session.desk(len(cases)) as desk:
        print(*report.markdown(session.clock.asked(desk, cases)), sep="\n")
    return verdict.PASS


def _bench(session: _Session) -> int:
    if not (cases := _selected(session)):
        return _nothing(session)
    with session.assistant() as assistant:
        print(*bench.lines(bench.bench(assistant, bench.sample(cases))), sep="\n")
    return verdict.PASS


def _nothing(session: _Session) -> int:
    nothing = verdict.verdict(session.config, measure.summary(()), 0)
    print(*nothing.lines, sep="\n", file=sys.stderr)
    return nothing.code


def _lines(options: argparse.Namespace) -> int:
    return sys.maxsize if options.all else report.LINES


_COMMANDS: dict[str, Callable[[_Session], int]] = {
    "run": _run,
    "compare": _compare,
    "bless": _bless,
    "lint": _lint,
    "export": _export,
    "markdown": _markdown,
    "bench": _bench,
}


if __name__ == "__main__":
    sys.exit(main())
