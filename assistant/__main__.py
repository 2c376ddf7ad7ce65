"""python -m assistant "question": ask once; --json: the answer as JSON; --batch FILE: many questions, one JSON object a line."""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant, AssistantError, Settings

_WIDTH = 100


class BatchError(Exception):
    """A batch cannot be read; the text says which and why."""


def main() -> int:
    """Run the command line; an error that keeps the assistant from answering ends with one sentence and exit status 1."""
    parser = argparse.ArgumentParser(prog="python -m assistant", description="Ask the desk's documents.")
    parser.add_argument("question", nargs="?", help="a question in plain words")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument("--batch", metavar="FILE", help='answer {"id", "question", "history"} lines of a file, or of standard input for -')
    options = parser.parse_args()
    if (options.question is None) == (options.batch is None):
        parser.error("give a question, or --batch FILE")
    if isinstance(sys.stdout, TextIOWrapper):  # whatever the terminal's own encoding
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        with _lines(options.batch) as lines, Assistant.open(Settings.from_env(os.environ)) as assistant:
            if options.batch:
                for answered in answers(assistant, read_batch(lines, options.batch)):
                    print(json.dumps(answered, ensure_ascii=False), flush=True)
            else:
                answer = assistant.ask(options.question)
                print(json.dumps(answer.to_json(), ensure_ascii=False, indent=2) if options.json else readable(answer))
    except (AssistantError, BatchError) as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of a pipe had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"The assistant cannot go on: {error}.", file=sys.stderr)
        return 1
    return 0


def _lines(name: str | None) -> AbstractContextManager[Iterable[bytes]]:
    """Open a batch before the models are loaded, so that a mistyped name is told at once; BatchError if it cannot be opened."""
    if name is None:
        return nullcontext(())
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise BatchError(f"{name} cannot be read: {error.strerror}.") from error


def read_batch(lines: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Yield the lines of an open batch; BatchError where they cannot be read on."""
    try:
        yield from lines
    except OSError as error:
        raise BatchError(f"{name} cannot be read: {error.strerror}.") from error


def answers(assistant: Assistant, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield an answer for every line, in order, with its id; an error object for a line that is no question."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        identity: Any = None
        try:
            row = json.loads(raw.decode("utf-8-sig"))
            identity = row.get("id") if isinstance(row, dict) else None
            identity = identity.encode("utf-8", "replace").decode("utf-8") if isinstance(identity, str) else identity
            question, history = _checked(row)
        except (ValueError, RecursionError) as error:
            yield {"id": identity, "line": number, "error": f"Line {number} is no question: {error}"}
            continue
        yield {"id": identity, **assistant.ask(question, history).to_json()}


def _checked(row: Any) -> tuple[str, list[str]]:
    if not isinstance(row, dict):
        raise ValueError('write an object like {"id": "q1", "question": "…", "history": []}')
    question, history = row.get("question"), row.get("history") or []
    if not isinstance(question, str):
        raise ValueError('"question" is missing or is no text')
    if not isinstance(history, list) or not all(isinstance(earlier, str) for earlier in history):
        raise ValueError('"history" must be a list of texts')
    return question, history


def readable(answer: Answer) -> str:
    """Return an answer for a terminal: the text, then each citation with its section and lines."""
    parts = []
    if answer.interpreted_as != answer.question:
        parts.append(_wrapped(f"Read as: {answer.interpreted_as}") + "\n")
    parts.append("\n".join(_wrapped(line) for line in answer.text.splitlines()) + "\n")
    if answer.see_also:
        parts.append("Nearest passages (not an answer):")
    for citation in answer.citations or answer.see_also:
        first, last = citation.lines
        where = f"line {first}" if first == last else f"lines {first}-{last}"
        parts.append(_wrapped(f"[{citation.number}] {citation.title} ({citation.published}), {where}", "    "))
        if citation.section:
            parts.append(_wrapped("    " + " > ".join(citation.section), "    "))
        parts.append(_wrapped(f"    “{citation.quote}”", "    "))
    return "\n".join(parts)


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    sys.exit(main())
