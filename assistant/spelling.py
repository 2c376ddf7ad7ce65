"""Words as the library writes them: misspelt ones mended, abbreviations spelt out, each way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from ingest.words import STOP_WORDS, folded, terms, words

_SHORTEST_MENDED = 4
_INNER_WORD = re.compile(r"(?<![.!?:;•]\s)(?<!^)(?<!\w)([^\W\d_]+)")  # a word that opens no sentence
_SMALL_WORD = re.compile(r"(?<![\w./@-])([a-z]{2,})(?![\w/@-]|\.\w)")  # and no part of an address
_TOKEN = re.compile(r"[\w&-]+")
_MOSTLY = 0.7
_TWO_EDITS_FROM = 7  # letters from which a word may be two edits away


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The library's words, folded, with their counts, and their stems."""

    counts: Mapping[str, int]
    stems: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """Return the vocabulary of some texts."""
        counts = Counter(word for text in texts for word in words(text))
        return cls(counts, frozenset(terms(" ".join(counts))))

    def has(self, word: str) -> bool:
        """Return whether the library has a word, in this or another ending."""
        return word in self.counts or not self.stems.isdisjoint(terms(word))


def name_terms(texts: Iterable[str]) -> frozenset[str]:
    """Return the stemmed terms that texts write with a capital nearly wherever they stand, the openings of sentences aside."""
    seen: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        for match in _INNER_WORD.finditer(text):
            word = folded(match[1])
            seen[word] += 1
            capital[word] += match[1][0].isupper()
    names = [word for word, times in seen.items() if capital[word] > _MOSTLY * times and word not in STOP_WORDS]
    return frozenset(terms(" ".join(names)))


def plain_terms(texts: Iterable[str]) -> frozenset[str]:
    """Return the stemmed terms of the words that texts write in small letters somewhere."""
    return frozenset(terms(" ".join({match[1] for text in texts for match in _SMALL_WORD.finditer(text)})))


def mend(question: str, vocabulary: Vocabulary, is_word: Callable[[str], bool]) -> str:
    """Return a question with misspelt words replaced by the word of the library that they are most likely meant to be.

    Misspelt is what neither the library nor the language has (`is_word` tells). The first letter must agree.
    """

    def mended(match: re.Match[str]) -> str:
        word = match.group()
        plain = folded(word)
        if len(plain) < _SHORTEST_MENDED or plain in STOP_WORDS or vocabulary.has(plain) or is_word(plain):
            return word
        best = _nearest(plain, vocabulary)
        return word if best is None else best.capitalize() if word[:1].isupper() else best

    return re.sub(r"[^\W\d_]+", mended, question)


def _nearest(word: str, vocabulary: Vocabulary) -> str | None:
    """Return the library's word with the fewest edits, or None if none is near.

    Of equals, one that only has more letters comes first, because letters are left out more often than mistaken; then the more frequent.
    """
    choices = [known for known in vocabulary.counts if known[:1] == word[:1] and len(known) >= _SHORTEST_MENDED]
    allowed = 1 if len(word) < _TWO_EDITS_FROM else 2
    near = process.extract(word, choices, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=5)
    return min(near, key=lambda hit: (hit[1], not _letters_left_out(word, hit[0]), -vocabulary.counts[hit[0]], hit[0]))[0] if near else None


def _letters_left_out(word: str, known: str) -> bool:
    """Return whether a word is another one with some letters left out: "wich" of "which"."""
    letters = iter(known)
    return all(letter in letters for letter in word)


def spell_out(text: str, abbreviations: Mapping[str, str], ordinary: Collection[str] = ()) -> str:
    """Return a text with the long form of each abbreviation in it added, and the short form of each long one.

    ordinary: abbreviations that are words, too, and must be written as defined: "FIRM", not "firm".
    """
    low = text.casefold()
    present, tokens = set(words(text)), set(_TOKEN.findall(text))
    added = [
        long
        for short, long in abbreviations.items()
        if long.casefold() not in low and (short in tokens if short in ordinary else set(words(short)) <= present)
    ]
    added += [short for short, long in abbreviations.items() if long.casefold() in low and short.casefold() not in low]
    return " ".join([text, *added])
