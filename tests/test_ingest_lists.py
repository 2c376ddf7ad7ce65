"""Steps and starred lines are list items, starred notes are not; what stands twice, and figures that stand alone, are no furniture."""

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


NOTED = "There are 51 funds.*\n\n* Source: Ministry\n\n"


def kinds(text: str) -> list[tuple[str, str]]:
    """Return what a text's starred lines are read as, in order."""
    return [(kind, words) for kind, words in told(text) if kind in ("item", "footnote")]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n  - with an inner item\n"])
@pytest.mark.parametrize("before", ["The members are:\n\n", "The members follow.\n\n", ""])
def test_starred_lines_after_a_starred_note_are_a_list(before: str, between: str) -> None:
    found = kinds(f"{NOTED}{before}* First member{between}* Second member{between}* Third member\n\nMore text.\n")
    outer = [(kind, words) for kind, words in found if words != "with an inner item"]
    assert outer == [("footnote", "Source: Ministry"), *(("item", f"{place} member") for place in ("First", "Second", "Third"))]


def test_a_starred_list_after_a_note_is_quoted_whole_under_its_introduction() -> None:
    whole = "The members are: First member; Second member"
    assert whole in statements(read(f"{NOTED}The members are:\n\n* First member\n* Second member\n", TITLE))


def test_a_starred_list_goes_straight_on_after_the_note() -> None:
    text = "There are 51 funds.*\n\n* Source: Ministry\n* First member\n* Second member\n"
    assert kinds(text) == [("footnote", "Source: Ministry"), ("item", "First member"), ("item", "Second member")]


def test_a_starred_list_goes_on_over_a_page_end() -> None:
    pages = "The port has grown.\n\n1\n\n\nThe fund has not.\n\n2\n\n\n"
    text = f"{NOTED}{pages}The members are:\n\n* First member\n* Second member\n\n3\n\n\n* Third member\n\nNothing else.\n\n4\n"
    assert [kind for kind, _ in kinds(text)] == ["footnote", "item", "item", "item"]


@pytest.mark.parametrize("before", ["The members are:\n\n", "Members\n\n"])
def test_a_list_before_the_note_does_not_take_its_mark(before: str) -> None:
    text = f"There are 51 funds.*\n\n{before}* The first.\n* The second.\n\n* Source: Ministry\n\nMore text.\n"
    assert kinds(text) == [("item", "The first."), ("item", "The second."), ("footnote", "Source: Ministry")]


def test_a_mark_in_a_list_has_its_note_after_the_list() -> None:
    text = "The funds are:\n\n* Tide Fund*\n* Dredging Fund\n\n* Source: Ministry\n"
    assert kinds(text) == [("item", "Tide Fund"), ("item", "Dredging Fund"), ("footnote", "Source: Ministry")]


def test_italics_are_no_mark_of_a_note() -> None:
    text = "*The port has grown.*\n\nThe members follow.\n\n* First member\n* Second member\n\nMore text.\n"
    assert kinds(text) == [("item", "First member"), ("item", "Second member")]


@pytest.mark.parametrize(
    "text",
    [
        "There are 51 funds.*\n\nMore text.\n\n* Source: Ministry\n",  # one mark, one note
        "*Funds* are said to be 51.*\n\n* Source: Ministry\n",  # italics, and a mark
        "\tFunds\tCranes\nPort\t51*\t12*\n\n* Source: Ministry\n",  # two marks, one note
        "- 51 funds*\n- 12 cranes\n\n* Source: Ministry\n",  # in a list with other bullets
    ],
)
def test_a_starred_note_stays_a_note(text: str) -> None:
    parsed = read(text, TITLE)
    notes = [block for block in parsed.blocks if block.kind == "footnote"]
    assert [parsed.shown(note) for note in notes] == ["Source: Ministry"]
    assert all(note.marker is not None and text[note.marker] == "*" and note.marker < note.spans[0].start for note in notes)


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\nThere are 12 cranes.*\n\n"])
def test_starred_notes_that_marks_refer_to_stay_notes(between: str) -> None:
    text = f"There are 51 funds.*\n\nThere are 7 quays.*\n\n* Source: Ministry{between}* Source: Tide Office\n"
    assert kinds(text) == [("footnote", "Source: Ministry"), ("footnote", "Source: Tide Office")]


def test_notes_under_a_title_that_says_so_stay_notes() -> None:
    text = "There are 51 funds.*\n\nNotes:\n\n* Source: Ministry\n* Without the Tide Fund\n"
    assert [kind for kind, _ in kinds(text)] == ["footnote", "footnote"]


def test_a_note_that_stands_again_is_a_note() -> None:
    assert [kind for kind, _ in kinds(f"{NOTED}More text.\n\n* Source: Ministry\n")] == ["footnote", "footnote"]
