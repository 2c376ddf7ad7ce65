"""A small assistant with made-up documents and the real interface.

`python -m tests.fake_assistant` serves the page on it, without index or models.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from assistant import Answer, AssistantError, Citation, Document, Excerpt, Fragment, Settings, load_examples
from page import Library, Suggestions, serve
from tests.hostile import HOSTILE


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a made-up document."""

    document: str
    kind: str
    text: str
    section: tuple[str, ...] = ()
    row: tuple[str, ...] = ()
    column: str = ""
    number: str = ""
    level: int = 1


FACTSHEET, BRIEFING = "harbour-factsheet-2020", "harbour-briefing-2017"
TITLES = {
    FACTSHEET: ("Country factsheet Harbourland", "2020"),
    BRIEFING: ("Preparatory Briefing on Harbourland", "2017"),
}
POLICY = ("1. National cluster policy, programmes and initiatives",)
PROGRAMMES = ("4. Cluster policies and programmes",)
PROJECT, SUPPORT = "Industrial Cluster Project", "Regional Core Business Creation Support Programme"
YEARLY = "The regional core business creation support programme is a yearly programme."
APPLY = "Local companies and organisations such as clusters can apply to the subsidies through the Bureau of Economy"
ANSWER = "EUR 16.7 million, for 2016 [1]. Companies and clusters apply through the Bureau of Economy in their region [2]."
REFUSAL = "The documents do not say. They cover cluster policy in Harbourland."
REASON = "The documents use these words, but no passage states what was asked."


def _cell(text: str, column: str, *row: str) -> Block:
    return Block(FACTSHEET, "cell", text, (*POLICY, *row, column), row, column)


BLOCKS: tuple[Block, ...] = (
    Block(FACTSHEET, "heading", *POLICY, POLICY),
    _cell("The budget is not publicly available", SUPPORT, "BUDGET", "Overall"),
    _cell("The budget is not publicly available", PROJECT, "BUDGET", "Annual"),
    _cell("For 2016: EUR 16.7 million", SUPPORT, "BUDGET", "Annual"),
    _cell("Funded by the METI (national and regional bureaus)", SUPPORT, "BUDGET", "Source of funding"),
    Block(FACTSHEET, "caption", "Figure 1 - Maturity of cluster policy", POLICY),
    Block(BRIEFING, "heading", *PROGRAMMES, PROGRAMMES),
    Block(BRIEFING, "paragraph", f"{YEARLY} {APPLY} in their region.", PROGRAMMES),
    Block(BRIEFING, "item", "Yonezawa City – Sachsen, Germany: cluster active in organic electronics;", PROGRAMMES),
    Block(BRIEFING, "item", "Kobe City – Northern Germany: cluster active in life sciences;", PROGRAMMES),
    Block(BRIEFING, "footnote", "METI, overview of regional programmes, 2016.", PROGRAMMES, number="58"),
)


