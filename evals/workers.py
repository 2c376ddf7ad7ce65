"""Ask the known facts on several processor cores: each worker process has its own copy of the index, and one thread.

An index belongs to one process at a time. Working on copies also leaves the index free for a chat page that is running.
Answers do not depend on the number of workers: all of them compute with one thread.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant import Assistant, Document, Excerpt, Settings, copy_index
from evals.run import Case, run
from evals.score import Result

REMEMBERED = "scores"  # in CLUSTERDESK_HOME: what was computed for a question, kept for later runs
_BATCH = 8  # asks handed to a worker at once


@dataclass(frozen=True, slots=True)
class _Work:
    """What a worker opens its assistant with: settings, the folder for its copy of the index, and that for what is remembered."""

    settings: Settings
    folder: Path
    remember: Path | None


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What the parent process needs of an open index."""

    documents: tuple[Document, ...]
    index_id: str
    texts: dict[str, str]
    outlines: dict[str, tuple[Excerpt, ...]]


class Workers:
    """A desk of `count` assistants side by side (`evals.run.Desk`). Close it: it owns processes and a temporary folder."""

    def __init__(self, settings: Settings, count: int, remember: Path | None) -> None:
        """remember: a folder where what was computed is kept for later runs (`Assistant.open`)."""
        self._folder = TemporaryDirectory(prefix="clusterdesk-evals-")
        self._work = _Work(replace(settings, threads=1), Path(self._folder.name), remember)
        self._pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_parent)
        try:
            opening = [self._pool.submit(_snapshot, self._work) for _ in range(count)]  # one each, so that all load at once
            self._seen = opening[0].result()
        except BaseException:
            self.close()
            raise

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents."""
        return self._seen.documents

    @property
    def index_id(self) -> str:
        """The name of the index."""
        return self._seen.index_id

    def text(self, document: str) -> str:
        """Return a document's canonical text; KeyError if it is unknown."""
        return self._seen.texts[document]

    def outline(self, document: str) -> tuple[Excerpt, ...]:
        """Return a document as blocks; KeyError if it is unknown."""
        return self._seen.outlines[document]

    def results(self, cases: Sequence[Case]) -> Iterator[Result]:
        """Yield a result for each case, in order."""
        batches = [cases[start : start + _BATCH] for start in range(0, len(cases), _BATCH)]
        for part in self._pool.map(_results, [self._work] * len(batches), batches):
            yield from part

    def close(self) -> None:
        """End the workers, dropping what they have not begun, and remove their copies of the index."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._folder.cleanup()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# One in each worker process, which lives as long as its pool.
@cache
def _assistant(work: _Work) -> Assistant:
    return Assistant.open(copy_index(work.settings, work.folder / str(os.getpid())), work.remember)


def _snapshot(work: _Work) -> _Snapshot:
    opened = _assistant(work)
    names = [document.id for document in opened.documents]
    texts = {name: opened.text(name) for name in names}
    return _Snapshot(opened.documents, opened.index_id, texts, {name: opened.outline(name) for name in names})


def _results(work: _Work, cases: Sequence[Case]) -> list[Result]:
    return list(run(_assistant(work), cases))
