"""The conversations in one small SQLite file: what was asked and answered, kept over reloads, restarts and tabs. Shows nothing."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant import Answer, Citation

FORMAT = 1  # raise it when the tables below change
LONGEST_TITLE = 120  # characters
_BUSY_S = 10.0

_TABLES = """
CREATE TABLE IF NOT EXISTS conversation (id TEXT PRIMARY KEY, title TEXT NOT NULL, changed TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS turn (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
    asked TEXT NOT NULL, question TEXT NOT NULL, literal INTEGER NOT NULL, documents TEXT,
    answer TEXT, judged TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS turn_of ON turn(conversation, id);
"""
_TURN = "SELECT id, conversation, asked, question, literal, documents, answer, judged FROM turn "


class ConversationsError(Exception):
    """The file of the conversations cannot be used; the text says which and what to do."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer, None while it is still to come.

    id: grows with time; asked: ISO 8601, UTC; documents: ids of those looked in, None for all; judged: "", "right" or a reason of feedback.
    """

    id: int
    conversation: str
    asked: str
    question: str
    literal: bool
    documents: tuple[str, ...] | None
    answer: Answer | None
    judged: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the list of conversations shows of one. changed: ISO 8601, UTC; turns: how many questions."""

    id: str
    title: str
    changed: str
    turns: int


class Conversations:
    """The file. Thread safe: every call has a connection of its own, so several tabs may write."""

    def __init__(self, path: Path) -> None:
        """Open or make the file; raise ConversationsError if it is something else or cannot be used."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as base:
                version = base.execute("PRAGMA user_version").fetchone()[0]
                if version not in (0, FORMAT):
                    raise ConversationsError(f"{path} has format {version}; this version keeps format {FORMAT}. Move the file away.")
                base.execute("PRAGMA journal_mode = WAL")
                base.executescript(f"{_TABLES} PRAGMA user_version = {FORMAT};")
        except OSError as error:
            raise ConversationsError(
                f"The folder {path.parent} cannot be made ({error.strerror}). Check the rights and the space there, "
                "or set CLUSTERDESK_HOME to another folder."
            ) from error
        except sqlite3.OperationalError as error:
            raise ConversationsError(
                f"{path} cannot be used ({error}). Check that this account may write there, that the disk has space "
                "and that no other program holds the file."
            ) from error
        except sqlite3.DatabaseError as error:
            raise ConversationsError(f"{path} is no file of conversations ({error}). Move it away; a new one is made.") from error

    def add(self, question: str, conversation: str = "", *, literal: bool = False, documents: Sequence[str] | None = None) -> Turn:
        """Keep a question that is still to be answered, in a new conversation if none is named or it is gone; return its turn."""
        now, looked_in = _now(), None if documents is None else json.dumps(list(documents))
        with self._open() as base:
            if not base.execute("SELECT 1 FROM conversation WHERE id = ?", (conversation,)).fetchone():
                conversation = secrets.token_hex(6)
                base.execute("INSERT INTO conversation VALUES (?, ?, ?)", (conversation, _title(question), now))
            base.execute("UPDATE conversation SET changed = ? WHERE id = ?", (now, conversation))
            row = base.execute(
                "INSERT INTO turn (conversation, asked, question, literal, documents) VALUES (?, ?, ?, ?, ?)",
                (conversation, now, question, literal, looked_in),
            )
            assert row.lastrowid is not None
            return Turn(row.lastrowid, conversation, now, question, literal, None if documents is None else tuple(documents), None, "")

    def turn(self, id: int) -> Turn:
        """Return one turn; KeyError if there is none."""
        with self._open() as base:
            row = base.execute(_TURN + "WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise KeyError(id)
        return _turn(row)

    def turns(self, conversation: str, after: int = 0) -> tuple[Turn, ...]:
        """Return a conversation's turns, oldest first, those after a turn's id only."""
        with self._open() as base:
            rows = base.execute(_TURN + "WHERE conversation = ? AND id > ? ORDER BY id", (conversation, after)).fetchall()
        return tuple(_turn(row) for row in rows)

    def history(self, turn: Turn) -> tuple[str, ...]:
        """Return the answered questions before a turn, oldest first."""
        with self._open() as base:
            rows = base.execute(
                "SELECT question FROM turn WHERE conversation = ? AND id < ? AND answer IS NOT NULL ORDER BY id",
                (turn.conversation, turn.id),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def answered(self, id: int, answer: Answer) -> None:
        """Keep a turn's answer; nothing happens if the turn was withdrawn meanwhile."""
        with self._open() as base:
            base.execute("UPDATE turn SET answer = ? WHERE id = ?", (json.dumps(answer.to_json(), ensure_ascii=False), id))

    def judged(self, id: int, judgement: str) -> None:
        """Keep what the user said of an answer."""
        with self._open() as base:
            base.execute("UPDATE turn SET judged = ? WHERE id = ?", (judgement, id))

    def withdraw(self, id: int) -> None:
        """Forget a question that was not answered yet, and its conversation if it held no other."""
        with self._open() as base:
            base.execute("DELETE FROM turn WHERE id = ? AND answer IS NULL", (id,))
            base.execute("DELETE FROM conversation WHERE id NOT IN (SELECT conversation FROM turn)")

    def list(self, search: str = "") -> tuple[Conversation, ...]:
        """Return the conversations, newest first; those whose title, questions or answers hold every word of `search`."""
        where, values = "", []
        for word in search.split():
            pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            where += " AND (c.title LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM turn t WHERE t.conversation = c.id AND"
            where += " (t.question LIKE ? ESCAPE '\\' OR json_extract(t.answer, '$.text') LIKE ? ESCAPE '\\')))"
            values += [pattern] * 3
        with self._open() as base:
            rows = base.execute(
                "SELECT c.id, c.title, c.changed, (SELECT count(*) FROM turn t WHERE t.conversation = c.id) FROM conversation c "
                f"WHERE 1{where} ORDER BY c.changed DESC, c.rowid DESC",
                values,
            ).fetchall()
        return tuple(Conversation(*row) for row in rows)

    def title(self, conversation: str) -> str:
        """Return a conversation's title; KeyError if there is none."""
        with self._open() as base:
            row = base.execute("SELECT title FROM conversation WHERE id = ?", (conversation,)).fetchone()
        if row is None:
            raise KeyError(conversation)
        return str(row[0])

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title; an empty one changes nothing."""
        if title := _title(title):
            with self._open() as base:
                base.execute("UPDATE conversation SET title = ? WHERE id = ?", (title, conversation))

    def delete(self, conversation: str) -> None:
        """Delete a conversation with all its turns, for good."""
        with self._open() as base:
            base.execute("PRAGMA secure_delete = ON")
            base.execute("DELETE FROM conversation WHERE id = ?", (conversation,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=_BUSY_S)) as base:
            base.execute("PRAGMA foreign_keys = ON")
            with base:
                yield base


def answer_from_json(data: dict[str, Any]) -> Answer:
    """Return the answer that `Answer.to_json` made `data` from."""
    cited = {key: tuple(_citation(item) for item in data[key]) for key in ("citations", "see_also")}
    return Answer(**{**data, **cited})


def _citation(data: dict[str, Any]) -> Citation:
    first, last = data["lines"]
    return Citation(**{**data, "section": tuple(data["section"]), "lines": (first, last)})


def _turn(row: Sequence[Any]) -> Turn:
    id, conversation, asked, question, literal, documents, answer, judged = row
    looked_in = None if documents is None else tuple(json.loads(documents))
    return Turn(
        id, conversation, asked, question, bool(literal), looked_in, answer_from_json(json.loads(answer)) if answer else None, judged
    )


def _title(text: str) -> str:
    title = " ".join(text.split())
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
