"""The marks of one answer, and the rates over many."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import Answer
from evals.facts import Ask, Evidence, Fact
from evals.locate import Span, spans_of
from evals.measure import Rate, calibration_error, summary, truthfulness
from evals.score import Result, Score, beginning, coverage, rank_of, score
from evals.tree import Place
from evals.values import Value
from tests.scripted_assistant import HARBOUR, TEXTS, TIDES, answered, cite, not_found, passage

HERE = Place("facts/a.yaml", 1)
ASK = Ask("fund#1", "What is the budget of the Dredging Fund?", "direct", (), HERE)
FUND = Fact(
    id="fund",
    document=HARBOUR,
    evidence=(Evidence(HARBOUR, "The Dredging Fund has a budget of EUR 16.7 million", "", HERE),),
    value=Value("money", ("EUR 16.7 million",)),
    asks=(ASK,),
    unanswerable="",
    near=None,
    qualifiers=(),
    severity="major",
    forbid=(),
    origin="",
    split="test",
    place=HERE,
)
WORDS = "The Dredging Fund has a budget of EUR 16.7 million a year."
OTHER = "with 125 cranes"
GREETING = replace(FUND, id="greeting", evidence=(), value=None, unanswerable="greeting")
GOOD = answered(f"EUR 16.7 million a year [1]\n\n“{WORDS}” [1]", cite(WORDS), passages=[passage(WORDS)])


def marked(answer: Answer, fact: Fact = FUND) -> Score:
    return score(fact, answer, spans_of(fact, TEXTS.__getitem__), TEXTS.__getitem__)


def test_a_right_answer() -> None:
    assert marked(GOOD) == Score("right", "", right_400=True, cited=True, rank=1, citations=1, verbatim=1, found=1.0)


@pytest.mark.parametrize("moved", [(1, 0), (0, 1), (-1, 0), (0, -1)])
def test_a_quote_off_by_one_character_is_scored_down(moved: tuple[int, int]) -> None:
    wrong = replace(cite(WORDS), start=cite(WORDS).start + moved[0], end=cite(WORDS).end + moved[1])
    found = marked(replace(GOOD, citations=(wrong,)))
    assert (found.outcome, found.stage, found.verbatim, found.citations) == ("partial", "cite", 0, 1)


def test_a_quote_with_one_character_changed_is_scored_down() -> None:
    found = marked(replace(GOOD, citations=(replace(cite(WORDS), quote=WORDS.replace("16.7", "16.8")),)))
    assert (found.outcome, found.verbatim) == ("partial", 0)


@pytest.mark.parametrize(("start", "end"), [(-5, 4), (5, 5), (0, 10**6)])
def test_offsets_outside_the_text_are_not_word_for_word(start: int, end: int) -> None:
    assert marked(replace(GOOD, citations=(replace(cite(WORDS), start=start, end=end),))).verbatim == 0


def test_a_citation_of_an_unknown_document_is_not_word_for_word() -> None:
    assert marked(replace(GOOD, citations=(replace(cite(WORDS), document="none"),))).verbatim == 0


def test_a_wrong_citation_is_partial() -> None:
    found = marked(replace(GOOD, citations=(cite(OTHER),)))
    assert (found.outcome, found.stage, found.cited, found.verbatim) == ("partial", "cite", False, 1)


def test_a_citation_at_the_same_offsets_of_another_document_does_not_count() -> None:
    assert not marked(replace(GOOD, citations=(cite("Tides at Norrvik", TIDES),))).cited


def test_see_also_is_checked_and_is_no_citation() -> None:
    found = marked(replace(GOOD, citations=(), see_also=(replace(cite(WORDS), quote="else"),)))
    assert (found.cited, found.citations, found.verbatim) == (False, 1, 0)


def test_a_value_beyond_900_characters_is_wrong_and_beyond_400_is_late() -> None:
    late = marked(replace(GOOD, text="word " * 90 + "EUR 16.7 million [1]"))
    assert (late.outcome, late.right_400) == ("right", False)
    beyond = marked(replace(GOOD, text="word " * 180 + "EUR 16.7 million [1]"))
    assert (beyond.outcome, beyond.stage) == ("wrong", "value")


def test_a_number_cut_in_two_by_the_limit_is_not_shown() -> None:
    assert beginning("x" * 898 + " 1300", 900) == "x" * 898 + " "
    assert beginning("about 16 [1] and 17 [2, 3]", 900) == "about 16 and 17"
    assert beginning("12345 67", 5) == "12345"


def test_the_number_of_a_citation_is_no_value() -> None:
    fact = replace(FUND, value=Value("number", ("1",)))
    assert marked(replace(GOOD, text="It has a budget. [1]"), fact).outcome == "wrong"


@pytest.mark.parametrize(
    ("answer", "outcome", "stage"),
    [
        (replace(GOOD, passages=()), "right", ""),
        (answered("125 cranes [1]", cite(OTHER), passages=[passage(OTHER)]), "wrong", "recall"),
        (answered("125 cranes [1]", cite(OTHER), passages=[passage(OTHER)] * 5 + [passage(WORDS)]), "wrong", "rank"),
        (answered("125 cranes [1]", cite(OTHER), passages=[passage(OTHER), passage(WORDS)]), "wrong", "select"),
        (answered("A budget [1]", cite(WORDS), passages=[passage(WORDS)]), "wrong", "value"),
        (answered("EUR 16.7 million", passages=[passage(WORDS)]), "partial", "cite"),
        (not_found(passages=[passage(WORDS)]), "refused", "refusal"),
        (not_found(passages=[passage(OTHER)]), "refused", "recall"),
        (not_found(), "refused", "refusal"),
    ],
)
def test_the_stage_is_the_first_that_failed(answer: Answer, outcome: str, stage: str) -> None:
    found = marked(answer)
    assert (found.outcome, found.stage) == (outcome, stage)


def test_an_unanswerable_ask_is_right_when_refused() -> None:
    assert marked(not_found(), GREETING).outcome == "right"
    found = marked(GOOD, GREETING)
    assert (found.outcome, found.stage) == ("wrong", "refusal")


def test_half_a_list_is_partial_and_less_is_wrong() -> None:
    fact = replace(FUND, value=Value("list", ("cranes", "pilots", "tugs", "locks")))
    assert marked(replace(GOOD, text="cranes and tugs [1]"), fact).outcome == "partial"
    assert marked(replace(GOOD, text="cranes [1]"), fact).outcome == "wrong"


def test_a_forbidden_value_makes_it_wrong() -> None:
    fact = replace(FUND, forbid=(Value("money", ("EUR 12 million",)),))
    found = marked(replace(GOOD, text="EUR 12 million, now EUR 16.7 million [1]"), fact)
    assert (found.outcome, found.contradicted) == ("wrong", True)


def test_qualifiers_are_told_apart() -> None:
    fact = replace(FUND, qualifiers=("a year",))
    assert marked(GOOD, fact).qualified is True
    lost = marked(replace(GOOD, text="EUR 16.7 million [1]"), fact)
    assert (lost.outcome, lost.qualified) == ("right", False)


@pytest.mark.parametrize(
    ("ranges", "share"),
    [
        ([], 0.0),
        ([(0, 5)], 0.0),
        ([(5, 15)], 0.5),
        ([(10, 14), (12, 16)], 0.6),
        ([(18, 30), (10, 12)], 0.4),
        ([(0, 99)], 1.0),
    ],
)
def test_coverage_counts_each_character_once(ranges: list[tuple[int, int]], share: float) -> None:
    assert coverage(Span(HARBOUR, 10, 20), ranges) == share


def test_the_rank_is_where_the_evidence_is_complete() -> None:
    start = TEXTS[HARBOUR].index(WORDS)
    evidence = [Span(HARBOUR, start, start + 50)]
    assert rank_of(evidence, [passage(OTHER), passage(WORDS)]) == 2
    assert rank_of(evidence, [passage(WORDS[:30]), passage(WORDS[20:])]) == 2
    assert rank_of(evidence, [passage(WORDS[:44])]) is None
    assert rank_of(evidence, [passage(WORDS[:45])]) == 1
    assert rank_of(evidence, [replace(passage(WORDS), document=TIDES)]) is None


def result(outcome: str, confidence: float = 0.9, fact: Fact = FUND) -> Result:
    answer = not_found() if outcome == "refused" else answered("x", confidence=confidence)
    return Result(fact, ASK, answer, Score(outcome, ""))  # type: ignore[arg-type]


def test_wilson_intervals_are_the_published_ones() -> None:
    low, high = Rate(45, 50).interval() or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.786, 0.957)
    low, high = Rate(450, 500).interval() or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.871, 0.923)
    assert Rate(0, 0).interval() is None


def test_truthfulness_weighs_a_wrong_answer_like_a_right_one() -> None:
    results = [result(outcome) for outcome in ("right", "right", "partial", "refused", "wrong")]
    assert truthfulness(results) == pytest.approx(0.3)
    assert truthfulness([]) is None


def test_calibration_error_by_hand() -> None:
    assert calibration_error([(0.8, True)] * 8 + [(0.8, False)] * 2) == pytest.approx(0.0)
    assert calibration_error([(1.0, False), (0.0, True)]) == pytest.approx(1.0)
    assert calibration_error([(0.25, False), (0.25, True), (0.95, True), (0.95, True)]) == pytest.approx(0.15)
    assert calibration_error([]) is None


def test_a_summary_counts_answerable_and_unanswerable_apart() -> None:
    found = summary([result("right"), result("refused"), result("wrong", fact=GREETING), result("right", fact=GREETING)])
    assert (found.right_900, found.answerable_refused) == (Rate(1, 2), Rate(1, 2))
    assert found.unanswerable_refused == Rate(1, 2)
    assert found.facts_right == Rate(0, 2)
