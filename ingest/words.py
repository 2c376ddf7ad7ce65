"""Words for comparison: folded, stemmed, without stop words. The same for documents and questions."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import Stemmer

_WORD = re.compile(r"[^\W_]+")
STOP_WORDS = frozenset(
    "a about also am an and any are as at be been being but by can could did do does doing for from had has have having he "
    "her hers him his how i if in into is it its itself just kindly let like may me might more most must my no not now of on "
    "one only or other our ours out over own please said same shall she should so some such tell than that the their them "
    "then there these they this those to too under up us very was we were what when where whether which while who whom whose "
    "why will with would you your yours".split()
)


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def folded(text: str) -> str:
    """Return a text in small letters without accents: "Vallée" -> "vallee"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """Return a text's words in order, folded, numbers included: "K-RIP, 2.5 %" -> ["k", "rip", "2", "5"]."""
    return _WORD.findall(folded(text))


def terms(text: str) -> list[str]:
    """Return a text's words stemmed and without stop words, for lexical search: "launched clusters" -> ["launch", "cluster"]."""
    stemmed: list[str] = _stemmer().stemWords([word for word in words(text) if word not in STOP_WORDS])
    return stemmed
