"""The JSON Schema accepts what the loader accepts, and underlines what it refuses."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from evals.schema import schema
from tests.libraries import ROOT
from tests.test_evals_malformed import GOOD, MALFORMED

# What a schema cannot see: text that is no YAML, quotes, what a text means, keys that repeat.
SEEN = (
    "no facts",
    "more than facts",
    "facts is a text",
    "a fact is a text",
    "unknown key",
    "no id",
    "no asks",
    "value without kind",
    "value with two kinds",
    "unit of a date",
    "unknown style",
    "follow-up alone",
)


def valid(text: str) -> bool:
    rows: Any = yaml.load(text, Loader=yaml.CSafeLoader)  # the one that reads facts
    return bool(jsonschema.Draft202012Validator(schema()).is_valid(json.loads(json.dumps(rows, default=str))))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_fact_file_is_valid() -> None:
    assert valid(GOOD)
    for path in sorted((ROOT / "evals" / "facts").glob("*.yaml")):
        assert valid(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("name", SEEN)
def test_what_the_loader_refuses_is_underlined(name: str) -> None:
    assert not valid(MALFORMED[name][0].decode())
