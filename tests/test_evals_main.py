"""The command line, with an assistant that says what the test tells it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Answer, AssistantError
from evals import bench
from evals.__main__ import main
from evals.facts import load_facts
from evals.floors import Config, Floor, load_config
from evals.lint import faults
from evals.measure import Rate, summary
from evals.run import select
from evals.tree import FactError
from evals.verdict import verdict
from tests.scripted_assistant import HARBOUR, TEXTS, ScriptedAssistant, answered, cite, not_found, passage

FACTS = f"""\
facts:
  - id: harbour.opened
    document: {HARBOUR}
    evidence: harbour of Norrvik was opened in 1987
    value: {{date: 1987}}
    split: train
    asks:
      - When was the harbour of Norrvik opened?
      - {{ask: And since when?, style: follow-up, history: [Is there a harbour in Norrvik?]}}
  - id: harbour.fund
    document: {HARBOUR}
    evidence: [The Dredging Fund has a budget of EUR 16.7 million, {{document: tides-factsheet-2033, quote: 2.5 m}}]
    value: {{money: EUR 16.7 million}}
    split: test
    asks: [What is the budget of the Dredging Fund?]
  - id: none.crane-price
    unanswerable: near-miss
    near: {{document: {HARBOUR}, quote: with 125 cranes}}
    split: test
    asks: [What does a crane cost?]
