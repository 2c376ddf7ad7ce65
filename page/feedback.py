"""What users say of answers, appended to a local file, one JSON object a line. Nothing is kept but what they asked, saw and typed."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from assistant import Answer
from page.conversations import Turn

FILE = "feedback.jsonl"
REASONS = ("wrong answer", "wrong source", "should have refused", "should have answered", "outdated", "incomplete")
GAP = "should have answered"  # a reported gap: the documents do not say, and should
LONGEST_EXPECTED = 4_000  # characters


class Feedback:
    """The file <home>/feedback.jsonl.

    Each line: id, time (ISO 8601, UTC), question, history, documents (ids of those looked in, null for all), literal, reason, expected,
    answer, index.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self._lock = threading.Lock()

    def add(self, turn: Turn, answer: Answer, history: Sequence[str], reason: str, expected: str) -> None:
        """Append what a user says of a turn's answer; ValueError unless the reason is one of REASONS."""
        if reason not in REASONS:
            raise ValueError(f"The reason is {reason!r}; it is one of: {', '.join(REASONS)}.")
        row = {
            "id": uuid.uuid4().hex,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "question": turn.question,
            "history": list(history),
            "documents": None if turn.documents is None else list(turn.documents),
            "literal": turn.literal,
            "reason": reason,
            "expected": expected.strip()[:LONGEST_EXPECTED],
            "answer": answer.to_json(),
            "index": answer.index,
        }
        line = json.dumps(row, ensure_ascii=False) + "\n"
        with self._lock:  # one write, so that a reader never sees half a line of ours
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(line)
