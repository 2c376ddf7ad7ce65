"""Which column of a table a question is about: told by words that head one column and no other."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.blocks import Parsed
from ingest.words import terms

LEAST_TELLING = 1.4  # rarity below which a word stands in a quarter of the library and tells nothing apart

Headings = Mapping[str, frozenset[str]]


def column_headings(parsed: Parsed) -> dict[int, Headings]:
    """Return table -> column -> the stemmed terms that head it and no other column of the table, from all of its header rows."""
    words: dict[int, dict[str, set[str]]] = {}
    named: set[tuple[int, str]] = set()
    for block in parsed.blocks:
        if block.kind != "cell" or not block.column or block.table is None or (block.table, block.column) in named:
            continue
        heading = parsed.shown(block)
        words.setdefault(block.table, {}).setdefault(block.column, set(terms(block.column)))
        if heading.startswith(block.column):  # the header row that names the columns; those above it say what they are
            named.add((block.table, block.column))
            continue
        words[block.table][block.column] |= set(terms(heading))
    # Where no header row names a column, its cells are no headings.
    own = {
        (table, column): found if (table, column) in named else set(terms(column))
        for table, columns in words.items()
        for column, found in columns.items()
    }
    return {
        table: {
            column: frozenset(own[table, column].difference(*(own[table, other] for other in columns if other != column)))
            for column in columns
        }
        for table, columns in words.items()
    }


def columns_named(headings: Headings, asked: frozenset[str]) -> frozenset[str]:
    """Return the columns that a question names; empty if it names none or all, so that it does not tell them apart."""
    named = frozenset(column for column, own in headings.items() if own & asked)
    return named if len(named) < len(headings) else frozenset()
