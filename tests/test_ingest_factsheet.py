"""The factsheet's tables: every cell once, under its row and its column."""

from __future__ import annotations

import re

import pytest

from ingest.blocks import Block, Parsed, Span
from ingest.scan import lines

PROJECT, SUPPORT = "Industrial Cluster Project", "Regional Core Business Creation Support Programme"
LONG, SCORES, PROSE = 1, 2, 3  # the document's tables by number

# The row that each printed line of the long table belongs to, page breaks included.
ROWS = {
    52: ("Policy type",),
    53: ("Policy name",),
    54: ("POLICY OBJECTIVES",),
    55: ("POLICY OBJECTIVES",),
    59: ("POLICY OBJECTIVES",),
    60: ("POLICY FOCUS",),
    61: ("RESPONSIBLE AUTHORITIES",),
    62: ("BENEFICIARIES",),
    66: ("BENEFICIARIES",),
    67: ("BENEFICIARIES",),
    68: ("INSTRUMENTS", "Financial"),
    69: ("INSTRUMENTS", "Technical assistance"),
    70: ("INSTRUMENTS", "Explanation"),
    74: ("INSTRUMENTS", "Explanation"),
    75: ("HISTORY", "Period"),
    76: ("HISTORY", "Ending year (for policies with limited period)"),
    77: ("HISTORY", "Starting year"),
    78: ("HISTORY", "Explanation"),
    79: ("BUDGET", "Overall"),
    80: ("BUDGET", "Annual"),
    81: ("BUDGET", "Source of funding"),
    82: ("POLICY EVALUATION", "Availability"),
    83: ("POLICY EVALUATION", "Results"),
    87: ("POLICY ALIGNMENT WITH THE EU PRIORITIES",),
}
PROSE_ROWS = {
    126: ("Policy evaluation (for terminated policies)",),
    127: ("Policy approach in the country",),
    128: ("Continuity",),
    129: ("Consistency",),
}


def printed(text: str, wanted: dict[int, tuple[str, ...]], columns: tuple[str, ...]) -> dict[Span, tuple[tuple[str, ...], str]]:
    """Return span -> (row, column) of every paragraph in the last fields of the given lines, counted straight from the raw text."""
    found: dict[Span, tuple[tuple[str, ...], str]] = {}
    for line in lines(text):
        at = line.start
        fields: list[list[Span]] = []
        for field in text[line.start : line.end].split("\t"):
            fields.append([])
            for piece in re.split(r"(</?p>)", field):
                if piece.strip() and piece not in ("<p>", "</p>"):
                    first = at + len(piece) - len(piece.lstrip())
                    fields[-1].append(Span(first, first + len(piece.strip())))
                at += len(piece)
            at += 1
        if line.number in wanted:
            for column, spans in zip(columns, fields[-len(columns) :], strict=True):
                found |= dict.fromkeys(spans, (wanted[line.number], column))
    return found


def cells(parsed: Parsed, table: int) -> list[Block]:
    return [block for block in parsed.blocks if block.kind == "cell" and block.table == table]


def texts(parsed: Parsed, *row: str, column: str) -> list[str]:
    return [parsed.shown(block) for block in cells(parsed, LONG) if (block.row, block.column) == (row, column)]


@pytest.mark.parametrize(("table", "rows", "columns"), [(LONG, ROWS, (PROJECT, SUPPORT)), (PROSE, PROSE_ROWS, ("",))])
def test_every_printed_cell_is_there_once_under_its_row_and_column(
    factsheet: Parsed, table: int, rows: dict[int, tuple[str, ...]], columns: tuple[str, ...]
) -> None:
    read = [(span, (block.row, block.column)) for block in cells(factsheet, table) for span in block.spans]
    assert len(read) == len(dict(read))
    assert dict(read) == printed(factsheet.text, rows, columns)


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        (("Policy type",), PROJECT, ["National cluster policy"]),
        (("Policy type",), SUPPORT, ["Regional cluster policy"]),
        (("Policy name",), PROJECT, ["Industrial Cluster Project"]),
        (("Policy name",), SUPPORT, ["Regional Core Business Creation Support Programme (地域中核企業創出・支援事業)"]),
        (("BUDGET", "Overall"), SUPPORT, ["The budget is not publicly available"]),
        (("BUDGET", "Annual"), PROJECT, ["The budget is not publicly available"]),
        (("BUDGET", "Annual"), SUPPORT, ["For 2016: EUR 16.7 million"]),
        (("BUDGET", "Source of funding"), SUPPORT, ["Funded by the METI (national and regional bureaus)"]),
        (("HISTORY", "Period"), PROJECT, ["Limited period"]),
        (("HISTORY", "Period"), SUPPORT, ["Unlimited period"]),
        (("HISTORY", "Starting year"), PROJECT, ["2001"]),
        (("HISTORY", "Ending year (for policies with limited period)"), PROJECT, ["2020"]),
        (("HISTORY", "Ending year (for policies with limited period)"), SUPPORT, ["Not indicated in the sources"]),
        (("POLICY EVALUATION", "Availability"), PROJECT, ["in-itinere"]),
        (("POLICY EVALUATION", "Availability"), SUPPORT, ["no policy evaluation"]),
        (("POLICY EVALUATION", "Results"), SUPPORT, ["The sources do not indicate that a policy evaluation was carried out."]),
        (("POLICY ALIGNMENT WITH THE EU PRIORITIES",), PROJECT, ["Green economy Digitalisation"]),
        (("POLICY ALIGNMENT WITH THE EU PRIORITIES",), SUPPORT, ["-"]),
    ],
)
def test_a_cell_says_what_its_row_and_column_say(factsheet: Parsed, row: tuple[str, ...], column: str, expected: list[str]) -> None:
    assert texts(factsheet, *row, column=column) == expected


