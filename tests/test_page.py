"""The page without a browser: what it renders, how it waits for the assistant, which headers it sends."""

from __future__ import annotations

import html
import re
import socket
import threading
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant import Answer, AssistantError, Citation, Excerpt, Fragment
from page import PageError, words
from page.conversation import TURNS_SHOWN, Conversation, ask
from page.escape import escaped
from page.opening import Opening
from page.render import answer_turn, conversation_html, header_html, notice_turn, waiting_turn
from page.server import build, listening
from page.source import pane_html, source_html, sources
from tests.fake_assistant import SUPPORT, FakeAssistant

BUDGET = "What was the annual budget of the support programme?"
WEATHER = "What is the weather in Tokyo tomorrow?"

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img srcset='http://evil.example/a.png 1x'>",
    '"><svg onload=alert(1)>',
    "'><svg/onload=alert`1`>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</mark></p></article><iframe src=http://evil.example></iframe>",
    "</template><script>alert(1)</script>",
    "<!--<script>-->alert(1)",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<style>@import 'http://evil.example/a.css'</style>",
    "<link rel=stylesheet href=http://evil.example>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<base href=http://evil.example/>",
    "<form action=http://evil.example><input name=q><button>Go</button></form>",
    "<object data=http://evil.example></object><embed src=http://evil.example>",
    "<a href=javascript:alert(1)>read more</a>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<button data-source=1-cited-0>1</button>",
    "![canary](http://evil.example/a.png)",
    "[read more](javascript:alert(1))",
    "${alert(1)} {{constructor.constructor('alert(1)')()}} `${1}`",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img&#62;",
    "$$\\href{javascript:alert(1)}{x}$$",
    "safe\u202egnp.exe \u2066isolated\u2069",
    "tag\U000e0041\U000e0042 smuggling",
    "nul\x00 escape\x1b[31m bell\x07",
    "lone \ud83d surrogate",
)
OURS = {
    *("article", "header", "section", "div", "p", "h1", "h2", "h3", "span", "bdi"),
    *("button", "ol", "ul", "li", "mark"),
}
ATTRIBUTES = {"class", "dir", "type", "role", "data-source", "data-copy", "data-id", "tabindex", "hidden"}


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


def everything(text: str) -> str:
    """Render `text` in every place that is not ours."""
    base = FakeAssistant().citation(3, 1)
    cite = replace(base, title=text, published=text, section=(text, text), quote=text, document=text)
    answer = Answer(text, f"{text}!", "answered", f"{text} [1]", (cite,), (cite,), 1.0, text, text, text, {})
    kinds = ("heading", "paragraph", "item", "cell", "footnote", "caption", text)
    fragments = (Fragment(text, False), Fragment(text, True))
    excerpts = [Excerpt(kind, 1, (text,), (text, text), text, text, fragments) for kind in kinds]
    return (
        header_html(text, "ready")
        + answer_turn(text, answer, 1)
        + waiting_turn(text, text, text)
        + notice_turn(text, text, text)
        + source_html(cite, text, excerpts)
    )


@pytest.mark.parametrize("text", HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_nothing_from_outside_becomes_markup(text: str) -> None:
    page = everything(text)
    assert shape(page) == shape(everything("harmless"))
    tags = Markup(page).tags
    assert {tag for tag, _ in tags} <= OURS
    names = {name for _, attributes in tags for name in attributes}
    assert all(name in ATTRIBUTES or name.startswith("aria-") for name in names)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b\ud800-\udfff\U000e0000-\U000e007f]", page)
    page.encode()


def test_there_are_thirty_hostile_strings() -> None:
    assert len(set(HOSTILE)) == 30


def test_ordinary_text_is_shown_unchanged() -> None:
    text = "JETRO’s “R&D” – €16,7 million, 地域中核企業, 0 < 1\nnext line"
    assert html.unescape(escaped(text)) == text


def test_the_highlighted_text_is_exactly_the_quote() -> None:
    desk = FakeAssistant()
    answer = desk.ask(BUDGET)
    for citation, source in zip(answer.citations, sources(desk, answer, 1), strict=True):
        marked = re.findall(r"<mark>(.*?)</mark>", source.html, re.DOTALL)
        assert [html.unescape(m) for m in marked] == [citation.quote]


