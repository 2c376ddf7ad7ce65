"""What holds for any text: nothing is lost, nothing is counted twice, what is shown is what stands there."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.blocks import Parsed, Span
from ingest.chunks import join_spans, make_chunks
from ingest.read import read
from ingest.scan import lines, scan
from ingest.sentences import split_sentences
from ingest.typography import shown

FEW = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(max_examples=300, deadline=None, derandomize=True)
LETTERS = "abcdeXYZ éü地 019.,;:!?()[]“”\"'-–…&%€¥"
ODD = "\t*_#|<>⁴²\u00a0\u2028\u0085\x0b\x0c\u200b\u202e\ufeff\u00ad\\$/~^"
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|</?p>", re.IGNORECASE)

words = st.text(LETTERS, min_size=1, max_size=30)
sentences = st.lists(
    st.sampled_from(["The fund pays", "It was 2.5 % in 2016", "e.g. Ltd. Co", "A quay**", "Port (HF)¹"]) | words, min_size=1
)
paragraphs = sentences.map(". ".join)
rows = st.lists(words | st.sampled_from(["", "<p>One</p> <p>Two</p>", "0,5", "Row:"]), min_size=2, max_size=4).map("\t".join)
pieces = st.one_of(
    st.sampled_from([
        "1. Harbours", "2.1. Tides and quays", "Contents\n\nHarbours\t3\n2.1. Tides\t4", "www.example.org", "01", "FIGURE 1 - TIDES²",
        "*Source: The Tide Office", "¹ The Tide Office, 2019.", "2 A lost marker", "* A star note",
        "# The tides", "## Quays\nThe quays are old.", "---", "---\t---", "\n\n", "“", "Bibliography",
    ]),
    paragraphs,
    paragraphs.map(lambda text: f"{text}:"),
    words.map(lambda text: f"- {text};\n - **Inner:** {text}\n- {text}."),
    st.lists(rows, min_size=1, max_size=4).map("\n".join),
    st.text(LETTERS + ODD, max_size=40),
)  # fmt: skip
texts = st.builds(
    lambda parts, gap, end: gap.join(parts).replace("\n", end),
    st.lists(pieces, max_size=12), st.sampled_from(["\n\n", "\n", "\n\n\n"]), st.sampled_from(["\n", "\r\n", "\r"]),
)  # fmt: skip


def covered(parsed: Parsed) -> list[Span]:
    return sorted([*(span for block in parsed.blocks for span in block.spans), *(item.span for item in parsed.furniture)])


@FEW
@given(texts)
@example("")
@example("\t")
@example("\r\n\r")
@example("a\n\t\t\nb")
@example("¹ \n* \n- ")
@example("A\tB\n\n\n\tc\n\tD\te")
def test_every_character_is_covered_once(text: str) -> None:
    at = 0
    for start, end in covered(read(text, "The tides")):
        assert start == at < end
        at = end
    assert at == len(text)


@FEW
@given(texts)
def test_every_block_has_a_path_and_relations_that_exist(text: str) -> None:
    parsed = read(text)
    for block in parsed.blocks:
        assert all(other is None or 0 <= other < len(parsed.blocks) for other in (block.introduction, block.parent, block.anchor))
        assert block.parent is None or block.parent < block.id
        assert block.level >= 1


@FEW
@given(texts)
def test_a_statements_spans_lie_in_the_text_in_order(text: str) -> None:
    for chunk in make_chunks("a", "The tides", read(text)):
        for statement in chunk.statements:
            assert statement.spans
            assert all(0 <= start < end <= len(text) for start, end in statement.spans)
            assert all(before.end <= after.start for before, after in pairwise(statement.spans))


@FEW
@given(texts)
def test_a_statements_text_is_what_its_spans_show(text: str) -> None:
    for chunk in make_chunks("a", "The tides", read(text)):
        for statement in chunk.statements:
            if statement.kind not in ("list", "row"):  # those are made of several blocks
                assert " ".join(shown(text[start:end]) for start, end in statement.spans) == statement.text


@FEW
@given(texts)
def test_every_visible_character_of_the_content_is_in_a_statement(text: str) -> None:
    parsed = read(text)
    said = {
        at
        for chunk in make_chunks("a", "", parsed)
        for statement in chunk.statements
        for start, end in statement.spans
        for at in range(start, end)
    }
    content = [block for block in parsed.blocks if block.kind in ("paragraph", "item", "cell", "footnote", "caption")]
    assert not {at for block in content for start, end in block.spans for at in range(start, end) if not text[at].isspace()} - said


@MANY
@given(st.text(LETTERS.replace("-", "") + " \n", max_size=200))  # a dash may open a list item
def test_ordinary_text_is_shown_the_same_when_shown_again(text: str) -> None:
    assert shown(shown(text)) == shown(text)


@MANY
@given(
    st.lists(st.sampled_from(["<p>", "</P>", "<", "p", ">", "/", "\u202e", "\u200b", "⁴", "*", "[a](b)", "x", " "]), max_size=20).map(
        "".join
    )
)
def test_what_is_shown_has_no_tags_and_no_invisible_characters(text: str) -> None:
    assert not INVISIBLE.search(shown(text))


@MANY
@given(st.text(max_size=120))
def test_what_is_shown_is_one_line_without_outer_white_space(text: str) -> None:
    assert shown(text) == " ".join(shown(text).split())


@MANY
@given(paragraphs | st.text(LETTERS + ODD, max_size=120))
def test_sentences_hold_every_visible_character_once_and_in_order(text: str) -> None:
    spans = split_sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


@MANY
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 10)), max_size=8), st.text("ab -•*\n\t<p>", min_size=70, max_size=70))
def test_joined_spans_are_apart_in_order_and_lose_nothing(drawn: list[tuple[int, int]], text: str) -> None:
    spans = [Span(start, start + length) for start, length in drawn]
    joined = join_spans(text, spans)
    assert list(joined) == sorted(joined)
    assert all(before.end < after.start for before, after in pairwise(joined))
    inside = {at for start, end in joined for at in range(start, end)}
    assert {at for start, end in spans for at in range(start, end)} <= inside
    assert join_spans(text, joined) == joined


def test_spans_are_joined_over_white_space_bullets_and_tags_only() -> None:
    text = "one;\n- two;</p> <p>three, four"
    one, two, three, four = (Span(text.index(word), text.index(word) + len(word)) for word in ("one;", "two;", "three", "four"))
    assert join_spans(text, [two, one, three, four]) == (Span(0, three.end), four)


@MANY
@given(texts)
def test_lines_hold_every_character_but_the_line_ends(text: str) -> None:
    found = list(lines(text))
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    assert "".join(text[line.start : line.end] for line in found) == re.sub(r"[\r\n]", "", text)


@MANY
@given(texts)
def test_pieces_hold_every_visible_character(text: str) -> None:
    inside = {at for piece in scan(text) for at in range(*piece.span)}
    assert not {at for at, character in enumerate(text) if not character.isspace()} - inside


def test_reading_is_the_same_under_any_line_end() -> None:
    text = "1. Harbours\n\nThe fund pays for\nthe following:\n\n- quays;\n- lights.\n\nA\tB\tC\nd\te\tf\n"
    plain = [(block.kind, read(text).shown(block)) for block in read(text).blocks]
    for end in ("\r\n", "\r"):
        parsed = read(text.replace("\n", end))
        assert [(block.kind, parsed.shown(block)) for block in parsed.blocks] == plain
