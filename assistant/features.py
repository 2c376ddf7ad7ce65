"""What is known of a statement as an answer to a question, as numbers: the ranker's and the refusal's input."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.library import Library
from assistant.question import Query
from assistant.retrieve import Found
from assistant.wanted import gives, lacks_count, lacks_unit

Features = NDArray[np.float32]

NAMES = (
    "dense_statement", "dense_chunk", "lexical_statement", "lexical_chunk", "behind_best_dense", "behind_best_lexical", "fused",
    "terms_in_text", "terms_in_context", "terms_in_chunk", "names_in_chunk", "carried_in_chunk",
    "years_in_text", "years_elsewhere", "gives_wanted", "lacks_wanted", "unknown_words",
    "is_list", "list_wanted", "is_footnote", "is_caption", "is_cell", "is_item", "length", "covers_own_terms",
    "names_missing", "names_missing_in_chunk", "focus_in_text", "lacks_unit", "lacks_count",
)  # fmt: skip


def features(library: Library, found: Found, numbers: Sequence[int]) -> Features:
    """Return one row of features a statement, shape (statements, len(NAMES)), in the order of `numbers`."""
    query = found.search.query
    rarity = {term: library.rarity.get(term, _UNSEEN) for term in query.terms}
    total = sum(rarity.values()) or 1.0
    fused = dict(found.chunks)
    names = query.names | (frozenset(query.terms) & library.name_terms)
    best_fused = max(fused.values(), default=1.0)
    best_dense = float(found.dense_statements[list(numbers)].max()) if len(numbers) else 0.0
    best_lexical = float(found.lexical_statements[list(numbers)].max()) if len(numbers) else 0.0
    rows = []
    for number in numbers:
        candidate = library.candidates[number]
        statement, chunk = candidate.statement, candidate.chunk_number
        text_terms, context_terms, chunk_terms = library.statement_terms[number], library.context_terms[number], library.chunk_terms[chunk]
        near = text_terms | context_terms
        dense, lexical = float(found.dense_statements[number]), float(found.lexical_statements[number])
        given = gives(statement.text, query.wanted)
        rows.append((
            dense, float(found.dense_chunks[chunk]), lexical / total, float(found.lexical_chunks[chunk]) / total,
            dense - best_dense, (lexical - best_lexical) / total, fused.get(chunk, 0.0) / best_fused,
            _share(rarity, text_terms), _share(rarity, near), _share(rarity, chunk_terms),
            _part(names, chunk_terms), _part(query.carried, chunk_terms),
            _part(query.years, statement.text), _years_elsewhere(query, statement.text),
            float(given is True), float(given is False), min(len(query.unknown), 4) / 4,
            float(statement.kind == "list"), float(statement.kind == "list" and "list" in query.wanted),
            float(statement.kind == "footnote"),
            float(statement.kind == "caption"), float(statement.kind == "cell"), float(statement.kind == "item"),
            min(len(statement.text), 600) / 600, len(text_terms & set(query.terms)) / (len(text_terms) or 1),
            len(names - near) / 3, len(names - chunk_terms) / 3, _part(set(query.terms) - names - context_terms, text_terms),
            float(lacks_unit(query.whole, statement.text)), lacks_count(query.whole, statement.text),
        ))  # fmt: skip
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(NAMES))


_UNSEEN = 6.0  # rarity of a term that no chunk has: that of one in about four hundred chunks


def _share(rarity: dict[str, float], present: frozenset[str]) -> float:
    """Return how much of a question's terms a text has, weighted by rarity; 1 for a question without terms."""
    total = sum(rarity.values())
    return sum(weight for term, weight in rarity.items() if term in present) / total if total else 1.0


def _part(wanted: Iterable[str], present: frozenset[str] | str) -> float:
    """Return which part of the wanted words is present; 1 if none is wanted."""
    words = list(wanted)
    return sum(word in present for word in words) / len(words) if words else 1.0


def _years_elsewhere(query: Query, text: str) -> float:
    """Return 1 if a text gives years, but none of those that the question names."""
    years = set(re.findall(r"\b(?:1[89]|20)\d\d\b", text))
    return float(bool(query.years) and bool(years) and not years & query.years)
