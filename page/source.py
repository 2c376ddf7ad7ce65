"""A citation -> HTML of the source side: its document and date, its place, the check of its words, the passage with the quote marked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant import Citation, Document, shown
from page.asking import stands
from page.escape import escaped, lang
from page.excerpts import around_quote, blocks_html, section_html
from page.links import Place, check, citation_address, document_address
from page.opening import Desk
from page.texts import Texts

_ALL = 10**9  # blocks: the whole document


@dataclass(frozen=True, slots=True)
class Spot:
    """Which source of a reply this is. kind: cited or near; place: from 0; of: how many there are of its kind."""

    kind: str
    place: int
    of: int


def place_text(citation: Citation, texts: Texts) -> str:
    """Return where a quote stands: 'page 3, lines 84–86'."""
    first, last = citation.lines
    lines = texts("line", line=first) if first == last else texts("lines", first=first, last=last)
    return lines if citation.page is None else f"{texts('page', page=citation.page)}, {lines}"


def empty_html(texts: Texts) -> str:
    """Return what the source side shows before anything is chosen."""
    return f'<div class="empty"><h2>{escaped(texts("source"))}</h2><p>{escaped(texts("no_source"))}</p></div>'


def source_html(desk: Desk, citation: Citation, spot: Spot, texts: Texts, whole: bool = False) -> str:
    """Return one citation in its passage, or in its whole document with a search in it.

    A quote that no longer stands in its document is shown as it was, and that it is so is said.
    """
    verified = stands(desk, citation)
    about = next((document for document in desk.documents if document.id == citation.document), None)
    language = about.language if about else ""
    excerpts = desk.surroundings(citation, _ALL) if verified else ()
    body = blocks_html(excerpts if whole else around_quote(excerpts), texts, language)
    if not verified:
        quote = f'<blockquote dir="auto"{lang(language, texts.language)}>{escaped(citation.quote)}</blockquote>'
        body = f'<p class="warning">{escaped(texts("changed"))}</p>{quote}'
    search = search_html(texts) if whole and verified else ""
    return (
        f'<article class="source" aria-label="{escaped(citation.title)}">{_walk(spot, texts)}{_head(citation, texts, verified, about)}'
        f'{_tools(citation, texts, whole, verified)}{search}<div class="blocks">{body}</div></article>'
    )


def search_html(texts: Texts) -> str:
    """Return the search in a whole document; page.js makes it work."""
    return (
        f'<div class="find" role="search"><input type="search" class="find-words" aria-label="{escaped(texts("find"))}" '
        f'placeholder="{escaped(texts("find"))}" autocomplete="off"><span class="found" role="status"></span>'
        f'<button type="button" class="find-back" aria-label="{escaped(texts("find_back"))}">↑</button>'
        f'<button type="button" class="find-on" aria-label="{escaped(texts("find_on"))}">↓</button></div>'
    )


def linked(desk: Desk, document: Document, place: Place) -> Citation | None:
    """Return what a permanent link points at as a citation, or None if other words stand there now. Its section is not known."""
    text = desk.text(document.id)
    quote = shown(text[place.start : place.end]) if place.start < place.end <= len(text) else ""
    if not quote or check(quote) != place.check:
        return None
    lines = (text.count("\n", 0, place.start) + 1, text.count("\n", 0, place.end) + 1)
    bare = Citation(1, document.id, document.title, document.published, (), None, lines, place.start, place.end, quote)
    marked = next((e for e in desk.surroundings(bare) if any(fragment.quoted for fragment in e.fragments)), None)
    return replace(bare, section=(*marked.section, *marked.row, *filter(None, [marked.column]))) if marked else bare


def verified_html(texts: Texts) -> str:
    """Return the mark of a quote that was compared with its document."""
    return (
        f'<span class="verified" title="{escaped(texts("verified_more"))}"><b aria-hidden="true">✓</b> {escaped(texts("verified"))}</span>'
    )


def facts_html(citation: Citation, texts: Texts, verified: bool) -> str:
    """Return a citation's date, its place, and the mark that its words were compared."""
    mark = verified_html(texts) if verified else ""
    place = escaped(place_text(citation, texts))
    return f'<p class="facts"><span class="date">{escaped(texts.as_of(citation.published))}</span><span>{place}</span>{mark}</p>'


def _walk(spot: Spot, texts: Texts) -> str:
    label = texts("source_of", number=spot.place + 1, of=spot.of) if spot.kind == "cited" else texts("see_also")
    first, last = spot.place == 0, spot.place + 1 >= spot.of
    return (
        f'<div class="walk"><p class="label">{escaped(label)}</p>'
        f'<button type="button" class="walk-back" aria-label="{escaped(texts("source_back"))}"{" disabled" if first else ""}>←</button>'
        f'<button type="button" class="walk-on" aria-label="{escaped(texts("source_on"))}"{" disabled" if last else ""}>→</button>'
        f'<button type="button" class="shut" aria-label="{escaped(texts("shut"))}">✕</button></div>'
    )


def _head(citation: Citation, texts: Texts, verified: bool, about: Document | None) -> str:
    publisher = f'<p class="publisher" dir="auto">{escaped(about.publisher)}</p>' if about else ""
    own = lang(about.language if about else "", texts.language)
    return (
        f'<header><h2 dir="auto"{own}>{escaped(citation.title)}</h2>{publisher}{facts_html(citation, texts, verified)}'
        f'<p class="section"{own}>{section_html(citation.section)}</p></header>'
    )


def _tools(citation: Citation, texts: Texts, whole: bool, verified: bool) -> str:
    address = citation_address(citation) if verified else document_address(citation.document)
    toggle = texts("only_passage" if whole else "whole_document")
    return (
        f'<p class="tools"><button type="button" class="link whole" aria-pressed="{str(whole).lower()}">{escaped(toggle)}</button>'
        f'<a class="link" href="{escaped(address)}" target="_blank" rel="noopener">{escaped(texts("open_page"))}</a>'
        f'<button type="button" class="link copy-link" data-address="{escaped(address)}">{escaped(texts("copy_link"))}</button></p>'
    )
