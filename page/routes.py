"""The routes behind the conversation: questions, their replies and sources, copies and feedback."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict

from page.asking import AnsweringError, stands
from page.conversations import Turn
from page.feedback import GAP, REASONS
from page.frame import feedback_html
from page.opening import Desk, OpeningError
from page.render import announcement, answer_turn, notice_turn, source_id, waiting_turn
from page.reply import FORMS
from page.service import Service, chosen, texts_of
from page.source import Spot, source_html
from page.texts import Texts

LONGEST_QUESTION = 2_000  # characters


def _whole(text: Any) -> Any:
    """Return text without halves of characters and without NUL, which nothing can store and search."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd") if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_whole)]


class Asked(BaseModel):
    """A question as the page sends it. documents: ids to look in, None for all."""

    model_config = ConfigDict(extra="forbid")

    question: Text
    conversation: Text = ""
    literal: bool = False
    documents: list[Text] | None = None


class Judged(BaseModel):
    """What a user says of an answer. reason: "right" or one of feedback.REASONS."""

    model_config = ConfigDict(extra="forbid")

    reason: Text
    expected: Text = ""


def turn_routes(service: Service) -> APIRouter:
    """Return the routes under /desk/turns."""
    routes = APIRouter(prefix="/desk/turns")

    @routes.post("")
    def ask(asked: Asked, request: Request) -> dict[str, Any]:
        """Keep a question and return it as it looks while it waits; its reply is asked for next."""
        texts, question = texts_of(request), asked.question.strip()
        if not question or len(question) > LONGEST_QUESTION:
            key = "too_long" if question else "no_question"
            raise HTTPException(400, texts(key, length=f"{len(question):,}", limit=f"{LONGEST_QUESTION:,}"))
        turn = service.conversations.add(question, asked.conversation, literal=asked.literal, documents=asked.documents)
        return {"turn": turn.id, "conversation": turn.conversation, "html": show(service, turn, texts)}

    @routes.post("/{id}/reply")
    async def reply(id: int, request: Request) -> dict[str, Any]:
        """Return a question's reply as soon as there is one, with its first source."""
        texts, turn = texts_of(request), service.turn(id)
        try:
            turn = await service.asking.reply(id)
        except KeyError:
            raise HTTPException(404, texts("withdrawn")) from None
        except OpeningError as error:
            return {"html": notice_turn(turn, texts, f"{texts('not_ready')} {error}".strip()), "answered": False}
        except AnsweringError:
            return {"html": notice_turn(turn, texts, texts("broken")), "answered": False}
        return _replied(service, await service.asking.desk(), turn, texts)

    @routes.delete("/{id}")
    def withdraw(id: int) -> dict[str, Any]:
        """Forget a question that was stopped before it was answered."""
        service.conversations.withdraw(id)
        return {}

    return routes


def answer_routes(service: Service) -> APIRouter:
    """Return the routes of what can be done with an answer."""
    routes = APIRouter(prefix="/desk/turns/{id}")

    @routes.get("/answer")
    def answer(id: int) -> dict[str, Any]:
        """Return the answer's JSON."""
        return service.answered(id)[1].to_json()

    @routes.get("/source/{kind}/{place}", response_class=HTMLResponse)
    async def source(id: int, kind: str, place: int, request: Request, whole: bool = False) -> str:
        """Return one source of an answer, in its passage or in its whole document."""
        texts = texts_of(request)
        citation, found = chosen(service.answered(id)[1], kind, place)
        try:
            return source_html(await service.asking.desk(), citation, Spot(kind, place, len(found)), texts, whole)
        except OpeningError as error:
            raise HTTPException(503, f"{texts('not_ready')} {error}".strip()) from None

    @routes.get("/copy/{form}", response_class=PlainTextResponse)
    def copy(id: int, form: str, request: Request) -> str:
        """Return an answer as text to send."""
        if form not in FORMS:
            raise HTTPException(404, f"There is no form {form!r}. The forms are: {', '.join(FORMS)}.")
        turn, answer = service.answered(id)
        return FORMS[form](turn, answer, service.documents, texts_of(request))

    return routes


def feedback_routes(service: Service) -> APIRouter:
    """Return the routes of what a user says of an answer."""
    routes = APIRouter(prefix="/desk/turns/{id}/feedback")

    @routes.get("", response_class=HTMLResponse)
    def form(id: int, request: Request) -> str:
        """Return the form that asks what was wrong."""
        answer = service.answered(id)[1]
        others = "should have refused" if answer.status == "not_found" else GAP
        reasons = [reason for reason in REASONS if reason != others]
        first = [GAP] if GAP in reasons else []
        return feedback_html([*first, *(r for r in reasons if r not in first)], str(service.feedback.path), texts_of(request))

    @routes.post("")
    def judge(id: int, judged: Judged, request: Request) -> dict[str, Any]:
        """Keep what a user says of an answer; return the sentence that says where."""
        turn, answer = service.answered(id)
        texts = texts_of(request)
        if judged.reason == "right":
            service.conversations.judged(id, "right")
            return {"said": texts("thanks_right")}
        try:
            service.feedback.add(turn, answer, service.conversations.history(turn), judged.reason, judged.expected)
        except ValueError as error:
            raise HTTPException(400, str(error)) from None
        service.conversations.judged(id, judged.reason)
        return {"said": texts("stored", path=service.feedback.path)}

    return routes


def _replied(service: Service, desk: Desk, turn: Turn, texts: Texts) -> dict[str, Any]:
    """Return an answered turn with its first source, opened, and what a screen reader says of it."""
    assert turn.answer is not None
    cited = turn.answer.citations
    return {
        "html": show(service, turn, texts),
        "answered": True,
        "say": announcement(turn.answer, texts),
        "opened": source_id(turn.id, "cited", 0) if cited else "",
        "source": source_html(desk, cited[0], Spot("cited", 0, len(cited)), texts) if cited else "",
    }


def show(service: Service, turn: Turn, texts: Texts) -> str:
    """Return a turn as it stands: answered, or waiting for its answer."""
    if turn.answer is None:
        return waiting_turn(turn, texts, not service.opening.ready, service.documents)
    refused = turn.answer.status == "not_found"
    suggested = service.library.suggestions.related(turn.question, turn.documents) if refused else ()
    quotes = (*turn.answer.citations, *turn.answer.see_also)
    standing = {citation for citation in quotes if stands(service.opening.wait(), citation)} if service.opening.ready else ()
    return answer_turn(turn, turn.answer, texts, service.documents, suggested, standing)
