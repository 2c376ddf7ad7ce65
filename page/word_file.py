"""A conversation as a DOCX file. python-docx's one home."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import docx
from docx.document import Document as WordFile
from docx.shared import Pt

from assistant import Answer, Citation, Document
from page.conversations import Turn
from page.escape import plain
from page.reply import parts_of, refusal_text, source_line
from page.texts import NAME, Texts

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def word_conversation(title: str, turns: Sequence[Turn], documents: Sequence[Document], texts: Texts) -> bytes:
    """Return the answered turns of a conversation as the bytes of a DOCX file."""
    file = docx.Document()
    file.core_properties.title = _text(title)[:255]
    file.core_properties.author = NAME
    file.core_properties.comments = ""
    file.core_properties.language = texts.language
    file.styles["Normal"].font.name = "Calibri"
    file.styles["Normal"].font.size = Pt(11)
    file.add_heading(_text(title), 0)
    for turn in turns:
        if turn.answer is not None:
            _add_turn(file, turn, turn.answer, documents, texts)
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def _add_turn(file: WordFile, turn: Turn, answer: Answer, documents: Sequence[Document], texts: Texts) -> None:
    file.add_heading(_text(" ".join(turn.question.split())), 1)
    if answer.status != "answered":
        file.add_paragraph(_text(refusal_text(turn, answer, documents, texts)))
        return
    for part in parts_of(answer):
        if part.heading:
            file.add_heading(_text(part.heading), 2)
        for line in _text(part.text).split("\n"):
            if line.startswith("- "):
                file.add_paragraph(line[2:], style="List Bullet")
            elif line.strip():
                file.add_paragraph(line)
    for citation in answer.citations:
        _add_quote(file, citation)
    file.add_heading(texts("sources_title"), 3)
    for citation in answer.citations:
        file.add_paragraph(_text(f"[{citation.number}] {source_line(citation, documents, texts)}"))


def _add_quote(file: WordFile, citation: Citation) -> None:
    paragraph = file.add_paragraph(style="Quote")
    paragraph.add_run(_text(f"“{citation.quote}”")).italic = True
    paragraph.add_run(f" [{citation.number}]")


def _text(text: str) -> str:
    """Return text that XML can hold."""
    return _NOT_XML.sub("\ufffd", plain(text))
