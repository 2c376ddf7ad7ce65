"""The JSON Schema of a fact file: what an editor completes and underlines. Made from the loader's own words, so that the two agree."""

from __future__ import annotations

from typing import Any

from evals.facts import KEYS, SEVERITIES, SPLITS, STATUSES, STYLES, UNANSWERABLE
from evals.values import KINDS, Kind

_TEXT = {"type": ["string", "number"]}  # YAML's 1987 and 2.5 are read as they are typed
_TEXTS = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_HELP: dict[Kind, str] = {
    "number": "That number in any spelling: 51, 16.7, 3.66 million",
    "money": "That amount in that currency: EUR 16.7 million",
    "date": "2001, 2012-07 or 2011-03-20",
    "duration": "2.5 years, 18 months, 10 days",
    "name": "That name, or one of 'also'",
    "list": "Every item",
    "text": "Every phrase, two to six words each, from the evidence",
}


def schema() -> dict[str, Any]:
    """Return the schema, as JSON Schema 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Known facts",
        "type": "object",
        "required": ["facts"],
        "additionalProperties": False,
        "properties": {"facts": {"type": "array", "items": {"$ref": "#/$defs/fact"}}},
        "$defs": {"fact": _fact(), "quote": _quote(), "value": _value(), "ask": _ask()},
    }


def _fact() -> dict[str, Any]:
    quote, value = {"$ref": "#/$defs/quote"}, {"$ref": "#/$defs/value"}
    properties: dict[str, Any] = {
        "id": {**_TEXT, "description": "A name that no other fact has; small letters, dots and hyphens"},
        "document": {**_TEXT, "description": "The document's id from documents.toml"},
        "evidence": {**_one_or_more(quote), "description": "The words that carry the fact, as a reader sees them"},
        "restated": {**_one_or_more(quote), "description": "Other passages that answer it too, in other words or in part"},
        "value": value,
        "asks": {**_one_or_more({"$ref": "#/$defs/ask"}), "description": "Ways to ask for it"},
        "unanswerable": {"enum": list(UNANSWERABLE), "description": "Instead of evidence and value: the documents do not say"},
        "near": {**quote, "description": "Of a near-miss: the tempting wrong passage"},
        "qualifiers": {**_TEXTS, "description": "Words near the evidence that an answer should not lose"},
        "severity": {"enum": list(SEVERITIES), "default": "major"},
        "forbid": {**_one_or_more(value), "description": "Values that make an answer wrong"},
        "origin": {**_TEXT, "description": "Where the fact came from"},
        "split": {"enum": list(SPLITS), "description": "Leave it out: it follows from the id"},
        "status": {"enum": list(STATUSES), "default": "active"},
    }
    assert set(properties) == KEYS
    near = {"if": {"properties": {"unanswerable": {"const": "near-miss"}}}, "then": {"required": ["near"]}}
    return {
        "type": "object",
        "required": ["id", "asks"],
        "additionalProperties": False,
        "properties": properties,
        "oneOf": [{"required": ["evidence", "value"], "not": {"required": ["unanswerable"]}}, {"required": ["unanswerable"], **near}],
    }


def _quote() -> dict[str, Any]:
    after = {**_TEXT, "description": "Words that stand before the quote, where it stands more than once"}
    return {"oneOf": [_TEXT, _table({"document": _TEXT, "quote": _TEXT, "after": after}, ["quote"])]}


def _value() -> dict[str, Any]:
    several = ("list", "text")
    kinds: dict[str, Any] = {kind: {**(_TEXTS if kind in several else _TEXT), "description": _HELP[kind]} for kind in KINDS}
    return {
        **_table({**kinds, "unit": _TEXT, "also": _TEXTS}, []),
        "oneOf": [{"required": [kind]} for kind in KINDS],
        "dependentRequired": {"unit": ["number"], "also": ["name"]},
    }


def _ask() -> dict[str, Any]:
    history = {**_TEXTS, "description": "The earlier questions, oldest first"}
    table = _table({"ask": _TEXT, "style": {"enum": list(STYLES), "default": "direct"}, "history": history}, ["ask"])
    follow_up = {"if": {"required": ["style"], "properties": {"style": {"const": "follow-up"}}}, "then": {"required": ["history"]}}
    return {"oneOf": [_TEXT, {**table, **follow_up}]}


def _table(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


def _one_or_more(item: dict[str, Any]) -> dict[str, Any]:
    return {"oneOf": [item, {"type": "array", "items": item, "minItems": 1}]}
