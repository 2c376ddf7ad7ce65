"""An honest "the documents do not say", in the language of the question: why nothing was found, and what the library covers."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.language import ENGLISH, Phrases, language_of, phrases
from assistant.question import MOST_QUESTIONS, Query
from ingest.documents import Document

_ABOUT = 0.5  # likelihood below which a question is said to be about something else
_WORDS_NAMED = 3
_LONGEST_WORD = 40


def scope(documents: Sequence[Document], language: str = ENGLISH) -> str:
    """Return one line that says what the library covers."""
    say = phrases(language)
    countries = sorted({document.country for document in documents if document.country != "unknown"})
    titles = [f"{document.title} ({document.published})" for document in documents]
    return say("covers", countries=say.joined(countries) or say("these_documents"), titles=say.joined(titles))


def reason(query: Query | None, documents: Sequence[Document], about: float = 1.0) -> str:
    """Return why there is no answer, in a sentence; about: how likely the question is about what the library covers."""
    language = ENGLISH if query is None else language_of(query.text)
    say, written = phrases(language), sorted({document.language for document in documents})
    if query is None or not query.terms:
        return say("no_question")
    if language != ENGLISH and language not in written:
        return say("other_language", languages=say.joined([say.language(code) for code in written]))
    outside, unknown = say("outside") if about < _ABOUT else "", _unknown(query, say)
    return f"{outside} {unknown}".strip() or say("no_passage")


def refusal(query: Query | None, documents: Sequence[Document], about: float = 1.0) -> str:
    """Return the text of a refusal, which gives its reason; where there is no question, how to ask one and no reason."""
    language = ENGLISH if query is None else language_of(query.text)
    covers = scope(documents, language)
    if query is None or not query.terms:
        return f"{phrases(language)('ask')} {covers}"
    return f"{short_refusal(query, documents, about)} {covers}"


def short_refusal(query: Query, documents: Sequence[Document], about: float = 1.0) -> str:
    """Return a refusal for one question of several: no word of what the library covers."""
    return f"{phrases(language_of(query.text))('not_found')} {reason(query, documents, about)}"


def not_read(question: str) -> str:
    """Return what is said to the first question of a message that was one too many."""
    return phrases(language_of(question))("not_read", number=str(MOST_QUESTIONS))


def _unknown(query: Query, say: Phrases) -> str:
    """Return which words of a question the library does not have; "" if it has all of them."""
    unknown = list({word.casefold(): f"“{word[:_LONGEST_WORD]}”" for word in query.unknown}.values())
    return say("unknown", words=say.joined(unknown[:_WORDS_NAMED], "or")) if unknown else ""
