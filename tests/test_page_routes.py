"""The page's routes without a browser: a question from being kept to being answered, copied, judged; headers and limits."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant import AssistantError, Citation
from evals.feedback import read_feedback
from page import Library, PageError, Suggestions
from page.opening import Opening
from page.routes import LONGEST_QUESTION
from page.server import answers_to, build, listening
from page.texts import LANGUAGES, load_texts
from tests.fake_assistant import BRIEFING, FakeAssistant

BUDGET, WEATHER = "What was the annual budget of the support programme?", "What is the weather in Tokyo tomorrow?"
EN = load_texts("en")
KNOWN = Suggestions((("Is the weather of Tokyo known?", BRIEFING),), {BRIEFING: 1})


def opened(desk: FakeAssistant) -> Opening:
    opening = Opening(lambda: desk, (AssistantError,))
    opening.start()
    opening.wait()
    return opening


def served(opening: Opening, home: Path, desk: FakeAssistant, **more: Any) -> TestClient:
    return TestClient(build(opening, home, Library(desk.documents, (BUDGET,), KNOWN), **more), base_url="http://127.0.0.1")


@pytest.fixture
def desk() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def page(desk: FakeAssistant, tmp_path: Path) -> Iterator[TestClient]:
    with served(opened(desk), tmp_path, desk) as client:
        yield client


def ask(page: TestClient, question: str, **more: Any) -> dict[str, Any]:
    kept = page.post("/desk/turns", json={"question": question, **more}).raise_for_status().json()
    return {**kept, **page.post(f"/desk/turns/{kept['turn']}/reply").raise_for_status().json()}


def read_rows(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "feedback.jsonl").read_text("utf-8").splitlines()]


def test_a_question_is_kept_then_answered_with_its_first_source(page: TestClient, desk: FakeAssistant) -> None:
    kept = page.post("/desk/turns", json={"question": f" {BUDGET}\n"}).json()
    assert "waiting" in kept["html"] and desk.asked == []
    reply = page.post(f"/desk/turns/{kept['turn']}/reply").json()
    assert "16.7" in reply["html"] and reply["opened"] == f"{kept['turn']}-cited-0"
    assert "<mark" in reply["source"] and "2 sources" in reply["say"]
    assert page.get(f"/desk/turns/{kept['turn']}/answer").json() == json.loads(json.dumps(desk.ask(BUDGET).to_json()))


def test_a_question_is_asked_once_however_often_its_reply_is_asked_for(page: TestClient, desk: FakeAssistant) -> None:
    turn = ask(page, BUDGET)["turn"]
    page.post(f"/desk/turns/{turn}/reply")
    assert len(desk.asked) == 1


def test_earlier_questions_are_history_and_a_literal_one_is_told(page: TestClient, desk: FakeAssistant) -> None:
    first = ask(page, BUDGET)
    second = ask(page, "and before?", conversation=first["conversation"])
    ask(page, "and before?", conversation=first["conversation"], literal=True, documents=[BRIEFING])
    assert EN("read_as") in second["html"]
    assert [asked[1:] for asked in desk.asked] == [
        ((), None, False),
        ((BUDGET,), None, False),
        ((BUDGET, "and before?"), (BRIEFING,), True),
    ]


def test_a_conversation_comes_back_with_what_still_waits(page: TestClient) -> None:
    first = ask(page, BUDGET)
    waiting = page.post("/desk/turns", json={"question": WEATHER, "conversation": first["conversation"]}).json()
    back = page.get(f"/desk/conversations/{first['conversation']}").json()
    assert back["questions"] == [BUDGET, WEATHER]
    assert [(turn["turn"], turn["waiting"]) for turn in back["turns"]] == [(first["turn"], False), (waiting["turn"], True)]
    assert back["turns"][0]["html"] == first["html"]


def test_a_stopped_question_is_forgotten(page: TestClient) -> None:
    kept = page.post("/desk/turns", json={"question": BUDGET}).json()
    page.delete(f"/desk/turns/{kept['turn']}")
    assert page.post(f"/desk/turns/{kept['turn']}/reply").status_code == 404
    assert EN("no_conversation") in page.get("/desk/conversations").text


def test_questions_asked_while_the_assistant_opens_are_answered_when_it_is_there(desk: FakeAssistant, tmp_path: Path) -> None:
    gate = threading.Event()

    def slowly() -> FakeAssistant:
        gate.wait(10)
        return desk

    with served(Opening(slowly), tmp_path, desk) as page:
        assert "Harbourland" in page.get("/desk/start").json()["header"]
        kept = page.post("/desk/turns", json={"question": BUDGET}).json()
        assert EN("loading_more") in kept["html"]
        assert page.get("/desk/state").json()["state"] == "loading"
        threading.Timer(0.3, gate.set).start()
        assert "16.7" in page.post(f"/desk/turns/{kept['turn']}/reply").json()["html"]
        assert page.get("/desk/state").json() == {"state": "ready", "sentence": "", "share": 1.0}


def test_how_long_the_opening_took_is_remembered_for_the_next(tmp_path: Path, desk: FakeAssistant) -> None:
    timed = tmp_path / "seconds.txt"
    first = Opening(lambda: desk, timed=timed)
    first.wait()
    assert float(timed.read_text()) < 5
    timed.write_text("1000")
    gate = threading.Event()

    def slowly() -> FakeAssistant:
        gate.wait(10)
        return desk

    second = Opening(slowly, timed=timed)
    second.start()
    assert 0 <= second.share < 0.1 and not second.ready
    gate.set()
    second.wait()
    assert second.share == 1.0


@pytest.mark.parametrize("place", ["a folder", "a file/seconds.txt"])
def test_an_opening_whose_time_can_be_neither_read_nor_kept_goes_on(tmp_path: Path, desk: FakeAssistant, place: str) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a file").touch()
    opening = Opening(lambda: desk, timed=tmp_path / place)
    assert opening.share == 0.0
    opening.start()
    assert opening.wait() is desk
    assert opening.ready and opening.failure is None and opening.share == 1.0


@pytest.mark.parametrize("kept", [b"", b"soon", b"\xff\xfe", b"\0", b"nan", b"inf", b"-5", b"1e999"])
def test_an_opening_goes_on_as_most_do_where_no_time_is_kept_but_something_else(
    tmp_path: Path, desk: FakeAssistant, monkeypatch: pytest.MonkeyPatch, kept: bytes
) -> None:
    timed, gate, now = tmp_path / "seconds.txt", threading.Event(), [100.0]
    timed.write_bytes(kept)
    monkeypatch.setattr("page.opening.time", SimpleNamespace(monotonic=lambda: now[0]))

    def slowly() -> FakeAssistant:
        gate.wait(10)
        return desk

    opening = Opening(slowly, timed=timed)
    opening.start()
    now[0] += 5
    assert opening.share == 0.5
    gate.set()
    assert opening.wait() is desk
    assert timed.read_text() == "5.00\n"


def test_a_failed_opening_is_told_and_tried_again_by_the_next_question(desk: FakeAssistant, tmp_path: Path) -> None:
    failures = [AssistantError("There is no index yet. Run: python -m ingest"), RuntimeError("secret detail")]

    def opening() -> FakeAssistant:
        if failures:
            raise failures.pop(0)
        return desk

    with served(Opening(opening, (AssistantError,)), tmp_path, desk) as page:
        first = ask(page, BUDGET)
        assert "Run: python -m ingest" in first["html"] and not first["answered"]
        assert "Run: python -m ingest" in page.get("/desk/state").json()["sentence"]
        second = ask(page, BUDGET, conversation=first["conversation"])
        assert EN("not_ready") in second["html"] and "secret" not in second["html"]
        third = ask(page, BUDGET, conversation=first["conversation"])
        assert third["answered"] and desk.asked[0][1] == ()


def test_an_answer_with_a_quote_that_is_not_there_is_not_shown(tmp_path: Path) -> None:
    class Forger(FakeAssistant):
        def citation(self, place: int, number: int, quote: str = "") -> Citation:
            return replace(super().citation(place, number, quote), quote="EUR 99 million")

    forger = Forger()
    with served(opened(forger), tmp_path, forger) as page:
        reply = ask(page, BUDGET)
        assert EN("broken") in reply["html"] and "99" not in reply["html"] and not reply["answered"]


def test_an_answer_that_cannot_be_kept_is_told_and_the_question_can_be_asked_again(page: TestClient, tmp_path: Path) -> None:
    kept = page.post("/desk/turns", json={"question": BUDGET}).json()
    with sqlite3.connect(tmp_path / "conversations.sqlite3") as base:
        base.execute("CREATE TRIGGER full BEFORE UPDATE OF answer ON turn BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    reply = page.post(f"/desk/turns/{kept['turn']}/reply")
    assert reply.status_code == 200 and EN("broken") in reply.json()["html"] and not reply.json()["answered"]
    with sqlite3.connect(tmp_path / "conversations.sqlite3") as base:
        base.execute("DROP TRIGGER full")
    assert page.post(f"/desk/turns/{kept['turn']}/reply").json()["answered"]


def test_the_box_cuts_no_message_short(page: TestClient) -> None:
    boxes = [part for part in page.get("/config").json()["components"] if part["props"].get("elem_id") == "question"]
    assert [box["props"].get("max_length") for box in boxes] == [None]


@pytest.mark.parametrize(("question", "said"), [("  \n", EN("no_question")), ("x" * (LONGEST_QUESTION + 1), "2,001 characters")])
def test_no_question_and_too_long_a_one_are_refused_in_a_sentence(page: TestClient, question: str, said: str) -> None:
    refused = page.post("/desk/turns", json={"question": question})
    assert refused.status_code == 400 and said in refused.json()["detail"]


def test_half_a_character_and_a_nul_harm_nothing(page: TestClient) -> None:
    body = '{"question": "budget \\ud83d \\u0000?"}'
    kept = page.post("/desk/turns", content=body, headers={"content-type": "application/json"}).raise_for_status().json()
    assert page.post(f"/desk/turns/{kept['turn']}/reply").json()["answered"]


def test_feedback_and_gaps_are_stored_and_it_is_said_where(page: TestClient, tmp_path: Path) -> None:
    first = ask(page, BUDGET)
    refused = ask(page, WEATHER, conversation=first["conversation"])
    said = page.post(f"/desk/turns/{refused['turn']}/feedback", json={"reason": "should have answered"}).json()["said"]
    assert str(tmp_path / "feedback.jsonl") in said
    page.post(f"/desk/turns/{first['turn']}/feedback", json={"reason": "outdated", "expected": "EUR 20 million"})
    rows = read_rows(tmp_path)
    assert [(row["question"], row["history"], row["reason"], row["expected"]) for row in rows] == [
        (WEATHER, [BUDGET], "should have answered", ""),
        (BUDGET, [], "outdated", "EUR 20 million"),
    ]
    assert page.post(f"/desk/turns/{first['turn']}/feedback", json={"reason": "ugly"}).status_code == 400
    assert page.post(f"/desk/turns/{first['turn']}/feedback", json={"reason": "right"}).json()["said"] == EN("thanks_right")
    assert len((tmp_path / "feedback.jsonl").read_text("utf-8").splitlines()) == 2


def test_how_a_question_was_asked_is_stored_with_its_feedback_and_in_a_copy(page: TestClient, tmp_path: Path) -> None:
    turn = ask(page, WEATHER, documents=[BRIEFING], literal=True)
    page.post(f"/desk/turns/{turn['turn']}/feedback", json={"reason": "should have answered"})
    (row,) = read_rows(tmp_path)
    assert (row["documents"], row["literal"]) == ([BRIEFING], True)
    for path in (f"turns/{turn['turn']}/copy/plain", f"conversations/{turn['conversation']}/file/markdown"):
        copied = page.get(f"/desk/{path}").text
        assert "Preparatory Briefing" in copied and "Country factsheet" not in copied


def test_feedback_that_the_page_wrote_is_read_by_triage(page: TestClient, tmp_path: Path) -> None:
    turn = ask(page, BUDGET, documents=[BRIEFING])
    page.post(f"/desk/turns/{turn['turn']}/feedback", json={"reason": "outdated"})
    entries, faults = read_feedback(tmp_path / "feedback.jsonl")
    assert [entry.question for entry in entries] == [BUDGET] and faults == ()


def test_what_is_kept_of_a_report_is_told_before_it_is_made_and_before_a_conversation_is_deleted(page: TestClient) -> None:
    turn = ask(page, BUDGET)
    told = {"en": "earlier ones", "de": "früheren", "fr": "précédentes", "es": "anteriores"}
    assert set(told) == set(LANGUAGES)
    for language, words in told.items():
        page.cookies.set("language", language)
        assert words in page.get(f"/desk/turns/{turn['turn']}/feedback").text
        assert "feedback.jsonl" in re.findall(r'<dialog id="deleting".*?</dialog>', page.get("/desk/start").json()["dialogs"])[0]


def test_the_form_offers_reasons_that_fit(page: TestClient) -> None:
    refused, answered = ask(page, WEATHER), ask(page, BUDGET)
    reasons = [re.findall(r'value="([^"]+)"', page.get(f"/desk/turns/{turn['turn']}/feedback").text) for turn in (refused, answered)]
    assert reasons[0][0] == "should have answered" and "should have refused" not in reasons[0]
    assert reasons[1][0] == "wrong answer" and "should have answered" not in reasons[1]


def test_a_refusal_offers_questions_that_are_answered(page: TestClient) -> None:
    assert "Is the weather of Tokyo known?" in ask(page, WEATHER)["html"]
    assert page.get("/desk/suggest", params={"typed": "weather of T"}).json() == ["Is the weather of Tokyo known?"]


def test_copies_and_files_come_in_their_forms(page: TestClient) -> None:
    first = ask(page, BUDGET)
    for form in ("plain", "markdown", "email"):
        assert "16.7" in page.get(f"/desk/turns/{first['turn']}/copy/{form}").text
    for form, start in (("markdown", b"# What"), ("docx", b"PK")):
        file = page.get(f"/desk/conversations/{first['conversation']}/file/{form}")
        assert file.content.startswith(start) and "attachment" in file.headers["content-disposition"]


@pytest.mark.parametrize(
    "path", ["turns/99/answer", "turns/1/source/cited/9", "turns/1/source/other/0", "turns/1/copy/pdf", "conversations/none"]
)
def test_what_is_not_there_is_not_found(page: TestClient, path: str) -> None:
    ask(page, BUDGET)
    assert page.get(f"/desk/{path}").status_code == 404


def test_conversations_are_renamed_and_deleted(page: TestClient) -> None:
    id = ask(page, BUDGET)["conversation"]
    assert page.patch(f"/desk/conversations/{id}", json={"title": " Harbour  case "}).json() == {"title": "Harbour case"}
    assert "Harbour case" in page.get("/desk/conversations", params={"search": "case"}).text
    page.delete(f"/desk/conversations/{id}")
    assert page.get(f"/desk/conversations/{id}").status_code == 404


def test_the_library_is_read_and_a_document_that_is_not_there_is_told(page: TestClient, desk: FakeAssistant) -> None:
    for document in desk.documents:
        assert document.title in page.get("/library").text
        assert document.title in page.get(f"/library/{document.id}").text
    assert page.get("/library/none").status_code == 404


@pytest.mark.parametrize(("language", "said"), [("de", "Quelle 1 von 2"), ("fr", "Source 1 sur 2"), ("es", "Fuente 1 de 2")])
def test_the_page_speaks_the_language_of_the_browser_or_the_chosen_one(page: TestClient, language: str, said: str) -> None:
    page.headers["accept-language"] = f"{language}-XX,en;q=0.5"
    assert said in ask(page, BUDGET)["source"]
    page.headers["accept-language"] = "en"
    page.cookies.set("language", language)
    assert said in ask(page, BUDGET)["source"]


def test_every_response_carries_the_headers(desk: FakeAssistant, tmp_path: Path) -> None:
    with served(opened(desk), tmp_path, desk) as client:
        page = client.get("/", headers={"accept": "text/html", "accept-encoding": "br, gzip"})
        others = ("/desk/static/main.js", "/config", "/nothing-here", "/library", "/desk/start", f"/library/{BRIEFING}")
        for response in (page, *(client.get(path) for path in others)):
            policy = response.headers["content-security-policy"]
            for rule in ("default-src 'self';", "connect-src 'self';", "form-action 'self';", "frame-ancestors 'none'"):
                assert rule in policy
            scripts = re.search(r"script-src ([^;]*);", policy)
            assert scripts and "unsafe-inline" not in scripts[1] and "http" not in policy
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["x-frame-options"] == "DENY"
        assert page.headers["content-security-policy"].count("'sha256-") >= 3
        assert not re.search(r'(src|href)="(https?:)?//', page.text)
    assert desk.closed


def test_another_sites_page_can_change_nothing(page: TestClient) -> None:
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        assert page.post("/desk/turns", json={"question": BUDGET}, headers={"origin": origin}).status_code == 403
    assert page.post("/desk/turns", json={"question": BUDGET}, headers={"origin": "http://127.0.0.1"}).status_code == 200


def test_another_name_for_this_computer_is_refused(desk: FakeAssistant, tmp_path: Path) -> None:
    with served(opened(desk), tmp_path, desk, hosts=("127.0.0.1", "localhost")) as page:
        assert page.get("/library", headers={"host": "evil.example"}).status_code == 400
        assert page.get("/library", headers={"host": "localhost:7860"}).status_code == 200


@pytest.mark.parametrize(
    ("listens_on", "host", "origin", "status"),
    [
        ("127.0.0.1", "desk.example", "https://desk.example", 400),  # the proxy's own name
        ("127.0.0.1", "127.0.0.1:7860", "https://desk.example", 403),  # the proxy writes another name over it
        ("localhost", "desk.example", "https://desk.example", 400),
        ("127.0.0.2", "desk.example", "https://desk.example", 200),
        ("::1", "desk.example:8443", "https://desk.example:8443", 200),
        ("0.0.0.0", "desk.example", "https://evil.example", 403),
    ],
)
def test_what_docs_page_md_says_of_a_proxy_is_so(
    desk: FakeAssistant, tmp_path: Path, listens_on: str, host: str, origin: str, status: int
) -> None:
    with served(opened(desk), tmp_path, desk, hosts=answers_to(listens_on)) as page:
        assert page.post("/desk/turns", json={"question": BUDGET}, headers={"host": host, "origin": origin}).status_code == status


def test_files_of_the_computer_are_not_served(desk: FakeAssistant, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with served(opened(desk), tmp_path, desk) as client:
        for file in (tmp_path / "manifest.json", tmp_path / "conversations.sqlite3", Path("/etc/hosts"), Path(__file__)):
            assert client.get(f"/gradio_api/file={file}").status_code in (403, 404)
        for path in ("/docs", "/openapi.json", "/gradio_api/runs", "/desk/static/../server.py", "/desk/static/%2e%2e/server.py"):
            assert client.get(path).status_code == 404
        upload = client.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * 5000)})
        assert upload.status_code >= 400


def test_a_port_in_use_names_the_port_and_the_setting() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(PageError, match=rf"Port {port} on 127\.0\.0\.1 is already in use.*CLUSTERDESK_PORT="):
            listening("127.0.0.1", port)


def test_an_impossible_address_names_the_setting() -> None:
    with pytest.raises(PageError, match="CLUSTERDESK_HOST"):
        listening("not an address", 0)
