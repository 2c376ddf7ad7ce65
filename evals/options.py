"""The commands of `python -m evals` and their options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from evals.facts import SPLITS
from evals.verdict import EXIT_CODES, USAGE_ERROR

HERE = Path(__file__).parent
COMMANDS = {
    "run": "ask the known facts, hold the answers to the floors and to the baseline (this is also done without a command)",
    "compare": "say what changed from one run to another: files of --results, or baselines",
    "bless": "make today's answers the baseline; the only way to write one",
    "lint": "check the fact files: quotes, values, asks told twice, sections without a fact",
    "anchor": "say where the quotes of stale facts went",
    "impact": "say what a new or changed document would do, before it is published",
    "mutate": "change the documents on purpose, and see whether the answers follow",
    "triage": "turn thumbs-down from the chat page into known facts, one by one",
    "export": "print the asks with the places of their evidence, as JSON lines",
    "schema": "print the JSON Schema of a fact file, for editors",
    "markdown": "ask the known facts and print the table for the README",
    "suggest": "print the questions that are answered right, as the file that the page suggests them from",
    "ablate": "ask with parts of the assistant taken away, and print what each adds, as a table",
    "bench": "time 60 asks as a ratio to one query embedding",
}
_SELECT = {"run", "mutate", "export", "markdown", "ablate", "bench", "impact"}
_ASK = {"run", "bless", "mutate", "markdown", "impact", "suggest"}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE_ERROR, f"{self.prog}: {message}\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; without a command, those of `run`."""
    parser = _Parser("python -m evals", description="Ask the known facts and compare the answers.", epilog=EXIT_CODES)
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for name, purpose in COMMANDS.items():
        _options(commands.add_parser(name, help=purpose, description=purpose[0].upper() + purpose[1:] + ".", epilog=EXIT_CODES), name)
    known = arguments and arguments[0] in (*COMMANDS, "-h", "--help")
    options = parser.parse_args(arguments if known else ["run", *arguments])
    if options.baseline and options.command != "bless" and not options.baseline.is_file():
        parser.error(f"--baseline: there is no file {options.baseline}. Make it with: python -m evals bless --baseline {options.baseline}")
    options.baseline = options.baseline or options.facts.parent / "baseline.jsonl"
    return options


def _options(command: argparse.ArgumentParser, name: str) -> None:
    command.add_argument("--facts", type=Path, default=HERE / "facts", help="folder of the fact files")
    command.add_argument("--config", type=Path, default=HERE / "config.toml", help="file of the floors")
    command.add_argument("--baseline", type=Path, metavar="FILE", help="the baseline (default: baseline.jsonl beside the folder of facts)")
    if name in _SELECT:
        command.add_argument("--split", choices=(*SPLITS, "all"), default="all", help="facts of one split only")
        command.add_argument("-k", dest="keyword", metavar="TEXT", default="", help="facts whose id contains TEXT")
    if name in _ASK:
        command.add_argument("--workers", type=_count, metavar="N", help="processes that ask (default: CLUSTERDESK_THREADS)")
        command.add_argument("--fresh", action="store_true", help="compute everything anew: use nothing that earlier runs kept")
    if name in ("run", "compare", "bless", "lint", "mutate", "impact"):
        command.add_argument("--all", action="store_true", help="show every line, not a screenful")
    if name == "run":
        for option, what in (("results", "JSONL, one line an ask"), ("html", "HTML"), ("junit", "XML"), ("markdown", "MD")):
            command.add_argument(f"--{option}", type=Path, metavar="FILE", help=f"write the report as {what}")
    if name == "compare":
        command.add_argument("before", type=Path)
        command.add_argument("after", type=Path)
    if name == "ablate":
        command.add_argument("--weights", type=Path, metavar="FOLDER", help="other weights of the ranker; asked with the plain model")
    if name == "bless":
        command.add_argument("--reason", required=True, help="why today's answers are the ones to keep")
    if name == "impact":
        command.add_argument("document", type=Path, help="file of the new document, or of a new version")
        command.add_argument("--replaces", metavar="ID", default="", help="the document that it is a new version of")
    if name == "triage":
        command.add_argument(
            "--feedback", type=Path, metavar="FILE", help="what the chat page recorded (default: feedback.jsonl in CLUSTERDESK_HOME)"
        )


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 64")
    return int(text)
