"""The real parts that tests share: the library's documents as read, one index of them, one assistant on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import Assistant, Settings, copy_index
from ingest.blocks import Parsed
from ingest.build import build, read_documents
from ingest.chunks import make_chunks
from ingest.embedding import model_fingerprint
from ingest.generation import IndexedDocument, current_name, index_id
from tests.libraries import CORPUS, ROOT, new_library, settings_for


@pytest.fixture(scope="session")
def documents() -> tuple[IndexedDocument, ...]:
    """The documents of the library, read once."""
    return read_documents(CORPUS)


@pytest.fixture(scope="session")
def briefing(documents: tuple[IndexedDocument, ...]) -> Parsed:
    """The Preparatory Briefing on Japan."""
    return next(item.parsed for item in documents if item.document.id == "japan-briefing-2017")


@pytest.fixture(scope="session")
def factsheet(documents: tuple[IndexedDocument, ...]) -> Parsed:
    """The Country factsheet Japan."""
    return next(item.parsed for item in documents if item.document.id == "japan-factsheet-2020")


@pytest.fixture(scope="session")
def settings(documents: tuple[IndexedDocument, ...], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with an index of the library: a copy of the repository's where that one is right, a new one elsewhere."""
    home = tmp_path_factory.mktemp("home")
    mine, repository = settings_for(CORPUS, home), settings_for(CORPUS, ROOT / ".clusterdesk")
    chunks = [chunk for item in documents for chunk in make_chunks(item.document.id, item.document.title, item.parsed)]
    identity = index_id(documents, chunks, model_fingerprint(mine))
    if (current_name(repository.index) or "").startswith(f"{identity}-"):
        return copy_index(repository, home)
    build(mine)
    return mine


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Iterator[Assistant]:
    """The real assistant on the library's index."""
    with Assistant.open(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small made-up library with its index; copy it before changing anything."""
    made = new_library(tmp_path_factory.mktemp("small"))
    build(made)
    return made
