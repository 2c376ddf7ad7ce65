"""What a message asks: its questions one by one, made whole from earlier ones, mended, and the kind of answer each wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from ingest.sentences import split_sentences
from ingest.typography import shown
from ingest.words import STOP_WORDS, folded, terms, words

Wanted = Literal["number", "money", "date", "name", "list", "definition", "reason", "yes-no", "other"]

LONGEST_QUESTION = 2_000  # characters that are read; nobody asks more than that in one breath
MOST_QUESTIONS = 5  # questions answered in one message
_HISTORY_READ = 3  # earlier questions that are looked at
_ENOUGH_CARRIED = 4  # words of a subject; a shorter one is completed from the question before

_ASKS = re.compile(
    r"^(and |so |also |but |ok(ay)?,? |hi,? |hello,? )*(what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|"
    r"will|would|should|may|tell|list|name|give|explain|describe|compare|define|please|show|summari[sz]e)\b",
    re.IGNORECASE,
)
_OPENERS = re.compile(
    r"^(?:(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|greetings)\b[^,.!?\n]{0,40}[,.!\n]+\s*|(?:thanks|thank you|cheers|regards)\b[^?]*$)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|theirs|he|she|this|that|these|those|there|then|one|ones|both|former|latter|same|such|else|other)\b", re.IGNORECASE
)
_GOES_ON = re.compile(r"^\s*(and|or|but|so|also|what about|how about|what else|why|since when|until when|by whom|where|when|who|which ones?)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d|21\d\d)\b")

_WANTED: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    ("money", re.compile(r"\b(how much (money|does|did|is|was|funding|budget)|budget|cost|price|worth|in (euros?|yen)|market (size|value|volume))\b", re.I)),
    ("number", re.compile(r"\b(how many|how much|how (big|large|long|high|often|old)|what (share|percentage|percent|proportion|number|rate|score|rank)|number of|percentage|per ?cent|share of|score|rank(ed|ing)?|total)\b", re.I)),
    ("date", re.compile(r"\b(when|what year|which year|since|until|what date|start(ed|ing)? (year|date)|how long ago|in which month)\b", re.I)),
    ("list", re.compile(r"\b(list|which (\w+ ){0,3}(are|were|have|do)|what (are|were) (the )?(main |key )?\w+s\b|name (all|the|some)|examples? of|what kinds?|what types?|what \w+s (are|does|do|did)\b)", re.I)),
    ("reason", re.compile(r"\b(why|reason|because of what|what caused|how come|purpose|aim|goal|objective)\b", re.I)),
    ("name", re.compile(r"\b(who|whom|whose|which (ministry|organi[sz]ation|company|agency|body|city|country|prefecture|programme|program|institution|university)|what is the name)\b", re.I)),
    ("definition", re.compile(r"^\W*(what|who) (is|are|was|were|does) .{0,80}|\b(mean|stand for|definition|define|explain)\b", re.I)),
    ("yes-no", re.compile(r"^\W*(and |so |but )?(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may)\b", re.I)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """One question, ready to be searched.

    text: as asked. whole: made whole from earlier questions and mended. terms: its stemmed content words, with both forms of abbreviations.
    carried: stemmed terms taken over from earlier questions. unknown: its content words that the library does not have.
    """

    text: str
    whole: str
    terms: tuple[str, ...]
    carried: frozenset[str]
    unknown: tuple[str, ...]
    names: frozenset[str]
    years: frozenset[str]
    wanted: frozenset[Wanted]


def split_message(message: str) -> list[str]:
    """Return the questions of a message in order: its asking sentences, without greetings and thanks; the whole message if none asks."""
    text = shown(message[:LONGEST_QUESTION])
    sentences = [text[span.start : span.end] for span in split_sentences(text)]
    sentences = [cleaned for sentence in sentences if (cleaned := _OPENERS.sub("", sentence).strip())]
    asking = [index for index, sentence in enumerate(sentences) if sentence.endswith("?") or _ASKS.match(sentence)]
    marked = [index for index in asking if sentences[index].endswith("?")]
    if len(sentences) <= 1 or not asking:
        return [" ".join(sentences) or text]
    return [_with_subject(sentences, index) for index in (marked or asking)][:MOST_QUESTIONS]


def _with_subject(sentences: Sequence[str], index: int) -> str:
    """Return a question with the statement before it, where the question only points at it: "We read about X. Who funds it?"."""
    question = sentences[index]
    before = sentences[index - 1] if index else ""
    if before and not before.endswith("?") and _POINTS_BACK.search(question) and len(terms(question)) < 6:
        return f"{before} {question}"
    return question


def understand(
    question: str, history: Sequence[str], vocabulary: Mapping[str, int], abbreviations: Mapping[str, str], is_word: Callable[[str], bool]
) -> Query:
    """Return a question ready to be searched. `is_word` tells words of the language, which are never mended."""
    mended = mend(question, vocabulary, is_word)
    carried = _carried(mended, [mend(shown(earlier[:LONGEST_QUESTION]), vocabulary, is_word) for earlier in history[-_HISTORY_READ:]])
    whole = f"{mended} ({carried})" if carried else mended
    expanded = spell_out(whole, abbreviations)
    content = [word for word in words(question) if word not in STOP_WORDS and not word.isdigit()]
    return Query(
        text=question,
        whole=whole,
        terms=tuple(dict.fromkeys(terms(expanded))),
        carried=frozenset(terms(carried)) - frozenset(terms(mended)),
        unknown=tuple(word for word in content if not _is_known(word, vocabulary)),
        names=frozenset(term for name in _names(mended) for term in terms(name)),
        years=frozenset(_YEAR.findall(whole)),
        wanted=frozenset(kind for kind, pattern in _WANTED if pattern.search(mended)) or frozenset({"other"}),
    )


# Follow-ups


def _carried(question: str, history: Sequence[str]) -> str:
    """Return the words of earlier questions that a question leans on; empty if it stands on its own."""
    if not history or not _leans(question):
        return ""
    own = set(words(question))
    years = bool(_YEAR.search(question))
    taken: list[str] = []
    for earlier in reversed(history):
        kept = [
            word
            for word in re.findall(r"[^\s,;:?!()\"“”]+", earlier)
            if set(words(word)) - STOP_WORDS - own and not (years and _YEAR.search(word)) and not _replaced(word, own)
        ]
        taken = [word for word in kept if word.casefold() not in {t.casefold() for t in taken}] + taken
        if not _leans(earlier) and len(taken) >= _ENOUGH_CARRIED:
            break
    return " ".join(taken)


_PAIRS = ({"national", "regional"}, {"import", "export", "imports", "exports"}, {"first", "second", "third"}, {"overall", "annual"})


def _replaced(word: str, own: set[str]) -> bool:
    """Return whether a question names the counterpart of a word: asked for "the regional one", the national one is not carried over."""
    return any(set(words(word)) & pair and own & (pair - set(words(word))) for pair in _PAIRS)


def _leans(question: str) -> bool:
    """Return whether a question cannot be understood without the one before."""
    content = [word for word in words(question) if word not in STOP_WORDS]
    points = bool(_POINTS_BACK.search(question))
    goes_on = bool(_GOES_ON.match(question))
    return (points and len(content) < 9) or (goes_on and len(content) < 5) or len(content) < 3 or bool(re.match(r"\s*(and|or|but|what about|how about)\b", question, re.I))


# Spelling and abbreviations


def mend(question: str, vocabulary: Mapping[str, int], is_word: Callable[[str], bool]) -> str:
    """Return a question with misspelt words replaced by the word of the library that they are most likely meant to be.

    Misspelt is what neither the library nor the language has. Words of four letters or more are mended, by one edit, or two from
    seven letters on; the first letter must agree.
    """

    def mended(match: re.Match[str]) -> str:
        word = match.group()
        plain = folded(word)
        if len(plain) < 4 or plain in STOP_WORDS or _is_known(plain, vocabulary) or is_word(plain):
            return word
        allowed = 1 if len(plain) < 7 else 2
        near = process.extract(
            plain, [known for known in vocabulary if known[:1] == plain[:1] and len(known) > 3], scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=5
        )
        if not near:
            return word
        best = min(near, key=lambda hit: (hit[1], -vocabulary[hit[0]], hit[0]))[0]
        return best.capitalize() if word[:1].isupper() else best

    return re.sub(r"[^\W\d_]+", mended, question)


def _is_known(word: str, vocabulary: Mapping[str, int]) -> bool:
    return word in vocabulary or _stem_in(word, vocabulary)


def _stem_in(word: str, vocabulary: Mapping[str, int]) -> bool:
    stem = terms(word)
    return bool(stem) and any(f"{stem[0]}{ending}" in vocabulary for ending in ("", "s", "e", "es", "ed", "d", "ing", "ion", "ions", "ment", "al", "y", "ies"))


def spell_out(text: str, abbreviations: Mapping[str, str]) -> str:
    """Return a text with the long form of each abbreviation added, and the short form of each long one."""
    low = text.casefold()
    present = set(words(text))
    added = [long for short, long in abbreviations.items() if set(words(short)) <= present and long.casefold() not in low]
    added += [short for short, long in abbreviations.items() if long.casefold() in low and short.casefold() not in low]
    return " ".join([text, *added])


def _names(question: str) -> list[str]:
    """Return the capitalised words of a question that do not open it, and words with digits or several capitals anywhere."""
    found = re.findall(r"[^\s,;:?!()\"“”]+", question)
    return [
        word
        for place, word in enumerate(found)
        if (place > 0 and word[:1].isupper()) or sum(letter.isupper() for letter in word) > 1 and not word.isdigit()
    ]
