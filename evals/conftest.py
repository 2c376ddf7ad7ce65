"""`pytest evals`: every ask of the known facts as a test, with the verdict of `python -m evals`.

-m critical, major, minor, train, dev, test, answerable or unanswerable selects; --junitxml and everything else works as ever. An ask that
fails the gate fails; one that is not right, but is let pass, is an expected failure. The session ends with the command line's verdict and
exit code; where facts, config.toml, baseline or index are wrong, no ask is a test and the command line's sentences are told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path

import pytest

from assistant import AssistantError, Settings
from evals.facts import SEVERITIES, SPLITS, Ask, Fact, load_facts
from evals.fingerprint import fingerprint
from evals.floors import load_config
from evals.judge import Judged, judge, read_baseline
from evals.run import Desk
from evals.score import Result
from evals.tree import FactError
from evals.workers import REMEMBERED, Workers

HERE = Path(__file__).parent
_MARKERS = (*SEVERITIES, *SPLITS, "answerable", "unanswerable")
_RUN = pytest.StashKey["_Run"]()


class _Run:
    """The asks of a session, put all at once when the first of them is wanted."""

    def __init__(self, items: list[AskItem]) -> None:
        self.failed = 0  # asks of it that failed
        self._items = items
        self._config, self._all = load_config(HERE / "config.toml"), load_facts(HERE / "facts")

    @cached_property
    def judged(self) -> Judged:
        """The results and the verdict."""
        settings = Settings.from_env(os.environ)
        whole = sum(len(fact.asks) for fact in self._all if fact.status != "retired")
        selection = "" if len(self._items) == whole else "pytest"
        baseline = read_baseline(HERE / "baseline.jsonl")  # first: asking takes minutes
        with closing(desk(settings)) as opened:
            results = list(opened.results([(item.fact, item.ask) for item in self._items]))
            made_with = fingerprint(self._all, opened, settings)
        return judge(results, made_with, self._all, self._config, baseline, selection=selection)

    @cached_property
    def results(self) -> dict[str, Result]:
        """The results by the id of the ask."""
        return {result.ask.id: result for result in self.judged.results}


def desk(settings: Settings) -> Desk:
    """Return where the asks are put."""
    return Workers(settings, settings.threads, settings.home / REMEMBERED)


class AskItem(pytest.Item):
    """One ask."""

    result: Result

    def __init__(self, *, fact: Fact, ask: Ask, name: str, parent: pytest.Collector) -> None:
        super().__init__(name, parent)
        self.fact = fact
        self.ask = ask
        for marker in (fact.severity, fact.split, "unanswerable" if fact.unanswerable else "answerable"):
            self.add_marker(marker)

    def runtest(self) -> None:
        run, result = self.session.stash[_RUN], self.result
        self.user_properties.append(("stage", result.score.stage))
        if result.score.outcome == "error" or self.ask.id in run.judged.verdict.failing:
            run.failed += 1
            raise AskFailed(result)
        if result.score.outcome != "right":
            pytest.xfail(f"{result.score.outcome}, stage: {result.score.stage}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        if not isinstance(excinfo.value, AskFailed):
            return str(super().repr_failure(excinfo))
        result = excinfo.value.result
        said = result.answer.text if result.answer else result.error
        return f"{self.ask.question}\n{result.score.outcome}, stage: {result.score.stage}\n-> {said}"

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.ask.place.line - 1, self.ask.id


@contextmanager
def _as_the_command_line() -> Iterator[None]:
    """End the session where the command line would end, with the same sentences and exit code 4."""
    try:
        yield
    except (FactError, AssistantError) as error:
        raise pytest.UsageError(*str(error).splitlines()) from error


class AskFailed(Exception):
    """An ask that fails the gate."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.ask.id)
        self.result = result


class FactFile(pytest.File):
    """A file of facts."""

    def collect(self) -> Iterator[AskItem]:
        name = f"facts/{self.path.name}"
        try:
            facts = load_facts(HERE / "facts")
        except FactError:  # a fault of any file: `pytest_collection_finish` tells it, once for all of them
            return
        for fact in facts:
            if fact.place.file == name and fact.status != "retired":
                for ask in fact.asks:
                    yield AskItem.from_parent(self, fact=fact, ask=ask, name=ask.id)


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", f"{marker}: asks of known facts")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FactFile | None:
    """Collect the fact files."""
    return FactFile.from_parent(parent, path=file_path) if file_path.parent == HERE / "facts" and file_path.suffix == ".yaml" else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Remember the asks that were selected. A fault in the facts ends the session."""
    with _as_the_command_line():
        session.stash[_RUN] = _Run([item for item in session.items if isinstance(item, AskItem)])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Give an ask its result before it is a test: what keeps all of them from being judged ends the session, and is told once."""
    if isinstance(item, AskItem):
        with _as_the_command_line():
            item.result = item.session.stash[_RUN].results[item.ask.id]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """End with the verdict's exit code, unless something else than asks failed."""
    run = session.stash.get(_RUN, None)
    if run is None or "judged" not in vars(run):
        return
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and session.testsfailed == run.failed:
        session.exitstatus = run.judged.verdict.code


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the verdict."""
    session = terminalreporter._session
    run = session.stash.get(_RUN, None) if session else None
    if run is not None and "judged" in vars(run):
        terminalreporter.section("known facts")
        for line in run.judged.verdict.lines:
            terminalreporter.line(line)
