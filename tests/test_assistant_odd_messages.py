"""Odd messages are refused kindly and quickly; none ends in an exception."""

from __future__ import annotations

import json
import random
import string
import time

import pytest

from assistant import Answer, Assistant

LONGEST_S = 2.0  # of the thread that asks, so that a busy machine fails no test


def nonsense(words: int) -> str:
    chance = random.Random(7)
    return " ".join("".join(chance.choices(string.ascii_lowercase, k=9)) for _ in range(words))


WITHOUT_QUESTION = {
    "empty": "",
    "white space": " \t\r\n\u00a0\u2003",
    "punctuation": "?!… -- ;;; …",
    "control characters": "\x00\x01\x1b[\x07\x7f",
    "invisible characters": "\u200b\u202e\u2066\ufeff\U000e0041",
    "emoji": "👋👋👋",
    "brackets": "[" * 1000 + "](" * 500,
    "raised digits": "⁴" * 2000,
    "stop words": "what is the",
    "greeting": "Hello",
    "greeting with an exclamation mark": "Hi!",
    "greeting with small talk": "Good morning, how are you?",
    "thanks": "thank you",
}
HOSTILE = {
    "100 KB": "a" * 100_000,
    "100 KB of words": "word " * 20_000,
    "nonsense": nonsense(220),
    "digits": "1234567890",
    "mixed scripts": "Was kostet das 日本 Бюджет ميزانية प्रोजेक्ट?",
    "script tag": "<script>alert(1)</script>",
    "dots": "a." * 1000,
    "one letter sentences": "A. " * 700,
    "asterisks": "**" * 900 + "x",
    "lone surrogate": "lone \ud83d surrogate",
    "JSON": '{"question": "drop table documents"}',
}


def asked(assistant: Assistant, message: str, history: list[str]) -> Answer:
    """Return the answer to a message, after asserting that it came in time and can be written as JSON."""
    started = time.thread_time()
    answer = assistant.ask(message, history)
    assert time.thread_time() - started < LONGEST_S
    json.dumps(answer.to_json(), ensure_ascii=False).encode("utf-8")
    return answer


@pytest.mark.parametrize("message", WITHOUT_QUESTION.values(), ids=WITHOUT_QUESTION)
def test_a_message_without_a_question_is_told_how_to_ask(assistant: Assistant, message: str) -> None:
    answer = asked(assistant, message, [])
    assert answer.status == "not_found"
    assert answer.reason == "There is no question in this message."
    assert answer.text.startswith("Ask a question in plain words")
    assert answer.citations == ()


@pytest.mark.parametrize("message", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_message_is_refused_in_a_few_words(assistant: Assistant, message: str) -> None:
    answer = asked(assistant, message, [])
    assert answer.status == "not_found"
    assert answer.reason
    assert len(answer.reason) <= 300
    assert len(answer.text) <= 900


def test_a_reason_names_no_word_twice(assistant: Assistant) -> None:
    reason = asked(assistant, "zeppelin zeppelin zeppelin fleet", []).reason
    assert reason.count("zeppelin") == 1


@pytest.mark.parametrize(
    "history",
    [
        ["What is the budget of the national programme?"] * 500,
        ["", " ", "???", "\x00"],
        [nonsense(220)] * 20,
        ["lone \ud83d surrogate"],
        ["a" * 100_000],
    ],
    ids=["500 turns", "empty turns", "nonsense", "lone surrogate", "100 KB"],
)
def test_any_history_is_borne(assistant: Assistant, history: list[str]) -> None:
    assert asked(assistant, "And who funds it?", history).status in ("answered", "not_found")


def test_many_questions_with_a_long_history_are_borne(assistant: Assistant) -> None:
    message = " ".join(f"What about {nonsense(30)}?" for _ in range(5))
    assert asked(assistant, message, [nonsense(220)] * 20).status == "not_found"


@pytest.mark.parametrize(
    "message",
    [
        "\u202eWhat is JETRO?\u202c",
        "What\nis\r\nJETRO\r?",
        "**What is JETRO?**",
        "what is jetro",
        "Hello! What is JETRO? Thank you very much.",
    ],
)
def test_a_question_in_odd_clothes_is_still_answered(assistant: Assistant, message: str) -> None:
    answer = asked(assistant, message, [])
    assert answer.status == "answered"
    assert "JETRO" in answer.text
