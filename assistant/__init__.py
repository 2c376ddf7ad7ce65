"""Ask the desk's documents: `Assistant.open(Settings.from_env(os.environ)).ask("…")`."""

from assistant.ablation import open_ablated
from assistant.assistant import Assistant
from assistant.types import Answer, Citation, Document, Excerpt, Fragment, Passage
from ingest.documents import load_documents, load_examples
from ingest.errors import ClusterdeskError as AssistantError
from ingest.generation import copy_index
from ingest.settings import Settings
from ingest.typography import shown

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "Citation",
    "Document",
    "Excerpt",
    "Fragment",
    "Passage",
    "Settings",
    "copy_index",
    "load_documents",
    "load_examples",
    "open_ablated",
    "shown",
]