def test_the_2015_finding_stands_under_the_national_projects_results(factsheet: Parsed) -> None:
    (result,) = texts(factsheet, "POLICY EVALUATION", "Results", column=PROJECT)
    assert (
        "The Research Institute of Economy, Trade and Industry (RIETI) found in 2015 that the policy expanded transaction networks"
        in result
    )


@pytest.mark.parametrize(("column", "last"), [(PROJECT, "Technology centres"), (SUPPORT, "Large firms")])
def test_a_row_goes_on_after_a_page_end_without_its_heading(factsheet: Parsed, column: str, last: str) -> None:
    common = ["SMEs", "Cluster organisations", "Research organisations", "Academic institutions", "Start-ups"]
    found = texts(factsheet, "BENEFICIARIES", column=column)
    assert found[:-1] == [*common, last, "General population"]
    assert found[-1].endswith(".")


@pytest.mark.parametrize(
    ("row", "joint"),
    [
        (("POLICY OBJECTIVES",), "and the Autonomous Growth Period (2011-2020)."),
        (("INSTRUMENTS", "Explanation"), "(MEXT) (The MEXT is not directly involved in the Industrial Clusters policy, however)."),
    ],
)
def test_a_cell_broken_by_a_page_end_is_one_block_in_its_own_column(factsheet: Parsed, row: tuple[str, ...], joint: str) -> None:
    broken = [block for block in cells(factsheet, LONG) if len(block.spans) > 1]
    (block,) = (block for block in broken if block.row == row)
    assert len(broken) == 2
    assert len(block.spans) == 2
    assert block.column == PROJECT
    assert joint in factsheet.shown(block)


def test_a_finished_cell_is_not_joined_with_what_follows_the_page_end(factsheet: Parsed) -> None:
    *_, before, after = texts(factsheet, "POLICY OBJECTIVES", column=SUPPORT)
    assert before.endswith("by using support personnel.")
    assert after.startswith("Additionally, the programme helps companies")


@pytest.mark.parametrize(
    ("row", "score", "most"),
    [
        ("Policy scope", "2", "2"),
        ("Consistency of cluster policies*", "2", "2"),
        ("Evidence of performance", "0,5", "1"),
        ("Instruments", "2", "2"),
    ],
)
def test_a_maturity_score_stands_beside_its_maximum(factsheet: Parsed, row: str, score: str, most: str) -> None:
    found = {(block.row[0], block.column): factsheet.shown(block) for block in cells(factsheet, SCORES)}
    assert len(found) == 8
    assert (found[row.rstrip("*"), "Japan"], found[row.rstrip("*"), "Maximum score"]) == (score, most)


def test_the_star_note_belongs_to_the_row_that_carries_the_star(factsheet: Parsed) -> None:
    (note,) = (block for block in factsheet.blocks if block.kind == "footnote")
    assert note.anchor is not None and note.marker is not None
    assert factsheet.text[note.marker] == "*"
    assert factsheet.shown(factsheet.blocks[note.anchor]) == "Consistency of cluster policies"
    assert factsheet.shown(note).startswith("This dimension is scored solely")


def test_the_headings_are_those_a_reader_sees(factsheet: Parsed) -> None:
    assert [(block.level, factsheet.shown(block)) for block in factsheet.blocks if block.kind == "heading"] == [
        (1, "Introduction"),
        (1, "1. National cluster policy, programmes and initiatives"),
        (1, "2. State of play of cluster policy"),
        (2, "State of play of cluster policy in the country"),
        (3, "Availability of evaluations for terminated policies"),
        (1, "Bibliography"),
    ]


def test_the_four_rules_for_the_scores_are_items_under_their_introduction(factsheet: Parsed) -> None:
    rules = [block for block in factsheet.blocks if block.kind == "item" and block.introduction is not None]
    assert [factsheet.shown(block).partition(":")[0] for block in rules] == [
        "Policy scope",
        "Consistency of cluster policies",
        "Evidence of performance",
        "Instruments",
    ]
    assert {factsheet.shown(factsheet.blocks[block.introduction or 0])[-30:] for block in rules} == {
        "scored based on their existence:"[-30:]
    }


def test_the_bibliography_has_fifteen_items(factsheet: Parsed) -> None:
    assert sum(block.kind == "item" and block.path == ("Bibliography",) for block in factsheet.blocks) == 15
