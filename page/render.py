"""A turn -> HTML, for the conversation side of the page. Pure; everything that is not ours passes `escaped`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant import Answer, Citation, Document
from page.conversations import Turn
from page.escape import escaped, lang, plain
from page.excerpts import section_html
from page.feedback import REASONS
from page.links import citation_address
from page.reply import Part, invites, parts_of
from page.source import place_text, verified_html
from page.texts import Texts

_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_LIST_ITEM = re.compile(r"^\s*[-•*–]\s+")


@dataclass(frozen=True, slots=True)
class Links:
    """The openable sources of a turn: for a citation's number its id on the page and its permanent address.

    ours: the attribute that names the page's language, "" where that is the language of the text around them.
    """

    ids: Mapping[int, str]
    addresses: Mapping[int, str]
    ours: str = ""

    @classmethod
    def of(cls, turn: int, citations: Sequence[Citation]) -> Links:
        first = {c.number: (place, c) for place, c in reversed(list(enumerate(citations)))}
        return cls(
            {number: source_id(turn, "cited", place) for number, (place, _) in first.items()},
            {number: citation_address(citation) for number, (_, citation) in first.items()},
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """What the rows of a turn's sources have in common.

    kind: cited or near; languages: of each document, by its id; standing: the citations that were just compared and are the same.
    """

    turn: int
    kind: str
    languages: Mapping[str, str]
    standing: Collection[Citation]


def source_id(turn: int, kind: str, place: int) -> str:
    """Return the name that ties a citation's button to its source. kind: cited or near; place: from 0."""
    return f"{turn}-{kind}-{place}"


def waiting_turn(turn: Turn, texts: Texts, opening: bool, documents: Sequence[Document]) -> str:
    """Return a turn whose reply is still being worked on; `opening`: the models are still loading."""
    note = f'<span class="more">{escaped(texts("loading_more"))}</span>' if opening else ""
    doing = escaped(texts("loading" if opening else "looking"))
    stop = f'<button type="button" class="link stop">{escaped(texts("stop"))}</button>'
    body = f'<p class="doing"><span class="lamp" aria-hidden="true"></span>{doing} …{note}</p>{stop}'
    return _article(turn, "waiting", _how(turn, texts, documents) + body)


def notice_turn(turn: Turn, texts: Texts, sentence: str) -> str:
    """Return a turn that could not be answered, with the sentence that says why and a way to try again."""
    again = f'<button type="button" class="link again">{escaped(texts("again"))}</button>'
    return _article(turn, "notice", f'<p class="sentence">{escaped(sentence)}</p>{again}')


def answer_turn(
    turn: Turn,
    answer: Answer,
    texts: Texts,
    documents: Sequence[Document],
    suggested: Sequence[str] = (),
    standing: Collection[Citation] = (),
) -> str:
    """Return one question with its answer, its citations, the passages that came near, and what can be done with it.

    suggested: questions to offer after a refusal; standing: the citations that were just compared with their documents and are the same.
    """
    refused = answer.status == "not_found"
    languages = {document.id: document.language for document in documents}
    said = _refusal(answer, texts, documents) if refused else _answer(turn, answer, languages, texts)
    body = (
        _how(turn, texts, documents)
        + _interpreted(turn, answer, texts)
        + said
        + _citations(answer.citations, Shown(turn.id, "cited", languages, standing), texts)
        + _citations(answer.see_also, Shown(turn.id, "near", languages, standing), texts)
        + (_suggested(suggested, texts) if refused else "")
        + _actions(turn, answer, texts)
    )
    return _article(turn, "refusal" if refused else "answered", body)


def announcement(answer: Answer, texts: Texts) -> str:
    """Return what a screen reader says when an answer arrives."""
    if answer.status == "not_found":
        return plain(answer.text) if invites(answer) else f"{texts('refused')}. {texts.counted('nearest', len(answer.see_also))}"
    return f"{_NUMBERS.sub('', plain(answer.text))} {texts.counted('sources', len(answer.citations))}"


def suggestion_html(question: str) -> str:
    """Return a question that can be asked by a click."""
    return f'<button type="button" class="example" dir="auto">{escaped(question)}</button>'


