"""`pytest evals`: every ask is a test, and the verdict is that of the command line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Settings, copy_index
from evals.__main__ import main
from evals.facts import load_facts
from tests.libraries import FUND, FUND_TEXT, ROOT, environment, settings_for
from tests.scripted_assistant import ScriptedAssistant
from tests.test_evals_main import not_to_be_opened


def run(*arguments: str, settings: Settings | None = None) -> subprocess.CompletedProcess[str]:
    env = environment(settings) if settings else None
    command = [sys.executable, "-m", "pytest", "evals", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_every_ask_is_collected_under_its_file_and_markers_select() -> None:
    facts = [fact for fact in load_facts(ROOT / "evals" / "facts") if fact.status != "retired"]
    critical = [ask.id for fact in facts if fact.severity == "critical" for ask in fact.asks]
    done = run("--collect-only", "-m", "critical")
    assert [line.rsplit("::", 1)[-1] for line in done.stdout.splitlines() if "::" in line] == critical
    assert done.stdout.startswith("evals/facts/")
    assert f"{len(critical)}/{sum(len(fact.asks) for fact in facts)} tests collected" in done.stdout


def test_the_verdict_is_that_of_the_command_line(settings: Settings, tmp_path: Path) -> None:
    fact = next(fact for fact in load_facts(ROOT / "evals" / "facts") if fact.severity == "critical")
    done = run("-k", fact.id, f"--junitxml={tmp_path / 'junit.xml'}", settings=settings)
    command = [sys.executable, "-m", "evals", "-k", fact.id]
    said = subprocess.run(command, cwd=ROOT, env=environment(settings), capture_output=True, text=True, check=False)
    assert (done.returncode, "Verdict: " in done.stdout) == (said.returncode, True), done.stdout + done.stderr
    assert said.stdout.splitlines()[-1] in done.stdout
    assert 'property name="stage"' in (tmp_path / "junit.xml").read_text(encoding="utf-8")


FACTS = f"""\
facts:
  - id: fund.budget
    document: {FUND}
    evidence: The Harbour Fund has a budget of EUR 18.2 million a year
    value: {{money: EUR 18.2 million}}
    asks: [What is the budget of the Harbour Fund?]
"""
FAILS = "def test_of_something_else():\n    raise ValueError\n"


@pytest.mark.parametrize(("more", "code"), [("", 6), (FAILS, 1)])
def test_documents_that_changed_are_no_failed_tests(small: Settings, tmp_path: Path, more: str, code: int) -> None:
    gate = tmp_path / "gate"  # with the plugin of evals/, and facts of its own
    (gate / "facts").mkdir(parents=True)
    shutil.copyfile(ROOT / "evals" / "conftest.py", gate / "conftest.py")
    (gate / "facts" / "fund.yaml").write_text(FACTS, encoding="utf-8")
    (gate / "config.toml").write_text("[floors]\nverbatim = 1.0\n[gate]\nstale = 0\n", encoding="utf-8")
    before = ScriptedAssistant({}, {FUND: FUND_TEXT.replace("16.7", "18.2")})
    command = ["bless", "--reason", "before the budget changed", "--facts", str(gate / "facts"), "--config", str(gate / "config.toml")]
    assert main(command, lambda: before) == 0
    (gate / "test_more.py").write_text(more, encoding="utf-8")
    pytest_command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(gate)]
    env = environment(copy_index(small, tmp_path / "home"), CLUSTERDESK_THREADS="1")
    done = subprocess.run(pytest_command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert "Verdict: NOT COMPARABLE" in done.stdout, done.stdout + done.stderr
    assert done.returncode == code


def gate_of(folder: Path, facts: str = FACTS, config: str = "[floors]\nverbatim = 1.0\n", baseline: str = "") -> Path:
    (folder / "facts").mkdir(parents=True)
    shutil.copyfile(ROOT / "evals" / "conftest.py", folder / "conftest.py")
    (folder / "facts" / "fund.yaml").write_text(facts, encoding="utf-8")
    (folder / "facts" / "more.yaml").write_text(facts.replace("fund.budget", "fund.money"), encoding="utf-8")
    (folder / "config.toml").write_text(config, encoding="utf-8")
    if baseline:
        (folder / "baseline.jsonl").write_text(baseline, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("wrong", "arguments", "words"),
    [
        ({"facts": FACTS.replace("money: EUR", "money: ")}, (), "facts/fund.yaml:5: '18.2 million' is not"),
        ({"facts": "facts: none\n"}, ("--collect-only",), "facts/more.yaml:1: 'facts:' takes a list"),
        ({"facts": "facts: none\n"}, ("facts/fund.yaml",), "facts/fund.yaml:1: 'facts:' takes a list"),
        ({"config": "[floors]\nspeed = 1\n"}, (), "there is no rate 'speed'"),
        ({"baseline": "{}\n"}, (), "baseline.jsonl:1: this is no line of a run"),
        ({}, (), "There is no index"),
    ],
)
def test_what_keeps_the_command_line_from_judging_ends_pytest_alike(
    tmp_path: Path, wrong: dict[str, str], arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = gate_of(tmp_path / "gate", **wrong)
    nowhere = settings_for(tmp_path / "corpus", tmp_path / "home")  # where no index is
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(arguments or (".",))]
    done = subprocess.run(command, cwd=gate, env=environment(nowhere), capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stdout + done.stderr) == (4, False), done.stdout + done.stderr
    assert words in done.stderr
    if wrong:
        assert main(["--facts", str(gate / "facts"), "--config", str(gate / "config.toml")], not_to_be_opened) == 4
        assert [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line] == capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("expression", ["nothing_is_named_like_this"])
def test_nothing_selected_is_exit_code_5(expression: str) -> None:
    assert run("-k", expression).returncode == 5
