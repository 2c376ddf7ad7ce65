"""Two runs, ask by ask: what got worse, what got better, what merely changed, and what cannot be compared any more.

The offline assistant has no chance in it, so one ask that was right and is not is a change of behaviour: it is listed, not tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from evals.facts import SEVERITIES
from evals.fingerprint import causes, documents_changed
from evals.measure import WORTH
from evals.records import Record, Row

Kind = Literal["regressed", "removed", "stale", "promoted", "drifted", "improved", "edited", "new"]
KINDS: tuple[Kind, ...] = ("regressed", "removed", "stale", "promoted", "drifted", "improved", "edited", "new")


@dataclass(frozen=True, slots=True)
class Flip:
    """An ask that is not as it was; before or after is None where the ask is in one run only."""

    id: str
    kind: Kind
    before: Row | None
    after: Row | None

    @property
    def severity(self) -> str:
        """The severity of its fact."""
        row = self.after or self.before
        return row.severity if row else "major"


@dataclass(frozen=True, slots=True)
class Comparison:
    """causes: what differs in how the runs were made; flips: by kind, critical first; compared: asks that both runs asked alike."""

    causes: tuple[str, ...]
    flips: tuple[Flip, ...]
    compared: int

    def of(self, kind: Kind) -> tuple[Flip, ...]:
        """Return the flips of one kind."""
        return tuple(flip for flip in self.flips if flip.kind == kind)


def compare(before: Record, after: Record) -> Comparison:
    """Compare two runs; where the later one asked a selection only, the rest of the earlier one is left out."""
    changed = documents_changed(before.fingerprint, after.fingerprint)
    pairs = tuple(_pairs(before.rows.values(), after.rows.values()))
    flips = [*_flips(pairs, bool(changed)), *_gone(before, after, pairs)]
    flips.sort(key=lambda flip: (KINDS.index(flip.kind), SEVERITIES.index(flip.severity), flip.id))
    alike = sum(earlier is not None and earlier.case == row.case for earlier, row in pairs)
    return Comparison(causes(before.fingerprint, after.fingerprint), tuple(flips), alike)


def _pairs(before: Iterable[Row], after: Iterable[Row]) -> Iterator[tuple[Row | None, Row]]:
    """Yield each later row with the earlier one of the same ask; None for a new ask.

    An id counts the wordings of its fact, so a wording put before others moves their ids: the same question with the same right answer is
    the same ask, wherever it stands in its fact. What then is left goes by its id: its wording, or its fact, was edited.
    """
    later = tuple(after)
    by_id = {row.id: row for row in before}
    by_case = {(_fact(row), row.case): row for row in reversed(by_id.values())}
    same = {row.id: earlier for row in later if (earlier := by_case.get((_fact(row), row.case))) is not None}
    taken = {row.id for row in same.values()}
    for row in later:
        edited = by_id.get(row.id) if row.id not in taken else None
        yield same.get(row.id, edited), row


def _fact(row: Row) -> str:
    return row.id.rsplit("#", 1)[0]


def kind_of(before: Row, after: Row, *, documents_changed: bool) -> Kind | None:
    """Return what happened to one ask, or None where nothing did.

    Documents that changed are another verdict than an assistant that got worse: then evidence that is gone makes an ask stale, and so
    does an answer to what the documents did not say, for now they may. Evidence that is gone from an unchanged document was lost by
    reading it, and is a regression; unless the fact was edited, and quotes now what was never there.
    """
    if before.case != after.case:
        return "stale" if after.outcome == "stale" else "promoted" if is_promoted(after) else "edited"
    if is_promoted(after):
        return "promoted"
    if after.outcome == "stale":
        if before.outcome == "stale":
            return None
        return "stale" if documents_changed else "regressed"
    if WORTH[after.outcome] < WORTH[before.outcome]:
        return "stale" if documents_changed and after.unanswerable and after.outcome == "wrong" else "regressed"
    if WORTH[after.outcome] > WORTH[before.outcome]:
        return "improved"
    return "drifted" if after.outcome == "right" and after.digest != before.digest else None


def is_promoted(row: Row) -> bool:
    """True if an ask of a known gap is right: the gap is closed, and its fact must say so."""
    return row.status == "known-gap" and row.outcome == "right"


def _flips(pairs: Iterable[tuple[Row | None, Row]], changed: bool) -> Iterator[Flip]:
    for earlier, row in pairs:
        kind = kind_of(earlier, row, documents_changed=changed) if earlier else _kind_of_new(row)
        lost = row.outcome == "stale" and kind == "regressed"
        if kind:
            yield Flip(row.id, kind, earlier, replace(row, stage="ingest") if lost else row)


def _kind_of_new(row: Row) -> Kind:
    return "promoted" if is_promoted(row) else "stale" if row.outcome == "stale" else "new"


def _gone(before: Record, after: Record, pairs: Iterable[tuple[Row | None, Row]]) -> Iterator[Flip]:
    there = {earlier.id for earlier, _ in pairs if earlier}
    for id, row in before.rows.items():
        if id not in there and not after.selection and _fact(row) not in after.retired:
            yield Flip(id, "removed", row, None)


def lines(comparison: Comparison, most: int = 40) -> list[str]:
    """Return the comparison for the terminal: the cause first, then a count of each kind, then the asks, `most` lines in all."""
    cause = "; ".join(comparison.causes) or "nothing differs in documents, facts, models, settings, code and versions"
    counts = ", ".join(f"{len(comparison.of(kind))} {kind}" for kind in KINDS if comparison.of(kind)) or "no difference"
    text = [f"Cause: {cause}.", f"Compared: {comparison.compared} asks; {counts}."]
    shown = [line for flip in comparison.flips if is_telling(flip) for line in _told(flip)]
    text += shown if len(shown) <= most else [*shown[: most - 1], f"  ... and {len(shown) - most + 1} more lines; --all shows them."]
    return text


def is_telling(flip: Flip) -> bool:
    """Return whether a flip is listed: not a new ask, nor an edited one, unless it fares worse than before."""
    worse = flip.before is not None and flip.after is not None and WORTH[flip.after.outcome] < WORTH[flip.before.outcome]
    return flip.kind not in ("new", "edited") or worse


def _told(flip: Flip) -> Sequence[str]:
    before, after = flip.before, flip.after
    head = f"  {flip.kind:<10}{flip.severity:<9}{flip.id}"
    if after is None:
        return [f"{head}  {before.outcome if before else ''} before; the ask is gone"]
    if before is None:
        return [f"{head}  {after.outcome}", f"      {after.error or f'now: {after.says}'}"]
    moved = f"{before.outcome} -> {after.outcome}" if before.outcome != after.outcome else after.outcome
    stage = f", stage: {after.stage}" if after.stage else ""
    if flip.kind == "drifted":
        return [f"{head}  {moved}", f"      was: {before.says}", f"      now: {after.says}"]
    return [f"{head}  {moved}{stage}", *([f"      {after.error}"] if after.error else [f"      now: {after.says}"] if after.says else [])]
