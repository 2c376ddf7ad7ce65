"""Typed matching: what counts as the same value, and what only looks like it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.dates import Date, dates
from evals.quantities import number, quantities
from evals.values import Kind, Match, Value, match, unreadable

RIGHT = Match(1.0)
SHOWN: list[tuple[Kind, str, str]] = [
    ("number", "25", "There are 25 of them."),
    ("number", "25", "twenty-five clusters"),
    ("number", "16.7", "16,7 on average"),
    ("number", "1300", "1,300 members"),
    ("number", "1,300", "1 300 members".replace(" ", "\u00a0")),
    ("number", "1,300,000", "1.3 million"),
    ("number", "3.66 million", "3660000 units"),
    ("number", "3.66 million", "It was 3.66 million units in 2014"),
    ("number", "3", "three regions"),
    ("number", "-0.1", "-0.1 % in 2014"),
    ("number", "24", "from 24 to 31 %"),
    ("number", "2 million", "between 2 and 3 million people"),
    ("number", "7.5 million", "**7.5** million"),
    ("money", "¥2.6757 trillion", "the market was ¥2.6757 trillion, up"),
    ("money", "¥2.6757 trillion", "JPY 2,675.7 billion"),
    ("money", "EUR 16.7 million", "For 2016: €16.7 million"),
    ("money", "EUR 16.7 million", "16.7 million euros"),
    ("money", "EUR 16.7 million", "EUR 16,7m"),
    ("money", "€124 million", "¥16.7 billion (€124 million) in 2015"),
    ("money", "EUR 1 million", "€1-3 million"),
    ("date", "1987", "established in 1987."),
    ("date", "1987", "on 3 May 1987"),
    ("date", "2012-07", "in July 2012"),
    ("date", "2012-07", "on the 15th of July, 2012"),
    ("date", "2012-07", "07/2012"),
    ("date", "2011-03-20", "into force on March, 20th 2011"),
    ("date", "2011-03-20", "20 March 2011"),
    ("date", "2011-03-20", "2011-03-20"),
    ("date", "2011-03-20", "20/03/2011"),
    ("date", "2001-2005", "the Launch Period (2001–2005)"),
    ("date", "2016", "FY2016"),
    ("duration", "2.5 years", "two and a half years"),
    ("duration", "18 months", "an 18-month project"),
    ("duration", "30 months", "2 years and 6 months"),
    ("duration", "5 years", "a five-year plan"),
    ("duration", "1 year", "12 months"),
    ("duration", "3 years", "3 to 5 years"),
    ("name", "Osaka Bio Headquarters", "run by the OSAKA BIO-HEADQUARTERS."),
    ("name", "Morgane Veillet Lavallée", "morgane veillet lavallee, inno"),
    ("name", "R&D centre", "an R & D centre"),
    ("name", "manufacturing industry", "manufacturing industries or the manufacturing industry"),
    ("list", "ICT", "ICT, and life science"),
    ("text", "usually funded by", "projects (usually  funded\nby public money)"),
    ("text", "major global trad", "a major global trader"),
    ("text", "24.2% in 2009", "from 24.2 % in 2009"),
    ("number", "2.4", "at 2.4GHz"),
    ("money", "EUR 16.7 million", "EUR 16.7 m"),
    ("money", "EUR 2500000", "EUR 2 500 000 a year"),
    ("text", "“life expectancy”", "to make 'life expectancy' a key sector"),
]
MISSED: list[tuple[Kind, str, str]] = [
    ("number", "25", "125 cranes"),
    ("number", "25", "2.5 % of them"),
    ("number", "25", "25.5"),
    ("number", "2", "2.4GHz or 2.5x"),
    ("number", "1", "the 1,300th place"),
    ("number", "2500", "phase 2 500 firms"),
    ("number", "25", "in 2025"),
    ("number", "1300", "1.3"),
    ("number", "10", "the 10th place"),
    ("number", "2020", "Horizon H2020"),
    ("number", "4", "the fourth"),
    ("number", "3.66 million", "3.66"),
    ("number", "1", "V1.1 and 2.3.1"),
    ("money", "EUR 16.7 million", "16.7 million"),
    ("money", "EUR 16.7 million", "¥16.7 million"),
    ("money", "EUR 16.7 million", "EUR 16.7 billion"),
    ("money", "EUR 6.7 million", "EUR 16.7 million"),
    ("date", "2012-07", "in 2012"),
    ("date", "2012-07", "in August 2012"),
    ("date", "2011", "2,011 members"),
    ("date", "2011", "in 2012"),
    ("date", "2011-03-21", "20 March 2011"),
    ("duration", "2 years", "12 years"),
    ("duration", "2 years", "2 months"),
    ("name", "Osaka Bio Headquarters", "Osaka Headquarters"),
    ("name", "Kan", "Kansai"),
    ("name", "ICT", "the district"),
    ("text", "32.6%", "132.6%"),
    ("text", "in 200", "in 2009"),
]


@pytest.mark.parametrize(("kind", "value", "text"), SHOWN)
def test_the_same_value_in_another_spelling_is_found(kind: Kind, value: str, text: str) -> None:
    assert match(Value(kind, (value,)), text).found == 1.0


@pytest.mark.parametrize(("kind", "value", "text"), MISSED)
def test_what_only_looks_like_the_value_is_not(kind: Kind, value: str, text: str) -> None:
    assert match(Value(kind, (value,)), text).found == 0.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value("number", ("90",), "%"), "90% of exports"),
        (Value("number", ("90",), "%"), "90 per cent of exports"),
        (Value("number", ("90",), "%"), "from 90 to 95 %"),
        (Value("number", ("185",), "companies"), "185 Japanese and foreign companies"),
        (Value("name", ("Forum for Medicine",), also=("FIRM",)), "the FIRM says"),
    ],
)
def test_units_and_other_spellings_are_accepted(value: Value, text: str) -> None:
    assert match(value, text) == RIGHT


def test_a_number_of_another_unit_is_not_found() -> None:
    assert match(Value("number", ("90",), "%"), "90 companies") == Match(0.0)
    assert match(Value("number", ("90",), "companies"), "90 % of them") == Match(0.0)


@pytest.mark.parametrize(
    ("value", "text", "contradicted"),
    [
        (Value("number", ("90",), "%"), "85 % of exports", True),
        (Value("number", ("90",), "%"), "most exports, in 2015", False),
        (Value("money", ("EUR 5 million",)), "EUR 6 million", True),
        (Value("money", ("EUR 5 million",)), "¥6 million", False),
        (Value("date", ("2011-03-20",)), "on 21 March 2011", True),
        (Value("date", ("2012-07",)), "in 2012", False),
        (Value("duration", ("2 years",)), "3 years", True),
    ],
)
def test_another_value_of_the_same_type_contradicts(value: Value, text: str, contradicted: bool) -> None:
    assert match(value, text) == Match(0.0, contradicted)


def test_a_day_is_half_right_with_its_month() -> None:
    assert match(Value("date", ("2011-03-20",)), "in March 2011") == Match(0.5)


def test_a_list_is_right_in_part_and_a_text_is_not() -> None:
    items = ("north basin", "south basin", "oil jetty", "ferry quay")
    assert match(Value("list", items), "The North Basins, and the south-basin").found == 0.5
    assert match(Value("text", items), "the north basin and the south basin").found == 0.0


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", "many"), ("money", "16.7 million"), ("date", "July 2012"), ("date", "2012-13"), ("date", '"2001"'),
     ("duration", "2"), ("name", "..."), ("text", "-")],
)  # fmt: skip
def test_a_value_that_cannot_be_compared_is_told(kind: Kind, text: str) -> None:
    assert unreadable(Value(kind, (text,)))


@given(st.integers(0, 10**13), st.sampled_from(["{}", "{:,}", "EUR {:,}", "about {}.", "({:,})", "{}%"]))
def test_a_written_number_is_itself_and_no_other(n: int, form: str) -> None:
    text = form.format(n)
    assert match(Value("number", (str(n),)), text).found == 1.0
    assert match(Value("number", (str(n + 1),)), text).found == 0.0
    assert match(Value("number", (f"{n}1",)), text).found == 0.0


@given(st.decimals(0, 10**6, places=2), st.sampled_from(["thousand", "million", "billion", "trillion"]))
def test_scales_multiply(amount: Decimal, scale: str) -> None:
    power = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}[scale]
    (found,) = quantities(f"¥{amount:f} {scale}")
    assert (found.amounts, found.unit) == (frozenset({amount.scaleb(power)}), "JPY")


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@given(st.dates(date(1500, 1, 1), date(2199, 12, 31)))
def test_a_day_is_read_in_every_usual_form(day: date) -> None:
    name = MONTHS[day.month - 1]
    for text in (
        f"{day.day} {name} {day.year}",
        f"{name} {day.day}, {day.year}",
        day.isoformat(),
        f"{day.day}th of {name[:3]}. {day.year}",
    ):
        assert Date(day.year, day.month, day.day) in dates(text), text


@given(st.text())
def test_no_text_breaks_a_matcher(text: str) -> None:
    known: list[tuple[Kind, str]] = [("number", "5"), ("money", "EUR 5"), ("date", "2011"), ("duration", "5 days")]
    for kind, value in (*known, ("name", "a"), ("list", "a"), ("text", "a")):
        assert 0 <= match(Value(kind, (value,)), text).found <= 1


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,300", "1300"),
        ("16,7", "16.7"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("0,125", "0.125"),
        ("1.300.000", "1300000"),
    ],
)
def test_separators_are_read_the_english_way_or_as_a_decimal_comma(text: str, amount: str) -> None:
    assert number(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["2.3.1", "20.03.2011", "1,2,3"])
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert number(text) is None
