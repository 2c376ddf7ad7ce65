"""The page in Gradio: components and what happens on each event. What it shows is made by render.py and source.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr
from gradio.themes.utils.fonts import LocalFont

from page import render, words
from page.conversation import Conversation, ask
from page.opening import Opening, OpeningError
from page.source import pane_html

# An HTML component without Gradio's own click script and styles.
_html = partial(gr.HTML, js_on_load=None, apply_default_css=False)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def theme() -> gr.themes.Base:
    """Return a plain theme on a font that Gradio carries itself; the rest is in page.css."""
    face = LocalFont("IBM Plex Sans", weights=(400, 700))  # the file for 600 lacks letters
    return gr.themes.Base(font=[face, "system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read or change."""

    said: gr.State
    header: gr.HTML
    fresh: gr.Button
    welcome: gr.Column
    examples: tuple[gr.Button, ...]
    conversation: gr.HTML
    box: gr.Textbox
    send: gr.Button
    pane: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """What `_shown` gives values for, in its order."""
        return [self.said, self.header, self.welcome, self.conversation, self.pane, self.send]


def build_blocks(opening: Opening, examples: Sequence[str]) -> gr.Blocks:
    """Return the page, offering the example questions. Its events wait for `opening`; its state lives in the browser session."""
    blocks = gr.Blocks(title=words.NAME, analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600))
    with blocks:
        parts = _parts(examples)
        _wire(parts, opening)
        blocks.load(partial(_header, opening), None, parts.header, concurrency_limit=None, **_QUIET)
    blocks.queue(default_concurrency_limit=8, max_size=64, api_open=False)
    return blocks


def _parts(examples: Sequence[str]) -> Parts:
    said = gr.State(Conversation())
    with gr.Row(elem_id="top"):
        header = _html(render.header_html(words.LOADING, "loading"), elem_id="header")
        fresh = gr.Button("New conversation", elem_id="fresh", size="sm", scale=0)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            with gr.Column(elem_id="welcome") as welcome:
                _html(render.welcome_html())
                buttons = tuple(gr.Button(question, elem_classes="example") for question in examples)
            conversation = _html(render.conversation_html(()), elem_id="conversation")
            with gr.Row(elem_id="composer"):
                box = _question_box()
                send = gr.Button("Ask", variant="primary", elem_id="send", scale=0, min_width=88)
        with gr.Column(elem_id="source"):
            pane = _html(pane_html((), ""), elem_id="pane")
    return Parts(said, header, fresh, welcome, buttons, conversation, box, send, pane)


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label="Your question",
        show_label=False,
        container=False,
        placeholder=words.PLACEHOLDER,
        lines=1,
        max_lines=5,
        max_length=words.LONGEST_QUESTION,
        elem_id="question",
        scale=1,
    )


def _wire(parts: Parts, opening: Opening) -> None:
    def answer(before: Conversation, question: str) -> Iterator[list[Any]]:
        if not question.strip():
            yield [gr.skip() for _ in parts.shown]
        for now in ask(opening, before, question):
            yield _shown(now, opening)

    def answer_box(before: Conversation, question: str) -> Iterator[list[Any]]:
        typed: Any = ""
        for update in answer(before, question):
            yield [*update, typed]
            typed = gr.skip()  # what is typed meanwhile stays

    def begin_anew() -> list[Any]:
        return [*_shown(Conversation(), opening), ""]

    shown, box = parts.shown, parts.box
    asked = [gr.on([box.submit, parts.send.click], answer_box, [parts.said, box], [*shown, box], **_QUIET)]
    for button in parts.examples:
        asked.append(button.click(partial(answer, question=button.value), parts.said, shown, **_QUIET))
    parts.fresh.click(begin_anew, None, [*shown, box], cancels=asked, **_QUIET)


def _shown(now: Conversation, opening: Opening) -> list[Any]:
    last = now.turns[-1] if now.turns else None
    found = [source for turn in now.turns for source in turn.sources]
    return [
        gr.skip() if last and last.waiting else now,  # a question whose reply never came is no part of the history
        render.header_html(opening.wait().scope, "ready") if opening.ready else gr.skip(),
        gr.update(visible=last is None),
        render.conversation_html([turn.html for turn in now.turns], forgotten=now.count > len(now.turns)),
        gr.skip() if last and last.waiting else pane_html(found, last.opened if last else ""),
        gr.update(interactive=last is None or not last.waiting),
    ]


def _header(opening: Opening) -> Iterator[str]:
    """Yield the header while the assistant opens, then with the library's scope."""
    if not opening.ready:
        yield render.header_html(words.LOADING, "loading")
    try:
        yield render.header_html(opening.wait().scope, "ready")
    except OpeningError as error:
        yield render.header_html(str(error), "failed")
