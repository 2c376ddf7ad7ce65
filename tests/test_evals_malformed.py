"""Whatever is wrong with a fact file: one sentence with file and line, exit code 4, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.__main__ import main
from tests.scripted_assistant import HARBOUR, ScriptedAssistant

GOOD = f"""\
facts:
  - id: harbour.opened
    document: {HARBOUR}
    evidence: harbour of Norrvik was opened in 1987
    value: {{date: 1987}}
    asks: [When was the harbour of Norrvik opened?]
"""
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nfacts: [*c, *c]\n"
DEEP = "facts:\n  - " + "[" * 40 + "]" * 40 + "\n"

# What is in the file, the line that is named, and words of the sentence.
MALFORMED: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 1, "the file is empty"),
    "comment only": (b"# nothing yet\n", 1, "the file is empty"),
    "no facts": (b"things: []\n", 1, "must begin with 'facts:'"),
    "more than facts": (GOOD.encode() + b"more: 1\n", 1, "hold nothing else"),
    "facts is a text": (b"facts: none\n", 1, "'facts:' takes a list"),
    "a fact is a text": (b"facts:\n  - harbour\n", 2, "a fact is written as 'key: value' pairs"),
    "a list at the top": (b"- id: x\n", 1, "must begin with 'facts:'"),
    "unknown key": (GOOD.replace("asks:", "aks:").encode(), 6, "a fact has no key 'aks'"),
    "no id": (GOOD.replace("id: harbour.opened", "severity: minor").encode(), 2, "'id' is missing"),
    "empty id": (GOOD.replace("id: harbour.opened", "id: ''").encode(), 2, "id takes one text"),
    "id is a list": (GOOD.replace("id: harbour.opened", "id: [a, b]").encode(), 2, "here stands a list"),
    "evidence empty": (GOOD.replace("harbour of Norrvik was opened in 1987", "[]").encode(), 4, "has no evidence"),
    "no asks": (GOOD.replace("    asks: [When was the harbour of Norrvik opened?]\n", "").encode(), 2, "'asks' is missing"),
    "asks empty": (GOOD.replace("[When was the harbour of Norrvik opened?]", "[]").encode(), 6, "has no asks"),
    "an ask is empty": (GOOD.replace("[When was the harbour of Norrvik opened?]", "['']").encode(), 6, "an ask takes one text"),
    "value without kind": (GOOD.replace("{date: 1987}", "1987").encode(), 5, "a value is written as"),
    "value with two kinds": (GOOD.replace("{date: 1987}", "{date: 1987, number: 3}").encode(), 5, "exactly one of"),
    "no such date": (GOOD.replace("{date: 1987}", "{date: 1987-13}").encode(), 5, "is not a date"),
    "no number": (GOOD.replace("{date: 1987}", "{number: many}").encode(), 5, "is not a number"),
    "no money": (GOOD.replace("{date: 1987}", "{money: 16.7}").encode(), 5, "is not an amount of money"),
    "unit of a date": (GOOD.replace("{date: 1987}", "{date: 1987, unit: year}").encode(), 5, "'unit' goes with 'number'"),
    "unknown style": (GOOD.replace("[When was the harbour of Norrvik opened?]", "[{ask: a, style: rude}]").encode(), 6, "style 'rude'"),
    "follow-up alone": (GOOD.replace("[When was the harbour of Norrvik opened?]", "[{ask: a, style: follow-up}]").encode(), 6, "'history'"),
    "repeated id": (GOOD.encode() + GOOD.encode().removeprefix(b"facts:\n"), 7, "is already used in"),
    "repeated key": (GOOD.encode() + b"    document: other\n", 7, "stands here for the second time"),
    "a tab": (GOOD.replace("    evidence", "\tevidence").encode(), 4, "this is not YAML"),
    "NUL": (GOOD.replace("1987}", "19\x0087}").encode(), 5, "not YAML"),
    "no UTF-8": (GOOD.encode() + b"    origin: caf\xe9\n", 7, "the file is not UTF-8"),
    "UTF-16": (GOOD.encode("utf-16"), 1, "the file is not UTF-8"),
    "open quotation mark": (GOOD.replace("[When", "['When").encode(), 7, "this is not YAML"),
    "bomb of aliases": (BOMB.encode(), 2, "aliases (*a) are not allowed"),
    "a tag": (GOOD.replace("{date: 1987}", "!!python/object:os.system {}").encode(), 5, "tags"),
    "two documents": (GOOD.encode() + b"---\nfacts: []\n", 7, "a second YAML document"),
    "nested without end": (DEEP.encode(), 2, "nested more than 12 levels"),
    "huge": (GOOD.encode() + b"#" * 5_000_001, 0, "split it"),
    "a quote that is not there": (GOOD.replace("in 1987\n", "in 1989\n").encode(), 4, "does not stand in"),
    "a quote that is there twice": (GOOD.replace("harbour of Norrvik was opened in 1987", "Budget").encode(), 4, "stands"),
    "a value that the quote lacks": (GOOD.replace("{date: 1987}", "{date: 1988}").encode(), 2, "does not show the date '1988'"),
    "no such document": (GOOD.replace(HARBOUR, "harbour-2001").encode(), 4, "there is no document 'harbour-2001'"),
}


@pytest.mark.parametrize(("content", "line", "words"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file_is_told_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, line: int, words: str
) -> None:
    folder = tmp_path / "facts"
    folder.mkdir()
    (folder / "harbour.yaml").write_bytes(content)
    assert main(["lint", "--facts", str(folder)], lambda: ScriptedAssistant({})) == 4
    told = capsys.readouterr()
    (sentence,) = [text for text in (told.out + told.err).splitlines() if "facts/harbour.yaml" in text and not text.startswith("note:")]
    assert sentence.startswith(f"facts/harbour.yaml:{line}: " if line else "facts/harbour.yaml: ")
    assert words in sentence
    assert "Traceback" not in told.err


def test_a_file_that_is_a_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "harbour.yaml").mkdir()
    assert main(["lint", "--facts", str(tmp_path)], lambda: ScriptedAssistant({})) == 4
    assert "harbour.yaml: the file cannot be read" in capsys.readouterr().err


def test_every_malformed_file_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("things: []\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("facts: none\n", encoding="utf-8")
    assert main(["lint", "--facts", str(tmp_path)], lambda: ScriptedAssistant({})) == 4
    assert [line.split(":")[0].rsplit("/")[-1] for line in capsys.readouterr().err.splitlines()] == ["a.yaml", "b.yaml"]
