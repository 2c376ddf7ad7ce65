"""The command line: `python -m evals --help`."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from assistant import Assistant, AssistantError, Settings
from evals import bench, floors, lint, records, report, suggest
from evals.facts import SPLITS, Fact, check_documents, load_facts
from evals.measure import summary
from evals.run import Asked, Case, run, select
from evals.score import Result
from evals.tree import FactError

HERE = Path(__file__).parent
_CODES = "Exit codes, as pytest has them: 0 pass, 1 below a floor, 2 interrupted, 3 error, 4 wrong facts or usage, 5 nothing selected."
_COMMANDS = {
    "run": "ask the known facts and compare with the floors (this is also done without a command)",
    "lint": "check the fact files: quotes, values, asks told twice",
    "export": "print the asks with the places of their evidence, as JSON lines",
    "markdown": "ask the known facts and print the table for the README",
    "suggest": "print the questions that are answered right, as the file that the page suggests them from",
    "bench": "time 60 asks as a ratio to one query embedding",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(floors.USAGE_ERROR, f"{self.prog}: {message}\n")


def main(
    arguments: Sequence[str] | None = None,
    opened: Callable[[], Asked] = lambda: Assistant.open(Settings.from_env(os.environ)),
) -> int:
    """Run one command and return its exit code; `opened` gives the assistant to ask."""
    options = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        bounds, facts = floors.load_floors(options.config), load_facts(options.facts)  # first: opening takes seconds
        with closing(opened()) as assistant:
            check_documents(facts, [document.id for document in assistant.documents])
            return _command(options, assistant, facts, bounds)
    except (FactError, AssistantError) as error:
        print(error, file=sys.stderr)
        return floors.USAGE_ERROR
    except KeyboardInterrupt:
        print("Interrupted; nothing was judged.", file=sys.stderr)
        return floors.INTERRUPTED
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return floors.INTERRUPTED
    except Exception:
        traceback.print_exc()  # Python itself would exit with 1, which here means a floor
        return floors.INTERNAL_ERROR


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser("python -m evals", description="Ask the known facts and compare the answers.", epilog=_CODES)
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for name, purpose in _COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose, epilog=_CODES)
        command.add_argument("--facts", type=Path, default=HERE / "facts", help="folder of the fact files")
        command.add_argument("--config", type=Path, default=HERE / "config.toml", help="file of the floors")
        if name != "lint":
            command.add_argument("--split", choices=(*SPLITS, "all"), default="all", help="facts of one split only")
            command.add_argument("-k", dest="keyword", metavar="TEXT", default="", help="facts whose id contains TEXT")
        if name == "run":
            command.add_argument("--all", action="store_true", help="show every failing ask")
            command.add_argument("--results", type=Path, metavar="FILE.jsonl", help="write one line an ask")
    known = arguments and arguments[0] in (*_COMMANDS, "-h", "--help")
    return parser.parse_args(arguments if known else ["run", *arguments])


def _command(options: argparse.Namespace, assistant: Asked, facts: Sequence[Fact], bounds: Sequence[floors.Floor]) -> int:
    if options.command == "lint":
        return _lint(facts, assistant)
    cases = select(facts, options.split, options.keyword)
    if not cases:
        print(*floors.verdict(bounds, summary(()), 0).lines, sep="\n", file=sys.stderr)
        return floors.NOTHING_SELECTED
    if options.command == "export":
        for line in records.export_lines(cases, assistant.text):
            print(line)
        return floors.PASS
    if options.command == "suggest":
        print(*suggest.lines(facts, run(assistant, suggest.candidates(facts), _progress)), sep="\n")
        return floors.PASS
    if options.command == "bench":
        print(*bench.lines(bench.bench(assistant, bench.sample(cases))), sep="\n")
        return floors.PASS
    results = list(run(assistant, cases, _progress))
    if options.command == "markdown":
        print(*report.markdown(results), sep="\n")
        return floors.PASS
    return _judge(options, results, facts, assistant.index_id, bounds)


def _judge(
    options: argparse.Namespace,
    results: Sequence[Result],
    facts: Sequence[Fact],
    index: str,
    bounds: Sequence[floors.Floor],
) -> int:
    if options.results:
        lines = records.result_lines(facts, index, results)
        options.results.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    verdict = floors.verdict(bounds, summary(results), len(results))
    print(*report.table(results), *report.failures(results, everything=options.all), "", *verdict.lines, sep="\n")
    return verdict.code


def _lint(facts: Sequence[Fact], assistant: Asked) -> int:
    found = lint.faults(facts, assistant.text)
    print(*found, sep="\n", end="\n" if found else "")
    asks = sum(len(fact.asks) for fact in facts)
    print(f"{len(facts)} facts, {asks} asks, {len(found)} faults.")
    return floors.USAGE_ERROR if found else floors.PASS


def _progress(cases: Sequence[Case]) -> Iterable[Case]:
    return tqdm(cases, unit="ask", disable=None, leave=False)  # None: only on a terminal


if __name__ == "__main__":
    sys.exit(main())
