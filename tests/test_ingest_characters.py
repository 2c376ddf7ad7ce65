"""Every character of the two documents is accounted for, and what is left out is no content."""

from __future__ import annotations

import re

import pytest

from ingest.blocks import Parsed
from ingest.generation import IndexedDocument
from ingest.scan import lines

# White space, list bullets, table tags and rules, footnote numbers (one of them lost its raising) and the star of a note.
MARKUP = re.compile(r"(?:\s|</?p>|-{3,}|-(?=\s)|\*|[⁰¹²³⁴-⁹]+|42)+")

REPEATED = "EUROPEAN CLUSTER\nCOLLABORATION PLATFORM"
MOTTO = "Strengthening the European economy through collaboration"
LEFT_OUT = {
    "japan-factsheet-2020": [
        ("page", 5, REPEATED),
        ("contents", 19, "Contents"),
        ("contents", 21, "Contents\t2"),
        ("contents", 22, "Introduction\t3"),
        ("contents", 23, "1. National cluster policy, programmes and initiatives\t5"),
        ("contents", 24, "2. State of play of cluster policy\t11"),
        ("contents", 25, "Bibliography\t14"),
        ("page", 37, "01"),
        ("divider", 39, "National cluster policy, programmes and initiatives"),
        ("page", 43, REPEATED),
        ("page", 46, MOTTO),
        ("page", 90, "02"),
        ("divider", 92, "State of play of cluster policy"),
        ("divider", 131, "Bibliography"),
        ("page", 135, REPEATED),
        ("page", 138, MOTTO),
    ],
    "japan-briefing-2017": [("page", line, "www.clustercollaboration.eu") for line in (342, 436, 494)],
}
IDS = tuple(LEFT_OUT)


@pytest.fixture(params=IDS)
def item(request: pytest.FixtureRequest, documents: tuple[IndexedDocument, ...]) -> IndexedDocument:
    return next(item for item in documents if item.document.id == request.param)


def uncovered_and_doubled(parsed: Parsed) -> tuple[list[int], list[int]]:
    """Return the offsets of the characters in no block or piece of furniture, and of those in more than one."""
    times = [0] * len(parsed.text)
    spans = [*(span for block in parsed.blocks for span in block.spans), *(furniture.span for furniture in parsed.furniture)]
    for start, end in spans:
        for offset in range(start, end):
            times[offset] += 1
    return [at for at, count in enumerate(times) if count == 0], [at for at, count in enumerate(times) if count > 1]


def test_every_character_is_in_exactly_one_block_or_piece_of_furniture(item: IndexedDocument) -> None:
    assert uncovered_and_doubled(item.parsed) == ([], [])


def test_no_block_and_no_piece_of_furniture_is_empty(item: IndexedDocument) -> None:
    spans = [span for block in item.parsed.blocks for span in block.spans] + [furniture.span for furniture in item.parsed.furniture]
    assert all(0 <= start < end <= len(item.parsed.text) for start, end in spans)
    assert all(item.parsed.shown(block) for block in item.parsed.blocks)


def test_blank_furniture_is_white_space_only(item: IndexedDocument) -> None:
    blanks = {item.parsed.text[slice(*furniture.span)] for furniture in item.parsed.furniture if furniture.kind == "blank"}
    assert not {blank for blank in blanks if blank.strip()}


def test_markup_furniture_is_bullets_tags_tabs_rules_and_footnote_numbers_only(item: IndexedDocument) -> None:
    markup = {item.parsed.text[slice(*furniture.span)] for furniture in item.parsed.furniture if furniture.kind == "markup"}
    assert not {mark for mark in markup if not MARKUP.fullmatch(mark)}


def test_left_out_are_only_page_headers_contents_and_dividers(item: IndexedDocument) -> None:
    left_out = [
        (furniture.kind, item.parsed.text.count("\n", 0, furniture.span.start) + 1, item.parsed.text[slice(*furniture.span)])
        for furniture in sorted(item.parsed.furniture, key=lambda furniture: furniture.span)
        if furniture.kind not in ("blank", "markup") and not (item.document.id == "japan-briefing-2017" and furniture.kind == "contents")
    ]
    assert left_out == LEFT_OUT[item.document.id]


def test_the_briefings_contents_are_the_two_tables_and_nothing_else(briefing: Parsed) -> None:
    taken = {briefing.text[slice(*furniture.span)] for furniture in briefing.furniture if furniture.kind == "contents"}
    printed = [briefing.text[line.start : line.end] for line in lines(briefing.text)][24:56]
    assert printed[0] == "Table of content"
    assert printed[-1].startswith("Figure 7 - ")
    assert taken == {line for line in printed if line}


def test_blocks_are_in_reading_order_and_numbered_by_their_place(item: IndexedDocument) -> None:
    assert [block.id for block in item.parsed.blocks] == list(range(len(item.parsed.blocks)))
    starts = [block.spans[0].start for block in item.parsed.blocks]
    assert starts == sorted(starts)


def test_a_documents_text_is_the_files_own_characters(item: IndexedDocument, request: pytest.FixtureRequest) -> None:
    raw = (request.config.rootpath / "corpus" / item.document.file).read_bytes()
    assert item.parsed.text.encode() == raw
