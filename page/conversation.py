"""A conversation as the page keeps it: asked questions with their rendered replies. Knows nothing of Gradio."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant import Answer, shown
from page import render, words
from page.opening import Desk, Opening, OpeningError
from page.source import Source, sources

log = logging.getLogger(__name__)

TURNS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its reply as HTML; `question` is plain, for the history.

    opened: the id of the source that opens by itself, or ''; waiting: the reply is still to come.
    """

    question: str
    html: str
    sources: tuple[Source, ...] = ()
    opened: str = ""
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """The newest turns, oldest first, TURNS_SHOWN at most. count: all turns ever asked, forgotten ones included."""

    turns: tuple[Turn, ...] = ()
    count: int = 0

    @property
    def questions(self) -> tuple[str, ...]:
        """The earlier questions, oldest first."""
        return tuple(turn.question for turn in self.turns)

    def plus(self, turn: Turn) -> Conversation:
        """Return the conversation with one more turn."""
        return replace(self, turns=(*self.turns, turn)[-TURNS_SHOWN:], count=self.count + 1)


class UnprovenQuoteError(Exception):
    """A quote is not word for word what its document says at its place, so its answer is not shown."""


def ask(opening: Opening, before: Conversation, question: str) -> Iterator[Conversation]:
    """Yield the conversation with the question waiting, then with its reply; nothing for an empty question.

    Never raises.
    """
    question = question.strip()
    if not question:
        return
    if len(question) > words.LONGEST_QUESTION:
        sentence = words.TOO_LONG.format(length=len(question), limit=words.LONGEST_QUESTION)
        yield before.plus(Turn(question[:200], render.notice_turn(question[:200] + " …", "", sentence)))
        return
    opening.start()
    if not opening.ready:
        loading = render.waiting_turn(question, words.LOADING, words.LOADING_MORE)
        yield before.plus(Turn(question, loading, waiting=True))
    try:
        desk = opening.wait()
        yield before.plus(Turn(question, render.waiting_turn(question, words.LOOKING), waiting=True))
        yield before.plus(_reply(desk, before, question))
    except OpeningError as error:
        yield before.plus(Turn(question, render.notice_turn(question, words.NOT_READY, str(error))))
    except Exception:
        log.exception("A question could not be answered")
        yield before.plus(Turn(question, render.notice_turn(question, "", words.BROKEN)))


def _reply(desk: Desk, before: Conversation, question: str) -> Turn:
    answer = desk.ask(question, before.questions)
    _prove(desk, answer)
    number = before.count + 1
    opened = render.source_id(number, "cited", 0) if answer.citations else ""
    return Turn(question, render.answer_turn(question, answer, number), sources(desk, answer, number), opened)


def _prove(desk: Desk, answer: Answer) -> None:
    for citation in (*answer.citations, *answer.see_also):
        if shown(desk.text(citation.document)[citation.start : citation.end]) != citation.quote:
            place = f"{citation.document} {citation.start}:{citation.end}"
            raise UnprovenQuoteError(f"The quote at {place} is not what the document says there; its answer is not shown.")
