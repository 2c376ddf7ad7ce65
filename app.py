"""Serves the chat page: python app.py. Only wires settings, assistant and page together."""

from __future__ import annotations

import os
from functools import partial

from assistant import Assistant, AssistantError, Settings, load_documents, load_examples
from page import Library, PageError, Suggestions, SuggestionsError, serve


def main() -> None:
    """Serve the page until Ctrl-C; end with a sentence if that is not possible."""
    try:
        settings = Settings.from_env(os.environ)
        library = Library(load_documents(settings.corpus), load_examples(settings.corpus), Suggestions.load(settings.corpus))
        serve(settings, partial(Assistant.open, settings), library, told=(AssistantError,))
    except (AssistantError, PageError, SuggestionsError) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
