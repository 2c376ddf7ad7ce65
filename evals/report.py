"""The report of a run: plain tables for the terminal, one Markdown table for the README, and the asks that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from evals.compare import KINDS as KINDS_OF_CHANGE
from evals.compare import Flip, is_telling
from evals.facts import SEVERITIES, SPLITS, STYLES, UNANSWERABLE
from evals.judge import Judged
from evals.measure import Rate, Summary, coverage_at, risk_coverage, summary
from evals.score import Result
from evals.values import KINDS

LINES = 40  # a screenful
_HEAD = ("answerable", "asks", "right@900", "right@400", "hit@1", "hit@5", "MRR", "cited", "refused")
_MARKDOWN = ("", "asks", "right in 900", "right in 400", "evidence in first 5", "cited", "wrongly refused")


def table(results: Sequence[Result]) -> list[str]:
    """Return the terminal table: the headline rates, then a row for each split, style, document and kind of value."""
    answerable = [result for result in results if result.fact.value is not None]
    groups: list[Sequence[tuple[str, Sequence[Result]]]] = [
        [("all", answerable)],
        _groups(answerable, lambda r: r.fact.split, SPLITS),
        _groups(answerable, lambda r: r.ask.style, STYLES),
        _groups(answerable, lambda r: r.fact.document),
        _groups(answerable, lambda r: r.fact.value.kind if r.fact.value else "", KINDS),
    ]
    lines = [*_headline(summary(results)), _risk(results), "", _row(_HEAD)]
    for group in groups:
        lines += [_row(_cells(label, summary(part))) for label, part in group]
        lines.append("")
    return lines + _refusals([result for result in results if result.fact.value is None])


def failures(results: Sequence[Result], *, everything: bool = False) -> list[str]:
    """Return the failing asks, critical facts first, two lines each and 40 lines in all unless `everything`."""
    failed = [result for result in results if result.score.outcome != "right"]
    if not failed:
        return ["No ask failed."]
    failed.sort(key=lambda result: SEVERITIES.index(result.fact.severity))
    lines = [f"{len(failed)} asks failed (stage, outcome, id, question; then what was answered):"]
    shown = failed if everything else failed[: (LINES - 2) // 2]
    for result in shown:
        lines += _failure(result)
    if len(shown) < len(failed):
        lines.append(f"... and {len(failed) - len(shown)} more; --all shows them, -k TEXT picks some.")
    return lines


def markdown(results: Sequence[Result]) -> list[str]:
    """Return the table of the README: the answerable asks of each split, then the unanswerable ones."""
    answerable = [result for result in results if result.fact.value is not None]
    lines = [_bar(_MARKDOWN), _bar(["---", *["---:"] * (len(_MARKDOWN) - 1)])]
    for label, part in [("all", answerable), *_groups(answerable, lambda r: r.fact.split, SPLITS)]:
        s = summary(part)
        rates = (s.right_900, s.right_400, s.evidence_at_5, s.cited, s.answerable_refused)
        lines.append(_bar([label, str(s.right_900.n), *[_percent(rate) for rate in rates]]))
    lines += ["", _bar(["unanswerable", "asks", "refused"]), _bar(["---", "---:", "---:"])]
    refusals = [result for result in results if result.fact.value is None]
    by_split, by_kind = _groups(refusals, lambda r: r.fact.split, SPLITS), _groups(refusals, lambda r: r.fact.unanswerable, UNANSWERABLE)
    for label, part in [("all", refusals), *by_split, *by_kind]:
        rate = summary(part).unanswerable_refused
        lines.append(_bar([label, str(rate.n), _percent(rate)]))
    s = summary(results)
    interval = _interval(s.right_900)
    lines += ["", f"Right in 900 characters: {_percent(s.right_900)} (95 % interval {interval}). {_rest(s)}"]
    return lines


def _headline(s: Summary) -> list[str]:
    named = (
        ("right in 900 characters", s.right_900),
        ("right in 400 characters", s.right_400),
        ("evidence in the first 5", s.evidence_at_5),
        ("wrongly refused", s.answerable_refused),
        ("unanswerable refused", s.unanswerable_refused),
        ("citations word for word", s.verbatim),
        ("qualifiers kept", s.qualified),
        ("facts with every ask right", s.facts_right),
    )
    lines = [
        f"{name:<28}{_percent(rate):>8}   95 % interval {_interval(rate):<18}{rate.hits} of {rate.n}" for name, rate in named if rate.n
    ]
    return [*lines, "(intervals count asks about one fact as the cluster that they are)", _rest(s)]


def _rest(s: Summary) -> str:
    return (
        f"Truthfulness {_plain(s.truthfulness)} (right 1, partial 0.5, refused 0, wrong -1); "
        f"calibration error {_plain(s.calibration_error)}; errors {s.errors}."
    )


def _risk(results: Sequence[Result]) -> str:
    curve = risk_coverage(results)
    within = ", ".join(f"{100 * coverage_at(curve, risk):.0f} % at {100 * risk:.0f} %" for risk in (0.02, 0.05, 0.1))
    return f"Asks that could be answered, by confidence, at a share of answers that are not right: {within}."


def _refusals(results: Sequence[Result]) -> list[str]:
    if not results:
        return []
    lines = [_row(("unanswerable", "asks", "refused"))]
    for label, part in [("all", results), *_groups(results, lambda r: r.fact.unanswerable, UNANSWERABLE)]:
        rate = summary(part).unanswerable_refused
        lines.append(_row((label, str(rate.n), _percent(rate))))
    return [*lines, ""]


def _failure(result: Result) -> Iterator[str]:
    answer = result.answer
    yield f"  {result.score.stage:<8}{result.score.outcome:<9}{result.ask.id}  {result.ask.question}"
    said = " ".join(answer.text.split())[:100] if answer else result.error[:100]
    yield f"           -> {said}"


def _groups(results: Sequence[Result], key: Callable[[Result], str], order: Sequence[str] = ()) -> list[tuple[str, Sequence[Result]]]:
    """Group results by a key, in the given order or, without one, in that of the alphabet."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(key(result), []).append(result)
    return [(label, found[label]) for label in (order or sorted(found)) if label in found]


