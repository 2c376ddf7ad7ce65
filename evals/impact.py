"""What a document would do, before anyone publishes it: facts that go stale, answers that change, values that conflict."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from assistant import Document, Settings
from evals.anchor import Moved
from evals.anchor import lines as anchor_lines
from evals.compare import Comparison, Flip
from evals.compare import lines as comparison_lines
from evals.sandbox import MANIFEST, set_entry, toml
from evals.score import Result
from evals.tree import FactError
from evals.values import match

_ENTRY = """
[[document]]
id = {id}
file = {file}
title = {title}
publisher = "unknown"
published = "unknown"
language = "en"
country = "unknown"
licence = "unknown"
source = "unknown"
"""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An answer that quotes the new document with another value than the known fact has."""

    ask: str
    known: str
    quote: str


def replaced(file: Path, replaces: str, documents: Sequence[Document]) -> Document | None:
    """Return the document that a file is a new version of, None where it is an additional one.

    A file that is named as one of the library's is a new version of that one. Raises FactError with what to do instead.
    """
    if not file.is_file():
        raise FactError(f"There is no file {file}.")
    if file.name.casefold() == MANIFEST:
        raise FactError(f"{file} is named like the list of the documents; give a document's file, or a copy of this one with another name.")
    known = {document.id: document for document in documents}
    if replaces and replaces not in known:
        raise FactError(f"--replaces: there is no document '{replaces}'; the documents are {', '.join(known)}.")
    named = {document.id: document for document in documents if document.file == file.name}
    if replaces and named and replaces not in named:
        other = next(iter(named))
        raise FactError(
            f"--replaces {replaces}: {file} has the name of the file of '{other}'. Write --replaces {other} if it is a new version "
            "of that one; otherwise give a copy of it with another name."
        )
    return known[replaces] if replaces else next(iter(named.values()), None)


def put(file: Path, old: Document | None, documents: Sequence[Document], sandbox: Settings) -> str:
    """Put a file into a sandbox, over the document that it is a new version of or as an additional one, and return the document's id.

    It takes the place of no other file: where its name, or the id that is made of it, is taken, a number is added. Raises FactError if the
    file cannot be read.
    """
    if old is not None:
        (sandbox.corpus / old.file).unlink()
    stem = _free(file.stem, {path.name.casefold().removesuffix(file.suffix.casefold()) for path in sandbox.corpus.iterdir()})
    name = f"{stem}{file.suffix}"
    try:
        shutil.copyfile(file, sandbox.corpus / name)
    except OSError as error:
        raise FactError(f"{file} cannot be read: {error.strerror}.") from error
    if old is not None:
        set_entry(sandbox, "file", old.file, name)
        return old.id
    id = _free(re.sub(r"[^a-z0-9]+", "-", file.stem.casefold()).strip("-") or "new", {document.id for document in documents})
    with (sandbox.corpus / MANIFEST).open("a", encoding="utf-8") as manifest:
        manifest.write(_ENTRY.format(id=toml(id), file=toml(name), title=toml(file.stem)))
    return id


def _free(name: str, taken: Collection[str]) -> str:
    """Return a name that is not taken, the capitals of which do not count: "quays" -> "quays-2"."""
    names = (f"{name}-{n}" if n > 1 else name for n in count(1))
    return next(one for one in names if one.casefold() not in taken)


def conflicts(results: Sequence[Result], document: str, changed: Comparison) -> Iterator[Conflict]:
    """Yield the changed answers that quote the document with another number, amount, date or duration than the fact has.

    One that quotes the known value too is none: what it cites beside that speaks of something else.
    """
    flips = {flip.id for flip in changed.flips}
    for result in results:
        value = result.fact.value
        if value is None or result.answer is None or result.ask.id not in flips:
            continue
        quotes = [citation.quote for citation in result.answer.citations if citation.document == document]
        shown = [match(value, quote) for quote in quotes]
        other = next((quote for quote, found in zip(quotes, shown, strict=True) if found.contradicted), None)
        if other and not any(found.found == 1.0 for found in shown):
            yield Conflict(result.ask.id, ", ".join(value.texts), other)


def lines(document: str, changed: Comparison, lost: Sequence[Moved], found: Sequence[Conflict], most: int) -> list[str]:
    """Return what the document would do, for the person who is about to publish it."""
    stale = sorted({one.fact.id for one in lost})
    text = [f"With {document}: {len(stale)} facts lose a quote, {len(found)} values conflict, {_count(changed.flips)} answers change."]
    if lost:
        text += ["", "Quotes that would no longer stand in the documents:", *anchor_lines(lost)]
    if found:
        text += ["", "Answers that would quote another value than the known one:"]
        text += [line for one in found for line in (f"  {one.ask}  known: {one.known}", f"      would quote: {one.quote}")]
    return [*text, "", "Answers, ask by ask:", *comparison_lines(changed, most)]


def _count(flips: Sequence[Flip]) -> int:
    return sum(flip.kind in ("regressed", "improved", "drifted") for flip in flips)
