"""Two runs, ask by ask: what got worse, what got better, what merely changed, and what cannot be compared any more.

The offline assistant has no chance in it, so one ask that was right and is not is a change of behaviour: it is listed, not tested.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    flips = [*_flips(before, after, bool(changed)), *_gone(before, after)]
    flips.sort(key=lambda flip: (KINDS.index(flip.kind), SEVERITIES.index(flip.severity), flip.id))
    alike = sum(id in before.rows and before.rows[id].case == row.case for id, row in after.rows.items())
    return Comparison(causes(before.fingerprint, after.fingerprint), tuple(flips), alike)


def kind_of(before: Row, after: Row, *, documents_changed: bool) -> Kind | None:
    """Return what happened to one ask, or None where nothing did.

    Documents that changed are another verdict than an assistant that got worse: then evidence that is gone makes an ask stale, and so
    does an answer to what the documents did not say, for now they may. Evidence that is gone from an unchanged document was lost by
    reading it, and is a regression.
    """
    if before.case != after.case:
        return "edited"
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


def _flips(before: Record, after: Record, changed: bool) -> Iterator[Flip]:
    for id, row in after.rows.items():
        earlier = before.rows.get(id)
        kind = kind_of(earlier, row, documents_changed=changed) if earlier else "promoted" if is_promoted(row) else "new"
        lost = row.outcome == "stale" and kind == "regressed"
        if kind:
            yield Flip(id, kind, earlier, replace(row, stage="ingest") if lost else row)


def _gone(before: Record, after: Record) -> Iterator[Flip]:
    for id, row in before.rows.items():
        retired = id.rsplit("#", 1)[0] in after.retired
        if id not in after.rows and not after.selection and not retired:
            yield Flip(id, "removed", row, None)


def lines(comparison: Comparison, most: int = 40) -> list[str]:
    """Return the comparison for the terminal: the cause first, then a count of each kind, then the asks, `most` lines in all."""
    cause = "; ".join(comparison.causes) or "nothing differs in documents, facts, models, settings, code and versions"
    counts = ", ".join(f"{len(comparison.of(kind))} {kind}" for kind in KINDS if comparison.of(kind)) or "no difference"
    text = [f"Cause: {cause}.", f"Compared: {comparison.compared} asks; {counts}."]
    shown = [line for flip in comparison.flips if flip.kind not in ("new", "edited") for line in _told(flip)]
    text += shown if len(shown) <= most else [*shown[: most - 1], f"  ... and {len(shown) - most + 1} more lines; --all shows them."]
    return text


def _told(flip: Flip) -> Sequence[str]:
    before, after = flip.before, flip.after
    head = f"  {flip.kind:<10}{flip.severity:<9}{flip.id}"
    if before is None or after is None:
        return [f"{head}  {before.outcome if before else ''} before; the ask is gone"]
    moved = f"{before.outcome} -> {after.outcome}" if before.outcome != after.outcome else after.outcome
    stage = f", stage: {after.stage}" if after.stage else ""
    if flip.kind == "drifted":
        return [f"{head}  {moved}", f"      was: {before.says}", f"      now: {after.says}"]
    return [f"{head}  {moved}{stage}", *([f"      {after.error}"] if after.error else [f"      now: {after.says}"] if after.says else [])]
