"""The page's sentences in the languages of its users: one file a language in texts/, each with the same keys."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NAME = "Clusterdesk"
LANGUAGES = ("en", "de", "fr", "es")
FOLDER = Path(__file__).parent / "texts"

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. language: its ISO 639-1 code; sentences: key -> plain text with {places} for values; months: from January."""

    language: str
    sentences: Mapping[str, str]
    months: tuple[str, ...]

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its values filled in; KeyError for an unknown key or a missing value."""
        return self.sentences[key].format(**values) if values else self.sentences[key]

    def counted(self, key: str, number: int) -> str:
        """Return a sentence about `number` things: `key_one` for one, `key_many` else."""
        return self(f"{key}_one" if number == 1 else f"{key}_many", number=number)

    def date(self, published: str) -> str:
        """Return a document's date in words: 2017-02 -> February 2017; what is no such date stays as it is."""
        match = _DATE.fullmatch(published)
        if published == "unknown":
            return self("date_unknown")
        if not match or not match[2] or not 1 <= int(match[2]) <= 12:
            return published
        month = f"{self.months[int(match[2]) - 1]} {match[1]}"
        return f"{int(match[3])} {month}" if match[3] else month

    def as_of(self, published: str) -> str:
        """Return how old a document is: "as of February 2017"."""
        return self("as_of", date=self.date(published))

    def joined(self, parts: list[str]) -> str:
        """Return parts as a list in words: "a, b and c"."""
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {self('and')} {parts[-1]}" if parts else ""


@cache
def load_texts(language: str) -> Texts:
    """Return the texts of a language of LANGUAGES."""
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return Texts(language, data["sentences"], tuple(data["months"]))


def language_for(chosen: str | None, accepted: str) -> str:
    """Return the language to show: the chosen one, else the first that the Accept-Language header names and we have, else English."""
    if chosen in LANGUAGES:
        return chosen
    named = [part.split(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    return next((language for language in named if language in LANGUAGES), LANGUAGES[0])
