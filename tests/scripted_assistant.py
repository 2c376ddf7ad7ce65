"""An assistant that says what a test tells it to, about made-up documents; the interface is that of the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant import Answer, Citation, Document, Excerpt, Fragment, Passage, shown

HARBOUR = "harbour-report-2031"
TIDES = "tides-factsheet-2033"
TEXTS = {
    HARBOUR: (
        "# Harbour report\n\n"
        "The harbour of **Norrvik** was opened in 1987.¹ It handled 3.66 million containers in 2030 and\n"
        "7.5 million containers in 2031, with 125 cranes.\n\n"
        "<p>The Dredging Fund has a budget of EUR 16.7 million a year.</p>\n\n"
        "Ships are served in the [north basin](http://example.org/n), the south basin and the *oil* jetty.\n\n"
        "Fees\n- Budget: not public\n- Term: 2 years\n\nStaff\n- Budget: not public\n- Term: 12 years\n"
    ),
    TIDES: "Tides at Norrvik reach 2.5 m. The agreement came into force on March, 20th 2031.\n",
}
Script = Callable[[str, tuple[str, ...]], Answer]


class ScriptedAssistant:
    """Answers with `script`, or from a mapping of questions; what the mapping lacks is not found."""

    def __init__(
        self, script: Script | Mapping[str, Answer], texts: Mapping[str, str] = TEXTS, read: Callable[[str], str] = lambda text: text
    ) -> None:
        self._script = script
        self._texts = texts
        self._read = read  # what a parser makes of a text
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.closed = False

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(Document(id, id, "Norrvik", "2031", "en", "Norrland", "unknown", "", id) for id in self._texts)

    @property
    def index_id(self) -> str:
        return "scripted"

    def text(self, document: str) -> str:
        return self._texts[document]

    def outline(self, document: str) -> tuple[Excerpt, ...]:
        blocks = self._read(self._texts[document]).split("\n\n")
        return tuple(Excerpt("paragraph", 0, (), (), "", "", (Fragment(shown(block), False),)) for block in blocks)

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        if isinstance(self._script, Mapping):
            return self._script.get(question) or not_found(question)
        return self._script(question, tuple(history))

    def close(self) -> None:
        self.closed = True


def cite(start_of: str, document: str = HARBOUR, number: int = 1) -> Citation:
    """Cite the words that stand in the raw text of a document."""
    start = TEXTS[document].index(start_of)
    quote = shown(start_of)
    return Citation(number, document, document, "2031", (), None, (1, 1), start, start + len(start_of), quote)


def passage(words: str, document: str = HARBOUR) -> Passage:
    """Return a passage of exactly these words of a document's raw text."""
    start = TEXTS[document].index(words)
    return Passage(document, (), ((start, start + len(words)),), shown(words))


def answered(text: str, *citations: Citation, passages: Sequence[Passage] = (), confidence: float = 0.9) -> Answer:
    """Return an answer."""
    return Answer(
        "?",
        "?",
        "answered",
        text,
        citations,
        (),
        confidence,
        "",
        "scripted",
        "scripted",
        {"embed": 2.0},
        tuple(passages),
    )


def not_found(question: str = "?", passages: Sequence[Passage] = ()) -> Answer:
    """Return a refusal."""
    text = "The documents do not say."
    return Answer(question, question, "not_found", text, (), (), 0.1, "unlike", "scripted", "scripted", {}, tuple(passages))
