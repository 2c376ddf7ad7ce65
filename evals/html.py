"""A run as one HTML file that needs nothing else: no script, no network, and a policy in it that forbids both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path

from evals.compare import KINDS, Flip, is_telling
from evals.judge import Judged
from evals.measure import Rate, Risk, coverage_at, risk_coverage, summary
from evals.run import Library, located
from evals.score import Result, overlapping
from evals.sections import Sections

_AROUND = 280  # characters shown before and behind the expected quote
_TOP = 10  # passages
_PASSAGE = 320  # characters of a passage
_STAGES = ("document", "ingest", "chunk", "recall", "rank", "select", "value", "cite", "refusal", "error")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(judged: Judged, library: Library) -> str:
    """Return the file's content."""
    results = judged.results
    sections = Sections(library)
    verdict = judged.verdict.lines[-1]
    parts = [
        f"<h1>Known facts</h1><p class='verdict code{judged.verdict.code}'>{escape(verdict)}</p>",
        f"<pre>{escape(chr(10).join(line.strip() for line in judged.verdict.lines[:-1]))}</pre>",
        _changes(judged),
        "<h2>Rates</h2>" + _rates(results),
        "<h2>Where asks fail first</h2>" + _funnel(results),
        "<h2>Risk and coverage</h2>" + _curve(risk_coverage(results)),
        "<h2>Slices</h2>" + "".join(_slices(results, sections)),
        "<h2>Asks that are not right</h2>" + "".join(_failures(judged, library)),
    ]
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(verdict)}</title><style>{style}</style></head><body><main>'
    )
    return f"{head}{''.join(parts)}</main></body></html>\n"


def _changes(judged: Judged) -> str:
    found = judged.comparison
    if found is None:
        return "<p>There is no baseline to compare with.</p>"
    counts = ", ".join(f"{len(found.of(kind))} {kind}" for kind in KINDS if found.of(kind)) or "no difference"
    cause = "; ".join(found.causes) or "nothing differs"
    head = f"<h2>Against the baseline</h2><p><b>Cause:</b> {escape(cause)}.</p><p>{found.compared} asks compared: {counts}.</p>"
    rows = [_flip(flip, judged) for flip in found.flips if is_telling(flip)]
    return head + (_table(("change", "severity", "ask", "was", "is", "stage"), rows) if rows else "")


def _flip(flip: Flip, judged: Judged) -> list[str]:
    was, now = flip.before, flip.after
    failing = flip.id in judged.verdict.failing
    link = f"<a href='#{escape(flip.id)}'>{escape(flip.id)}</a>" if now and now.outcome != "right" else escape(flip.id)
    said = [f"{row.outcome}<br><small>{escape(row.says)}</small>" if row else "-" for row in (was, now)]
    return [f"<b class='bad'>{flip.kind}</b>" if failing else flip.kind, flip.severity, link, *said, now.stage if now else ""]


def _rates(results: Sequence[Result]) -> str:
    s = summary(results)
    named = (
        ("right in 900 characters", s.right_900),
        ("right in 400 characters", s.right_400),
        ("evidence in the first 5", s.evidence_at_5),
        ("cited", s.cited),
        ("wrongly refused", s.answerable_refused),
        ("unanswerable refused", s.unanswerable_refused),
        ("citations word for word", s.verbatim),
        ("facts with every ask right", s.facts_right),
    )
    rows = [[name, _percent(rate), _interval(rate), f"{rate.hits} of {rate.n}"] for name, rate in named if rate.n]
    note = "<p><small>95 % intervals (Wilson); asks about one fact count as the cluster that they are.</small></p>"
    return _table(("rate", "share", "95 % interval", "asks"), rows) + note


def _funnel(results: Sequence[Result]) -> str:
    counts = {stage: sum(result.score.stage == stage for result in results) for stage in _STAGES}
    most = max(*counts.values(), 1)
    rows = [
        [f"<a href='#stage-{stage}'>{stage}</a>", str(n), f"<div class='bar' style='width:{100 * n / most:.1f}%'></div>"]
        for stage, n in counts.items()
        if n
    ]
    return _table(("stage", "asks", ""), rows) if rows else "<p>None does.</p>"


def _curve(points: Sequence[Risk]) -> str:
    if not points:
        return "<p>Nothing was answered.</p>"
    top = max(0.2, *(point.risk for point in points))
    line = " ".join(f"{40 + 540 * point.coverage:.1f},{210 - 190 * point.risk / top:.1f}" for point in points)
    ticks = "".join(f"<text x='{40 + 540 * x / 4:.0f}' y='228' text-anchor='middle'>{25 * x} %</text>" for x in range(5))
    scale = "".join(f"<text x='34' y='{214 - 190 * y / 2:.0f}' text-anchor='end'>{50 * top * y:.0f} %</text>" for y in range(3))
    words = "Asks answered, most confident first (across), against the share of those answers that is not right (up). "
    within = ", ".join(f"{100 * coverage_at(points, risk):.0f} % at {100 * risk:.0f} %" for risk in (0.02, 0.05, 0.1))
    return (
        f"<svg viewBox='0 0 600 235' role='img' aria-label='{words}'><path d='M40 20V210H580' class='axis'/>"
        f"<polyline points='{line}'/>{ticks}{scale}</svg><p><small>{words}Coverage {within}.</small></p>"
    )