def test_a_table_cell_is_shown_with_its_row_and_column() -> None:
    desk = FakeAssistant()
    first = Markup(sources(desk, desk.ask(BUDGET), 1)[0].html).text
    assert f"Row BUDGET › AnnualColumn {SUPPORT}For 2016: EUR 16.7 million" in first
    assert "as of 2020" in first


def test_a_footnote_is_marked_as_one() -> None:
    desk = FakeAssistant()
    excerpts = desk.surroundings(desk.citation(10, 1))
    assert "Footnote 58 METI" in Markup(source_html(desk.citation(10, 1), "Source 1", excerpts)).text


def test_numbers_of_citations_are_buttons_and_other_brackets_are_text() -> None:
    answer = replace(FakeAssistant().ask(BUDGET), text="One [1], both [1, 2], none [3], [1, 9] and [x].")
    page = answer_turn(BUDGET, answer, 4)
    text = re.search(r'<div class="text">(.*?)</div>', page)
    assert text
    assert re.findall(r'data-source="([^"]+)"', text[1]) == ["4-cited-0", "4-cited-0", "4-cited-1"]
    assert "none [3], [1, 9] and [x]." in text[1]


def test_every_button_has_its_source() -> None:
    desk = FakeAssistant()
    for question in (BUDGET, WEATHER):
        answer = desk.ask(question)
        named = set(re.findall(r'data-source="([^"]+)"', answer_turn(question, answer, 2)))
        assert named == {source.id for source in sources(desk, answer, 2)}


def test_a_list_is_shown_as_a_list() -> None:
    answer = replace(FakeAssistant().ask(BUDGET), text="Three phases:\n- launch [1]\n- growth [2]\n\nThat is all.")
    page = answer_turn(BUDGET, answer, 1)
    assert page.count('<li dir="auto">') == 2
    assert '<p dir="auto">That is all.</p>' in page


def test_a_refusal_is_marked_and_its_passages_are_no_answer() -> None:
    page = answer_turn(WEATHER, FakeAssistant().ask(WEATHER), 1)
    assert 'class="turn refusal"' in page
    assert words.REFUSED in page and words.SEE_ALSO in page
    assert "data-copy" not in page


def test_the_reading_of_a_question_is_shown_only_when_it_differs() -> None:
    answer = FakeAssistant().ask(BUDGET)
    assert "Read as" not in answer_turn(BUDGET, answer, 1)
    assert "Read as: <bdi>other</bdi>" in answer_turn(BUDGET, replace(answer, interpreted_as="other"), 1)


def test_only_the_opened_source_is_visible() -> None:
    desk = FakeAssistant()
    found = sources(desk, desk.ask(BUDGET), 1)
    pane = pane_html(found, found[1].id)
    articles = [a for tag, a in Markup(pane).tags if tag == "article"]
    assert ["hidden" in a for a in articles] == [True, False]
    assert all("hidden" in a for tag, a in Markup(pane_html(found, "")).tags if tag == "article")


def opened(desk: FakeAssistant) -> Opening:
    opening = Opening(lambda: desk, (AssistantError,))
    opening.start()
    opening.wait()
    return opening


def last(opening: Opening, before: Conversation, question: str) -> Conversation:
    return list(ask(opening, before, question))[-1]


def test_earlier_questions_are_the_history() -> None:
    desk = FakeAssistant()
    opening = opened(desk)
    first = last(opening, Conversation(), BUDGET)
    second = last(opening, first, "and before?")
    assert desk.histories == [(), (BUDGET,)]
    assert second.questions == (BUDGET, "and before?")
    assert "Read as" in second.turns[1].html


def test_the_first_citation_opens_by_itself_and_a_refusal_opens_nothing() -> None:
    opening = opened(FakeAssistant())
    answered = last(opening, Conversation(), BUDGET)
    assert answered.turns[0].opened == answered.turns[0].sources[0].id
    refused = last(opening, answered, WEATHER)
    assert refused.turns[1].opened == ""


def test_a_question_waits_while_the_models_load() -> None:
    gate = threading.Event()

    def slow() -> FakeAssistant:
        gate.wait(10)
        return FakeAssistant()

    opening = Opening(slow)
    steps = ask(opening, Conversation(), BUDGET)
    loading = next(steps)
    assert loading.turns[0].waiting and words.LOADING in loading.turns[0].html
    assert not opening.ready
    gate.set()
    final = list(steps)[-1]
    assert "16.7" in final.turns[0].html and not final.turns[0].waiting


