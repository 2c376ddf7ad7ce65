"""Learns the cross-encoder: for each question, which of some statements answers it, or that none does.

Every question comes with the statements that answer it and those that our own search confuses with them. The loss is the cross-entropy of
picking an answering one, where "none" is a choice of its own with log odds 0: so the scores order statements and tell, one by one, whether
they answer. The same scores are also judged as if the answering statements were not there, which must then be noticed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from assistant.cross_encoder import HEAD, LAYERS, Pair, Reader, new_network, packed, unpacked

EPOCHS = 3
QUESTIONS = 12  # a step
STATEMENTS = 8  # a question that is answered
_UNANSWERED = 5  # statements of one that is not: only the nearest tempt
RATE = 1e-4
_HEAD_RATE, _LEARNT_HEAD_RATE = 10, 2  # times the rate of the layers: of a head that starts from nothing, and of one that has learnt
_WARM_UP = 0.08  # share of the steps
_WITHOUT = 0.5  # weight of noticing, without the answering statements, that none answers
_MOST_RIGHT = 3
_HARDEST = 30  # near statements that are drawn from, the nearer the likelier
_TOGETHER = 32  # pairs of like length that are read at once
_SEED = 20261124


@dataclass(frozen=True, slots=True)
class ReadingLesson:
    """A question with the statements that answer it and near ones that do not, nearest first, all as tokens."""

    question: list[int]
    right: tuple[list[int], ...]
    near: tuple[list[int], ...]


def fit_cross_encoder(
    lessons: Sequence[ReadingLesson], epochs: int = EPOCHS, begin: Mapping[str, Tensor] | None = None
) -> dict[str, Tensor]:
    """Return the learnt weights, ready to be saved. Seeded; on two cores some fifteen questions a second.

    begin: weights from here to go on from; None: from the bundled model and a head that has learnt nothing.
    """
    torch.manual_seed(_SEED)
    torch.set_flush_denormal(True)  # numbers too small to matter cost a hundred times as much
    draw = random.Random(_SEED)
    network = new_network()
    network.load_state_dict(unpacked(begin or {}), strict=False)
    learnt = {LAYERS: RATE, HEAD: (_LEARNT_HEAD_RATE if begin else _HEAD_RATE) * RATE}
    groups = [
        {"params": [parameter for name, parameter in network.named_parameters() if name.startswith(part)], "lr": rate}
        for part, rate in learnt.items()
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = epochs * (len(lessons) // QUESTIONS)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / (_WARM_UP * steps), 1.0, 1 - step / steps))
    reader = Reader()
    with tqdm(total=steps, desc="Learning to read", unit="step", disable=None) as bar:
        for _ in range(epochs):
            order = draw.sample(list(lessons), len(lessons))
            for start in range(0, len(order) - QUESTIONS + 1, QUESTIONS):
                loss = _loss(network, reader, [_choices(lesson, draw) for lesson in order[start : start + QUESTIONS]])
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                bar.set_postfix(loss=f"{loss.item():.2f}", refresh=False)
                bar.update()
    return packed(network.state_dict())


def _choices(lesson: ReadingLesson, draw: random.Random) -> tuple[list[Pair], int]:
    """Return a question's pairs, and how many of them, the first ones, answer."""
    right = draw.sample(lesson.right, min(len(lesson.right), _MOST_RIGHT))
    near = lesson.near[:_HARDEST]
    nearer_likelier = sorted(range(len(near)), key=lambda place: (place + 1) * draw.random())
    chosen = [*right, *(near[place] for place in nearer_likelier)][: STATEMENTS if right else _UNANSWERED]
    return [(lesson.question, statement) for statement in chosen], len(right)


def _loss(network: nn.Module, reader: Reader, questions: Sequence[tuple[list[Pair], int]]) -> Tensor:
    """Return the mean over the questions of -log(how likely an answering statement is picked, and none without them)."""
    logits = _read(network, reader, [pair for pairs, _ in questions for pair in pairs])
    losses = []
    parts = torch.split(logits, [len(pairs) for pairs, _ in questions])
    for (_, right), own in zip(questions, parts, strict=True):
        # softplus(x) = -log(1 - sigmoid(x)): that "none", whose log odds are 0, is picked of statements whose joint log odds are x
        none = functional.softplus(torch.logsumexp(own[right:], dim=0)) if len(own) > right else torch.zeros(())
        if right:
            chances = functional.log_softmax(torch.cat([own, torch.zeros(1)]), dim=0)
            none = _WITHOUT * none - torch.logsumexp(chances[:right], dim=0)
        losses.append(none)
    return torch.stack(losses).mean()


def _read(network: nn.Module, reader: Reader, pairs: Sequence[Pair]) -> Tensor:
    """Return the log odds of the pairs, shape (pairs,)."""
    order, parts = [], []
    for places, batch in reader.batches(pairs, _TOGETHER):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts.append(network(*batch))
        order += places
    return torch.cat(parts)[torch.argsort(torch.tensor(order))]
