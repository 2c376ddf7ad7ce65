"""Refusals in the language of the question; a fragment or a name is not taken for another language."""

from __future__ import annotations

import tomllib
from string import Formatter
from typing import Any

import pytest

from assistant import Assistant
from assistant.language import ENGLISH, language_of, phrases
from tests.libraries import ROOT

ASKED = {
    "de": "Wie viele Mitarbeiter hat die Handelskammer in Osaka?",
    "fr": "Combien de salariés travaillent pour la chambre de commerce d'Osaka ?",
    "es": "¿Cuántos empleados tiene la cámara de comercio de Osaka?",
    "it": "Quanti dipendenti ha la camera di commercio di Osaka?",
    "nl": "Hoeveel medewerkers heeft de kamer van koophandel in Osaka?",
    "pt": "Quantos funcionários tem a câmara de comércio de Osaka?",
    "pl": "Ilu pracowników zatrudnia izba handlowa w Osace?",
    "ja": "大阪商工会議所の職員は何人ですか。",
}


def texts() -> dict[str, dict[str, Any]]:
    return tomllib.loads((ROOT / "assistant" / "phrases.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("language", "question"), ASKED.items())
def test_a_refusal_is_in_the_language_of_the_question(assistant: Assistant, language: str, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "not_found"
    assert answer.text.startswith(phrases(language)("not_found"))
    assert phrases(language).language("en") in answer.reason and answer.reason in answer.text


def test_a_language_without_phrases_is_refused_in_english(assistant: Assistant) -> None:
    assert assistant.ask("Hur många anställda har handelskammaren i Osaka?").text.startswith(
        "The documents do not say. They are in English;"
    )


@pytest.mark.parametrize(
    "text", ["", "K-RIP Kyushu", "METI?", "unemployement rate japn 2016", "FIT scheme Japan", "Vulcanus in Europe", "12 %"]
)
def test_fragments_and_names_are_taken_for_english(text: str) -> None:
    assert language_of(text) == ENGLISH


def test_every_language_has_the_same_sentences_with_the_same_fields() -> None:
    def shape(own: dict[str, Any]) -> dict[str, Any]:
        return {
            key: sorted(text) if isinstance(text, dict) else sorted(f[1] for f in Formatter().parse(text) if f[1])
            for key, text in own.items()
        }

    english, *others = map(shape, texts().values())
    assert all(other == english for other in others)
