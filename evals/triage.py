"""From a thumbs-down to a known fact: a person picks the sentence that answers, or says that none does. Nothing is written otherwise.

A wrong answer does not contain the right source; that is why the curator, and never the program, names it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from rapidfuzz import fuzz

from assistant import Answer
from evals.facts import Evidence, Fact, in_use, load_facts
from evals.feedback import ORIGIN, Entry
from evals.locate import locate
from evals.run import Asked, one
from evals.tree import FactError, Place
from evals.values import KINDS, Value, folded, match, unreadable

FILE = "from-feedback.yaml"
_SHOWN = 12  # sentences to pick from
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_FIRST = re.compile(r"^( *)-(?=\s)", re.MULTILINE)  # of the facts in a file
_CHOICES = "number: it answers  /words: search  n: the documents do not say  s: later  d: never  q: end > "
_KIND_HELP = "What must a right answer show? One of " + ", ".join(KINDS) + ", like  number: 51  or  text: first phrase; second phrase > "

Ask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a document that can be quoted."""

    document: str
    quote: str


class End(Exception):
    """The curator has had enough."""


def triage(entry: Entry, assistant: Asked, facts: Sequence[Fact], ask: Ask) -> dict[str, Any] | None:
    """Return the fact that the curator makes of an entry, None to leave it for later, {} to dismiss it. Raises End."""
    answer = assistant.ask(entry.question, entry.history)
    choices = candidates(answer, assistant)
    told = _told(entry, facts)
    while True:
        picked = ask(f"{told}\n{_numbered(choices)}\n{_CHOICES}").strip()
        told = ""
        if picked == "q":
            raise End
        if picked in ("s", "d"):
            return None if picked == "s" else {}
        if picked == "n":
            return _unanswerable(entry, assistant)
        if picked.startswith("/"):
            choices = search(picked[1:], assistant)
        elif picked.isdecimal() and 1 <= int(picked) <= len(choices):
            return _answerable(entry, choices[int(picked) - 1], ask)


def candidates(answer: Answer, assistant: Asked) -> list[Sentence]:
    """Return the sentences of the passages found that can be quoted word for word, best passages first."""
    found = (Sentence(p.document, part) for p in answer.passages for part in _SENTENCE.split(p.text))
    return _quotable(found, assistant)


def search(words: str, assistant: Asked) -> list[Sentence]:
    """Return the sentences of all documents that hold the most of some words."""
    blocks = ((d.id, "".join(f.text for f in block.fragments)) for d in assistant.documents for block in assistant.outline(d.id))
    sentences = [Sentence(document, part) for document, text in blocks for part in _SENTENCE.split(text)]
    wanted = folded(words)
    sentences.sort(key=lambda sentence: -fuzz.token_set_ratio(wanted, folded(sentence.quote)))
    return _quotable(iter(sentences), assistant)


def append(row: dict[str, Any], folder: Path, assistant: Asked) -> str:
    """Write a fact to the folder's file and return a sentence that says so; what is not right today is a known gap.

    Raises FactError, and writes nothing, where the file would not be read with the fact in it.
    """
    path = folder / FILE
    fact = _loaded(row)
    if one(assistant, fact, fact.asks[0]).score.outcome != "right":
        row = {**row, "status": "known-gap"}
    content = _with(row, path.read_bytes().decode("utf-8") if path.is_file() else "")
    _check(content, folder)
    beside = path.with_name(f".{FILE}.{os.getpid()}")  # renamed when it is whole, so that no one reads half a file
    beside.write_bytes(content.encode("utf-8"))
    beside.replace(path)
    gap = ", as a known gap" if "status" in row else ""
    return f"Wrote {fact.id} to {path}{gap}. Read it, make its id a telling one, and commit it."


def _with(row: dict[str, Any], text: str) -> str:
    """Return the text of a fact file with a fact added to its list, indented as the list is."""
    listed = _FIRST.search(text)
    text = text if text.strip() else "facts:\n"
    return text + ("" if text.endswith("\n") else "\n") + _yaml(row, listed[1] if listed else "  ")


def _check(content: str, folder: Path) -> None:
    """Raise FactError if the fact files could not be read with this content in ours."""
    with TemporaryDirectory() as temporary:
        copy = Path(temporary) / folder.resolve().name  # that messages name the files as ever
        copy.mkdir()
        for path in folder.glob("*.yaml"):
            shutil.copyfile(path, copy / path.name)
        (copy / FILE).write_bytes(content.encode("utf-8"))
        try:
            load_facts(copy)
        except FactError as error:
            raise FactError(f"The fact was not written; with it, {folder / FILE} could not be read:\n{error}") from error


