"""Citation -> HTML, for the source side of the page: the quote marked where it stands in its document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant import Answer, Citation, Excerpt
from page import words
from page.escape import escaped
from page.opening import Desk
from page.render import place_text, section_html, source_id


@dataclass(frozen=True, slots=True)
class Source:
    """One openable passage: the id that its buttons name, and its HTML."""

    id: str
    html: str


def sources(desk: Desk, answer: Answer, turn: int) -> tuple[Source, ...]:
    """Return the source of every citation, then of every passage that came near."""
    cited = [(source_id(turn, "cited", n), c, f"Source {c.number}") for n, c in enumerate(answer.citations)]
    near = [(source_id(turn, "near", n), c, words.SEE_ALSO) for n, c in enumerate(answer.see_also)]
    return tuple(Source(id, source_html(c, label, desk.surroundings(c))) for id, c, label in (*cited, *near))


def pane_html(found: Sequence[Source], opened: str) -> str:
    """Return the pane with every source in it, all but the opened one hidden: choosing another needs no round trip."""
    none = words.NOTHING_CITED if found else words.NO_SOURCE
    empty = f'<div class="empty"{" hidden" if opened else ""}><h2>Source</h2><p>{none}</p></div>'
    articles = (
        f'<article class="source" data-id="{source.id}" tabindex="-1"{"" if source.id == opened else " hidden"}>{source.html}</article>'
        for source in found
    )
    return f'<section class="pane" aria-label="Source">{empty}{"".join(articles)}</section>'


def source_html(citation: Citation, label: str, excerpts: Sequence[Excerpt]) -> str:
    """Return one citation's document, date and place, then the blocks around it in order."""
    return (
        '<button type="button" class="back">Back to the answer</button>'
        f'<header><p class="label">{escaped(label)}</p><h2 dir="auto">{escaped(citation.title)}</h2>'
        f'<p class="facts"><span>as of {escaped(citation.published)}</span><span>{place_text(citation)}</span></p>'
        f'<p class="section">{section_html(citation.section)}</p></header>'
        f'<div class="blocks">{"".join(_block(excerpt) for excerpt in excerpts)}</div>'
    )


def _block(excerpt: Excerpt) -> str:
    return _KINDS.get(excerpt.kind, _paragraph)(excerpt, _fragments(excerpt))


def _fragments(excerpt: Excerpt) -> str:
    return "".join(f"<mark>{escaped(f.text)}</mark>" if f.quoted else escaped(f.text) for f in excerpt.fragments)


def _paragraph(excerpt: Excerpt, text: str) -> str:
    return f'<p class="block paragraph" dir="auto">{text}</p>'


def _heading(excerpt: Excerpt, text: str) -> str:
    return f'<p class="block heading" role="heading" aria-level="{_level(excerpt) + 2}" dir="auto">{text}</p>'


def _item(excerpt: Excerpt, text: str) -> str:
    return f'<p class="block item level-{_level(excerpt)}" dir="auto">{text}</p>'


def _footnote(excerpt: Excerpt, text: str) -> str:
    name = f"Footnote {excerpt.number}".strip()
    return f'<p class="block footnote" dir="auto"><span class="tag">{escaped(name)}</span> {text}</p>'


def _caption(excerpt: Excerpt, text: str) -> str:
    return f'<p class="block caption" dir="auto"><span class="tag">Caption</span> {text}</p>'


def _cell(excerpt: Excerpt, text: str) -> str:
    row = f'<span class="tag">Row</span> <span>{section_html(excerpt.row)}</span>' if excerpt.row else ""
    column = f'<span class="tag">Column</span> <bdi>{escaped(excerpt.column)}</bdi>' if excerpt.column else ""
    heads = "".join(f'<p class="head">{head}</p>' for head in (row, column) if head)
    return f'<div class="block cell">{heads}<p class="value" dir="auto">{text}</p></div>'


def _level(excerpt: Excerpt) -> int:
    return min(max(excerpt.level, 1), 4)


_KINDS: Mapping[str, Callable[[Excerpt, str], str]] = {
    "heading": _heading,
    "item": _item,
    "footnote": _footnote,
    "caption": _caption,
    "cell": _cell,
}
