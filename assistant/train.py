"""Learns the weights of the models from examples, seeded and without a network:

    python -m assistant.train adapter --invented FILE EXAMPLES.jsonl …        with an index of the plain model
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
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from safetensors.torch import load_file as load_tensors
from safetensors.torch import save_file as save_tensors
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from assistant.adapt import adapt
from assistant.cross_encoder import CROSS_ENCODER, READ, WEIGHTS, CrossEncoder, Reader, mean_of
from assistant.examples import Case, Example, about, answering, leaning_on, make_cases, read_examples
from assistant.features import NAMES
from assistant.fit_cross_encoder import EPOCHS, fit_cross_encoder
from assistant.lessons import embedding_lessons, invented_embedding_lessons, invented_lessons, reading_lessons
from assistant.library import Library
from assistant.rank import ABOUT, DECISION, HEADS, Linear, decision_inputs, ordered, read, weights_file
from assistant.say import JOIN_MARGIN, MOST_STATEMENTS
from ingest.adapter import WEIGHTS as ADAPTER
from ingest.build import build
from ingest.embedding import load_model, transformer_of
from ingest.settings import Settings

_STRENGTH = 0.1  # inverse of the regularisation
_WITHOUT = 0.25  # weight of a question whose answer was taken away, see evals/LOG.md
_BESIDE = 3.0  # weight of a question about another library than the first, which no model has learnt from; see evals/LOG.md


def fit_linear(x: NDArray[np.float32], y: NDArray[np.bool_], weights: NDArray[np.float32] | None = None) -> Linear:
    """Return a logistic regression of y, shape (rows,), on x, shape (rows, inputs); weights: of the rows, shape (rows,)."""
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    model = LogisticRegression(C=_STRENGTH, max_iter=5000).fit((x - mean) / scale, y, sample_weight=weights)
    return Linear(mean.astype(np.float32), scale.astype(np.float32), model.coef_[0].astype(np.float32), float(model.intercept_[0]))


@dataclass(frozen=True, slots=True)
class Asked:
    """A case in its library. usual: of the mix of kinds that desks ask, in which the confidence is to hold."""

    library: Library
    case: Case
    usual: bool


def fit_ranker(asked: Sequence[Asked], cross_encoder: CrossEncoder) -> dict[str, NDArray[np.float32]]:
    """Return the ranker's weights: of both orders of statements, of what a question is about, of whether any answers, of the confidence.

    Whether any answers is also learnt from the answered cases without the statements that answer them. The confidence learns from the
    usual cases alone: others have far more near-misses; and what a question is about from those of the first library, for others are
    asked nothing about anything else.
    """
    answered = [one for one in asked if one.case.example.evidence]
    order = fit_linear(np.concatenate([one.case.rows for one in answered]), np.concatenate([one.case.answers for one in answered]))
    known = [read(one.library, one.case.found, one.case.numbers, order, cross_encoder) for one in tqdm(asked, desc="Reading", disable=None)]
    rights = [answering(one.library, one.case.example.evidence) for one in asked]
    joined = fit_linear(
        np.concatenate([item.joined[:READ] for item in known]),
        np.asarray([number in right for item, right in zip(known, rights, strict=True) for number in item.numbers[:READ]]),
    )
    about, inputs, is_right = [], [], []
    for one, item, right in zip(asked, known, rights, strict=True):
        ranked = ordered(one.library, item.numbers, joined(item.joined))
        shown = {other.candidate.number for other in ranked[:MOST_STATEMENTS] if other.score >= ranked[0].score - JOIN_MARGIN}
        about.append(decision_inputs(item, ranked, ABOUT))
        inputs.append(decision_inputs(item, ranked, DECISION))
        is_right.append(bool(shown & right))
    home = np.asarray([one.library is asked[0].library for one in asked])
    weights = np.where(home, 1.0, _BESIDE).astype(np.float32)
    without = [_without_answers(one, order, joined, cross_encoder) for one in tqdm(answered, desc="Reading", disable=None)]
    answerable = fit_linear(
        np.stack([*inputs, *without]),
        np.asarray([bool(one.case.example.evidence) for one in asked] + [False] * len(without)),
        np.concatenate([weights, _WITHOUT * weights[[bool(one.case.example.evidence) for one in asked]]]),
    )
    on_subject = fit_linear(np.stack(about)[home], np.asarray([one.case.example.about for one in asked])[home])
    usual = np.asarray([one.usual for one in asked])
    confident = fit_linear(np.stack(inputs)[usual], np.asarray(is_right)[usual])
    heads = {"order": order, "joined": joined, "about": on_subject, "answerable": answerable, "right": confident}
    return {name: tensor for head in HEADS for name, tensor in _tensors(head, heads[head]).items()}


def _without_answers(one: Asked, order: Linear, joined: Linear, cross_encoder: CrossEncoder) -> NDArray[np.float32]:
    """Return what the decision looks at if the statements that answer a case were not there."""
    gone = leaning_on(one.library, one.case.example.all_answering)
    numbers = [number for number in one.case.numbers if number not in gone]
    known = read(one.library, one.case.found, numbers, order, cross_encoder)
    return decision_inputs(known, ordered(one.library, known.numbers, joined(known.joined)), DECISION)


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
    parser.add_argument(
        "--invented",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.jsonl",
        help="invented documents with questions (adapter, cross-encoder)",
    )
    parser.add_argument("--further", type=Path, metavar="FILE.jsonl", help="examples that the confidence does not learn from (ranker)")
    parser.add_argument(
        "--beside",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="another library with examples of its own (ranker; not with --only)",
    )
    parser.add_argument(
        "--epochs", type=int, default=EPOCHS, metavar="N", help=f"times that every question is seen (cross-encoder, {EPOCHS})"
    )
    parser.add_argument("--begin", type=Path, metavar="FILE", help="weights to go on from (cross-encoder)")
    parser.add_argument("--mean-with", type=Path, metavar="FILE", help="weights to take the mean with (cross-encoder)")
    parser.add_argument("--only", metavar="DOCUMENT", help="only examples about that document: to ask of the others what was learnt")
    parser.add_argument("--into", type=Path, default=WEIGHTS, metavar="FOLDER", help="folder of the ranker's weights")
    options = parser.parse_args(arguments)
    settings = Settings.from_env(os.environ)
    library = Library.open(settings)
    try:
        examples = read_examples(library, options.examples)
        path = _LEARN[options.what](library, settings, examples, options)
    finally:
        library.close()
    sys.stdout.write(f"Wrote {path.name} from {len(examples)} examples.\n")
    return 0


def _adapter(library: Library, settings: Settings, examples: Sequence[Example], options: argparse.Namespace) -> Path:
    model = load_model(settings)
    lessons = embedding_lessons(make_cases(library, examples), library)
    lessons += [lesson for file in options.invented for lesson in invented_embedding_lessons(file, library)]
    save_tensors(adapt(transformer_of(model), model.tokenizer, lessons), ADAPTER)
    return ADAPTER


def _cross_encoder(library: Library, _: Settings, examples: Sequence[Example], options: argparse.Namespace) -> Path:
    reader, path = Reader(), options.into / CROSS_ENCODER
    cases = [case for case in make_cases(library, examples) if options.only in (None, about(library, case))]
    lessons = reading_lessons(cases, library, reader)
    lessons += [lesson for file in options.invented for lesson in invented_lessons(file, reader, library)]
    learnt = fit_cross_encoder(lessons, options.epochs, load_tensors(options.begin) if options.begin else None)
    save_tensors(mean_of(load_tensors(options.mean_with), learnt) if options.mean_with else learnt, path)
    return Path(path)


def _ranker(library: Library, settings: Settings, examples: Sequence[Example], options: argparse.Namespace) -> Path:
    path = weights_file(library.embedder.name, options.into)
    further = read_examples(library, [options.further] if options.further else [])
    asked = [
        Asked(library, case, usual)
        for part, usual in ((examples, True), (further, False))
        for case in make_cases(library, part)
        if options.only in (None, about(library, case))
    ]
    with ExitStack() as opened:
        asked += [one for folder in ([] if options.only else options.beside) for one in _asked_beside(folder, settings, library, opened)]
        weights = fit_ranker(asked, CrossEncoder.load(options.into / CROSS_ENCODER))
    save_file(weights, path, metadata={"features": ",".join(NAMES), "decision": ",".join(DECISION)})
    return path


def _asked_beside(folder: Path, settings: Settings, library: Library, opened: ExitStack) -> list[Asked]:
    """Return the cases of another library, a folder with `corpus/` and `examples.jsonl`; it is indexed first, and stays open."""
    own = replace(settings, corpus=folder / "corpus", home=settings.home / folder.name)
    build(own)
    other = opened.enter_context(closing(Library.open(own, library.embedder)))
    return [Asked(other, case, False) for case in make_cases(other, read_examples(other, [folder / "examples.jsonl"]))]


_LEARN = {"adapter": _adapter, "cross-encoder": _cross_encoder, "ranker": _ranker}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
