"""Pictures of the running page for the documentation: `python -m tests.screenshot docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.browser.serving import REAL, ask, serving, visiting

BUDGET = "What was the annual budget of the Regional Core Business Creation Support Programme?"
WEATHER = "What is the weather in Tokyo tomorrow?"


def take(folder: Path, command: tuple[str, ...] = REAL) -> None:
    """Write page.png (an answer with an opened citation) and refusal.png into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(command) as running:
        with visiting(running.url, 1280, 800) as (page, _):
            ask(page, BUDGET)
            page.locator(".turn .cite").first.click()
            page.mouse.move(0, 0)
            page.wait_for_timeout(800)
            page.screenshot(path=folder / "page.png")
        with visiting(running.url, 1280, 800) as (page, _):
            ask(page, WEATHER)
            page.wait_for_timeout(800)
            page.screenshot(path=folder / "refusal.png")


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
