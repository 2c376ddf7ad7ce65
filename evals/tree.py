"""YAML as a tree of texts, lists and tables, each with the file and line where it stands.

Read from parser events, so that nothing is ever constructed: every scalar stays the text that was typed (`no` is not
False, 2011-03-20 is not a date), and aliases, tags and repeated keys are refused instead of being resolved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import yaml

MAX_BYTES = 5_000_000
MAX_DEPTH = 12
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # YAML 1.1, section 5.1
# The C parser gives the same events and is ten times faster; it is missing where PyYAML was built without libyaml.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FactError(Exception):
    """Something in the fact files or config.toml is wrong; the text says where, what and what to write instead."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, as typed."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Keys with their values, in the order of the file."""

    place: Place
    entries: Mapping[str, Tree]


Tree = Text | Items | Table


def read_tree(path: Path, name: str) -> Tree:
    """Return the tree of one YAML file; `name` stands for the file in messages. Raises FactError with file and line."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise FactError(f"{name}: the file cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise FactError(f"{Place(name, line)}: the file is not UTF-8 text; save it as UTF-8.") from error
    if len(raw) > MAX_BYTES:
        raise FactError(f"{name}: the file has {len(raw)} bytes; split it, {MAX_BYTES} is the most.")
    if odd := _UNPRINTABLE.search(text):
        place = Place(name, text.count("\n", 0, odd.start()) + 1)
        raise FactError(f"{place}: this is not YAML: the character U+{ord(odd[0]):04X} is no text; take it out.")
    try:
        return _Builder(name, text).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(name, mark.line + 1 if mark else 1)
        problem = getattr(error, "problem", None) or "unreadable character"
        raise FactError(f"{place}: this is not YAML ({problem}); is a quotation mark or an indent missing?") from error


def as_table(tree: Tree, what: str, keys: Collection[str]) -> Table:
    """Return a table that has no other keys than these, or raise FactError."""
    if not isinstance(tree, Table):
        raise FactError(f"{tree.place}: {what} is written as 'key: value' pairs; the keys are {', '.join(sorted(keys))}.")
    for key, entry in tree.entries.items():
        if key not in keys:
            raise FactError(f"{entry.place}: {what} has no key '{key}'; the keys are {', '.join(sorted(keys))}.")
    return tree


def needed(row: Table, key: str, what: str) -> Tree:
    """Return the entry of a key that must be there, or raise FactError."""
    if key not in row.entries:
        raise FactError(f"{row.place}: '{key}' is missing in {what}.")
    return row.entries[key]


def as_text(tree: Tree, what: str) -> str:
    """Return a text that is not empty, its white space made single spaces, or raise FactError."""
    if not isinstance(tree, Text) or not tree.text.strip():
        found = "nothing" if isinstance(tree, Text) else "a list" if isinstance(tree, Items) else "'key: value' pairs"
        raise FactError(f"{tree.place}: {what} takes one text; here stands {found}.")
    return " ".join(tree.text.split())


def optional(row: Table, key: str) -> str:
    """Return the text of a key, or "" where the key is missing."""
    return as_text(row.entries[key], key) if key in row.entries else ""


def choice(row: Table, key: str, choices: Sequence[str], default: str) -> str:
    """Return the text of a key, one of the choices; the default where the key is missing."""
    text = optional(row, key) or default
    if text != default and text not in choices:
        raise FactError(f"{row.entries[key].place}: {key} '{text}' is unknown; it is one of {', '.join(choices)}.")
    return text


def listed(tree: Tree | None) -> tuple[Tree, ...]:
    """Return the items of a list; a single entry counts as a list of one, None as an empty one."""
    if tree is None:
        return ()
    return tree.items if isinstance(tree, Items) else (tree,)


def as_texts(tree: Tree | None, what: str) -> tuple[str, ...]:
    """Return the texts of a list."""
    return tuple(as_text(item, what) for item in listed(tree))


class _Builder:
    """Builds the tree of one file from its events."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))

    def document(self) -> Tree:
        next(self._events)  # the start of the stream
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            raise FactError(f"{Place(self._name, 1)}: the file is empty; it begins with 'facts:'.")
        tree = self._node(next(self._events), 0)
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse(after, "a second YAML document begins here ('---'); use one list of facts in a file")
        return tree

    def _node(self, event: yaml.Event, depth: int) -> Tree:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"aliases (*{event.anchor}) are not allowed; write the text again")
        if getattr(event, "tag", None) not in (None, "!"):
            self._refuse(event, f"tags ({getattr(event, 'tag', '')}) are not allowed; write plain text")
        if depth > MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(event, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._table(event, depth)
        assert isinstance(event, yaml.ScalarEvent)
        return Text(self._place(event), str(event.value))

    def _items(self, start: yaml.Event, depth: int) -> Items:
        items: list[Tree] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Items(self._place(start), tuple(items))

    def _table(self, start: yaml.Event, depth: int) -> Table:
        entries: dict[str, Tree] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Text):
                self._refuse(event, "a key must be one word")
            if key.text in entries:
                self._refuse(event, f"the key '{key.text}' stands here for the second time; keep one of them")
            entries[key.text] = self._node(next(self._events), depth + 1)
        return Table(self._place(start), entries)

    def _place(self, event: yaml.Event) -> Place:
        return Place(self._name, event.start_mark.line + 1 if event.start_mark else 1)

    def _refuse(self, event: yaml.Event, why: str) -> NoReturn:
        raise FactError(f"{self._place(event)}: {why}.")
