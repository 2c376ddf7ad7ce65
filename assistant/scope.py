"""Which documents a question can be about: those that have the names in it.

In a library of many documents others say nearly the same of another place, body or programme, often in words nearer to the question's.
A name that only some documents have tells which are meant. Measured in evals/LOG.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from assistant.library import Library
from assistant.names import Name
from assistant.question import Query

_SHARE = 0.5  # of a name, by rarity: a document with more of it has the name
# Natural log of how much rarer than in all documents a name must be: of two documents, one word that one lacks is too little.
_TELLING = 1.0

Weights = Mapping[str, float]


def documents_meant(library: Library, query: Query, documents: Collection[str] | None = None) -> frozenset[str] | None:
    """Return the ids of the documents, of those given or of all, that a question's names point to; None: they do not tell some from others.

    Those that have all the names; if none has, or two things are compared, those that have any.
    """
    looked_in = frozenset(library.document_terms if documents is None else library.document_terms.keys() & set(documents))
    having = [have for name in _told(library, query) if (have := _have(library, name, looked_in))]
    if not having:
        return None
    all_of_them = frozenset.intersection(*having)
    meant = all_of_them if all_of_them and not query.compares else frozenset.union(*having)
    return meant if len(meant) < len(looked_in) else None


def _told(library: Library, query: Query) -> list[Name]:
    """Return the names that tell documents apart: the question's own, or without such those that it takes over.

    A single word must be one that the library writes as a name, too.
    """
    own, carried = ([name for name in names if _tells(library, name)] for names in (query.own_names, query.carried_names))
    return own or carried


def _tells(library: Library, name: Name) -> bool:
    is_name = len(name[0]) > 1 or bool(name[0] & library.name_terms)
    return is_name and sum(library.rarity_among_documents.get(term, 0.0) for term in name[0]) >= _TELLING


def _have(library: Library, name: Name, documents: Collection[str]) -> frozenset[str]:
    """Return the documents that have a name in any of its forms."""
    rarity = library.rarity_among_documents
    return frozenset(
        document for document in documents if any(_share(form, library.document_terms[document], rarity) > _SHARE for form in name)
    )


def _share(form: Collection[str], present: Collection[str], rarity: Weights) -> float:
    """Return how much of a name's form a document has, weighted by rarity; words that the library does not have do not count."""
    whole = sum(rarity.get(term, 0.0) for term in form)
    return sum(rarity.get(term, 0.0) for term in form if term in present) / whole if whole else 0.0
