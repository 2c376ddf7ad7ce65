"""Numbered steps are list items; what stands twice, and figures that stand alone, are no page furniture."""

from __future__ import annotations

import pytest

from ingest.blocks import Parsed
from ingest.chunks import make_chunks
from ingest.read import read

TITLE = "A handbook"


def told(text: str) -> list[tuple[str, str]]:
    parsed = read(text, TITLE)
    return [(block.kind, parsed.shown(block)) for block in parsed.blocks]


def statements(parsed: Parsed) -> list[str]:
    return [statement.text for chunk in make_chunks("handbook", TITLE, parsed) for statement in chunk.statements]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_numbered_steps_are_items_that_can_be_quoted(between: str) -> None:
    steps = ["1. Fill in form 27B", "2. Sign it", "3. Send it to the tide office within ten days"]
    text = "How to apply for a berth:\n\n" + between.join(steps) + "\n\nThen wait for an answer.\n"
    items = [words for kind, words in told(text) if kind == "item"]
    assert items == ["Fill in form 27B", "Sign it", "Send it to the tide office within ten days"]
    assert any("form 27B" in statement for statement in statements(read(text, TITLE)))


def test_a_step_that_goes_on_in_an_indented_line_is_one_item() -> None:
    assert ("item", "Fill in form 27B and send it") in told("Do this:\n\n1. Fill in form 27B\n   and send it\n2. Wait\n")


def test_numbered_headings_with_text_under_them_stay_headings() -> None:
    text = "1. Berths\n\nThere are twelve berths in the port.\n\n2. Cranes\n\nThere are three cranes in the port.\n"
    assert [words for kind, words in told(text) if kind == "heading"] == ["1. Berths", "2. Cranes"]


def test_a_sentence_that_stands_twice_beside_blank_lines_is_read_both_times() -> None:
    text = "Dredging Fund\n\n\nBudget not public.\n\n\nTide Fund\n\n\nBudget not public.\n\n\nBoth funds are run by the port.\n"
    assert [words for _, words in told(text)].count("Budget not public.") == 2


def test_figures_that_stand_alone_are_read_and_page_numbers_are_not() -> None:
    figures = "Number of staff\n\n51\n\nNumber of cranes\n\n12\n\nThe port has grown.\n"
    assert [words for _, words in told(figures) if words.isdigit()] == ["51", "12"]
    pages = "The port has grown.\n\n1\n\n\nThe fund has not.\n\n2\n\n\nNothing else has.\n\n3\n"
    assert not [words for _, words in told(pages) if words.isdigit()]
