"""From a kept question to its kept answer: waits for the assistant, proves every quote, answers each question once."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from assistant import Answer, Citation, shown
from page.conversations import Conversations, Turn
from page.opening import Desk, Opening, OpeningError

log = logging.getLogger(__name__)

_LOOK_S = 0.05  # how often a waiting question looks whether the assistant is there


class UnprovenQuoteError(Exception):
    """A quote is not word for word what its document says at its place, so its answer is not shown."""


class AnsweringError(Exception):
    """A question could not be answered; the log says why."""


class Asking:
    """Answers the kept questions. A question that two tabs wait for is asked once."""

    def __init__(self, opening: Opening, conversations: Conversations) -> None:
        self._opening = opening
        self._conversations = conversations
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def reply(self, id: int) -> Turn:
        """Return a turn with its answer, kept.

        Raises KeyError if the question is withdrawn, OpeningError if there is no assistant, AnsweringError if it broke down.
        """
        if self._conversations.turn(id).answer is None:
            task = self._tasks.get(id)
            if task is None:
                task = self._tasks[id] = asyncio.create_task(self._answer(id))
                task.add_done_callback(partial(self._settled, id))
            await asyncio.shield(task)  # whoever stops waiting stops only the wait
        return self._conversations.turn(id)

    def _settled(self, id: int, task: asyncio.Task[None]) -> None:
        self._tasks.pop(id, None)
        if not task.cancelled():
            task.exception()  # seen, even if nobody waits any longer

    async def desk(self) -> Desk:
        """Return the assistant as soon as it is open, or raise OpeningError; no thread waits."""
        self._opening.start()
        while not self._opening.settled:
            await asyncio.sleep(_LOOK_S)
        return self._opening.wait()

    async def _answer(self, id: int) -> None:
        desk = await self.desk()
        turn = self._conversations.turn(id)
        try:
            history = self._conversations.history(turn)
            answer = await asyncio.to_thread(desk.ask, turn.question, history, documents=turn.documents, literal=turn.literal)
            prove(desk, answer)
            self._conversations.answered(id, answer)
        except OpeningError:
            raise
        except Exception as error:
            log.exception("A question could not be answered")
            raise AnsweringError from error


def prove(desk: Desk, answer: Answer) -> None:
    """Raise UnprovenQuoteError unless every quote of an answer stands word for word where it says."""
    for citation in (*answer.citations, *answer.see_also):
        if not stands(desk, citation):
            place = f"{citation.document} {citation.start}:{citation.end}"
            raise UnprovenQuoteError(f"The quote at {place} is not what the document says there; its answer is not shown.")


def stands(desk: Desk, citation: Citation) -> bool:
    """Return whether a quote is word for word what its document says at its place."""
    try:
        text = desk.text(citation.document)
    except KeyError:
        return False
    return 0 <= citation.start < citation.end <= len(text) and shown(text[citation.start : citation.end]) == citation.quote
