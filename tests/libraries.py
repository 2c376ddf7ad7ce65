"""Libraries for tests: where they live, and a small made-up one to build, change and damage."""

from __future__ import annotations

import os
from pathlib import Path

from assistant import Settings

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"

MANIFEST = """
[[document]]
id = "{id}"
file = "{id}.txt"
title = "{title}"
publisher = "Harbour Office"
published = "{published}"
language = "en"
country = "Harbourland"
licence = "unknown"
source = "unknown"
"""
FUND = "harbour-fund-2019"
TIDES = "tide-tables-2020"
FUND_TEXT = """Introduction

The Harbour Fund was founded in 1998 by the Ministry of Tides. It pays for dredging, quays and lighthouses in all nine harbours.

Budget

The Harbour Fund has a budget of EUR 16.7 million a year.¹ It is paid by the Ministry of Tides and by the towns.

¹ Ministry of Tides, Budget of 2019.

The fund pays for the following:

- Dredging of the nine harbours;
- Repair of quays;
- Light for the lighthouses.
"""
TIDES_TEXT = """Introduction

Tides in Harbourland rise by up to four metres. The tables are printed every spring by the Tide Office in Northport.

Harbour	Tide	Depth
Northport	four metres	nine metres
Southport	three metres	seven metres
Eastport	two metres	six metres
"""


def settings_for(corpus: Path, home: Path) -> Settings:
    """Return settings for a corpus folder and a home folder, everything else as by default."""
    return Settings.from_env({"CLUSTERDESK_CORPUS": str(corpus), "CLUSTERDESK_HOME": str(home)})


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Return the environment of a child process that works with these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLUSTERDESK_")}
    return {**kept, "CLUSTERDESK_CORPUS": str(settings.corpus), "CLUSTERDESK_HOME": str(settings.home), **more}


def write_library(corpus: Path) -> None:
    """Write the two documents and their manifest to a folder."""
    corpus.mkdir(parents=True, exist_ok=True)
    entries = [(FUND, "The Harbour Fund", "2019", FUND_TEXT), (TIDES, "Tide Tables", "2020-03", TIDES_TEXT)]
    for identity, _, _, text in entries:
        (corpus / f"{identity}.txt").write_text(text, encoding="utf-8")
    manifest = "".join(MANIFEST.format(id=identity, title=title, published=published) for identity, title, published, _ in entries)
    (corpus / "documents.toml").write_text(manifest, encoding="utf-8")


def new_library(folder: Path) -> Settings:
    """Write the library to a folder and return settings for it; no index yet."""
    write_library(folder / "corpus")
    return settings_for(folder / "corpus", folder / "home")


def add_sentence(settings: Settings) -> None:
    """Change one document by a paragraph at its end."""
    path = settings.corpus / f"{TIDES}.txt"
    path.write_text(
        path.read_text(encoding="utf-8") + "\nIn 2021 the tables were printed in Westport for the first time.\n", encoding="utf-8"
    )
