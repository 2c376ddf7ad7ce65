"""Two runs are compared ask by ask; a document that changed is another verdict than an assistant that got worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Answer
from evals.__main__ import main
from evals.compare import Comparison, compare, lines
from evals.facts import load_facts
from evals.fingerprint import causes
from evals.records import Record, baseline_lines, read_record, record, result_lines
from evals.run import run, select
from evals.tree import FactError
from evals.verdict import compared
from tests.scripted_assistant import HARBOUR, TEXTS, ScriptedAssistant, answered, cite, passage
from tests.test_evals_main import FACTS, FUND, LOST, SCRIPT, not_to_be_opened, with_passages

MADE_WITH = {"facts": "1", "text harbour-report-2031": "1", "code assistant": "1", "version torch": "2.13.0"}
STRICT = {"critical": 0, "major": 0, "minor": 0, "removed": 0, "stale": 0, "promoted": 0}
REWRITTEN = {"text harbour-report-2031": "2"}
ALL = {**SCRIPT, "What does a crane cost?": answered("125", cite(FUND))}


def made(
    folder: Path,
    script: Mapping[str, Answer] = SCRIPT,
    text: str = FACTS,
    texts: Mapping[str, str] = TEXTS,
    selected: str = "",
    changed: Mapping[str, str] = {},
) -> Record:
    (folder / "facts.yaml").write_text(text, encoding="utf-8")
    facts = load_facts(folder)
    assistant = ScriptedAssistant(with_passages(dict(script)), texts)
    retired = [fact.id for fact in facts if fact.status == "retired"]
    return record({**MADE_WITH, **changed}, selected and f"-k {selected}", retired, run(assistant, select(facts, "all", selected)))


def told(comparison: Comparison) -> list[tuple[str, str]]:
    return [(flip.kind, flip.id) for flip in comparison.flips]


def test_two_runs_alike_have_no_difference(tmp_path: Path) -> None:
    found = compare(made(tmp_path), made(tmp_path))
    assert (found.causes, found.flips, found.compared) == ((), (), 4)
    assert compared(found, STRICT).code == 0


def test_what_got_worse_is_named_with_its_stage_and_fails(tmp_path: Path) -> None:
    found = compare(made(tmp_path), made(tmp_path, LOST, changed={"code assistant": "2"}))
    assert told(found) == [("regressed", "harbour.opened#2"), ("regressed", "none.crane-price#1")]
    judged = compared(found, STRICT)
    assert (judged.code, sorted(judged.failing)) == (1, ["harbour.opened#2", "none.crane-price#1"])
    text = lines(found)
    assert text[:2] == ["Cause: the code of assistant changed.", "Compared: 4 asks; 2 regressed."]
    assert text[2] == "  regressed major    harbour.opened#2  right -> wrong, stage: select"


def test_what_got_better_passes(tmp_path: Path) -> None:
    found = compare(made(tmp_path, LOST), made(tmp_path))
    assert told(found) == [("improved", "harbour.opened#2"), ("improved", "none.crane-price#1")]
    assert compared(found, STRICT).code == 0


def test_another_right_answer_has_drifted(tmp_path: Path) -> None:
    other = {**SCRIPT, "And since when?": answered("It was opened in 1987 [1]", cite("was opened in 1987."))}
    found = compare(made(tmp_path), made(tmp_path, other))
    assert told(found) == [("drifted", "harbour.opened#2")]
    assert lines(found)[2:] == [
        "  drifted   major    harbour.opened#2  right",
        "      was: Since 1987 [1]",
        "      now: It was opened in 1987 [1]",
    ]
    assert compared(found, STRICT).code == 0
    assert compared(found, {"drifted": 0}).code == 1


def test_a_quote_that_moved_is_no_drift(tmp_path: Path) -> None:
    moved = replace(SCRIPT["And since when?"], citations=(replace(cite("was opened in 1987."), start=0, lines=(9, 9)),))
    before, after = made(tmp_path), made(tmp_path, {**SCRIPT, "And since when?": moved})
    assert before.rows["harbour.opened#2"].digest == after.rows["harbour.opened#2"].digest


def test_a_deleted_fact_is_removed_and_a_retired_one_is_not(tmp_path: Path) -> None:
    before = made(tmp_path)
    deleted = compare(before, made(tmp_path, text=FACTS[: FACTS.index("  - id: none")]))
    assert told(deleted) == [("removed", "none.crane-price#1")]
    assert compared(deleted, STRICT).lines == ("1 asks of the baseline are gone: put their facts back, or give them 'status: retired'",)
    retired = compare(before, made(tmp_path, text=FACTS.replace("near-miss", "near-miss\n    status: retired")))
    assert told(retired) == []


def test_what_was_not_selected_is_not_removed(tmp_path: Path) -> None:
    found = compare(made(tmp_path), made(tmp_path, selected="fund"))
    assert (told(found), found.compared) == ([], 1)


def test_a_fact_that_was_edited_is_not_compared(tmp_path: Path) -> None:
    after = made(tmp_path, LOST, FACTS.replace("What does a crane cost?", "What does one crane cost?"))
    assert told(compare(made(tmp_path), after)) == [("regressed", "harbour.opened#2"), ("edited", "none.crane-price#1")]


def test_an_edited_fact_whose_quote_stands_nowhere_is_stale(tmp_path: Path) -> None:
    after = made(tmp_path, text=FACTS.replace("harbour of Norrvik was opened in 1987", "Norrvik began in 1987"))
    found = compare(made(tmp_path), after)
    assert told(found) == [("stale", "harbour.opened#1"), ("stale", "harbour.opened#2")]
    assert compared(found, STRICT).code == 6


def test_a_wording_put_before_others_is_new_and_they_stay_the_same_asks(tmp_path: Path) -> None:
    first = "When was the harbour of Norrvik opened?"
    assert FACTS.count(first) == 1
    before, after = made(tmp_path), made(tmp_path, LOST, FACTS.replace(f"- {first}", f"- Norrvik harbour opening\n      - {first}"))
    found = compare(before, after)
    assert (found.compared, told(found)) == (
        4,
        [("regressed", "harbour.opened#3"), ("regressed", "none.crane-price#1"), ("new", "harbour.opened#1")],
    )


def test_an_edited_ask_that_fares_worse_is_listed(tmp_path: Path) -> None:
    script = {**SCRIPT, "What does one crane cost?": answered("125", cite(FUND))}
    after = made(tmp_path, script, FACTS.replace("What does a crane cost?", "What does one crane cost?"))
    assert any("edited" in line and "none.crane-price#1" in line for line in lines(compare(made(tmp_path), after)))


def test_a_baseline_with_a_part_lost_or_an_ask_told_twice_is_refused(tmp_path: Path) -> None:
    whole = list(baseline_lines(made(tmp_path), "first"))
    for told_lines, words in ((whole[:-1], "a part of it is lost"), ([*whole, whole[-1]], "told twice")):
        (tmp_path / "baseline.jsonl").write_text("\n".join(told_lines), encoding="utf-8")
        with pytest.raises(FactError, match=words):
            read_record(tmp_path / "baseline.jsonl")


def test_a_new_fact_is_new(tmp_path: Path) -> None:
    found = compare(made(tmp_path, text=FACTS[: FACTS.index("  - id: none")]), made(tmp_path))
    assert told(found) == [("new", "none.crane-price#1")]
    assert compared(found, STRICT).code == 0


def test_runs_without_a_common_ask_are_not_comparable(tmp_path: Path) -> None:
    found = compare(made(tmp_path, selected="fund"), made(tmp_path, selected="crane"))
    assert compared(found, STRICT).code == 6


def test_evidence_that_left_a_changed_document_is_stale(tmp_path: Path) -> None:
    texts = {**TEXTS, HARBOUR: TEXTS[HARBOUR].replace("opened in 1987", "opened in 1988")}
    after = made(tmp_path, texts=texts, changed=REWRITTEN)
    found = compare(made(tmp_path), after)
    assert told(found) == [("stale", "harbour.opened#1"), ("stale", "harbour.opened#2")]
    assert found.causes == ("the text of document harbour-report-2031 changed",)
    assert compared(found, STRICT).code == 6
    assert "2 asks are stale" in compared(found, STRICT).lines[0]


def test_evidence_that_left_the_text_of_an_unchanged_file_was_lost_by_reading(tmp_path: Path) -> None:
    texts = {**TEXTS, HARBOUR: TEXTS[HARBOUR].replace("opened in 1987", "opened in ----")}
    file = {"file harbour-report-2031": "the same"}
    found = compare(made(tmp_path, changed=file), made(tmp_path, texts=texts, changed={**file, **REWRITTEN}))
    assert [(flip.kind, flip.after and flip.after.stage) for flip in found.flips] == [("regressed", "ingest")] * 2
    assert compared(found, STRICT).code == 1


def test_an_answer_that_changed_documents_may_give_now_makes_the_refusal_stale(tmp_path: Path) -> None:
    found = compare(made(tmp_path), made(tmp_path, ALL, changed=REWRITTEN))
    assert told(found) == [("stale", "none.crane-price#1")]


def test_a_known_gap_that_closed_is_told_until_its_fact_says_so(tmp_path: Path) -> None:
    gap = FACTS.replace("near-miss", "near-miss\n    status: known-gap")
    found = compare(made(tmp_path, ALL, gap), made(tmp_path, SCRIPT, gap))
    assert told(found) == [("promoted", "none.crane-price#1")]
    assert compared(found, STRICT).code == 1
    assert told(compare(made(tmp_path, ALL, gap), made(tmp_path, ALL, gap))) == []


def test_an_edited_ask_of_a_known_gap_that_is_right_is_promoted(tmp_path: Path) -> None:
    gap = FACTS.replace("near-miss", "near-miss\n    status: known-gap")
    found = compare(made(tmp_path, ALL, gap), made(tmp_path, SCRIPT, gap.replace("a crane cost", "one crane cost")))
    assert told(found) == [("promoted", "none.crane-price#1")]


def test_a_baseline_says_what_the_results_say(tmp_path: Path) -> None:
    before = made(tmp_path, LOST)
    facts = load_facts(tmp_path)
    results = list(run(ScriptedAssistant(with_passages(LOST)), select(facts, "all", "")))
    for name, text in (("results", result_lines(before, results)), ("baseline", baseline_lines(before, "first one"))):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in text), encoding="utf-8")
        assert replace(read_record(tmp_path / name), reason="") == before
    assert read_record(tmp_path / "baseline").reason == "first one"


def test_a_run_may_hold_any_character(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    script = with_passages({**SCRIPT, "And since when?": answered("In\u20281987\x85 [1]", cite(FUND))})
    results = list(run(ScriptedAssistant(script), select(load_facts(tmp_path), "all", "")))
    before = record(MADE_WITH, "", (), results)
    (tmp_path / "run.jsonl").write_text("".join(f"{line}\n" for line in result_lines(before, results)), encoding="utf-8")
    assert read_record(tmp_path / "run.jsonl") == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ":1: this is no line of a run"),
        ("{}\n", ":1: this is no line of a run"),
        ('{"format": 2}\n', "has format 2"),
        ('{"format": 1, "fingerprint": {}, "selection": "", "retired": []}\n[]\n', ":2: this is no line of a run"),
        ('{"format": 1, "fingerprint": {}, "selection": "", "retired": []}\n{"id": "a#1", "digest": ""}\n', ":2: this is no line"),
    ],
)
def test_a_damaged_record_is_told(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "run.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(FactError, match=words):
        read_record(tmp_path / "run.jsonl")


def test_causes_name_what_changed_documents_first() -> None:
    before = {"version torch": "1", "code ingest": "a", "text a": "1", "setting X": ""}
    after = {"version torch": "2", "code ingest": "b", "text b": "1", "setting X": "y"}
    assert causes(before, after) == (
        "the text of document a is gone",
        "the text of document b is new",
        "the setting X unset -> y",
        "the code of ingest changed",
        "torch 1 -> 2",
    )


def call(folder: Path, *arguments: str, script: Mapping[str, Answer] = SCRIPT, text: str = FACTS) -> int:
    facts = folder / "facts"
    facts.mkdir(exist_ok=True)
    (facts / "facts.yaml").write_text(text, encoding="utf-8")
    return main([*arguments, "--facts", str(facts)], lambda: ScriptedAssistant(with_passages(dict(script))))


def test_bless_is_what_writes_the_baseline_and_a_run_is_held_to_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    critical = FACTS.replace("split: train", "split: train\n    severity: critical")
    assert call(tmp_path, "bless", "--reason", "the first one", text=critical) == 0
    assert "Blessed 4 asks, 4 of them right" in capsys.readouterr().out
    before = (tmp_path / "baseline.jsonl").read_bytes()
    assert call(tmp_path, "run", text=critical) == 0
    worse = {**SCRIPT, "And since when?": answered("Since 1987, they say", passages=[passage(TEXTS[HARBOUR][:-1])])}
    assert call(tmp_path, "run", script=worse, text=critical) == 1
    out = capsys.readouterr().out
    assert "regressed critical harbour.opened#2  right -> partial, stage: cite" in out
    assert out.endswith("1 of 5 floors do not hold; 1 critical asks got worse than in the baseline.\n")
    assert (tmp_path / "baseline.jsonl").read_bytes() == before


def test_bless_needs_a_reason_and_a_sound_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(question: str, history: tuple[str, ...]) -> Answer:
        raise ValueError("the basin is dry")

    call(tmp_path, "lint")
    facts = ["--facts", str(tmp_path / "facts")]
    assert main(["bless", "--reason", "better", *facts], not_to_be_opened) == 1
    assert "says too little" in capsys.readouterr().err
    assert call(tmp_path, "bless", "--reason", "a good one", text=FACTS.replace("opened in 1987", "opened in 1999")) == 1
    assert "1 facts are stale" in capsys.readouterr().err
    call(tmp_path, "lint")
    assert main(["bless", "--reason", "a good one", *facts], lambda: ScriptedAssistant(broken)) == 1
    assert "4 asks ended in an error" in capsys.readouterr().err
    assert not (tmp_path / "baseline.jsonl").exists()


def test_bless_makes_a_damaged_baseline_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "baseline.jsonl").write_text('{"format": 0}\n', encoding="utf-8")
    assert call(tmp_path, "run") == 4
    assert call(tmp_path, "bless", "--reason", "the format is another") == 0
    assert "Nothing was compared with the old baseline." in capsys.readouterr().err
    assert call(tmp_path, "run") == 0


def test_bless_refuses_answers_that_differ_when_asked_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times: list[str] = []

    def unsteady(question: str, history: tuple[str, ...]) -> Answer:
        times.append(question)
        return answered(f"Answer {len(times)} [1]", cite(FUND))

    call(tmp_path, "lint")
    code = main(["bless", "--reason", "a good one", "--facts", str(tmp_path / "facts")], lambda: ScriptedAssistant(unsteady))
    assert (code, (tmp_path / "baseline.jsonl").exists()) == (1, False)
    assert "4 of 4 asks had another answer when asked again" in capsys.readouterr().err


def test_compare_of_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(tmp_path / name) for name in ("a.jsonl", "b.jsonl")]
    call(tmp_path, "run", "--results", files[0])
    call(tmp_path, "run", "--results", files[1], script=LOST)
    capsys.readouterr()
    assert main(["compare", files[0], files[0]]) == 0
    assert capsys.readouterr().out == (
        "Cause: nothing differs in documents, facts, models, settings, code and versions.\n"
        "Compared: 4 asks; no difference.\nVerdict: pass.\n"
    )
    assert main(["compare", *files]) == 0  # config.toml lets major ones pass
    assert "2 regressed" in capsys.readouterr().out
    (tmp_path / "strict.toml").write_text("[floors]\n[gate]\nmajor = 1\n", encoding="utf-8")
    assert main(["compare", *files, "--config", str(tmp_path / "strict.toml")]) == 1
    assert "Verdict: 2 major asks got worse than in the baseline (1 allowed)." in capsys.readouterr().out
    assert main(["compare", files[0], str(tmp_path / "none.jsonl")]) == 4
    assert "none.jsonl cannot be read" in capsys.readouterr().err


def test_the_first_run_of_a_fact_is_held_to_what_needs_no_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, "bless", "--reason", "the first one", text=FACTS[: FACTS.index("  - id: none")]) == 0
    gap = FACTS.replace("near-miss", "near-miss\n    status: known-gap")
    assert call(tmp_path, "run", "-k", "crane", text=gap) == 1
    assert "1 asks of known gaps are right now: take 'status: known-gap' from their facts" in capsys.readouterr().out
    new = "  - id: new.quote\n    document: {}\n    evidence: not there\n    value: {{text: not there}}\n    asks: [Where?]\n"
    assert call(tmp_path, "run", "-k", "new.quote", text=FACTS + new.format(HARBOUR)) == 6
    assert "1 asks are stale, their quotes do not stand in the documents" in capsys.readouterr().out


def test_stale_facts_are_exit_code_6_without_a_baseline_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, "run", text=FACTS.replace("opened in 1987", "opened in 1999")) == 6
    assert "NOT COMPARABLE, 1 facts are stale" in capsys.readouterr().out
