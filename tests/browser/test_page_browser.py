"""The page in a real browser, on the real assistant and on a small fake one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant import load_examples
from page import words
from tests.browser.serving import FAKE, REAL, Served, ask, free_port, serving, start, visiting

pytestmark = pytest.mark.browser

BUDGET = "What was the annual budget of the Regional Core Business Creation Support Programme?"
WEATHER = "What is the weather in Tokyo tomorrow?"


@pytest.fixture(scope="module", params=[FAKE, REAL], ids=["fake", "real"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving(request.param) as running:
        yield running


@pytest.fixture(scope="module")
def fake() -> Iterator[Served]:
    with serving(FAKE) as running:
        yield running


def marked(page: Page) -> str:
    return page.locator("#pane .source:not([hidden]) mark").first.inner_text()


def test_a_question_is_answered_with_its_source_and_an_unanswerable_one_refused(served: Served) -> None:
    with visiting(served.url) as (page, seen):
        expect(page.locator("#question textarea")).to_be_focused()
        ask(page, BUDGET)
        answer = page.locator(".turn").last
        expect(answer.locator(".text")).to_contain_text("16.7")
        assert "16.7" in marked(page)
        answer.locator(".cite").first.click()
        assert "16.7" in marked(page)
        expect(answer.locator(".cite").first).to_have_attribute("aria-current", "true")
        expect(page.locator("#pane .source:not([hidden]) .facts")).to_contain_text("as of 2020")
        ask(page, WEATHER)
        refusal = page.locator(".turn").last
        expect(refusal).to_have_class("turn refusal")
        expect(refusal).to_contain_text(words.REFUSED)
        assert seen.elsewhere == []
        assert seen.complaints == []


def test_every_example_is_answered(served: Served) -> None:
    with visiting(served.url) as (page, seen):
        for question in load_examples(Path("corpus")):
            page.get_by_role("button", name=question).click()
            expect(page.locator(".turn .question")).to_have_text(question)
            page.locator(".turn:is(.answered, .refusal)").wait_for(timeout=90_000)
            page.get_by_role("button", name="New conversation").click()
            expect(page.locator(".turn")).to_have_count(0)
        assert seen.complaints == []


def test_another_citation_opens_without_asking_the_server(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        ask(page, BUDGET)
        page.wait_for_timeout(300)
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.locator(".turn .cite").nth(1).click()
        assert marked(page).startswith("Local companies")
        assert requests == []


def test_the_page_works_by_keyboard_alone(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        page.keyboard.type(BUDGET)
        page.keyboard.press("Enter")
        expect(page.locator(".turn.answered")).to_have_count(1)
        page.locator(".turn .citation").nth(1).focus()
        page.keyboard.press("Enter")
        assert marked(page).startswith("Local companies")


def test_a_question_asked_while_the_models_load_is_answered_later() -> None:
    with serving(FAKE, FAKE_OPENING_SECONDS="12") as slow, visiting(slow.url) as (page, _):
        expect(page.locator("#header")).to_contain_text(words.LOADING)
        page.fill("#question textarea", BUDGET)
        page.press("#question textarea", "Enter")
        expect(page.locator(".turn.waiting")).to_contain_text(words.LOADING)
        expect(page.locator(".turn.answered")).to_contain_text("16.7", timeout=20_000)
        expect(page.locator("#header")).to_contain_text("Harbourland")


def test_a_failed_opening_is_told_and_the_page_goes_on() -> None:
    sentence = "There is no index yet. Run: python -m ingest"
    with serving(FAKE, FAKE_FAILURE=sentence) as failing, visiting(failing.url) as (page, _):
        expect(page.locator("#header")).to_contain_text(sentence)
        for _ in range(2):
            ask(page, BUDGET)
            expect(page.locator(".turn").last).to_contain_text(sentence)
        assert failing.process.poll() is None


def test_nothing_that_is_typed_or_slipped_in_runs(fake: Served) -> None:
    attack = '<img src=x onerror="document.title=1"><form action=http://evil.example><b>bold</b>'
    with visiting(fake.url) as (page, seen):
        ask(page, attack)
        expect(page.locator(".turn .question")).to_have_text(attack)
        assert page.locator("#conversation :is(img, form, b)").count() == 0
        assert seen.complaints == [] and seen.elsewhere == []
        slipped = "document.querySelector('.turn').innerHTML = '<img src=\"data:,\" onerror=\"document.title=1\">'"
        page.evaluate(slipped)
        page.wait_for_timeout(300)
        assert page.title() == words.NAME
        assert any("Content Security Policy" in complaint for complaint in seen.complaints)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (768, "light"), (1440, "dark")])
def test_nothing_is_cut_off_at_any_width(fake: Served, width: int, scheme: str) -> None:
    with visiting(fake.url, width, 740, scheme) as (page, _):
        ask(page, BUDGET)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator(".turn .cite").nth(1).click()
        expect(page.locator("#pane .source:not([hidden]) mark")).to_be_in_viewport()
        expect(page.locator("#question textarea")).to_be_in_viewport()


def test_ctrl_c_ends_it_cleanly_while_a_page_is_open() -> None:
    with serving(FAKE) as running, visiting(running.url) as (page, _):
        ask(page, BUDGET)
        code, written = running.end()
    assert code == 0
    assert "Traceback" not in written and "ERROR" not in written


def test_a_port_in_use_is_told_in_a_sentence(fake: Served, tmp_path: Path) -> None:
    port = int(fake.url.rsplit(":", 1)[1])
    written = tmp_path / "written.txt"
    second: subprocess.Popen[str] = start(REAL, port, written)
    assert second.wait(30) == 1
    assert f"Port {port} on 127.0.0.1 is already in use" in written.read_text()
    assert "Traceback" not in written.read_text()
    assert free_port() != port
