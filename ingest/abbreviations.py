"""Abbreviations as the text itself defines them: "… Trade Organisation (JETRO)", "IoT (Internet of Things)".

Source: A. Schwartz and M. Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text, 2003.
"""

from __future__ import annotations

import re

_DEFINED_AFTER = re.compile(r"(?P<before>[^()\n]{3,140}?)\s?\((?P<short>[A-Z][\w&-]{1,9})\)")
_DEFINED_BEFORE = re.compile(r"\b(?P<short>[A-Z][A-Za-z&-]{1,9})\s\((?P<long>[A-Z][^()\n]{3,80})\)")

_CAPITALISED = re.compile(r"\b([A-Z])\w*\s$")


def find_abbreviations(text: str) -> dict[str, str]:
    """Return short form -> long form for every definition in a shown text; the first definition of a short form counts.

    Example: find_abbreviations("the Gross domestic product (GDP)") -> {"GDP": "Gross domestic product"}
    """
    found: dict[str, str] = {}
    for match in _DEFINED_AFTER.finditer(text):
        short = match["short"]
        words = match["before"].split()
        window = " ".join(words[-min(len(short) + 5, 2 * len(short)) :])
        if _is_short_form(short) and (long := _long_form(short, window)):
            found.setdefault(short, long)
    for match in _DEFINED_BEFORE.finditer(text):
        short = match["short"]
        if _is_short_form(short) and (long := _long_form(short, match["long"])) and len(long) >= 0.8 * len(match["long"]):
            found.setdefault(short, long)
    return found


def _is_short_form(short: str) -> bool:
    return sum(character.isupper() for character in short) >= 2


def _long_form(short: str, window: str) -> str:
    """Return the shortest tail of `window` whose letters hold the short form's in order, its first at a word's start; or ""."""
    letters = [character.lower() for character in short if character.isalnum()]
    at = len(window)
    for place in range(len(letters) - 1, -1, -1):
        at -= 1
        while at >= 0 and (window[at].lower() != letters[place] or (place == 0 and at > 0 and window[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    if window[at].islower() and (earlier := _CAPITALISED.search(window[:at])) and earlier[1].lower() == letters[0]:
        at = earlier.start()  # "Forum for … Medicine (FIRM)": the name starts at Forum, not at for
    long = window[at:].strip(" ,;:“”\"'")
    initials = sum(word[0].lower() in letters for word in re.findall(r"\w+", long))
    return long if len(long) > len(short) + 2 and initials >= min(len(letters), 3) - 1 and " " in long else ""
