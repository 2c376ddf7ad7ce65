"""What a message asks: its questions one by one, each made whole, mended and ready to be searched."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from assistant.follow_up import READ, carried_words, points_back
from assistant.names import Name, compares, is_written_as_name, names_in
from assistant.spelling import Vocabulary, mend, spell_out
from assistant.wanted import Wanted, kinds_wanted
from ingest.sentences import split_sentences
from ingest.typography import shown
from ingest.words import STOP_WORDS, folded, terms, words

LONGEST_QUESTION = 2_000  # characters that are read; nobody asks more than that in one breath
MOST_QUESTIONS = 5  # that are answered in one message; the answer says so of the next
_LONGEST_EARLIER = 400  # characters of an earlier question that are read
_SAYS_LITTLE = 3  # content words up to which a refused question is read again with the sentence before it
_FEW_TERMS = 6  # content words below which a question may need the sentence before it

_ASKS = re.compile(
    r"^((and|so|also|but|ok|okay|hi|hello),? )*"
    r"(what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|"
    r"tell|list|name|give|explain|describe|compare|define|please|show|summari[sz]e)\b",
    re.IGNORECASE,
)
_DEMANDS = re.compile(  # an asking sentence without a question mark, beside others that have one
    r"^((and|also|then|please),? )*(list|name|describe|explain|compare|define|summari[sz]e) "
    r"(all|any|some|the|its|their|what|which|how|why|\w+ (and|or|of)\b)",
    re.IGNORECASE,
)
_GREETING = re.compile(r"^(dear|hi|hello|hey|good (morning|afternoon|evening)|greetings)\b[^,.!?\n]{0,40}([,.!\n]+\s*|$)", re.IGNORECASE)
_SMALL_TALK = re.compile(r"^(and )?how (are|have) (you|things)( all)?( been| doing)?( today| lately)?\W*$", re.IGNORECASE)
_THANKS = re.compile(r"^(thanks|thank you|many thanks|cheers|(best|kind) regards|regards)\b[^?]*$", re.IGNORECASE)
_PLEA = re.compile(  # a question that only asks for an answer
    r"^(please )?(could|can|would|will|may) (you|someone|anyone|anybody) (please |kindly )?"
    r"(help|assist|advise|check|clarify|confirm|answer)( (me|us))?( (with|on|about) (this|that|it))?( please)?\W*$",
    re.IGNORECASE,
)
_OF_EACH = re.compile(r"\b(for|of|in|by|with|to) (each|both|either|neither)\W*$", re.IGNORECASE)
# Where a question asks what an abbreviation means, and for nothing about what it names: "the full name of X", not "… of X's director".
_MEANING = r"(?:full (?:name|form)|long (?:name|form)|meaning|spelling)"
_MEANT = (
    rf"(?:{_MEANING} of|abbreviation|acronym|initials|letters|short for)\s+(?:the\s+)?"
    r"(?:(?:abbreviation|acronym|initials|letters|word)\s+)?"
    r"[\"“'(]*{short}[\"”')]*\s*(?:[?.!,;:]|$|and\b|please\b)"
    rf"|[\"“'(]*{{short}}[\"”')]*\s+(?:stands?|stood|(?:is\s+)?short)\s+for\b"
    rf"|\b(?:does|do|is)\s+(?:the\s+\w+\s+)?[\"“'(]*{{short}}[\"”')]*\s+means?\b(?!\s+by\b)"
    rf"|^\W*{{short}}[\"”')]*\s+(?:{_MEANING}|abbreviation|acronym|meaning)\W*$"
)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d|21\d\d)\b")
_TOKEN = re.compile(r"[^\s,;:?!()\"“”]+")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Query:
    """One question, ready to be searched.

    text: as asked. whole: mended and made whole from earlier questions. terms: its stemmed content words, both forms of abbreviations.
    carried: stemmed terms taken over from earlier questions. unknown: content words that the library does not have.
    names: stemmed terms of its names. years: those it mentions. wanted: the kinds of answer that its wording asks for.
    abbreviation: the one whose meaning it asks for, or "". own_names, carried_names: what may tell which thing is meant, its own and
    those taken over. compares: whether it may be about two things at once.
    """

    text: str
    whole: str
    terms: tuple[str, ...]
    carried: frozenset[str]
    unknown: tuple[str, ...]
    names: frozenset[str]
    years: frozenset[str]
    wanted: frozenset[Wanted]
    abbreviation: str = ""
    own_names: tuple[Name, ...] = ()
    carried_names: tuple[Name, ...] = ()
    compares: bool = False


def split_message(message: str) -> list[str]:
    """Return the questions of a message in order: its asking sentences without greetings and thanks, or all of it if none asks."""
    sentences = _sentences(message)
    marked = [place for place, sentence in enumerate(sentences) if sentence.endswith("?")]
    marked = [place for place, sentence in enumerate(sentences) if place in marked or _DEMANDS.match(sentence)] if marked else []
    asking = marked or [place for place, sentence in enumerate(sentences) if _ASKS.match(sentence)]
    if len(sentences) <= 1 or not asking:
        return [" ".join(sentences)] if sentences else []
    return [_with_subject(sentences, place) for place in asking]


def with_sentence_before(message: str, question: str) -> str | None:
    """Return a question of `split_message` that says little by itself with the sentence that stands before it; None for any other.

    Example: of "We make wind turbines. Who are the big players?", for its second sentence, both.
    """
    if len(terms(question)) > _SAYS_LITTLE:
        return None
    sentences = _sentences(message)
    place = next((place for place, sentence in enumerate(sentences) if sentence == question), 0)
    return f"{sentences[place - 1]} {question}" if place and not sentences[place - 1].endswith("?") else None


def _sentences(message: str) -> list[str]:
    """Return the sentences of a message without greetings and thanks."""
    text = shown(message[:LONGEST_QUESTION])
    sentences = [text[span.start : span.end] for span in split_sentences(text)]
    return [bare for sentence in sentences if (bare := _SMALL_TALK.sub("", _THANKS.sub("", _GREETING.sub("", sentence)).strip()))]


def _with_subject(sentences: Sequence[str], place: int) -> str:
    """Return a question with the statement before it, where it only points at that: "We read about X. Who funds it?".

    So does one without content of its own: "We wonder who funds X. Could you tell us?".
    """
    question, before = sentences[place], sentences[place - 1] if place else ""
    content = terms(question)
    points = points_back(question) or _OF_EACH.search(question)
    leans = not content or _PLEA.match(question) or (points and len(content) < _FEW_TERMS)
    return f"{before} {question}" if leans and before and not before.endswith("?") else question


def understand(
    question: str,
    history: Sequence[str],
    vocabulary: Vocabulary,
    abbreviations: Mapping[str, str],
    is_word: Callable[[str], bool],
    ordinary: Collection[str] = (),
) -> Query:
    """Return a question ready to be searched. `is_word` tells words of the language, which are never mended.

    ordinary: abbreviations that are words, too, and mean themselves only where they are written as defined.
    """
    mended = mend(question, vocabulary, is_word)
    carried = carried_words(mended, [mend(shown(earlier[:_LONGEST_EARLIER]), vocabulary, is_word) for earlier in history[-READ:]])
    whole = f"{mended} ({carried})" if carried else mended
    return Query(
        text=question,
        whole=whole,
        terms=tuple(dict.fromkeys(terms(spell_out(whole, abbreviations, ordinary)))),
        carried=frozenset(terms(carried)) - frozenset(terms(mended)),
        unknown=tuple(word for word in _WORD.findall(mended) if folded(word) not in STOP_WORDS and not vocabulary.has(folded(word))),
        names=frozenset(term for name in _names(mended) for term in terms(name)),
        years=frozenset(_YEAR.findall(whole)),
        wanted=kinds_wanted(mended),
        abbreviation=_abbreviation_asked(mended, abbreviations, ordinary),
        own_names=names_in(mended, is_word, abbreviations, ordinary),
        carried_names=names_in(f"({carried})", is_word, abbreviations, ordinary),
        compares=compares(mended),
    )


def _abbreviation_asked(question: str, abbreviations: Mapping[str, str], ordinary: Collection[str]) -> str:
    """Return the abbreviation whose meaning a question asks for: "What does METI stand for?" -> "METI"; "" for any other question."""
    present = set(words(question))
    asked = (short for short in abbreviations if set(words(short)) <= present and _is_asked(short, question, exactly=short in ordinary))
    return max(asked, key=len, default="")


def _is_asked(short: str, question: str, *, exactly: bool) -> bool:
    found = re.search(_MEANT.replace("{short}", rf"\b{re.escape(short)}"), question, re.IGNORECASE)
    return found is not None and (short in found[0] or not exactly)


def _names(question: str) -> list[str]:
    """Return the words of a question that are written as names."""
    return [token for place, token in enumerate(_TOKEN.findall(question)) if is_written_as_name(token, place)]
