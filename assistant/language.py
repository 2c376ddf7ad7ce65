"""Which language a question is in, and what a refusal says in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

ENGLISH = "en"
_SURE = 0.8  # of no known question in English is another language so sure; fragments and names look like any language
# Languages that a question is taken for. A refusal in one that phrases.toml lacks is in English.
_KNOWN = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "ja", "zh", "ko", "sv", "da", "cs", "ro", "hu", "fi", "el", "bg")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences of a refusal in one language."""

    _texts: Mapping[str, str]
    _languages: Mapping[str, str]

    def __call__(self, key: str, **fields: str) -> str:
        """Return a sentence with its fields filled in."""
        return self._texts[key].format(**fields)

    def joined(self, words: Sequence[str], joint: str = "and") -> str:
        """Return words as a list: "a, b and c"; joint: "and" or "or"."""
        return f" {self._texts[joint]} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))

    def language(self, code: str) -> str:
        """Return what a language is called."""
        return self._languages.get(code, code)


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the language that a text is surely in, English where that is not sure."""
    code, sure = _identifier().classify(text)
    return str(code) if sure >= _SURE else ENGLISH


def phrases(language: str) -> Phrases:
    """Return the sentences of a language, the English ones for one that has none."""
    texts = _texts()
    own: dict[str, Any] = texts.get(language, texts[ENGLISH])
    return Phrases({key: text for key, text in own.items() if isinstance(text, str)}, own["languages"])


@cache
def _texts() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


@cache
def _identifier() -> Any:
    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages(list(_KNOWN))
    return found
