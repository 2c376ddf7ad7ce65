"""The command line: `python -m evals --help`."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence

from assistant import AssistantError, Settings
from evals import commands, document_commands, verdict
from evals.clock import Clock
from evals.facts import load_facts
from evals.floors import load_config
from evals.options import parse
from evals.run import Asked
from evals.session import Outcome, Session
from evals.tree import FactError

_COMMANDS: dict[str, Callable[[Session], Outcome]] = {
    "run": commands.run,
    "compare": commands.compare_two,
    "bless": commands.make_baseline,
    "lint": commands.check_facts,
    "anchor": document_commands.anchor_quotes,
    "impact": document_commands.foresee,
    "mutate": document_commands.mutate_documents,
    "triage": document_commands.triage_feedback,
    "export": commands.export,
    "schema": commands.print_schema,
    "markdown": commands.markdown,
    "suggest": commands.suggest_questions,
    "ablate": commands.take_apart,
    "bench": commands.time_asks,
}


def main(arguments: Sequence[str] | None = None, opened: Callable[[], Asked] | None = None) -> int:
    """Run one command and return its exit code; `opened` gives the assistant to ask instead of the configured one."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        config, facts = load_config(options.config), load_facts(options.facts)  # first: opening an assistant takes seconds
        outcome = _COMMANDS[options.command](Session(options, Settings.from_env(os.environ), config, facts, opened, Clock()))
        print("".join(f"{line}\n" for line in outcome.lines), end="", flush=True)
        print("".join(f"{line}\n" for line in outcome.notes), end="", file=sys.stderr)
        return outcome.code
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


if __name__ == "__main__":
    sys.exit(main())
