"""The routes around the conversation: the page's frame, kept conversations, suggestions, and the pages of the library."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict

from assistant import Document
from page.conversations import Turn
from page.frame import conversations_html, dialogs_html, downloads_html, header_html, side_html, tools_html, welcome_html
from page.library import document_page, index_page, notice_page
from page.links import LIBRARY, read_place
from page.opening import Desk, OpeningError
from page.reply import markdown_conversation
from page.routes import Text, show
from page.service import Service, or_404, texts_of
from page.source import empty_html
from page.texts import NAME, Texts
from page.word_file import MEDIA_TYPE, word_conversation

_NOT_IN_FILE_NAME = re.compile(r"[^\w-]+")


class Renamed(BaseModel):
    """A conversation's new title."""

    model_config = ConfigDict(extra="forbid")

    title: Text


def frame_routes(service: Service) -> APIRouter:
    """Return the routes of the page's frame."""
    routes = APIRouter(prefix="/desk")

    @routes.get("/start")
    def start(request: Request) -> dict[str, Any]:
        """Return everything that stands around the conversation, in the language of whoever asks."""
        texts, documents = texts_of(request), service.documents
        return {
            "language": texts.language,
            "texts": dict(texts.sentences),
            "header": header_html(documents, texts),
            "tools": tools_html(texts),
            "side": side_html(texts),
            "welcome": welcome_html(service.library.examples, texts),
            "empty": empty_html(texts),
            "dialogs": dialogs_html(documents, texts),
        }

    @routes.get("/state")
    def state(request: Request) -> dict[str, Any]:
        """Return whether the assistant is there; share: how much of its opening is likely done, 0 to 1."""
        texts, failure = texts_of(request), service.opening.failure
        if failure is not None:
            return {"state": "failed", "sentence": str(failure) or texts("broken_opening"), "share": 0.0}
        ready = service.opening.ready
        return {"state": "ready" if ready else "loading", "sentence": "" if ready else texts("loading"), "share": service.opening.share}

    @routes.get("/suggest")
    def suggest(typed: str = "", documents: Annotated[list[str] | None, Query()] = None) -> list[str]:
        """Return questions that the library answers and that begin as what is typed, best first."""
        return list(service.library.suggestions.matching(typed, documents))

    return routes


def conversation_routes(service: Service) -> APIRouter:
    """Return the routes of the kept conversations."""
    routes, kept = APIRouter(prefix="/desk/conversations"), service.conversations

    @routes.get("", response_class=HTMLResponse)
    def listed(request: Request, search: str = "", current: str = "") -> str:
        """Return the list of conversations that hold the words of `search`."""
        return conversations_html(kept.list(search), current, texts_of(request))

    @routes.get("/{id}")
    def opened(id: str, request: Request, after: int = 0) -> dict[str, Any]:
        """Return a conversation's turns after one of them, with the ids of those that wait for an answer."""
        title, texts = or_404(lambda: kept.title(id)), texts_of(request)
        turns = kept.turns(id, after)
        return {
            "title": title,
            "turns": [{"turn": turn.id, "html": show(service, turn, texts), "waiting": turn.answer is None} for turn in turns],
            "questions": [turn.question for turn in turns],
            "downloads": downloads_html(id, texts),
        }

    @routes.patch("/{id}")
    def rename(id: str, renamed: Renamed) -> dict[str, Any]:
        """Give a conversation another title."""
        kept.rename(id, renamed.title)
        return {"title": or_404(lambda: kept.title(id))}

    @routes.delete("/{id}")
    def delete(id: str) -> dict[str, Any]:
        """Delete a conversation for good."""
        kept.delete(id)
        return {}

    @routes.get("/{id}/file/{form}")
    def file(id: str, form: str, request: Request) -> Response:
        """Return a whole conversation as a file: markdown or docx."""
        title = or_404(lambda: kept.title(id))
        return _file(title, kept.turns(id), form, service.documents, texts_of(request))

    return routes


def _file(title: str, turns: Sequence[Turn], form: str, documents: Sequence[Document], texts: Texts) -> Response:
    if form == "docx":
        data, media, suffix = word_conversation(title, turns, documents, texts), MEDIA_TYPE, "docx"
    else:
        data = markdown_conversation(title, turns, documents, texts).encode("utf-8", "replace")
        media, suffix = "text/markdown; charset=utf-8", "md"
    name = _NOT_IN_FILE_NAME.sub("-", title.encode("ascii", "ignore").decode()).strip("-")[:60] or NAME
    return Response(data, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}.{suffix}"'})


def library_routes(service: Service) -> APIRouter:
    """Return the routes of the library's pages."""
    routes = APIRouter(prefix=LIBRARY, default_response_class=HTMLResponse)

    @routes.get("")
    async def index(request: Request) -> HTMLResponse:
        """Return the index of the documents."""
        texts = texts_of(request)
        desk = await _opened(service, texts)
        return HTMLResponse(index_page(desk, service.library.suggestions, texts)) if not isinstance(desk, HTMLResponse) else desk

    @routes.get("/{id}")
    async def read(id: str, request: Request, quote: str = "") -> HTMLResponse:
        """Return one document; quote: the place that a permanent link names."""
        texts = texts_of(request)
        desk = await _opened(service, texts)
        if isinstance(desk, HTMLResponse):
            return desk
        document = next((document for document in desk.documents if document.id == id), None)
        if document is None:
            return HTMLResponse(notice_page(texts("no_such_document"), texts("no_such_document_more"), texts), 404)
        return HTMLResponse(document_page(desk, document, read_place(quote), texts))

    return routes


async def _opened(service: Service, texts: Texts) -> Desk | HTMLResponse:
    try:
        return await service.asking.desk()
    except OpeningError as error:
        return HTMLResponse(notice_page(texts("library"), f"{texts('not_ready')} {error}".strip(), texts), 503)
