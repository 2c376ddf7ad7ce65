"""The loader: what it accepts, and the sentence with file and line for what it does not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from evals.facts import (
    SEVERITIES,
    SPLITS,
    STYLES,
    UNANSWERABLE,
    Fact,
    check_documents,
    facts_hash,
    load_facts,
    split_of,
)
from evals.score import Stage
from evals.tree import FactError
from evals.values import KINDS

SHORT = """\
facts:
  - id: harbour.opened
    document: harbour-report-2031
    evidence: The harbour of Norrvik was opened in 1987
    value: {date: 1987}
    asks: [When was the harbour of Norrvik opened?]
"""


def load(folder: Path, text: str, name: str = "harbour.yaml") -> tuple[Fact, ...]:
    (folder / name).write_text(text, encoding="utf-8")
    return load_facts(folder)


def fault(folder: Path, text: str) -> str:
    with pytest.raises(FactError) as caught:
        load(folder, text)
    return str(caught.value)


def changed(old: str, new: str) -> str:
    assert old in SHORT
    return SHORT.replace(old, new)


def test_five_lines_make_a_fact(tmp_path: Path) -> None:
    (fact,) = load(tmp_path, SHORT)
    assert (fact.id, fact.severity, fact.unanswerable, fact.near) == ("harbour.opened", "major", "", None)
    assert fact.value is not None
    assert (fact.value.kind, fact.value.texts) == ("date", ("1987",))
    assert [(ask.id, ask.style, ask.history) for ask in fact.asks] == [("harbour.opened#1", "direct", ())]
    assert str(fact.evidence[0].place) == f"{tmp_path.name}/harbour.yaml:4"


def test_every_optional_key_is_read(tmp_path: Path) -> None:
    more = """\
    severity: critical
    split: test
    qualifiers: [as of 2030]
    forbid: [{date: 1986}]
    origin: telephone note
    restated: {quote: It handled 3.66 million}
