"""Questions that the library is known to answer, offered while somebody types and after a refusal.

They are read from questions.toml beside the documents; `python -m evals suggest` makes that file from the known facts.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FILE = "questions.toml"
_WORD = re.compile(r"\w+")
_MOST = 6
_RELATED = 0.25  # of a question's telling words, by weight, that a suggestion after a refusal must share
_COMMON, _FEW, _LONG = 0.04, 2, 4  # a word in more of the questions than that tells little, unless the list is short and the word long


class SuggestionsError(Exception):
    """The file of questions cannot be read; the text says why and what to run."""


@dataclass(frozen=True)
class Suggestions:
    """Questions with the document that answers each, and how many known facts protect each document."""

    questions: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, int] | None = None

    @classmethod
    def load(cls, corpus: Path) -> Suggestions:
        """Return the questions of a corpus folder, none if it has no such file; raise SuggestionsError if it is no such file."""
        path = corpus / FILE
        try:
            entries = tomllib.loads(path.read_text("utf-8"))["document"]
            questions = tuple((str(question), str(entry["id"])) for entry in entries for question in entry["questions"])
            return cls(questions, {str(entry["id"]): int(entry["facts"]) for entry in entries})
        except FileNotFoundError:
            return cls()
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
            raise SuggestionsError(f"{path} cannot be read ({error}). Make it again: python -m evals suggest > {path}") from error

    def matching(self, typed: str, documents: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the questions that hold the words typed so far, the last of which may be unfinished; best first."""
        *whole, begun = _words(typed) or [""]
        if len(begun) < 2 and not whole:
            return ()
        found = []
        for question, words in self._within(documents):
            finds = [word in words for word in whole] + [any(word.startswith(begun) for word in words)]
            if all(finds) or (len(finds) > 2 and sum(finds) >= len(finds) - 1 and finds[-1]):
                weight = math.fsum(self._weight(word) for word in words)  # exact, so that the order of a set does not matter
                found.append((-sum(finds), weight, question))
        return tuple(question for _, _, question in sorted(found)[:_MOST])

    def related(self, question: str, documents: Collection[str] | None = None, most: int = 3) -> tuple[str, ...]:
        """Return the questions that share the most telling words with one that was not answered, best first.

        Words that no known question holds are what is missing; they count for nothing.
        """
        asked = {word for word in _words(question) if self._telling(word)}
        total = math.fsum(self._weight(word) for word in asked) or 1.0
        scored = [(math.fsum(self._weight(word) for word in asked & words) / total, other) for other, words in self._within(documents)]
        best = sorted((-score, other) for score, other in scored if score >= _RELATED and other != question)
        return tuple(other for _, other in best[:most])

    def _within(self, documents: Collection[str] | None) -> list[tuple[str, frozenset[str]]]:
        return [
            (q, words)
            for (q, document), words in zip(self.questions, self._words_of, strict=True)
            if not documents or document in documents
        ]

    @cached_property
    def _words_of(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(_words(question)) for question, _ in self.questions)

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(word for words in self._words_of for word in words)

    def _telling(self, word: str) -> bool:
        """Return whether a word says what a question is about: it is in some known questions, not in many."""
        count = self._counts.get(word, 0)
        return count > 0 and (count <= _COMMON * len(self.questions) or (count <= _FEW and len(word) >= _LONG))

    def _weight(self, word: str) -> float:
        """Return how rare a known word is among the questions."""
        return math.log((len(self.questions) + 1) / self._counts[word])


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
