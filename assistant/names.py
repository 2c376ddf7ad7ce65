"""The names in a question, each as the words that it is made of, in every form that the library knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from ingest.words import STOP_WORDS, terms, words

Name = tuple[frozenset[str], ...]  # its forms, as asked first: the stemmed terms of each

_TOKEN = re.compile(r"[^\s,;:?!()\"“”]+|[,;:?!()]")
_JOINING = frozenset({"of", "for", "de", "du", "der", "des", "di"})  # inside a name: "Institute of Innovation"
_POSSESSIVE = re.compile(r"['’]s?$")
_MOSTLY = 2 / 3  # of a question's words: with more of them in capitals, capitals tell nothing
_FEW = 3  # words of which even all may be a name
_COMPARES = re.compile(r"\b(than|compar\w+|differ\w*|versus|vs|both|between|or|each|respectively)\b", re.IGNORECASE)


def names_in(
    text: str, is_word: Callable[[str], bool], abbreviations: Mapping[str, str], ordinary: Collection[str] = ()
) -> tuple[Name, ...]:
    """Return the names of a question: runs of capitalised words that do not open it, words of several capitals, and words that are none of
    the language, for who types in small letters.

    abbreviations, ordinary: as for `assistant.question.understand`; a name that is one of them has its long form, too, and a long form its
    abbreviation.
    """
    tokens = [_POSSESSIVE.sub("", token) for token in _TOKEN.findall(text)]
    content = [token for token in tokens if token[:1].isalpha() and token.casefold() not in STOP_WORDS]
    shouted = len(content) > _FEW and sum(token[0].isupper() for token in content) > _MOSTLY * len(content)
    runs = [] if shouted else list(_runs(tokens))
    taken = {word for run in runs for word in words(run)}
    odd = [word for word in dict.fromkeys(words(text)) if word not in taken and word.isalpha() and not is_word(word)]
    return tuple(_forms(name, abbreviations, ordinary) for name in (*runs, *odd) if terms(name))


def compares(question: str) -> bool:
    """Return whether a question may be about two things at once."""
    return bool(_COMPARES.search(question))


def _runs(tokens: list[str]) -> Iterator[str]:
    """Yield the runs of words that are written as names."""
    run: list[str] = []
    for place, token in enumerate([*tokens, ""]):
        if is_written_as_name(token, place):
            run.append(token)
        elif not (run and token in _JOINING and place + 1 < len(tokens) and is_written_as_name(tokens[place + 1], place + 1)):
            if run:
                yield " ".join(run)
            run = []


def is_written_as_name(token: str, place: int) -> bool:
    """Return whether a question's word, by its place from 0, is capitalised where words are not, or has several capitals."""
    return (place > 0 and token[:1].isupper()) or sum(letter.isupper() for letter in token) > 1


def _forms(name: str, abbreviations: Mapping[str, str], ordinary: Collection[str]) -> Name:
    own = frozenset(terms(name))
    others = [
        other
        for short, long in abbreviations.items()
        for one, other in ((short, long), (long, short))
        if (one == name if short in ordinary else one.casefold() == name.casefold())
    ]
    return (own, *(frozenset(terms(other)) for other in others))
