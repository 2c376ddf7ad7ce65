"""What the chat page recorded of answers that someone found wanting, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.facts import Fact
from evals.tree import FactError

FILE = "feedback.jsonl"
ORIGIN = "feedback:"  # with the id of the entry: the origin of a fact that was made from it
_REASONS = ("wrong answer", "wrong source", "should have refused", "should have answered", "outdated", "incomplete")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thumbs-down. expected: what the user would have liked, may be empty; said: the answer's text; quotes: (document, quote) cited."""

    id: str
    time: str
    question: str
    history: tuple[str, ...]
    reason: str
    expected: str
    said: str
    quotes: tuple[tuple[str, str], ...]


def read_feedback(path: Path) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Return the entries, and a sentence for each line that is none. Raises FactError if the file cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            lines = file.readlines()  # not splitlines(), which ends a line at characters that JSON leaves in a text (U+2028)
    except FileNotFoundError:
        raise FactError(f"There is no {path} yet; the chat page writes it when someone finds an answer wanting.") from None
    except OSError as error:
        raise FactError(f"{path} cannot be read: {error.strerror}.") from error
    entries: list[Entry] = []
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        try:
            entries.append(_entry(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(f"{path.name}:{number}: this is no feedback ({error!r}); the line is left out.")
    return tuple(entries), tuple(faults)


def waiting(entries: Iterable[Entry], facts: Iterable[Fact], dismissed: Path) -> tuple[Entry, ...]:
    """Return the entries that became no fact yet and were not dismissed."""
    done = {fact.origin.removeprefix(ORIGIN) for fact in facts if fact.origin.startswith(ORIGIN)}
    done |= set(dismissed.read_text(encoding="utf-8").split()) if dismissed.is_file() else set()
    return tuple(entry for entry in entries if entry.id not in done)


def _entry(row: dict[str, Any]) -> Entry:
    answer = row["answer"]
    texts = (row["id"], row["time"], row["question"], row["reason"], row["expected"], answer["text"], *row["history"])
    if not all(isinstance(text, str) for text in texts) or not row["id"].strip() or not row["question"].strip():
        raise ValueError("a text is missing")
    if row["reason"] not in _REASONS:
        raise ValueError(f"the reason is {row['reason']!r}")
    quotes = tuple((citation["document"], citation["quote"]) for citation in answer["citations"])
    return Entry(row["id"], row["time"], row["question"], tuple(row["history"]), row["reason"], row["expected"], answer["text"], quotes)
