"""One process owns a store at a time, and the next one is told which."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import StoreBusy, StoreUnusable
from ingest.lock import StoreLock
from tests.libraries import ROOT

HOLD = """
import sys
from pathlib import Path
from ingest.lock import StoreLock
with StoreLock(Path(sys.argv[1]), "a test"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock on the test's folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_process_is_told_who_holds_the_store(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    with pytest.raises(StoreBusy, match=rf"process {holder.pid} .*\(a test\)"):
        StoreLock(tmp_path, "another test").acquire()


def test_the_lock_is_free_again_after_its_holder_was_killed(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.kill()
    holder.wait()
    with StoreLock(tmp_path, "another test"):
        assert f'"pid": {os.getpid()}' in (tmp_path / "store.holder").read_text()


def test_the_lock_is_free_again_after_its_holder_gave_it_back(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.communicate("")
    with StoreLock(tmp_path, "another test"):
        pass


def test_a_refused_process_does_not_take_the_holders_name_away(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    for _ in range(2):
        lock = StoreLock(tmp_path, "another test")
        with pytest.raises(StoreBusy, match=str(holder.pid)):
            lock.acquire()
        lock.release()


def test_a_holder_that_left_no_name_is_another_process(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    (tmp_path / "store.holder").write_text("{")
    with pytest.raises(StoreBusy, match="in use by another process"):
        StoreLock(tmp_path, "another test").acquire()


def test_giving_back_a_lock_twice_is_harmless(tmp_path: Path) -> None:
    lock = StoreLock(tmp_path, "a test")
    lock.acquire()
    lock.release()
    lock.release()
    assert not (tmp_path / "store.holder").exists()


@pytest.mark.parametrize("name", ["store.lock", "store.holder"])
def test_a_lock_that_cannot_be_taken_names_the_file_and_the_reason_and_is_not_held(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(StoreUnusable, match=rf"{tmp_path}/{name}: Is a directory.*CLUSTERDESK_HOME"):
        StoreLock(tmp_path, "a test").acquire()
    (tmp_path / name).rmdir()
    with StoreLock(tmp_path, "another test"):
        pass
