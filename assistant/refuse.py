"""An honest "the documents do not say": what the library covers, why nothing was found, what comes nearest."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.question import Query
from ingest.documents import Document


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
    if query.unknown:
        return f"Nothing in the documents is about {_joined([f'“{word}”' for word in query.unknown[:3]])}."
    return "The documents touch on these words, but no passage states what was asked."


def refusal(query: Query | None, documents: Sequence[Document]) -> str:
    """Return the text of a refusal."""
    if query is None or not query.terms:
        return f"Ask a question in plain words, for example about a programme, a cluster, a sector or a figure. {scope(documents)}"
    return f"The documents do not say. {reason(query)} {scope(documents)}"


def _joined(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
