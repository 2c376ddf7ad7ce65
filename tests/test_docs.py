"""The README names what a person needs: every setting, every command, every part of the house."""

from __future__ import annotations

import re

import pytest

from ingest.settings import SETTINGS
from tests.libraries import ROOT


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def make_targets() -> list[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^([a-z][a-z-]*):.*## ", makefile, re.MULTILINE)


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_the_readme_names_every_setting(readme: str, name: str) -> None:
    assert name in readme


@pytest.mark.parametrize("target", make_targets())
def test_the_readme_names_every_command(readme: str, target: str) -> None:
    assert re.search(rf"\bmake {target}\b(?!-)", readme)


def test_every_command_of_the_makefile_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert sorted(phony.split()) == sorted(make_targets())


@pytest.mark.parametrize("part", ["corpus/", "ingest/", "assistant/", "page/", "app.py", "evals/", "tests/", "docs/"])
def test_the_file_map_names_every_part(readme: str, part: str) -> None:
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert any(re.search(rf"^\W*{re.escape(part)}", block, re.MULTILINE) for block in blocks)
