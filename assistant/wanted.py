"""The kind of answer that a question wants, and what in a text gives it."""

from __future__ import annotations

import re
from typing import Literal

from ingest.words import terms

Wanted = Literal["number", "money", "date", "name", "list", "definition", "reason", "yes-no", "other"]


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_ASKED_BY: dict[Wanted, re.Pattern[str]] = {
    "money": _any(
        r"\bhow much (money|does|did|is|was|funding|budget)\b",
        r"\b(budget|cost|price|worth)\b",
        r"\bin (euros?|yen)\b",
        r"\bmarket (size|value|volume)\b",
    ),
    "number": _any(
        r"\bhow (many|much|big|large|long|high|often|old)\b",
        r"\bwhat (share|percentage|percent|proportion|number|rate|score|rank)\b",
        r"\b(number|share) of\b",
        r"\b(percentage|per ?cent|score|rank(ed|ing)?|total)\b",
    ),
    "date": _any(r"\b(when|since|until)\b", r"\b(what|which) (year|date|month)\b", r"\bstart(ed|ing)? (year|date)\b", r"\bhow long ago\b"),
    "list": _any(
        r"\blist\b",
        r"\bwhich (\w+ ){0,3}(are|were|have|do)\b",
        r"\bwhat (are|were) (the )?(main |key )?\w+s\b",
        r"\bname (all|the|some)\b",
        r"\bexamples? of\b",
        r"\bwhat (kinds?|types?|\w+s (are|do|did))\b",
    ),
    "reason": _any(r"\b(why|reason|purpose|aim|goal|objective)\b", r"\bbecause of what\b", r"\bwhat caused\b", r"\bhow come\b"),
    "name": _any(
        r"\b(who|whom|whose)\b",
        r"\bwhich (ministry|organi[sz]ation|company|agency|body|city|country|prefecture|programme|program|institution|university)\b",
        r"\bwhat is the name\b",
    ),
    "definition": _any(r"^\W*(what|who) (is|are|was|were|does) .{0,80}", r"\b(mean|stand for|definition|define|explain)\b"),
    "yes-no": _any(r"^\W*(and |so |but )?(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may)\b"),
}

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_GIVEN_BY: dict[Wanted, re.Pattern[str]] = {
    "number": _any(
        r"\d",
        r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|several)\b",
        r"\b(first|second|third|fourth|largest)\b",
    ),
    "money": _any(r"[€¥$£]", r"\b(EUR|USD|JPY|GBP|euros?|yen|dollars?|budget)\b"),
    "date": re.compile(rf"\b(1[89]\d\d|20\d\d|since|until|{_MONTHS})\b"),
    "list": re.compile(r"([^,;]+[,;]){2}"),
    "reason": _any(
        r"\b(because|due to|caused|thanks to|as a result|in order to|so that|objective)\b",
        r"\baim(s|ed)?\b",
        r"\bto (enhance|promote|improve|support|help|reduce|develop|create)\b",
    ),
    "name": re.compile(r"[^.!?\s]\s+[A-Z]"),
    "definition": _any(r"\b(is|are|was|were) (an?|the|one)\b", r"\bmeans?\b", r"\brefer", r"\bdefin"),
}


_SHARE_ASKED = _any(r"\bper ?cent(age)?\b", r"%", r"\b(share|proportion)\b")
_SHARE_GIVEN = _any(r"%", r"\bper ?cent(age)?\b", r"\b(share|proportion)\b")
_PRICE_ASKED = _any(r"\b(price|cost|expensive|fee|salary|salaries|revenue|turnover|worth)\b")
_PRICE_GIVEN = _any(r"[€¥$£]", r"\b(EUR|euros?|yen|dollars?)\b")
_COUNTED = re.compile(r"\b(?:how many|number of)\s+(?:\w+\s+){0,3}?(\w+)", re.IGNORECASE)
_FIGURE = re.compile(r"\d|\b(two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[\w.,]+")
_BESIDE, _NEAR = 3, 8  # words between a figure and what it counts


def lacks_unit(question: str, text: str) -> bool:
    """Return whether a question asks for a share or a price and a text gives none."""
    share = bool(_SHARE_ASKED.search(question)) and not _SHARE_GIVEN.search(text)
    price = bool(_PRICE_ASKED.search(question)) and not _PRICE_GIVEN.search(text)
    return share or price


def lacks_count(question: str, text: str) -> float:
    """Return how far a text is from counting what a question wants counted: 0 it does or nothing is to be counted, 1 it does not.

    Example: "How many members …?" -> 0 for "more than 80 members", 1 for "80 firms".
    """
    asked = _COUNTED.search(question)
    if not asked:
        return 0.0
    counted = set(terms(asked[1]))
    tokens = _TOKEN.findall(text)
    things = [place for place, token in enumerate(tokens) if counted & set(terms(token))]
    figures = [place for place, token in enumerate(tokens) if _FIGURE.search(token)]
    distance = min((abs(thing - figure) for thing in things for figure in figures), default=_NEAR + 1)
    return 0.0 if distance <= _BESIDE else 0.5 if distance <= _NEAR else 1.0


def kinds_wanted(question: str) -> frozenset[Wanted]:
    """Return the kinds of answer that a question's wording asks for; "other" if it shows none."""
    return frozenset(kind for kind, pattern in _ASKED_BY.items() if pattern.search(question)) or frozenset({"other"})


def gives(text: str, wanted: frozenset[Wanted]) -> bool | None:
    """Return whether a text holds something of a wanted kind; None if no wanted kind shows in a text."""
    patterns = [_GIVEN_BY[kind] for kind in wanted if kind in _GIVEN_BY]
    return any(pattern.search(text) for pattern in patterns) if patterns else None
