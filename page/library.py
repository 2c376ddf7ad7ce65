"""The library as plain pages of its own: an index of the documents, and each document to read, with a place marked if a link names one."""

from __future__ import annotations

from collections.abc import Sequence

from assistant import Document, Excerpt
from page.escape import escaped, lang
from page.excerpts import blocks_html
from page.frame import tools_html
from page.links import LIBRARY, Place, document_address
from page.opening import Desk
from page.source import facts_html, linked, search_html
from page.suggest import Suggestions
from page.texts import NAME, Texts

_WHOLE = 10**9  # blocks
_UNKNOWN = "unknown"


def index_page(desk: Desk, suggestions: Suggestions, texts: Texts) -> str:
    """Return the page that lists the documents with date, origin, sections and the facts that protect them."""
    cards = "".join(_card(document, desk.outline(document.id), suggestions, texts) for document in desk.documents)
    count = texts.counted("documents", len(desk.documents))
    return _page(texts("library"), f'<h1>{escaped(texts("library"))}</h1><p class="count">{escaped(count)}</p>{cards}', texts)


def document_page(desk: Desk, document: Document, place: Place | None, texts: Texts) -> str:
    """Return the page of one document. A place whose words have changed is not marked, and that it is so is said."""
    citation = linked(desk, document, place) if place else None
    excerpts = desk.surroundings(citation, _WHOLE) if citation else desk.outline(document.id)
    own, blocks = lang(document.language, texts.language), blocks_html(excerpts, texts, document.language)
    facts = (
        facts_html(citation, texts, verified=True)
        if citation
        else f'<p class="facts"><span>{escaped(texts.as_of(document.published))}</span></p>'
    )
    warning = f'<p class="warning" role="status">{escaped(texts("link_changed"))}</p>' if place and not citation else ""
    body = (
        f'<header><h1 dir="auto"{own}>{escaped(document.title)}</h1>{facts}{_origin(document, texts)}</header>{warning}'
        f'{search_html(texts)}<article class="blocks" aria-label="{escaped(document.title)}">{blocks}</article>'
    )
    return _page(document.title, body, texts)


def notice_page(title: str, sentence: str, texts: Texts) -> str:
    """Return a page that only says something."""
    return _page(title, f'<h1>{escaped(title)}</h1><p class="warning">{escaped(sentence)}</p>', texts)


def _page(title: str, body: str, texts: Texts) -> str:
    return (
        f'<!doctype html><html lang="{texts.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escaped(title)} – {NAME}</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/desk/static/base.css">'
        '<script type="module" src="/desk/static/library.js"></script></head><body class="reading">'
        f'<header class="bar"><a class="home" href="/">{NAME}</a><a class="tool" href="{LIBRARY}">{escaped(texts("library"))}</a>'
        f"{tools_html(texts)}</header><main>{body}</main></body></html>"
    )


def _card(document: Document, excerpts: Sequence[Excerpt], suggestions: Suggestions, texts: Texts) -> str:
    headings = [(number, excerpt) for number, excerpt in enumerate((e for e in excerpts if e.kind == "heading"), 1)]
    top = min((excerpt.level for _, excerpt in headings), default=1)
    address, own = escaped(document_address(document.id)), lang(document.language, texts.language)
    items = "".join(
        f'<li><a href="{address}#heading-{number}" dir="auto"{own}>{escaped("".join(f.text for f in excerpt.fragments))}</a></li>'
        for number, excerpt in headings
        if excerpt.level == top
    )
    facts = (suggestions.facts or {}).get(document.id)
    protected = "" if facts is None else f" · {escaped(texts.counted('facts', facts))}"
    about = f"{escaped(texts.as_of(document.published))} · {escaped(texts.counted('sections', len(headings)))}{protected}"
    return (
        f'<section class="card"><h2 dir="auto"{own}><a href="{address}">{escaped(document.title)}</a></h2><p class="facts">{about}</p>'
        f"{_origin(document, texts)}<details><summary>{escaped(texts('contents'))}</summary><ol>{items}</ol></details></section>"
    )


def _origin(document: Document, texts: Texts) -> str:
    known = [
        (texts("publisher"), document.publisher),
        (texts("country"), document.country),
        (texts("document_language"), document.language),
        (texts("licence"), document.licence),
        (texts("address"), document.source),
    ]
    shown = [(escaped(name), escaped(value)) for name, value in known if value != _UNKNOWN]
    rows = "".join(f'<div><dt>{name}</dt><dd dir="auto">{value}</dd></div>' for name, value in shown)
    return f'<dl class="origin">{rows}</dl>'
