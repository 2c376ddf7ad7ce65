"""What the page shows, without a browser: nothing from outside becomes markup, quotes are marked exactly, tables are tables."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assistant import Answer, Citation, Document, Excerpt, Fragment
from page.conversations import Conversation, Turn
from page.escape import escaped, lang
from page.excerpts import around_quote, blocks_html
from page.frame import conversations_html, dialogs_html, header_html, welcome_html
from page.library import document_page, index_page, notice_page
from page.links import citation_address, read_place
from page.render import announcement, answer_turn, notice_turn, waiting_turn
from page.reply import parts_of
from page.source import Spot, linked, source_html
from page.suggest import Suggestions
from page.texts import LANGUAGES, load_texts
from tests.fake_assistant import BLOCKS, SUPPORT, Block, FakeAssistant
from tests.hostile import HOSTILE

BUDGET = "What was the annual budget of the support programme?"
WEATHER = "What is the weather in Tokyo tomorrow?"
EN = load_texts("en")
FIRST = Spot("cited", 0, 2)
OURS = set(
    "html head meta title link script body main nav article header footer section div p h1 h2 h3 h4 h5 h6 span bdi b a small "
    "button ol ul li dl dt dd mark table thead tbody tr td th form label input select option textarea fieldset legend dialog kbd "
    "details summary blockquote progress".split()
)


class Markup(HTMLParser):
    """Collects what a browser would make of the page: tags with attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def shape(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """The tags and attribute names, without any value."""
    return [(tag, tuple(sorted(attributes))) for tag, attributes in Markup(page).tags]


def in_english(page: str) -> set[str]:
    """What is marked as English: names of tags, with their classes where they have some."""
    found = [(tag, attributes) for tag, attributes in Markup(page).tags if attributes.get("lang") == "en" and tag not in ("html", "option")]
    return {f"{tag}.{attributes['class']}" if "class" in attributes else tag for tag, attributes in found}


def turn(question: str = BUDGET, answer: Answer | None = None, **changes: object) -> Turn:
    made = Turn(4, "c", "2026-01-01T00:00:00.000+00:00", question, False, None, answer, "")
    return replace(made, **changes)  # type: ignore[arg-type]


def shown_answer(answer: Answer, question: str = BUDGET) -> str:
    return answer_turn(turn(question, answer), answer, EN, FakeAssistant().documents)


class Strange(FakeAssistant):
    """A desk whose one document is made of one text in every place."""

    def __init__(self, text: str) -> None:
        kinds = ("heading", "paragraph", "item", "cell", "footnote", "caption", text)
        super().__init__([Block("d", kind, text, (text, text), (text, text), text, text) for kind in kinds], titles={"d": (text, text)})
        self.documents = (Document("d", text, text, text, text, text, text, text, text),)


def everything(text: str) -> str:
    """Render `text` in every place that is not ours."""
    desk, cite = Strange(text), replace(FakeAssistant().citation(3, 1), title=text, published=text, section=(text, text), quote=text)
    answer = Answer(text, f"{text}!", "answered", f"{text} [1]", (cite,), (cite,), 1.0, text, text, text, {})
    refused = replace(answer, status="not_found", citations=())
    whole = [Excerpt(b.kind, 1, (text,), (text,), text, text, (Fragment(text, False), Fragment(text, True))) for b in desk.blocks]
    asked = turn(text, answer, literal=True, documents=("d",))
    return (
        header_html(desk.documents, EN)
        + welcome_html([text], EN)
        + dialogs_html(desk.documents, EN)
        + conversations_html([Conversation("c", text, text, 2)], "c", EN)
        + answer_turn(asked, answer, EN, desk.documents)
        + answer_turn(asked, refused, EN, desk.documents, [text, text])
        + answer_turn(turn(text, answer), answer, EN, desk.documents)
        + waiting_turn(asked, EN, True, desk.documents)
        + notice_turn(asked, EN, text)
        + source_html(desk, cite, FIRST, EN)
        + blocks_html(whole, EN)
        + index_page(desk, Suggestions(), EN)
        + document_page(desk, desk.documents[0], read_place("0-1-00000000"), EN)
        + notice_page(text, text, EN)
    )


@pytest.mark.parametrize("text", [*HOSTILE, "lone \ud83d surrogate"], ids=range(len(HOSTILE) + 1))
def test_nothing_from_outside_becomes_markup(text: str) -> None:
    page = everything(text)
    assert shape(page) == shape(everything("harmless"))
    tags = Markup(page).tags
    assert {tag for tag, _ in tags} <= OURS
    assert not any(name.startswith("on") or name in ("style", "srcset") for _, attributes in tags for name in attributes)
    addresses = [value or "" for _, attributes in tags for name, value in attributes.items() if name in ("href", "src", "action")]
    assert all(re.match(r"/(?!/)|data:,$", address) for address in addresses)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b\ud800-\udfff\U000e0000-\U000e007f]", page)
    page.encode()


