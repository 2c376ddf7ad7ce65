"""Scores kept from one run to the next: the same ones come back, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.score_memory import ScoreMemory

SCORES = np.asarray([1.5, -2.25, 0.1], dtype=np.float32)
MOST = 8
READ = ([1, 2, 3], [[4, 5], [6], [7, 8]])


def test_a_reading_comes_back_in_another_run(tmp_path: Path) -> None:
    ScoreMemory(tmp_path, "a", MOST).put(*READ, SCORES)
    found = ScoreMemory(tmp_path, "a", MOST).get(*READ)
    assert found is not None and found.dtype == np.float32 and (found == SCORES).all()


@pytest.mark.parametrize(
    "other", [([1, 2], [[4, 5], [6], [7, 8]]), ([1, 2, 3], [[4, 5], [6]]), ([1, 2, 3], [[6], [4, 5], [7, 8]]), ([12, 3], [])]
)
def test_another_reading_is_not_known(tmp_path: Path, other: tuple[list[int], list[list[int]]]) -> None:
    memory = ScoreMemory(tmp_path, "a", MOST)
    memory.put(*READ, SCORES)
    assert memory.get(*other) is None


def test_what_other_models_said_is_deleted(tmp_path: Path) -> None:
    ScoreMemory(tmp_path, "a", MOST).put(*READ, SCORES)
    assert ScoreMemory(tmp_path, "b", MOST).get(*READ) is None
    assert ScoreMemory(tmp_path, "a", MOST).get(*READ) is None


def test_a_torn_end_costs_only_the_torn_reading(tmp_path: Path) -> None:
    first = ScoreMemory(tmp_path, "a", MOST)
    first.put(*READ, SCORES)
    (path,) = tmp_path.glob("*.scores")
    path.write_bytes(path.read_bytes() + b"torn")
    second = ScoreMemory(tmp_path, "a", MOST)
    assert second.get(*READ) is not None
    second.put([9], [[9]], SCORES[:1])
    assert ScoreMemory(tmp_path, "a", MOST).get([9], [[9]]) is not None


def test_a_reading_of_too_many_is_not_kept(tmp_path: Path) -> None:
    memory = ScoreMemory(tmp_path, "a", MOST)
    memory.put([1], [[2]] * (MOST + 1), np.zeros(MOST + 1, dtype=np.float32))
    assert memory.get([1], [[2]] * (MOST + 1)) is None
