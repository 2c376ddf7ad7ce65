"""Faults planted on purpose are caught, and named at the step where they were planted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from assistant import Assistant, AssistantError, Excerpt, Settings, copy_index
from evals.anchor import lines, moved
from evals.clock import Clock
from evals.compare import Comparison, compare
from evals.document_commands import foresee
from evals.facts import Fact, load_facts
from evals.fingerprint import fingerprint
from evals.floors import Config, load_config
from evals.measure import summary
from evals.options import parse
from evals.records import Record, record
from evals.run import Asked, OneAssistant, located, select
from evals.sandbox import Edit, apply, rebuild, rename_all, sandbox, set_entry
from evals.session import Session
from evals.values import folded
from evals.verdict import compared, verdict
from evals.workers import Workers
from tests.faulty_assistant import FaultyAssistant, Spoil, backwards, off_by_one, split, too_strict, without
from tests.libraries import FUND, FUND_TEXT, ROOT

STRICT = {"critical": 0, "major": 0, "minor": 0, "removed": 0, "stale": 0}
FACTS = f"""\
facts:
  - id: fund.founded
    document: {FUND}
    evidence: The Harbour Fund was founded in 1998 by the Ministry of Tides
    value: {{date: 1998}}
    asks: [When was the Harbour Fund founded?]
  - id: fund.budget
    document: {FUND}
    evidence: The Harbour Fund has a budget of EUR 16.7 million a year
    value: {{money: EUR 16.7 million}}
    asks: [What is the budget of the Harbour Fund?]
"""


@pytest.fixture(scope="module")
def cells(assistant: Assistant) -> dict[str, Excerpt]:
    """The cells of the library's tables by the words in them."""
    blocks = [
        block for document in assistant.documents for block in assistant.outline(document.id) if block.kind == "cell" and block.column
    ]
    return {folded("".join(fragment.text for fragment in block.fragments)): block for block in blocks}


@pytest.fixture(scope="module")
def facts(assistant: Assistant, cells: Mapping[str, Excerpt]) -> tuple[Fact, ...]:
    """Known facts of each kind, with one piece of evidence, that the assistant gets right from the first of many passages."""
    plain = [
        replace(f, asks=f.asks[:1])
        for f in load_facts(ROOT / "evals" / "facts")
        if len(f.evidence) == 1 and f.value and not f.evidence[0].after
    ]
    lists = [fact for fact in plain if fact.value and fact.value.kind == "list"]
    chosen = [*[fact for fact in plain if cell_of(fact, cells)][:10], *lists[:10], *plain[-10:]]
    unique = tuple({fact.id: fact for fact in chosen}.values())
    right = [r for r in OneAssistant(assistant).results(select(unique, "all", "")) if r.score.outcome == "right" and r.score.rank == 1]
    return tuple(result.fact for result in right if result.answer and len(result.answer.passages) > 8)


def cell_of(fact: Fact, cells: Mapping[str, Excerpt]) -> Excerpt | None:
    words = folded(fact.evidence[0].quote)
    return next((block for text, block in cells.items() if words in text), None)


def recorded(asked: Asked, facts: tuple[Fact, ...], settings: Settings) -> Record:
    return record(fingerprint(facts, asked, settings), "", (), OneAssistant(asked).results(select(facts, "all", "")))


def stages(found: Comparison) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for flip in found.flips:
        told.setdefault(flip.kind, set()).add(flip.after.stage if flip.after else "")
    return told


@pytest.mark.parametrize(("spoil", "stage"), [(backwards, "rank"), (too_strict, "refusal"), (off_by_one, "cite")])
def test_a_fault_is_named_at_its_step(assistant: Assistant, facts: tuple[Fact, ...], settings: Settings, spoil: Spoil, stage: str) -> None:
    assert len(facts) > 8
    found = compare(recorded(assistant, facts, settings), recorded(FaultyAssistant(assistant, spoil), facts, settings))
    regressed = [flip.after.stage for flip in found.of("regressed") if flip.after]
    assert set(regressed) == {stage}
    assert len(regressed) > len(facts) / 3
    assert compared(found, STRICT).code == 1


def test_a_parser_that_drops_a_column_is_named(
    assistant: Assistant, facts: tuple[Fact, ...], cells: Mapping[str, Excerpt], settings: Settings
) -> None:
    in_cells = [(fact, cell) for fact in facts if (cell := cell_of(fact, cells))]
    assert in_cells
    for fact, cell in in_cells:
        (span,) = located(fact, assistant)[0]
        faulty = FaultyAssistant(
            assistant, partial(without, start=span.start, end=span.end), partial(is_in_another_column, column=cell.column)
        )
        found = compare(recorded(assistant, (fact,), settings), recorded(faulty, (fact,), settings))
        assert stages(found) == {"regressed": {"ingest"}}


def is_in_another_column(block: Excerpt, column: str) -> bool:
    return block.column != column


