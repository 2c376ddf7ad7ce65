"""The small rules that read a question, each as a table."""

from __future__ import annotations

import pytest

from assistant.follow_up import carried_words, points_back
from assistant.question import LONGEST_QUESTION, split_message, understand, with_sentence_before
from assistant.retrieve import fuse
from assistant.spelling import Vocabulary, mend, plain_terms, spell_out
from assistant.wanted import gives, kinds_wanted
from ingest.words import terms

VOCABULARY = Vocabulary.of(
    [
        "Yokosuka Yokosuka Yosuka",
        "the cluster programme's budget",
        "clusters, clusters and programmes",
        "a fund; an evaluation in Kobe",
        "with all, with which",
    ]
)
ENGLISH = frozenset({"train", "bucket", "house"})


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("What is the fund?", ["What is the fund?"]),
        ("What is the fund? Who pays for it?", ["What is the fund?", "Who pays for it?"]),
        ("Hello! What is the fund? Thanks a lot", ["What is the fund?"]),
        ("Dear desk,\nwhat is the fund?\nKind regards", ["what is the fund?"]),
        ("We met a company. They make robots. Which cluster fits?", ["Which cluster fits?"]),
        ("We read about the Harbour Fund. Who pays for it?", ["We read about the Harbour Fund. Who pays for it?"]),
        ("Hello, we wonder who pays for dredging. Could you tell us?", ["we wonder who pays for dredging. Could you tell us?"]),
        (
            "We look for the depth of the quays. Could you please help us with this?",
            ["We look for the depth of the quays. Could you please help us with this?"],
        ),
        (
            "We look for the fees of Northport and Southport. What can I write for each?",
            ["We look for the fees of Northport and Southport. What can I write for each?"],
        ),
        ("We look for the quays. Can you help the towns with dredging?", ["Can you help the towns with dredging?"]),
        ("tell me the budget", ["tell me the budget"]),
        ("What is the fund? Who pays? List the four sectors.", ["What is the fund?", "Who pays?", "List the four sectors."]),
        ("What is the fund? List prices are attached.", ["What is the fund?"]),
        ("budget harbour fund", ["budget harbour fund"]),
        ("", []),
        (" \n ", []),
        ("Hello!", []),
        ("Good morning, how are you today?", []),
        ("thank you", []),
    ],
)
def test_a_message_is_split_into_its_questions(message: str, questions: list[str]) -> None:
    assert split_message(message) == questions


def test_a_message_is_read_up_to_its_limits() -> None:
    assert len(split_message("a" * 10_000)[0]) == LONGEST_QUESTION


@pytest.mark.parametrize(
    ("message", "question", "longer"),
    [
        ("Hello, we dredge harbours. Who pays?", "Who pays?", "we dredge harbours. Who pays?"),
        ("Who pays?", "Who pays?", None),
        ("Who dredges? Who pays?", "Who pays?", None),
        ("We dredge harbours. Which ministry pays for the quays of Northport?", "Which ministry pays for the quays of Northport?", None),
        ("We dredge harbours. Who pays?", "Who else?", None),
    ],
)
def test_a_question_that_says_little_is_found_with_the_sentence_before_it(message: str, question: str, longer: str | None) -> None:
    assert with_sentence_before(message, question) == longer


@pytest.mark.parametrize(
    ("question", "history", "words"),
    [
        ("What is the budget of the harbour fund?", ["Who runs the tide office?"], ""),
        ("And the regional one?", ["What is the budget of the national programme?"], "budget programme"),
        ("And in 2016?", ["What was the budget in 2015?"], "budget"),
        ("Who funds it?", ["When was the harbour project launched?"], "harbour project launched"),
        ("What about exports?", ["How large are imports from the islands?"], "large islands"),
        ("Who funds it?", [], ""),
        ("And when?", ["Tell me of the harbour.", "Who built it?"], "harbour built"),
    ],
)
def test_a_follow_up_carries_the_words_it_leans_on(question: str, history: list[str], words: str) -> None:
    assert carried_words(question, history) == words


@pytest.mark.parametrize("question", ["What is JETRO?", "What is the Harbour Fund?", "When was RIETI founded?"])
def test_a_short_question_that_names_its_subject_carries_nothing(question: str) -> None:
    assert carried_words(question, ["Who runs the tide office of Northport?"]) == ""


@pytest.mark.parametrize(("question", "points"), [("Who funds it?", True), ("And those?", True), ("Who funds the harbour?", False)])
def test_a_question_points_back_by_a_word_that_stands_for_another(question: str, points: bool) -> None:
    assert points_back(question) is points


