"""A damaged, foreign or missing index is refused with a sentence that says what to run; it never ends the process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Assistant, AssistantError, Settings, copy_index
from ingest.build import build
from ingest.check import check_in_child
from ingest.errors import IndexDamaged, IndexMismatch, IndexMissing
from ingest.generation import POINTER, current_folder, read_generation
from tests.libraries import settings_for


@pytest.fixture
def mine(small: Settings, tmp_path: Path) -> Settings:
    return copy_index(small, tmp_path / "home")


def truncate_chunks(folder: Path) -> None:
    path = folder / "chunks.jsonl"
    path.write_bytes(path.read_bytes()[:-100])


def remove_vectors(folder: Path) -> None:
    (folder / "vectors.npz").unlink()


def garble_chroma(folder: Path) -> None:
    path = folder / "chroma" / "chroma.sqlite3"
    path.write_bytes(b"\x00garbage\xff" * 400)


def truncate_chroma(folder: Path) -> None:
    path = folder / "chroma" / "chroma.sqlite3"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def delete_chroma(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").unlink()


def delete_lexical(folder: Path) -> None:
    shutil.rmtree(folder / "lexical-statements")


def truncate_lexical(folder: Path) -> None:
    for path in (folder / "lexical-chunks").iterdir():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{", encoding="utf-8")


def empty_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{}", encoding="utf-8")


DAMAGES = [
    truncate_chunks, remove_vectors, garble_chroma, truncate_chroma, delete_chroma, delete_lexical, truncate_lexical, garble_manifest,
    empty_manifest,
]  # fmt: skip


@pytest.mark.parametrize("damage", [truncate_chunks, garble_chroma, delete_chroma, delete_lexical])
def test_the_check_finds_the_damage_and_says_what_to_run(mine: Settings, damage: Callable[[Path], None]) -> None:
    folder = current_folder(mine.index)
    damage(folder)
    with pytest.raises(IndexDamaged, match="Run: python -m ingest --rebuild"):
        check_in_child(folder)


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_assistant_does_not_open_on_a_damaged_index(mine: Settings, damage: Callable[[Path], None]) -> None:
    damage(current_folder(mine.index))
    with pytest.raises(AssistantError, match="Run: python -m ingest --rebuild"):
        Assistant.open(mine).close()


def test_a_rebuild_mends_a_damaged_index(mine: Settings) -> None:
    truncate_chunks(current_folder(mine.index))
    garble_chroma(current_folder(mine.index))
    assert build(mine, rebuild=True).changed  # it was checked before it was switched to
    assert read_generation(current_folder(mine.index)).chunks


def test_an_index_of_another_model_is_refused(mine: Settings) -> None:
    path = current_folder(mine.index) / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "model": "another-model", "model_fingerprint": "0" * 64}), encoding="utf-8")
    with pytest.raises(IndexMismatch, match=r"built with the model 'another-model'.*Run: python -m ingest"):
        Assistant.open(mine)


def test_an_index_of_another_format_is_refused(mine: Settings) -> None:
    path = current_folder(mine.index) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "format": 999}), encoding="utf-8")
    with pytest.raises(IndexMismatch, match="format 999"):
        Assistant.open(mine)


def test_a_missing_index_is_said_to_be_missing(small: Settings, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="Run: python -m ingest"):
        Assistant.open(settings_for(small.corpus, tmp_path))


@pytest.mark.parametrize("name", ["gone-20200101T000000-000000", "../.."])
def test_a_pointer_to_a_generation_that_is_gone_is_damage(mine: Settings, name: str) -> None:
    (mine.index / POINTER).write_text(name + "\n", encoding="utf-8")
    with pytest.raises(IndexDamaged, match="Run: python -m ingest --rebuild"):
        current_folder(mine.index)
