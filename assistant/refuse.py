"""An honest "the documents do not say": what the library covers, why nothing was found, what comes nearest."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.question import Query
from ingest.documents import Document

_WORDS_NAMED = 3
_LONGEST_WORD = 40


def scope(documents: Sequence[Document]) -> str:
    """Return one line that says what the library covers."""
    countries = sorted({document.country for document in documents if document.country != "unknown"})
    titles = [f"{document.title} ({document.published})" for document in documents]
    about = _joined(countries) or "these documents"
    return f"The library covers {about}: {_joined(titles)}."


def reason(query: Query | None) -> str:
    """Return why there is no answer, in a sentence."""
    if query is None or not query.terms:
        return "There is no question in this message."
    unknown = list({word.casefold(): f"“{word[:_LONGEST_WORD]}”" for word in query.unknown}.values())
    if unknown:
        return f"The documents do not mention {_joined(unknown[:_WORDS_NAMED], 'or')}."
    return "The documents use these words, but no passage states what was asked."


def refusal(query: Query | None, documents: Sequence[Document]) -> str:
    """Return the text of a refusal."""
    if query is None or not query.terms:
        return f"Ask a question in plain words, for example about a programme, a cluster, a sector or a figure. {scope(documents)}"
    return f"The documents do not say. {reason(query)} {scope(documents)}"


def _joined(words: Sequence[str], joint: str = "and") -> str:
    return f" {joint} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