def _article(turn: Turn, kind: str, body: str) -> str:
    heading = f'<h2 class="question" dir="auto">{escaped(turn.question)}</h2>'
    return f'<article class="turn {kind}" id="turn-{turn.id}" data-turn="{turn.id}">{heading}<div class="reply">{body}</div></article>'


def _how(turn: Turn, texts: Texts, documents: Sequence[Document]) -> str:
    """Return how a question was asked, where that was not the usual way."""
    notes = [texts("taken_literally")] if turn.literal else []
    if turn.documents is not None:
        titles = [document.title for document in documents if document.id in turn.documents]
        notes.append(texts("only_in", documents=texts.joined(titles) or texts("no_document")))
    return f'<p class="how">{escaped(" · ".join(notes))}</p>' if notes else ""


def _interpreted(turn: Turn, answer: Answer, texts: Texts) -> str:
    """Return how a question was read where that differs from its words, with the way to search the words themselves."""
    same = answer.interpreted_as.split() == turn.question.split()
    asked_so = all(part.heading for part in parts_of(answer)) and not _mended(answer)
    if not answer.interpreted_as or same or turn.literal or asked_so:
        return ""
    literal = f'<button type="button" class="link literal">{escaped(texts("literally"))}</button>'
    return f'<p class="interpreted">{escaped(texts("read_as"))} <bdi>{escaped(answer.interpreted_as)}</bdi> {literal}</p>'


def _mended(answer: Answer) -> bool:
    """Return whether the questions of a message were read as other words than they were asked in."""
    return " ".join(part.heading for part in parts_of(answer)).split() != answer.interpreted_as.split()


def _answer(turn: Turn, answer: Answer, languages: Mapping[str, str], texts: Texts) -> str:
    """Return an answer's text, what is said to each question in the language of the documents that it quotes."""
    links = Links.of(turn.id, answer.citations)
    sections = []
    for part in parts_of(answer):
        heading = f'<h3 class="asked" dir="auto">{escaped(part.heading)}</h3>' if part.heading else ""
        own = lang(_quoted_language(part, answer.citations, languages), texts.language)
        inside = replace(links, ours=lang(texts.language, "") if own else "")
        sections.append(f'{heading}<div class="part"{own}>{_text(part.text, inside, texts)}</div>')
    return f'<div class="text">{"".join(sections)}</div>'


def _quoted_language(part: Part, citations: Sequence[Citation], languages: Mapping[str, str]) -> str:
    """Return the language of the documents that a part cites, "" where they differ, or it cites none: it may be a refusal."""
    numbers = {int(number) for match in _NUMBERS.finditer(part.text) for number in match[1].split(",")}
    found = {languages.get(citation.document, "") for citation in citations if citation.number in numbers}
    return found.pop() if len(found) == 1 else ""


def _refusal(answer: Answer, texts: Texts, documents: Sequence[Document]) -> str:
    if invites(answer):
        return f'<div class="text"><p dir="auto">{escaped(answer.text)}</p></div>'
    scope = scope_text(documents, texts)
    reason = f'<p dir="auto">{escaped(answer.reason)}</p>' if answer.reason else ""
    return (
        f'<p class="label">{escaped(texts("refused"))}</p><div class="text"><p>{escaped(texts("documents_do_not_say"))}</p>'
        f'{reason}<p class="scope">{escaped(scope)}</p></div>'
    )


def scope_text(documents: Sequence[Document], texts: Texts) -> str:
    """Return one line that says what the library covers: its countries and, if they are few, its documents."""
    countries = sorted({document.country for document in documents if document.country != "unknown"})
    about = texts.joined(countries) or texts("these_documents")
    titles = [f"{document.title} ({texts.date(document.published)})" for document in documents]
    what = texts.joined(titles) if len(titles) <= 3 else texts("number_of_documents", number=len(titles))
    return texts("covers", about=about, what=what)


