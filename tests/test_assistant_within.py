"""A question can be asked of some documents only, and taken literally."""

from __future__ import annotations

import pytest

from assistant import Assistant

METI = "What does METI stand for?"
BRIEFING, FACTSHEET = "japan-briefing-2017", "japan-factsheet-2020"


@pytest.mark.parametrize("document", [BRIEFING, FACTSHEET])
@pytest.mark.parametrize("question", [METI, "Who funds the Industrial Cluster Project?", "What is the membership fee of K-RIP?"])
def test_nothing_outside_the_asked_documents_is_shown(assistant: Assistant, document: str, question: str) -> None:
    answer = assistant.ask(question, documents=[document])
    assert {c.document for c in (*answer.citations, *answer.see_also)} == {document}
    assert {passage.document for passage in answer.passages} == {document}


def test_a_question_that_both_answer_is_answered_from_either(assistant: Assistant) -> None:
    assert [assistant.ask(METI, documents=[document]).status for document in (BRIEFING, FACTSHEET)] == ["answered", "answered"]


def test_of_no_document_nothing_is_said(assistant: Assistant) -> None:
    answer = assistant.ask(METI, documents=[])
    assert (answer.status, answer.citations, answer.see_also) == ("not_found", (), ())


def test_literal_words_are_neither_mended_nor_completed(assistant: Assistant) -> None:
    misspelt, history = "And who fundz it?", ["What is the Industrial Cluster Project?"]
    assert assistant.ask(misspelt, history, literal=True).interpreted_as == misspelt
    assert assistant.ask(misspelt, history).interpreted_as != misspelt
