"""Copies to send: plain text, Markdown, e-mail draft, Word file. Every one keeps its citations and holds nothing internal."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import docx
import pytest

from assistant import Answer
from assistant.question import Query
from assistant.refuse import reason, refusal
from page.conversations import Turn
from page.reply import FORMS, invites, markdown_conversation
from page.texts import LANGUAGES, load_texts
from page.word_file import word_conversation
from tests.fake_assistant import BRIEFING, FACTSHEET, TITLES, FakeAssistant
from tests.hostile import HOSTILE

BUDGET, WEATHER = "What was the annual budget of the support programme?", "What is the weather in Tokyo tomorrow?"
DESK = FakeAssistant()
EN = load_texts("en")


INVITATION = "Ask a question in plain words. The library covers Harbourland."


def turn(question: str, answer: Answer, documents: tuple[str, ...] | None = None) -> Turn:
    return Turn(1, "c", "2026-01-01T00:00:00.000+00:00", question, False, documents, answer, "")


def written(form: str, question: str, language: str = "en") -> str:
    answer = DESK.ask(question)
    return FORMS[form](turn(question, answer), answer, DESK.documents, load_texts(language))


def words_of(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


@pytest.mark.parametrize("form", [*FORMS, "docx"])
def test_a_copy_holds_the_fact_the_quotes_and_the_sources_with_date_and_address(form: str) -> None:
    answer = DESK.ask(BUDGET)
    if form == "docx":
        text = words_of(word_conversation("Title", [turn(BUDGET, answer)], DESK.documents, EN))
    else:
        text = written(form, BUDGET).replace("\\", "")
    assert "EUR 16.7 million, for 2016 [1]" in text
    for citation in answer.citations:
        assert f"“{citation.quote}”" in text and f"[{citation.number}] " in text
    assert "Country factsheet Harbourland, Desk, as of 2020" in text and "www.desk.example" in text and "line 4" in text


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_of_a_refusal_says_so_and_names_what_was_looked_through(form: str) -> None:
    text = written(form, WEATHER).replace("\\", "")
    assert EN("documents_do_not_say") in text and "Preparatory Briefing on Harbourland (2017)" in text
    assert "Kobe" not in text  # what came near is no answer


def copied(form: str, asked: Turn, answer: Answer) -> str:
    """Return a copy in a form or in a Word file, without the signs that keep Markdown from reading its words."""
    if form == "docx":
        return words_of(word_conversation("Title", [asked], DESK.documents, EN))
    return FORMS[form](asked, answer, DESK.documents, EN).replace("\\", "")


@pytest.mark.parametrize("form", [*FORMS, "docx"])
@pytest.mark.parametrize(
    ("documents", "named"),
    [(None, [BRIEFING, FACTSHEET]), ((BRIEFING,), [BRIEFING]), ((BRIEFING, "gone"), [BRIEFING]), (("gone",), []), ((), [])],
)
def test_a_copy_of_a_refusal_names_only_what_was_looked_in(form: str, documents: tuple[str, ...] | None, named: list[str]) -> None:
    answer = DESK.ask(WEATHER)
    text = copied(form, turn(WEATHER, answer, documents), answer)
    assert [document for document in (BRIEFING, FACTSHEET) if TITLES[document][0] in text] == named
    assert EN("documents_do_not_say") in text and ("Looked through" in text) == bool(named)


@pytest.mark.parametrize("form", [*FORMS, "docx"])
def test_a_copy_of_how_to_ask_does_not_say_that_the_documents_do_not_say(form: str) -> None:
    answer = replace(DESK.ask(WEATHER), text=INVITATION, reason="There is no question in this message.", see_also=())
    text = copied(form, turn("Hello", answer), answer)
    assert INVITATION in text and EN("documents_do_not_say") not in text and "Looked through" not in text


@pytest.mark.parametrize(
    ("asked", "terms", "invited"),
    [
        ("Hello", (), True),
        ("Guten Morgen, wie geht es Ihnen heute?", (), True),
        ("Who pays for the zeppelin?", ("pay", "zeppelin"), False),
        ("Wer bezahlt die Zeppeline in diesem Land?", ("zeppelin",), False),
    ],
)
def test_a_refusal_gives_its_reason_and_how_to_ask_gives_none(asked: str, terms: tuple[str, ...], invited: bool) -> None:
    query = Query(asked, asked, terms, frozenset(), terms, frozenset(), frozenset(), frozenset())
    text, why = refusal(query, DESK.documents), reason(query, DESK.documents)
    assert invites(replace(DESK.ask(WEATHER), text=text, reason=why, see_also=())) == invited


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("question", [BUDGET, WEATHER])
def test_nothing_internal_is_in_a_copy(form: str, question: str) -> None:
    text = written(form, question)
    answer = DESK.ask(question)
    for internal in ("confidence", str(answer.confidence), answer.engine, "made-up", "harbour-factsheet-2020", ".txt", "0.9"):
        assert internal not in text


def test_an_email_is_a_draft_in_the_language_of_the_staff_with_the_quote_in_its_own() -> None:
    for language in LANGUAGES:
        texts = load_texts(language)
        text = written("email", BUDGET, language)
        assert text.startswith(texts("email_subject", question=BUDGET))
        assert texts("email_closing") in text and "“For 2016: EUR 16.7 million”" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_documents_is_markup_in_markdown_or_breaks_the_word_file(text: str) -> None:
    base = DESK.ask(BUDGET)
    cite = replace(base.citations[0], title=text, section=(text,), quote=text)
    answer = replace(base, text=f"{text} [1]", citations=(cite,))
    markdown = markdown_conversation(text, [turn(text, answer)], DESK.documents, EN)
    bare = markdown.replace("\\\\", "").replace("\\<", "").replace("\\[", "").replace("\\`", "").replace("\\!", "").replace("\\$", "")
    assert "<" not in bare and "](" not in bare and "`" not in bare and "![" not in bare and "$" not in bare
    assert "[1]" in words_of(word_conversation(text, [turn(text, answer)], DESK.documents, EN))


def test_a_whole_conversation_holds_every_answered_turn_and_no_waiting_one() -> None:
    turns = [turn(BUDGET, DESK.ask(BUDGET)), turn(WEATHER, DESK.ask(WEATHER)), replace(turn("Waiting?", DESK.ask(BUDGET)), answer=None)]
    for text in (
        markdown_conversation("My title", turns, DESK.documents, EN),
        words_of(word_conversation("My title", turns, DESK.documents, EN)),
    ):
        assert "My title" in text and "16.7" in text and EN("documents_do_not_say") in text.replace("\\", "")
        assert "Waiting?" not in text
        assert json.dumps(turns[0].documents) not in text