def test_a_failed_opening_is_told_and_tried_again() -> None:
    sentence = "There is no index yet. Run: python -m ingest"
    outcomes: list[Exception | FakeAssistant] = [AssistantError(sentence), FakeAssistant()]

    def open_desk() -> FakeAssistant:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    opening = Opening(open_desk, (AssistantError,))
    failed = last(opening, Conversation(), BUDGET)
    assert sentence in failed.turns[0].html and words.NOT_READY in failed.turns[0].html
    assert "16.7" in last(opening, failed, BUDGET).turns[1].html


def test_an_unforeseen_error_shows_a_sentence_and_no_detail() -> None:
    class Broken(FakeAssistant):
        def ask(self, question: str, history: object = ()) -> Answer:
            raise ValueError("secret detail")

    page = last(opened(Broken()), Conversation(), BUDGET).turns[0].html
    assert words.BROKEN in page and "secret" not in page and "ValueError" not in page


def test_a_quote_that_is_not_in_its_document_is_never_shown() -> None:
    class Forger(FakeAssistant):
        def citation(self, place: int, number: int, quote: str = "") -> Citation:
            return replace(super().citation(place, number, quote), quote="For 2016: EUR 99 million")

    turn = last(opened(Forger()), Conversation(), BUDGET).turns[0]
    assert words.BROKEN in turn.html and "99" not in turn.html and not turn.sources


def test_an_empty_question_changes_nothing_and_a_long_one_is_refused() -> None:
    opening = opened(FakeAssistant())
    assert list(ask(opening, Conversation(), " \n ")) == []
    page = last(opening, Conversation(), "x" * (words.LONGEST_QUESTION + 1)).turns[0].html
    assert "2,001 characters" in page


def test_a_long_conversation_forgets_its_beginning() -> None:
    opening, now = opened(FakeAssistant()), Conversation()
    for _ in range(TURNS_SHOWN + 2):
        now = last(opening, now, WEATHER)
    assert len(now.turns) == TURNS_SHOWN and now.count == TURNS_SHOWN + 2
    ids = [source.id for turn in now.turns for source in turn.sources]
    assert len(ids) == len(set(ids))
    assert words.FORGOTTEN in conversation_html([], forgotten=True)


def test_a_port_in_use_names_the_port_and_the_setting() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(PageError, match=rf"Port {port} on 127\.0\.0\.1 is already in use.*CLUSTERDESK_PORT="):
            listening("127.0.0.1", port)


def test_an_impossible_address_names_the_setting() -> None:
    with pytest.raises(PageError, match="CLUSTERDESK_HOST"):
        listening("not an address", 0)


def test_every_response_carries_the_headers(tmp_path: Path) -> None:
    desk = FakeAssistant()
    with TestClient(build(opened(desk), tmp_path)) as client:
        page = client.get("/", headers={"accept": "text/html", "accept-encoding": "br, gzip"})
        for response in (page, client.get("/page.js"), client.get("/config"), client.get("/nothing-here")):
            policy = response.headers["content-security-policy"]
            for rule in ("default-src 'self';", "connect-src 'self';", "form-action 'self';", "frame-ancestors 'none'"):
                assert rule in policy
            scripts = re.search(r"script-src ([^;]*);", policy)
            assert scripts and "unsafe-inline" not in scripts[1] and "http" not in policy
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["x-frame-options"] == "DENY"
        assert page.headers["content-security-policy"].count("'sha256-") >= 3
        assert not re.search(r'(src|href)="(https?:)?//', page.text)
    assert desk.closed


def test_files_of_the_computer_are_not_served(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with TestClient(build(opened(FakeAssistant()), tmp_path)) as client:
        for file in (tmp_path / "manifest.json", Path("/etc/hosts"), Path(__file__)):
            assert client.get(f"/gradio_api/file={file}").status_code in (403, 404)
        for path in ("/docs", "/openapi.json", "/gradio_api/runs"):
            assert client.get(path).status_code == 404
        upload = client.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * 5000)})
        assert upload.status_code >= 400
