"""python -m assistant: one question or many, streaming, the same every time; faults end with one sentence."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, AssistantError, Settings, copy_index
from assistant.__main__ import BatchError, answers, read_batch, readable
from ingest.generation import current_folder
from tests.libraries import ROOT, environment, settings_for

PATIENCE_S = 120
ASKED: list[dict[str, Any]] = [
    {"id": "q1", "question": "What is the annual budget of the regional core business creation support programme?"},
    {"id": 2, "question": "When was K-RIP created?", "history": []},
    {"id": "q3", "question": "Who funds it?", "history": ["What is JETRO?"]},
    {"id": "q4", "question": "What is the capital of Australia?"},
    {"id": "q5", "question": "Which six ICT markets are attractive? How many clusters are in aerospace?"},
]


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str


def start(env: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *arguments],
        cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def end(process: subprocess.Popen[bytes]) -> Ended:
    out, err = process.communicate(timeout=PATIENCE_S)
    return Ended(process.returncode, out.decode(), err.decode())


def timeless(line: str) -> dict[str, Any]:
    return {key: value for key, value in json.loads(line).items() if key != "timings_ms"}


@dataclass(frozen=True)
class Runs:
    """The same batch asked of two processes: one was given a line at a time, the other a file."""

    first_while_open: str
    streamed: list[str]
    from_file: list[str]


@pytest.fixture(scope="module")
def runs(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    homes = [copy_index(settings, tmp_path_factory.mktemp("home")) for _ in range(2)]
    lines = [json.dumps(row) + "\n" for row in ASKED]
    batch = tmp_path_factory.mktemp("batch") / "questions.jsonl"
    batch.write_text("".join(lines), encoding="utf-8")
    filed = start(environment(homes[0], PYTHONHASHSEED="1"), "--batch", str(batch))
    streaming = start(environment(homes[1], PYTHONHASHSEED="2"), "--batch", "-")
    assert streaming.stdin is not None and streaming.stdout is not None
    streaming.stdin.write(lines[0].encode())
    streaming.stdin.flush()
    guard = threading.Timer(PATIENCE_S, streaming.kill)
    guard.start()
    first = streaming.stdout.readline().decode()
    guard.cancel()
    rest = streaming.communicate("".join(lines[1:]).encode(), timeout=PATIENCE_S)[0].decode()
    return Runs(first, [first, *rest.splitlines()], end(filed).out.splitlines())


def test_the_first_answer_is_printed_before_the_questions_end(runs: Runs) -> None:
    assert json.loads(runs.first_while_open)["id"] == "q1"


def test_a_batch_answers_every_line_in_order_with_its_id(runs: Runs) -> None:
    assert [json.loads(line)["id"] for line in runs.from_file] == [row["id"] for row in ASKED]


def test_two_processes_give_the_same_output_but_for_the_time_it_took(runs: Runs) -> None:
    assert len(runs.streamed) == len(ASKED)
    assert list(map(timeless, runs.streamed)) == list(map(timeless, runs.from_file))
    assert [list(json.loads(line)) for line in runs.streamed] == [list(json.loads(line)) for line in runs.from_file]


MALFORMED = [
    (b"not json", None),
    (b"[1, 2]", None),
    (b'"text"', None),
    (b"{}", None),
    (b'{"id": "a"}', "a"),
    (b'{"id": "b", "question": 5}', "b"),
    (b'{"id": "c", "question": null}', "c"),
    (b'{"id": "d", "question": "What is JETRO?", "history": "text"}', "d"),
    (b'{"id": "e", "question": "What is JETRO?", "history": [1]}', "e"),
    (b'{"id": "f", "question": "\xff\xfe"}', None),
    (b'{"id": "g", "question": ' + b"[" * 20_000, None),
]


@pytest.mark.parametrize(("line", "identity"), MALFORMED, ids=[str(line[:40]) for line, _ in MALFORMED])
def test_a_malformed_line_gives_an_error_object_and_the_rest_go_on(assistant: Assistant, line: bytes, identity: str | None) -> None:
    good = json.dumps({"id": "good", "question": "???"}).encode()
    fault, answer = answers(assistant, [line, good])
    assert set(fault) == {"id", "line", "error"}
    assert (fault["id"], fault["line"]) == (identity, 1)
    assert fault["error"].startswith("Line 1 is no question: ")
    assert "\n" not in fault["error"]
    assert (answer["id"], answer["status"]) == ("good", "not_found")


def test_blank_lines_are_passed_over_but_counted(assistant: Assistant) -> None:
    found = list(answers(assistant, [b"\n", b"  \r\n", b"nonsense\n", b"\n", b'{"id": 1, "question": ""}\n']))
    assert [(row["id"], row.get("line")) for row in found] == [(None, 3), (1, None)]


@pytest.mark.parametrize("identity", ["text", 7, None, ["a", {"b": 1}], True])
def test_an_id_comes_back_as_it_was_given(assistant: Assistant, identity: object) -> None:
    (answer,) = answers(assistant, [json.dumps({"id": identity, "question": "???"}).encode()])
    assert answer["id"] == identity


def test_a_byte_order_mark_before_the_first_line_is_borne(assistant: Assistant) -> None:
    (answer,) = answers(assistant, [b'\xef\xbb\xbf{"id": "q1", "question": "What is JETRO?"}\n'])
    assert answer.get("status") == "answered"


def test_any_text_of_a_question_can_be_printed(assistant: Assistant) -> None:
    (answer,) = answers(assistant, [b'{"id": "\\ud83d", "question": "lone \\ud83d surrogate \\u0000"}'])
    json.dumps(answer, ensure_ascii=False).encode("utf-8")


def test_a_readable_answer_shows_each_quote_with_its_lines(assistant: Assistant) -> None:
    answer = assistant.ask("When was K-RIP created?")
    text = " ".join(readable(answer).split())
    for citation in answer.citations or answer.see_also:
        assert f"[{citation.number}] {citation.title} ({citation.published}), line" in text
        assert " ".join(citation.quote.split()) in text


@pytest.fixture(scope="module")
def faults(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    empty = tmp_path_factory.mktemp("empty")
    locked = copy_index(settings, tmp_path_factory.mktemp("locked"))
    (current_folder(locked.index) / "store.lock").mkdir()
    started = {
        "no batch": start(environment(settings), "--batch", str(empty / "none.jsonl")),
        "no lock": start(environment(locked), "What is JETRO?"),
        "no index": start(environment(settings_for(settings.corpus, empty)), "What is JETRO?"),
        "bad setting": start(environment(settings, CLUSTERDESK_THREADS="many"), "What is JETRO?"),
        "unknown setting": start(environment(settings, CLUSTERDESK_MODELL="x"), "What is JETRO?"),
        "no question": start(environment(settings)),
    }
    return {name: end(process) for name, process in started.items()}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("no index", "Run: python -m ingest"),
        ("bad setting", "CLUSTERDESK_THREADS is 'many'; it takes a whole number"),
        ("no batch", "none.jsonl cannot be read: No such file or directory."),
        ("no lock", "store.lock: Is a directory"),
        ("unknown setting", "Unknown setting CLUSTERDESK_MODELL. The settings are: CLUSTERDESK_CORPUS,"),
    ],
)
def test_a_fault_ends_with_one_sentence_and_status_1(faults: dict[str, Ended], fault: str, words: str) -> None:
    ended = faults[fault]
    assert (ended.status, ended.out) == (1, "")
    assert words in ended.err
    assert len(ended.err.splitlines()) == 1
    assert "Traceback" not in ended.err


def test_a_batch_that_cannot_be_read_on_is_named() -> None:
    def broken() -> Iterator[bytes]:
        yield b"first"
        raise OSError(errno.EIO, "Input/output error")

    lines = read_batch(broken(), "questions.jsonl")
    assert next(lines) == b"first"
    with pytest.raises(BatchError, match=r"questions\.jsonl cannot be read: Input/output error\."):
        next(lines)


def test_without_a_question_the_usage_is_shown(faults: dict[str, Ended]) -> None:
    assert faults["no question"].status == 2
    assert faults["no question"].err.startswith("usage: python -m assistant")


def test_a_store_in_use_is_refused_with_the_process_that_uses_it(assistant: Assistant, settings: Settings) -> None:
    with pytest.raises(AssistantError, match=rf"is in use by process {os.getpid()} .*\(the assistant\)"):
        Assistant.open(settings)
    assert assistant.ask("???").status == "not_found"


def test_a_folder_without_a_model_is_refused_with_the_setting_to_mend(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="Set CLUSTERDESK_EMBEDDING_MODEL to the folder of a sentence-transformers model"):
        Assistant.open(replace(settings, embedding_model=str(tmp_path)))
