"""Blocks of a document -> HTML: headings, lists and tables as such, the quoted run marked. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from assistant import Excerpt
from page.escape import escaped, lang
from page.texts import Texts

AROUND = 2  # blocks shown on either side of a quoted one
ROWS_AROUND = 1  # rows shown on either side of a quoted cell's


def section_html(section: Sequence[str]) -> str:
    """Return a section path as one line, its steps set apart."""
    return ' <span class="step" aria-hidden="true">›</span> '.join(f"<bdi>{escaped(step)}</bdi>" for step in section)


def blocks_html(excerpts: Sequence[Excerpt], texts: Texts, language: str = "") -> str:
    """Return blocks in order, list items as lists and cells as tables. Headings carry ids heading-1, heading-2, … in their order.

    language: that of the document, "" where it is not known.
    """
    own = lang(language, texts.language)
    html, headings = "", 0
    for _, group in groupby(excerpts, _together):
        run = list(group)
        if run[0].kind == "cell":
            html += _table(run, texts, own)
        elif run[0].kind == "item":
            html += f'<ul class="block items"{own}>{"".join(_item(excerpt) for excerpt in run)}</ul>'
        else:
            for excerpt in run:
                headings += excerpt.kind == "heading"
                html += _block(excerpt, texts, headings, own)
    return html.replace("<mark>", '<mark id="quote">', 1)


def around_quote(excerpts: Sequence[Excerpt]) -> tuple[Excerpt, ...]:
    """Return of a whole document what a quote needs to be understood: for a cell its row and the next ones, else the blocks around."""
    touched = [place for place, excerpt in enumerate(excerpts) if any(fragment.quoted for fragment in excerpt.fragments)]
    if not touched:
        return ()
    if excerpts[touched[0]].kind == "cell":
        return tuple(_rows_around(excerpts, touched[0], touched[-1]))
    low, high = max(0, touched[0] - AROUND), min(len(excerpts), touched[-1] + AROUND + 1)
    while excerpts[low].kind == "cell":  # part of a table without the rest would mislead
        low += 1
    while excerpts[high - 1].kind == "cell":
        high -= 1
    return tuple(excerpts[low:high])


def _rows_around(excerpts: Sequence[Excerpt], first: int, last: int) -> Iterator[Excerpt]:
    key, low, high = _together(excerpts[first]), first, last
    while low > 0 and _together(excerpts[low - 1]) == key:
        low -= 1
    while high + 1 < len(excerpts) and _together(excerpts[high + 1]) == key:
        high += 1
    rows = list(dict.fromkeys(excerpt.row for excerpt in excerpts[low : high + 1]))
    start, end = rows.index(excerpts[first].row), rows.index(excerpts[last].row)
    near = set(rows[max(0, start - ROWS_AROUND) : end + ROWS_AROUND + 1])
    return (excerpt for excerpt in excerpts[low : high + 1] if excerpt.row in near)


def _together(excerpt: Excerpt) -> tuple[str, tuple[str, ...]]:
    """Return what neighbours share that are shown as one list or one table."""
    return (excerpt.kind, excerpt.section if excerpt.kind == "cell" else ())


def _fragments(excerpt: Excerpt) -> str:
    return "".join(f"<mark>{escaped(f.text)}</mark>" if f.quoted else escaped(f.text) for f in excerpt.fragments)


def _block(excerpt: Excerpt, texts: Texts, heading: int, own: str) -> str:
    text = _fragments(excerpt)
    if excerpt.kind == "heading":
        level = min(max(excerpt.level, 1), 4) + 2
        return f'<h{level} class="block heading" id="heading-{heading}" dir="auto"{own}>{text}</h{level}>'
    if excerpt.kind == "footnote":
        name = texts("footnote", number=excerpt.number).strip()
        return f'<p class="block footnote" dir="auto"{own}>{_tag(name, texts, own)} {text}</p>'
    if excerpt.kind == "caption":
        return f'<p class="block caption" dir="auto"{own}>{_tag(texts("caption"), texts, own)} {text}</p>'
    return f'<p class="block paragraph" dir="auto"{own}>{text}</p>'


def _tag(name: str, texts: Texts, own: str) -> str:
    """Return a word of the page's inside a block, marked as such where the block has another language: own is its attribute."""
    return f'<span class="tag"{_ours(texts, own)}>{escaped(name)}</span>'


def _ours(texts: Texts, own: str) -> str:
    return f' lang="{texts.language}"' if own else ""


def _item(excerpt: Excerpt) -> str:
    return f'<li class="level-{min(max(excerpt.level, 1), 4)}" dir="auto">{_fragments(excerpt)}</li>'


def _table(cells: Sequence[Excerpt], texts: Texts, own: str) -> str:
    columns = list(dict.fromkeys(cell.column for cell in cells))
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for cell in cells:
        row = rows.setdefault(cell.row, {})
        row[cell.column] = row.get(cell.column, "") + f'<p dir="auto">{_fragments(cell)}</p>'
    heads = "".join(f'<th scope="col"><bdi>{escaped(column)}</bdi></th>' for column in columns)
    corner = f'<td><span class="unseen"{_ours(texts, own)}>{escaped(texts("row"))}</span></td>'
    head = f"<thead><tr>{corner}{heads}</tr></thead>" if any(columns) else ""
    body = "".join(
        f'<tr><th scope="row">{section_html(row)}</th>{"".join(_value(column, values.get(column, "")) for column in columns)}</tr>'
        for row, values in rows.items()
    )
    table = f"<table{own}>{head}<tbody>{body}</tbody></table>"
    return f'<div class="block table" role="region" tabindex="0" aria-label="{escaped(texts("table"))}">{table}</div>'


def _value(column: str, html: str) -> str:
    """Return one cell; it carries its column's heading for narrow screens, where the cells stand below each other."""
    named = f' data-column="{escaped(column)}"' if column else ""
    return f"<td{named}>{html}</td>"
