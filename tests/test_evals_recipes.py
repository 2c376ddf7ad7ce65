"""The recipes for build services: the gate first, so that its code and its reports are there; then lint."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.libraries import ROOT

RECIPES = ROOT / "docs" / "ci"
# In place of the real one: notes what it is called with, and ends as the test says.
PYTHON = """#!/bin/sh
echo "$@" >> calls
case "$3" in lint) exit $LINT ;; *) exit $GATE ;; esac
"""


@pytest.mark.parametrize(("gate", "lint", "code"), [(0, 0, 0), (6, 4, 6), (1, 0, 1), (0, 4, 4), (4, 4, 4)])
def test_the_shell_recipe_ends_with_the_code_of_the_gate(tmp_path: Path, gate: int, lint: int, code: int) -> None:
    script = tmp_path / "docs" / "ci" / "known-facts.sh"
    for path, content in ((script, (RECIPES / script.name).read_text(encoding="utf-8")), (tmp_path / ".venv" / "bin" / "python", PYTHON)):
        path.parent.mkdir(parents=True)
        path.write_text(content, encoding="utf-8")
        path.chmod(0o755)
    (tmp_path / "make").symlink_to(str(shutil.which("true")))
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GATE": str(gate), "LINT": str(lint)}
    assert subprocess.run([script], env=env, check=False).returncode == code
    asked, checked = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert checked == "-m evals lint"
    assert all(option in asked for option in ("--html", "--junit", "--markdown", "--results"))


@pytest.fixture(scope="module")
def steps() -> list[dict[str, Any]]:
    recipe: Any = yaml.safe_load((RECIPES / "known-facts.yml").read_text(encoding="utf-8"))
    return list(recipe["jobs"]["facts"]["steps"])


def test_the_github_recipe_asks_first_and_checks_whatever_came_of_it(steps: list[dict[str, Any]]) -> None:
    asked, checked = [step for step in steps if "-m evals" in step.get("run", "")]
    assert ("--html" in asked["run"], "if" in asked) == (True, False)
    assert ("lint" in checked["run"], checked["if"]) == (True, "always()")


@pytest.mark.parametrize("summary", [None, "### Known facts: pass\n"])
def test_a_run_without_a_summary_does_not_fail_for_want_of_it(tmp_path: Path, steps: list[dict[str, Any]], summary: str | None) -> None:
    (step,) = [step["run"] for step in steps if "summary.md >>" in step.get("run", "")]
    if summary:
        (tmp_path / "summary.md").write_text(summary, encoding="utf-8")
    env = {**os.environ, "GITHUB_STEP_SUMMARY": str(tmp_path / "page.md")}
    assert subprocess.run(["bash", "-e", "-c", step], cwd=tmp_path, env=env, check=False).returncode == 0
    assert not summary or (tmp_path / "page.md").read_text(encoding="utf-8") == summary
