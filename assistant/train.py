"""Learns the weights of the models from examples, seeded and without a network:

    python -m assistant.train adapter EXAMPLES.jsonl …                        with an index of the plain model
    python -m assistant.train cross-encoder --invented FILE EXAMPLES.jsonl …  with an index of the model that is used
    python -m assistant.train ranker --further FILE EXAMPLES.jsonl …          with an index of the model that the ranker is for

The adapter and the cross-encoder have seen the answers of their examples, so the ranker, which weighs them, must learn from others.
`assistant/examples.py` says what the files hold; `make train` runs all of it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_tensors
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from assistant.adapt import adapt
from assistant.cross_encoder import WEIGHTS as CROSS_ENCODER
from assistant.cross_encoder import CrossEncoder, Reader
from assistant.examples import Example, answering, make_cases, read_examples
from assistant.features import NAMES
from assistant.fit_cross_encoder import fit_cross_encoder
from assistant.lessons import embedding_lessons, invented_lessons, reading_lessons
from assistant.library import Library
from assistant.question import split_message
from assistant.rank import DECISION, HEADS, READ, Linear, decision_inputs, ordered, read, weights_file
from assistant.say import JOIN_MARGIN, MOST_STATEMENTS
from ingest.adapter import WEIGHTS as ADAPTER
from ingest.embedding import load_model, transformer_of
from ingest.settings import Settings

_STRENGTH = 0.1  # inverse of the regularisation


def fit_linear(x: NDArray[np.float32], y: NDArray[np.bool_]) -> Linear:
    """Return a logistic regression of y, shape (rows,), on x, shape (rows, inputs)."""
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    model = LogisticRegression(C=_STRENGTH, max_iter=5000).fit((x - mean) / scale, y)
    return Linear(mean.astype(np.float32), scale.astype(np.float32), model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def fit_ranker(library: Library, examples: Sequence[Example], further: Sequence[Example]) -> dict[str, NDArray[np.float32]]:
    """Return the ranker's weights: of both orders of statements, of whether any answers, and of the confidence in the first ones.

    The confidence learns from `examples` alone, in whose mix of kinds it is to hold: `further` ones have far more near-misses.
    """
    cases = make_cases(library, [*examples, *further])
    usual = sum(bool(split_message(example.question)) for example in examples)
    answered = [case for case in cases if case.example.evidence]
    order = fit_linear(np.concatenate([case.rows for case in answered]), np.concatenate([case.answers for case in answered]))
    cross_encoder = CrossEncoder.load()
    known = [read(library, case.found, case.numbers, order, cross_encoder) for case in tqdm(cases, desc="Reading", disable=None)]
    answering_ = [answering(library, case.example) for case in cases]
    joined = fit_linear(
        np.concatenate([item.joined[:READ] for item in known]),
        np.asarray([number in right for item, right in zip(known, answering_, strict=True) for number in item.numbers[:READ]]),
    )
    inputs, is_right = [], []
    for item, right in zip(known, answering_, strict=True):
        ranked = ordered(library, item.numbers, joined(item.joined))
        shown = {other.candidate.number for other in ranked[:MOST_STATEMENTS] if other.score >= ranked[0].score - JOIN_MARGIN}
        inputs.append(decision_inputs(item, ranked))
        is_right.append(bool(shown & right))
    answerable = fit_linear(np.stack(inputs), np.asarray([bool(case.example.evidence) for case in cases]))
    confident = fit_linear(np.stack(inputs[:usual]), np.asarray(is_right[:usual]))
    heads = {"order": order, "joined": joined, "answerable": answerable, "right": confident}
    return {name: tensor for head in HEADS for name, tensor in _tensors(head, heads[head]).items()}


def _tensors(name: str, model: Linear) -> dict[str, NDArray[np.float32]]:
    return {
        f"{name}.mean": model.mean,
        f"{name}.scale": model.scale,
        f"{name}.weights": model.weights,
        f"{name}.bias": np.asarray([model.bias], dtype=np.float32),
    }


def main(arguments: Sequence[str]) -> int:
    """Learn the weights that the first argument names."""
    parser = argparse.ArgumentParser(prog="python -m assistant.train", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("adapter", "cross-encoder", "ranker"))
    parser.add_argument("examples", type=Path, nargs="+", metavar="EXAMPLES.jsonl")
    parser.add_argument("--invented", type=Path, metavar="FILE.jsonl", help="invented documents with questions (cross-encoder)")
    parser.add_argument("--further", type=Path, metavar="FILE.jsonl", help="examples that the confidence does not learn from (ranker)")
    options = parser.parse_args(arguments)
    settings = Settings.from_env(os.environ)
    library = Library.open(settings)
    try:
        examples = read_examples(library, options.examples)
        further = read_examples(library, [options.further] if options.further else [])
        path = _learn(options.what, library, settings, examples, further, options.invented)
    finally:
        library.close()
    sys.stdout.write(f"Wrote {path.name} from {len(examples)} examples.\n")
    return 0


def _learn(
    what: str, library: Library, settings: Settings, examples: Sequence[Example], further: Sequence[Example], invented: Path | None
) -> Path:
    """Learn and save one model's weights; return their file."""
    if what == "ranker":
        path = weights_file(library.embedder.name)
        save_file(fit_ranker(library, examples, further), path, metadata={"features": ",".join(NAMES), "decision": ",".join(DECISION)})
        return path
    cases = make_cases(library, examples)
    if what == "adapter":
        model = load_model(settings)
        save_tensors(adapt(transformer_of(model), model.tokenizer, embedding_lessons(cases, library)), ADAPTER)
        return ADAPTER
    reader = Reader()
    lessons = reading_lessons(cases, library, reader)
    lessons += invented_lessons(invented, reader, library) if invented else []
    save_tensors(fit_cross_encoder(lessons), CROSS_ENCODER)
    return CROSS_ENCODER


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
