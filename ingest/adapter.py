"""Low-rank changes to the bundled embedding model, learnt from questions: W becomes W + B·A for each linear layer that has one.

Source: E. Hu and others, LoRA: low-rank adaptation of large language models, 2021.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from torch import nn

WEIGHTS = Path(__file__).parent / "weights" / "adapter.safetensors"
FIRST_ADAPTED = 3  # of the model's six layers: the lower three stay as published
_ADAPTED = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


def adapter_hash(path: Path = WEIGHTS) -> str:
    """Return the SHA-256 of an adapter file, as hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def apply_adapter(transformer: nn.Module, path: Path = WEIGHTS) -> None:
    """Add the adapter in a file to a transformer's weights, in place. The file holds "<layer>.<name>.a" (rank, in) and ".b" (out, rank)."""
    import torch
    from safetensors.torch import load_file

    tensors = load_file(path)
    with torch.no_grad():
        for name, layer in adapted_layers(transformer):
            layer.weight += tensors[f"{name}.b"].float() @ tensors[f"{name}.a"].float()


def adapted_layers(transformer: nn.Module) -> Iterator[tuple[str, nn.Linear]]:
    """Yield the name and module of every linear layer that an adapter changes, e.g. "3.attention.self.query"."""
    for number, block in enumerate(cast(Any, transformer).encoder.layer):
        if number >= FIRST_ADAPTED:
            for name in _ADAPTED:
                yield f"{number}.{name}", block.get_submodule(name)
