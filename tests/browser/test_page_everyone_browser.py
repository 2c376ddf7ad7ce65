"""The page for everyone: a whole session by keyboard alone, and axe without serious findings on each view."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from page.texts import load_texts
from tests.browser.serving import FAKE, Served, ask, browsing, marked, serving, visit, visiting
from tests.fake_assistant import APPLY, BRIEFING

pytestmark = pytest.mark.browser

BUDGET = "What was the annual budget of the Regional Core Business Creation Support Programme?"
WEATHER = "What is the weather in Tokyo tomorrow?"
EN = load_texts("en")


@pytest.fixture(scope="module")
def fake() -> Iterator[Served]:
    with serving(FAKE) as running:
        yield running


def typed(page: Page, question: str, reply: str) -> None:
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    expect(page.locator(f".turn{reply}").last.locator(".question")).to_have_text(question)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.className || document.activeElement.id || document.activeElement.localName"))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element of that class has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in focused(page).split():
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_a_working_session_by_keyboard_alone(fake: Served) -> None:
    with visiting(fake.url, permissions=["clipboard-read", "clipboard-write"]) as (page, _):
        typed(page, BUDGET, ".answered")
        page.keyboard.press("Alt+2")
        expect(page.locator("#source .label")).to_have_text("Source 2 of 2")
        assert marked(page) == APPLY
        page.keyboard.press("Alt+Comma")
        expect(page.locator("#source .label")).to_have_text("Source 1 of 2")
        page.keyboard.press("Tab")  # out of the box: now single keys work
        page.keyboard.press("n")
        expect(page.locator("#source .label")).to_have_text("Source 2 of 2")
        page.keyboard.press("1")
        expect(page.locator("#source .label")).to_have_text("Source 1 of 2")
        page.keyboard.press("w")
        expect(page.locator("#source .find")).to_be_visible()
        page.keyboard.press("c")
        expect(page.locator('.copy[data-form="plain"]')).to_have_text(EN("copied"))
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "[1] “For 2016: EUR 16.7 million”" in copied and "www.desk.example" in copied
        page.keyboard.press("/")
        expect(page.locator("#question textarea")).to_be_focused()
        typed(page, WEATHER, ".refusal")
        page.keyboard.press("ArrowUp")
        expect(page.locator("#question textarea")).to_have_value(WEATHER)
        page.keyboard.press("ArrowUp")
        expect(page.locator("#question textarea")).to_have_value(BUDGET)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#question textarea")).to_have_value("")
        report(page)
        page.keyboard.press("/")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name=EN("shortcuts"))).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Alt+n")
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator("#question textarea")).to_be_focused()


def report(page: Page) -> None:
    """Report the gap, then judge the answer, both by keyboard."""
    page.locator(".turn").last.locator(".citation").first.focus()
    tab_to(page, "gap")
    page.keyboard.press("Enter")
    expect(page.locator(".turn").last.locator(".said")).to_contain_text("feedback.jsonl")
    tab_to(page, "wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".turn").last.locator("select")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Sunny, says the almanac")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".turn").last.locator(".feedback")).to_be_hidden()
    expect(page.locator(".turn").last.locator(".wrong")).to_be_focused()


def test_the_focus_stays_where_it_was_used_and_each_source_is_announced(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        ask(page, BUDGET)
        page.locator("#source .whole").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#source .find")).to_be_visible()
        expect(page.locator("#source .whole")).to_be_focused()
        expect(page.locator("#say")).to_contain_text("Source 1 of 2. Country factsheet Harbourland")
        page.locator("#source .copy-link").focus()
        page.keyboard.press("n")
        expect(page.locator("#say")).to_contain_text("Source 2 of 2. Preparatory Briefing on Harbourland")
        expect(page.locator("#source .copy-link")).to_be_focused()
        page.locator("#source .walk-back").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#source .label")).to_have_text("Source 1 of 2")
        expect(page.locator("#source .walk-back")).to_be_disabled()  # it cannot keep the focus
        expect(page.locator("#source")).to_be_focused()


def test_the_focus_stays_in_the_sheet_on_a_phone(fake: Served) -> None:
    with visiting(fake.url, 360, 740) as (page, _):
        ask(page, BUDGET)
        page.locator(".turn .cite").first.click()
        expect(page.locator("#source .shut")).to_be_focused()
        page.locator("#source .whole").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#source .find")).to_be_visible()
        expect(page.locator("#source .whole")).to_be_focused()


def test_single_keys_do_nothing_while_somebody_types(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        page.keyboard.type("1 new cluster? / w")
        expect(page.locator("#question textarea")).to_have_value("1 new cluster? / w")


def test_single_keys_can_be_switched_off_by_keyboard_and_stay_off(fake: Served) -> None:
    box, shortcuts = "#question textarea", EN("shortcuts")
    with visiting(fake.url) as (page, _):
        typed(page, BUDGET, ".answered")
        page.locator("button.help").focus()
        page.keyboard.press("?")
        setting = page.get_by_role("dialog", name=shortcuts).get_by_label(EN("single_keys"))
        expect(setting).to_be_checked()
        tab_to(page, "single-keys")
        page.keyboard.press("Space")
        page.keyboard.press("Escape")
        for _ in range(2):
            page.locator("button.help").focus()
            before = page.locator("#source").inner_html()
            for key in "2npwc/?":
                page.keyboard.press(key)
            page.wait_for_timeout(300)
            assert page.locator("#source").inner_html() == before
            expect(page.get_by_role("dialog", name=shortcuts)).to_have_count(0)
            expect(page.locator('.copy[data-form="plain"]')).to_have_text(EN("copy_plain"))
            expect(page.locator("button.help")).to_be_focused()
            page.keyboard.press("Escape")
            expect(page.locator(box)).to_be_focused()
            page.keyboard.press("?")
            expect(page.locator(box)).to_have_value("?")
            page.keyboard.press("Backspace")
            page.keyboard.press("Alt+2")
            expect(page.locator("#source .label")).to_have_text("Source 2 of 2")
            page.reload()
            page.wait_for_selector(".turn.answered")
        page.locator("button.help").press("Enter")
        expect(setting).not_to_be_checked()
        setting.press("Space")
        page.keyboard.press("Escape")
        page.locator("button.help").focus()
        page.keyboard.press("2")
        expect(page.locator("#source .label")).to_have_text("Source 2 of 2")


def findings(page: Page, view: str) -> list[str]:
    """Return what axe finds serious or worse on the page as it is."""
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # nothing is half under the question box
    page.wait_for_timeout(250)  # colours and sheets come to rest
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    return [
        f"{view}: {violation['id']} {node['html'][:160]}"
        for violation in found.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_view(fake: Served, width: int, scheme: str) -> None:
    with browsing(width, 800, scheme) as context:
        page = context.new_page()
        visit(page, fake.url)
        found = findings(page, "welcome")
        ask(page, BUDGET)
        found += findings(page, "answer")
        page.locator(".turn .cite").first.click()
        page.locator("#source .whole").click()
        expect(page.locator("#source .find")).to_be_visible()
        found += findings(page, "whole document")
        page.keyboard.press("Escape")
        ask(page, WEATHER)
        page.locator(".turn").last.locator(".wrong").click()
        expect(page.locator(".feedback select")).to_be_visible()
        found += findings(page, "refusal with feedback")
        for opener, view in ((".help", "shortcuts"), ("#looking-in .change", "filter")):
            page.locator(opener).click()
            found += findings(page, view)
            page.keyboard.press("Escape")
        if width < 1000:
            page.locator(".side-toggle").click()
            found += findings(page, "conversations")
        for path in ("library", f"library/{BRIEFING}"):
            page.goto(f"{fake.url}/{path}")
            found += findings(page, path)
        assert found == []
