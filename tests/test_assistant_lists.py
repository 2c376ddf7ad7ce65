"""Lists are said whole: where several items of one list answer about as well, the list is what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from assistant import copy_index
from assistant.library import Candidate, Library
from assistant.question import understand
from assistant.rank import pool
from assistant.retrieve import Search, retriever
from assistant.say import JOIN_MARGIN, Ranked, say
from ingest.settings import Settings

ITEMS = ("Dredging of the nine harbours", "Repair of quays", "Light for the lighthouses")


@pytest.fixture(scope="module")
def library(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with closing(Library.open(copy_index(small, tmp_path_factory.mktemp("lists")))) as opened:
        yield opened


def item(library: Library, text: str) -> Candidate:
    return next(c for c in library.candidates if c.statement.kind == "item" and c.statement.text.startswith(text))


def said(library: Library, question: str, *ranked: Ranked) -> str:
    query = understand(question, (), library.vocabulary, {}, lambda _: True)
    return say(library, query, ranked).text


def test_every_item_knows_its_list(library: Library) -> None:
    lists = {library.list_of[item(library, text).number].number for text in ITEMS}
    assert len(lists) == 1
    assert library.candidates[lists.pop()].statement.kind == "list"
    others = [library.candidates[number].statement for number in library.list_of if library.candidates[number].statement.kind != "item"]
    assert [other.text for other in others] == ["The fund pays for the following:"]  # what introduces a list is of it


def test_what_only_introduces_a_list_does_not_answer(library: Library) -> None:
    query = understand("What does the fund pay for?", (), library.vocabulary, {}, lambda _: True)
    found = retriever(library).invoke(Search(query, library.embedder.encode([query.whole])[0]))
    texts = [library.candidates[number].statement.text for number in pool(library, found)]
    introduction = "The fund pays for the following:"
    assert introduction not in texts
    assert any(text.startswith(introduction) for text in texts)  # the whole list


def test_two_items_that_answer_alike_mean_the_list(library: Library) -> None:
    text = said(library, "What is paid for?", Ranked(item(library, ITEMS[1]), 2.0), Ranked(item(library, ITEMS[2]), 1.5))
    assert all(text.count(words) == 1 for words in ITEMS)


@pytest.mark.parametrize(
    ("question", "behind"), [("What is paid for?", JOIN_MARGIN + 0.1), ("How many lighthouses are paid for?", 0.1)], ids=["far", "a figure"]
)
def test_one_item_that_answers_best_stays_alone(library: Library, question: str, behind: float) -> None:
    text = said(library, question, Ranked(item(library, ITEMS[2]), 2.0), Ranked(item(library, ITEMS[0]), 2.0 - behind))
    assert text.startswith("The fund pays for the following: Light") or text.startswith("Light")
    assert ITEMS[1] not in text
