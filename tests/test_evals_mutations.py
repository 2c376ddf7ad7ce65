"""What a fact becomes when its document is changed on purpose, and what a document that is not published yet would do."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import AssistantError, Document, Settings
from evals.__main__ import main
from evals.anchor import lines, moved
from evals.compare import compare
from evals.facts import Fact, load_facts
from evals.impact import conflicts, put, replaced
from evals.locate import Span, sentences
from evals.mutate import Trial, reached, shares
from evals.mutate import lines as mutate_lines
from evals.mutations import changed_number, deletion, rounds, with_another_number
from evals.records import record
from evals.run import answered_by, located, run, select
from evals.sandbox import edited, set_entry
from evals.tree import FactError
from evals.values import Kind, Value
from tests.libraries import new_library
from tests.scripted_assistant import HARBOUR, TEXTS, ScriptedAssistant, answered, cite
from tests.test_evals_main import FACTS


@pytest.fixture
def facts(tmp_path: Path) -> tuple[Fact, ...]:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return load_facts(tmp_path)


@pytest.mark.parametrize(
    ("kind", "known", "raw", "changed"),
    [
        ("date", "1987", "opened in 1987", "opened in 1988"),
        ("date", "2011-03-20", "on March, 20th 2011", "on March, 20th 2012"),
        ("money", "EUR 16.7 million", "a budget of EUR 16.7 million a year", "a budget of EUR 16.8 million a year"),
        ("number", "1300", "some 1,300 ships", "some 1,301 ships"),
        ("number", "99", "99 ships", "98 ships"),
        ("duration", "2 years", "Term: 2 years", "Term: 3 years"),
    ],
)
def test_a_number_is_changed_as_it_is_written(kind: Kind, known: str, raw: str, changed: str) -> None:
    found = with_another_number(Value(kind, (known,)), raw)
    assert found is not None
    assert found[0] == changed


@pytest.mark.parametrize(
    ("kind", "known", "raw"),
    [("number", "3", "three ships"), ("name", "Norrvik", "Norrvik"), ("date", "2001-2005", "2001-2005"), ("number", "5", "5 of 5")],
)
def test_what_is_no_single_number_in_digits_is_left_alone(kind: Kind, known: str, raw: str) -> None:
    assert with_another_number(Value(kind, (known,)), raw) is None


def test_the_number_of_a_fact_changes_in_every_quote_that_shows_it(facts: tuple[Fact, ...]) -> None:
    library = ScriptedAssistant({})
    mutation = changed_number(facts[1], located(facts[1], library)[0], library.text)
    assert mutation is not None and mutation.value is not None
    assert mutation.value.texts == ("EUR 16.8 million",)
    assert "a budget of EUR 16.8 million a year" in edited(TEXTS[HARBOUR], mutation.edits)


def test_a_question_that_names_the_number_is_left_out(facts: tuple[Fact, ...]) -> None:
    library = ScriptedAssistant({})
    fact = replace(facts[0], asks=(replace(facts[0].asks[0], question="Was it opened in 1987?"),))
    assert changed_number(fact, located(fact, library)[0], library.text) is None


def test_a_deletion_takes_whole_sentences_and_leaves_the_structure(facts: tuple[Fact, ...]) -> None:
    library = ScriptedAssistant({})
    text = edited(TEXTS[HARBOUR], deletion(facts[0], located(facts[0], library)[0], library.text).edits)
    assert text.startswith("# Harbour report\n\n It handled 3.66 million")
    span = Span("d", 10, 14)
    assert sentences(span, "a\tb c. It has 2.5 m. Then\td") == Span("d", 6, 20)


def test_what_restates_a_fact_is_deleted_with_its_evidence(facts: tuple[Fact, ...]) -> None:
    library = ScriptedAssistant({})
    restated = replace(facts[0].evidence[0], quote="the south basin")
    fact = replace(facts[0], restated=(restated, replace(restated, quote="no longer there")))
    text = edited(TEXTS[HARBOUR], deletion(fact, answered_by(fact, library), library.text).edits)
    assert "Norrvik" not in text and "south basin" not in text
    assert "Dredging Fund" in text
    assert [one.evidence.quote for one in moved([fact], library)] == ["no longer there"]


def test_no_two_mutations_of_a_round_edit_the_same_place(facts: tuple[Fact, ...]) -> None:
    library = ScriptedAssistant({})
    first, second = (deletion(fact, located(fact, library)[0], library.text) for fact in facts[:2])
    assert rounds([first, first, second], 5) == [[first, second], [first]]
    assert rounds([first, second], 1) == [[first], [second]]


def test_shares_leave_out_what_proves_nothing() -> None:
    found = [
        Trial("deleted", "a#1", behaved=True, told=""),
        Trial("deleted", "b#1", behaved=False, told="said all the same"),
        Trial("deleted", "c#1", behaved=None, told="stands elsewhere"),
        Trial("renamed", "a#1", behaved=True, told=""),
    ]
    assert (shares(found)["deleted"].hits, shares(found)["deleted"].n) == (1, 2)
    assert not reached(found)
    assert reached(found[3:])
    assert reached([]) is None
    assert mutate_lines([], 40)[-1].startswith("Nothing was measured")
    text = mutate_lines(found, 40)
    assert text[0] == "evidence deleted: refused     50.0 %   1 of 2; goal 85 % missed; 1 more still stand elsewhere in the documents"
    assert text[-1] == "  deleted  b#1  -> said all the same"


def test_an_anchor_is_the_nearest_stretch_and_tells_another_value(facts: tuple[Fact, ...]) -> None:
    changed = TEXTS[HARBOUR].replace("was opened in 1987", "was solemnly opened in 1988")
    told = lines(list(moved(facts, ScriptedAssistant({}, {**TEXTS, HARBOUR: changed}))))
    assert told[1] == "    was: harbour of Norrvik was opened in 1987"
    assert "The harbour of Norrvik was solemnly opened in 1988." in told[2]
    assert told[3] == "    the value is another there: no longer 1987"
    assert lines(list(moved(facts, ScriptedAssistant({})))) == []
    retired = [replace(fact, status="retired") for fact in facts]
    assert list(moved(retired, ScriptedAssistant({}, {**TEXTS, HARBOUR: changed}))) == []


def test_a_quote_that_went_for_good_is_told(facts: tuple[Fact, ...]) -> None:
    told = lines(list(moved(facts[:1], ScriptedAssistant({}, {HARBOUR: "zzzz qqqq xxxx yyyy", "tides-factsheet-2033": "q"}))))
    assert told[2].startswith("    gone: nothing like it")


@pytest.mark.parametrize(
    ("quotes", "told"),
    [
        (["was opened in 1987", "3.66 million containers in 2030"], []),
        (["3.66 million containers in 2030", "was opened in 1987"], []),
        (["Fees", "3.66 million containers in 2030"], ["3.66 million containers in 2030"]),
    ],
)
def test_an_answer_that_still_quotes_the_known_value_is_no_conflict(facts: tuple[Fact, ...], quotes: list[str], told: list[str]) -> None:
    opened = answered("In 1987 [1]", cite("was opened in 1987")), answered("It was in 1987 [1]", *map(cite, quotes))
    cases = select(facts, "all", "opened")[:1]
    before, after = (list(run(ScriptedAssistant({cases[0][1].question: answer}), cases)) for answer in opened)
    changed = compare(record({}, "", (), before), record({}, "", (), after))
    assert [conflict.quote for conflict in conflicts(after, HARBOUR, changed)] == told


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return new_library(tmp_path)


def documents_of(settings: Settings) -> ScriptedAssistant:
    names = [path.stem for path in sorted(settings.corpus.glob("*.txt"))]
    return ScriptedAssistant({}, dict.fromkeys(names, ""))


def library_of(settings: Settings) -> tuple[Document, ...]:
    return tuple(replace(document, file=f"{document.id}.txt") for document in documents_of(settings).documents)


def test_a_new_document_is_entered_in_the_manifest(settings: Settings, tmp_path: Path) -> None:
    new = tmp_path / 'Quay "Rules" 2031.txt'
    new.write_text("Quays are open.", encoding="utf-8")
    assert put(new, None, documents_of(settings).documents, settings) == "quay-rules-2031"
    manifest = (settings.corpus / "documents.toml").read_text(encoding="utf-8")
    assert 'id = "quay-rules-2031"\nfile = "Quay \\"Rules\\" 2031.txt"' in manifest


def test_a_new_version_takes_the_place_of_the_old_one(settings: Settings, tmp_path: Path) -> None:
    known = library_of(settings)
    new = tmp_path / "fund-2031.txt"
    new.write_text("The fund is closed.", encoding="utf-8")
    assert put(new, replaced(new, "harbour-fund-2019", known), known, settings) == "harbour-fund-2019"
    assert sorted(path.name for path in settings.corpus.glob("*.txt")) == ["fund-2031.txt", "tide-tables-2020.txt"]
    with pytest.raises(FactError, match="there is no document 'none'"):
        replaced(new, "none", known)
    with pytest.raises(FactError, match="There is no file"):
        replaced(tmp_path / "none.txt", "", known)


def test_a_file_that_is_named_as_a_document_is_its_new_version(settings: Settings, tmp_path: Path) -> None:
    known = library_of(settings)
    new = tmp_path / "tide-tables-2020.txt"
    new.write_text("There are no tides.", encoding="utf-8")
    for replaces in ("", "tide-tables-2020"):
        assert put(new, replaced(new, replaces, known), known, settings) == "tide-tables-2020"
    assert sorted(path.name for path in settings.corpus.iterdir()) == ["documents.toml", "harbour-fund-2019.txt", "tide-tables-2020.txt"]


def test_a_new_version_of_one_document_is_not_put_over_another(settings: Settings, tmp_path: Path) -> None:
    new = tmp_path / "tide-tables-2020.txt"
    new.write_text("The fund is closed.", encoding="utf-8")
    with pytest.raises(FactError, match="Write --replaces tide-tables-2020 if it is"):
        replaced(new, "harbour-fund-2019", library_of(settings))


@pytest.mark.parametrize("name", ["documents.toml", "Documents.TOML"])
def test_the_list_of_the_documents_is_no_document(settings: Settings, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Quays are open.", encoding="utf-8")
    for replaces in ("", "harbour-fund-2019"):
        with pytest.raises(FactError, match=f"{name} is named like the list of the documents; give a document's file"):
            replaced(tmp_path / name, replaces, library_of(settings))


@pytest.mark.parametrize(
    ("name", "file", "id"),
    [
        ("README.md", "README-2.md", "readme"),
        ("Harbour Fund 2019.md", "Harbour Fund 2019.md", "harbour-fund-2019-2"),
        ("TIDE-tables-2020.txt", "TIDE-tables-2020-2.txt", "tide-tables-2020-2"),
    ],
)
def test_an_additional_document_takes_no_name_that_is_taken(settings: Settings, tmp_path: Path, name: str, file: str, id: str) -> None:
    (settings.corpus / "README.md").write_text("Where the documents are from.", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in settings.corpus.iterdir() if path.name != "documents.toml"}
    (tmp_path / name).write_text("Quays are open.", encoding="utf-8")
    known = library_of(settings)
    assert put(tmp_path / name, replaced(tmp_path / name, "", known), known, settings) == id
    entries = tomllib.loads((settings.corpus / "documents.toml").read_text(encoding="utf-8"))["document"]
    assert (entries[-1]["id"], entries[-1]["file"], len({entry["id"] for entry in entries})) == (id, file, 3)
    assert {name: (settings.corpus / name).read_bytes() for name in before} == before
    assert (settings.corpus / file).read_text(encoding="utf-8") == "Quays are open."


def test_a_file_that_cannot_be_read_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "quays.txt").mkdir()
    with pytest.raises(FactError, match=r"quays\.txt cannot be read: Is a directory\."):
        put(tmp_path / "quays.txt", None, (), settings)


def test_a_document_that_cannot_be_put_stops_before_anything_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    assistant = ScriptedAssistant({})
    assert main(["impact", str(tmp_path / "none.txt"), "--facts", str(tmp_path)], lambda: assistant) == 4
    assert (capsys.readouterr().err, assistant.asked) == (f"There is no file {tmp_path / 'none.txt'}.\n", [])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Präsentation.txt", '"Präsentation.txt"'),
        ("Präsentation.txt", '"Pr\\u00e4sentation.txt"'),
        ("Präsentation.txt", "'Präsentation.txt'  # a copy"),
        ('Quay "Rules".txt', "'Quay \"Rules\".txt'"),
        ("harbour-fund-2019.txt", "'harbour-fund-2019.txt'"),
    ],
)
def test_a_name_is_found_however_the_manifest_writes_it(settings: Settings, name: str, written: str) -> None:
    (settings.corpus / "harbour-fund-2019.txt").rename(settings.corpus / name)
    manifest = settings.corpus / "documents.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"harbour-fund-2019.txt"', written), encoding="utf-8")
    set_entry(settings, "file", name, "🚢 Übersicht.txt")
    files = [entry["file"] for entry in tomllib.loads(manifest.read_text(encoding="utf-8"))["document"]]
    assert files == ["🚢 Übersicht.txt", "tide-tables-2020.txt"]


def test_a_name_that_the_manifest_lacks_is_told(settings: Settings) -> None:
    before = (settings.corpus / "documents.toml").read_bytes()
    with pytest.raises(AssistantError, match=r'documents.toml has no line file = "none.txt"'):
        set_entry(settings, "file", "none.txt", "other.txt")
    assert (settings.corpus / "documents.toml").read_bytes() == before


def test_a_new_document_may_have_any_name(settings: Settings, tmp_path: Path) -> None:
    new = tmp_path / "🚢 Übersicht.txt"
    new.write_text("Quays are open.", encoding="utf-8")
    assert put(new, None, documents_of(settings).documents, settings) == "bersicht"
    entry = tomllib.loads((settings.corpus / "documents.toml").read_text(encoding="utf-8"))["document"][-1]
    assert entry["file"] == new.name
