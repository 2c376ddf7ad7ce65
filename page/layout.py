"""The page in Gradio: where things stand, the question box and its buttons. The scripts in static/ fill it from our routes."""

from __future__ import annotations

from functools import partial

import gradio as gr
from gradio.themes.utils.fonts import LocalFont

from page.texts import LANGUAGES, NAME, load_texts

# An HTML component without Gradio's own click script and styles.
_html = partial(gr.HTML, js_on_load=None, apply_default_css=False)


def theme() -> gr.themes.Base:
    """Return a plain theme on a font that Gradio carries itself; the rest is in page.css."""
    face = LocalFont("IBM Plex Sans", weights=(400, 700))  # the file for 600 lacks letters
    return gr.themes.Base(font=[face, "system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def build_blocks() -> gr.Blocks:
    """Return the page's frame.

    Its events are no Gradio events: replies come from routes that outlive a reload and a restart of the server, which a Gradio session
    does not.
    """
    texts = load_texts(LANGUAGES[0])  # replaced in the browser by the user's language
    blocks = gr.Blocks(title=NAME, analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600))
    with blocks:
        with gr.Row(elem_id="top"):
            _html("", elem_id="header")
            gr.Button(texts("fresh"), elem_id="fresh", size="sm", scale=0)
            _html("", elem_id="tools")
        with gr.Row(elem_id="desk"):
            _html("", elem_id="side")
            with gr.Column(elem_id="talk"):
                _html("", elem_id="conversation")
                with gr.Column(elem_id="asking"):
                    _html("", elem_id="looking-in")
                    with gr.Row(elem_id="composer"):
                        _question_box(texts("placeholder"), texts("your_question"))
                        gr.Button(texts("ask"), variant="primary", elem_id="send", scale=0, min_width=88)
            _html("", elem_id="source")
    blocks.queue(max_size=1, api_open=False)
    return blocks


def _question_box(placeholder: str, label: str) -> gr.Textbox:
    return gr.Textbox(
        label=label,
        show_label=False,
        container=False,
        placeholder=placeholder,
        lines=1,
        max_lines=5,
        elem_id="question",
        scale=1,
    )
