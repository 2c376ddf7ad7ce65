"""The page's fixed sentences."""

from __future__ import annotations

NAME = "Clusterdesk"

PLACEHOLDER = "Ask in plain words"
WELCOME = "Ask what the documents say"
WELCOME_MORE = (
    "Answers come word for word from the library, each with the place where it stands. What the library does not say is not answered."
)
LOADING = "The models are loading"
LOADING_MORE = "Your question is kept and will be answered as soon as they are ready."
LOOKING = "Looking in the documents"
NOT_READY = "The assistant could not start"
REFUSED = "Not in the documents"
SEE_ALSO = "Nearest passages, not an answer"
NO_SOURCE = "The passage behind an answer appears here, marked where it stands in its document."
NOTHING_CITED = "This reply has no source. Choose a citation or a nearby passage to read it where it stands."
LONGEST_QUESTION = 2000
TOO_LONG = "This question has {length:,} characters; the page takes {limit:,}. Please shorten it and ask again."
BROKEN = "Something went wrong while answering. The details are in the window where Clusterdesk was started."
BROKEN_OPENING = "The assistant could not be opened. The details are in the window where Clusterdesk was started."
FORGOTTEN = "Earlier questions of this conversation are no longer shown."
