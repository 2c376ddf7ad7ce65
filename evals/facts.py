"""The known facts: their records, and the loader that reads them from evals/facts/*.yaml."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from evals.tree import (
    FactError,
    Items,
    Place,
    Table,
    Text,
    Tree,
    as_table,
    as_text,
    as_texts,
    choice,
    listed,
    needed,
    optional,
    read_tree,
)
from evals.values import KINDS, Kind, Value, unreadable

STYLES = (
    "direct", "paraphrase", "fragment", "email", "typo", "follow-up",
    "yes-no", "list", "definition", "reason", "comparison",
)  # fmt: skip
UNANSWERABLE = ("near-miss", "out-of-domain", "greeting", "hostile")
SEVERITIES = ("critical", "major", "minor")
SPLITS = ("train", "dev", "test")
STATUSES = ("active", "known-gap", "retired")
KEYS = {
    "id", "document", "evidence", "restated", "value", "asks", "unanswerable", "near",
    "qualifiers", "severity", "forbid", "origin", "split", "status",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that carries the fact, found in the document by its words; `after`: words that stand before it, or ""."""

    document: str
    quote: str
    after: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """One wording of a question; history: earlier questions, oldest first; id: the fact's id, '#', a number from 1."""

    id: str
    question: str
    style: str
    history: tuple[str, ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """A known fact with its asks. Either `value` and `evidence` are there, or `unanswerable` names the kind.

    restated: other passages that answer the asks too, in other words or in part; an answer need not show them, but while they stand the
    documents still answer. status: a known gap is not answered right yet, and must be told when it is; a retired fact is kept but no
    longer asked, nor are its quotes looked for.
    """

    id: str
    document: str
    evidence: tuple[Evidence, ...]
    value: Value | None
    asks: tuple[Ask, ...]
    unanswerable: str
    near: Evidence | None
    qualifiers: tuple[str, ...]
    severity: str
    forbid: tuple[Value, ...]
    origin: str
    split: str
    place: Place = field(compare=False)
    status: str = "active"
    restated: tuple[Evidence, ...] = ()

    @property
    def quotes(self) -> tuple[Evidence, ...]:
        """Everything that the fact quotes from the documents."""
        return (*self.evidence, *self.restated, *((self.near,) if self.near else ()))


def load_facts(folder: Path) -> tuple[Fact, ...]:
    """Return the facts of all YAML files of a folder, in the order of file names.

    Raises FactError with one line for each fault, each with file and line.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise FactError(f"There is no fact file (*.yaml) in {folder}; docs/facts.md says how to write one.")
    facts: list[Fact] = []
    faults: list[str] = []
    for path in files:
        try:
            rows = _rows(read_tree(path, f"{folder.name}/{path.name}"))
        except FactError as error:
            faults.append(str(error))
            continue
        for row in rows:
            try:
                facts.append(_fact(row))
            except FactError as error:
                faults.append(str(error))
    faults += _repeated(facts)
    if faults:
        raise FactError("\n".join(faults))
    return tuple(facts)


def in_use(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts that are not retired: what a retired one quotes may be gone from the documents."""
    return tuple(fact for fact in facts if fact.status != "retired")


def check_documents(facts: Iterable[Fact], documents: Collection[str]) -> None:
    """Raise FactError, one line for each quote, if a fact in use quotes a document that is not there."""
    quotes = (quote for fact in in_use(facts) for quote in fact.quotes)
    known = ", ".join(sorted(documents))
    faults = [
        f"{quote.place}: there is no document '{quote.document}'; the documents are {known}."
        for quote in quotes
        if quote.document not in documents
    ]
    if faults:
        raise FactError("\n".join(faults))


def split_of(fact_id: str) -> str:
    """Return the split of a fact that names none: 60 % train, 20 % dev, 20 % test, by a hash that never changes."""
    share = int.from_bytes(hashlib.sha256(fact_id.encode()).digest()[:4], "big") / 2**32
    return "train" if share < 0.6 else "dev" if share < 0.8 else "test"


def case_hash(fact: Fact, ask: Ask) -> str:
    """Return 8 hexadecimal digits that change whenever what is asked, or what is right, does; severity and origin do not count."""
    quotes = [[quote.document, quote.quote, quote.after] for quote in fact.evidence]
    value = asdict(fact.value) if fact.value else fact.unanswerable
    case = [ask.question, ask.history, quotes, value, [asdict(forbidden) for forbidden in fact.forbid]]
    return hashlib.sha256(json.dumps(case, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def facts_hash(facts: Sequence[Fact]) -> str:
    """Return 16 hexadecimal digits that change whenever a fact does, wherever in the files it stands."""
    rows = [_without_places(asdict(fact)) for fact in sorted(facts, key=lambda fact: fact.id)]
    return hashlib.sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _without_places(row: object) -> object:
    if isinstance(row, dict):
        return {key: _without_places(value) for key, value in row.items() if key != "place"}
    return [_without_places(item) for item in row] if isinstance(row, list | tuple) else row


def _repeated(facts: Sequence[Fact]) -> list[str]:
    first: dict[str, Place] = {}
    faults = []
    for fact in facts:
        if fact.id in first:
            faults.append(f"{fact.place}: the id {fact.id} is already used in {first[fact.id]}; give this fact another.")
        first.setdefault(fact.id, fact.place)
    return faults


def _rows(tree: Tree) -> tuple[Tree, ...]:
    if not isinstance(tree, Table) or set(tree.entries) != {"facts"}:
        raise FactError(f"{tree.place}: the file must begin with 'facts:' and hold nothing else beside it.")
    rows = tree.entries["facts"]
    if not isinstance(rows, Items):
        raise FactError(f"{rows.place}: 'facts:' takes a list; begin each fact with '- id:'.")
    return rows.items


def _fact(tree: Tree) -> Fact:
    row = as_table(tree, "a fact", KEYS)
    fact_id = as_text(needed(row, "id", "the fact"), "id")
    document = optional(row, "document")
    kind = choice(row, "unanswerable", UNANSWERABLE, "")
    _shape(row, fact_id, kind)
    evidence = tuple(_evidence(item, document) for item in listed(row.entries.get("evidence")))
    near = _evidence(row.entries["near"], document) if "near" in row.entries else None
    return Fact(
        id=fact_id,
        document=document or (evidence[0].document if evidence else ""),
        evidence=evidence,
        value=_value(row.entries["value"]) if "value" in row.entries else None,
        asks=_asks(needed(row, "asks", fact_id), fact_id),
        unanswerable=kind,
        near=near,
        qualifiers=as_texts(row.entries.get("qualifiers"), "qualifiers"),
        severity=choice(row, "severity", SEVERITIES, "major"),
        forbid=tuple(_value(item) for item in listed(row.entries.get("forbid"))),
        origin=optional(row, "origin"),
        split=choice(row, "split", SPLITS, split_of(fact_id)),
        place=row.place,
        status=choice(row, "status", STATUSES, "active"),
        restated=tuple(_evidence(item, document) for item in listed(row.entries.get("restated"))),
    )


def _shape(row: Table, fact_id: str, kind: str) -> None:
    """Refuse a fact that is neither answerable nor unanswerable, or both."""
    if kind:
        wrong = {"evidence", "restated", "value", "qualifiers", "forbid"} & set(row.entries)
        if wrong:
            raise FactError(f"{row.place}: {fact_id} is unanswerable, so it has no {' and no '.join(sorted(wrong))}.")
        if kind == "near-miss" and "near" not in row.entries:
            raise FactError(f"{row.place}: {fact_id} is a near-miss; 'near' must name the tempting wrong passage.")
    else:
        if not listed(evidence := needed(row, "evidence", fact_id)):
            raise FactError(f"{evidence.place}: {fact_id} has no evidence; copy the words of the document that carry it.")
        needed(row, "value", fact_id)
    if "near" in row.entries and kind != "near-miss":
        raise FactError(f"{row.entries['near'].place}: 'near' belongs to 'unanswerable: near-miss' only.")


def _evidence(tree: Tree, document: str) -> Evidence:
    if isinstance(tree, Text):
        quote, after = as_text(tree, "evidence"), ""
    else:
        row = as_table(tree, "a quote", {"document", "quote", "after"})
        quote = as_text(needed(row, "quote", "the quote"), "quote")
        document, after = optional(row, "document") or document, optional(row, "after")
    if not document:
        raise FactError(f"{tree.place}: the document is missing; write 'document:' with the id of the document.")
    return Evidence(document, quote, after, tree.place)


def _value(tree: Tree) -> Value:
    row = as_table(tree, "a value", {*KINDS, "unit", "also"})
    kinds: list[Kind] = [kind for kind in KINDS if kind in row.entries]
    if len(kinds) != 1:
        raise FactError(f"{row.place}: a value has exactly one of {', '.join(KINDS)}; here are {len(kinds)}.")
    for extra, owner in (("unit", "number"), ("also", "name")):
        if extra in row.entries and kinds[0] != owner:
            raise FactError(f"{row.entries[extra].place}: '{extra}' goes with '{owner}', not with '{kinds[0]}'.")
    content = row.entries[kinds[0]]
    several = kinds[0] in ("list", "text")
    texts = as_texts(content, kinds[0]) if several else (as_text(content, kinds[0]),)
    value = Value(kinds[0], texts, optional(row, "unit"), as_texts(row.entries.get("also"), "also"))
    if why := unreadable(value):
        raise FactError(f"{content.place}: {why}")
    return value


def _asks(tree: Tree, fact_id: str) -> tuple[Ask, ...]:
    if isinstance(tree, Items) and not tree.items:
        raise FactError(f"{tree.place}: {fact_id} has no asks; write at least one question.")
    return tuple(_ask(item, f"{fact_id}#{number}") for number, item in enumerate(listed(tree), 1))


def _ask(tree: Tree, ask_id: str) -> Ask:
    if isinstance(tree, Text):
        return Ask(ask_id, as_text(tree, "an ask"), "direct", (), tree.place)
    row = as_table(tree, "an ask", {"ask", "style", "history"})
    question = as_text(needed(row, "ask", "the ask"), "ask")
    style, history = choice(row, "style", STYLES, "direct"), as_texts(row.entries.get("history"), "history")
    if style == "follow-up" and not history:
        raise FactError(f"{row.place}: a follow-up needs 'history', the list of the earlier questions.")
    return Ask(ask_id, question, style, history, row.place)
