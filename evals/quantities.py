"""Numbers, amounts of money and durations, read from running English text before anything is normalised away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_WORDS = {**{word: n for n, word in enumerate(_SMALL)}, **_TENS}
_SCALES = {
    "hundred": 2, "thousand": 3, "k": 3, "million": 6, "millions": 6, "mio": 6, "mn": 6, "m": 6,
    "billion": 9, "billions": 9, "bn": 9, "bln": 9, "b": 9, "trillion": 12, "trillions": 12, "tn": 12, "trn": 12,
}  # fmt: skip
_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "¥": "JPY", "￥": "JPY", "jpy": "JPY", "yen": "JPY",
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP",
    "chf": "CHF", "cny": "CNY", "krw": "KRW",
}  # fmt: skip
_DURATIONS = {
    "minute": ("minutes", 1), "hour": ("minutes", 60), "day": ("days", 1), "week": ("days", 7),
    "month": ("months", 1), "quarter": ("months", 3), "year": ("months", 12), "yr": ("months", 12),
    "decade": ("months", 120),
}  # fmt: skip


def _any_of(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_TWENTIES = rf"(?:twenty|{_any_of(list(_TENS))})[- ](?:{_any_of(_SMALL[1:10])})"
_NUMBER = rf"(?:\d+(?:[.,\u00a0\u202f]\d+)*(?![.,\u00a0\u202f]?\d)|(?:{_TWENTIES}|{_any_of(list(_WORDS))})\b)"
_CURRENCY = _any_of(list(_CURRENCIES))
_SPACED = r"\d{1,3}(?: \d{3})+(?![.,]?\d)"  # 2 500 000, after a currency only: elsewhere they may be two numbers
_UNITS = r"(?:km²?|cm|mm|nm|kg|mg|ha|x|[kMGT]?Hz|[kMGT]Wh?|[kMGT]B)\b"  # written without a space
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<before>{_CURRENCY})\s*)?(?P<sign>[-−](?=\d))?(?P<number>(?(before){_SPACED}|(?!))|{_NUMBER})"
    rf"(?:(?(before)\s?)(?P<letter>[kmb]|bn|tn|mn)(?!\w)|[\s-]*(?P<scale>{_any_of([s for s in _SCALES if len(s) > 1])})\b)?"
    rf"(?:\s*(?P<percent>%|per\s?cent\b)|\s*(?:of\s+)?(?:US\s+)?(?P<after>{_CURRENCY})(?!\w))?"
    rf"(?=\W|$|{_UNITS})",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:-|–|—|to|and|or)\s*", re.IGNORECASE)
_DURATION = re.compile(
    rf"(?<![\w.,])(?:(?P<low>{_NUMBER})\s*(?:-|–|to|or)\s*)?(?P<number>{_NUMBER})(?P<half>\s+and\s+a\s+half)?"
    rf"[\s-]*(?P<unit>{_any_of(list(_DURATIONS))})s?\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:and|,|)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its unit: "%", a currency code, minutes, days, months or "". amounts: every way it can be read."""

    amounts: frozenset[Decimal]
    unit: str
    start: int
    end: int

    def same(self, other: Quantity) -> bool:
        """True if both can be read as the same amount (units are compared by the caller)."""
        return bool(self.amounts & other.amounts)


def number(text: str) -> Decimal | None:
    """Read one number as English writes it, or a decimal comma; None if it is none (a date, a section number).

    Example: "1,300" -> 1300; "16,7" -> 16.7; "1.234,5" -> 1234.5; "2.3.1" -> None; "three" -> 3.
    """
    word = text.casefold().replace(" ", "-")
    if not word[0].isdigit():
        tens, _, ones = word.partition("-")
        return Decimal(_WORDS[tens] + (_WORDS[ones] if ones else 0))
    text = text.replace("\u00a0", ",").replace("\u202f", ",").replace(" ", ",")
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return Decimal(text)
    mark, head, tail = text[last], text[:last], text[last + 1 :]
    other = "." if mark == "," else ","
    if mark not in head and other not in head:
        thousands = mark == "," and len(tail) == 3 and len(head) <= 3 and head != "0"
        return Decimal(head + tail) if thousands else Decimal(f"{head}.{tail}")
    if _grouped(text, mark):
        return Decimal(text.replace(mark, ""))
    if mark not in head and _grouped(head, other):
        return Decimal(f"{head.replace(other, '')}.{tail}")
    return None


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a text with their currency or per cent sign; ordinals and codes (H2020) are none."""
    found: list[Quantity] = []
    scaled: list[int] = []
    led: list[bool] = []
    for match in _AMOUNT.finditer(text):
        amount = number(match["number"])
        if amount is None:
            continue
        power = _SCALES[(match["scale"] or match["letter"] or "").casefold()] if match["scale"] or match["letter"] else 0
        currency = match["before"] or match["after"]
        unit = "%" if match["percent"] else _CURRENCIES[currency.casefold()] if currency else ""
        signed = -amount if match["sign"] else amount
        amounts = {signed.scaleb(power)} | ({signed} if match["letter"] and not currency else set())  # 5m: metres?
        found.append(Quantity(frozenset(amounts), unit, match.start(), match.end()))
        scaled.append(power)
        led.append(bool(match["before"]))
    return tuple(_shared(text, found, scaled, led))


def _shared(text: str, found: list[Quantity], scaled: list[int], led: list[bool]) -> list[Quantity]:
    """Give both ends of a range the scale and unit that is written once: "¥1-3 million", "24 to 31 %".

    led: whether a currency stands before the number; then what is to its left is another amount ("2015 to ¥404").
    """
    for i in range(len(found) - 1):
        low, high = found[i], found[i + 1]
        if led[i + 1] or not _RANGE.fullmatch(text[low.end : high.start]):
            continue
        amounts = low.amounts if scaled[i] else low.amounts | {a.scaleb(scaled[i + 1]) for a in low.amounts}
        found[i] = replace(low, amounts=amounts, unit=low.unit or high.unit)
        found[i + 1] = replace(high, unit=high.unit or ("" if low.unit == "%" else low.unit))
    return found


def durations(text: str) -> tuple[Quantity, ...]:
    """Return the durations of a text, in minutes, days or months; "2 years and 6 months" also as their sum."""
    found: list[Quantity] = []
    for match in _DURATION.finditer(text):
        unit, factor = _DURATIONS[match["unit"].casefold()]
        for part in ("low", "number"):
            amount = number(match[part]) if match[part] else None
            if amount is not None:
                amount += Decimal("0.5") if part == "number" and match["half"] else 0
                found.append(Quantity(frozenset({amount * factor}), unit, match.start(), match.end()))
    sums = [
        Quantity(frozenset(a + b for a in left.amounts for b in right.amounts), left.unit, left.start, right.end)
        for left, right in pairwise(found)
        if left.unit == right.unit and left.end <= right.start and _JOINED.fullmatch(text[left.end : right.start])
    ]
    return tuple(sums + found)


def _grouped(text: str, mark: str) -> bool:
    head, *groups = text.split(mark)
    return head.isdigit() and len(head) <= 3 and all(len(group) == 3 and group.isdigit() for group in groups)
