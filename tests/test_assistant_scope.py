"""A question that names a thing is answered from the documents that have the name, however near the words of others come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from assistant.library import Library
from assistant.question import understand
from assistant.retrieve import Search, retriever
from ingest.build import build
from tests.libraries import MANIFEST, settings_for

PARKS = ("Vellamo", "Kestrel", "Tormund", "Ixworth", "Quillon", "Sarnath")
TEXT = """Introduction

The {name} Park lies by the sea and was opened by a minister.

Staff

In all, {people} people work there.
"""
EVERYWHERE = None


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    corpus = tmp_path_factory.mktemp("parks")
    for number, name in enumerate(PARKS):
        (corpus / f"{name.lower()}.txt").write_text(TEXT.format(name=name, people=number + 3), encoding="utf-8")
    entries = [MANIFEST.format(id=name.lower(), title=f"The park no. {number}", published="2020") for number, name in enumerate(PARKS)]
    (corpus / "documents.toml").write_text("".join(entries), encoding="utf-8")
    settings = settings_for(corpus, tmp_path_factory.mktemp("home"))
    build(settings)
    with closing(Library.open(settings)) as opened:
        yield opened


def looked_in(library: Library, question: str, *history: str, asked_of: frozenset[str] | None = None) -> set[str] | None:
    """Return the documents that are looked in; what is found must lie in these."""
    query = understand(question, history, library.vocabulary, {}, library.embedder.is_word)
    found = retriever(library).invoke(Search(query, library.embedder.encode([query.whole])[0], asked_of))
    inside = {library.generation.chunks[number].document for number, _ in found.chunks}
    assert found.search.documents is None or inside == found.search.documents
    return None if found.search.documents is None else set(found.search.documents)


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("How many people work at Vellamo?", {"vellamo"}),
        ("how many people work at vellamo", {"vellamo"}),
        ("vellamo staff", {"vellamo"}),
        ("How many people work at Velamo?", {"vellamo"}),
        ("Do more people work at Vellamo or at Quillon?", {"vellamo", "quillon"}),
        ("Which minister opened the Park in Sarnath?", {"sarnath"}),
        ("How many people work there in all?", EVERYWHERE),
        ("How many people work at the Park?", EVERYWHERE),
        ("How many people work at Zzyzxia?", EVERYWHERE),
        ("Which Minister Opened The Vellamo Park By The Sea?", {"vellamo"}),
        ("Which Minister Opened The Park By The Sea?", EVERYWHERE),
        ("I am Jon Quist of Brine Works, how many people work at Vellamo's Park?", {"vellamo"}),
        ("what is the reimbursement for apprentices?", EVERYWHERE),
        ("Do more people work at Vellamo than in the United Quillon Emirates?", {"vellamo", "quillon"}),
    ],
)
def test_a_name_tells_which_documents_are_meant(library: Library, question: str, documents: set[str] | None) -> None:
    assert looked_in(library, question) == documents


def test_a_follow_up_stays_with_the_name_that_it_takes_over(library: Library) -> None:
    assert looked_in(library, "And who opened it?", "How many people work at Ixworth?") == {"ixworth"}
    assert looked_in(library, "And at Kestrel?", "How many people work at Ixworth?") == {"kestrel"}


def test_the_documents_that_the_asker_chose_come_first(library: Library) -> None:
    chosen = frozenset({"kestrel", "tormund"})
    assert looked_in(library, "How many people work at Kestrel?", asked_of=chosen) == {"kestrel"}
    assert looked_in(library, "How many people work at Vellamo?", asked_of=chosen) == set(chosen)
    assert looked_in(library, "How many people work at Vellamo?", asked_of=frozenset()) == set()
