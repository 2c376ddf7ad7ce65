"""The briefing's running text: whole paragraphs, lists under what introduces them, footnotes at their sentence."""

from __future__ import annotations

import re

import pytest

from ingest.blocks import Block, Parsed
from ingest.chunks import sentence_spans
from ingest.typography import shown
from tests.briefing_outline import OUTLINE

# Ends of paragraphs and items that have no end mark in the document itself.
UNMARKED = {
    "green technologies has been set up since 2017",
    "<http://fuku-semi.jp/iryoku-pj/English/index.html>",
    "<http://www.pref.kanagawa.jp/mlt/f531223/p1002234.html>",
    "<http://www.yrp.co.jp/en/index.html>",
    "<http://www.it-shinryo.org/en/index.html>",
    "<http://www.k-rip.gr.jp/publication/detail02/>",
    "<http://www.kawasaki-gi.jp/english/>",
    "<https://www.miyagicar-en.com/>",
    "interviews in May 2016, and interview in January 2017",
    "Industry of Japan and General Director for JETRO in France",
}
# Where a page end breaks a paragraph or an item: the words on either side of it.
BROKEN = [
    "The main weakness of the Japanese economy appears to be its macroeconomic environment",
    "as Japanese companies are seeking to grow business outside Japan's saturated home market",
    "since 2014 to facilitate bilateral trade in the railway sector",
    "Regenerative Medicine (FIRM), a general incorporated association for developing",
    "the number of cluster organisations in Japan, despite the decrease of governmental support",
    "(either missing in 2013 report or in some cases recently established) were identified.",
    "and K computer. The cluster also encompasses highly specialised hospitals",
    "is based on industry-academia-government collaboration. The objective",
    "It is especially focused on radio and communications technologies and commenced",
    "The cluster association provides its business members with information",
    "and provide ad hoc (financial) support in case of necessity",
    "the ICT sector, electricity and renewable energy, in line with the JETRO analysis",
    "had its own stand and a delegation of some hundred Japanese enterprises",
]
# Every list with an introduction: the introduction's end, and the number of its items on each level.
LISTS = [
    ("an important step forward in the bilateral relationship:", [2]),
    ("informal bilateral dialogues have been established. These include:", [6]),
    ("attractive markets in Japan in the Life Science sector as the following:", [4, 3]),
    ("six specific attractive markets within the ICT sector:", [6]),
    ("by JETRO in the electricity and renewable energy sector:", [4, 2]),
    ("(most of the time only in Japanese) provided the following results:", [9]),
    ("contacting them, two factors were verified as follows:", [2]),
    ("The activities of the cluster are notably:", [6]),
    ("but also conducts the following six activities:", [6]),
    ("supporting business development. It provides:", [4]),
    ("Some examples of Japanese/European cluster collaborations include:", [9]),
    ("policy makers for cooperation in the future include the following:", [3, 8]),
]


def of_kind(parsed: Parsed, *kinds: str) -> list[Block]:
    return [block for block in parsed.blocks if block.kind in kinds]


def starting(parsed: Parsed, words: str) -> Block:
    (block,) = (block for block in parsed.blocks if block.kind in ("paragraph", "item") and parsed.shown(block).startswith(words))
    return block


def test_no_paragraph_or_item_starts_in_the_middle_of_a_sentence(briefing: Parsed) -> None:
    assert not [text for block in of_kind(briefing, "paragraph", "item") if (text := briefing.shown(block))[0].islower()]


def test_no_paragraph_or_item_ends_without_a_mark_but_those_that_do_so_in_the_document(briefing: Parsed) -> None:
    ends = [briefing.shown(block).rstrip(")”\"'") for block in of_kind(briefing, "paragraph", "item")]
    unmarked = [end for end in ends if not end.endswith((".", "!", "?", ":", ";"))]
    assert len(unmarked) == len(UNMARKED)
    assert all(any(end.endswith(known) for known in UNMARKED) for end in unmarked)


@pytest.mark.parametrize("joint", BROKEN, ids=[joint[:40] for joint in BROKEN])
def test_a_paragraph_broken_by_a_page_end_is_one_block(briefing: Parsed, joint: str) -> None:
    (block,) = (block for block in of_kind(briefing, "paragraph", "item") if joint in briefing.shown(block))
    assert len(block.spans) == 2


def test_no_other_paragraph_is_broken(briefing: Parsed) -> None:
    assert sum(len(block.spans) > 1 for block in of_kind(briefing, "paragraph", "item")) == len(BROKEN)


def test_the_footnotes_are_numbered_from_1_to_60(briefing: Parsed) -> None:
    assert [note.number for note in of_kind(briefing, "footnote")] == [str(number) for number in range(1, 61)]


def test_every_footnotes_marker_is_its_number_in_the_text_that_carries_it(briefing: Parsed) -> None:
    raised = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    for note in of_kind(briefing, "footnote"):
        assert note.anchor is not None and note.marker is not None
        assert re.match(r"[⁰¹²³⁴-⁹]+", briefing.text[note.marker :])[0] == note.number.translate(raised)  # type: ignore[index]
        assert any(start <= note.marker < end for start, end in briefing.blocks[note.anchor].spans)


