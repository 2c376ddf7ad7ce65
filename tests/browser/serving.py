"""Starts the page as a process of its own, and a browser that talks to nothing but it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from assistant import copy_index
from tests.libraries import CORPUS, ROOT, settings_for

REAL = ("app.py",)
FAKE = ("-m", "tests.fake_assistant")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
REPLIED = ".turn.answered, .turn.refusal, .turn.notice"


@dataclass
class Served:
    """A running page: its address, its home folder, and the process with what it wrote."""

    url: str
    home: Path
    process: subprocess.Popen[str]
    written: Path

    def end(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and everything that was written."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20), self.written.read_text()


@dataclass
class Seen:
    """What a page did behind the user's back: requests to other hosts, and what the console complained about."""

    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(command: tuple[str, ...], port: int, written: Path, **environment: str) -> subprocess.Popen[str]:
    """Start a page that writes stdout and stderr to `written`."""
    env = os.environ | {"CLUSTERDESK_PORT": str(port)} | environment
    with written.open("w") as out:
        return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT, text=True)


@contextlib.contextmanager
def serving(command: tuple[str, ...], home: Path | None = None, port: int = 0, **environment: str) -> Iterator[Served]:
    """Serve a page until the block ends, on a free port and with a home of its own unless they are given."""
    with tempfile.TemporaryDirectory() as folder:
        port, written = port or free_port(), Path(folder) / "written.txt"
        if home is None:
            home = Path(folder) / "home"
            if command == REAL:
                copy_index(settings_for(CORPUS, ROOT / ".clusterdesk"), home)
        process = start(command, port, written, CLUSTERDESK_HOME=str(home), **environment)
        try:
            _await(process, port, written)
            yield Served(f"http://127.0.0.1:{port}", home, process, written)
        finally:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[str], port: int, written: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if f":{port} (" in written.read_text():
            return
        time.sleep(0.1)
    raise RuntimeError(f"The page did not start: {written.read_text()}")


@contextlib.contextmanager
def browsing(width: int = 1440, height: int = 900, scheme: str = "light", **options: Any) -> Iterator[BrowserContext]:
    """Open a browser in which several tabs can be opened."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        options |= {"viewport": {"width": width, "height": height}, "color_scheme": "dark" if scheme == "dark" else "light"}
        try:
            yield browser.new_context(locale=options.pop("locale", "en"), **options)
        finally:
            browser.close()


def watched(page: Page, url: str) -> Seen:
    """Watch a page's requests and its console from now on."""
    seen = Seen()
    page.on("request", lambda r: None if r.url.startswith((url, "data:", "blob:")) else seen.elsewhere.append(r.url))
    page.on("console", lambda m: seen.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    return seen


def visit(page: Page, url: str) -> None:
    """Go to the chat page and wait until it can be used."""
    page.goto(url)
    page.wait_for_selector(".welcome, .turn")


@contextlib.contextmanager
def visiting(url: str, width: int = 1440, height: int = 900, scheme: str = "light", **options: Any) -> Iterator[tuple[Page, Seen]]:
    """Open the chat page in a browser; watch its requests and its console."""
    with browsing(width, height, scheme, **options) as context:
        page = context.new_page()
        seen = watched(page, url)
        visit(page, url)
        yield page, seen


def ask(page: Page, question: str, reply: str = REPLIED) -> None:
    """Type a question, press Enter and wait for the reply to it."""
    before = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.locator(f":is({reply})").nth(before).wait_for(timeout=90_000)


def marked(page: Page) -> str:
    """Return the marked text of the source that is shown."""
    return "".join(page.locator("#source mark").all_text_contents())
