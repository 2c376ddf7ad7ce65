"""The page in a real browser when something comes late, is refused or fails: it is said, and nothing is lost or put in a wrong place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Route, expect

from page.texts import load_texts
from tests.browser.serving import FAKE, Served, ask, free_port, serving, visit, visiting

pytestmark = pytest.mark.browser

BUDGET = "What was the annual budget of the Regional Core Business Creation Support Programme?"
WEATHER = "What is the weather in Tokyo tomorrow?"
EN = load_texts("en")
BOX = "#question textarea"


@pytest.fixture(scope="module")
def fake() -> Iterator[Served]:
    with serving(FAKE) as running:
        yield running


def kept(page: Page, url: str, question: str) -> str:
    """Ask beside the page; return the conversation."""
    turn = page.request.post(f"{url}/desk/turns", data={"question": question}).json()
    page.request.post(f"{url}/desk/turns/{turn['turn']}/reply")
    return str(turn["conversation"])


def held(page: Page, address: str) -> list[Route]:
    """Hold back what the page asks for at an address."""
    routes: list[Route] = []
    page.route(address, lambda route: routes.append(route))
    return routes


def let_go(page: Page, routes: list[Route]) -> None:
    """Let what is held back go on, as soon as it is there, and wait until the page has had time for it."""
    while not routes:
        page.wait_for_timeout(20)
    for route in routes:
        with contextlib.suppress(Error):  # the page wants it no longer
            route.continue_()
    page.wait_for_timeout(400)


def row(conversation: str) -> str:
    return f'.side-list [data-conversation="{conversation}"]'


def test_what_comes_late_of_one_conversation_is_not_put_into_another(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        first, second = kept(page, fake.url, BUDGET), kept(page, fake.url, WEATHER)
        visit(page, fake.url)
        late = held(page, f"**/desk/conversations/{first}?*")
        page.locator(f"{row(first)} .open").click()
        page.locator(f"{row(second)} .open").click()
        expect(page.locator(".turn .question")).to_have_text([WEATHER])
        let_go(page, late)
        expect(page.locator(".turn .question")).to_have_text([WEATHER])
        assert second in page.url


def test_a_deleted_conversation_that_is_told_late_does_not_shut_another(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        first, second = kept(page, fake.url, BUDGET), kept(page, fake.url, WEATHER)
        visit(page, fake.url)
        late = held(page, f"**/desk/conversations/{first}?*")
        page.locator(f"{row(first)} .open").click()
        page.request.delete(f"{fake.url}/desk/conversations/{first}")
        page.locator(f"{row(second)} .open").click()
        expect(page.locator(".turn .question")).to_have_text([WEATHER])
        let_go(page, late)
        assert second in page.url
        page.unroute(f"**/desk/conversations/{first}?*")
        page.goto(f"{fake.url}/?c={first}")
        expect(page.locator(".refused-question")).to_have_text("This is not here, or no longer.")
        expect(page.locator(".welcome")).to_be_visible()


def test_a_list_of_conversations_that_comes_late_does_not_replace_a_newer_one(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        first, second = kept(page, fake.url, BUDGET), kept(page, fake.url, WEATHER)
        late = held(page, "**/desk/conversations?search=budget&*")
        with page.expect_request("**/desk/conversations?search=budget&*"):
            page.locator(".side-search").fill("budget")
        page.locator(".side-search").fill("weather")
        expect(page.locator(row(second))).to_be_visible()
        let_go(page, late)
        expect(page.locator(row(second))).to_be_visible()
        expect(page.locator(row(first))).to_have_count(0)


def test_a_question_on_its_way_is_not_put_into_a_conversation_entered_meanwhile(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        ask(page, WEATHER)
        late = held(page, "**/desk/turns")
        page.fill(BOX, BUDGET)
        page.press(BOX, "Enter")
        page.get_by_role("button", name=EN("fresh")).click()
        let_go(page, late)
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator(BOX)).to_have_value(BUDGET)
        page.unroute("**/desk/turns")
        page.press(BOX, "Enter")
        expect(page.locator(".turn.answered .question")).to_have_text([BUDGET])


def test_a_draft_that_was_begun_while_a_question_was_on_its_way_stays(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        late = held(page, "**/desk/turns")
        page.fill(BOX, BUDGET)
        page.press(BOX, "Enter")
        page.fill(BOX, "And who")
        let_go(page, late)
        expect(page.locator(".turn.answered")).to_have_count(1)
        expect(page.locator(BOX)).to_have_value("And who")


def test_a_long_message_is_not_cut_but_refused_and_stays_in_the_box(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        message = "cluster " * 312
        page.keyboard.insert_text(message)
        page.keyboard.press("Enter")
        expect(page.locator(".refused-question")).to_contain_text("2,495 characters")
        expect(page.locator(BOX)).to_have_value(message)


@pytest.mark.parametrize("kept_by_escape", [False, True])  # browsers differ in whether Esc leaves the dialog's last result as it is
def test_a_filter_that_is_left_with_escape_changes_nothing(fake: Served, kept_by_escape: bool) -> None:
    with visiting(fake.url) as (page, _):
        page.locator("#looking-in .change").click()
        page.get_by_label("Published").select_option("2020")
        page.get_by_role("button", name=EN("use"), exact=True).click()
        expect(page.locator("#looking-in")).to_contain_text("Looking only in: Country factsheet Harbourland")
        page.locator("#looking-in .change").click()
        page.get_by_role("button", name=EN("all_documents"), exact=True).last.click()
        if kept_by_escape:
            page.evaluate("document.querySelector('#filter').close()")
        else:
            page.keyboard.press("Escape")
        expect(page.locator("#filter")).to_be_hidden()
        page.wait_for_timeout(200)
        expect(page.locator("#looking-in")).to_contain_text("Looking only in: Country factsheet Harbourland")


def test_nothing_cannot_be_looked_in_and_a_document_without_a_date_is_of_no_year(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        page.evaluate("document.querySelector('#filter [name=document]').dataset.year = 'unkn'")
        page.locator("#looking-in .change").click()
        boxes, use = page.locator("#filter [name=document]"), page.locator("#filter .primary")
        expect(use).to_be_enabled()
        page.get_by_label("Published").select_option("2017")
        expect(boxes.first).not_to_be_checked()
        page.get_by_label("Published").select_option("")
        expect(boxes.first).to_be_checked()
        for box in boxes.all():
            box.uncheck()
        expect(use).to_be_disabled()
        boxes.last.check()
        expect(use).to_be_enabled()


def test_a_reply_that_breaks_down_is_told_and_can_be_tried_again(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        page.route("**/reply", lambda route: route.fulfill(status=500, content_type="text/plain", body="Internal Server Error"))
        ask(page, BUDGET, ".turn.notice")
        expect(page.locator(".turn.notice .question")).to_have_text(BUDGET)
        expect(page.locator(".turn.notice")).to_contain_text(EN("broken"))
        page.unroute("**/reply")
        page.get_by_role("button", name=EN("again")).click()
        expect(page.locator(".turn.answered")).to_contain_text("16.7")


def test_a_question_that_was_withdrawn_elsewhere_goes_and_that_is_told(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        late = held(page, "**/reply")
        page.fill(BOX, BUDGET)
        page.press(BOX, "Enter")
        page.locator(".turn.waiting").wait_for()
        turn = page.locator(".turn.waiting").get_attribute("data-turn")
        page.request.delete(f"{fake.url}/desk/turns/{turn}")
        let_go(page, late)
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator(".refused-question")).to_be_visible()


def test_a_question_that_is_stopped_while_the_server_is_away_comes_back_and_is_withdrawn(tmp_path: Path) -> None:
    port = free_port()
    with serving(FAKE, tmp_path, port, FAKE_DELAY_SECONDS="30") as first, visiting(first.url) as (page, _):
        page.keyboard.type(BUDGET)
        page.keyboard.press("Enter")
        page.locator(".turn.waiting").wait_for()
        first.process.kill()
        first.process.wait()
        expect(page.locator("#header .state")).to_have_text(EN("offline"))
        page.keyboard.press("Escape")
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator(BOX)).to_have_value(BUDGET)
        with serving(FAKE, tmp_path, port):
            expect(page.locator("#header .state")).not_to_have_text(EN("offline"), timeout=20_000)
            page.reload()
            page.wait_for_selector(".welcome, .turn")
            expect(page.locator(".turn")).to_have_count(0)


def test_an_example_that_is_stopped_on_its_way_comes_back_too(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        held(page, "**/desk/turns")
        example = page.locator(".example").first
        question = example.inner_text()
        example.click()
        page.keyboard.press("Escape")
        expect(page.locator(BOX)).to_have_value(question)
        expect(page.locator("#send")).to_be_enabled()


def test_a_copy_that_fails_is_told(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        ask(page, BUDGET)
        page.route("**/copy/*", lambda route: route.abort())
        page.locator('.copy[data-form="plain"]').click()
        expect(page.locator('.copy[data-form="plain"]')).to_have_text(EN("away"))


def test_a_source_that_is_refused_is_told_where_it_would_stand(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        ask(page, BUDGET)
        page.route("**/source/**", lambda route: route.fulfill(status=503, json={"detail": "There is <no> index."}))
        page.locator(".turn .cite").nth(1).click()
        expect(page.locator("#source .warning")).to_have_text("There is <no> index.")


def test_a_conversation_that_can_be_neither_renamed_nor_deleted_is_told_and_stays(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        conversation = kept(page, fake.url, BUDGET)
        visit(page, fake.url)
        page.route(
            f"**/desk/conversations/{conversation}",
            lambda route: route.abort() if route.request.method in ("PATCH", "DELETE") else route.continue_(),
        )
        entry = page.locator(row(conversation))
        for button, use in ((".rename", EN("rename")), (".delete", EN("delete"))):
            entry.hover()
            entry.locator(button).click()
            with page.expect_event("requestfailed"):  # the sentence may still be the one about the button before
                page.get_by_role("dialog").get_by_role("button", name=use, exact=True).click()
            expect(page.locator("#side .warning")).to_have_text(EN("away"))
            expect(entry).to_contain_text(BUDGET)
        page.unroute(f"**/desk/conversations/{conversation}")
        entry.hover()
        entry.locator(".delete").click()
        page.get_by_role("dialog").get_by_role("button", name=EN("delete"), exact=True).click()
        expect(entry).to_have_count(0)
        expect(page.locator("#side .warning")).to_have_count(0)


def test_feedback_that_fails_is_told_and_what_was_typed_stays(fake: Served) -> None:
    with visiting(fake.url) as (page, _):
        ask(page, BUDGET)
        turn = page.locator(".turn").last
        page.route("**/feedback", lambda route: route.abort())
        turn.locator(".wrong").click()
        expect(turn.locator(".said")).to_have_text(EN("away"))
        expect(turn.locator(".wrong")).to_have_attribute("aria-expanded", "false")
        turn.locator(".right").click()
        expect(turn.locator(".right")).to_have_attribute("aria-pressed", "false")
        page.unroute("**/feedback")
        turn.locator(".wrong").click()
        turn.locator("textarea").fill("EUR 20 million")
        page.route("**/feedback", lambda route: route.abort())
        turn.get_by_role("button", name=EN("save")).click()
        expect(turn.locator(".said")).to_have_text(EN("away"))
        expect(turn.locator("textarea")).to_have_value("EUR 20 million")
        page.unroute("**/feedback")
        turn.get_by_role("button", name=EN("save")).click()
        expect(turn.locator(".said")).to_contain_text("feedback.jsonl")
