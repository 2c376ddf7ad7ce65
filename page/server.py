"""Serves the page: one address, one process, no other host."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Protocol

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware

from page.conversations import ConversationsError
from page.headers import SameOrigin, SecurityHeaders
from page.opening import Desk, Opening
from page.service import Library, Service
from page.texts import NAME

STATIC = Path(__file__).parent / "static"
LOOPBACK = ("127.0.0.1", "localhost")
HEAD = (
    '<link rel="stylesheet" href="/desk/static/base.css"><link rel="stylesheet" href="/desk/static/chat.css">'
    '<script type="module" src="/desk/static/main.js"></script>'
)
OPENING_TIME = "opening-seconds.txt"

# Read by Gradio and its companions when they are imported.
QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_MCP_SERVER": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


class PageSettings(Protocol):
    """What the page needs of the settings."""

    @property
    def home(self) -> Path:
        """The folder for the index, the kept conversations and the feedback."""
        ...

    @property
    def host(self) -> str:
        """The address to listen on."""
        ...

    @property
    def port(self) -> int:
        """The port to listen on; 0: any free one."""
        ...


class _Server(uvicorn.Server):
    """Says when the page can be visited, and ends without complaint."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"{NAME} is at {self.address} (Ctrl-C ends it)\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Every open page holds an endless event stream; cutting it off is how this ends, not an error to report.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


class PageError(Exception):
    """The page cannot be served; the text says why and what to change."""


def serve(settings: PageSettings, open_desk: Callable[[], Desk], library: Library, told: tuple[type[Exception], ...] = ()) -> None:
    """Serve the page until Ctrl-C; the assistant opens meanwhile.

    library: what can be shown before the assistant is there.
    told: the exceptions of `open_desk` whose text is for the person at the page.
    Raises PageError if the address or the file of the conversations cannot be used.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    with listening(settings.host, settings.port) as listener, contextlib.suppress(KeyboardInterrupt):
        opening = Opening(open_desk, told, settings.home / OPENING_TIME)
        opening.start()
        try:
            app = build(opening, settings.home, library, answers_to(settings.host))
        except ConversationsError as error:
            raise PageError(str(error)) from error
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        _Server(config, _address(settings.host, listener)).run(sockets=[listener])


def answers_to(host: str) -> Sequence[str]:
    """Return the names that the page answers to where it listens on `host`: on 127.0.0.1 its own only, elsewhere any."""
    return LOOPBACK if host in LOOPBACK else ("*",)


def build(opening: Opening, home: Path, library: Library, hosts: Sequence[str] = ("*",)) -> FastAPI:
    """Return the web application: Gradio's page and our routes under our headers.

    hosts: the names it answers to, so that no other site's name can be pointed at it.
    """
    os.environ.update(QUIET, GRADIO_TEMP_DIR=str((home / "page").absolute()))
    import gradio as gr  # only now: it reads the environment when imported

    from page.layout import build_blocks, theme
    from page.routes import answer_routes, feedback_routes, turn_routes
    from page.shelf_routes import conversation_routes, frame_routes, library_routes

    service = Service(opening, home, library)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        opening.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(SameOrigin)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(SecurityHeaders)
    for routes in (turn_routes, answer_routes, feedback_routes, frame_routes, conversation_routes, library_routes):
        app.include_router(routes(service))
    app.mount("/desk/static", StaticFiles(directory=STATIC))
    gr.mount_gradio_app(
        app,
        build_blocks(),
        path="/",
        allowed_paths=[],
        blocked_paths=[str(home.absolute())],
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        run_history=False,
        footer_links=[],
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        theme=theme(),
        head=HEAD,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    return app


def listening(host: str, port: int) -> socket.socket:
    """Return a listening socket, or raise PageError that names the setting to change."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PageError(
            f"The address {host!r} cannot be used ({error.strerror}). Set CLUSTERDESK_HOST, for example to 127.0.0.1."
        ) from error
    try:
        if os.name == "posix":  # elsewhere the option would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PageError(_bind_sentence(host, port, error)) from error
    return listener


def _bind_sentence(host: str, port: int, error: OSError) -> str:
    other = port + 1 if 1024 <= port < 65535 else 7861
    remedy = f"set CLUSTERDESK_PORT to another one, for example CLUSTERDESK_PORT={other}."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is already in use. End the program that holds it, or {remedy}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} may not be used by this account. To go on, {remedy}"
    return f"Cannot listen on {host} port {port} ({error.strerror}). Check CLUSTERDESK_HOST, or {remedy}"


def _address(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
