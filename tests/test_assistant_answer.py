"""What an answer holds: the contract's keys and types, quotes that stand in the text, numbers that have a citation."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant import Answer, Assistant, Citation, shown
from assistant.language import ENGLISH, phrases
from assistant.question import MOST_QUESTIONS

QUESTIONS = (
    "What is the annual budget of the regional core business creation support programme?",
    "Is the budget of the Industrial Cluster Project public?",
    "When was the Industrial Cluster Project launched?",
    "When does the Industrial Cluster Project end?",
    "Who funds the Regional Core Business Creation Support Programme?",
    "What did RIETI find in 2015?",
    "Who benefits from the national cluster policy?",
    "What technical assistance does the Industrial Cluster Project give?",
    "How many regional projects were selected for funding in 2018?",
    "What score does Japan get for evidence of performance?",
    "How is the policy scope scored?",
    "What are the three phases of the industrial cluster policy?",
    "Why was the Knowledge Cluster Initiative evaluated every 2.5 years?",
    "Is MEXT directly involved in the Industrial Clusters policy?",
    "Which sectors does JETRO use to categorise industrial clusters?",
    "What is the life expectancy in Japan?",
    "How many people live in Japan?",
    "What was GDP growth in 2015?",
    "How large was trade in goods between the EU and Japan in 2015?",
    "What is the EU-Japan Centre for Industrial Cooperation?",
    "When was the European Business Council in Japan founded?",
    "What is Horizon 2020 used for with Japan?",
    "Which markets are attractive in the life science sector?",
    "How large was the medical devices market in 2013?",
    "What is FIRM?",
    "How many companies have joined the Forum for Innovative Regenerative Medicine?",
    "Which prefectures have energy clusters?",
    "What are the six attractive ICT markets?",
    "How fast will the IoT market grow?",
    "When will smart meters be installed everywhere?",
    "How many people work in the car industry?",
    "How many cluster organisations are there in Japan?",
    "How many clusters are in aerospace?",
    "When was Pro-Cluster KOBE established?",
    "How many medical device manufacturers operate in Fukushima?",
    "What does the Life Innovation Centre do?",
    "Where is Yokosuka Research Park?",
    "When was K-RIP created?",
    "What does ASIF do?",
    "Which EU member states took part in the RIT programme?",
    "What is the capital of Australia?",
    "How much does a train ticket to Osaka cost?",
    "Compare the national and the regional policy: who are the beneficiaries?",
    "What is JETRO? Who funds it?",
)
KEYS = {
    "question": str,
    "interpreted_as": str,
    "status": str,
    "text": str,
    "citations": list,
    "see_also": list,
    "confidence": float,
    "reason": str,
    "engine": str,
    "index": str,
    "timings_ms": dict,
}
CITATION_KEYS = {
    "number": int,
    "document": str,
    "title": str,
    "published": str,
    "section": list,
    "page": type(None),
    "lines": list,
    "start": int,
    "end": int,
    "quote": str,
}


@pytest.fixture(scope="module")
def answers(assistant: Assistant) -> dict[str, Answer]:
    return {question: assistant.ask(question) for question in QUESTIONS}


@pytest.fixture(scope="module")
def citations(answers: Mapping[str, Answer]) -> list[Citation]:
    return [citation for answer in answers.values() for citation in (*answer.citations, *answer.see_also)]


def types_of(record: Mapping[str, object]) -> dict[str, type]:
    return {key: type(value) for key, value in record.items()}


def test_an_answer_has_the_contracts_keys_and_types(answers: Mapping[str, Answer]) -> None:
    for answer in answers.values():
        record = json.loads(json.dumps(answer.to_json()))
        assert types_of(record) == KEYS
        assert all(types_of(citation) == CITATION_KEYS for citation in record["citations"] + record["see_also"])
        assert all(type(value) is float for value in record["timings_ms"].values())


def test_an_answers_values_are_in_their_range(answers: Mapping[str, Answer], assistant: Assistant) -> None:
    for question, answer in answers.items():
        assert answer.question == question
        assert answer.status in ("answered", "not_found")
        assert 0.0 <= answer.confidence <= 1.0
        assert answer.engine == "extractive"
        assert answer.index == assistant.index_id


def test_some_questions_are_answered_and_some_refused(answers: Mapping[str, Answer]) -> None:
    assert {answer.status for answer in answers.values()} == {"answered", "not_found"}


def test_an_answered_question_has_citations_and_no_reason(answers: Mapping[str, Answer]) -> None:
    answered = [answer for answer in answers.values() if answer.status == "answered"]
    assert all(answer.citations and not answer.reason and not answer.see_also for answer in answered)


def test_a_refused_question_has_a_reason_and_shows_what_is_near_but_cites_nothing(answers: Mapping[str, Answer]) -> None:
    refused = [answer for answer in answers.values() if answer.status == "not_found"]
    assert all(answer.reason and answer.text and not answer.citations and answer.see_also for answer in refused)


def test_every_quote_is_what_stands_at_its_offsets(citations: list[Citation], assistant: Assistant) -> None:
    assert len(citations) > 40
    for citation in citations:
        text = assistant.text(citation.document)
        assert 0 <= citation.start < citation.end <= len(text)
        assert shown(text[citation.start : citation.end]) == citation.quote != ""


def test_a_citations_lines_are_those_of_its_first_and_last_character(citations: list[Citation], assistant: Assistant) -> None:
    for citation in citations:
        text = assistant.text(citation.document)
        assert citation.lines == tuple(text.count("\n", 0, at) + 1 for at in (citation.start, citation.end - 1))


def test_a_citation_names_its_document_as_the_manifest_does(citations: list[Citation], assistant: Assistant) -> None:
    about = {document.id: (document.title, document.published) for document in assistant.documents}
    assert all((citation.title, citation.published) == about[citation.document] for citation in citations)


def test_citations_are_numbered_from_1_and_every_number_stands_in_the_text(answers: Mapping[str, Answer]) -> None:
    for answer in answers.values():
        numbers = [citation.number for citation in answer.citations]
        assert numbers == list(range(1, len(numbers) + 1))
        assert {int(number) for number in re.findall(r"\[(\d+)\]", answer.text)} == set(numbers)


def test_every_line_of_an_answer_ends_with_its_citations(answers: Mapping[str, Answer]) -> None:
    single = [answer for answer in answers.values() if answer.status == "answered" and "?" not in answer.question[:-1]]
    assert all(re.search(r"(\[\d+\])+$", line) for answer in single for line in answer.text.splitlines())


def test_every_number_in_an_answer_stands_in_its_citations(answers: Mapping[str, Answer]) -> None:
    for answer in answers.values():
        if answer.status == "answered" and "?" not in answer.question[:-1]:
            said = re.sub(r"\[\d+\]", "", answer.text)
            cited = " ".join(" ".join((citation.quote, *citation.section)) for citation in answer.citations)
            assert set(re.findall(r"\d+(?:[.,]\d+)*", said)) <= set(re.findall(r"\d+(?:[.,]\d+)*", cited))


def test_an_answer_is_short_unless_it_quotes_a_list(answers: Mapping[str, Answer]) -> None:
    assert not [answer.text for answer in answers.values() if len(answer.text) > 900 and answer.text.count(";") < 3]


def test_the_same_question_gets_the_same_answer(answers: Mapping[str, Answer], assistant: Assistant) -> None:
    for question in QUESTIONS[:3]:
        again, before = assistant.ask(question).to_json(), answers[question].to_json()
        assert {**again, "timings_ms": None} == {**before, "timings_ms": None}


def test_questions_from_several_threads_get_their_own_answers(answers: Mapping[str, Answer], assistant: Assistant) -> None:
    with ThreadPoolExecutor(4) as threads:
        asked = list(threads.map(assistant.ask, QUESTIONS[:4] * 2))
    assert [answer.text for answer in asked] == [answers[question].text for question in QUESTIONS[:4] * 2]


def test_an_answer_names_its_passages_with_spans_in_the_text(answers: Mapping[str, Answer], assistant: Assistant) -> None:
    for answer in answers.values():
        assert answer.passages
        for passage in answer.passages:
            assert all(0 <= start < end <= len(assistant.text(passage.document)) for start, end in passage.spans)


def test_two_questions_in_one_message_get_two_answers(answers: Mapping[str, Answer]) -> None:
    text = answers["What is JETRO? Who funds it?"].text
    assert "What is JETRO?" in text
    assert "Who funds it?" in text


def test_a_question_that_is_one_too_many_is_said_to_be_unread(assistant: Assistant) -> None:
    answer = assistant.ask("What is JETRO? " * MOST_QUESTIONS + "Who funds the RIT programme? What is METI?")
    assert answer.text.count("What is JETRO?\n") == MOST_QUESTIONS
    assert answer.text.endswith("\n\nWho funds the RIT programme?\n" + phrases(ENGLISH)("not_read", number=str(MOST_QUESTIONS)))
    assert "METI?" not in answer.text


def test_a_refusal_says_so_of_a_question_that_was_not_read(assistant: Assistant) -> None:
    answer = assistant.ask("Who won the cup? " * MOST_QUESTIONS + "Was ist die Hauptstadt von Frankreich?")
    assert answer.status == "not_found"
    said = "“Was ist die Hauptstadt von Frankreich?”: " + phrases("de")("not_read", number=str(MOST_QUESTIONS))
    assert answer.reason.endswith(said) and answer.text.endswith(said)


def test_a_follow_up_is_made_whole_from_the_question_before(assistant: Assistant) -> None:
    answer = assistant.ask("And of the regional one?", ["What is the annual budget of the national programme?"])
    assert "budget" in answer.interpreted_as
    assert "national" not in answer.interpreted_as


def test_an_unknown_document_is_a_key_error(assistant: Assistant) -> None:
    with pytest.raises(KeyError):
        assistant.text("no-such-document")
    with pytest.raises(KeyError):
        assistant.outline("no-such-document")


def test_the_scope_names_every_document_with_its_date(assistant: Assistant) -> None:
    assert all(f"{document.title} ({document.published})" in assistant.scope for document in assistant.documents)


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("What does METI stand for?", "Ministry of Economy, Trade and Industry (METI)"),
        ("what is k-rip short for", "Kyushu Recycle and Environmental Industry Plaza (K-RIP)"),
        ("Meaning of IoT?", "IoT (Internet of Things)"),
    ],
)
def test_the_meaning_of_an_abbreviation_is_quoted_from_its_definition(assistant: Assistant, question: str, meaning: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert meaning in answer.text


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("Does the national policy finance start-ups?", "Regional Core Business Creation Support Programme"),
        ("What is the annual budget of the regional cluster policy?", "Industrial Cluster Project"),
    ],
)
def test_no_cell_of_another_column_than_the_one_named_is_quoted(assistant: Assistant, question: str, column: str) -> None:
    assert all(column not in citation.section for citation in assistant.ask(question).citations)


def test_a_comparison_quotes_both_columns(assistant: Assistant) -> None:
    sections = {citation.section[-1] for citation in assistant.ask("What is the annual budget of the two cluster policies?").citations}
    assert sections == {"Industrial Cluster Project", "Regional Core Business Creation Support Programme"}
