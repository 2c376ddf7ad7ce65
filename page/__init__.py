"""The chat page: a conversation on one side, the source of the chosen citation on the other."""

from page.server import PageError, serve
from page.service import Library
from page.suggest import Suggestions, SuggestionsError

__all__ = ["Library", "PageError", "Suggestions", "SuggestionsError", "serve"]
