"""The second library: its facts hold, and nothing may learn from them."""

from __future__ import annotations

from pathlib import Path

from evals.facts import load_facts
from evals.lint import faults
from ingest.documents import load_documents, read_text

ELSEWHERE = Path(__file__).parent.parent / "evals" / "elsewhere"


def test_every_quote_of_the_second_library_stands_in_it_and_shows_its_value() -> None:
    texts = {document.id: read_text(ELSEWHERE / "corpus" / document.file) for document in load_documents(ELSEWHERE / "corpus")}
    assert faults(load_facts(ELSEWHERE / "facts"), texts.__getitem__) == []


def test_nothing_learns_from_the_second_library_and_an_eighth_of_it_is_for_choosing() -> None:
    facts = load_facts(ELSEWHERE / "facts")
    assert {fact.split for fact in facts} == {"dev", "test"}
    assert {fact.place.file for fact in facts if fact.split == "dev"} == {"facts/north.yaml"}
    assert {fact.document for fact in facts if not fact.unanswerable} <= {document.id for document in load_documents(ELSEWHERE / "corpus")}