"""
OPENED = "was opened in 1987."
FUND = "EUR 16.7 million a year"
SCRIPT: dict[str, Answer] = {
    "When was the harbour of Norrvik opened?": answered("In 1987 [1]", cite(OPENED)),
    "And since when?": answered("Since 1987 [1]", cite(OPENED)),
    "What is the budget of the Dredging Fund?": answered(f"{FUND} [1]", cite(FUND)),
}
LOST: dict[str, Answer] = {
    **SCRIPT,
    "And since when?": answered("Since long ago [1]", cite("Fees")),
    "What does a crane cost?": answered("125", cite(FUND)),
}


def with_passages(script: dict[str, Answer]) -> dict[str, Answer]:
    found = (passage(TEXTS[HARBOUR][:-1]),)
    return {question: replace(answer, passages=found) for question, answer in script.items()}


def call(folder: Path, *arguments: str, script: dict[str, Answer] = SCRIPT, text: str = FACTS) -> int:
    (folder / "facts.yaml").write_text(text, encoding="utf-8")
    assistant = ScriptedAssistant(with_passages(script))
    command = [arguments[0]] if arguments and not arguments[0].startswith("-") else []
    code = main([*(command or ["run"]), "--facts", str(folder), *arguments[len(command) :]], lambda: assistant)
    assert assistant.closed
    return code


def not_to_be_opened() -> ScriptedAssistant:
    raise AssertionError("not to be opened")


def test_a_run_that_holds_the_floors_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path) == 0
    out = capsys.readouterr().out
    assert "right in 900 characters      100.0 %" in out
    assert "No ask failed." in out
    assert out.endswith("Verdict: pass.\n")


def test_below_a_floor_the_exit_code_and_the_verdict_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, script=LOST) == 1
    out = capsys.readouterr().out
    assert re.search(r"unanswerable_refused     0\.000 >= 0\.\d{3}  FAIL  \(0 of 1\)", out)
    assert re.search(r"unanswerable_refused     0\.000 >= 0\.\d{3}  goal, missed  \(0 of 1\)", out)
    assert "verbatim                 1.000 >= 1.000  pass  (4 of 4)" in out
    assert "  select  wrong    harbour.opened#2  And since when?\n           -> Since long ago [1]" in out
    assert "  refusal wrong    none.crane-price#1  What does a crane cost?" in out
    assert out.endswith("Verdict: FAIL, 2 of 5 floors do not hold.\n")


def test_history_is_passed_on(tmp_path: Path) -> None:
    heard: list[tuple[str, ...]] = []

    def script(question: str, history: tuple[str, ...]) -> Answer:
        heard.append(history)
        return not_found(question)

    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    assert main(["run", "--facts", str(tmp_path)], lambda: ScriptedAssistant(script)) == 1
    assert heard == [(), ("Is there a harbour in Norrvik?",), (), ()]


def test_a_split_and_a_keyword_select(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, "--split", "train", script=SCRIPT) == 0
    assert "not measured" in capsys.readouterr().out
    assert call(tmp_path, "-k", "fund") == 0
    assert main(["-k", "nothing like it", "--facts", str(tmp_path)], not_to_be_opened) == 5
    assert "nothing was asked" in capsys.readouterr().err
    facts = load_facts(tmp_path)
    assert [ask.id for _, ask in select(facts, "test", "")] == ["harbour.fund#1", "none.crane-price#1"]


def test_an_error_of_one_ask_is_a_failure_of_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def script(question: str, history: tuple[str, ...]) -> Answer:
        raise ValueError("the basin is dry")

    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    assert main(["run", "--facts", str(tmp_path)], lambda: ScriptedAssistant(script)) == 3
    out = capsys.readouterr().out
    assert "-> ValueError: the basin is dry" in out
    assert "4 of 4 asks ended in an error" in out


def test_an_interrupted_run_judges_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def script(question: str, history: tuple[str, ...]) -> Answer:
        raise KeyboardInterrupt

    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    assert main(["run", "--facts", str(tmp_path)], lambda: ScriptedAssistant(script)) == 2
    assert capsys.readouterr().out == ""


def test_what_the_assistant_refuses_to_open_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def opened() -> ScriptedAssistant:
        raise AssistantError("There is no index. Run: python -m ingest")

    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    assert main(["run", "--facts", str(tmp_path)], opened) == 4
    assert capsys.readouterr().err == "There is no index. Run: python -m ingest\n"


def test_a_defect_is_not_taken_for_a_floor(tmp_path: Path) -> None:
    def opened() -> ScriptedAssistant:
        raise RuntimeError("a defect")

    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    assert main(["run", "--facts", str(tmp_path)], opened) == 3


def test_a_wrong_fact_stops_before_the_assistant_is_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS.replace("split: train", "split: trian"), encoding="utf-8")
    assert main(["run", "--facts", str(tmp_path)], not_to_be_opened) == 4
    assert "facts.yaml:6: split 'trian' is unknown" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--split", "exam"], ["--loud"], ["lint", "--split", "dev"]])
def test_wrong_usage_exits_like_pytest(arguments: Sequence[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 4


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    for file in files:
        call(tmp_path, "run", "--results", str(file), script=LOST)
    assert files[0].read_bytes() == files[1].read_bytes()
    header, *rows = [json.loads(line) for line in files[0].read_text(encoding="utf-8").splitlines()]
    assert (header["fingerprint"]["index"], header["asks"], len(header["fingerprint"]["facts"])) == ("scripted", 4, 16)
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert (rows[2]["outcome"], rows[2]["stage"]) == ("wrong", "select")
    assert "timings_ms" not in rows[0]["answer"]
    assert rows[0]["answer"]["text"] == f"{FUND} [1]"


def test_export_gives_questions_and_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, "export", "--split", "test") == 0
    fund, crane = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (fund["id"], fund["fact"], fund["style"], fund["document"]) == (
        "harbour.fund#1",
        "harbour.fund",
        "direct",
        HARBOUR,
    )
    ((start, end),) = fund["evidence"]
    assert TEXTS[HARBOUR][start:end] == "The Dredging Fund has a budget of EUR 16.7 million"
    assert fund["elsewhere"] == {"tides-factsheet-2033": [[23, 28]]}
    assert (crane["unanswerable"], "evidence" in crane) == ("near-miss", False)
    ((start, end),) = crane["near"][HARBOUR]
    assert TEXTS[HARBOUR][start:end] == "with 125 cranes"


def test_export_tells_what_restates_a_fact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = FACTS.replace("split: train", "restated: with 125 cranes\n    split: train")
    assert call(tmp_path, "export", "--split", "train", text=text) == 0
    start = TEXTS[HARBOUR].index("with 125 cranes")
    assert json.loads(capsys.readouterr().out.splitlines()[0])["restated"] == {HARBOUR: [[start, start + 15]]}


def test_markdown_is_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, "markdown") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("|  | asks | right in 900")
    assert out[2] == "| all | 3 | 100.0 % | 100.0 % | 100.0 % | 100.0 % | 0.0 % |"
    assert "| near-miss | 1 | 100.0 % |" in out


def test_failing_asks_fit_a_screen_unless_all_are_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = [f"Good day{'!' * n}" for n in range(60)]
    row = "  - {{id: none.{}, unanswerable: greeting, split: test, asks: [{}]}}\n"
    many = FACTS + "".join(row.format(n, question) for n, question in enumerate(questions))
    script = {question: answered("In 1987", cite(OPENED)) for question in questions}
    assert call(tmp_path, script={**SCRIPT, **script}, text=many) == 1
    few = capsys.readouterr().out
    assert "60 asks failed" in few
    assert len(few.split("asks failed")[1].split("\n\n")[0].splitlines()) == 40
    assert call(tmp_path, "--all", script={**SCRIPT, **script}, text=many) == 1
    assert capsys.readouterr().out.count("->") == 60


def test_lint_passes_good_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, "lint") == 0
    assert capsys.readouterr().out == "3 facts, 4 asks, 0 faults, 0 notes.\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("opened in 1987", "opened in 1988", "facts.yaml:4: fact harbour.opened: the quote"),
        (
            "{date: 1987}",
            "{date: 1988}",
            "facts.yaml:2: fact harbour.opened: its evidence does not show the date '1988'",
        ),
        ("with 125 cranes", "with 125 crates", "facts.yaml:18: fact none.crane-price: the quote"),
        ("What does a crane cost?", "when was the Norrvik harbour of opened", "asks the same as harbour.opened#1"),
        ("split: train", "restated: opened in 1989", "facts.yaml:6: fact harbour.opened: the quote"),
        ("split: train", "restated: was opened in 1987", "facts.yaml:6: fact harbour.opened: what 'restated' quotes is evidence already"),
        ("split: train", "qualifiers: [in winter]", "the qualifier 'in winter' does not stand near"),
    ],
)
def test_lint_tells_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str) -> None:
    assert call(tmp_path, "lint", text=FACTS.replace(old, new)) == 4
    out = capsys.readouterr().out
    assert words in out
    assert out.endswith("3 facts, 4 asks, 1 faults, 0 notes.\n")


RETIRED = """\
  - id: harbour.opened-before
    document: harbour-report-2001
    evidence: words that no document has any more
    value: {date: 1986}
    status: retired
    asks: [When was the harbour of Norrvik opened?]
