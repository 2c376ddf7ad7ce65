"""What every command works with, and what it gives back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant, Settings
from evals.clock import Clock
from evals.facts import Fact
from evals.fingerprint import Fingerprint, fingerprint
from evals.floors import Config
from evals.report import LINES
from evals.run import Asked, Case, Desk, Library, OneAssistant, select
from evals.workers import REMEMBERED, Workers

_WORTH_A_WORKER = 60  # asks; starting one takes as long as answering these


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command ends with: the exit code, the lines for standard output and those for standard error."""

    code: int
    lines: Sequence[str]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """opened: gives an assistant to ask instead of the configured one."""

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
    def desk(self, asks: int, settings: Settings | None = None) -> Iterator[Desk]:
        """As many assistants as are worth starting for that many asks; settings: those of a sandbox."""
        count = min(self.options.workers or self.settings.threads, -(-asks // _WORTH_A_WORKER))
        with self.clock.part("opening"):
            desk: Desk = OneAssistant(self.opened()) if self.opened else Workers(settings or self.settings, max(count, 1), self.remembered)
        with closing(desk):
            yield desk

    @property
    def remembered(self) -> Path | None:
        """Where readings are kept for later runs: a sandbox shares the folder, a baseline does without."""
        return None if self.options.command == "bless" or self.options.fresh else self.settings.home / REMEMBERED

    def selected(self) -> tuple[Case, ...]:
        """The asks that --split and -k select."""
        return select(self.facts, self.options.split, self.options.keyword)

    @property
    def selection(self) -> str:
        """How the asks were selected, "" for all of them."""
        split, keyword = self.options.split, self.options.keyword
        return "" if (split, keyword) == ("all", "") else f"--split {split} -k '{keyword}'"

    def fingerprint(self, library: Library) -> Fingerprint:
        """What a run on this library is made with."""
        return fingerprint(self.facts, library, self.settings)

    @property
    def most(self) -> int:
        """How many lines of a list are shown."""
        return sys.maxsize if self.options.all else LINES
