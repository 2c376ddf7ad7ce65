"""python -m ingest: build the index; --check: verify it; --show DOCUMENT: print what the index sees of a document."""

from __future__ import annotations

import argparse
import os
import sys

from ingest.build import build, read_documents
from ingest.check import check_in_child
from ingest.errors import ClusterdeskError, DocumentError
from ingest.generation import current_folder
from ingest.outline import outline
from ingest.settings import Settings


def main() -> int:
    """Run the command line; errors end with one sentence and exit status 1."""
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Build the index of the documents in the corpus folder.")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", action="store_true", help="verify the index, every vector of it")
    group.add_argument("--show", metavar="DOCUMENT", help="print a document's structure as the index sees it")
    group.add_argument("--rebuild", action="store_true", help="build even if nothing changed")
    options = parser.parse_args()
    try:
        settings = Settings.from_env(os.environ)
        if options.check:
            print(check_in_child(current_folder(settings.index)))
        elif options.show:
            _show(settings, options.show)
        else:
            _build(settings, rebuild=options.rebuild)
    except ClusterdeskError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of a pipe had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _show(settings: Settings, wanted: str) -> None:
    documents = {item.document.id: item for item in read_documents(settings.corpus)}
    if wanted not in documents:
        raise DocumentError(f"There is no document {wanted!r}. The documents are: {', '.join(documents)}.")
    for line in outline(documents[wanted].parsed):
        print(line)


def _build(settings: Settings, *, rebuild: bool) -> None:
    built = build(settings, rebuild=rebuild)
    what = f"{built.documents} documents, {built.blocks} blocks, {built.chunks} chunks, {built.statements} statements"
    if built.changed:
        print(f"Built index {built.index_id} in {built.seconds:.1f} s: {what} ({built.reused} embeddings reused).")
    else:
        print(f"Index {built.index_id} is up to date ({what}; {built.seconds:.1f} s).")


if __name__ == "__main__":
    sys.exit(main())
