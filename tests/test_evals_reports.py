"""What a run is written as: HTML that asks no host for anything, JUnit XML, Markdown for a pull request, and rates with their intervals."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant import Answer
from evals.__main__ import main
from evals.facts import load_facts
from evals.lint import nearly_alike, notes
from evals.measure import Rate, Risk, coverage_at, risk_coverage
from evals.run import run, select
from tests.libraries import ROOT
from tests.scripted_assistant import HARBOUR, ScriptedAssistant, answered, cite
from tests.test_evals_main import FACTS, FUND, LOST, SCRIPT, not_to_be_opened, with_passages

ODD = {**LOST, "What does a crane cost?": answered("<script>alert(1)</script> & \x07 more", cite(FUND))}


def written(folder: Path, option: str, script: Mapping[str, Answer] = ODD, *more: str, text: str = FACTS) -> str:
    facts = folder / "facts"
    facts.mkdir(exist_ok=True)
    (facts / "facts.yaml").write_text(text, encoding="utf-8")
    command = ["run", "--facts", str(facts), f"--{option}", str(folder / "out"), *more]
    main(command, lambda: ScriptedAssistant(with_passages(dict(script))))
    return (folder / "out").read_text(encoding="utf-8")


def bless(folder: Path) -> None:
    written(folder, "results")
    command = ["bless", "--reason", "the first one", "--facts", str(folder / "facts")]
    assert main(command, lambda: ScriptedAssistant(with_passages(SCRIPT))) == 0


def test_the_page_needs_no_host_and_runs_nothing(tmp_path: Path) -> None:
    page = written(tmp_path, "html")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|\ssrc=|href='(?!#)", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_shows_the_expected_quote_where_it_stands_and_what_was_found(tmp_path: Path) -> None:
    page = written(tmp_path, "html")
    assert "<mark>harbour of **Norrvik** was opened in 1987</mark>" in page
    assert "# Harbour report" in page  # what stands before it
    assert "holds the evidence" in page
    assert "Since long ago [1]" in page
    assert "<polyline" in page
    assert "by section" in page


def test_the_page_links_what_got_worse_to_the_ask(tmp_path: Path) -> None:
    bless(tmp_path)
    page = written(tmp_path, "html", LOST)
    assert "<a href='#harbour.opened#2'>" in page
    assert "id='harbour.opened#2'" in page


def test_junit_fails_what_the_verdict_fails(tmp_path: Path) -> None:
    bless(tmp_path)
    critical = FACTS.replace("split: train", "split: train\n    severity: critical")
    suite = ElementTree.fromstring(written(tmp_path, "junit", text=critical))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("5", "2", "0", "1")
    assert failures(suite) == ["harbour.opened#2", "verdict"]
    assert "Verdict: FAIL" in (suite.findtext("system-out") or "")


def failures(suite: ElementTree.Element) -> list[str | None]:
    return [case.get("name") for case in suite if case.find("failure") is not None]


def test_junit_fails_what_is_no_single_ask(tmp_path: Path) -> None:
    suite = ElementTree.fromstring(written(tmp_path, "junit", LOST))
    assert (suite.get("failures"), failures(suite)) == ("1", ["verdict"])
    below = suite.find("testcase[@name='verdict']/failure")
    assert below is not None and below.get("message") == "Verdict: FAIL, 2 of 5 floors do not hold."
    assert "unanswerable_refused     0.000" in (below.text or "")
    bless(tmp_path)
    removed = ElementTree.fromstring(written(tmp_path, "junit", SCRIPT, text=FACTS.split("  - id: none.crane-price")[0]))
    assert failures(removed) == ["verdict"]


def test_junit_of_a_pass_fails_nothing(tmp_path: Path) -> None:
    suite = ElementTree.fromstring(written(tmp_path, "junit", SCRIPT))
    assert (suite.get("tests"), suite.get("failures"), failures(suite)) == ("5", "0", [])


def test_the_markdown_says_verdict_and_cause_first(tmp_path: Path) -> None:
    bless(tmp_path)
    text = written(tmp_path, "markdown", LOST).splitlines()
    assert text[0] == "### Known facts: FAIL, 2 of 5 floors do not hold"
    assert text[2] == "**Cause:** nothing differs."
    assert "| regressed | major | `harbour.opened#2` | right | wrong | select |" in text
    assert any(line.startswith("| right in 900 characters | 66.7 % |") for line in text)


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    for path, why in ((tmp_path / "none" / "report.html", f"there is no folder {tmp_path / 'none'}"), (tmp_path, "it is a folder")):
        assert main(["run", "--facts", str(tmp_path), "--html", str(path)], not_to_be_opened) == 4  # not after minutes of asking
        assert f"{path} cannot be written: {why}" in capsys.readouterr().err


def test_asks_about_one_fact_count_as_a_cluster() -> None:
    alone, clustered = Rate(50, 100), Rate(50, 100, ((10, 10),) * 5 + ((0, 10),) * 5)
    narrow, wide = alone.interval(), clustered.interval()
    assert narrow is not None and wide is not None
    assert clustered.effective_n == pytest.approx(9.0)
    assert wide[0] < narrow[0] and narrow[1] < wide[1]
    assert Rate(50, 100, ((1, 1),) * 50 + ((0, 1),) * 50).effective_n == pytest.approx(99.0)
    assert Rate(20, 20, ((10, 10),) * 2).effective_n == 2
    assert Rate(3, 4, ((3, 4),)).effective_n == 1


def test_risk_grows_with_coverage(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    script = {question: replace(answer, confidence=0.5 if question.startswith("And") else 0.9) for question, answer in LOST.items()}
    curve = risk_coverage(list(run(ScriptedAssistant(script), select(load_facts(tmp_path), "all", ""))))
    assert curve == (Risk(0.9, 0.75, 1 / 3), Risk(0.5, 1.0, 0.5))
    assert (coverage_at(curve, 0.4), coverage_at(curve, 0.1)) == (0.75, 0.0)


def test_notes_name_sections_without_a_fact_and_asks_that_are_nearly_alike(tmp_path: Path) -> None:
    twin = "  - {id: none.twin, unanswerable: out-of-domain, split: test, asks: [When was a harbour of Norrvik opened?]}\n"
    (tmp_path / "facts.yaml").write_text(FACTS + twin, encoding="utf-8")
    facts = load_facts(tmp_path)
    (told,) = nearly_alike(facts)
    assert told.startswith(f"{tmp_path.name}/facts.yaml:21: none.twin#1 is nearly harbour.opened#1 in")
    assert list(nearly_alike([replace(fact, status="retired") if fact.id == "none.twin" else fact for fact in facts])) == []
    assert [note for note in notes([replace(facts[0], status="retired")], ScriptedAssistant({})) if HARBOUR in note]
    assert [note for note in notes(facts[2:], ScriptedAssistant({})) if "no fact covers" in note] == [
        "harbour-report-2031: no fact covers “what stands before the first heading”.",
        "tides-factsheet-2033: no fact covers “what stands before the first heading”.",
    ]


def test_asks_that_differ_in_a_year_are_not_alike(tmp_path: Path) -> None:
    row = "  - {{id: y.{0}, unanswerable: out-of-domain, asks: [How many ships called at the port in the year {0}?]}}\n"
    (tmp_path / "facts.yaml").write_text("facts:\n" + row.format(2019) + row.format(2020), encoding="utf-8")
    assert list(nearly_alike(load_facts(tmp_path))) == []


def test_the_schema_in_the_repository_is_the_one_that_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"], lambda: ScriptedAssistant({})) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((ROOT / "evals" / "facts.schema.json").read_text(encoding="utf-8"))
