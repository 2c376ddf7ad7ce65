"""Makes any text safe and honest to show inside the page's HTML."""

from __future__ import annotations

import html
import re

# Marks that only steer the direction of their neighbours are dropped; what can hide or reorder text is made visible.
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f]")
_DECEIVING = re.compile(
    "["
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # control characters other than tab and line feed
    "\u202a-\u202e\u2066-\u206f"  # bidirectional embeddings, overrides, isolates
    "\ufff9-\ufffb"  # interlinear annotation
    "\ud800-\udfff"  # lone surrogates, which no response can encode
    "\U000e0000-\U000e007f"  # tag characters: invisible copies of ASCII
    "]"
)

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def plain(text: str) -> str:
    """Return `text` with deceiving characters replaced by U+FFFD; line ends are line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _DECEIVING.sub("\ufffd", _DIRECTION_MARKS.sub("", text))


def escaped(text: str) -> str:
    """Return `text` for use between tags or in a double-quoted attribute: no character of it is markup."""
    return html.escape(plain(text), quote=True)


def lang(language: str, around: str) -> str:
    """Return the attribute that names the language of a text, "" where it is that of the page around it or is not known."""
    return f' lang="{language}"' if language != around and _LANGUAGE.fullmatch(language) else ""
