"""Questions that the library answers: found while typing, offered after a refusal, made from the known facts."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assistant import load_documents
from evals import suggest
from evals.facts import load_facts
from evals.score import Result, Score
from page.suggest import Suggestions, SuggestionsError
from tests.libraries import CORPUS, ROOT

KNOWN = Suggestions(
    (
        ("Who funds the harbour programme?", "a"),
        ("When was the harbour of Norrvik opened?", "a"),
        ("How deep is the harbour of Norrvik?", "b"),
        ("Which towns pay for dredging?", "b"),
    ),
    {"a": 3, "b": 2},
)


def test_what_is_typed_finds_the_questions_that_hold_its_words_the_last_one_unfinished() -> None:
    assert KNOWN.matching("norrvik har") == ("How deep is the harbour of Norrvik?", "When was the harbour of Norrvik opened?")
    assert KNOWN.matching("NORRVIK open") == ("When was the harbour of Norrvik opened?",)
    assert KNOWN.matching("x") == KNOWN.matching("") == KNOWN.matching("zebra stripes") == ()


def test_suggestions_keep_to_the_chosen_documents() -> None:
    assert KNOWN.matching("harbour", ["b"]) == ("How deep is the harbour of Norrvik?",)
    assert KNOWN.related("What about Norrvik?", ["a"]) == ("When was the harbour of Norrvik opened?",)


def test_after_a_refusal_related_questions_are_offered_and_unrelated_ones_are_not() -> None:
    assert KNOWN.related("Who pays for dredging in Southport?")[0] == "Which towns pay for dredging?"
    assert KNOWN.related("What is the weather?") == ()


def test_a_library_without_the_file_suggests_nothing(tmp_path: Path) -> None:
    assert Suggestions.load(tmp_path) == Suggestions()


@pytest.mark.parametrize("text", ["document = 1", "[[document]]\nid = 'a'", "not toml", "[[document]]\nid='a'\nfacts='x'\nquestions=[]"])
def test_a_broken_file_names_itself_and_the_command_that_makes_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "questions.toml").write_text(text)
    with pytest.raises(SuggestionsError, match=r"questions\.toml cannot be read.*python -m evals suggest"):
        Suggestions.load(tmp_path)


def test_the_library_suggests_only_wordings_of_its_known_facts() -> None:
    known = Suggestions.load(CORPUS)
    facts = load_facts(ROOT / "evals" / "facts")
    asks = {(ask.question, fact.document) for fact in facts if not fact.unanswerable for ask in fact.asks}
    assert known.questions and set(known.questions) <= asks
    assert set(known.facts or {}) == {document.id for document in load_documents(CORPUS)}


def test_the_file_holds_what_was_answered_right_and_counts_the_facts() -> None:
    facts = load_facts(ROOT / "evals" / "facts")[:30]
    cases = suggest.candidates(facts)
    results = [Result(fact, ask, None, Score("right", "", right_400=place % 2 == 0, cited=True)) for place, (fact, ask) in enumerate(cases)]
    entries = tomllib.loads("\n".join(suggest.lines(facts, results)))["document"]
    assert sum(entry["facts"] for entry in entries) == sum(not fact.unanswerable for fact in facts)
    assert {q for entry in entries for q in entry["questions"]} == {ask.question for _, ask in cases[::2]}
