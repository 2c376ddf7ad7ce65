"""A citation shown in its surroundings: what is marked is the quote, no more and no less."""

from __future__ import annotations

from itertools import islice

import pytest

from assistant import Assistant, Citation, Excerpt, shown
from ingest.blocks import Parsed, Span
from ingest.chunks import Statement, make_chunks
from ingest.generation import IndexedDocument

KINDS = ("sentence", "item", "cell", "row", "list", "footnote", "caption")
MOST = 12  # citations of each kind and document


def citation(item: IndexedDocument, section: tuple[str, ...], span: Span) -> Citation:
    quote = shown(item.parsed.text[slice(*span)])
    return Citation(1, item.document.id, item.document.title, item.document.published, section, None, (1, 1), span.start, span.end, quote)


def statements(item: IndexedDocument) -> list[Statement]:
    chunks = make_chunks(item.document.id, item.document.title, item.parsed)
    return [statement for chunk in chunks for statement in chunk.statements]


def without_space(text: str) -> str:
    return "".join(text.split())


def quoted(excerpts: tuple[Excerpt, ...]) -> str:
    return " ".join(fragment.text for excerpt in excerpts for fragment in excerpt.fragments if fragment.quoted)


@pytest.mark.parametrize("kind", KINDS)
def test_the_marked_fragments_are_the_quote(assistant: Assistant, documents: tuple[IndexedDocument, ...], kind: str) -> None:
    seen = 0
    for item in documents:
        found = [statement for statement in statements(item) if statement.kind == kind]
        for statement in islice(found, 0, None, max(1, len(found) // MOST)):
            for span in statement.spans:
                cited = citation(item, statement.section, span)
                assert without_space(quoted(assistant.surroundings(cited))) == without_space(cited.quote)
                seen += 1
    assert seen >= 5


def test_either_half_of_a_sentence_broken_by_a_page_end_is_marked(assistant: Assistant, documents: tuple[IndexedDocument, ...]) -> None:
    broken = [
        (item, statement)
        for item in documents
        for statement in statements(item)
        if statement.kind == "sentence" and len(statement.spans) > 1
    ]
    assert len(broken) >= 13
    for item, statement in broken:
        for span in statement.spans:
            cited = citation(item, statement.section, span)
            assert without_space(quoted(assistant.surroundings(cited))) == without_space(cited.quote)


def test_what_is_around_is_shown_unmarked(assistant: Assistant, documents: tuple[IndexedDocument, ...]) -> None:
    item = documents[0]
    start = item.parsed.text.index("K-RIP has been one of the 19 projects")
    cited = citation(item, (), Span(start, item.parsed.text.index(".", start) + 1))
    excerpts = assistant.surroundings(cited)
    assert len(excerpts) == 5
    marked = [excerpt for excerpt in excerpts if any(fragment.quoted for fragment in excerpt.fragments)]
    assert marked == [excerpts[2]]
    assert excerpts[1].kind == "heading"
    assert sum(fragment.quoted for fragment in excerpts[2].fragments) == 1


def test_a_cell_is_shown_with_its_row_and_column(assistant: Assistant, documents: tuple[IndexedDocument, ...]) -> None:
    item = next(item for item in documents if item.document.id == "japan-factsheet-2020")
    start = item.parsed.text.index("For 2016: EUR 16.7 million")
    (marked,) = (
        excerpt
        for excerpt in assistant.surroundings(citation(item, (), Span(start, start + 26)))
        if any(fragment.quoted for fragment in excerpt.fragments)
    )
    assert marked.kind == "cell"
    assert (marked.row, marked.column) == (("BUDGET", "Annual"), "Regional Core Business Creation Support Programme")


def test_an_outline_shows_every_block_of_content_as_it_reads(assistant: Assistant, briefing: Parsed) -> None:
    excerpts = assistant.outline("japan-briefing-2017")
    shown_blocks = [briefing.shown(block) for block in briefing.blocks if block.kind not in ("row", "column")]
    assert ["".join(fragment.text for fragment in excerpt.fragments) for excerpt in excerpts] == shown_blocks
    assert not any(fragment.quoted for excerpt in excerpts for fragment in excerpt.fragments)
