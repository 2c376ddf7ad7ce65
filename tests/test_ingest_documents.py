"""documents.toml and the documents' files: every fault is one sentence that names the value and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.documents import file_hash, load_documents, read_text
from ingest.errors import DocumentError, ManifestError

ENTRY = {
    "id": "harbour-fund-2019",
    "file": "harbour.txt",
    "title": "The Harbour Fund",
    "publisher": "Harbour Office",
    "published": "2019",
    "language": "en",
    "country": "Harbourland",
    "licence": "unknown",
    "source": "unknown",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "harbour.txt").write_text("The Harbour Fund.\n", encoding="utf-8")
    return tmp_path


def write(corpus: Path, *entries: dict[str, str]) -> Path:
    text = "".join("[[document]]\n" + "".join(f"{key} = '{value}'\n" for key, value in entry.items()) for entry in entries)
    (corpus / "documents.toml").write_text(text, encoding="utf-8")
    return corpus


def message(corpus: Path) -> str:
    with pytest.raises(ManifestError) as caught:
        load_documents(corpus)
    text = str(caught.value)
    assert text.endswith(".") and "\n" not in text
    return text


def test_a_right_manifest_gives_its_documents_in_order(corpus: Path) -> None:
    first, second = load_documents(write(corpus, ENTRY, {**ENTRY, "id": "another"}))
    assert (first.id, second.id, first.title) == ("harbour-fund-2019", "another", "The Harbour Fund")


def test_the_librarys_own_manifest_is_right(request: pytest.FixtureRequest) -> None:
    documents = load_documents(request.config.rootpath / "corpus")
    assert {document.id: document.published for document in documents} == {
        "japan-briefing-2017": "2017-02",
        "japan-factsheet-2020": "2020",
    }


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"file": "gone.txt"}, "there is no file"),
        ({"file": "folder/harbour.txt"}, "write the bare name of a file"),
        ({"file": "../harbour.txt"}, "write the bare name of a file"),
        ({"file": "."}, "write the bare name of a file"),
        ({"file": ".."}, "there is no file"),
        ({"id": "Harbour Fund"}, "an id is lower-case letters"),
        ({"id": "harbour--fund"}, "an id is lower-case letters"),
        ({"published": "spring"}, "published is 'spring'; write YYYY"),
        ({"published": "2019-13"}, "published is '2019-13'"),
        ({"published": "2019-02-30"}, "published is '2019-02-30'"),
        ({"published": "2019-2"}, "published is '2019-2'"),
        ({"title": "  "}, "title is missing or is no text"),
        ({"autor": "somebody"}, "unknown key 'autor'"),
    ],
    ids=str,
)
def test_a_wrong_value_is_named_with_what_to_write(corpus: Path, changed: dict[str, str], words: str) -> None:
    text = message(write(corpus, {**ENTRY, **changed}))
    assert words in text
    assert "documents.toml" in text


@pytest.mark.parametrize("published", ["2019", "2019-02", "2019-02-28", "unknown"])
def test_a_date_is_as_exact_as_the_document_says(corpus: Path, published: str) -> None:
    assert load_documents(write(corpus, {**ENTRY, "published": published}))[0].published == published


@pytest.mark.parametrize("key", sorted(ENTRY))
def test_a_missing_key_is_named(corpus: Path, key: str) -> None:
    assert f"{key} is missing" in message(write(corpus, {name: value for name, value in ENTRY.items() if name != key}))


def test_two_documents_with_one_id_are_refused(corpus: Path) -> None:
    assert "two documents have the id 'harbour-fund-2019'" in message(write(corpus, ENTRY, ENTRY))


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (b"[[document", "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        (b"", "lists no document"),
        (b"document = 3\n", "lists no document"),
        (b"document = []\n", "lists no document"),
        (b"document = [1]\n", "write a [[document]] table"),
        (b"[document]\nid = 'a'\n", "lists no document"),
        (b"[[documents]]\nid = 'a'\n", "unknown key 'documents'"),
        (b"[[document]]\nid = 7\n", "is missing or is no text"),
    ],
)
def test_a_manifest_that_is_no_list_of_documents_is_refused(corpus: Path, manifest: bytes, words: str) -> None:
    (corpus / "documents.toml").write_bytes(manifest)
    assert words in message(corpus)


def test_a_missing_manifest_says_which_setting_names_the_folder(tmp_path: Path) -> None:
    assert "Set CLUSTERDESK_CORPUS" in message(tmp_path)
    (tmp_path / "documents.toml").mkdir()
    assert "documents.toml cannot be read: Is a directory. Set CLUSTERDESK_CORPUS" in message(tmp_path)


@pytest.mark.parametrize("reading", [read_text, file_hash])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, reading: Callable[[Path], str]) -> None:
    with pytest.raises(DocumentError, match="cannot be read: Is a directory"):
        reading(tmp_path)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfThe Fund\n", "The Fund\n"),
        (b"one\r\ntwo\r\n", "one\r\ntwo\r\n"),
        (b"one\rtwo\r", "one\rtwo\r"),
        ("Vallée 地域\n".encode(), "Vallée 地域\n"),
        (b"no line end", "no line end"),
    ],
)
def test_a_text_keeps_its_own_characters_but_for_a_byte_order_mark(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert read_text(tmp_path / "a.txt") == text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\t ", "is empty"),
        ("\u00a0\u2003\n".encode(), "holds only white space"),
        (b"\xef\xbb\xbf", "holds only white space"),
        (b"text\x00more", "is binary (it holds a NUL byte at 4)"),
        (b"caf\xe9", "is not UTF-8: byte 0xe9 at 3"),
        ("text".encode("utf-16"), "is"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        read_text(tmp_path / "a.txt")
    assert f"{tmp_path / 'a.txt'} {words}" in str(caught.value)
    assert "\n" not in str(caught.value)
