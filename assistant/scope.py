"""Which documents a question can be about: those that have the names in it.

In a library of many documents others say nearly the same of another place, body or programme, often in words nearer to the question's.
A name that only some documents have tells which are meant. Measured in evals/LOG.md.
"""

from __future__ import annotations

from assistant.library import Library
from assistant.question import Query

_SHARE = 0.5  # of the best document's weight of names: with as much, another is looked at too, as of two things that are compared
_LEAD = 1.0  # natural log of how many times rarer the best document's names must be: of two documents, one name that one lacks tells little


def documents_meant(library: Library, query: Query) -> frozenset[str] | None:
    """Return the ids of the documents that a question's names point to; None: they do not tell some from others."""
    rarity = library.rarity_among_documents
    told = [term for term in query.particular if rarity.get(term, 0.0) > 0.0]
    if not told:
        return None
    weights = {name: sum(rarity[term] for term in told if term in present) for name, present in library.document_terms.items()}
    best = max(weights.values())
    meant = frozenset(name for name, weight in weights.items() if weight >= _SHARE * best or weight > best - _LEAD)
    return meant if len(meant) < len(weights) else None
