"""The assistant with parts taken away: what is left answers, and the whole one is the whole one."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, copy_index, open_ablated
from ingest.settings import Settings

QUESTION = "How much is the budget of the Harbour Fund?"
NOT_TOLD = "Who is the director of the Harbour Fund?"


@pytest.mark.parametrize("stage", ["bm25", "dense", "hybrid", "ranker"])
def test_what_cannot_refuse_answers_everything(small: Settings, tmp_path: Path, stage: str) -> None:
    with open_ablated(copy_index(small, tmp_path), stage) as assistant:
        assert "16.7" in assistant.ask(QUESTION).text
        assert assistant.ask(NOT_TOLD).status == "answered"


def test_the_last_stage_is_the_whole_assistant(small: Settings, tmp_path: Path) -> None:
    with open_ablated(copy_index(small, tmp_path / "a"), "refusal") as ablated, Assistant.open(copy_index(small, tmp_path / "b")) as whole:
        assert ablated.ask(QUESTION).text == whole.ask(QUESTION).text
        assert ablated.ask(NOT_TOLD).status == whole.ask(NOT_TOLD).status == "not_found"


def test_another_stage_is_an_error_and_leaves_the_index_free(small: Settings, tmp_path: Path) -> None:
    settings = copy_index(small, tmp_path)
    with pytest.raises(KeyError):
        open_ablated(settings, "none")
    with Assistant.open(settings):
        pass