def _cells(label: str, s: Summary) -> tuple[str, ...]:
    rates = (s.right_900, s.right_400, s.evidence_at_1, s.evidence_at_5)
    after = (_plain(s.mrr), _percent(s.cited), _percent(s.answerable_refused))
    return (label, str(s.right_900.n), *[_percent(rate) for rate in rates], *after)


def _row(cells: Sequence[str]) -> str:
    return f"{cells[0]:<24}{cells[1]:>6}" + "".join(f"{cell:>11}" for cell in cells[2:])


def _bar(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _percent(rate: Rate) -> str:
    return "-" if rate.value is None else f"{100 * rate.value:.1f} %"


def _interval(rate: Rate) -> str:
    bounds = rate.interval()
    return "-" if bounds is None else f"{100 * bounds[0]:.1f} to {100 * bounds[1]:.1f} %"


def _plain(number: float | None) -> str:
    return "-" if number is None else f"{number:.3f}"


def pull_request(judged: Judged) -> list[str]:
    """Return the Markdown for a pull request: verdict and cause first, then what changed, then the rates."""
    s, comparison, verdict = summary(judged.results), judged.comparison, judged.verdict
    head = [f"### Known facts: {verdict.lines[-1].removeprefix('Verdict: ').rstrip('.')}", ""]
    if not comparison:
        head += ["There is no baseline yet: only the floors were checked.", ""]
    if comparison:
        head += [f"**Cause:** {'; '.join(comparison.causes) or 'nothing differs'}.", ""]
        flips = [flip for flip in comparison.flips if is_telling(flip)]
        counts = [f"{len(comparison.of(kind))} {kind}" for kind in KINDS_OF_CHANGE if comparison.of(kind)]
        head += [f"{comparison.compared} asks compared with the baseline: {', '.join(counts) or 'no difference'}.", ""]
        if flips:
            head += [_bar(("change", "severity", "ask", "was", "is", "stage")), _bar(["---"] * 6)]
            head += [_bar(_change(flip)) for flip in flips[:LINES]]
            head += ["", *([f"... and {len(flips) - LINES} more."] if len(flips) > LINES else [])]
    rates = (
        ("right in 900 characters", s.right_900),
        ("evidence in the first 5", s.evidence_at_5),
        ("wrongly refused", s.answerable_refused),
        ("unanswerable refused", s.unanswerable_refused),
        ("citations word for word", s.verbatim),
    )
    table = [_bar(("rate", "share", "95 % interval", "asks")), _bar(["---", "---:", "---:", "---:"])]
    table += [_bar((name, _percent(rate), _interval(rate), str(rate.n))) for name, rate in rates]
    return [*head, *table, "", *[f"    {line.strip()}" for line in verdict.lines]]


def _change(flip: Flip) -> tuple[str, ...]:
    was, now = flip.before, flip.after
    stage = now.stage if now else ""
    return (flip.kind, flip.severity, f"`{flip.id}`", was.outcome if was else "-", now.outcome if now else "-", stage or "-")
