"""Where sentences end, as offsets into a text that still carries footnote markers and emphasis."""

from __future__ import annotations

import re

from ingest.blocks import Span
from ingest.typography import SUPERSCRIPTS

# An end mark, what may close after it, footnote markers; then white space and something that can open a sentence.
_END = re.compile(rf"[.!?…]+[)\]}}”’»\"'*]*[{SUPERSCRIPTS}]*[*”]*(?=\s+[\"'“‘«(\[*]*[^\W_a-z])")
_LAST_WORD = re.compile(r"([\w.&’'-]+)$")
# Ends with a dot without ending a sentence: before a name or a number, or within a title.
_ABBREVIATIONS = frozenset(
    "e.g i.e etc al approx art cf ch co corp dept dr ed eds eq esp est fig figs gov inc incl jr ltd max min mr mrs ms n.d no nos nr op "
    "p pp par pref prof resp sec sr st tel u.k u.s vol vs".split()
)
_NEVER_LAST = frozenset("e.g i.e cf mr mrs ms dr prof fig figs no nos nr p pp vol vs approx art sec st".split())
_LIST_NUMBER = re.compile(r"(^|\s)\(?\d{1,2}$")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of text[start:end] in order, without the white space between them.

    A footnote marker belongs to the sentence it follows: "… (PPP).¹ Japan has" ends after "¹".
    """
    end = len(text) if end is None else end
    sentences: list[Span] = []
    at = start
    for match in _END.finditer(text, start, end):
        if _is_end(text, at, match.start(), match.group(), match.end()):
            sentences.append(_trimmed(text, at, match.end()))
            at = match.end()
    if text[at:end].strip():
        sentences.append(_trimmed(text, at, end))
    return sentences


def _is_end(text: str, sentence: int, dot: int, mark: str, after: int) -> bool:
    if not mark.startswith(".") or (len(mark) > 1 and mark[1] == "."):
        return True
    word = _LAST_WORD.search(text, sentence, dot)
    last = word[1].lstrip("(").lower() if word else ""
    if last in _NEVER_LAST or (len(last) == 1 and last.isalpha() and last != "i"):
        return False
    if last in _ABBREVIATIONS or re.fullmatch(r"([a-z]\.)+[a-z]", last):
        # "Ltd., Mitsubishi" goes on; "Kansai Co. The" may end: only a common sentence opener says so.
        return bool(re.match(r"\s+[\"'“(]*(The|This|These|It|Its|In|A|An|There|They|However|Several|Both)\b", text[after:]))
    return not _LIST_NUMBER.search(text[max(sentence, dot - 4) : dot]) or dot - sentence > 4


def _trimmed(text: str, start: int, end: int) -> Span:
    content = text[start:end]
    return Span(start + len(content) - len(content.lstrip()), start + len(content.rstrip()))