def _slices(results: Sequence[Result], sections: Sections) -> Iterator[str]:
    known = [result for result in results if result.fact.value is not None]
    keys: tuple[tuple[str, Callable[[Result], str]], ...] = (
        ("split", lambda r: r.fact.split),
        ("style", lambda r: r.ask.style),
        ("kind of value", lambda r: r.fact.value.kind if r.fact.value else ""),
        ("document", lambda r: r.fact.document),
        ("section", lambda r: " > ".join((sections_of[r.fact.id][1] or ("(before the first heading)",))[:2])),
    )
    sections_of = {result.fact.id: sections.of(result.fact) for result in known}
    for name, key in keys:
        groups: dict[str, list[Result]] = {}
        for result in known:
            groups.setdefault(key(result), []).append(result)
        rows = [[escape(label), *_cells(part)] for label, part in sorted(groups.items())]
        head = (f"by {name}", "asks", "right", "95 % interval", "evidence in 5", "refused")
        yield f"<details{' open' if name == 'split' else ''}><summary>by {name}</summary>{_table(head, rows)}</details>"


def _cells(part: Sequence[Result]) -> list[str]:
    s = summary(part)
    return [str(s.right_900.n), _percent(s.right_900), _interval(s.right_900), _percent(s.evidence_at_5), _percent(s.answerable_refused)]


def _failures(judged: Judged, library: Library) -> Iterator[str]:
    failed = [result for result in judged.results if result.score.outcome != "right"]
    if not failed:
        yield "<p>Every ask is right.</p>"
    for stage in _STAGES:
        part = [result for result in failed if result.score.stage == stage]
        if part:
            yield f"<h3 id='stage-{stage}'>{stage} <small>{len(part)}</small></h3>"
        for result in part:
            yield _failure(result, library, failing=result.ask.id in judged.verdict.failing)


def _failure(result: Result, library: Library, *, failing: bool) -> str:
    answer, ask = result.answer, result.ask
    before = "".join(f"<p class='before'>{escape(question)}</p>" for question in ask.history)
    mark = " <b class='bad'>fails the gate</b>" if failing else ""
    head = (
        f"<details class='ask' id='{escape(ask.id)}'><summary><b>{escape(ask.question)}</b>"
        f"<small>{escape(ask.id)} · {result.fact.severity} · {result.score.outcome}{mark}</small></summary>{before}"
    )
    said = escape(answer.text) if answer else escape(result.error)
    sure = f" <small>confidence {answer.confidence:.2f}</small>" if answer else ""
    parts = (
        "<h4>Expected</h4>",
        _expected(result, library),
        f"<h4>Answered{sure}</h4><p class='said'>{said}</p>",
        _passages(result, library),
    )
    return f"{head}{''.join(parts)}</details>"


def _expected(result: Result, library: Library) -> str:
    fact = result.fact
    if fact.value is None:
        near = f" The tempting passage: “{escape(fact.near.quote)}”" if fact.near else ""
        return f"<p>A refusal: {escape(fact.unanswerable)}.{near}</p>"
    value = f"<p>{escape(fact.value.kind)}: <b>{escape(', '.join(fact.value.texts))} {escape(fact.value.unit)}</b></p>"
    return value + "".join(
        f"<blockquote><small>{escape(span.document)}</small><br>…{escape(text[max(0, span.start - _AROUND) : span.start])}"
        f"<mark>{escape(text[span.start : span.end])}</mark>{escape(text[span.end : span.end + _AROUND])}…</blockquote>"
        for span in located(fact, library)[0]
        for text in (library.text(span.document),)
    )


def _passages(result: Result, library: Library) -> str:
    if result.answer is None or not result.answer.passages:
        return ""
    spans = located(result.fact, library)[0]
    items = []
    for passage in result.answer.passages[:_TOP]:
        holds = any(overlapping(passage, span) for span in spans)
        path = escape(" > ".join((passage.document, *passage.section)))
        text = escape(passage.text[:_PASSAGE])
        items.append(
            f"<li{' class=evidence' if holds else ''}><small>{path}{' · holds the evidence' if holds else ''}</small><br>{text}</li>"
        )
    return f"<h4>Found, best first</h4><ol>{''.join(items)}</ol>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th scope='col'>{cell}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<div class='wide'><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"


def _percent(rate: Rate) -> str:
    return "-" if rate.value is None else f"{100 * rate.value:.1f}&nbsp;%"


def _interval(rate: Rate) -> str:
    bounds = rate.interval()
    return "-" if bounds is None else f"{100 * bounds[0]:.1f} to {100 * bounds[1]:.1f} %"
