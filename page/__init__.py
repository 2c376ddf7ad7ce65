"""The chat page: a conversation on one side, the source of the chosen citation on the other."""

from page.server import PageError, serve

__all__ = ["PageError", "serve"]
