"""Fits the ranker's weights from examples, seeded and without a network:

    python -m assistant.train TRAIN.jsonl DEV.jsonl

Both files come from `python -m evals export --split …`: one JSON object a line with "question", "history" and either "unanswerable" or
"evidence" (character ranges in "document") with, optionally, "elsewhere" (the same in other documents). The ranker learns from the first
file only; the confidence is calibrated on the second, whose answers the ranker has not seen.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from assistant.features import NAMES, features
from assistant.library import Library
from assistant.question import split_message, understand
from assistant.rank import DECISION, WEIGHTS, Linear, decision_inputs
from assistant.retrieve import Found, Search, retriever
from assistant.say import Ranked
from ingest.embedding import load_embedder
from ingest.settings import Settings

_QUOTE_COVERED = 0.5  # of an evidence quote: a statement that holds this much of it answers
_STATEMENT_COVERED = 0.6  # of a statement: one that lies this far within an evidence quote answers


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the character ranges, by document, that answer it; none if the documents do not answer it."""

    question: str
    history: tuple[str, ...]
    evidence: Mapping[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """An example with what was found for it: the pool's statements, their features, shape (statements, len(NAMES)), and which of them answer."""

    example: Example
    found: Found
    numbers: tuple[int, ...]
    rows: NDArray[np.float32]
    answers: NDArray[np.bool_]


def read_examples(lines: Iterable[str]) -> list[Example]:
    """Return the examples of JSON lines."""
    examples = []
    for line in lines:
        row = json.loads(line)
        places = {row["document"]: row["evidence"], **row.get("elsewhere", {})} if "evidence" in row else {}
        evidence = {document: tuple((start, end) for start, end in spans) for document, spans in places.items()}
        examples.append(Example(row["question"], tuple(row["history"]), evidence))
    return examples


def make_cases(library: Library, examples: Sequence[Example]) -> list[Case]:
    """Return the examples with what the library finds for them."""
    find = retriever(library)
    abbreviations, is_word = library.generation.abbreviations, library.embedder.is_word
    queries = [understand(split_message(e.question)[-1], e.history, library.vocabulary, abbreviations, is_word) for e in examples]
    vectors = library.embedder.encode([query.whole for query in queries], progress="Embedding questions")
    cases = []
    for example, query, vector in tqdm(zip(examples, queries, vectors, strict=True), total=len(examples), desc="Searching", disable=None):
        found = find.invoke(Search(query, vector))
        numbers = tuple(number for chunk, _ in found.chunks for number in library.statements_of[chunk])
        right = answering(library, example)
        cases.append(Case(example, found, numbers, features(library, found, numbers), np.asarray([number in right for number in numbers])))
    return cases


def answering(library: Library, example: Example) -> frozenset[int]:
    """Return the numbers of the statements that hold an example's evidence, or lie within it."""
    right = set()
    for candidate in library.candidates:
        spans = candidate.statement.spans
        size = sum(end - start for start, end in spans)
        for start, end in example.evidence.get(candidate.chunk.document, ()):
            shared = sum(max(0, min(end, b) - max(start, a)) for a, b in spans)
            if shared and (shared >= _QUOTE_COVERED * (end - start) or shared >= _STATEMENT_COVERED * size):
                right.add(candidate.number)
    return frozenset(right)


def fit_linear(x: NDArray[np.float32], y: NDArray[np.bool_], strength: float) -> Linear:
    """Return a logistic regression of y on x; strength: inverse of the regularisation."""
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    model = LogisticRegression(C=strength, max_iter=5000).fit((x - mean) / scale, y)
    return Linear(mean.astype(np.float32), scale.astype(np.float32), model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def fit(library: Library, train: Sequence[Example], dev: Sequence[Example]) -> dict[str, NDArray[np.float32]]:
    """Return the weights: the ranker's from `train`, the decision's from `dev`."""
    learnt = [case for case in make_cases(library, train) if case.example.evidence]
    shallow = fit_linear(np.concatenate([case.rows for case in learnt]), np.concatenate([case.answers for case in learnt]), strength=0.1)
    inputs, right = [], []
    for case in make_cases(library, dev):
        scores = shallow(case.rows)
        order = np.argsort(-scores, kind="stable")
        ranked = [Ranked(library.candidates[case.numbers[place]], float(scores[place])) for place in order]
        inputs.append(decision_inputs(case.found, ranked, case.rows[order[0]]))
        right.append(bool(case.answers[order[0]]))
    decision = fit_linear(np.stack(inputs), np.asarray(right), strength=0.1)
    return {**_tensors("shallow", shallow), **_tensors("decision", decision)}


def _tensors(name: str, model: Linear) -> dict[str, NDArray[np.float32]]:
    return {
        f"{name}.mean": model.mean,
        f"{name}.scale": model.scale,
        f"{name}.weights": model.weights,
        f"{name}.bias": np.asarray([model.bias], dtype=np.float32),
    }


def main(arguments: Sequence[str]) -> int:
    """Fit the weights from two files of examples and write them beside the code that reads them."""
    train, dev = (read_examples(Path(name).read_text("utf-8").splitlines()) for name in arguments)
    settings = Settings.from_env(os.environ)
    library = Library.open(settings, load_embedder(settings))
    try:
        weights = fit(library, train, dev)
    finally:
        library.close()
    WEIGHTS.parent.mkdir(exist_ok=True)
    save_file(weights, WEIGHTS, metadata={"features": ",".join(NAMES), "decision": ",".join(DECISION), "index": library.index_id})
    sys.stdout.write(f"Wrote {WEIGHTS} from {len(train)} examples, calibrated on {len(dev)}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
