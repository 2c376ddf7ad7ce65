"""Is the known value in what was shown? Typed: 25 is not in 125, 2.5 % is not 25, and 16,7 is 16.7.

Numbers, money, dates and durations are read from the text as it stands; only names, lists and phrases are folded first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from evals.dates import dates, known_date
from evals.quantities import Quantity, durations, quantities

Kind = Literal["number", "money", "date", "duration", "name", "list", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_TOKEN = re.compile(r"[^\W_]+(?:(?<=\d)[.,](?=\d)[^\W_]+)*|[%€¥$£]")
_DROPPED = re.compile(r"['’‘`*]|[⁰¹²³⁴-⁹]+")
_HARD_UNIT = re.compile(r"%|per\s?cent", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Value:
    """The typed value of a fact. texts: one text, or several for list and text; unit for number, also for name."""

    kind: Kind
    texts: tuple[str, ...]
    unit: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """found: the share of the value that is there; contradicted: another value of the same type stands instead."""

    found: float
    contradicted: bool = False


def match(value: Value, text: str) -> Match:
    """Look for a value in a text; emphasis stars do not count, everything else stands as it is."""
    return _MATCHERS[value.kind](value, text.replace("*", ""))


def unreadable(value: Value) -> str:
    """Return why a value of a fact cannot be compared, as a sentence, or "" if it can."""
    text = value.texts[0] if value.texts else ""
    if not value.texts or not all(folded(item) for item in value.texts):
        return f"'{value.kind}' needs at least one word or number."
    if value.kind == "number" and not quantities(text):
        return f"'{text}' is not a number; write it like 51, 16.7 or 3.66 million."
    if value.kind == "money" and not _money(text):
        return f"'{text}' is not an amount of money; write it like EUR 16.7 million or ¥2.6757 trillion."
    if value.kind == "date" and not known_date(text):
        return f"'{text}' is not a date; write it like 2001, 2012-07 or 2011-03-20."
    if value.kind == "duration" and not durations(text):
        return f"'{text}' is not a duration; write it like 2.5 years, 18 months or 10 days."
    return ""


def folded(text: str) -> str:
    """Return words and numbers in lower case, without accents and punctuation, separated by single spaces."""
    plain = unicodedata.normalize("NFKD", _DROPPED.sub("", text.replace("&", " and ")).casefold())
    return " ".join(_TOKEN.findall("".join(char for char in plain if not unicodedata.combining(char))))


def contains(text: str, phrase: str, *, whole: bool = True) -> bool:
    """True if a phrase stands in a text, both folded; whole: it ends with a word or its plural, not inside a word."""
    hay, needle = f" {folded(text)} ", f" {folded(phrase)}"
    if not needle.strip():
        return False
    if whole or needle[-1].isdigit():
        return any(needle + end in hay for end in (" ", "s ", "es "))
    return needle in hay


def _number(value: Value, text: str) -> Match:
    wanted = quantities(value.texts[0])
    shown = quantities(text)
    percent = bool(_HARD_UNIT.fullmatch(value.unit.strip())) or wanted[0].unit == "%"
    if percent:
        shown = tuple(q for q in shown if q.unit == "%")
    elif value.unit:
        shown = tuple(q for q in shown if q.unit != "%")
    return _quantity_match(wanted, shown)


def _money(text: str) -> tuple[Quantity, ...]:
    return tuple(q for q in quantities(text) if q.unit not in ("", "%"))


def _money_match(value: Value, text: str) -> Match:
    wanted = _money(value.texts[0])
    return _quantity_match(wanted, [q for q in _money(text) if q.unit in {w.unit for w in wanted}])


def _duration(value: Value, text: str) -> Match:
    wanted = durations(value.texts[0])
    wanted = wanted[:1] if len(wanted) == 3 else wanted  # "2 years and 6 months": the sum comes first
    return _quantity_match(wanted, [q for q in durations(text) if q.unit in {w.unit for w in wanted}])


def _quantity_match(wanted: Sequence[Quantity], shown: Sequence[Quantity]) -> Match:
    found = all(any(want.same(other) for other in shown) for want in wanted)
    return Match(float(found), contradicted=not found and bool(shown))


def _date(value: Value, text: str) -> Match:
    wanted, shown = known_date(value.texts[0]), dates(text)
    if all(any(date.says(want) for date in shown) for want in wanted):
        return Match(1.0)
    days = {(date.year, date.month) for date in shown if date.day}
    months = {(date.year, date.month) for date in shown} - days
    near = all(want.day and (want.year, want.month) in months for want in wanted)
    contradicted = not near and any(date.exact >= wanted[0].exact for date in shown)
    return Match(0.5 if near else 0.0, contradicted)


def _name(value: Value, text: str) -> Match:
    return Match(float(any(contains(text, name) for name in (*value.texts, *value.also))))


def _list(value: Value, text: str) -> Match:
    return Match(sum(contains(text, item) for item in value.texts) / len(value.texts))


def _text(value: Value, text: str) -> Match:
    return Match(float(all(contains(text, phrase, whole=False) for phrase in value.texts)))


_MATCHERS: dict[Kind, Callable[[Value, str], Match]] = {
    "number": _number,
    "money": _money_match,
    "date": _date,
    "duration": _duration,
    "name": _name,
    "list": _list,
    "text": _text,
}
