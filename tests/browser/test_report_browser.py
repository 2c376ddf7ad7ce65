"""The HTML report in a real browser: it asks no host for anything, runs nothing, and fits a telephone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.serving import ARGUMENTS, CHROMIUM
from tests.test_evals_reports import written

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 360])
def test_the_report_stands_alone(tmp_path: Path, width: int) -> None:
    written(tmp_path, "html")
    report = (tmp_path / "out").rename(tmp_path / "report.html")
    asked: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(report.as_uri())
        failed = page.locator("details.ask")
        failed.first.locator("summary").click()
        expect(failed.first.get_by_role("heading", name="Expected")).to_be_visible()
        expect(page.locator("svg")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert (asked, complaints) == ([report.as_uri()], [])
