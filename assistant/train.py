"""Learns the weights of the embedding model's adapter and of the ranker from examples, seeded and without a network:

    python -m assistant.train adapter TRAIN.jsonl            with an index of the plain model
    python -m assistant.train ranker DEV.jsonl TRAIN.jsonl   with an index of the model that the ranker is for

The adapter has seen the answers of the train split, so the ranker learns from dev, and from train only what is not answered.

The files come from `python -m evals export --split …`: one JSON object a line with "question", "history" and either "unanswerable" or
"evidence" (character ranges in "document") with, optionally, "elsewhere" (the same in other documents). `make train` runs all of it.
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
from safetensors.torch import save_file as save_tensors
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from assistant.adapt import Lesson, adapt
from assistant.features import NAMES, features
from assistant.library import Library
from assistant.question import split_message, understand
from assistant.rank import DECISION, HEADS, Linear, decision_inputs, ordered, pool, weights_file
from assistant.retrieve import Found, Search, retriever
from assistant.say import JOIN_MARGIN, MOST_STATEMENTS
from ingest.adapter import WEIGHTS as ADAPTER
from ingest.chunks import embedded_statement
from ingest.embedding import load_model, transformer_of
from ingest.settings import Settings

_QUOTE_COVERED = 0.5  # of an evidence quote: a statement that holds this much of it answers
_HARD_NEGATIVES = 40
_STRENGTH = 0.1  # inverse of the regularisation
_STATEMENT_COVERED = 0.6  # of a statement: one that lies this far within an evidence quote answers


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the character ranges, by document, that answer it; none if the documents do not answer it."""

    question: str
    history: tuple[str, ...]
    evidence: Mapping[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """An example with what was found for it.

    numbers: the pool's statements. rows: their features, shape (statements, len(NAMES)). answers: which of them answer.
    """

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
    """Return the examples with what the library finds for them; those without a question are refused unsearched, and left out."""
    examples = [example for example in examples if split_message(example.question)]
    find = retriever(library)
    abbreviations, is_word = library.generation.abbreviations, library.embedder.is_word
    queries = [understand(split_message(e.question)[-1], e.history, library.vocabulary, abbreviations, is_word) for e in examples]
    vectors = library.embedder.encode([query.whole for query in queries], progress="Embedding questions")
    cases = []
    for example, query, vector in tqdm(zip(examples, queries, vectors, strict=True), total=len(examples), desc="Searching", disable=None):
        found = find.invoke(Search(query, vector))
        numbers = tuple(pool(library, found))
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


def fit_linear(x: NDArray[np.float32], y: NDArray[np.bool_]) -> Linear:
    """Return a logistic regression of y, shape (rows,), on x, shape (rows, inputs)."""
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    model = LogisticRegression(C=_STRENGTH, max_iter=5000).fit((x - mean) / scale, y)
    return Linear(mean.astype(np.float32), scale.astype(np.float32), model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def lessons(cases: Sequence[Case], library: Library) -> list[Lesson]:
    """Return what the adapter learns from: each answered question with its statements, and the best ranked of the others."""
    texts = [embedded_statement(candidate.statement) for candidate in library.candidates]
    found = []
    for case in cases:
        right = sorted(answering(library, case.example))
        order = np.argsort(-case.rows[:, NAMES.index("dense_statement")] - case.rows[:, NAMES.index("lexical_statement")], kind="stable")
        near = [case.numbers[place] for place in order if case.numbers[place] not in right][:_HARD_NEGATIVES]
        if right:
            found.append(Lesson(case.found.search.query.whole, tuple(texts[n] for n in right), tuple(texts[n] for n in near)))
    return found


def fit_ranker(library: Library, examples: Sequence[Example], refused: Sequence[Example]) -> dict[str, NDArray[np.float32]]:
    """Return the ranker's weights: of the order of statements, of whether any answers, and of the confidence in the first ones.

    refused: further examples without an answer, from which only the second learns.
    """
    cases = make_cases(library, examples)
    answered = [case for case in cases if case.example.evidence]
    order = fit_linear(np.concatenate([case.rows for case in answered]), np.concatenate([case.answers for case in answered]))
    inputs, right = [], []
    more = make_cases(library, refused)
    for case in [*cases, *more]:
        ranked, best = ordered(library, case.numbers, order(case.rows))
        shown = {other.candidate.number for other in ranked[:MOST_STATEMENTS] if other.score >= ranked[0].score - JOIN_MARGIN}
        inputs.append(decision_inputs(ranked, case.rows[best]))
        right.append(bool(shown & answering(library, case.example)))
    stacked = np.stack(inputs)
    answerable = fit_linear(stacked, np.asarray([bool(case.example.evidence) for case in [*cases, *more]]))
    confident = fit_linear(stacked[: len(cases)], np.asarray(right[: len(cases)]))
    heads = zip(HEADS, (order, answerable, confident), strict=True)
    return {name: tensor for head, model in heads for name, tensor in _tensors(head, model).items()}


def _tensors(name: str, model: Linear) -> dict[str, NDArray[np.float32]]:
    return {
        f"{name}.mean": model.mean,
        f"{name}.scale": model.scale,
        f"{name}.weights": model.weights,
        f"{name}.bias": np.asarray([model.bias], dtype=np.float32),
    }


def main(arguments: Sequence[str]) -> int:
    """Learn the weights that the first argument names from the examples in the file that the second names."""
    what, *files = arguments
    examples, *more = [read_examples(Path(file).read_text("utf-8").splitlines()) for file in files]
    settings = Settings.from_env(os.environ)
    library = Library.open(settings)
    try:
        if what == "adapter":
            path = ADAPTER
            path.parent.mkdir(exist_ok=True)
            taught = lessons(make_cases(library, examples), library)
            model = load_model(settings)
            save_tensors(adapt(transformer_of(model), model.tokenizer, taught), path)
        else:
            path = weights_file(library.embedder.name)
            path.parent.mkdir(exist_ok=True)
            refused = [example for example in (more[0] if more else ()) if not example.evidence]
            save_file(fit_ranker(library, examples, refused), path, metadata={"features": ",".join(NAMES), "decision": ",".join(DECISION)})
    finally:
        library.close()
    sys.stdout.write(f"Wrote {path.name} from {len(examples)} examples.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
