"""The conversations on disk: kept over restarts, found again, renamed, deleted; and the feedback beside them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from page.conversations import Conversations, ConversationsError, Turn
from page.feedback import REASONS, Feedback
from tests.fake_assistant import FakeAssistant
from tests.hostile import HOSTILE

BUDGET, WEATHER = "What was the budget?", "What is the weather?"


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "home" / "conversations.sqlite3")


def test_a_conversation_is_the_same_after_a_restart(kept: Conversations) -> None:
    first = kept.add(BUDGET)
    answer = FakeAssistant().ask(BUDGET)
    kept.answered(first.id, answer)
    second = kept.add(WEATHER, first.conversation, literal=True, documents=["a", "b"])
    again = Conversations(kept.path).turns(first.conversation)
    assert [turn.question for turn in again] == [BUDGET, WEATHER]
    assert again[0].answer == answer
    assert (again[1].answer, again[1].literal, again[1].documents) == (None, True, ("a", "b"))
    assert Conversations(kept.path).turns(first.conversation, after=first.id) == (second,)


def test_only_answered_questions_are_history(kept: Conversations) -> None:
    turns = [kept.add(BUDGET)]
    turns += [kept.add(question, turns[0].conversation) for question in ("never answered", WEATHER, "last")]
    for turn in (turns[0], turns[2]):
        kept.answered(turn.id, FakeAssistant().ask(turn.question))
    assert kept.history(turns[3]) == (BUDGET, WEATHER)
    assert kept.history(turns[0]) == ()


def test_conversations_are_found_by_words_of_title_question_and_answer(kept: Conversations) -> None:
    budget, weather = kept.add(BUDGET), kept.add(WEATHER)
    kept.answered(budget.id, FakeAssistant().ask("budget"))
    assert [c.title for c in kept.list()] == [WEATHER, BUDGET]
    assert [c.title for c in kept.list("million budget")] == [BUDGET]
    kept.rename(weather.conversation, "  A   100% sunny_day ")
    assert [c.title for c in kept.list("100% sunny_")] == ["A 100% sunny_day"]
    assert kept.list("sunnyXday") == () and kept.list("confidence") == ()


def test_a_deleted_conversation_leaves_nothing_in_the_file(kept: Conversations) -> None:
    turn = kept.add("Something private 4711")
    kept.delete(turn.conversation)
    assert kept.list() == () and kept.turns(turn.conversation) == ()
    with pytest.raises(KeyError):
        kept.turn(turn.id)
    with sqlite3.connect(kept.path) as base:
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"4711" not in kept.path.read_bytes()


def test_a_withdrawn_question_is_gone_but_an_answered_one_stays(kept: Conversations) -> None:
    answered, stopped = kept.add(BUDGET), kept.add(WEATHER)
    kept.answered(answered.id, FakeAssistant().ask(BUDGET))
    for turn in (answered, stopped):
        kept.withdraw(turn.id)
    assert [c.title for c in kept.list()] == [BUDGET]
    kept.answered(stopped.id, FakeAssistant().ask(WEATHER))  # its answer came too late
    assert len(kept.list()) == 1


def test_a_question_to_a_deleted_conversation_begins_a_new_one(kept: Conversations) -> None:
    turn = kept.add(BUDGET, "gone")
    assert turn.conversation != "gone" and kept.title(turn.conversation) == BUDGET


@pytest.mark.parametrize("text", [text for text in HOSTILE[:40] if "\0" not in text])
def test_hostile_words_are_kept_as_words(kept: Conversations, text: str) -> None:
    turn = kept.add(text)
    kept.rename(turn.conversation, text)
    assert kept.turn(turn.id).question == text
    assert len(kept.list(text[:30])) == 1


def test_another_file_is_not_touched_and_named(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite3"
    path.write_bytes(b"These are my notes, not a database.\n" * 40)
    with pytest.raises(ConversationsError, match=r"conversations\.sqlite3 is no file of conversations.*Move it away"):
        Conversations(path)
    assert path.read_bytes().startswith(b"These are my notes")


def test_a_file_of_a_later_version_is_refused(kept: Conversations) -> None:
    with sqlite3.connect(kept.path) as base:
        base.execute("PRAGMA user_version = 99")
    with pytest.raises(ConversationsError, match="format 99"):
        Conversations(kept.path)


def test_a_file_that_cannot_be_opened_is_not_called_another_file(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite3"
    path.mkdir()
    with pytest.raises(ConversationsError, match=r"conversations\.sqlite3 cannot be used \(unable to open.*\)\. Check that") as told:
        Conversations(path)
    assert "Move it away" not in str(told.value)


def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(ConversationsError, match=r"home/deep cannot be made \(Not a directory\)\. .*CLUSTERDESK_HOME"):
        Conversations(tmp_path / "home" / "deep" / "conversations.sqlite3")


def test_feedback_is_one_object_a_line_with_everything_that_triage_needs(tmp_path: Path) -> None:
    answer = FakeAssistant().ask(BUDGET)
    asked = Turn(1, "c", "2026-01-01T00:00:00.000+00:00", "A\nquestion\u2028x", False, None, answer, "")
    feedback = Feedback(tmp_path / "new")
    for reason in REASONS:
        feedback.add(asked, answer, ["earlier"], reason, " expected\n")
    feedback.add(replace(asked, documents=("a", "b"), literal=True), answer, [], "outdated", "")
    rows = [json.loads(line) for line in feedback.path.read_text("utf-8").split("\n")[:-1]]
    assert [row["reason"] for row in rows] == [*REASONS, "outdated"]
    assert len({row["id"] for row in rows}) == len(rows)
    assert set(rows[0]) == {"id", "time", "question", "history", "documents", "literal", "reason", "expected", "answer", "index"}
    assert [(row["documents"], row["literal"]) for row in (rows[0], rows[-1])] == [(None, False), (["a", "b"], True)]
    assert (rows[0]["question"], rows[0]["history"], rows[0]["expected"]) == ("A\nquestion\u2028x", ["earlier"], "expected")
    assert rows[0]["answer"] == json.loads(json.dumps(answer.to_json())) and rows[0]["index"] == answer.index
    assert rows[0]["time"].endswith("+00:00")


def test_an_unknown_reason_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one of: wrong answer, "):
        Feedback(tmp_path).add(Turn(1, "c", "", BUDGET, False, None, None, ""), FakeAssistant().ask(BUDGET), [], "bad", "")
