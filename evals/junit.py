"""A run as JUnit XML, for the test page of any build service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from evals.judge import Judged
from evals.score import Result
from evals.verdict import PASS, Verdict

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2: Char


def junit(judged: Judged) -> str:
    """Return the XML: an ask that fails the gate is a failure, another that is not right is skipped, so that the build says what we say.

    The last test is the verdict itself: a missed floor, or an ask that was removed, is no failure of any ask.
    """
    suite = ElementTree.Element("testsuite", name="evals", tests=str(len(judged.results) + 1))
    counts = {"failures": 0, "errors": 0, "skipped": 0}
    for result in judged.results:
        case = ElementTree.SubElement(suite, "testcase", classname=result.fact.place.file, name=result.ask.id)
        for kind, message in _marks(result, judged):
            tag = {"failures": "failure", "errors": "error", "skipped": "skipped"}[kind]
            ElementTree.SubElement(case, tag, message=_printable(message)).text = _printable(_details(result))
            counts[kind] += 1
    counts["failures"] += _verdict(suite, judged.verdict)
    ElementTree.SubElement(suite, "system-out").text = _printable("\n".join(judged.verdict.lines))
    for kind, n in counts.items():
        suite.set(kind, str(n))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _verdict(suite: ElementTree.Element, verdict: Verdict) -> bool:
    """Add the verdict to the suite as a test, and return whether it failed."""
    case = ElementTree.SubElement(suite, "testcase", classname="evals", name="verdict")
    if verdict.code != PASS:
        ElementTree.SubElement(case, "failure", message=_printable(verdict.lines[-1])).text = _printable("\n".join(verdict.lines))
    return verdict.code != PASS


def _marks(result: Result, judged: Judged) -> Iterator[tuple[str, str]]:
    score = result.score
    what = f"{score.outcome}, stage: {score.stage}"
    if score.outcome == "error":
        yield "errors", result.error
    elif result.ask.id in judged.verdict.failing:
        yield "failures", f"{what}; fails the gate"
    elif score.outcome != "right":
        yield "skipped", f"{what}; known, or let pass by config.toml"


def _details(result: Result) -> str:
    return f"{result.ask.question}\n-> {result.answer.text if result.answer else result.error}"


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)