class FakeAssistant:
    """Answers what names the support programme; refuses everything else. `delay`: seconds a question takes."""

    def __init__(self, blocks: Sequence[Block] = BLOCKS, delay: float = 0.0, titles: Mapping[str, tuple[str, str]] = TITLES) -> None:
        self.blocks = tuple(blocks)
        self.delay = delay
        self.titles = titles
        self.index_id = "made-up"
        self.asked: list[tuple[str, tuple[str, ...], tuple[str, ...] | None, bool]] = []
        self.closed = False
        self.documents = tuple(
            Document(id, title, "Desk", published, "en", "Harbourland", "unknown", "www.desk.example", f"{title}.txt")
            for id, (title, published) in titles.items()
        )

    def ask(self, question: str, history: Sequence[str] = (), *, documents: Collection[str] | None = None, literal: bool = False) -> Answer:
        """Answer with two citations, or refuse with one passage that came near."""
        time.sleep(self.delay)
        self.asked.append((question, tuple(history), None if documents is None else tuple(documents), literal))
        leans = history and len(question.split()) < 5 and not literal
        meant = f"{question} (about: {history[-1]})" if leans else question
        if "programme" not in meant.lower() and "budget" not in meant.lower():
            near = (self.citation(8, 1),)
            return Answer(question, question, "not_found", REFUSAL, (), near, 0.1, REASON, "fake", self.index_id, {})
        cited = (self.citation(3, 1), self.citation(7, 2, APPLY))
        return Answer(question, meant, "answered", ANSWER, cited, (), 0.9, "", "fake", self.index_id, {})

    def citation(self, place: int, number: int, quote: str = "") -> Citation:
        """Cite the block at `place`: all of it, or `quote` inside it."""
        block = self.blocks[place]
        quote = quote or block.text
        own = self._of(block.document)
        line = own.index(block)
        start = sum(len(b.text) + 1 for b in own[:line]) + block.text.index(quote)
        title, published = self.titles[block.document]
        lines, end = (line + 1, line + 1), start + len(quote)
        return Citation(number, block.document, title, published, block.section, None, lines, start, end, quote)

    def text(self, document: str) -> str:
        """Return a made-up document, one block a line; KeyError if there is none of that name."""
        if document not in self.titles:
            raise KeyError(document)
        return "\n".join(block.text for block in self._of(document))

    def surroundings(self, citation: Citation, blocks: int = 2) -> tuple[Excerpt, ...]:
        """Return the blocks around a citation, the quote marked."""
        own = self._of(citation.document)
        at = citation.lines[0] - 1
        near = own[max(0, at - blocks) : at + blocks + 1]
        return tuple(_excerpt(block, citation.quote if block is own[at] else "") for block in near)

    def outline(self, document: str) -> tuple[Excerpt, ...]:
        """Return the whole document, nothing quoted; KeyError if there is none of that name."""
        if document not in self.titles:
            raise KeyError(document)
        return tuple(_excerpt(block, "") for block in self._of(document))

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def _of(self, document: str) -> list[Block]:
        return [block for block in self.blocks if block.document == document]


def _excerpt(block: Block, quote: str) -> Excerpt:
    before, found, after = block.text.partition(quote) if quote else (block.text, "", "")
    runs = ((before, False), (found, True), (after, False))
    fragments = tuple(Fragment(text, quoted) for text, quoted in runs if text)
    path = block.section[: len(block.section) - len(block.row) - 1] if block.kind == "cell" else block.section
    return Excerpt(block.kind, block.level, path, block.row, block.column, block.number, fragments)


def hostile_assistant() -> FakeAssistant:
    """Return an assistant whose documents' titles, sections, headings and texts are hostile strings."""
    texts = [text.replace("\n", " ") for text in HOSTILE]
    extra = [
        Block(BRIEFING, kind, text, (text, text), (text,) if kind == "cell" else (), text if kind == "cell" else "", str(place))
        for place, text in enumerate(texts)
        for kind in (("heading", "paragraph", "item", "cell", "footnote", "caption")[place % 6],)
    ]
    titles = {FACTSHEET: (" ".join(texts[:40]), "2020"), BRIEFING: (" ".join(texts[40:80]), texts[0])}
    return FakeAssistant((*BLOCKS, *extra), titles=titles)


def _open(desk: FakeAssistant, seconds: float, failure: str) -> FakeAssistant:
    time.sleep(seconds)
    if failure:
        raise AssistantError(failure)
    return desk


if __name__ == "__main__":
    seconds = float(os.environ.get("FAKE_OPENING_SECONDS", "0.5"))
    failure = os.environ.get("FAKE_FAILURE", "")
    delay = float(os.environ.get("FAKE_DELAY_SECONDS", "0.05"))
    settings = Settings.from_env(os.environ)
    desk = hostile_assistant() if "FAKE_HOSTILE" in os.environ else FakeAssistant(delay=delay)
    known = Suggestions(
        ((f"Who applies to the {SUPPORT}?", BRIEFING), ("Which cities of Harbourland have clusters?", BRIEFING)), {BRIEFING: 7}
    )
    library = Library(desk.documents, load_examples(settings.corpus), known)
    serve(settings, partial(_open, desk, seconds, failure), library, told=(AssistantError,))
