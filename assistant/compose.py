"""From the replies to a message's questions to one answer, or one refusal."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chain import Reply
from assistant.cite import cite, is_verified
from assistant.library import Library
from assistant.question import LONGEST_QUESTION
from assistant.refuse import not_read, reason, refusal, short_refusal
from assistant.say import Said, say
from assistant.types import Answer, Citation, Passage
from ingest.typography import shown

LEAST_ANSWERABLE = 0.14  # below it the documents are said not to answer; how it was set: evals/LOG.md
ENGINE = "extractive"
_NEAREST_SHOWN = 3
_NEAREST_READ = 8
_PASSAGES = 50


def compose(library: Library, message: str, replies: Sequence[Reply], timings_ms: dict[str, float], unread: Sequence[str] = ()) -> Answer:
    """Return the answer to a message from the replies to its questions; without replies, a refusal.

    unread: the questions that it held beside these; the answer, or the reason of the refusal, says that they were not read.
    """
    said = _say(library, replies)
    answered = any(part is not None for part in said)
    asked, about = (replies[0].query, replies[0].ranking.about) if replies else (None, 0.0)
    likely = [reply.ranking.confidence for reply, part in zip(replies, said, strict=True) if part is not None or not answered]
    message = message[:LONGEST_QUESTION]
    return Answer(
        question=message,
        interpreted_as=" ".join(reply.query.whole for reply in replies) or shown(message),
        status="answered" if answered else "not_found",
        text=_text(library, replies, said, unread) if answered else _with(refusal(asked, library.documents, about), unread),
        citations=tuple(citation for part in said if part is not None for citation in part.citations),
        see_also=() if answered else _nearest(library, replies),
        confidence=round(min(likely, default=0.0), 4),
        reason="" if answered else _with(reason(asked, library.documents, about), unread),
        engine=ENGINE,
        index=library.index_id,
        timings_ms=timings_ms,
        passages=tuple(passage for reply in replies for passage in _passages(library, reply))[:_PASSAGES],
    )


def is_answered(reply: Reply) -> bool:
    """Return whether the documents answer a question, as far as is known."""
    return bool(reply.query.terms and reply.ranking.ranked) and reply.ranking.answerable >= LEAST_ANSWERABLE


def _say(library: Library, replies: Sequence[Reply]) -> list[Said | None]:
    """Return what is said to each question, citations numbered through; None where the documents do not answer."""
    said: list[Said | None] = []
    first = 1
    for reply in replies:
        part = say(library, reply.query, reply.ranking.ranked, first) if is_answered(reply) else None
        said.append(part if part is not None and part.citations else None)
        first += len(part.citations) if part is not None else 0
    return said


def _text(library: Library, replies: Sequence[Reply], said: Sequence[Said | None], unread: Sequence[str]) -> str:
    """Return the answers, under their questions where there were several, with a refusal for those that got none."""
    if len(said) == 1 and said[0] is not None:
        return said[0].text
    texts = [
        part.text if part is not None else short_refusal(reply.query, library.documents, reply.ranking.about)
        for reply, part in zip(replies, said, strict=True)
    ]
    parts = [f"{reply.query.text}\n{text}" for reply, text in zip(replies, texts, strict=True)]
    return "\n\n".join([*parts, *(f"{first}\n{not_read(first)}" for first in unread[:1])])


def _with(text: str, unread: Sequence[str]) -> str:
    """Return what a refusal says, and of the first question that was not read that it was not."""
    return " ".join([text, *(f"“{first}”: {not_read(first)}" for first in unread[:1])])


def _passages(library: Library, reply: Reply) -> list[Passage]:
    """Return the chunks of a reply's statements, each at the place of its best statement."""
    best: dict[int, float] = {}
    for ranked in reply.ranking.ranked:
        best.setdefault(ranked.candidate.chunk_number, ranked.score)
    fused = dict(reply.found.chunks)
    passages = []
    for number, score in best.items():
        chunk = library.generation.chunks[number]
        scores = {"rank": score, "fused": fused.get(number, 0.0), "dense": float(reply.found.dense_chunks[number])}
        passages.append(Passage(chunk.document, chunk.section, tuple((span.start, span.end) for span in chunk.spans), chunk.text, scores))
    return passages


def _nearest(library: Library, replies: Sequence[Reply]) -> tuple[Citation, ...]:
    """Return the nearest statements of refused questions, one a chunk, each as a citation of its first span: not an answer."""
    nearest = {
        ranked.candidate.chunk_number: ranked.candidate
        for reply in reversed(replies)
        if reply.query.terms
        for ranked in reversed(reply.ranking.ranked[:_NEAREST_READ])
    }
    citations: list[Citation] = []
    for candidate in list(nearest.values())[::-1]:
        statement = candidate.statement
        citation = cite(library, candidate.chunk.document, statement.section, statement.spans[0], len(citations) + 1)
        if citation is not None and is_verified(library, citation) and len(citations) < _NEAREST_SHOWN:
            citations.append(citation)
    return tuple(citations)