def _told(entry: Entry, facts: Sequence[Fact]) -> str:
    asks = (asked for fact in in_use(facts) for asked in fact.asks)
    near = max(asks, key=lambda asked: _likeness(asked.question, entry.question), default=None)
    lines = [
        "",
        f"{entry.time}  {entry.reason}",
        *(f"  earlier: {question}" for question in entry.history),
        f"  asked: {entry.question}",
        f"  answered: {' '.join(entry.said.split())[:300]}",
        *([f"  expected: {entry.expected}"] if entry.expected else []),
    ]
    if near is not None and _likeness(near.question, entry.question) >= 90:
        lines.append(f"  nearly the ask {near.id} in {near.place}; perhaps it belongs there as another wording (s leaves it)")
    return "\n".join(lines)


def _likeness(one: str, other: str) -> float:
    return fuzz.token_sort_ratio(folded(one), folded(other))


def _numbered(choices: Sequence[Sentence]) -> str:
    if not choices:
        return "  (nothing was found; search with /words)"
    return "\n".join(f"  {n:>2}  {choice.quote}  [{choice.document}]" for n, choice in enumerate(choices, 1))


def _quotable(sentences: Iterator[Sentence], assistant: Asked) -> list[Sentence]:
    found: list[Sentence] = []
    for sentence in sentences:
        if len(found) == _SHOWN:
            break
        if len(sentence.quote.split()) > 1 and sentence not in found and _stands(sentence, assistant):
            found.append(sentence)
    return found


def _stands(sentence: Sentence, assistant: Asked) -> bool:
    try:
        locate(Evidence(sentence.document, sentence.quote, "", Place("", 1)), assistant.text(sentence.document), "")
    except (FactError, KeyError):
        return False
    return True


def _answerable(entry: Entry, sentence: Sentence, ask: Ask) -> dict[str, Any]:
    why = ""
    while True:
        kind, _, text = ask(f"{why}\n  {sentence.quote}\n{_KIND_HELP}").strip().partition(":")
        content = [part.strip() for part in text.split(";") if part.strip()] if kind.strip() in ("list", "text") else [text.strip()]
        why = _why_not(kind.strip(), content, sentence.quote)
        if not why:
            value = {kind.strip(): content if len(content) > 1 or kind.strip() in ("list", "text") else content[0]}
            return {**_head(entry), "document": sentence.document, "evidence": sentence.quote, "value": value, "asks": [_asked(entry)]}


def _why_not(kind: str, content: Sequence[str], quote: str) -> str:
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        return f"'{kind}' is no kind of value."
    value = Value(known, tuple(content))
    if why := unreadable(value):
        return why
    return "" if match(value, quote).found == 1.0 else f"The sentence does not show {', '.join(content)}."


def _unanswerable(entry: Entry, assistant: Asked) -> dict[str, Any]:
    quoted = (Sentence(document, quote) for document, quote in entry.quotes)
    near = next((sentence for sentence in quoted if _stands(sentence, assistant)), None)
    kind: dict[str, Any] = {"unanswerable": "out-of-domain"}
    if near:
        kind = {"unanswerable": "near-miss", "near": {"document": near.document, "quote": near.quote}}
    return {**_head(entry), **kind, "asks": [_asked(entry)]}


def _head(entry: Entry) -> dict[str, Any]:
    return {"id": f"feedback.{re.sub(r'[^a-z0-9]+', '-', entry.id.casefold())[:12].strip('-')}", "origin": f"{ORIGIN}{entry.id}"}


def _asked(entry: Entry) -> Any:
    question = " ".join(entry.question.split())
    return {"ask": question, "style": "follow-up", "history": list(entry.history)} if entry.history else question


def _loaded(row: dict[str, Any]) -> Fact:
    """Read a fact by the loader that reads all of them, so that none is written which it would refuse."""
    with TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(_with(row, ""), encoding="utf-8")
        return load_facts(Path(folder))[0]


def _yaml(row: dict[str, Any], indent: str) -> str:
    text: str = yaml.safe_dump([row], allow_unicode=True, sort_keys=False, width=1000, default_flow_style=None)
    return "".join(f"{indent}{line}\n" for line in text.splitlines())
