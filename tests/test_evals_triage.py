"""From recorded feedback to a known fact, with a curator who types what the test says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, AssistantError
from evals.clock import Clock
from evals.document_commands import triage_feedback
from evals.facts import Fact, load_facts
from evals.feedback import read_feedback
from evals.floors import Config
from evals.options import parse
from evals.session import Outcome, Session
from evals.tree import FactError
from tests.libraries import settings_for
from tests.scripted_assistant import HARBOUR, TEXTS, ScriptedAssistant, answered, cite, passage
from tests.test_evals_main import FACTS

FUND = "EUR 16.7 million a year"
QUESTION = "How much money has the Dredging Fund?"
SCRIPT = {QUESTION: answered("125 cranes [1]", cite("with 125 cranes"), passages=[passage(TEXTS[HARBOUR][:-1])])}


def entry(**changed: object) -> dict[str, Any]:
    answer = {"text": "125 cranes [1]", "citations": [{"document": HARBOUR, "quote": "with 125 cranes"}]}
    row = {"id": "ab12", "time": "2031-03-20T09:00:00+00:00", "question": QUESTION, "history": [], "reason": "wrong answer"}
    return {**row, "expected": "16.7 million", "answer": answer, "index": "scripted", **changed}


class Curator:
    """Types one line after the other; a callable looks at what is shown first."""

    def __init__(self, *typed: str) -> None:
        self._typed = list(typed)
        self.shown: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.shown.append(prompt)
        if not self._typed:
            raise EOFError
        line = self._typed.pop(0)
        if not line.startswith("pick "):
            return line
        wanted = line.removeprefix("pick ")
        return next(row.split()[0] for row in prompt.splitlines() if wanted in row and row.split()[:1] and row.split()[0].isdigit())


def session(folder: Path, script: Mapping[str, Answer], *rows: dict[str, Any]) -> Session:
    facts = folder / "facts"
    facts.mkdir(exist_ok=True)
    (facts / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "feedback.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    options = parse(["triage", "--facts", str(facts)])
    settings = settings_for(folder, folder)
    return Session(options, settings, Config((), {}), load_facts(facts), lambda: ScriptedAssistant(script), Clock())


def triaged(folder: Path, curator: Curator, *rows: dict[str, Any], script: Mapping[str, Answer] = SCRIPT) -> Outcome:
    return triage_feedback(session(folder, script, *(rows or (entry(),))), curator)


def written(folder: Path) -> Fact:
    return next(fact for fact in load_facts(folder / "facts") if fact.origin)


def test_the_sentence_that_is_picked_becomes_a_fact(tmp_path: Path) -> None:
    curator = Curator("pick Dredging Fund has", "number", "money: EUR 99", "money: EUR 16.7 million")
    outcome = triaged(tmp_path, curator)
    assert "expected: 16.7 million" in curator.shown[0]
    assert "'number' needs at least one" in curator.shown[2]
    assert "The sentence does not show EUR 99." in curator.shown[3]
    fact = written(tmp_path)
    assert (fact.id, fact.origin, fact.status) == ("feedback.ab12", "feedback:ab12", "known-gap")
    assert fact.evidence[0].quote == "The Dredging Fund has a budget of EUR 16.7 million a year."
    assert fact.asks[0].question == QUESTION
    assert outcome.lines[-1] == "1 entries, 0 of them done before; 1 facts written."


def test_what_is_right_by_now_is_no_known_gap(tmp_path: Path) -> None:
    right = {QUESTION: answered(f"{FUND} [1]", cite(FUND), passages=[passage(TEXTS[HARBOUR][:-1])])}
    triaged(tmp_path, Curator("pick Dredging Fund has", "money: EUR 16.7 million"), script=right)
    assert written(tmp_path).status == "active"


def test_what_the_documents_do_not_say_names_the_tempting_quote(tmp_path: Path) -> None:
    triaged(tmp_path, Curator("n"))
    fact = written(tmp_path)
    assert fact.unanswerable == "near-miss"
    assert fact.near is not None and fact.near.quote == "with 125 cranes"


def test_a_follow_up_keeps_its_history(tmp_path: Path) -> None:
    triaged(tmp_path, Curator("n"), entry(history=["Is there a fund?"]))
    (ask,) = written(tmp_path).asks
    assert (ask.style, ask.history) == ("follow-up", ("Is there a fund?",))


def test_documents_can_be_searched(tmp_path: Path) -> None:
    curator = Curator("/tides Norrvik reach", "pick Tides at Norrvik", "number: 2.5")
    triaged(tmp_path, curator)
    assert written(tmp_path).document == "tides-factsheet-2033"


@pytest.mark.parametrize("typed", [(), ("q",), ("s",), ("99", "q")])
def test_nothing_is_written_unless_someone_picks(tmp_path: Path, typed: tuple[str, ...]) -> None:
    triaged(tmp_path, Curator(*typed))
    assert [path.name for path in (tmp_path / "facts").iterdir()] == ["facts.yaml"]


def test_what_is_dismissed_or_written_is_not_asked_again(tmp_path: Path) -> None:
    triaged(tmp_path, Curator("d", "n"), entry(), entry(id="cd34"))
    again = Curator()
    assert triaged(tmp_path, again, entry(), entry(id="cd34")).lines[-1] == "2 entries, 2 of them done before; 0 facts written."
    assert again.shown == []


def test_a_question_that_is_nearly_an_ask_is_told(tmp_path: Path) -> None:
    curator = Curator("s")
    triaged(tmp_path, curator, entry(question="What's the budget of the Dredging Fund?"))
    assert "nearly the ask harbour.fund#1 in facts/facts.yaml" in curator.shown[0]


def test_a_line_that_is_no_feedback_is_told_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    lines = [
        "{",
        "[]",
        json.dumps(entry(reason="dull")),
        json.dumps(entry(history=[1])),
        json.dumps(entry(answer=None)),
        json.dumps(entry()),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    entries, faults = read_feedback(path)
    assert [one.id for one in entries] == ["ab12"]
    assert [fault.split(":")[1] for fault in faults] == ["1", "2", "3", "4", "5"]


def test_without_feedback_the_message_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(FactError, match="the chat page writes it"):
        read_feedback(tmp_path / "feedback.jsonl")


BY_HAND = """\
facts:
  - id: crane.number
    document: harbour-report-2031
    evidence: with 125 cranes
    value: {number: 125}
    asks: [How many cranes are there?]"""
AT_THE_MARGIN = "\n".join(line.removeprefix("  ") for line in BY_HAND.splitlines())


@pytest.mark.parametrize("ending", ["", "\n", "\n\n# more to come", "\r\n"])
@pytest.mark.parametrize("before", [BY_HAND, AT_THE_MARGIN, "# - the first\n" + BY_HAND, BY_HAND.replace("  - id", "  -\n    id")])
def test_a_fact_joins_the_list_however_it_was_written(tmp_path: Path, before: str, ending: str) -> None:
    (tmp_path / "facts").mkdir()
    path = tmp_path / "facts" / "from-feedback.yaml"
    path.write_bytes((before + ending).encode())
    triaged(tmp_path, Curator("n", "pick Dredging Fund has", "money: EUR 16.7 million"), entry(), entry(id="cd34"))
    assert path.read_bytes().startswith((before + ending).encode())
    assert [fact.id for fact in load_facts(tmp_path / "facts")][-3:] == ["crane.number", "feedback.ab12", "feedback.cd34"]
    assert sorted(file.name for file in path.parent.iterdir()) == ["facts.yaml", "from-feedback.yaml"]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("facts: []\n", "facts/from-feedback.yaml:2: this is not YAML"),
        (BY_HAND.replace("crane.number", "feedback.ab12"), "the id feedback.ab12 is already used in facts/from-feedback.yaml:2"),
    ],
)
def test_a_fact_that_would_break_the_file_is_not_written(tmp_path: Path, before: str, words: str) -> None:
    (tmp_path / "facts").mkdir()
    path = tmp_path / "facts" / "from-feedback.yaml"
    path.write_text(before, encoding="utf-8")
    with pytest.raises(FactError, match="The fact was not written") as caught:
        triaged(tmp_path, Curator("n"))
    assert words in str(caught.value)
    assert path.read_text(encoding="utf-8") == before


def interrupted(prompt: str) -> str:
    raise KeyboardInterrupt


def broken(prompt: str) -> str:
    raise AssistantError("The index was taken away.")


@pytest.mark.parametrize("last", [broken, interrupted])
def test_what_was_written_is_told_whatever_ends_the_session(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], last: Callable[[str], str]
) -> None:
    typed: Iterator[Callable[[str], str]] = iter([lambda prompt: "n", last])
    with pytest.raises((AssistantError, KeyboardInterrupt)):
        triage_feedback(session(tmp_path, SCRIPT, entry(), entry(id="cd34")), lambda prompt: next(typed)(prompt))
    told = capsys.readouterr().out
    assert told.startswith(f"Wrote feedback.ab12 to {tmp_path / 'facts' / 'from-feedback.yaml'}")
    assert told.count("Wrote") == 1


def test_what_was_written_is_told_at_the_end_of_input_and_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = triaged(tmp_path, Curator("n"), entry(), entry(id="cd34"))
    assert [*capsys.readouterr().out.splitlines(), *outcome.lines] == [
        f"Wrote feedback.ab12 to {tmp_path / 'facts' / 'from-feedback.yaml'}, as a known gap. "
        "Read it, make its id a telling one, and commit it.",
        "2 entries, 0 of them done before; 1 facts written.",
    ]


def test_a_sign_that_only_looks_like_a_number_is_asked_again(tmp_path: Path) -> None:
    curator = Curator("²", "q")
    triaged(tmp_path, curator)
    assert len(curator.shown) == 2


def test_a_text_may_hold_any_character(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text(json.dumps(entry(expected="16.7\u2028million\x85"), ensure_ascii=False) + "\n", encoding="utf-8")
    entries, faults = read_feedback(path)
    assert ([one.expected for one in entries], faults) == (["16.7\u2028million\x85"], ())


def test_a_retired_ask_is_no_place_for_another_wording(tmp_path: Path) -> None:
    curator = Curator("s")
    made = session(tmp_path, SCRIPT, entry(question="What's the budget of the Dredging Fund?"))
    retired = replace(made, facts=tuple(replace(fact, status="retired") for fact in made.facts))
    triage_feedback(retired, curator)
    assert "nearly the ask" not in curator.shown[0]
