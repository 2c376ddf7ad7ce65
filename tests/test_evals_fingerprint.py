"""What a run was made with: every file that can change an answer or its score is in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.libraries import ROOT

# In a copy of the code: a fingerprint, a changed file, a fingerprint.
PROGRAM = """
import sys
from pathlib import Path
from assistant import Settings
from evals.fingerprint import causes, fingerprint

class Empty:
    documents, index_id = (), ""

before = fingerprint((), Empty(), Settings.from_env({}))
with Path(sys.argv[1]).open("a") as file:
    file.write("# changed\\n")
print(*causes(before, fingerprint((), Empty(), Settings.from_env({}))), sep="; ")
"""


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("code")
    data = shutil.ignore_patterns("weights", "facts", "training", "elsewhere", "*.jsonl")
    for package in ("ingest", "assistant", "evals"):
        shutil.copytree(ROOT / package, folder / package, ignore=data)
    return folder


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("assistant/say.py", "the code of assistant changed"),
        ("assistant/phrases.toml", "the code of assistant changed"),
        ("ingest/read.py", "the code of ingest changed"),
        ("evals/values.py", "the code of scoring changed"),
        ("evals/run.py", "the code of scoring changed"),
        ("evals/facts.py", "the code of scoring changed"),
        ("evals/html.py", ""),
    ],
)
def test_what_changes_an_answer_or_its_score_is_told(code: Path, file: str, told: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, file], cwd=code, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == (told, 0), done.stderr
