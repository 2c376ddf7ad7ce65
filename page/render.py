"""Answer -> HTML, for the conversation side of the page. Pure; everything that is not ours passes `escaped`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant import Answer, Citation
from page import words
from page.escape import escaped, plain

_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_LIST_ITEM = re.compile(r"^\s*[-•*–]\s+")


def source_id(turn: int, kind: str, place: int) -> str:
    """Return the name that ties a citation's button to its source. kind: cited or near; place: from 0."""
    return f"{turn}-{kind}-{place}"


def conversation_html(turns: Sequence[str], forgotten: bool = False) -> str:
    """Return the rendered turns as one live region, which screen readers follow."""
    older = f'<p class="forgotten">{words.FORGOTTEN}</p>' if forgotten else ""
    label = 'role="log" aria-live="polite" aria-label="Conversation"'
    return f'<div class="conversation" {label}>{older}{"".join(turns)}</div>'


def header_html(scope: str, state: str) -> str:
    """Return the header. state: loading, ready or failed; scope: the library's scope, or that state's sentence."""
    return (
        f'<header class="masthead {escaped(state)}"><h1>{words.NAME}</h1>'
        f'<p class="scope" role="status"><span class="lamp" aria-hidden="true"></span>{escaped(scope)}</p></header>'
    )


def welcome_html() -> str:
    """Return what stands above the example questions."""
    return f'<div class="welcome"><h2>{words.WELCOME}</h2><p>{words.WELCOME_MORE}</p></div>'


def waiting_turn(question: str, doing: str, more: str = "") -> str:
    """Return a turn whose reply is still being worked on."""
    note = f'<span class="more">{escaped(more)}</span>' if more else ""
    return _turn(
        question,
        "waiting",
        f'<p class="doing"><span class="lamp" aria-hidden="true"></span>{escaped(doing)} …{note}</p>',
    )


def notice_turn(question: str, title: str, sentence: str) -> str:
    """Return a turn that could not be answered, with the sentence that says why."""
    heading = f'<p class="label">{escaped(title)}</p>' if title else ""
    return _turn(question, "notice", f'{heading}<p class="sentence">{escaped(sentence)}</p>')


def answer_turn(question: str, answer: Answer, turn: int) -> str:
    """Return one question with its answer, its citations and the passages that came near."""
    refused = answer.status == "not_found"
    ids = {c.number: source_id(turn, "cited", place) for place, c in reversed(list(enumerate(answer.citations)))}
    body = (
        _interpreted(question, answer.interpreted_as)
        + (f'<p class="label">{words.REFUSED}</p>' if refused else "")
        + f'<div class="text">{_text(answer.text, ids)}</div>'
        + _citations(answer.citations, turn, "cited", "Sources")
        + _citations(answer.see_also, turn, "near", words.SEE_ALSO)
        + ("" if refused else _copy(answer))
    )
    return _turn(question, "refusal" if refused else "answered", body)


def place_text(citation: Citation) -> str:
    """Return where a quote stands: 'page 3, lines 84–86'."""
    first, last = citation.lines
    lines = f"line {first}" if first == last else f"lines {first}–{last}"
    return lines if citation.page is None else f"page {citation.page}, {lines}"


def section_html(section: Sequence[str]) -> str:
    """Return a section path as one line, its steps set apart."""
    return ' <span class="step" aria-hidden="true">›</span> '.join(f"<bdi>{escaped(step)}</bdi>" for step in section)


def _turn(question: str, kind: str, body: str) -> str:
    heading = f'<h2 class="question" dir="auto">{escaped(question)}</h2>'
    return f'<article class="turn {kind}">{heading}<div class="reply">{body}</div></article>'


def _interpreted(question: str, interpreted_as: str) -> str:
    if not interpreted_as or interpreted_as.split() == question.split():
        return ""
    return f'<p class="interpreted">Read as: <bdi>{escaped(interpreted_as)}</bdi></p>'


def _text(text: str, ids: Mapping[int, str]) -> str:
    parts: list[str] = []
    items: list[str] = []
    for line in [*plain(text).split("\n"), ""]:
        bullet = _LIST_ITEM.match(line)
        if bullet:
            items.append(f'<li dir="auto">{_numbered(line[bullet.end() :], ids)}</li>')
            continue
        if items:
            parts.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if line.strip():
            parts.append(f'<p dir="auto">{_numbered(line.strip(), ids)}</p>')
    return "".join(parts)


def _numbered(line: str, ids: Mapping[int, str]) -> str:
    """Escape a line and turn the numbers of existing citations into buttons; any other bracket stays as it is."""
    html, end = "", 0
    for match in _NUMBERS.finditer(line):
        numbers = [int(n) for n in match[1].split(",")]
        if all(n in ids for n in numbers):
            html += escaped(line[end : match.start()]) + "".join(_button(n, ids[n]) for n in numbers)
            end = match.end()
    return html + escaped(line[end:])


def _button(number: int, source: str) -> str:
    return f'<button type="button" class="cite" data-source="{source}" aria-label="Open source {number}">{number}</button>'


def _citations(citations: Sequence[Citation], turn: int, kind: str, title: str) -> str:
    if not citations:
        return ""
    rows = "".join(_citation(c, source_id(turn, kind, place), kind) for place, c in enumerate(citations))
    return f'<section class="citations {kind}"><h3>{title}</h3><ol>{rows}</ol></section>'


def _citation(citation: Citation, source: str, kind: str) -> str:
    number = f'<span class="number">{citation.number}</span>' if kind == "cited" else ""
    quote = f'<span class="quote" dir="auto">{escaped(citation.quote)}</span>' if kind == "near" else ""
    title = (
        f'<span class="title"><bdi>{escaped(citation.title)}</bdi> '
        f'<span class="date">{escaped(citation.published)}</span> '
        f'<span class="lines">{place_text(citation)}</span></span>'
    )
    where = f'{quote}{title}<span class="section">{section_html(citation.section)}</span>'
    return f'<li><button type="button" class="citation" data-source="{source}">{number}<span class="where">{where}</span></button></li>'


def _copy(answer: Answer) -> str:
    lines = [answer.text, "", "Sources"]
    for c in answer.citations:
        lines.append(f"[{c.number}] {c.title}, {c.published}, {' › '.join(c.section)}, {place_text(c)}")
    return f'<button type="button" class="copy" data-copy="{escaped(chr(10).join(lines))}">Copy with sources</button>'
