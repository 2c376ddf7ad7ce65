"""The interface in four languages: the same keys, the same values to fill in, dates in words."""

from __future__ import annotations

import re

import pytest

from page.texts import FOLDER, LANGUAGES, language_for, load_texts
from tests.libraries import ROOT


def places(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence_with_its_values(language: str) -> None:
    english, other = load_texts("en").sentences, load_texts(language).sentences
    assert set(other) == set(english)
    assert {key: places(other[key]) for key in english} == {key: places(english[key]) for key in english}
    assert all(sentence.strip() for sentence in other.values())
    assert len(set(load_texts(language).months)) == 12


def test_no_language_file_is_left_out() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(LANGUAGES)


def test_every_sentence_is_used() -> None:
    used = "".join(path.read_text("utf-8") for pattern in ("*.py", "static/*.js") for path in (ROOT / "page").glob(pattern))
    families = ("reason_", "theme_", "copy_", "file_")  # keys put together from a name
    for key in load_texts("en").sentences:
        base = re.sub("_(one|many)$", "", key)
        assert re.search(rf"""["']({key}|{base})["']""", used) or key.startswith(families), key


@pytest.mark.parametrize(
    ("published", "shown"),
    [("2017-02", "February 2017"), ("2020", "2020"), ("2020-03-09", "9 March 2020"), ("2020-13", "2020-13"), ("unknown", "no date given")],
)
def test_a_date_is_shown_in_words(published: str, shown: str) -> None:
    assert load_texts("en").date(published) == shown


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [(None, "", "en"), ("de", "fr", "de"), ("xx", "fr-CA;q=0.8, de", "fr"), (None, "ja, es-419;q=0.5", "es"), (None, "*", "en")],
)
def test_the_chosen_language_goes_before_the_browser(chosen: str | None, accepted: str, language: str) -> None:
    assert language_for(chosen, accepted) == language
