"""A copy of the documents and their index, where documents may be changed without anyone seeing it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant import AssistantError, Document, Settings, copy_index

MANIFEST = "documents.toml"  # what the assistant's library is called in every corpus folder
# A line of it: the key, then a text between either quotation marks.
_ENTRY = r"""^(\s*{key}\s*=\s*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters start:end of a document's text, and what stands there instead."""

    document: str
    start: int
    end: int
    text: str


@contextmanager
def sandbox(settings: Settings) -> Iterator[Settings]:
    """Give settings for a copy of corpus and index in a temporary folder; unchanged text is not embedded again there.

    Its vectors are kept in that folder even where a Chroma server has the library's, which would keep what the sandbox leaves behind:
    `rebuild` it before it is opened.
    """
    with TemporaryDirectory(prefix="clusterdesk-sandbox-") as folder:
        shutil.copytree(settings.corpus, Path(folder) / "corpus")
        copied = copy_index(settings, Path(folder) / "home")
        yield replace(copied, corpus=Path(folder) / "corpus", chroma_url="")


def rebuild(settings: Settings) -> None:
    """Build the index of changed documents, by the command that builds any other. Raises AssistantError with what it says.

    Also where nothing changed: the copy of an index whose vectors are on a server has none.
    """
    ours = {
        "CLUSTERDESK_CORPUS": str(settings.corpus),
        "CLUSTERDESK_HOME": str(settings.home),
        "CLUSTERDESK_EMBEDDING_MODEL": settings.embedding_model,
        "CLUSTERDESK_CHROMA_URL": settings.chroma_url,
        "CLUSTERDESK_THREADS": str(settings.threads),
    }
    command = [sys.executable, "-m", "ingest", "--rebuild"]
    done = subprocess.run(command, env={**os.environ, **ours}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssistantError(f"The changed documents cannot be indexed: {done.stderr.strip() or done.stdout.strip()}")


def apply(edits: Sequence[Edit], settings: Settings, documents: Sequence[Document]) -> None:
    """Write edits, which must not overlap, to the files of a sandbox; only documents whose text is the file itself (`is_plain`)."""
    for document in documents:
        mine = sorted((edit for edit in edits if edit.document == document.id), key=lambda edit: edit.start)
        if mine:
            path = settings.corpus / document.file
            path.write_bytes(edited(path.read_bytes().decode("utf-8"), mine).encode("utf-8"))


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits applied; they are in order and do not overlap."""
    parts, at = [], 0
    for edit in edits:
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def is_plain(document: Document, text: str, settings: Settings) -> bool:
    """True if a document's canonical text is what stands in its file, so that offsets into one are offsets into the other."""
    path = settings.corpus / document.file
    try:
        return path.read_bytes().decode("utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def rename_all(settings: Settings, documents: Sequence[Document], prefix: str) -> None:
    """Give every file, and with it every document's id, another name."""
    for document in documents:
        (settings.corpus / document.file).rename(settings.corpus / f"{prefix}{document.file}")
        set_entry(settings, "file", document.file, f"{prefix}{document.file}")
        set_entry(settings, "id", document.id, f"{prefix}{document.id}")


def set_entry(settings: Settings, key: str, old: str, new: str) -> None:
    """Change one value in a sandbox's documents.toml, wherever the key has it. Raises AssistantError if it has it nowhere."""
    manifest = settings.corpus / MANIFEST
    before = manifest.read_text(encoding="utf-8")
    entry = re.compile(_ENTRY.format(key=key), re.MULTILINE)
    if not any(_read(found[2]) == old for found in entry.finditer(before)):
        raise AssistantError(f"{MANIFEST} has no line {key} = {toml(old)}; write it so, on a line of its own, and run: python -m ingest")
    after = entry.sub(lambda found: found[1] + toml(new) if _read(found[2]) == old else found[0], before)
    manifest.write_text(after, encoding="utf-8")


def toml(text: str) -> str:
    """Return a text as TOML writes it: between quotation marks, whatever it holds."""
    return json.dumps(text, ensure_ascii=False)


def _read(text: str) -> str:
    """Return what a text of TOML, with its quotation marks, says."""
    return str(tomllib.loads(f"it = {text}")["it"])
