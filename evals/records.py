"""Runs as files: JSON lines, a header that names what was asked of what, then one line an ask, sorted, without timings.

A baseline is a short record: no answer but its first words, told once for each answer. A record of results has them whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from assistant import Answer
from evals.facts import SEVERITIES, case_hash
from evals.fingerprint import Fingerprint
from evals.score import Outcome, Result
from evals.tree import FactError

FORMAT = 1  # raise it when the meaning of a line changes
_TOP = 10  # passages that results keep
_SAID = 80  # characters of an answer that a baseline keeps
_OUTCOMES = get_args(Outcome)
_DEFAULTS: dict[str, Any] = {"stage": "", "severity": "major", "status": "active", "unanswerable": False, "error": ""}


@dataclass(frozen=True, slots=True)
class Row:
    """What a comparison needs of one ask. case: changes with the fact; digest: changes with the answer; says: its first words."""

    id: str
    case: str
    outcome: Outcome
    stage: str
    digest: str
    says: str
    severity: str
    status: str
    unanswerable: bool
    error: str


@dataclass(frozen=True, slots=True)
class Record:
    """One run. selection: which asks, "" for all of them; retired: ids of facts that are kept but not asked; reason: of a baseline."""

    fingerprint: Fingerprint
    selection: str
    retired: frozenset[str]
    reason: str
    rows: Mapping[str, Row]


def record(fingerprint: Fingerprint, selection: str, retired: Iterable[str], results: Iterable[Result]) -> Record:
    """Return the record of a run."""
    rows = [row(result) for result in sorted(results, key=_place)]
    return Record(fingerprint, selection, frozenset(retired), "", {one.id: one for one in rows})


def row(result: Result) -> Row:
    """Return what a comparison needs of one result."""
    answer, fact = result.answer, result.fact
    return Row(
        id=result.ask.id,
        case=case_hash(fact, result.ask),
        outcome=result.score.outcome,
        stage=result.score.stage,
        digest=digest(answer) if answer else "",
        says=" ".join(answer.text.split())[:_SAID] if answer else "",
        severity=fact.severity,
        status=fact.status,
        unanswerable=fact.value is None,
        error=result.error,
    )


def digest(answer: Answer) -> str:
    """Return 10 hexadecimal digits of what is shown: status, text and the quotes with their documents, not where they stand in them."""
    shown = [answer.status, answer.text, [[citation.document, citation.quote] for citation in answer.citations]]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:10]


def result_lines(made: Record, results: Iterable[Result]) -> Iterator[str]:
    """Yield a record with everything that is known of each ask, for other programs."""
    yield _header(made)
    for result in sorted(results, key=_place):
        yield _line({**_row(made.rows[result.ask.id]), **_details(result)})


def baseline_lines(made: Record, reason: str) -> Iterator[str]:
    """Yield a record as a baseline: short, the same bytes for the same run."""
    yield _header(made, reason)
    told: set[str] = set()
    for one in made.rows.values():
        short = _row(one)
        if one.digest in told:
            del short["says"]
        told.add(one.digest)
        yield _line(short)


def read_record(path: Path) -> Record:
    """Read results or a baseline. Raises FactError with file and line."""
    try:
        with path.open(encoding="utf-8") as file:
            # not splitlines(), which ends a line at characters that JSON leaves in a text (U+2028)
            first, *lines = file.readlines() or [""]
    except (OSError, UnicodeDecodeError) as error:
        raise FactError(f"{path} cannot be read: {error}.") from error
    with _told(path, 1):
        header = json.loads(first)
        if header["format"] != FORMAT:
            raise FactError(f"{path} has format {header['format']}; this version compares format {FORMAT}. Make it again.")
        made = Record(header["fingerprint"], header["selection"], frozenset(header["retired"]), header.get("reason", ""), {})
    says: dict[str, str] = {}
    rows: dict[str, Row] = {}
    for number, line in enumerate(lines, 2):
        with _told(path, number):
            one = _read_row(json.loads(line), says)
            if one.id in rows:
                raise ValueError(f"{one.id} is told twice")
            rows[one.id] = one
    if len(rows) != header.get("asks", len(rows)):
        raise FactError(f"{path} says that it holds {header['asks']} asks and holds {len(rows)}: a part of it is lost. Make it again.")
    return replace(made, rows=rows)


@contextmanager
def _told(path: Path, line: int) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FactError(f"{path}:{line}: this is no line of a run ({error}). Make the file again.") from error


def _read_row(found: Mapping[str, Any], says: dict[str, str]) -> Row:
    """Return one row; `says` remembers the first words of each answer, which a baseline tells once. Raises KeyError, ValueError."""
    text = says.setdefault(found["digest"], found.get("says", ""))
    names = [name for name in Row.__slots__ if name != "says"]
    values = {name: found.get(name, _DEFAULTS[name]) if name in _DEFAULTS else found[name] for name in names}
    if values["outcome"] not in _OUTCOMES or values["severity"] not in SEVERITIES:
        raise ValueError(f"outcome {values['outcome']!r}, severity {values['severity']!r}")
    return Row(**values, says=text)


def _header(made: Record, reason: str = "") -> str:
    row: dict[str, Any] = {
        "format": FORMAT,
        "asks": len(made.rows),
        "fingerprint": dict(made.fingerprint),
        "selection": made.selection,
        "retired": sorted(made.retired),
    }
    return _line({**row, "reason": reason} if reason else row)


def _row(one: Row) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in Row.__slots__}
    return {name: value for name, value in values.items() if name not in _DEFAULTS or value != _DEFAULTS[name]}


def _details(result: Result) -> dict[str, Any]:
    score, answer = result.score, result.answer
    whole = answer.to_json() if answer else {}
    return {
        "question": result.ask.question,
        "history": list(result.ask.history),
        "style": result.ask.style,
        "rank": score.rank,
        "right_400": score.right_400,
        "cited": score.cited,
        "found": round(score.found, 4),
        "contradicted": score.contradicted,
        "verbatim": [score.verbatim, score.citations],
        "answer": {key: value for key, value in whole.items() if key != "timings_ms"} or None,
        "passages": [[passage.document, *passage.spans] for passage in answer.passages[:_TOP]] if answer else [],
    }


def _place(result: Result) -> tuple[str, int]:
    return result.fact.id, int(result.ask.id.rsplit("#", 1)[1])


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
