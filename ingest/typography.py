"""How a stretch of a document is shown: the one place where typography is normalised.

Offsets always point into the untouched text; only what a person sees goes through `shown`.
"""

from __future__ import annotations

import re

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGIT_OF = str.maketrans(SUPERSCRIPTS, "0123456789")

TAG = re.compile(r"</?p>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\s]*\)")
_LINK_TAIL = re.compile(r"\]\([^()\s]*\)")
_BULLET = re.compile(r"^[ \t]*[-•▪◦][ \t]+", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?=[$*_\[\]#])")
_EMPHASIS = re.compile(r"\*+(?=\S)|(?<=\S)\*+|^\*+[ \t]+")
# A raised number is a footnote marker unless it is an exponent: 10⁶, m², km³.
_MARKER = re.compile(rf"(?<!\b10)(?<!\bm)(?<!\b[ckdm]m)[{SUPERSCRIPTS}]+")
# Characters that are invisible or turn the reading direction; they could make a quote look other than it is.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # and halves of characters, which no file can hold


def shown(text: str) -> str:
    """Return a stretch of a document as a reader sees it.

    Drops emphasis marks, footnote markers, table tags, list bullets, link targets, invisible characters; white space runs become one space.

    Example: shown("- **Wind:** offshore⁴\\n power") -> "Wind: offshore power"
    """
    text = TAG.sub(" ", _INVISIBLE.sub("", text))
    text = _BULLET.sub("", text)
    text = _ESCAPE.sub("", text)
    text = _LINK_TAIL.sub("", _LINK.sub(r"\1", text))
    text = _MARKER.sub("", text)
    text = _CONTROL.sub(" ", text)
    text = _EMPHASIS.sub("", text.strip())
    return " ".join(text.split())


def footnote_markers(text: str) -> list[tuple[int, str]]:
    """Return (offset, number) for every raised footnote number, e.g. "PPP).¹ Japan" -> [(5, "1")]."""
    return [(match.start(), match.group().translate(_DIGIT_OF)) for match in _MARKER.finditer(text)]


def plain_digits(text: str) -> str:
    """Return raised digits as plain ones: "⁴²" -> "42"."""
    return text.translate(_DIGIT_OF)
