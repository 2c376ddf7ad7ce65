"""The cross-encoder's one home: it reads a question and a statement together and says how well the one answers the other.

The bundled model's embeddings with transformer layers of our own (weights/README.md says what they learnt from), and a linear head on the
first token's state and the mean of all. Source: R. Nogueira and K. Cho, Passage re-ranking with BERT, 2019.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.score_memory import ScoreMemory
from ingest.chunks import Statement
from ingest.embedding import bundled_model
from ingest.errors import IndexMismatch

if TYPE_CHECKING:
    from torch import Tensor, nn

WEIGHTS = Path(__file__).parent / "weights"
CROSS_ENCODER = "cross_encoder.safetensors"
READ = 8  # statements that are read for a question; reading more orders no better, see evals/LOG.md
_LONGEST = {"question": 40, "section": 28, "context": 24, "text": 88}  # tokens that are read
_HEADINGS = 3  # of a statement's section, the nearest
_STEP = 16  # lengths are padded to a multiple: matrix kernels are made once for each shape

_TOGETHER = 4  # pairs that are read at once; fewer pad less, but fill a processor less
_MOST_KEPT = 20_000  # statements whose tokens are kept

LAYERS, HEAD = "encoder.encoder.", "head."  # what is learnt, and what is saved of it
Pair = tuple[list[int], list[int]]  # tokens of a question and of a statement
Logits = NDArray[np.float32]


class Reader:
    """Turns texts into the tokens that the cross-encoder reads. Used for learning and for answering."""

    def __init__(self) -> None:
        from transformers import AutoTokenizer

        self._tokenizer: Any = AutoTokenizer.from_pretrained(bundled_model())

    def question(self, text: str) -> list[int]:
        """Return a question's tokens."""
        return self._tokens(text, "question")

    def statement(self, section: Sequence[str], context: str, text: str) -> list[int]:
        """Return a statement's tokens: its nearest headings, what introduces it, itself."""
        parts = [self._tokens(" > ".join(section[-_HEADINGS:]), "section")]
        parts += [self._tokens(context, "context")] if context else []
        parts += [self._tokens(text, "text")]
        joint: int = self._tokenizer.sep_token_id
        return [token for place, part in enumerate(parts) for token in ([joint] if place else []) + part]

    def batches(self, pairs: Sequence[Pair], size: int) -> Iterator[tuple[list[int], tuple[Tensor, Tensor, Tensor]]]:
        """Yield pairs of like length together, at most `size`: their places, and their batch. So little of it is padding."""
        order = sorted(range(len(pairs)), key=lambda place: len(pairs[place][0]) + len(pairs[place][1]))
        for start in range(0, len(order), size):
            places = order[start : start + size]
            yield places, self.batch([pairs[place] for place in places])

    def batch(self, pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor]:
        """Return token ids, token types (0 question, 1 statement) and mask, each of shape (pairs, longest)."""
        import torch

        first, last = self._tokenizer.cls_token_id, self._tokenizer.sep_token_id
        rows = [([first, *question, last], [*statement, last]) for question, statement in pairs]
        longest = -(-max(len(question) + len(statement) for question, statement in rows) // _STEP) * _STEP
        ids, types, mask = (torch.zeros(len(rows), longest, dtype=torch.long) for _ in range(3))
        for row, (question, statement) in enumerate(rows):
            end = len(question) + len(statement)
            ids[row, :end] = torch.tensor(question + statement)
            types[row, len(question) : end] = 1
            mask[row, :end] = 1
        return ids, types, mask

    def _tokens(self, text: str, part: str) -> list[int]:
        encoded = self._tokenizer(text, add_special_tokens=False, truncation=True, max_length=_LONGEST[part], verbose=False)
        found: list[int] = encoded["input_ids"]
        return found


class CrossEncoder:
    """Scores statements as answers to a question. Not thread safe: the assistant's questions take turns."""

    def __init__(self, reader: Reader, network: nn.Module, memory: ScoreMemory | None = None) -> None:
        self._reader = reader
        self._memory = memory
        self._network = network.eval()
        self._halves = _has_fast_halves()
        self._read: dict[Statement, list[int]] = {}
        if self._halves:
            _halve(self._network)

    @classmethod
    def load(cls, path: Path = WEIGHTS / CROSS_ENCODER, remember: Path | None = None) -> CrossEncoder:
        """Return the cross-encoder of a weights file; raise IndexMismatch that names the remedy if it is not one of ours.

        remember: a folder where scores are kept from one run to the next; None: each question is read anew.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        network = new_network()
        try:
            learnt = unpacked(load_file(path))
            if missing := [name for name in network.state_dict() if is_learnt(name) and name not in learnt]:
                raise KeyError(missing[0])
            network.load_state_dict(learnt, strict=False)
        except (OSError, KeyError, RuntimeError, SafetensorError) as error:
            raise IndexMismatch(f"The cross-encoder's weights in {path} cannot be read ({error}). Run: make train") from error
        return cls(Reader(), network, ScoreMemory(remember, _made_with(path), READ) if remember else None)

    def scores(self, question: str, statements: Sequence[Statement]) -> Logits:
        """Return for each statement the log odds, as learnt, that it answers rather than none: shape (statements,)."""
        asked, read = self._reader.question(question), [self._tokens_of(statement) for statement in statements]
        known = self._memory.get(asked, read) if self._memory else None
        if known is not None:
            return known
        found = self._compute([(asked, tokens) for tokens in read])
        if self._memory:
            self._memory.put(asked, read, found)
        return found

    def _compute(self, pairs: Sequence[Pair]) -> Logits:
        import torch

        found: Logits = np.empty(len(pairs), dtype=np.float32)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._halves):
            for places, batch in self._reader.batches(pairs, _TOGETHER):
                found[places] = self._network(*batch).numpy()
        return found

    def _tokens_of(self, statement: Statement) -> list[int]:
        if statement not in self._read:
            if len(self._read) >= _MOST_KEPT:
                self._read.clear()
            self._read[statement] = self._reader.statement(statement.section, statement.context, statement.text)
        return self._read[statement]


def new_network() -> nn.Module:
    """Return the network with the bundled model's weights and a head that has learnt nothing: (ids, types, mask) -> log odds, (pairs,)."""
    import torch
    from torch import nn
    from transformers import AutoModel

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            # Without dropout: it halves the speed of learning on a processor, and three epochs are too few to learn by heart.
            self.encoder: Any = AutoModel.from_pretrained(
                bundled_model(), attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
            )
            self.head = nn.Linear(2 * self.encoder.config.hidden_size, 1)
            nn.init.normal_(self.head.weight, std=0.02)
            nn.init.zeros_(self.head.bias)

        def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
            states = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state.float()
            kept = mask.unsqueeze(-1).float()
            pooled = torch.cat([states[:, 0], (states * kept).sum(1) / kept.sum(1)], dim=1)
            with torch.autocast("cpu", enabled=False):
                logits: Tensor = self.head(pooled).squeeze(-1)
            return logits

    return Network()


# Weights are kept as eight-bit whole numbers with a scale for each row: half the size of sixteen-bit ones.


def packed(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return what is learnt of a network's state, ready to be saved: matrices in eight bits, vectors in sixteen."""
    import torch

    tensors: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if not is_learnt(name):
            continue
        if tensor.dim() == 2 and tensor.shape[0] > 1:
            scale = tensor.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
            tensors[f"{name}.scale"] = scale.float().contiguous()
            tensors[name] = torch.round(tensor / scale).to(torch.int8).contiguous()
        else:
            tensors[name] = tensor.half().contiguous()
    return tensors


def unpacked(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a network's state from what `packed` made."""
    return {
        name: tensor.float() * tensors[f"{name}.scale"] if f"{name}.scale" in tensors else tensor.float()
        for name, tensor in tensors.items()
        if not name.endswith(".scale")
    }


def mean_of(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return, packed, the mean of two packed networks that were learnt from the same beginning: better than either, at the price of one.

    Source: M. Wortsman and others, Model soups, 2022.
    """
    mine, theirs = unpacked(one), unpacked(other)
    return packed({name: (tensor + theirs[name]) / 2 for name, tensor in mine.items()})


def is_learnt(name: str) -> bool:
    """Return whether a part of the network is learnt and saved; its embeddings stay the bundled model's."""
    return name.startswith((LAYERS, HEAD))


def _made_with(weights: Path) -> str:
    """Name everything that a score depends on beside what is read."""
    import torch

    parts = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (weights, Path(__file__))]
    return " ".join((*parts, torch.__version__, str(torch.get_num_threads()), str(_has_fast_halves())))


def _has_fast_halves() -> bool:
    """Return whether the processor multiplies sixteen-bit numbers in hardware: emulated, they are slower than whole ones."""
    import torch

    supported: bool = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return supported


def _halve(network: nn.Module) -> None:
    """Keep the weights of the large matrices in sixteen bits, so that they are not converted anew for every question."""
    import torch
    from torch import nn

    for name, module in network.named_modules():
        if isinstance(module, nn.Linear) and name.startswith("encoder."):
            module.to(torch.bfloat16)
