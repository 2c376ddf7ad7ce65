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
from fastapi.responses import FileResponse

from page import words
from page.headers import SecurityHeaders
from page.opening import Desk, Opening

HERE = Path(__file__).parent

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
        """The folder for everything that can be made again."""
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
        sys.stdout.write(f"{words.NAME} is at {self.address} (Ctrl-C ends it)\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Every open page holds an endless event stream; cutting it off is how this ends, not an error to report.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


class PageError(Exception):
    """The page cannot be served; the text says why and what to change."""


def serve(
    settings: PageSettings, open_desk: Callable[[], Desk], examples: Sequence[str] = (), told: tuple[type[Exception], ...] = ()
) -> None:
    """Serve the page until Ctrl-C; the assistant opens meanwhile.

    examples: questions offered to a newcomer.
    told: the exceptions of `open_desk` whose text is for the person at the page.
    Raises PageError if the address cannot be used.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    with listening(settings.host, settings.port) as listener, contextlib.suppress(KeyboardInterrupt):
        opening = Opening(open_desk, told)
        opening.start()
        app = build(opening, settings.home, examples)
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        _Server(config, _address(settings.host, listener)).run(sockets=[listener])


def build(opening: Opening, home: Path, examples: Sequence[str] = ()) -> FastAPI:
    """Return the web application: Gradio's page under our headers, and the one script of ours."""
    os.environ.update(QUIET, GRADIO_TEMP_DIR=str((home / "page").absolute()))
    import gradio as gr  # only now: it reads the environment when imported

    from page.layout import build_blocks, theme

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        opening.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(SecurityHeaders)
    app.add_api_route("/page.js", _script)
    gr.mount_gradio_app(
        app,
        build_blocks(opening, examples),
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
        css_paths=HERE / "page.css",
        head='<script src="page.js" defer></script>',
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    return app


def _script() -> FileResponse:
    return FileResponse(HERE / "page.js", media_type="text/javascript")


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