@pytest.mark.parametrize(
    ("number", "sentence", "note"),
    [
        ("2", "Japan has an important domestic market of 126 million people", "World population review, Japan Population 2016"),
        ("17", "Japanese exports to the EU could rise by as much as 23.5%.", "EU Delegation in Japan, Trade and Investment Relations."),
        ("35", "FIGURE 1 - TREND IN DOMESTIC MEDICAL DEVICE MARKET SIZE", "<https://www.jetro.go.jp/france/documentation/en-ligne.html>"),
        ("42", "FIGURE 6 - INDUSTRIAL CLUSTERS IN THE ENVIRONMENT AND ENERGY SECTOR", "Aomori, Iwate, Akita, Fukushima"),
        ("49", "Nagasaki Marine Industry Cluster Promotion Association", "Cluster website (Japanese): <http://namicpa.jp/>"),
        ("50", "It is made up of local industrial businesses, and is", "A list of members of the cluster"),
        ("60", "Regional Industry Tie-up programme developed by JETRO", "JETRO <https://www.jetro.go.jp/en/jetro/activities/business/>"),
    ],
)
def test_a_footnote_belongs_to_the_sentence_that_carries_its_marker(briefing: Parsed, number: str, sentence: str, note: str) -> None:
    (block,) = (block for block in of_kind(briefing, "footnote") if block.number == number)
    assert block.anchor is not None and block.marker is not None
    sentences = sentence_spans(briefing.text, briefing.blocks[block.anchor].spans)
    carrier = next(spans for spans in sentences if any(start <= block.marker < end for start, end in spans))
    assert " ".join(shown(briefing.text[start:end]) for start, end in carrier).startswith(sentence)
    assert briefing.shown(block).startswith(note)


def test_a_footnote_keeps_the_address_on_the_line_below_it(briefing: Parsed) -> None:
    notes = {note.number: briefing.shown(note) for note in of_kind(briefing, "footnote")}
    assert notes["1"].endswith("October 2016. <https://www.imf.org/external/pubs/ft/weo/2016/01/weodata/index.aspx>")
    assert notes["39"] == "METI, Industrial Structure Council. http://www.meti.go.jp/english/policy/economy/industrial_council/index.html"


def test_every_list_with_an_introduction_hangs_on_it(briefing: Parsed) -> None:
    found: dict[int, list[int]] = {}
    for block in of_kind(briefing, "item"):
        if block.introduction is not None:
            counts = found.setdefault(block.introduction, [])
            counts.extend([0] * (block.level - len(counts)))
            counts[block.level - 1] += 1
    read = [(briefing.shown(briefing.blocks[introduction]), counts) for introduction, counts in found.items()]
    assert [counts for _, counts in read] == [counts for _, counts in LISTS]
    assert all(text.endswith(end) for (text, _), (end, _) in zip(read, LISTS, strict=True))


def test_only_the_interviews_are_items_without_an_introduction(briefing: Parsed) -> None:
    assert {block.path for block in of_kind(briefing, "item") if block.introduction is None} == {("6. Interviews and contributions",)}


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("The core of the tailor-made medicine market", "Healthcare services:"),
        ("Photovoltaic: the market is dominated", "Renewable energy market, divided into:"),
        ("Wind: In the wind power generation", "Renewable energy market, divided into:"),
        ("Northern Osaka Bio Medical Cluster;", "Biotechnology clusters:"),
        ("Okinawa IT Shinyro Park (OITSP);", "ICT clusters:"),
        ("Kawasi Green Innovation Center;", "Electricity and renewable energy clusters:"),
        ("Markets that are expected to expand are notably", "The medical devices market:"),
    ],
)
def test_a_nested_item_or_a_further_paragraph_stands_under_its_item(briefing: Parsed, inner: str, outer: str) -> None:
    block = starting(briefing, inner)
    assert block.parent is not None
    assert briefing.shown(briefing.blocks[block.parent]).startswith(outer)
    assert block.path[-1] == outer.rstrip(":")


def test_a_list_goes_on_after_a_figure(briefing: Parsed) -> None:
    last = starting(briefing, "Sharing economy/net services market")
    first = starting(briefing, "Data center market")
    assert last.introduction == first.introduction is not None


def test_the_outline_is_the_documents(briefing: Parsed) -> None:
    assert [(block.level, briefing.shown(block)) for block in of_kind(briefing, "heading")] == OUTLINE


def test_a_paragraphs_path_names_the_headings_above_it(briefing: Parsed) -> None:
    block = starting(briefing, "One goal of the cluster agenda")
    assert block.path == (
        "3. Cluster community in Japan",
        "3.3 Clusters in the four sectors in Japan: life science, ICT, energy and automotive",
        "ICT sector",
        "The Okinawa IT Shinryo Park (OITSP)",
    )


def test_the_captions_are_the_figures_charts_and_their_sources(briefing: Parsed) -> None:
    captions = [briefing.shown(block) for block in of_kind(briefing, "caption")]
    assert sum(caption.startswith("FIGURE") for caption in captions) == 7
    assert [caption for caption in captions if not caption.startswith("FIGURE")] == [
        'Source: Compiled by Yano Research Institute based on the "Annual Report on Statistics of Production by Pharmaceutical Industry" '
        "by the Ministry of Health, Labour and Welfare",
        "Chart 3 Component proportion of ICT Industry real domestic production (2013)",
        'Source: "Survey of ICT Economic Analysis" by the Ministry of Internal Affairs and Communications',
        "Chart 12 Domestic IoT market scale",
        'Source: "Domestic IoT Market Scale (2014-2019)" by MM Research Institute',
    ]


def test_the_front_matter_is_a_table_of_rows_with_one_value(briefing: Parsed) -> None:
    values = {block.row: briefing.shown(block) for block in of_kind(briefing, "cell")}
    assert len(values) == 11
    assert values[("Actual delivery date",)] == "M17 – February 2017"
    assert values[("Validated by",)] == "Marc Pattinson, Eva Fadil, inno"
