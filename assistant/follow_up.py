"""Follow-ups made whole without a language model: the words that a question leans on, taken from the questions before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.words import STOP_WORDS, words

READ = 3  # earlier questions that are looked at
_ENOUGH = 4  # words of a subject; a shorter one is completed from the question before
_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|theirs|he|she|this|that|these|those|there|then|ones?|both|former|latter|same|such|else|other)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^\s*(and|or|but|so|also|what about|how about|what else|why|since when|until when|by whom|where|when|who|which ones?)\b", re.IGNORECASE
)
_OPENLY_GOES_ON = re.compile(r"^\s*(and|or|but|what about|how about)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d|21\d\d)\b")
_TOKEN = re.compile(r"[^\s,;:?!()\"“”]+")
_COUNTERPARTS = (
    frozenset({"national", "regional"}),
    frozenset({"import", "imports", "export", "exports"}),
    frozenset({"first", "second", "third"}),
    frozenset({"overall", "annual"}),
)
_HOW = re.compile(r"\bhow (many|much|long|often|far)\b", re.IGNORECASE)  # says nothing of what is asked about


def points_back(question: str) -> bool:
    """Return whether a question holds a word that stands for something said before."""
    return bool(_POINTS_BACK.search(question))


def carried_words(question: str, history: Sequence[str]) -> str:
    """Return the words of earlier questions, oldest first, that a question leans on; empty if it stands on its own.

    Example: carried_words("And the regional one?", ["What is the budget of the national programme?"]) -> "budget programme"
    """
    if not history or not _leans(question):
        return ""
    own = frozenset(words(question))
    taken: list[str] = []
    for earlier in reversed(history[-READ:]):
        known = {word.casefold() for word in taken}
        taken = [word for word in _subject(earlier, own) if word.casefold() not in known] + taken
        if not _leans(earlier) and len(taken) >= _ENOUGH:
            break
    return " ".join(taken)


def _subject(earlier: str, own: frozenset[str]) -> list[str]:
    """Return an earlier question's content words, without what the new one says anew: its own words, another year, a counterpart."""
    new_year = any(_YEAR.fullmatch(word) for word in own)
    return [
        token
        for token in (found.strip(".'’") for found in _TOKEN.findall(earlier))
        if set(words(token)) - STOP_WORDS - own and not (new_year and _YEAR.search(token)) and not _replaced(token, own)
    ]


def _replaced(token: str, own: frozenset[str]) -> bool:
    """Return whether a question names the counterpart of a word: asked for "the regional one", the national one is not carried over."""
    return any(set(words(token)) & group and own & (group - set(words(token))) for group in _COUNTERPARTS)


def _leans(question: str) -> bool:
    """Return whether a question cannot be understood without the one before."""
    content = [word for word in words(_HOW.sub(" ", question)) if word not in STOP_WORDS]
    return (
        (points_back(question) and len(content) < 9)
        or bool(_OPENLY_GOES_ON.match(question))
        or (not _names_something(question) and (len(content) < 3 or (bool(_GOES_ON.match(question)) and len(content) < 5)))
    )


def _names_something(question: str) -> bool:
    """Return whether a question holds a name, so that it can stand on its own however short: "What is METI?"."""
    return any(token[:1].isupper() for token in _TOKEN.findall(question)[1:])
