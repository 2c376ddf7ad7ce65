"""What is known of each document: reads and checks corpus/documents.toml, and the documents' text."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from ingest.errors import DocumentError, ManifestError

MANIFEST = "documents.toml"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Document:
    """One published file, as documents.toml describes it. `published` is YYYY, YYYY-MM, YYYY-MM-DD or "unknown"."""

    id: str
    title: str
    publisher: str
    published: str
    language: str
    country: str
    licence: str
    source: str
    file: str


def load_documents(corpus: Path) -> tuple[Document, ...]:
    """Return the documents that the manifest lists, in its order; raise ManifestError with what to mend."""
    manifest, data = _manifest(corpus)
    entries = data.get("document")
    if not isinstance(entries, list) or not entries:
        raise ManifestError(f"{manifest} lists no document. Write one [[document]] entry for each.")
    documents = tuple(_document(entry, manifest, place) for place, entry in enumerate(entries, 1))
    for document in documents:
        if sum(other.id == document.id for other in documents) > 1:
            raise ManifestError(f"{manifest}: two documents have the id {document.id!r}. Give each its own.")
    return documents


def load_examples(corpus: Path) -> tuple[str, ...]:
    """Return the example questions of the manifest; raise ManifestError if they are no list of texts."""
    manifest, data = _manifest(corpus)
    examples = data.get("examples", [])
    if not isinstance(examples, list) or not all(isinstance(example, str) and example.strip() for example in examples):
        raise ManifestError(f'{manifest}: examples must be a list of questions, like examples = ["Who funds it?"].')
    return tuple(examples)


def _manifest(corpus: Path) -> tuple[Path, dict[str, Any]]:
    manifest = corpus / MANIFEST
    try:
        data = tomllib.loads(manifest.read_text("utf-8"))
    except FileNotFoundError:
        raise ManifestError(f"There is no {manifest}. Set CLUSTERDESK_CORPUS to the folder that holds {MANIFEST}.") from None
    except OSError as error:
        raise ManifestError(f"{manifest} cannot be read: {error.strerror}. Set CLUSTERDESK_CORPUS to the folder that holds it.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{manifest} is not valid TOML: {error}.") from None
    if unknown := set(data) - {"document", "examples"}:
        raise ManifestError(f"{manifest}: unknown key {sorted(unknown)[0]!r}. It holds examples and [[document]] entries, nothing else.")
    return manifest, data


def _document(entry: Any, manifest: Path, place: int) -> Document:
    known = {field.name for field in fields(Document)}
    if not isinstance(entry, dict):
        raise ManifestError(f"{manifest}, document {place}: write a [[document]] table with the keys {', '.join(sorted(known))}.")
    where = f"{manifest}, document {entry.get('id', place)!r}"
    for key in entry:
        if key not in known:
            raise ManifestError(f"{where}: unknown key {key!r}. The keys are: {', '.join(sorted(known))}.")
    for key in sorted(known):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise ManifestError(f'{where}: {key} is missing or is no text. Write {key} = "unknown" if the document does not say.')
    document = Document(**entry)
    if not _ID.fullmatch(document.id):
        raise ManifestError(f"{where}: an id is lower-case letters, digits and single hyphens, like some-country-briefing-2017.")
    if document.published != "unknown" and not _is_date(document.published):
        raise ManifestError(f"{where}: published is {document.published!r}; write YYYY, YYYY-MM, YYYY-MM-DD or unknown.")
    path = manifest.parent / document.file
    if Path(document.file).name != document.file:
        raise ManifestError(f"{where}: file is {document.file!r}; write the bare name of a file beside {MANIFEST}.")
    if not path.is_file():
        raise ManifestError(f"{where}: there is no file {path}. Put it there or take the entry out.")
    return document


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def read_text(path: Path) -> str:
    """Return a text file's characters, its line endings untouched and without a byte-order mark; raise DocumentError if it is no text."""
    data = _bytes(path)
    if not data.strip():
        raise DocumentError(f"{path} is empty. Put the document's text there, or take it out of {MANIFEST}.")
    if b"\x00" in data:
        raise DocumentError(f"{path} is binary (it holds a NUL byte at {data.index(0)}). Save the document as UTF-8 text.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{path} is not UTF-8: byte {data[error.start]:#04x} at {error.start}. Save it as UTF-8, e.g.: iconv -t UTF-8 {path.name}"
        ) from None
    if not text.strip():
        raise DocumentError(f"{path} holds only white space. Put the document's text there, or take it out of {MANIFEST}.")
    return text


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hex; raise DocumentError if it cannot be read."""
    return hashlib.sha256(_bytes(path)).hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}. Make it readable, or take it out of {MANIFEST}.") from None
