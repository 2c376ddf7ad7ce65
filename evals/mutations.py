"""What a fact becomes when its document is changed on purpose: its evidence deleted, or its number another one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evals.dates import known_date
from evals.facts import Fact
from evals.locate import Span, sentences
from evals.quantities import Quantity, durations, quantities
from evals.sandbox import Edit
from evals.values import Value, match, unreadable

_STRUCTURE = re.compile(r"</?p>|[\t|\n]")  # what holds a table or a list together stays where the words go


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fact, the edits that change its evidence, and the value that is right afterwards (None: nothing is)."""

    fact: Fact
    edits: tuple[Edit, ...]
    value: Value | None


def deletion(fact: Fact, spans: Sequence[Span], text: Callable[[str], str]) -> Mutation:
    """Return the mutation that deletes every sentence that the spans touch: half a sentence is nothing that anyone publishes."""
    edits = [
        Edit(span.document, span.start, span.end, "".join(_STRUCTURE.findall(text(span.document)[span.start : span.end])))
        for span in merged([sentences(span, text(span.document)) for span in spans])
    ]
    return Mutation(fact, tuple(edits), None)


def changed_number(fact: Fact, spans: Sequence[Span], text: Callable[[str], str]) -> Mutation | None:
    """Return the mutation that gives a fact another number wherever its evidence shows it, or None if it has none in digits.

    A fact is left out, too, if its question already names the number, or if a quote spells it in words.
    """
    if fact.value is None or match(fact.value, fact.asks[0].question).found == 1.0:
        return None
    edits: list[Edit] = []
    values: set[Value] = set()
    for span in merged(spans):
        raw = text(span.document)[span.start : span.end]
        if match(fact.value, raw).found < 1.0:
            continue
        changed = with_another_number(fact.value, raw)
        if changed is None:
            return None
        edits.append(Edit(span.document, span.start, span.end, changed[0]))
        values.add(changed[1])
    shows = values and all(match(value, edit.text).found == 1.0 for value in values for edit in edits)
    return Mutation(fact, tuple(edits), values.pop()) if shows else None


def with_another_number(value: Value, raw: str) -> tuple[str, Value] | None:
    """Return a quote with the number of a value changed, and the value that it shows then; None where that cannot be done.

    Example: the money "EUR 16.7 million" in "a budget of EUR 16.7 million" -> "a budget of EUR 16.8 million".
    """
    if value.kind == "date":
        changed = _with_another_year(value, raw)
    elif value.kind in ("number", "money", "duration"):
        changed = _with_another_quantity(value, raw)
    else:
        changed = None
    if changed is None or unreadable(changed[1]) or match(changed[1], changed[0]).found < 1.0 or match(value, changed[0]).found == 1.0:
        return None
    return changed


def merged(spans: Sequence[Span]) -> list[Span]:
    """Return spans in order, those that overlap made one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.document, span.start)):
        if found and found[-1].document == span.document and span.start <= found[-1].end:
            found[-1] = replace(found[-1], end=max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def rounds(mutations: Sequence[Mutation], size: int) -> list[list[Mutation]]:
    """Spread mutations over rounds of at most `size`, so that no two of a round edit the same place."""
    found: list[list[Mutation]] = []
    for mutation in mutations:
        fitting = (r for r in found if len(r) < size and not any(_collide(mutation, other) for other in r))
        into = next(fitting, None)
        if into is None:
            found.append(into := [])
        into.append(mutation)
    return found


def _collide(one: Mutation, other: Mutation) -> bool:
    return any(a.document == b.document and a.start < b.end and b.start < a.end for a in one.edits for b in other.edits)


def _with_another_year(value: Value, raw: str) -> tuple[str, Value] | None:
    dates = known_date(value.texts[0])
    if len(dates) != 1:
        return None
    year = str(dates[0].year)
    other = _other_digit(year)
    return re.sub(rf"(?<!\d){year}(?!\d)", other, raw), replace(value, texts=(value.texts[0].replace(year, other),))


def _with_another_quantity(value: Value, raw: str) -> tuple[str, Value] | None:
    read: Callable[[str], tuple[Quantity, ...]] = durations if value.kind == "duration" else quantities
    wanted = read(value.texts[0])
    shown = [quantity for quantity in read(raw) if any(quantity.same(want) for want in wanted)]
    if len(wanted) != 1 or len({(quantity.start, quantity.end) for quantity in shown}) != 1:
        return None
    start, end = shown[0].start, shown[0].end
    words = raw[start:end]
    if not re.search(r"\d", words):
        return None
    other = _other_digit(words)
    return raw[:start] + other + raw[end:], replace(value, texts=(other,))


def _other_digit(text: str) -> str:
    """Return a text with its last digit one higher, or one lower if it is a 9: 1998 -> 1999, 1999 -> 1998, 16.7 -> 16.8."""
    place = max(place for place, char in enumerate(text) if char.isdigit())
    digit = int(text[place])
    return f"{text[:place]}{digit + 1 if digit < 9 else digit - 1}{text[place + 1 :]}"
