"""Two hundred hostile strings in every place that takes words: no script runs, no request leaves, no element is injected."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from page.texts import NAME
from tests.browser.serving import FAKE, Seen, Served, ask, browsing, serving, visit, watched
from tests.fake_assistant import BRIEFING, FACTSHEET
from tests.hostile import HOSTILE

pytestmark = pytest.mark.browser

BUDGET = "What was the annual budget of the support programme?"
# What the page itself puts into these regions.
OURS = (
    "article header section div p h1 h2 h3 h4 h5 h6 span bdi b small button ol ul li a mark table thead tbody tr td th label input "
    "select option textarea form nav progress dl dt dd main html body head meta title link script details summary "
    "kbd fieldset legend dialog footer"
)
INSPECT = f"""(region) => {{
  const ours = new Set({json.dumps(OURS.split())});
  return [...document.querySelectorAll(region + " *")].filter((element) =>
    !ours.has(element.localName)
    || element.getAttributeNames().some((name) => name.startsWith("on") || name === "style" || name === "srcset")
    || ["href", "src", "action"].some((name) => element.hasAttribute(name) && !/^(\\/(?!\\/)|data:,)/.test(element.getAttribute(name)))
  ).map((element) => element.outerHTML.slice(0, 200));
}}"""


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(FAKE, FAKE_HOSTILE="yes", FAKE_DELAY_SECONDS="0") as running:
        yield running


@pytest.fixture
def page(served: Served) -> Iterator[tuple[Page, Seen]]:
    with browsing() as context:
        opened = context.new_page()
        seen = watched(opened, served.url)
        visit(opened, served.url)
        yield opened, seen


def unharmed(page: Page, seen: Seen, *regions: str) -> None:
    page.wait_for_timeout(200)
    for region in regions:
        assert page.evaluate(INSPECT, region) == []
    assert page.evaluate("window.hit") is None
    assert seen.elsewhere == [] and seen.complaints == []


def test_as_question_history_title_of_a_conversation_and_feedback(page: tuple[Page, Seen], served: Served) -> None:
    tab, seen = page
    first = ""
    for text in HOSTILE:
        body = {"question": f"{text} budget", "conversation": first}
        kept = tab.request.post(f"{served.url}/desk/turns", data=body).json()
        first = kept["conversation"]
        assert tab.request.post(f"{served.url}/desk/turns/{kept['turn']}/reply").json()["answered"]
        given = {"reason": "incomplete", "expected": text}
        assert tab.request.post(f"{served.url}/desk/turns/{kept['turn']}/feedback", data=given).ok
    visit(tab, f"{served.url}/?c={first}")
    expect(tab.locator(".turn.answered")).to_have_count(len(HOSTILE))
    unharmed(tab, seen, "#conversation", "#source", "#side", "#header")
    rows = [json.loads(line) for line in (served.home / "feedback.jsonl").read_text("utf-8").split("\n")[:-1]]
    assert [row["expected"] for row in rows] == [text.replace("\0", "\ufffd").strip() for text in HOSTILE]


def test_as_titles_headings_and_text_of_the_documents(page: tuple[Page, Seen], served: Served) -> None:
    tab, seen = page
    ask(tab, BUDGET)
    for number in (0, 1):
        tab.locator(".turn .cite").nth(number).click()
        tab.locator("#source .whole").click()
        expect(tab.locator("#source .find")).to_be_visible()
        unharmed(tab, seen, "#conversation", "#source", "#header", "dialog")
    for path in ("library", f"library/{BRIEFING}", f"library/{FACTSHEET}"):
        tab.goto(f"{served.url}/{path}")
        unharmed(tab, seen, "html")


def test_typed_by_hand_and_slipped_in_by_a_script(page: tuple[Page, Seen]) -> None:
    tab, seen = page
    attack = '<img src=x onerror="window.hit=1"><form action=http://evil.example><b>bold</b>'
    ask(tab, attack)
    expect(tab.locator(".turn .question")).to_have_text(attack)
    unharmed(tab, seen, "#conversation")
    tab.evaluate("document.querySelector('.turn').innerHTML = '<img src=\"data:,\" onerror=\"window.hit=1\">'")
    tab.wait_for_timeout(300)
    assert tab.evaluate("window.hit") is None and tab.title() == NAME
    assert any("Content Security Policy" in complaint for complaint in seen.complaints)
