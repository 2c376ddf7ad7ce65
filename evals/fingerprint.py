"""What a run was made with, so that a comparison can name the cause before the effects."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from platform import python_version

from assistant import Settings
from evals.facts import Fact, facts_hash
from evals.run import Library

Fingerprint = Mapping[str, str]  # "kind name" -> a hash, a version or a value

_OURS = ("assistant", "ingest")
_SCORING = ("dates", "facts", "locate", "quantities", "run", "score", "values")
_DISTRIBUTION = "clusterdesk"
_KINDS = {
    "text": "the text of document {name}",
    "file": "the file of document {name}",
    "facts": "the facts",
    "model": "the model {name}",
    "setting": "the setting {name}",
    "code": "the code of {name}",
    "version": "{name}",
    "index": "the index",
}


def fingerprint(facts: Sequence[Fact], library: Library, settings: Settings) -> Fingerprint:
    """Return what the answers depend on: facts, documents as files and as text, index, models, settings, code and versions."""
    found = {"facts": facts_hash(facts), "index": library.index_id, "setting CLUSTERDESK_EMBEDDING_MODEL": settings.embedding_model}
    for document in library.documents:
        found[f"text {document.id}"] = _short(library.text(document.id).encode())
        path = settings.corpus / document.file
        if path.is_file():
            found[f"file {document.id}"] = _short(path.read_bytes())
    for package in _OURS:
        folder = _folder(package)
        found[f"code {package}"] = _hash(sorted([*folder.glob("*.py"), *folder.glob("*.toml")]))  # phrases are tables
        found |= {f"model {package}/{path.name}": _hash([path]) for path in sorted((folder / "weights").glob("*.safetensors"))}
    found["code scoring"] = _hash(Path(__file__).with_name(f"{name}.py") for name in _SCORING)
    return {**found, **_versions()}


def causes(before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """Return what differs between two fingerprints, one phrase each, documents first: "the text of document x changed"."""
    order = list(_KINDS)
    names = sorted({*before, *after}, key=lambda name: (order.index(name.partition(" ")[0]), name))
    return tuple(_difference(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name))


def documents_changed(before: Fingerprint, after: Fingerprint) -> frozenset[str]:
    """Return the documents whose published file changed, came or went; where no file is known, whose text did."""
    changed = set()
    for name in {name.partition(" ")[2] for name in (*before, *after) if name.startswith("text ")}:
        kind = "file" if f"file {name}" in before and f"file {name}" in after else "text"
        if before.get(f"{kind} {name}") != after.get(f"{kind} {name}"):
            changed.add(name)
    return frozenset(changed)


def _difference(key: str, before: str | None, after: str | None) -> str:
    kind, _, name = key.partition(" ")
    what = _KINDS[kind].format(name=name)
    if before is None or after is None:
        return f"{what} is {'new' if before is None else 'gone'}"
    return f"{what} {before or 'unset'} -> {after or 'unset'}" if kind in ("version", "setting") else f"{what} changed"


def _versions() -> dict[str, str]:
    """Return the version of Python and of every package that the product depends on directly."""
    try:
        needed = [line for line in requires(_DISTRIBUTION) or () if "extra ==" not in line]
    except PackageNotFoundError:  # run from a checkout that is not installed
        return {"version python": python_version()}
    names = [re.split(r"[^\w.-]", line)[0] for line in needed]
    return {"version python": python_version(), **{f"version {name}": version(name) for name in names}}


def _folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None, f"{package} is not installed"
    return Path(spec.origin).parent


def _hash(paths: Iterable[Path]) -> str:
    return _short(b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in paths))


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
