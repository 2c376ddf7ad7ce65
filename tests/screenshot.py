"""Pictures of the running page for the documentation: `python -m tests.screenshot docs`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page

from assistant import copy_index
from tests.browser.serving import REAL, ask, serving, visiting
from tests.libraries import CORPUS, ROOT, settings_for

BUDGET = "What was the annual budget of the Regional Core Business Creation Support Programme?"
WEATHER = "What is the membership fee of K-RIP?"
FOLLOW_UP = "And what was the overall one?"
TOUR = "tour"
HOME = Path(".clusterdesk") / TOUR  # relative, because the page shows it


def take(folder: Path) -> None:
    """Write page.png (an answer beside its source), refusal.png and the numbered pictures of a tour into `folder`."""
    (folder / TOUR).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(ROOT / HOME, ignore_errors=True)
    copy_index(settings_for(CORPUS, ROOT / ".clusterdesk"), ROOT / HOME)
    with serving(REAL, HOME) as running:
        with visiting(running.url, 1440, 900) as (page, _):
            ask(page, BUDGET)
            picture(page, folder / "page.png")
            tour(page, folder / TOUR, running.url)
        with visiting(running.url, 1440, 900) as (page, _):
            ask(page, WEATHER)
            picture(page, folder / "refusal.png")
        with visiting(running.url, 360, 740, "dark") as (page, _):
            ask(page, BUDGET)
            picture(page, folder / TOUR / "7-phone.png")
            page.locator(".turn .cite").first.click()
            picture(page, folder / TOUR / "8-phone-source.png")
    shutil.rmtree(ROOT / HOME)


def tour(page: Page, folder: Path, url: str) -> None:
    """Go through what a support agent does in a minute, a picture a step."""
    page.keyboard.type("cluster organisations in", delay=20)
    page.locator("#suggestions li").first.wait_for()
    picture(page, folder / "1-suggestions.png")
    page.keyboard.press("Escape")
    ask(page, FOLLOW_UP)
    picture(page, folder / "2-follow-up.png")
    page.locator("#source .whole").click()
    page.locator("#source .find-words").fill("budget")
    picture(page, folder / "3-whole-document.png")
    page.locator(".turn").last.locator(".wrong").click()
    page.locator(".feedback select").wait_for()
    picture(page, folder / "4-feedback.png")
    page.locator("#looking-in .change").click()
    picture(page, folder / "5-where-to-look.png")
    page.goto(f"{url}/library")
    picture(page, folder / "6-library.png")


def picture(page: Page, path: Path) -> None:
    """Take a picture when everything has come to rest."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(700)
    page.screenshot(path=path)


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
