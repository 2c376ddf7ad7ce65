"""Every setting of Clusterdesk, in one table. Read once from the environment, by injection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SettingError


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: environment name, default (text, as it would be typed) and what it is for."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("CLUSTERDESK_CORPUS", "corpus", "folder of the documents and documents.toml"),
    Setting("CLUSTERDESK_HOME", ".clusterdesk", "folder for the index, the kept conversations and the feedback"),
    Setting(
        "CLUSTERDESK_EMBEDDING_MODEL",
        "",
        "a sentence-transformers model (folder or hub name); empty: the bundled one with our adapter; all-MiniLM-L6-v2: without it",
    ),
    Setting("CLUSTERDESK_CHROMA_URL", "", "address of a Chroma server for large desks; empty: embedded Chroma"),
    Setting("CLUSTERDESK_THREADS", "2", "processor threads for the models"),
    Setting("CLUSTERDESK_HOST", "127.0.0.1", "address the chat page listens on"),
    Setting("CLUSTERDESK_PORT", "7860", "port the chat page listens on"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force. Paths are as given, relative ones to the working folder."""

    corpus: Path
    home: Path
    embedding_model: str
    chroma_url: str
    threads: int
    host: str
    port: int

    @property
    def index(self) -> Path:
        """The folder of the index generations."""
        return self.home / "index"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Return the settings, or raise SettingError that names the variable and its value."""
        unknown = {n for n in environ if n.startswith("CLUSTERDESK_")} - {s.name for s in SETTINGS}
        if unknown:
            known = ", ".join(s.name for s in SETTINGS)
            raise SettingError(f"Unknown setting {', '.join(sorted(unknown))}. The settings are: {known}.")
        value = {s.name: environ.get(s.name, s.default).strip() or s.default for s in SETTINGS}
        return cls(
            corpus=Path(value["CLUSTERDESK_CORPUS"]),
            home=Path(value["CLUSTERDESK_HOME"]),
            embedding_model=value["CLUSTERDESK_EMBEDDING_MODEL"],
            chroma_url=value["CLUSTERDESK_CHROMA_URL"],
            threads=_whole(value, "CLUSTERDESK_THREADS", 1, 256),
            host=value["CLUSTERDESK_HOST"],
            port=_whole(value, "CLUSTERDESK_PORT", 0, 65535),
        )


def _whole(value: Mapping[str, str], name: str, low: int, high: int) -> int:
    text = value[name]
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SettingError(f"{name} is {text!r}; it takes a whole number from {low} to {high}.")
    return int(text)
