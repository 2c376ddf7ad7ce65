"""Quotes are found by their words, whatever typography stands between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import shown
from evals.facts import Evidence
from evals.locate import fold, locate
from evals.tree import FactError, Place
from tests.scripted_assistant import HARBOUR, TEXTS

TEXT = TEXTS[HARBOUR]


def located(quote: str, after: str = "") -> str:
    span = locate(Evidence(HARBOUR, quote, after, Place("facts/a.yaml", 7)), TEXT, "harbour.x")
    return TEXT[span.start : span.end]


@pytest.mark.parametrize(
    ("quote", "raw"),
    [
        ("harbour of Norrvik was opened", "harbour of **Norrvik** was opened"),
        ("in 1987. It handled", "in 1987.¹ It handled"),
        ("containers in 2030 and 7.5 million", "containers in 2030 and\n7.5 million"),
        ("The Dredging Fund", "The Dredging Fund"),
        ("the north basin, the south", "the [north basin](http://example.org/n), the south"),
        ("the oil jetty.", "the *oil* jetty."),
        ("Fees Budget: not public", "Fees\n- Budget: not public"),
        ("  7.5   million ", "7.5 million"),
    ],
)
def test_a_quote_is_found_as_a_reader_sees_it(quote: str, raw: str) -> None:
    assert located(quote) == raw
    assert " ".join(quote.split()) == shown(raw).replace(" - ", " ")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It costs \\$5 million a year.", "costs $5 million a year"),
        ("One line\n• the north basin\n• the south", "line the north basin the south"),
        ("an invis\u00adible hyphen", "an invisible hyphen"),
        ("Zu\u0308rcher Hafen", "Z\u00fcrcher Hafen"),
        ("Zu\u0308rcher Hafen", "Zu\u0308rcher Hafen"),
    ],
)
def test_marks_that_no_reader_sees_and_other_forms_of_a_letter_do_not_hide_a_quote(text: str, quote: str) -> None:
    span = locate(Evidence(HARBOUR, quote, "", Place("a", 1)), text, "x")
    assert shown(text[span.start : span.end]).split()[-1] in (quote.split()[-1], text.split()[-1])


def test_after_takes_the_first_place_behind_the_words() -> None:
    assert TEXT.index("not public") < TEXT.index("Staff")
    start = locate(Evidence(HARBOUR, "Budget: not public", "Staff", Place("a", 1)), TEXT, "x").start
    assert start > TEXT.index("Staff")


def test_a_number_is_not_found_inside_another() -> None:
    assert located("2 years") == "2 years"
    span = locate(Evidence(HARBOUR, "2 years", "", Place("a", 1)), TEXT, "x")
    assert TEXT[span.start - 2 : span.start] == ": "


@pytest.mark.parametrize(
    ("quote", "after", "words"),
    [
        ("7.6 million containers", "", "does not stand in"),
        ("Budget: not public", "", "stands 2 times"),
        ("Budget: not public", "Tides", "the words \"Tides\" of 'after' do not stand"),
        ("north basin", "south", 'does not stand in harbour-report-2031 after "south"'),
        ("**", "", "does not stand"),
    ],
)
def test_no_hit_and_two_hits_name_fact_file_and_line(quote: str, after: str, words: str) -> None:
    with pytest.raises(FactError) as caught:
        located(quote, after)
    assert str(caught.value).startswith("facts/a.yaml:7: fact harbour.x:")
    assert words in str(caught.value)


@given(st.text(alphabet="ab *¹<p>/[]()-–\n\t“", max_size=60))
def test_offsets_point_at_the_characters_kept(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.offsets)
    assert list(folded.offsets) == sorted(set(folded.offsets))
    for char, offset in zip(folded.text, folded.offsets, strict=True):
        assert char in (" ", text[offset]) or text[offset] in "–“"
    assert "  " not in folded.text
