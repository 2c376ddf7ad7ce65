"""Conversations in a real browser: over reloads, restarts and tabs, listed, and a hundred questions long."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from page.texts import load_texts
from tests.browser.serving import FAKE, ask, browsing, free_port, serving, visit, visiting

pytestmark = pytest.mark.browser

BUDGET = "What was the annual budget of the Regional Core Business Creation Support Programme?"
WEATHER = "What is the weather in Tokyo tomorrow?"
EN = load_texts("en")


def conversation(page: Page) -> list[str]:
    return page.locator("#conversation .turn .text").all_inner_texts()


def test_a_reload_a_restart_and_two_tabs_lose_nothing(tmp_path: Path) -> None:
    port = free_port()
    with browsing() as context:
        page = context.new_page()
        with serving(FAKE, tmp_path, port) as first:
            visit(page, first.url)
            ask(page, BUDGET)
            other = context.new_page()
            visit(other, page.url)
            ask(other, WEATHER)
            expect(page.locator(".turn.refusal")).to_be_visible()  # the first tab has it too
            before = conversation(page)
        page.keyboard.type("and the programme?")
        page.keyboard.press("Enter")  # nobody is there
        expect(page.locator("#header .state")).to_have_text(EN("offline"))
        with serving(FAKE, tmp_path, port):
            expect(page.locator(".turn.answered")).to_have_count(2, timeout=20_000)
            page.reload()
            expect(page.locator(".turn.answered")).to_have_count(2)
            assert conversation(page)[:2] == before


def test_conversations_are_listed_searched_renamed_and_deleted(tmp_path: Path) -> None:
    with serving(FAKE, tmp_path) as running, visiting(running.url) as (page, _):
        ask(page, BUDGET)
        page.get_by_role("button", name=EN("fresh")).click()
        ask(page, WEATHER)
        rows = page.locator(".side-list li")
        expect(rows).to_have_count(2)
        page.locator(".side-search").fill("million")
        expect(rows).to_have_count(1)
        rows.first.hover()
        rows.first.locator(".rename").click()
        page.get_by_label(EN("new_title")).fill("The harbour case")
        page.keyboard.press("Enter")
        page.locator(".side-search").fill("harbour case")
        expect(rows.first).to_contain_text("The harbour case")
        rows.first.locator(".open").click()
        expect(page.locator(".turn.answered")).to_be_visible()
        page.locator(".side-search").fill("")
        expect(rows).to_have_count(2)
        rows.filter(has_text="harbour case").hover()
        rows.filter(has_text="harbour case").locator(".delete").click()
        page.get_by_role("button", name=EN("delete"), exact=True).click()
        expect(rows).to_have_count(1)
        expect(page.locator(".turn")).to_have_count(0)


def test_a_hundred_questions_in_one_conversation_stay_fast() -> None:
    with serving(FAKE) as fake, visiting(fake.url) as (page, _):
        first = page.request.post(f"{fake.url}/desk/turns", data={"question": BUDGET}).json()
        for place in range(99):
            body = {"question": f"{BUDGET} {place}", "conversation": first["conversation"]}
            kept = page.request.post(f"{fake.url}/desk/turns", data=body).json()
            page.request.post(f"{fake.url}/desk/turns/{kept['turn']}/reply")
        visit(page, f"{fake.url}/?c={first['conversation']}")
        expect(page.locator(".turn.answered")).to_have_count(100)
        page.evaluate("window.began = 0; document.addEventListener('keydown', () => { window.began = performance.now(); }, true)")
        page.keyboard.type(BUDGET)
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelectorAll('.turn.answered').length === 101")
        assert page.evaluate("performance.now() - window.began") < 2000  # on a busy machine; see docs/page.md for a quiet one
        expect(page.locator(".turn").last.locator(".question")).to_be_in_viewport()