def _text(text: str, links: Links, texts: Texts) -> str:
    html: list[str] = []
    items: list[str] = []
    for line in [*plain(text).split("\n"), ""]:
        bullet = _LIST_ITEM.match(line)
        if bullet:
            items.append(f'<li dir="auto">{_numbered(line[bullet.end() :], links, texts)}</li>')
            continue
        if items:
            html.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if line.strip():
            html.append(f'<p dir="auto">{_numbered(line.strip(), links, texts)}</p>')
    return "".join(html)


def _numbered(line: str, links: Links, texts: Texts) -> str:
    """Escape a line and turn the numbers of existing citations into links; any other bracket stays as it is."""
    html, end = "", 0
    for match in _NUMBERS.finditer(line):
        numbers = [int(n) for n in match[1].split(",")]
        if all(n in links.ids for n in numbers):
            html += escaped(line[end : match.start()].rstrip()) + "\u00a0" + "".join(_cite(n, links, texts) for n in numbers)
            end = match.end()
    return html + escaped(line[end:])


def _cite(number: int, links: Links, texts: Texts) -> str:
    label = escaped(texts("open_source", number=number))
    return (
        f'<a class="cite" href="{escaped(links.addresses[number])}" data-source="{links.ids[number]}" aria-label="{label}"{links.ours}>'
        f'<span class="bracket">[</span>{number}<span class="bracket">]</span></a>'
    )


def _citations(citations: Sequence[Citation], shown: Shown, texts: Texts) -> str:
    if not citations:
        return ""
    title = escaped(texts("sources_title" if shown.kind == "cited" else "see_also"))
    rows = "".join(_citation(citation, place, shown, texts) for place, citation in enumerate(citations))
    return f'<section class="citations {shown.kind}"><h3>{title}</h3><ol>{rows}</ol></section>'


def _citation(citation: Citation, place: int, shown: Shown, texts: Texts) -> str:
    own = lang(shown.languages.get(citation.document, ""), texts.language)
    number = f'<span class="number">{citation.number}</span>' if shown.kind == "cited" else ""
    quote = f'<span class="quote" dir="auto"{own}>{escaped(citation.quote)}</span>' if shown.kind == "near" else ""
    mark = verified_html(texts) if citation in shown.standing else ""
    title = (
        f'<span class="title"><bdi{own}>{escaped(citation.title)}</bdi> '
        f'<span class="date">{escaped(texts.as_of(citation.published))}</span> '
        f'<span class="lines">{escaped(place_text(citation, texts))}</span> {mark}</span>'
    )
    where = f'{quote}{title}<span class="section"{own}>{section_html(citation.section)}</span>'
    address, source = escaped(citation_address(citation)), source_id(shown.turn, shown.kind, place)
    return f'<li><a class="citation" href="{address}" data-source="{source}">{number}<span class="where">{where}</span></a></li>'


def _suggested(questions: Sequence[str], texts: Texts) -> str:
    if not questions:
        return ""
    buttons = "".join(f"<li>{suggestion_html(question)}</li>" for question in questions)
    return f'<section class="suggested"><h3>{escaped(texts("suggested"))}</h3><ul>{buttons}</ul></section>'


def _actions(turn: Turn, answer: Answer, texts: Texts) -> str:
    copies = "".join(
        f'<button type="button" class="copy" data-form="{form}">{escaped(texts(f"copy_{form}"))}</button>'
        for form in ("plain", "markdown", "email")
    )
    refused = answer.status == "not_found" and not invites(answer)
    gap = f'<button type="button" class="gap">{escaped(texts("report_gap"))}</button>' if refused else ""
    judge = (
        f'<span class="judge" role="group" aria-label="{escaped(texts("judge"))}">{gap}'
        f'<button type="button" class="right" aria-pressed="{str(turn.judged == "right").lower()}">{escaped(texts("right"))}</button>'
        f'<button type="button" class="wrong" aria-expanded="false">{escaped(texts("wrong"))}</button></span>'
    )
    said = texts("judged_before") if turn.judged in REASONS else ""
    return (
        f'<div class="actions"><span class="copies" role="group" aria-label="{escaped(texts("copy_as"))}">'
        f'<span class="tag">{escaped(texts("copy_as"))}</span>{copies}</span>{judge}</div>'
        f'<div class="feedback" hidden></div><p class="said" role="status">{escaped(said)}</p>'
    )
