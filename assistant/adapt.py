"""Adapts the bundled embedding model to questions: each is drawn to the statements that answer it, away from near ones that do not.

A low-rank adapter of the upper layers (ingest/adapter.py) is learnt with in-batch negatives and one hard negative a question from our own
search. What the unchanged lower layers make of each text is computed once. Source of the loss: M. Henderson and others, Efficient natural
language response suggestion for Smart Reply, 2017.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from ingest.adapter import FIRST_ADAPTED, adapted_layers

RANK = 16
EPOCHS = 2
BATCH = 32
RATE = 1e-3
_SCALE = 20.0  # inverse temperature of the similarities
_LONGEST = 128  # tokens
_TOGETHER = 12  # texts of like length that go through the upper layers at once
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with the texts that answer it and near ones that do not, nearest first, all as they are embedded."""

    question: str
    right: tuple[str, ...]
    near: tuple[str, ...]


class _LowRank(nn.Module):
    """A frozen linear layer with a low-rank change that is learnt."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.a = nn.Parameter(torch.randn(RANK, layer.in_features) / math.sqrt(layer.in_features))
        self.b = nn.Parameter(torch.zeros(layer.out_features, RANK))

    def forward(self, x: Tensor) -> Tensor:
        change = functional.dropout(x, 0.1, self.training) @ self.a.T @ self.b.T
        return torch.add(self.layer(x), change)


class _Student:
    """The model with its adapter in the making, and the states of each text after the unchanged lower layers."""

    def __init__(self, transformer: nn.Module, tokenizer: Any, texts: Sequence[str]) -> None:
        for parameter in transformer.parameters():
            parameter.requires_grad = False
        self._bert = cast(Any, transformer)
        self.layers: dict[str, _LowRank] = {}
        for name, layer in list(adapted_layers(transformer)):
            number, path = name.split(".", 1)
            self.layers[name] = _LowRank(layer)
            self._bert.encoder.layer[int(number)].set_submodule(path, self.layers[name])
        transformer.eval()
        self._tokenizer = tokenizer
        ordered = sorted(set(texts), key=len)
        self._states: dict[str, Tensor] = {}
        for start in tqdm(range(0, len(ordered), 64), desc="Reading", disable=None):
            self._states.update(self._lower(ordered[start : start + 64]))
        transformer.train()

    def parameters(self) -> list[nn.Parameter]:
        return [parameter for layer in self.layers.values() for parameter in (layer.a, layer.b)]

    def embed(self, texts: Sequence[str]) -> Tensor:
        """Return unit vectors, shape (texts, dimension)."""
        order = sorted(range(len(texts)), key=lambda place: len(self._states[texts[place]]))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts = [self._upper([texts[place] for place in order[at : at + _TOGETHER]]) for at in range(0, len(order), _TOGETHER)]
        return torch.cat(parts).float()[torch.argsort(torch.tensor(order))]

    @torch.no_grad()
    def _lower(self, texts: Sequence[str]) -> dict[str, Tensor]:
        tokens = self._tokenizer(list(texts), truncation=True, max_length=_LONGEST, padding=True, return_tensors="pt")
        mask = tokens["attention_mask"]
        states = self._bert.embeddings(input_ids=tokens["input_ids"], token_type_ids=torch.zeros_like(tokens["input_ids"]))
        states = _through(self._bert.encoder.layer[:FIRST_ADAPTED], states, mask)
        return {text: state[: int(own.sum())].clone() for text, state, own in zip(texts, states, mask, strict=True)}

    def _upper(self, texts: Sequence[str]) -> Tensor:
        states = nn.utils.rnn.pad_sequence([self._states[text] for text in texts], batch_first=True)
        lengths = torch.tensor([len(self._states[text]) for text in texts])
        mask = torch.arange(states.shape[1])[None, :] < lengths[:, None]
        states = _through(self._bert.encoder.layer[FIRST_ADAPTED:], states, mask)
        kept = mask.unsqueeze(-1).float()
        return functional.normalize((states * kept).sum(1) / kept.sum(1), dim=1)


def _through(layers: nn.ModuleList, states: Tensor, mask: Tensor) -> Tensor:
    bias = (1.0 - mask.float())[:, None, None, :] * -1e9
    for layer in layers:
        out = layer(states, bias)
        states = out[0] if isinstance(out, tuple) else out
    return states


def adapt(transformer: nn.Module, tokenizer: Any, lessons: Sequence[Lesson]) -> dict[str, Tensor]:
    """Return the adapter learnt from the lessons, in half precision; the transformer is changed on the way and not to be used after."""
    torch.manual_seed(_SEED)
    torch.set_flush_denormal(True)  # numbers too small to matter cost a hundred times as much
    draw = random.Random(_SEED)
    student = _Student(transformer, tokenizer, [text for lesson in lessons for text in (lesson.question, *lesson.right, *lesson.near)])
    optimizer = torch.optim.AdamW(student.parameters(), lr=RATE, weight_decay=0.01)
    steps = EPOCHS * (len(lessons) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps))
    with tqdm(total=steps, desc="Adapting", unit="step", disable=None) as bar:
        for epoch in range(EPOCHS):
            order = draw.sample(list(lessons), len(lessons))
            for start in range(0, len(order) - BATCH + 1, BATCH):
                loss = _loss(student, order[start : start + BATCH], draw, hardest=8 + 4 * epoch)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(student.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                bar.update()
    changes = {f"{name}.{part}": getattr(layer, part) for name, layer in student.layers.items() for part in ("a", "b")}
    return {name: change.detach().half().contiguous() for name, change in changes.items()}


def _loss(student: _Student, batch: Sequence[Lesson], draw: random.Random, hardest: int) -> Tensor:
    """Return the cross-entropy of picking, for each question, its answer among those of the batch and the hard negatives."""
    right = [draw.choice(lesson.right) for lesson in batch]
    near = [draw.choice(lesson.near[:hardest] or lesson.right) for lesson in batch]
    texts = [*right, *near]
    similarity = student.embed([lesson.question for lesson in batch]) @ student.embed(texts).T * _SCALE
    # Another question's text that answers this one too is no negative.
    also_right = [[text in lesson.right and place != own for place, text in enumerate(texts)] for own, lesson in enumerate(batch)]
    return functional.cross_entropy(similarity.masked_fill(torch.tensor(also_right), -1e4), torch.arange(len(batch)))
