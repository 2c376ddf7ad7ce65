"""Where a quote stands: from words as a reader sees them to character offsets into the document's text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from evals.facts import Evidence, Fact
from evals.tree import FactError

_LINK = re.compile(r"\[([^\]]*)\](\([^)]*\))")
# Stars, footnote markers, marks before a sign that would else be one, bullets, characters that nobody sees.
_GONE = re.compile(
    r"\*+|[⁰¹²³⁴-⁹]+|\\(?=[$*_\[\]#])|^[ \t]*[•▪◦](?=[ \t])|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+",
    re.MULTILINE,
)
# A dash between white space is a list dash or a typed long dash; the reader takes either for a pause.
_SPACE = re.compile(r"</?p>|(?<!\S)[-–—](?!\S)|\s+")
_SENTENCE_END = re.compile(r"(?P<stop>[.!?;][”\")\]⁰¹²³⁴-⁹]*)(?=\s)|</?p>|[\t|\n]")
_FAR = 2000  # characters; no sentence is longer
_SAME = str.maketrans("‘’“”‐‑–—", "''\"\"----")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters start:end of a document's text."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """Text without typography; offsets[i] is where its character i stands in the text it was made from."""

    text: str
    offsets: tuple[int, ...]


def fold(text: str) -> Folded:
    """Drop what a reader does not see (stars, footnote markers, <p>, link targets, bullets), with an offset for each character.

    Runs of white space become one space; curly quotation marks and long dashes become the plain ones; a letter and its accent, one letter.
    """
    chars = list(text.translate(_SAME))  # one character each, so the offsets stay
    for link in _LINK.finditer(text):
        chars[link.start()] = ""
        chars[link.end(1) : link.end()] = [""] * (link.end() - link.end(1))
    for run in _GONE.finditer(text):
        chars[run.start() : run.end()] = [""] * (run.end() - run.start())
    for run in _SPACE.finditer(text):
        chars[run.start() : run.end()] = [" "] * (run.end() - run.start())
    kept: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(chars):
        if kept and unicodedata.combining(char or " ") and len(whole := unicodedata.normalize("NFC", kept[-1] + char)) == 1:
            kept[-1] = whole
        elif char and not (char == " " and (not kept or kept[-1] == " ")):
            kept.append(char)
            offsets.append(offset)
    return Folded("".join(kept), tuple(offsets))


# Documents are few and large, and every fact looks into one of them.
_fold_document = lru_cache(maxsize=64)(fold)


def locate(evidence: Evidence, text: str, fact_id: str) -> Span:
    """Return where the quote stands in `text`, the text of its document.

    The quote must stand there exactly once or, with `after`, after those words (then the first place counts).
    Raises FactError that names the fact, file and line.
    """
    folded = _fold_document(text)
    quote = fold(unicodedata.normalize("NFC", evidence.quote)).text.strip()
    begin = _after(evidence, folded, fact_id)
    hits = _hits(folded.text, quote, begin) if quote else []
    where = f"{evidence.place}: fact {fact_id}: the quote {_short(evidence.quote)}"
    if not hits:
        behind = f" after {_short(evidence.after)}" if evidence.after else ""
        raise FactError(f"{where} does not stand in {evidence.document}{behind}; copy it word for word.")
    if len(hits) > 1 and not evidence.after:
        raise FactError(
            f"{where} stands {len(hits)} times in {evidence.document}; take a longer one, or name the words before it with 'after'."
        )
    start = hits[0]
    return Span(evidence.document, folded.offsets[start], folded.offsets[start + len(quote) - 1] + 1)


def spans_of(fact: Fact, text: Callable[[str], str]) -> tuple[Span, ...]:
    """Return the span of each evidence quote of a fact; text(document) gives the text. Raises FactError."""
    return tuple(locate(evidence, text(evidence.document), fact.id) for evidence in fact.evidence)


def sentences(span: Span, text: str) -> Span:
    """Return a span made longer to whole sentences, inside its line, cell or paragraph of a cell."""
    low, high = max(0, span.start - _FAR), min(len(text), span.end + _FAR)
    start = max((end.end() for end in _SENTENCE_END.finditer(text, low, span.start)), default=low)
    after = _SENTENCE_END.search(text, span.end - 1, high)
    return replace(span, start=start, end=max(span.end, _without_structure(after) if after else high))


def _without_structure(end: re.Match[str]) -> int:
    return end.start("stop") + len(end["stop"]) if end["stop"] else end.start()


def _after(evidence: Evidence, folded: Folded, fact_id: str) -> int:
    if not evidence.after:
        return 0
    after = fold(unicodedata.normalize("NFC", evidence.after)).text.strip()
    found = folded.text.find(after)
    if found < 0 or not after:
        words = f"the words {_short(evidence.after)} of 'after' do not stand in {evidence.document}"
        raise FactError(f"{evidence.place}: fact {fact_id}: {words}; copy them word for word.")
    return found + len(after)


def _hits(text: str, quote: str, begin: int) -> list[int]:
    """Return the places of `quote`; a number cut in two is no hit ("2 years" in "12 years")."""
    hits = []
    at = text.find(quote, begin)
    while at >= 0:
        before, behind = text[at - 1 : at], text[at + len(quote) : at + len(quote) + 1]
        if not (before.isdigit() and quote[0].isdigit()) and not (behind.isdigit() and quote[-1].isdigit()):
            hits.append(at)
        at = text.find(quote, at + 1)
    return hits


def _short(text: str) -> str:
    return f'"{text}"' if len(text) <= 80 else f'"{text[:77]}…"'
