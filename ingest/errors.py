"""What can go wrong between a document and an answer.

ClusterdeskError          every message says what, which value and what to run
├── SettingError          a CLUSTERDESK_ variable has an unusable value
├── ManifestError         corpus/documents.toml is wrong
├── DocumentError         a document cannot be read
├── IndexMissing          there is no index yet
├── IndexMismatch         the index was built from other documents, another model or another version
├── IndexDamaged          the index is there but does not hold what its manifest says
├── StoreBusy             another process holds the store
└── StoreUnusable         the store cannot be locked, though nobody holds it
"""


class ClusterdeskError(Exception):
    """Base of all errors below; its text is for the person at the keyboard."""


class SettingError(ClusterdeskError):
    """A setting has an unusable value."""


class ManifestError(ClusterdeskError):
    """documents.toml is wrong."""


class DocumentError(ClusterdeskError):
    """A document cannot be read."""


class IndexMissing(ClusterdeskError):
    """There is no index yet."""


class IndexMismatch(ClusterdeskError):
    """The index does not fit the documents, the model or this version."""


class IndexDamaged(ClusterdeskError):
    """The index does not hold what its manifest says."""


class StoreBusy(ClusterdeskError):
    """Another process holds the store."""


class StoreUnusable(ClusterdeskError):
    """The lock of a store cannot be taken, though nobody holds it."""