"""


@pytest.mark.parametrize("document", ["harbour-report-2001", HARBOUR])
@pytest.mark.parametrize("command", ["lint", "anchor", "export"])
def test_a_retired_fact_and_the_one_in_its_place_are_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, document: str
) -> None:
    assert call(tmp_path, command, text=FACTS + RETIRED.replace("harbour-report-2001", document)) == 0
    out = capsys.readouterr().out
    assert "harbour.opened-before" not in out
    assert command != "lint" or out == "3 facts, 4 asks, 0 faults, 0 notes.\n"


def test_the_id_of_a_retired_fact_stays_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS + RETIRED.replace("opened-before", "opened"), encoding="utf-8")
    assert main(["lint", "--facts", str(tmp_path)], not_to_be_opened) == 4
    assert "the id harbour.opened is already used" in capsys.readouterr().err


def test_a_retired_fact_protects_no_document_and_is_not_asked_for_suggestions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = FACTS.replace("split: test\n    asks: [What is", "split: test\n    status: retired\n    asks: [What is")
    assert call(tmp_path, "suggest", text=text) == 0
    (document,) = tomllib.loads(capsys.readouterr().out)["document"]
    assert document == {"id": HARBOUR, "facts": 1, "questions": ["When was the harbour of Norrvik opened?"]}


def test_the_same_words_after_another_history_are_another_ask(tmp_path: Path) -> None:
    text = FACTS.replace("[What does a crane cost?]", "[{ask: And since when?, style: follow-up, history: [Cranes?]}]")
    (tmp_path / "facts.yaml").write_text(text, encoding="utf-8")
    assert faults(load_facts(tmp_path), TEXTS.__getitem__) == []


def test_bench_is_a_ratio_to_one_embedding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    ticks = iter(range(1000))
    cases = [case for case in select(load_facts(tmp_path), "all", "") if case[1].id != "none.crane-price#1"]
    timing = bench.bench(ScriptedAssistant(SCRIPT), cases, clock=lambda: next(ticks) / 100)
    assert (timing.n, timing.embedding) == (3, 2.0)
    assert timing.median == pytest.approx(10.0)
    assert bench.lines(timing)[1] == "One query embedding: 2.0 ms; a question takes 5.00 (95th 5.00)."
    assert call(tmp_path, "bench") == 0
    assert capsys.readouterr().out.startswith("4 asks: median ")


def test_bench_samples_evenly_and_takes_the_nearest_rank(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    cases = select(load_facts(tmp_path), "all", "")
    assert [ask.id for _, ask in bench.sample(cases, 2)] == ["harbour.opened#1", "harbour.fund#1"]
    assert bench.sample(cases) == cases
    assert bench.p95(list(range(1, 101))) == 95
    assert bench.p95([7.0]) == 7.0


def test_what_was_agreed_is_a_floor_or_a_goal() -> None:
    bounds = load_config(Path(__file__).parent.parent / "evals" / "config.toml").floors
    agreed = {"evidence_at_5": 0.90, "right_900": 0.75, "unanswerable_refused": 0.80, "answerable_refused_max": 0.08, "verbatim": 1.0}
    for name, bound in agreed.items():
        assert any(floor.name == name and (floor.bound <= bound if floor.most else floor.bound >= bound) for floor in bounds)
    assert {floor.name for floor in bounds if not floor.goal} == set(agreed)


def test_a_missed_goal_fails_nothing() -> None:
    missed = Floor("right_900", "right_900", 1.0, most=False, goal=True)
    judged = verdict(Config((missed,), {}), replace(summary([]), right_900=Rate(0, 1)), asked=1)
    assert judged.code == 0
    assert "goal, missed" in judged.lines[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[floors]\nspeed = 1", "there is no rate 'speed'"),
        ("[floors]\nverbatim = 2", "verbatim is 2; it takes a number from 0 to 1"),
        ("[floors]\nverbatim = true", "verbatim is True"),
        ("[floors]\n[gate]\nfatal = 0", "has no 'fatal'; it has critical, major"),
        ("[floors]\n[gate]\ncritical = 0.5", "critical is 0.5; it takes a whole number"),
        ("[flaws]", "a table"),
        ("floors", "cannot be read"),
    ],
)
def test_wrong_floors_are_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FactError, match=words):
        load_config(tmp_path / "config.toml")


def test_nothing_asked_is_no_pass() -> None:
    assert verdict(Config((Floor("verbatim", "verbatim", 1.0, False),), {}), summary([]), 0).code == 5