@pytest.mark.parametrize(
    ("question", "mended"),
    [
        ("wich harbour", "which harbour"),
        ("Yokosukka", "Yokosuka"),
        ("yokosuka", "yokosuka"),
        ("the budgte", "the budget"),
        ("BUDGTE", "Budget"),
        ("evalaution of clutsers", "evaluation of clusters"),
        ("funding", "funding"),
        ("bucket", "bucket"),
        ("kob", "kob"),
        ("xylophone", "xylophone"),
        ("16.7 in 2016", "16.7 in 2016"),
        ("", ""),
    ],
)
def test_a_misspelt_word_becomes_the_librarys(question: str, mended: str) -> None:
    assert mend(question, VOCABULARY, ENGLISH.__contains__) == mended


def test_a_word_is_known_in_another_ending() -> None:
    assert VOCABULARY.has("funds")
    assert VOCABULARY.has("evaluations")
    assert not VOCABULARY.has("zeppelin")


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("the HF", "the HF Harbour Fund"),
        ("the harbour fund", "the harbour fund HF"),
        ("the Harbour Fund (HF)", "the Harbour Fund (HF)"),
        ("half", "half"),
    ],
)
def test_an_abbreviation_is_spelt_out_both_ways(text: str, spelt: str) -> None:
    assert spell_out(text, {"HF": "Harbour Fund"}) == spelt


@pytest.mark.parametrize(
    ("text", "spelt"), [("which firm runs it", "which firm runs it"), ("who runs FIRM", "who runs FIRM Forum for Innovative Medicine")]
)
def test_an_abbreviation_that_is_a_word_too_is_spelt_out_only_as_it_is_defined(text: str, spelt: str) -> None:
    assert spell_out(text, {"FIRM": "Forum for Innovative Medicine"}, ordinary={"FIRM"}) == spelt


def test_words_in_small_letters_are_plain_but_no_part_of_an_address() -> None:
    assert plain_terms(["Firms of FIRM, see www.meti.go.jp; many firms"]) == frozenset(terms("see many firms of"))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What does HF stand for?", "HF"),
        ("what is hf short for", "HF"),
        ("What is the meaning of the acronym HF?", "HF"),
        ("full name of “HF”, please", "HF"),
        ("HF meaning", "HF"),
        ("What does FIRM mean?", "FIRM"),
        ("What does firm mean?", ""),
        ("What is HF?", ""),
        ("What is the full name of the woman who heads HF?", ""),
        ("What is the meaning of harbour for HF?", ""),
        ("What does HF mean by dues?", ""),
    ],
)
def test_the_abbreviation_whose_meaning_is_asked(question: str, asked: str) -> None:
    known = {"HF": "Harbour Fund", "FIRM": "Forum for Innovative Medicine"}
    assert understand(question, [], VOCABULARY, known, ENGLISH.__contains__, {"FIRM"}).abbreviation == asked


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How many clusters are there?", {"number"}),
        ("What is the budget?", {"money", "definition"}),
        ("When did it start?", {"date"}),
        ("Who funds it?", {"name"}),
        ("Why was it founded?", {"reason"}),
        ("Is it public?", {"yes-no"}),
        ("Name all members", {"list"}),
        ("harbour fund", {"other"}),
        ("", {"other"}),
    ],
)
def test_a_wording_tells_the_kind_of_answer(question: str, kinds: set[str]) -> None:
    assert kinds_wanted(question) == kinds


def test_a_text_gives_a_number_or_not() -> None:
    assert gives("28 clusters", frozenset({"number"})) is True
    assert gives("many clusters", frozenset({"number"})) is False
    assert gives("28 clusters", frozenset({"other"})) is None


@pytest.mark.parametrize(
    ("rankings", "order"),
    [([], []), ([[]], []), ([[3, 1]], [3, 1]), ([[1, 2], [2, 1]], [1, 2]), ([[1, 2, 3], [3], [3]], [3, 1, 2])],
)
def test_rankings_are_fused_by_their_ranks(rankings: list[list[int]], order: list[int]) -> None:
    assert [number for number, _ in fuse(rankings)] == order


def test_a_fused_score_is_the_sum_of_reciprocal_ranks() -> None:
    assert fuse([[7], [8, 7]]) == [(7, 1 / 61 + 1 / 62), (8, 1 / 61)]


def test_a_question_is_understood_with_its_names_years_and_unknown_words() -> None:
    query = understand("Did the Zeppelin Budget of 2016 grow?", [], VOCABULARY, {}, ENGLISH.__contains__)
    assert query.names == {"zeppelin", "budget"}
    assert query.years == {"2016"}
    assert "Zeppelin" in query.unknown
    assert query.carried == frozenset()
