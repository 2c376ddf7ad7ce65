"""What stands around the conversation -> HTML: header, list of conversations, welcome, dialogs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from assistant import Document
from page.conversations import Conversation
from page.escape import escaped, lang
from page.feedback import FILE
from page.links import LIBRARY
from page.render import scope_text, suggestion_html
from page.texts import LANGUAGES, NAME, Texts, load_texts

SHORTCUTS = (
    ("Enter", "key_send"),
    ("Shift+Enter", "key_line"),
    ("Esc", "key_stop"),
    ("↑ ↓", "key_history"),
    ("/", "key_box"),
    ("1 … 9, Alt+1 … 9", "key_number"),
    ("n  p, Alt+. Alt+,", "key_walk"),
    ("w", "key_whole"),
    ("c", "key_copy"),
    ("Alt+n", "key_fresh"),
    ("Alt+f", "key_filter"),
    ("?", "key_help"),
)
_THEMES = ("system", "light", "dark")


def header_html(documents: Sequence[Document], texts: Texts) -> str:
    """Return the header: name, scope, the state of the assistant, and what leads elsewhere."""
    return (
        f'<header class="masthead"><button type="button" class="tool side-toggle" aria-expanded="false" '
        f'aria-label="{escaped(texts("conversations"))}">☰</button><h1>{NAME}</h1>'
        f'<p class="scope">{escaped(scope_text(documents, texts))}</p>'
        f'<p class="state" role="status"></p></header>'
    )


def tools_html(texts: Texts) -> str:
    """Return the tools of the header: library, language, colours, shortcuts."""
    languages = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == texts.language else ""}>{escaped(load_texts(code)("language_name"))}'
        "</option>"
        for code in LANGUAGES
    )
    themes = "".join(f'<option value="{theme}">{escaped(texts(f"theme_{theme}"))}</option>' for theme in _THEMES)
    return (
        f'<nav class="tools" aria-label="{escaped(texts("tools"))}"><a class="tool" href="{LIBRARY}">{escaped(texts("library"))}</a>'
        f'<select class="language" aria-label="{escaped(texts("language"))}">{languages}</select>'
        f'<select class="theme" aria-label="{escaped(texts("theme"))}">{themes}</select>'
        f'<button type="button" class="tool help" aria-label="{escaped(texts("shortcuts"))}">?</button></nav>'
    )


def welcome_html(examples: Sequence[str], texts: Texts) -> str:
    """Return what an empty conversation shows: what this is for, and questions to begin with."""
    buttons = "".join(f"<li>{suggestion_html(example)}</li>" for example in examples)
    listed = f'<ul class="examples">{buttons}</ul>' if buttons else ""
    return f'<section class="welcome"><h2>{escaped(texts("welcome"))}</h2><p>{escaped(texts("welcome_more"))}</p>{listed}</section>'


def side_html(texts: Texts) -> str:
    """Return the frame of the list of conversations; the list itself is `conversations_html`."""
    return (
        f'<nav class="side" aria-label="{escaped(texts("conversations"))}"><h2>{escaped(texts("conversations"))}</h2>'
        f'<input type="search" class="side-search" aria-label="{escaped(texts("search_conversations"))}" '
        f'placeholder="{escaped(texts("search_conversations"))}" autocomplete="off"><div class="side-list"></div>'
        f'<p class="kept">{escaped(texts("kept_here"))}</p></nav>'
    )


def conversations_html(found: Sequence[Conversation], current: str, texts: Texts) -> str:
    """Return the list of conversations, the open one marked."""
    if not found:
        return f'<p class="none">{escaped(texts("no_conversation"))}</p>'
    return f"<ul>{''.join(_conversation(item, item.id == current, texts) for item in found)}</ul>"


def _conversation(item: Conversation, current: bool, texts: Texts) -> str:
    mark = ' aria-current="true"' if current else ""
    title, id = escaped(item.title), escaped(item.id)
    about = f"{escaped(texts.date(item.changed[:10]))} · {escaped(texts.counted('questions', item.turns))}"
    rename, delete = escaped(texts("rename_named", title=item.title)), escaped(texts("delete_named", title=item.title))
    return (
        f'<li data-conversation="{id}"><a class="open" href="/?c={id}"{mark}><span dir="auto">{title}</span><small>{about}</small></a>'
        f'<button type="button" class="rename" aria-label="{rename}">✎</button>'
        f'<button type="button" class="delete" aria-label="{delete}">✕</button></li>'
    )


def dialogs_html(documents: Sequence[Document], texts: Texts) -> str:
    """Return the dialogs: shortcuts, filter, renaming, deleting."""
    return _shortcuts(texts) + _filter(documents, texts) + _naming(texts) + _deleting(texts)


def downloads_html(conversation: str, texts: Texts) -> str:
    """Return the links to a whole conversation as a file."""
    links = "".join(
        f'<a class="link" href="/desk/conversations/{escaped(conversation)}/file/{form}" download>{escaped(texts(f"file_{form}"))}</a>'
        for form in ("markdown", "docx")
    )
    return f'<p class="downloads"><span class="tag">{escaped(texts("whole_conversation"))}</span>{links}</p>'


def _dialog(id: str, title: str, body: str, texts: Texts) -> str:
    shut = f'<button type="button" class="shut" aria-label="{escaped(texts("shut"))}">✕</button>'
    heading = f'<header><h2 id="{id}-title">{escaped(title)}</h2>{shut}</header>'
    return f'<dialog id="{id}" aria-labelledby="{id}-title">{heading}{body}</dialog>'


def _shortcuts(texts: Texts) -> str:
    """Return the list of shortcuts with the setting that switches those of a single character off; keys.js keeps it."""
    setting = f'<p class="setting"><label><input type="checkbox" class="single-keys" checked> {escaped(texts("single_keys"))}</label></p>'
    rows = "".join(f"<div><dt><kbd>{escaped(keys)}</kbd></dt><dd>{escaped(texts(key))}</dd></div>" for keys, key in SHORTCUTS)
    return _dialog("shortcuts", texts("shortcuts"), f"{setting}<dl>{rows}</dl>", texts)


def _filter(documents: Sequence[Document], texts: Texts) -> str:
    years = sorted({document.published[:4] for document in documents if document.published != "unknown"}, reverse=True)
    since = "".join(f'<option value="{escaped(year)}">{escaped(texts("since", year=year))}</option>' for year in years)
    ordered = sorted(documents, key=lambda document: (document.country, document.title))
    groups = "".join(_country(country, list(group), texts) for country, group in groupby(ordered, key=lambda document: document.country))
    body = (
        f'<form method="dialog"><label class="since">{escaped(texts("published"))} <select name="since">'
        f'<option value="">{escaped(texts("any_date"))}</option>{since}</select></label>{groups}'
        f'<footer><button type="button" class="all">{escaped(texts("all_documents"))}</button>'
        f'<button value="use" class="primary">{escaped(texts("use"))}</button></footer></form>'
    )
    return _dialog("filter", texts("filter"), body, texts)


def _country(country: str, documents: Sequence[Document], texts: Texts) -> str:
    name = country if country != "unknown" else texts("country_unknown")
    boxes = "".join(_document_box(document, texts) for document in documents)
    return (
        f'<fieldset><legend><label><input type="checkbox" class="country" data-title="{escaped(name)}"> {escaped(name)}</label></legend>'
        f"{boxes}</fieldset>"
    )


def _document_box(document: Document, texts: Texts) -> str:
    title, date = escaped(document.title), escaped(texts.date(document.published))
    return (
        f'<label><input type="checkbox" name="document" value="{escaped(document.id)}" data-year="{escaped(document.published[:4])}" '
        f'data-title="{title}"> <span dir="auto"{lang(document.language, texts.language)}>{title}</span> <small>{date}</small></label>'
    )


def _naming(texts: Texts) -> str:
    body = (
        f'<form method="dialog"><label>{escaped(texts("new_title"))} <input type="text" name="title" maxlength="120" autocomplete="off">'
        f'</label><footer><button value="use" class="primary">{escaped(texts("rename"))}</button></footer></form>'
    )
    return _dialog("naming", texts("rename"), body, texts)


def _deleting(texts: Texts) -> str:
    body = (
        f'<form method="dialog"><p class="about" dir="auto"></p><p>{escaped(texts("delete_for_good", file=FILE))}</p>'
        f'<footer><button value="use" class="primary">{escaped(texts("delete"))}</button></footer></form>'
    )
    return _dialog("deleting", texts("delete"), body, texts)


def feedback_html(reasons: Sequence[str], path: str, texts: Texts) -> str:
    """Return the form that asks what was wrong and what was expected, and says where that is kept."""
    options = "".join(
        f'<option value="{escaped(reason)}">{escaped(texts("reason_" + reason.replace(" ", "_")))}</option>' for reason in reasons
    )
    return (
        f'<form><label>{escaped(texts("what_wrong"))} <select name="reason">{options}</select></label>'
        f'<label>{escaped(texts("expected"))} <textarea name="expected" rows="2" maxlength="4000"></textarea></label>'
        f'<p class="kept">{escaped(texts("stored_in", path=path))}</p>'
        f'<button type="submit" class="primary">{escaped(texts("save"))}</button></form>'
    )
