"""A turn as text to send: plain, as Markdown, as an e-mail draft. Every form carries its citations, and no score or path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant import Answer, Citation, Document, shown
from page.conversations import Turn
from page.escape import plain
from page.source import place_text
from page.texts import Texts

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~&$^])")
_NUMBER = re.compile(r"\\\[(\d{1,3})\\\]")  # a citation's number, escaped: brackets without an address are no link


@dataclass(frozen=True, slots=True)
class Part:
    """What an answer says to one question; heading: that question where a message held several, else ""."""

    heading: str
    text: str


def parts_of(answer: Answer) -> tuple[Part, ...]:
    """Return an answer's text question by question.

    The assistant sets each question of a message above its answer; what is no part of the message is no heading.
    """
    blocks = answer.text.split("\n\n")
    asked = shown(answer.question)
    heads = [block.partition("\n") for block in blocks]
    if len(blocks) < 2 or not all(text and head in asked for head, _, text in heads):
        return (Part("", answer.text),)
    return tuple(Part(head, text) for head, _, text in heads)


def plain_reply(turn: Turn, answer: Answer, documents: Sequence[Document], texts: Texts) -> str:
    """Return a turn as plain text: the fact, the quotes, the sources."""
    return "\n\n".join(_lines(turn.question, *_body(turn, answer, documents, texts))) + "\n"


def email_reply(turn: Turn, answer: Answer, documents: Sequence[Document], texts: Texts) -> str:
    """Return a turn as the draft of an e-mail to the one who asked."""
    subject = texts("email_subject", question=" ".join(plain(turn.question).split()))
    asked = texts("email_asked", question=plain(turn.question).strip())
    greeting, closing = texts("email_greeting"), texts("email_closing")
    return "\n\n".join(_lines(subject, greeting, asked, *_body(turn, answer, documents, texts), closing)) + "\n"


def markdown_reply(turn: Turn, answer: Answer, documents: Sequence[Document], texts: Texts) -> str:
    """Return a turn as Markdown in which nothing of the documents is markup."""
    refused = answer.status != "answered"
    body = [_marked(refusal_text(turn, answer, documents, texts))] if refused else [_markdown_part(part) for part in parts_of(answer)]
    quotes = [f"> {_marked(f'“{c.quote}”')} [{c.number}]" for c in answer.citations]
    sources = "\n".join(f"- [{c.number}] {_marked(source_line(c, documents, texts))}" for c in answer.citations)
    title = f"**{_marked(texts('sources_title'))}**" if sources else ""
    return "\n\n".join(_lines(f"## {_marked(' '.join(turn.question.split()))}", *body, *quotes, title, sources)) + "\n"


FORMS: Mapping[str, Callable[[Turn, Answer, Sequence[Document], Texts], str]] = {
    "plain": plain_reply,
    "markdown": markdown_reply,
    "email": email_reply,
}


def markdown_conversation(title: str, turns: Sequence[Turn], documents: Sequence[Document], texts: Texts) -> str:
    """Return the answered turns of a conversation as one Markdown document."""
    answered = [(turn, turn.answer) for turn in turns if turn.answer is not None]
    replies = [markdown_reply(turn, answer, documents, texts) for turn, answer in answered]
    return "\n".join([f"# {_marked(title)}\n", *replies])


def source_line(citation: Citation, documents: Sequence[Document], texts: Texts) -> str:
    """Return where a quote stands, as one line: title, publisher, date, section, place, address."""
    about = next((document for document in documents if document.id == citation.document), None)
    known = [] if about is None or about.publisher == "unknown" else [about.publisher]
    address = "" if about is None or about.source == "unknown" else about.source
    parts = [citation.title, *known, texts.as_of(citation.published), " › ".join(citation.section), place_text(citation, texts), address]
    return plain(", ".join(part for part in parts if part))


def invites(answer: Answer) -> bool:
    """Return whether an answer says how to ask, because the message held no question.

    It has no passages, and its text does not give the reason: that of a refusal does.
    """
    return answer.status != "answered" and not answer.see_also and answer.reason not in answer.text


def refusal_text(turn: Turn, answer: Answer, documents: Sequence[Document], texts: Texts) -> str:
    """Return the sentence that the documents do not say, with what was looked through; where no question was asked, how to ask one."""
    if invites(answer):
        return plain(answer.text)
    looked_in = [document for document in documents if turn.documents is None or document.id in turn.documents]
    titles = [f"{document.title} ({texts.date(document.published)})" for document in looked_in]
    looked = f" {texts('looked_in', documents=texts.joined(titles))}" if titles else ""
    return plain(f"{texts('documents_do_not_say')}{looked}")


def _body(turn: Turn, answer: Answer, documents: Sequence[Document], texts: Texts) -> list[str]:
    if answer.status != "answered":
        return [refusal_text(turn, answer, documents, texts)]
    said = [f"{part.heading}\n{part.text}" if part.heading else part.text for part in parts_of(answer)]
    quotes = "\n".join(f"[{c.number}] “{c.quote}”" for c in answer.citations)
    sources = "\n".join(f"[{c.number}] {source_line(c, documents, texts)}" for c in answer.citations)
    return [plain("\n\n".join(said)), f"{texts('in_their_words')}\n{plain(quotes)}", f"{texts('sources_title')}\n{sources}"]


def _markdown_part(part: Part) -> str:
    lines = [_NUMBER.sub(r"[\1]", _marked(line)) for line in plain(part.text).split("\n")]
    lines = [re.sub(r"^\\- ", "- ", line) for line in lines]
    heading = f"### {_marked(part.heading)}\n\n" if part.heading else ""
    return heading + "  \n".join(lines)


def _marked(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", plain(text))


def _lines(*parts: str) -> list[str]:
    return [part.strip("\n") for part in parts if part.strip()]