def test_there_are_two_hundred_hostile_strings() -> None:
    assert len(set(HOSTILE)) == 200


def test_ordinary_text_is_shown_unchanged() -> None:
    text = "JETRO’s “R&D” – €16,7 million, 地域中核企業, 0 < 1\nnext line"
    assert html.unescape(escaped(text)) == text


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("place", [2, 3, 5, 7, 8, 10])
def test_the_highlighted_text_is_exactly_the_quote(place: int, whole: bool) -> None:
    desk = FakeAssistant()
    citation = desk.citation(place, 1)
    page = source_html(desk, citation, FIRST, EN, whole)
    assert [html.unescape(m) for m in re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)] == [citation.quote]
    assert page.count('id="quote"') == 1


def test_a_cell_is_shown_in_a_table_with_its_row_its_column_and_the_rows_beside_it() -> None:
    desk = FakeAssistant()
    page = source_html(desk, desk.citation(3, 1), FIRST, EN)
    text = Markup(page).text
    rows = [re.sub(r"<[^>]+>", "|", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    assert [("16.7" in row, "Annual" in row) for row in rows] == [(False, False), (False, False), (True, True), (False, False)]
    assert f"<bdi>{SUPPORT}</bdi></th>" in page and '<th scope="row">' in page
    assert "as of 2020" in text and "✓ verified" in text


def test_a_row_is_shown_whole_however_far_its_cells_stand_apart() -> None:
    cells = [Excerpt("cell", 1, ("s",), (row,), column, "", (Fragment(f"{row}{column}", (row, column) == ("5", "z")),))
             for row in "123456789" for column in "xyz"]  # fmt: skip
    near = around_quote([Excerpt("paragraph", 1, (), (), "", "", (Fragment("before", False),)), *cells])
    assert [(cell.row[0], cell.column) for cell in near] == [(row, column) for row in "456" for column in "xyz"]


def test_a_passage_beside_a_table_does_not_drag_in_half_of_it() -> None:
    paragraph = Excerpt("paragraph", 1, (), (), "", "", (Fragment("quoted", True),))
    cells = [Excerpt("cell", 1, ("s",), ("r",), column, "", (Fragment(column, False),)) for column in "abcdef"]
    assert around_quote([*cells, paragraph, *cells]) == (paragraph,)


def test_items_make_a_list_and_a_footnote_names_its_number() -> None:
    desk = FakeAssistant()
    page = source_html(desk, desk.citation(8, 1), FIRST, EN)
    assert page.count("<ul") == 1 and page.count("<li") == 2
    assert "Footnote 58 METI" in Markup(source_html(desk, desk.citation(10, 1), FIRST, EN)).text


def test_a_quote_that_no_longer_stands_is_shown_as_such_and_not_as_verified() -> None:
    desk = FakeAssistant()
    citation = replace(desk.citation(3, 1), quote="For 2016: EUR 99 million")
    page = source_html(desk, citation, FIRST, EN)
    assert EN("changed") in html.unescape(page) and "EUR 99 million" in page
    assert "<mark" not in page and EN("verified_more") not in page


def test_the_first_and_the_last_source_have_nowhere_further_to_go() -> None:
    desk = FakeAssistant()
    citation = desk.citation(3, 1)
    ends = [re.findall(r'class="walk-\w+"[^>]*?( disabled)?>', source_html(desk, citation, Spot("cited", n, 3), EN)) for n in range(3)]
    assert ends == [[" disabled", ""], ["", ""], ["", " disabled"]]


def test_numbers_of_citations_are_links_and_other_brackets_are_text() -> None:
    answer = replace(FakeAssistant().ask(BUDGET), text="One [1], both [1, 2], none [3], [1, 9] and [x].")
    text = re.search(r'<div class="text">(.*?)</div>', shown_answer(answer))
    assert text
    assert re.findall(r'data-source="([^"]+)"', text[1]) == ["4-cited-0", "4-cited-0", "4-cited-1"]
    assert "none [3], [1, 9] and [x]." in text[1]
    assert Markup(text[1]).text.startswith("One\u00a0[1], both\u00a0[1][2]")  # selected and copied, the numbers are there


def test_a_permanent_link_points_at_its_quote_and_at_nothing_else() -> None:
    desk = FakeAssistant()
    citation = desk.citation(7, 2, "yearly programme")
    place = read_place(citation_address(citation).split("quote=")[1].removesuffix("#quote"))
    document = next(d for d in desk.documents if d.id == citation.document)
    assert place
    found = linked(desk, document, place)
    assert found and (found.quote, found.section, found.lines) == ("yearly programme", citation.section, citation.lines)
    assert '<mark id="quote">yearly programme</mark>' in document_page(desk, document, place, EN)
    for other in (place._replace(start=place.start + 1), place._replace(end=10**8), place._replace(start=place.end)):
        page = document_page(desk, document, other, EN)
        assert linked(desk, document, other) is None and "<mark" not in page and EN("link_changed") in page


@pytest.mark.parametrize("text", ["", "1-2", "1-2-zz345678", "-1-2-12345678", "1-2-12345678x", "1-99999999999-12345678"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert read_place(text) is None


def test_several_questions_are_answered_under_their_own_headings() -> None:
    message = "Hello! What is the budget? Who applies? Thanks."
    text = "What is the budget?\nEUR 16.7 million [1]\n\nWho applies?\nCompanies [2]\nand clusters [2]"
    answer = replace(FakeAssistant().ask(BUDGET), question=message, interpreted_as="What is the budget? Who applies?", text=text)
    assert [part.heading for part in parts_of(answer)] == ["What is the budget?", "Who applies?"]
    page = shown_answer(answer, message)
    assert re.findall(r'<h3 class="asked" dir="auto">(.*?)</h3>', page) == ["What is the budget?", "Who applies?"]
    assert EN("read_as") not in page


def test_what_was_not_asked_is_no_heading() -> None:
    answer = replace(FakeAssistant().ask(BUDGET), text="One.\n[1]\n\nTwo.\n[2]")
    assert [part.heading for part in parts_of(answer)] == [""]


def test_a_list_is_shown_as_a_list() -> None:
    page = shown_answer(replace(FakeAssistant().ask(BUDGET), text="Three phases:\n- launch [1]\n- growth [2]\n\nThat is all."))
    assert page.count('<li dir="auto">') == 2
    assert '<p dir="auto">That is all.</p>' in page


def test_a_refusal_gives_its_reason_its_scope_what_comes_near_and_what_can_be_done() -> None:
    desk = FakeAssistant()
    answer = desk.ask(WEATHER)
    page = answer_turn(turn(WEATHER, answer), answer, EN, desk.documents, ["Who applies?"])
    text = Markup(page).text
    for said in (EN("refused"), answer.reason, "The library covers Harbourland", EN("see_also"), "Who applies?", EN("report_gap")):
        assert said in text
    assert 'class="turn refusal"' in page


def test_a_message_without_a_question_is_told_how_to_ask_and_reports_no_gap() -> None:
    desk = FakeAssistant()
    how = "Ask a question in plain words. The library covers Harbourland."
    answer = replace(desk.ask(WEATHER), text=how, reason="There is no question in this message.", see_also=())
    page = answer_turn(turn("Hello", answer), answer, EN, desk.documents)
    text = Markup(page).text
    assert how in text and announcement(answer, EN) == how
    for said in (EN("refused"), EN("documents_do_not_say"), EN("report_gap"), answer.reason):
        assert said not in text


@pytest.mark.parametrize(("language", "marked"), [("en", False), ("de", True)])
def test_the_words_of_a_document_in_another_language_than_the_pages_are_marked_as_such(language: str, marked: bool) -> None:
    desk, texts = FakeAssistant(), load_texts(language)
    answer = desk.ask(WEATHER)
    refusal = answer_turn(turn(WEATHER, answer), answer, texts, desk.documents)
    sources = "".join(source_html(desk, desk.citation(place, 1), FIRST, texts, True) for place in (3, 8))
    changed = source_html(desk, replace(desk.citation(3, 1), quote="other words"), FIRST, texts)
    document = document_page(desk, desk.documents[0], None, texts)
    index, filters = index_page(desk, Suggestions(), texts), dialogs_html(desk.documents, texts)
    places = [
        (refusal, ("bdi", "span.quote", "span.section")),
        (sources, ("h2", "p.section", "p.block paragraph", "ul.block items", "table", "p.block footnote", "p.block caption")),
        (changed, ("blockquote",)),
        (document, ("h1", "h3.block heading", "table")),
        (index, ("h2", "a")),
        (filters, ("span",)),
    ]
    for page, wanted in places:
        assert set(wanted) <= in_english(page) if marked else not in_english(page)
    ours = re.findall(r'<span class="(?:tag|unseen)"( lang="de")?>', sources)
    assert ours and all(bool(own) == marked for own in ours)


@pytest.mark.parametrize(
    ("languages", "own"), [(("en", "en"), ' lang="en"'), (("de", "de"), ""), (("en", "fr"), ""), (("en", "unknown"), ""), (("", ""), "")]
)
def test_the_text_of_an_answer_has_the_language_of_its_documents_where_they_agree(languages: tuple[str, str], own: str) -> None:
    desk = FakeAssistant()
    answer = desk.ask(BUDGET)
    assert len({citation.document for citation in answer.citations}) == 2
    documents = [replace(document, language=language) for document, language in zip(desk.documents, languages, strict=True)]
    page = answer_turn(turn(BUDGET, answer), answer, load_texts("de"), documents)
    assert re.findall(r'<div class="part"(.*?)>', page) == [own]
    ours = re.findall(r'<a class="cite"[^>]*?( lang="de")?>', page)  # their names are the page's words
    assert len(ours) == 2 and all(bool(mark) == bool(own) for mark in ours)


def test_each_question_of_a_message_is_answered_in_the_language_of_its_own_documents_and_refused_in_none() -> None:
    desk, message = FakeAssistant(), "What is the budget? Who applies? Wer zahlt?"
    text = "What is the budget?\nEUR 16.7 million [1]\n\nWho applies?\nLes entreprises [2]\n\nWer zahlt?\nDas steht nicht da."
    answer = replace(desk.ask(BUDGET), question=message, interpreted_as=message, text=text)
    documents = [replace(document, language=language) for document, language in zip(desk.documents, ("en", "fr"), strict=True)]
    page = answer_turn(turn(message, answer), answer, load_texts("es"), documents)
    assert re.findall(r'<div class="part"(.*?)>', page) == [' lang="en"', ' lang="fr"', ""]
    assert page.count('<h3 class="asked" dir="auto">') == 3  # a question is in the language of whoever asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shortcuts_of_a_single_key_can_be_switched_off_where_they_are_listed(language: str) -> None:
    texts = load_texts(language)
    listed = re.findall(r'<dialog id="shortcuts".*?</dialog>', dialogs_html(FakeAssistant().documents, texts), re.DOTALL)
    setting = re.findall(r'<label><input type="checkbox" class="single-keys" checked> (.*?)</label>', listed[0])
    assert [html.unescape(words) for words in setting] == [texts("single_keys")]


@pytest.mark.parametrize("language", ["unknown", "de", "", "Deutsch", 'en" onclick="x'])
def test_a_language_that_is_not_known_or_is_the_pages_is_not_named(language: str) -> None:
    assert lang(language, "de") == ""


def test_the_reading_of_a_question_is_shown_only_when_it_differs() -> None:
    answer = FakeAssistant().ask(BUDGET)
    assert EN("read_as") not in shown_answer(answer)
    mended = replace(answer, interpreted_as="other")
    assert f"{EN('read_as')} <bdi>other</bdi>" in shown_answer(mended) and 'class="link literal"' in shown_answer(mended)
    literal = answer_turn(turn(BUDGET, mended, literal=True), mended, EN, ())
    assert 'class="link literal"' not in literal and EN("taken_literally") in literal


def test_only_a_quote_that_stands_is_marked_as_verified() -> None:
    desk = FakeAssistant()
    answer = desk.ask(BUDGET)
    page = answer_turn(turn(BUDGET, answer), answer, EN, desk.documents, (), answer.citations[:1])
    assert len(answer.citations) == 2 and page.count('class="verified"') == 1


def test_a_filter_is_told_with_the_answer() -> None:
    desk = FakeAssistant()
    answer = desk.ask(BUDGET)
    page = answer_turn(turn(BUDGET, answer, documents=(desk.documents[0].id,)), answer, EN, desk.documents)
    assert f"Only in: {desk.documents[0].title}" in Markup(page).text


def test_the_index_lists_every_document_with_its_date_sections_and_facts() -> None:
    desk = FakeAssistant()
    page = index_page(desk, Suggestions((), {BLOCKS[-1].document: 7}), EN)
    text = Markup(page).text
    for title, published in desk.titles.values():
        assert f"{title}as of {published} · 1 section" in text
    assert text.count("7 known facts protect it") == 1
    assert "#heading-1" in page


def test_every_citation_is_openable_without_a_script() -> None:
    cites: list[Citation] = list(FakeAssistant().ask(BUDGET).citations)
    page = html.unescape(shown_answer(FakeAssistant().ask(BUDGET)))
    assert all(f'href="{citation_address(citation)}"' in page for citation in cites)
