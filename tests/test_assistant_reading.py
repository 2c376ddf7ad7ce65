"""The cross-encoder: what it reads, how its weights are kept, that it tells an answer from what only resembles one."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from assistant import copy_index
from assistant.cross_encoder import READ, CrossEncoder, Reader, mean_of, new_network, packed, unpacked
from assistant.examples import Example, answering, leaning_on, make_cases, read_examples
from assistant.fit_cross_encoder import QUESTIONS, ReadingLesson, fit_cross_encoder
from assistant.lessons import embedding_lessons, invented_embedding_lessons, invented_lessons, reading_lessons
from assistant.library import Library
from ingest.blocks import Span
from ingest.chunks import Statement
from ingest.errors import IndexMismatch
from ingest.settings import Settings
from tests.libraries import FUND, FUND_TEXT


def statement(text: str, *section: str) -> Statement:
    return Statement("sentence", 0, (Span(0, len(text)),), text, section or ("Harbour Fund",))


FOUNDED = statement("The Harbour Fund was founded in 1998 by the Ministry of Tides.")
BUDGET = statement("The Harbour Fund has a budget of EUR 16.7 million a year.")
LIGHTS = statement("The fund pays for light for the lighthouses.")


@pytest.fixture(scope="module")
def reading() -> CrossEncoder:
    return CrossEncoder.load()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("question", "answer"),
    [("When was the Harbour Fund founded?", FOUNDED), ("How much money does the Harbour Fund have a year?", BUDGET)],
)
def test_the_statement_that_answers_scores_highest(reading: CrossEncoder, question: str, answer: Statement) -> None:
    statements = [FOUNDED, BUDGET, LIGHTS]
    assert statements[int(reading.scores(question, statements).argmax())] is answer


def test_an_attribute_that_is_not_given_scores_below_none(reading: CrossEncoder) -> None:
    assert reading.scores("How many people work for the Harbour Fund?", [FOUNDED, BUDGET, LIGHTS]).max() < 0
    assert reading.scores("When was the Harbour Fund founded?", [FOUNDED]).max() > 0


def test_a_statement_scores_the_same_beside_others(reading: CrossEncoder) -> None:
    alone = reading.scores("When was the Harbour Fund founded?", [FOUNDED])
    beside = reading.scores("When was the Harbour Fund founded?", [statement("Long. " * 60), BUDGET, FOUNDED])
    assert np.allclose(alone[0], beside[2], atol=0.15)  # sixteen-bit arithmetic


def test_what_is_read_has_an_end(reader: Reader) -> None:
    longest = [(reader.question("why " * 5000), reader.statement(["heading " * 500] * 5, "context " * 500, "text " * 5000))]
    ids, types, mask = reader.batch(longest * READ)
    assert ids.shape == types.shape == mask.shape
    assert ids.shape[0] == READ and ids.shape[1] <= 192


def test_a_batch_marks_question_statement_and_padding_apart(reader: Reader) -> None:
    ids, types, mask = reader.batch([([7, 8], [9]), ([7], [9, 10, 11])])
    assert mask.sum(dim=1).tolist() == [6, 7]
    assert types[0].tolist()[:6] == [0, 0, 0, 0, 1, 1]
    assert (ids[mask == 0] == 0).all()


def test_packed_weights_are_half_of_a_percent_true() -> None:
    state = new_network().state_dict()
    kept = unpacked(packed(state))
    assert set(kept) == {name for name in state if name.startswith(("encoder.encoder.", "head."))}
    for name, tensor in kept.items():
        assert torch.allclose(tensor, state[name], atol=float(state[name].abs().max()) / 200), name


def test_the_mean_of_two_networks_lies_between_them() -> None:
    one, other = (packed(new_network().state_dict()) for _ in range(2))
    mean, parts = unpacked(mean_of(one, other)), (unpacked(one), unpacked(other))
    head = "head.weight"  # drawn at random for each network
    assert not torch.equal(parts[0][head], parts[1][head])
    assert torch.allclose(mean[head], (parts[0][head] + parts[1][head]) / 2, atol=1e-4)
    assert set(mean) == set(parts[0])


@pytest.mark.parametrize("content", [b"", b"no weights", b"\xff" * 100])
def test_weights_that_cannot_be_read_are_refused_with_the_remedy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "torn.safetensors").write_bytes(content)
    with pytest.raises(IndexMismatch, match="make train"):
        CrossEncoder.load(tmp_path / "torn.safetensors")


def test_weights_of_another_shape_or_with_layers_missing_are_refused(tmp_path: Path) -> None:
    save_file({"head.weight": torch.zeros(1, 5)}, tmp_path / "other.safetensors")
    save_file({"head.weight": torch.zeros(1, 768), "head.bias": torch.zeros(1)}, tmp_path / "headless.safetensors")
    for name in ("other", "headless"):
        with pytest.raises(IndexMismatch, match="make train"):
            CrossEncoder.load(tmp_path / f"{name}.safetensors")


def test_learning_changes_the_layers_and_is_repeatable(reader: Reader) -> None:
    texts = [tuple(reader.statement((), "", text)) for text in (FOUNDED.text, BUDGET.text, LIGHTS.text)]
    lesson = ReadingLesson(reader.question("When was it founded?"), (list(texts[0]),), (list(texts[1]), list(texts[2])))
    first, second = (fit_cross_encoder([lesson] * QUESTIONS, epochs=1) for _ in range(2))
    before = packed(new_network().state_dict())
    layer = "encoder.encoder.layer.0.attention.self.query.weight"
    assert not torch.equal(first[f"{layer}.scale"], before[f"{layer}.scale"])
    assert all(torch.equal(first[name], second[name]) for name in first)
    further = fit_cross_encoder([lesson] * QUESTIONS, epochs=1, begin=first)
    assert not torch.equal(further[f"{layer}.scale"], first[f"{layer}.scale"])  # as it would be, begun anew


def test_examples_for_another_version_of_a_text_are_refused(small: Settings, tmp_path: Path) -> None:
    asked = {"question": "When?", "history": [], "document": FUND, "evidence": [[0, 5]]}
    right, wrong = tmp_path / "right.jsonl", tmp_path / "wrong.jsonl"
    with closing(Library.open(copy_index(small, tmp_path))) as library:
        sha256 = library.indexed(FUND).sha256
        right.write_text(f"{json.dumps({'texts': {FUND: sha256}})}\n{json.dumps(asked)}\n")
        wrong.write_text(f"{json.dumps({'texts': {FUND: '0' * 64}})}\n{json.dumps(asked)}\n")
        assert [example.evidence for example in read_examples(library, [right])] == [{FUND: ((0, 5),)}]
        with pytest.raises(IndexMismatch, match=FUND):
            read_examples(library, [wrong])


def test_an_invented_document_becomes_lessons(small: Settings, tmp_path: Path, reader: Reader) -> None:
    rows = [{"section": ["Fund"], "context": "", "text": item.text} for item in (FOUNDED, BUDGET)]
    questions = [
        {"question": "When was it founded?", "history": ["What is the Harbour Fund?"], "answers": [0]},
        {"question": "Who leads it?", "history": [], "answers": []},
    ]
    (tmp_path / "invented.jsonl").write_text(json.dumps({"title": "Fund", "statements": rows, "questions": questions}))
    further = {"document": ["invented.jsonl", 1], "questions": [{"question": "In which year did it begin?", "history": [], "answers": [0]}]}
    (tmp_path / "further.jsonl").write_text(json.dumps(further))
    with closing(Library.open(copy_index(small, tmp_path))) as library:
        answered, refused = invented_lessons(tmp_path / "invented.jsonl", reader, library)
        (reworded,) = invented_lessons(tmp_path / "further.jsonl", reader, library)
        (embedded,) = invented_embedding_lessons(tmp_path / "invented.jsonl", library)  # only what is answered draws near to anything
    assert (FOUNDED.text in embedded.right[0], BUDGET.text in embedded.near[0]) == (True, True)
    assert (reworded.right, reworded.near) == (answered.right, answered.near)
    assert answered.right == (reader.statement(["Fund"], "", FOUNDED.text),)
    assert len(answered.near) == 1 and answered.question != reader.question("When was it founded?")
    assert refused.right == () and len(refused.near) == 2


def test_what_restates_an_answer_is_taught_neither_as_right_nor_as_wrong(small: Settings, tmp_path: Path, reader: Reader) -> None:
    first = FUND_TEXT.index("The Harbour Fund was founded")
    then = FUND_TEXT.index(" It pays for dredging")
    founded, pays = {FUND: ((first, then),)}, {FUND: ((then, then + 30),)}
    other = Example("What does the Harbour Fund pay for?", (), pays)
    asked = Example("When was the Harbour Fund founded?", (), founded)
    with closing(Library.open(copy_index(small, tmp_path))) as library:
        (lesson, _), (without, _) = (
            reading_lessons(make_cases(library, [one, other]), library, reader) for one in (asked, replace(asked, restated=pays))
        )
    assert len(lesson.near) == 1
    assert (without.right, without.near) == (lesson.right, ())


def test_a_lesson_leaves_out_what_answers_nothing(small: Settings, tmp_path: Path, reader: Reader) -> None:
    text = FUND_TEXT.index("The Harbour Fund was founded"), FUND_TEXT.index(" It pays for dredging")
    examples = [Example("When was the Harbour Fund founded?", (), {FUND: (text,)}), Example("Who leads the Harbour Fund?", (), {})]
    with closing(Library.open(copy_index(small, tmp_path))) as library:
        cases = make_cases(library, examples)
        answered, refused = reading_lessons(cases, library, reader)
        (embedded,) = embedding_lessons(cases, library)
    assert (len(embedded.right), embedded.near) == (1, ())
    assert len(answered.right) == 1 and answered.near == ()
    assert refused.right == () and refused.near == answered.right


def test_what_is_introduced_by_an_answer_goes_with_it(small: Settings, tmp_path: Path) -> None:
    first = FUND_TEXT.index("The fund pays for the following")
    introduction = {FUND: ((first, first + len("The fund pays for the following:")),)}
    with closing(Library.open(copy_index(small, tmp_path))) as library:
        gone = [library.candidates[number].statement for number in sorted(leaning_on(library, introduction))]
        right = [library.candidates[number].statement.text for number in answering(library, introduction)]
    assert "The fund pays for the following:" in right
    assert {statement.kind for statement in gone} == {"list", "sentence", "item"}
    assert not any("founded" in statement.text for statement in gone)
