"""What can keep the assistant from answering at all.

AssistantError            every message says what, which value and what to run
└── NotReady              there is no usable index, model or store; wraps the error of `ingest`
"""


class AssistantError(Exception):
    """Base of the assistant's errors; its text is for the person at the keyboard."""


class NotReady(AssistantError):
    """The index, the model or the store cannot be used."""
