"""Building an index: nothing is done twice, nothing that serves is touched before the new one is checked."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, Settings, copy_index
from ingest.build import build
from ingest.check import check_in_child
from ingest.errors import DocumentError, IndexMissing
from ingest.generation import current_folder, current_name, read_generation
from tests.libraries import FUND, ROOT, TIDES, add_sentence, environment, new_library

PATIENCE_S = 120


@pytest.fixture
def mine(small: Settings, tmp_path: Path) -> Settings:
    """A copy of the small library with its index, to change as a test likes."""
    shutil.copytree(small.corpus, tmp_path / "corpus")
    return replace(copy_index(small, tmp_path / "home"), corpus=tmp_path / "corpus")


def test_a_build_says_what_it_holds(small: Settings) -> None:
    generation = read_generation(current_folder(small.index))
    assert set(generation.manifest.documents) == {FUND, TIDES}
    assert generation.manifest.chunks == len(generation.chunks) == len(generation.chunk_vectors)
    assert generation.manifest.statements == sum(len(chunk.statements) for chunk in generation.chunks) == len(generation.statement_vectors)
    assert generation.manifest.index_id in check_in_child(generation.folder)


def test_a_second_build_of_the_same_documents_does_nothing(small: Settings) -> None:
    before = sorted(
        (path, path.stat().st_mtime_ns) for path in current_folder(small.index).rglob("*") if not path.name.startswith("store.")
    )
    again = build(small)
    after = sorted((path, path.stat().st_mtime_ns) for path in current_folder(small.index).rglob("*") if not path.name.startswith("store."))
    assert not again.changed
    assert before == after


def test_a_changed_document_gives_a_new_index_and_reuses_what_did_not_change(mine: Settings) -> None:
    before = read_generation(current_folder(mine.index)).manifest
    add_sentence(mine)
    after = build(mine)
    assert after.changed
    assert after.index_id != before.index_id
    assert after.reused >= 0.8 * (before.chunks + before.statements)
    assert current_name(mine.index) is not None and str(current_name(mine.index)).startswith(after.index_id)


def test_a_rebuild_has_the_same_identity_and_only_the_generation_before_is_kept(mine: Settings) -> None:
    first = current_folder(mine.index)
    before = read_generation(first).manifest
    again = build(mine, rebuild=True)
    second = current_folder(mine.index)
    assert (again.changed, again.index_id, again.reused) == (True, before.index_id, before.chunks + before.statements)
    assert first.is_dir()
    build(mine, rebuild=True)
    assert (first.exists(), second.is_dir(), current_folder(mine.index).is_dir()) == (False, True, True)


def test_a_bad_document_leaves_the_old_index_serving(mine: Settings) -> None:
    before = current_name(mine.index)
    (mine.corpus / f"{TIDES}.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DocumentError):
        build(mine)
    assert current_name(mine.index) == before
    assert not list(mine.index.glob(".building-*"))


@pytest.mark.parametrize("text", ["12\n", "Contents\n\nIntroduction\t3\nBudget\t4\n"], ids=["page number", "table of contents"])
def test_a_library_without_any_content_is_said_to_be_so(tmp_path: Path, text: str) -> None:
    settings = new_library(tmp_path)
    for name in (FUND, TIDES):
        (settings.corpus / f"{name}.txt").write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError):
        build(settings)


def test_without_a_build_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="python -m ingest"):
        current_folder(new_library(tmp_path).index)


def test_a_build_killed_midway_leaves_the_old_index_serving_and_the_next_one_succeeds(mine: Settings) -> None:
    before = current_folder(mine.index)
    add_sentence(mine)
    building = subprocess.Popen([sys.executable, "-m", "ingest"], cwd=ROOT, env=environment(mine), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE_S
    while not list(mine.index.glob(".building-*")) and building.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    building.kill()
    building.wait(PATIENCE_S)
    assert list(mine.index.glob(".building-*")), "the build was not caught midway"
    assert current_folder(mine.index) == before
    assert len(read_generation(before).chunks) > 0
    assert build(mine).changed
    assert current_folder(mine.index) != before
    assert not list(mine.index.glob(".building-*"))


def test_a_running_assistant_takes_up_a_newer_index_with_its_next_question(mine: Settings) -> None:
    question = "Where were the tables printed in 2021?"
    with Assistant.open(mine) as assistant:
        before = assistant.ask(question)
        add_sentence(mine)
        newer = build(mine)
        after = assistant.ask(question)
        assert before.index != after.index == assistant.index_id == newer.index_id
        assert "Westport" in assistant.text(TIDES)
        assert any("Westport" in passage.text for passage in after.passages)


def test_a_running_assistant_goes_on_with_its_index_if_the_newer_one_is_damaged(mine: Settings) -> None:
    with Assistant.open(mine) as assistant:
        before = assistant.index_id
        add_sentence(mine)
        build(mine)
        (current_folder(mine.index) / "chunks.jsonl").write_text("", encoding="utf-8")
        assert assistant.ask("When was the Harbour Fund founded?").index == before