def test_a_chunker_that_splits_a_list_is_named(assistant: Assistant, facts: tuple[Fact, ...], settings: Settings) -> None:
    lists = [fact for fact in facts if fact.value and fact.value.kind == "list"]
    assert lists
    for fact in lists:
        (span,) = located(fact, assistant)[0]
        faulty = FaultyAssistant(assistant, partial(split, at=(span.start + span.end) // 2))
        found = compare(recorded(assistant, (fact,), settings), recorded(faulty, (fact,), settings))
        assert stages(found) in ({"regressed": {"chunk"}}, {"drifted": {""}})  # what the first half says may be enough
    assert any(len(fact.evidence[0].quote) > 60 for fact in lists)


def test_a_quote_off_by_one_character_breaks_the_floor_that_never_moves(assistant: Assistant, facts: tuple[Fact, ...]) -> None:
    results = list(OneAssistant(FaultyAssistant(assistant, off_by_one)).results(select(facts, "all", "")))
    judged = verdict(load_config(ROOT / "evals" / "config.toml"), summary(results), len(results))
    assert judged.code == 1
    assert any(line.startswith("  verbatim") and "FAIL" in line for line in judged.lines)


@pytest.fixture(scope="module")
def small_facts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fact, ...]:
    folder = tmp_path_factory.mktemp("facts")
    (folder / "fund.yaml").write_text(FACTS, encoding="utf-8")
    return load_facts(folder)


@pytest.fixture(scope="module")
def harbour(small: Settings, small_facts: tuple[Fact, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Record]]:
    with Assistant.open(copy_index(small, tmp_path_factory.mktemp("home"))) as opened:
        yield opened, recorded(opened, small_facts, small)


def test_a_changed_number_in_a_document_is_stale_and_no_worse_assistant(
    small: Settings, small_facts: tuple[Fact, ...], harbour: tuple[Assistant, Record]
) -> None:
    opened, before = harbour
    at = opened.text(FUND).index("16.7")
    with sandbox(small) as changed:
        apply([Edit(FUND, at, at + 4, "18.2")], changed, opened.documents)
        rebuild(changed)
        with Assistant.open(changed) as asked:
            found = compare(before, recorded(asked, small_facts, changed))
            told = lines(list(moved(small_facts, asked)))
    assert stages(found) == {"stale": {"document"}}
    assert found.causes[:2] == (f"the text of document {FUND} changed", f"the file of document {FUND} changed")
    assert compared(found, STRICT).code == 6
    assert told[2:] == [
        "    now (96 % alike): The Harbour Fund has a budget of EUR 18.2 million a year.",
        "    the value is another there: no longer EUR 16.7 million",
    ]


def test_a_renamed_file_changes_nothing_and_a_renamed_document_is_found_again(
    small: Settings, small_facts: tuple[Fact, ...], harbour: tuple[Assistant, Record]
) -> None:
    opened, before = harbour
    with sandbox(small) as changed:
        rename_all(changed, opened.documents, "renamed-")
        for document in opened.documents:
            set_entry(changed, "id", f"renamed-{document.id}", document.id)
        rebuild(changed)
        with Assistant.open(changed) as asked:
            assert recorded(asked, small_facts, changed).rows == before.rows
        set_entry(changed, "id", FUND, "renamed-fund")
        rebuild(changed)
        with Assistant.open(changed) as asked:
            found = compare(before, recorded(asked, small_facts, changed))
            told = lines(list(moved(small_facts, asked)))
    assert stages(found) == {"stale": {"document"}}
    assert "    now (100 % alike in renamed-fund): The Harbour Fund was founded in 1998 by the Ministry of Tides." in told


def test_a_sandbox_of_an_index_on_a_server_has_a_store_of_its_own(
    small: Settings, small_facts: tuple[Fact, ...], harbour: tuple[Assistant, Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "http://127.0.0.1:9"  # where no server listens: nothing may be asked of it
    monkeypatch.setenv("CLUSTERDESK_CHROMA_URL", url)
    remote = replace(copy_index(small, tmp_path), chroma_url=url)
    for store in remote.index.glob("*/chroma"):
        shutil.rmtree(store)
        store.mkdir()
    with sandbox(remote) as unchanged:
        rebuild(unchanged)
        with Assistant.open(unchanged) as asked:
            assert recorded(asked, small_facts, unchanged).rows == harbour[1].rows


def test_a_new_version_under_the_old_name_is_a_changed_document(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "fund.yaml").write_text(FACTS, encoding="utf-8")
    new = tmp_path / f"{FUND}.txt"
    new.write_text(FUND_TEXT.replace("16.7", "18.2"), encoding="utf-8")
    options = parse(["impact", str(new), "--replaces", FUND, "--facts", str(tmp_path / "facts"), "--workers", "1"])
    mine = copy_index(small, tmp_path / "home")
    outcome = foresee(Session(options, mine, Config((), STRICT), load_facts(options.facts), None, Clock()))
    assert outcome.code == 6
    assert outcome.lines[0] == f"With {FUND}: 1 facts lose a quote, 0 values conflict, 0 answers change."
    assert (small.corpus / new.name).read_text(encoding="utf-8") == FUND_TEXT


def test_a_new_file_that_cannot_be_indexed_is_told_before_anything_is_asked(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "fund.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "fees.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\0")
    monkeypatch.setattr(Session, "desk", lambda *_: pytest.fail("something was asked"))
    options = parse(["impact", str(tmp_path / "fees.pdf"), "--facts", str(tmp_path / "facts")])
    mine = copy_index(small, tmp_path / "home")
    with pytest.raises(AssistantError, match=r"fees\.pdf"):
        foresee(Session(options, mine, Config((), STRICT), load_facts(options.facts), None, Clock()))


def test_neither_workers_nor_what_they_remember_make_a_difference(small: Settings, small_facts: tuple[Fact, ...], tmp_path: Path) -> None:
    cases = [case for case in select(small_facts, "all", "") for _ in range(9)]  # three batches
    rows: list[Mapping[str, object]] = []
    for count, remember in ((1, None), (2, tmp_path), (1, tmp_path)):
        with closing(Workers(small, count, remember)) as desk:
            rows.append(dict(record({}, "", (), desk.results(cases)).rows))
            assert desk.index_id.isalnum()
            assert "budget" in desk.text(FUND)
    assert rows[0] == rows[1] == rows[2]
    assert [path.stat().st_size > 0 for path in tmp_path.glob("*.scores")] == [True]


def test_workers_tell_why_they_cannot_open_the_index(small: Settings, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="There is no index"):
        Workers(replace(small, home=tmp_path), 2, None)
