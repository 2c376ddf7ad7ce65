"""The highlight of forty citations of every kind, on the real documents: the quote and nothing else, as the answer's JSON has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from page import Suggestions
from tests.browser.serving import REAL, Served, serving, visiting
from tests.libraries import CORPUS

pytestmark = pytest.mark.browser

LEAST = 40
KINDS = {"paragraph": 5, "item": 5, "cell": 5, "footnote": 1, "page break": 2}  # how many of each at least
KIND = """() => {
  const mark = document.querySelector("#source mark");
  if (mark.closest("td")) return "cell";
  if (mark.closest("li")) return "item";
  return mark.closest(".footnote") ? "footnote" : "paragraph";
}"""


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(REAL) as running:
        yield running


def questions() -> list[str]:
    """Spread over the library's known questions; the last ones ask for what stands in footnotes and across page ends."""
    known = sorted(question for question, _ in Suggestions.load(CORPUS).questions)
    return [*known[:: max(1, len(known) // 30)], *SPECIAL]


SPECIAL = (
    "Which IMF database is cited for Japan's rank among the world's economies?",
    "Who wrote the 2009 study for DG Trade on barriers to trade and investment between the EU and Japan?",
    "Is Nagoya city among the locations of ICT industrial clusters in Japan?",
    "What does Figure 1 in the Japan briefing show?",
    "How many companies have joined the Forum for Innovative Regenerative Medicine (FIRM)?",
    "What are the phases of Japan's Industrial Cluster Project?",
    "What are the three phases of the Industrial Cluster Project?",
)


def bare(text: str) -> str:
    return "".join(text.split())


def test_the_highlight_of_every_citation_is_its_quote_and_nothing_else(served: Served) -> None:
    seen: Counter[str] = Counter()
    with visiting(served.url) as (page, _):
        for question in questions():
            kept = page.request.post(f"{served.url}/desk/turns", data={"question": question}).json()
            page.request.post(f"{served.url}/desk/turns/{kept['turn']}/reply", timeout=90_000)
            seen += checked(page, served.url, kept)
    assert seen.total() - seen["page break"] >= LEAST
    assert {kind: seen[kind] >= least for kind, least in KINDS.items()} == dict.fromkeys(KINDS, True)


def checked(page: Page, url: str, kept: dict[str, str]) -> Counter[str]:
    """Open every citation of a turn, compare its highlight with the JSON, and count its kind."""
    citations = page.request.get(f"{url}/desk/turns/{kept['turn']}/answer").json()["citations"]
    page.goto(f"{url}/?c={kept['conversation']}")
    kinds: Counter[str] = Counter()
    for place, citation in enumerate(citations):
        page.locator(f'.citation[data-source="{kept["turn"]}-cited-{place}"]').click()
        expect(page.locator("#source .label")).to_have_text(f"Source {place + 1} of {len(citations)}")
        assert bare("".join(page.locator("#source mark").all_text_contents())) == bare(citation["quote"])
        expect(page.locator("#source mark").first).to_be_in_viewport()
        kinds[page.evaluate(KIND)] += 1
        kinds["page break"] += place > 0 and citations[place - 1]["section"] == citation["section"] and follows(citations[place - 1])
    return kinds


def follows(citation: dict[str, str]) -> bool:
    """Return whether a quote goes on after a page end: it ends in the middle of a sentence."""
    return citation["quote"][-1].isalnum() or citation["quote"].endswith(",")
