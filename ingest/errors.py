"""What can go wrong between a document and its index.

IngestError               every message says what, which value and what to run
├── SettingError          a CLUSTERDESK_ variable has an unusable value
├── ManifestError         corpus/documents.toml is wrong
├── DocumentError         a document cannot be read
├── IndexMissing          there is no index yet
├── IndexMismatch         the index was built from other documents, another model or another version
├── IndexDamaged          the index is there but does not hold what its manifest says
└── StoreBusy             another process holds the store
"""


class IngestError(Exception):
    """Base of all errors below; its text is for the person at the keyboard."""


class SettingError(IngestError):
    """A setting has an unusable value."""


class ManifestError(IngestError):
    """documents.toml is wrong."""


class DocumentError(IngestError):
    """A document cannot be read."""


class IndexMissing(IngestError):
    """There is no index yet."""


class IndexMismatch(IngestError):
    """The index does not fit the documents, the model or this version."""


class IndexDamaged(IngestError):
    """The index does not hold what its manifest says."""


class StoreBusy(IngestError):
    """Another process holds the store."""
