"""Dates as English text writes them: years, months of a year, days."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBER_OF = {name: n for n, name in enumerate(_MONTHS, 1)} | {name[:3]: n for n, name in enumerate(_MONTHS, 1)}
_NUMBER_OF["sept"] = 9
_MONTH = "(?:" + "|".join(sorted(_NUMBER_OF, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)(?![\d])"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_TO = r"\s*(?:-|–|to|and|/)\s*"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d)(?:(?P<first>\d{{1,2}})(?:st|nd|rd|th)?{_TO})?{_DAY}\s+(?:of\s+)?(?P<month>{_MONTH}),?\s+{_YEAR}",
        rf"\b(?P<month>{_MONTH}),?\s+(?:the\s+)?(?:(?P<first>\d{{1,2}})(?:st|nd|rd|th)?{_TO})?{_DAY},?\s+{_YEAR}",
        rf"\b(?:(?P<from>{_MONTH}){_TO})?(?P<month>{_MONTH}),?\s+(?:of\s+)?{_YEAR}",
    )
)
_ISO = re.compile(rf"(?<![\d-]){_YEAR}-(?P<month>\d\d)(?:-(?P<day>\d\d))?(?![\d-])")
_SLASHED = re.compile(rf"(?<![\d./])(?P<one>\d{{1,2}})[./](?P<two>\d{{1,2}})[./]{_YEAR}")
_MONTH_YEAR = re.compile(rf"(?<![\d./])(?P<month>\d{{1,2}})/{_YEAR}")
_LONE_YEAR = re.compile(rf"(?<![\w.,])(?:FY\s?)?{_YEAR}(?:/(?P<next>\d\d)(?!\d))?(?!\w|[.,]\d)", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?:(?<=\d{4})[-–/]|\sto\s|–)\s*(?=\d{4})")


@dataclass(frozen=True, slots=True)
class Date:
    """A year, a month of a year (day 0) or a day; month and day are 0 where they are not given."""

    year: int
    month: int = 0
    day: int = 0

    def says(self, other: Date) -> bool:
        """True if this date, as exact or more, is what `other` says: 15 July 2012 says July 2012 and 2012."""
        return self.year == other.year and other.month in (0, self.month) and other.day in (0, self.day)

    @property
    def exact(self) -> int:
        """How much is given: 1 year, 2 month, 3 day."""
        return 1 + bool(self.month) + bool(self.day)


def known_date(text: str) -> tuple[Date, ...]:
    """Read the date of a fact, "2001", "2012-07" or "2011-03-20", or two of them: "2001-2005". Empty if it is none."""
    parts = [text] if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", text) else _SEVERAL.split(text)
    dates = []
    for part in parts:
        match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", part.strip())
        if not match:
            return ()
        date = Date(int(match[1]), int(match[2] or 0), int(match[3] or 0))
        if not _possible(date) or (match[2] and not date.month) or (match[3] and not date.day):
            return ()
        dates.append(date)
    return tuple(dates)


def dates(text: str) -> frozenset[Date]:
    """Return every date that stands in a text; 03/04/2011 is read both ways."""
    found: set[Date] = set()
    for form in _FORMS:
        for match in form.finditer(text):
            found |= _written(match.groupdict())
    for match in _ISO.finditer(text):
        found.add(Date(int(match["year"]), int(match["month"]), int(match["day"] or 0)))
    for match in _SLASHED.finditer(text):
        one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
        found |= {Date(year, two, one), Date(year, one, two)}
    for match in _MONTH_YEAR.finditer(text):
        found.add(Date(int(match["year"]), int(match["month"])))
    for match in _LONE_YEAR.finditer(text):
        year = int(match["year"])
        found.add(Date(year))
        if match["next"] and int(match["next"]) == (year + 1) % 100:
            found.add(Date(year + 1))
    return frozenset(date for date in found if _possible(date))


def _written(groups: dict[str, str | None]) -> set[Date]:
    year = int(groups["year"] or 0)
    months = [_month(name) for name in (groups.get("from"), groups["month"]) if name]
    days = [int(day) for day in (groups.get("first"), groups.get("day")) if day]
    return {Date(year, month, day) for month in months for day in days or [0]}


def _month(name: str) -> int:
    return _NUMBER_OF[name.rstrip(".").casefold()]


def _possible(date: Date) -> bool:
    return date.month <= 12 and date.day <= 31 and not (date.day and not date.month)