"""
    evidence = '["opened in 1987", {document: tides-factsheet-2033, quote: Tides, after: At}]'
    asks = "[{ask: And when?, style: follow-up, history: [What is Norrvik?]}]"
    text = SHORT.replace("The harbour of Norrvik was opened in 1987", evidence)
    (fact,) = load(tmp_path, text.replace("[When was the harbour of Norrvik opened?]", asks) + more)
    assert (fact.severity, fact.split, fact.qualifiers, fact.origin) == (
        "critical",
        "test",
        ("as of 2030",),
        "telephone note",
    )
    assert [(e.document, e.quote, e.after) for e in fact.evidence] == [
        ("harbour-report-2031", "opened in 1987", ""),
        ("tides-factsheet-2033", "Tides", "At"),
    ]
    assert [(e.document, e.quote) for e in fact.restated] == [("harbour-report-2031", "It handled 3.66 million")]
    assert fact.forbid[0].texts == ("1986",)
    assert fact.asks[0].history == ("What is Norrvik?",)


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path: Path) -> None:
    (fact,) = load(tmp_path, changed("value: {date: 1987}", "value: {list: [no, 1.50, 2011-03-20, null]}"))
    assert fact.value is not None
    assert fact.value.texts == ("no", "1.50", "2011-03-20", "null")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("value: {date: 1987}", "vlaue: {date: 1987}", 5, "has no key 'vlaue'"),
        ("value: {date: 1987}", "value: {date: soon}", 5, "'soon' is not a date"),
        ("value: {date: 1987}", "value: {date: 1987, number: 2}", 5, "exactly one of"),
        ("value: {date: 1987}", "value: {date: 1987, unit: a}", 5, "'unit' goes with 'number'"),
        ("value: {date: 1987}", "value: 1987", 5, "'key: value' pairs"),
        ("value: {date: 1987}", "value: {date: [1987]}", 5, "takes one text; here stands a list"),
        ("    document: harbour-report-2031\n", "", 3, "the document is missing"),
        ("    value: {date: 1987}\n", "", 2, "'value' is missing in harbour.opened"),
        ("[When was the harbour of Norrvik opened?]", "[]", 6, "has no asks"),
        ("[When was the harbour of Norrvik opened?]", "[{ask: When?, style: loud}]", 6, "style 'loud' is unknown"),
        ("[When was the harbour of Norrvik opened?]", "[{ask: When?, style: follow-up}]", 6, "needs 'history'"),
        ("value: {date: 1987}", "value: {date: 1987}\n    split: exam", 6, "split 'exam' is unknown"),
        ("value: {date: 1987}", "value: {date: 1987}\n    near: {quote: a}", 6, "near-miss"),
        ("value: {date: 1987}", "unanswerable: greeting", 2, "has no evidence"),
        ("evidence: The harbour", "unanswerable: greeting\n    restated: The harbour", 2, "no restated"),
        ("evidence: The harbour", "id: again\n    evidence: The harbour", 4, "for the second time"),
        ("evidence: The harbour", "evidence: !!python/object:os.system The harbour", 4, "tags"),
        ("value: {date: 1987}", "value: {date: '1987}", 7, "not YAML"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    message = fault(tmp_path, changed(old, new))
    assert message.startswith(f"{tmp_path.name}/harbour.yaml:{line}:"), message
    assert words in message


def test_aliases_are_refused_before_they_grow(tmp_path: Path) -> None:
    lines = ["facts:", "  - &a [x, x]"] + [f"  - &{new} [*{old}, *{old}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    assert "aliases (*a) are not allowed" in fault(tmp_path, "\n".join(lines))


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    assert "levels deep" in fault(tmp_path, "facts: " + "[" * 5000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("facts: 5", "takes a list"),
        ("- id: a", "begin with 'facts:'"),
        (SHORT + "---\na: b\n", "second YAML"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, words: str) -> None:
    assert words in fault(tmp_path, text)


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"facts:\n  - id: caf\xe9\n")
    with pytest.raises(FactError, match=r"a\.yaml:2: the file is not UTF-8"):
        load_facts(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactError, match="no fact file"):
        load_facts(tmp_path)


def test_an_id_used_in_two_files_is_refused(tmp_path: Path) -> None:
    load(tmp_path, SHORT, "a.yaml")
    message = fault(tmp_path, SHORT)
    assert "harbour.yaml:2: the id harbour.opened is already used in" in message
    assert "a.yaml:2" in message


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = changed("1987}", "soon}") + changed("1987}", "late}").replace("facts:\n", "").replace("opened\n", "closed\n")
    assert len(fault(tmp_path, text).splitlines()) == 2


def test_an_unknown_document_is_refused(tmp_path: Path) -> None:
    facts = load(tmp_path, SHORT)
    check_documents(facts, ["harbour-report-2031"])
    with pytest.raises(FactError, match=r"harbour\.yaml:4: there is no document 'harbour-report-2031'; .* are tides"):
        check_documents(facts, ["tides"])
    check_documents(load(tmp_path, SHORT + "    status: retired\n"), ["tides"])


def test_the_split_of_a_fact_never_changes() -> None:
    assert [split_of(name) for name in ("a", "b", "c", "d", "e")] == ["dev", "train", "train", "train", "train"]
    splits = [split_of(f"fact-{n}") for n in range(2000)]
    assert 0.57 < splits.count("train") / 2000 < 0.63
    assert 0.17 < splits.count("dev") / 2000 < 0.23


def test_the_hash_knows_content_and_not_place(tmp_path: Path) -> None:
    once = facts_hash(load(tmp_path, SHORT))
    assert facts_hash(load(tmp_path, "# a comment\n" + SHORT)) == once
    assert facts_hash(load(tmp_path, changed("When was", "When, I wonder, was"))) != once


GUIDE = Path(__file__).parent.parent / "docs" / "facts.md"


def test_the_guide_names_every_word_a_fact_can_have() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    keys = ("evidence", "after", "also", "unit", "qualifiers", "forbid", "origin", "split", "history")
    for word in (*STYLES, *UNANSWERABLE, *SEVERITIES, *SPLITS, *KINDS, *keys, *filter(None, get_args(Stage))):
        assert word in guide, word


def test_the_facts_of_the_guide_load(tmp_path: Path) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in guide.split("```yaml\n")[1:]]
    whole = [block for block in blocks if "- id:" in block]
    load(tmp_path, "facts:\n" + "".join(block.removeprefix("facts:\n") for block in whole))
    for block in set(blocks) - set(whole):
        key = block.split(":")[0].strip()
        line = next(line for line in SHORT.splitlines(keepends=True) if line.strip().startswith(key))
        load(tmp_path, changed(line, block))
    values = re.findall(r"`(\{\w+: .*?\})`", guide)
    assert {value[1:].split(":")[0] for value in values} == set(KINDS)
    for value in values:
        load(tmp_path, changed("{date: 1987}", value))
