"""Headings that are marked as Markdown marks them are headings, of the depth that they are marked with; in such a text nothing else is."""

from __future__ import annotations

from ingest.chunks import make_chunks
from ingest.read import read

TITLE = "The tides"
MARKED = """# The tides

## Front matter
Version 2
## Budget

Four million

### Of the harbours

Spent: EUR 2 million

## Who pays

- the towns
- the ministry
"""


def outlined(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    parsed = read(text, TITLE)
    return [(block.kind, parsed.shown(block), block.section) for block in parsed.blocks]


def test_marked_headings_are_headings_without_their_marks_and_short_lines_are_text() -> None:
    assert outlined(MARKED) == [
        ("title", "The tides", ()),
        ("heading", "Front matter", ()),
        ("paragraph", "Version 2", ("Front matter",)),
        ("heading", "Budget", ()),
        ("paragraph", "Four million", ("Budget",)),
        ("heading", "Of the harbours", ("Budget",)),
        ("paragraph", "Spent: EUR 2 million", ("Budget", "Of the harbours")),
        ("heading", "Who pays", ()),
        ("item", "the towns", ("Who pays",)),
        ("item", "the ministry", ("Who pays",)),
    ]


def test_what_stands_in_a_short_line_can_be_quoted() -> None:
    said = {statement.text for chunk in make_chunks("tides", TITLE, read(MARKED, TITLE)) for statement in chunk.statements}
    assert {"Version 2", "Four million", "Spent: EUR 2 million"} <= said


def test_a_text_without_marks_has_headings_by_their_look() -> None:
    text = "Budget\n\nFour million are spent every year.\n\nWho pays\n\nThe towns pay.\n"
    assert [shown for kind, shown, _ in outlined(text) if kind == "heading"] == ["Budget", "Who pays"]


def test_a_number_sign_that_heads_nothing_is_text() -> None:
    assert ("paragraph", "The quay is #1 in the north.", ("Quays",)) in outlined("## Quays\n\nThe quay is #1 in the north.\n")
    assert outlined("#1 in the north is the quay of Northport.\n")[0][0] == "paragraph"


def test_a_stray_mark_takes_no_heading_away() -> None:
    text = "Budget\n\nFour million are spent every year.\n\n# of towns that pay\n\nNine.\n\nWho pays\n\nThe towns pay.\n"
    assert [shown for kind, shown, _ in outlined(text) if kind == "heading"] == ["Budget", "Who pays"]
    assert "# of towns that pay" in [shown for _, shown, _ in outlined(text)]


def test_a_title_that_alone_is_marked_takes_no_heading_away() -> None:
    text = "# The tides\n\nBudget\n\nFour million are spent every year.\n\nWho pays\n\nThe towns pay.\n"
    assert [(kind, shown) for kind, shown, _ in outlined(text) if kind != "paragraph"] == [
        ("title", "The tides"), ("heading", "Budget"), ("heading", "Who pays"),
    ]  # fmt: skip


def test_a_section_that_has_the_titles_words_is_no_second_title() -> None:
    parsed = read(
        "# Tides of Japan and Korea\n\nAn overview.\n\n## Japan\n\n### Energy\n\nOne.\n\n## Korea\n\n### Energy\n\nTwo.\n",
        "Tides of Japan and Korea",
    )
    assert [block.section for block in parsed.blocks if block.kind == "paragraph"] == [(), ("Japan", "Energy"), ("Korea", "Energy")]
