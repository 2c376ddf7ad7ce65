"""The page in a real browser, on the real assistant and on a small fake one: asking, reading sources, stopping, coming back."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from page.texts import load_texts
from tests.browser.serving import FAKE, REAL, Served, ask, browsing, free_port, marked, serving, start, visiting, watched
from tests.fake_assistant import APPLY

pytestmark = pytest.mark.browser

BUDGET = "What was the annual budget of the Regional Core Business Creation Support Programme?"
WEATHER = "What is the weather in Tokyo tomorrow?"
EN = load_texts("en")


@pytest.fixture(scope="module", params=[FAKE, REAL], ids=["fake", "real"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving(request.param) as running:
        yield running


@pytest.fixture(scope="module")
def fake() -> Iterator[Served]:
    with serving(FAKE) as running:
        yield running


def test_a_question_is_answered_with_its_source_and_an_unanswerable_one_refused(served: Served) -> None:
    with visiting(served.url) as (page, seen):
        expect(page.locator("#question textarea")).to_be_focused()
        ask(page, BUDGET)
        answer = page.locator(".turn").last
        expect(answer.locator(".text")).to_contain_text("16.7")
        assert "16.7" in marked(page)
        expect(answer.locator(".cite").first).to_have_attribute("aria-current", "true")
        expect(page.locator("#source .facts")).to_contain_text("as of 2020")
        expect(page.locator("#source .facts")).to_contain_text("verified")
        ask(page, WEATHER)
        refusal = page.locator(".turn").last
        expect(refusal).to_have_class("turn refusal")
        expect(refusal).to_contain_text(EN("refused"))
        expect(refusal.locator(".question")).to_be_in_viewport()
        assert seen.elsewhere == []
        assert seen.complaints == []


def test_an_example_is_asked_by_a_click(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        example = page.locator(".example").first
        question = example.inner_text()
        example.click()
        expect(page.locator(".turn .question")).to_have_text(question)
        page.get_by_role("button", name=EN("fresh")).click()
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator(".example").first).to_be_visible()


def test_sources_are_walked_read_whole_and_searched(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        ask(page, BUDGET)
        page.get_by_role("button", name=EN("source_on")).click()
        expect(page.locator("#source .label")).to_have_text("Source 2 of 2")
        assert marked(page) == APPLY
        expect(page.locator("#source .walk-on")).to_be_disabled()
        page.get_by_role("button", name=EN("whole_document")).click()
        expect(page.locator("#source .find")).to_be_visible()
        assert marked(page) == APPLY
        page.locator("#source .find-words").fill("Germany")
        expect(page.locator("#source .found")).to_have_text("1 of 2")
        page.locator("#source .find-words").press("Enter")
        expect(page.locator("#source .found")).to_have_text("2 of 2")
        assert page.evaluate("[...CSS.highlights.get('found')].map(String)") == ["Germany", "Germany"]
        assert marked(page) == APPLY
        page.get_by_role("button", name=EN("only_passage")).click()
        expect(page.locator("#source .find")).to_have_count(0)


def test_a_permanent_link_still_shows_its_quote_after_a_restart_and_without_scripts(tmp_path: Path) -> None:
    port = free_port()
    with serving(FAKE, tmp_path, port) as first, visiting(first.url) as (page, _):
        ask(page, BUDGET)
        link = page.locator("#source .copy-link").get_attribute("data-address")
    with serving(FAKE, tmp_path, port) as second, browsing(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{second.url}{link}")
        assert page.locator("mark").all_text_contents() == ["For 2016: EUR 16.7 million"]
        expect(page.locator("mark")).to_be_in_viewport()


def test_a_question_can_be_asked_literally_and_of_one_document(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        ask(page, BUDGET)
        ask(page, "and the programme before?")
        last = page.locator(".turn").last
        expect(last.locator(".interpreted")).to_contain_text("about: What was")
        last.locator(".literal").click()
        expect(page.locator(".turn.answered")).to_have_count(3)
        expect(page.locator(".turn").last.locator(".how")).to_have_text(EN("taken_literally"))
        page.locator("#looking-in .change").click()
        page.get_by_label("Published").select_option("2020")
        page.get_by_role("button", name=EN("use"), exact=True).click()
        expect(page.locator("#looking-in")).to_contain_text("Looking only in: Country factsheet Harbourland")
        ask(page, BUDGET)
        expect(page.locator(".turn").last.locator(".how")).to_have_text("Only in: Country factsheet Harbourland")
        page.reload()
        expect(page.locator("#looking-in")).to_contain_text("Looking only in: Country factsheet Harbourland")


def test_suggestions_appear_while_typing_and_are_asked_with_the_arrows(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        page.keyboard.type("cities of Harb", delay=15)
        expect(page.locator("#suggestions").get_by_role("option")).to_have_text(["Which cities of Harbourland have clusters?"])
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator(".turn .question")).to_have_text("Which cities of Harbourland have clusters?")
        expect(page.locator("#suggestions").get_by_role("option")).to_have_count(0)


def test_a_question_asked_while_the_models_load_is_answered_later_even_over_a_reload() -> None:
    with serving(FAKE, FAKE_OPENING_SECONDS="8") as slow, visiting(slow.url) as (page, _):
        expect(page.locator("#question textarea")).to_be_focused()
        expect(page.locator("#header")).to_contain_text("Harbourland")
        expect(page.locator("#header progress")).to_be_visible()
        page.keyboard.type(BUDGET)
        page.keyboard.press("Enter")
        expect(page.locator(".turn.waiting")).to_contain_text(EN("loading"))
        page.reload()
        expect(page.locator(".turn.waiting")).to_contain_text(EN("loading"))
        expect(page.locator(".turn.answered")).to_contain_text("16.7", timeout=20_000)
        expect(page.locator("#header progress")).to_have_count(0)


def test_a_failed_opening_is_told_and_the_page_goes_on() -> None:
    sentence = "There is no index yet. Run: python -m ingest"
    with serving(FAKE, FAKE_FAILURE=sentence) as failing, visiting(failing.url) as (page, _):
        expect(page.locator("#header")).to_contain_text(sentence)
        ask(page, BUDGET)
        expect(page.locator(".turn").last).to_contain_text(sentence)
        page.get_by_role("button", name=EN("again")).click()
        expect(page.locator(".turn.notice")).to_contain_text(sentence)
        assert failing.process.poll() is None


def test_escape_stops_an_answer_and_gives_the_question_back() -> None:
    with serving(FAKE, FAKE_DELAY_SECONDS="4") as slow, visiting(slow.url) as (page, _):
        page.keyboard.type(BUDGET)
        page.keyboard.press("Enter")
        expect(page.locator(".turn.waiting")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator("#question textarea")).to_have_value(BUDGET)
        page.wait_for_timeout(4500)
        page.reload()
        expect(page.locator(".welcome, .turn").first).to_be_visible()
        expect(page.locator(".turn")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (768, "light"), (1440, "dark")])
def test_nothing_is_cut_off_at_any_width(fake: Served, width: int, scheme: str) -> None:
    with visiting(fake.url, width, 740, scheme) as (page, _):
        ask(page, BUDGET)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator("#question textarea")).to_be_in_viewport()
        page.locator(".turn .cite").nth(1).click()
        expect(page.locator("#source mark")).to_be_in_viewport()
        if width < 1000:
            expect(page.get_by_role("dialog")).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
            expect(page.locator(".turn .cite").nth(1)).to_be_focused()


def test_nothing_jumps_when_an_answer_comes() -> None:
    top = "document.querySelector('.turn:last-child .question').getBoundingClientRect().top"
    with serving(FAKE, FAKE_DELAY_SECONDS="2") as slow, visiting(slow.url) as (page, _):
        for question in (BUDGET, WEATHER, WEATHER):
            page.fill("#question textarea", question)
            page.press("#question textarea", "Enter")
            page.locator(".turn.waiting").wait_for()
            page.wait_for_timeout(1200)  # it has come to rest
            before = page.evaluate(top)
            page.locator(".turn.waiting").wait_for(state="detached")
            page.wait_for_timeout(300)
            assert abs(page.evaluate(top) - before) < 1


def test_the_interface_changes_its_language_and_keeps_it(fake: Served) -> None:
    with visiting(fake.url, locale="fr-FR") as (page, _):
        expect(page.locator("#send")).to_have_text(load_texts("fr")("ask"))
        ask(page, BUDGET)
        page.locator("select.language").select_option("de")
        expect(page.locator("#send")).to_have_text(load_texts("de")("ask"))
        expect(page.locator(".citations h3")).to_have_text(load_texts("de")("sources_title"))
        page.goto(f"{fake.url}/library")
        expect(page.locator("h1")).to_have_text(load_texts("de")("library"))
        assert page.locator("html").get_attribute("lang") == "de"


def test_ctrl_c_ends_it_cleanly_while_a_page_is_open() -> None:
    with serving(FAKE) as running, visiting(running.url) as (page, _):
        ask(page, BUDGET)
        code, written = running.end()
    assert code == 0
    assert "Traceback" not in written and "ERROR" not in written


def test_a_port_in_use_is_told_in_a_sentence(fake: Served, tmp_path: Path) -> None:
    port = int(fake.url.rsplit(":", 1)[1])
    written = tmp_path / "written.txt"
    second: subprocess.Popen[str] = start(REAL, port, written, CLUSTERDESK_HOME=str(tmp_path))
    assert second.wait(30) == 1
    assert f"Port {port} on 127.0.0.1 is already in use" in written.read_text()
    assert "Traceback" not in written.read_text()


def test_the_pages_of_the_library_are_read_without_complaint(served: Served) -> None:
    with browsing() as context:
        page = context.new_page()
        seen = watched(page, served.url)
        page.goto(f"{served.url}/library")
        expect(page.locator(".card")).to_have_count(2)
        page.locator(".card h2 a").first.click()
        expect(page.locator(".find-words")).to_be_visible()
        page.locator(".find-words").fill("cluster")
        expect(page.locator(".found")).to_contain_text("1 of ")
        assert seen.elsewhere == [] and seen.complaints == []
