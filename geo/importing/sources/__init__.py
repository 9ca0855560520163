"""The sources Alentour reads: what each is called, which datasets it holds, and how its rows are read."""

from __future__ import annotations

from geo.importing.sources import ban, bdtopo, boundaries, osm, plain, rnb
from geo.importing.sources.reading import Contents, Options, Source

SOURCES = {
    source.name: source
    for source in (boundaries.SOURCE, bdtopo.SOURCE, rnb.SOURCE, osm.SOURCE, ban.SOURCE, plain.SOURCE)
}

__all__ = ["SOURCES", "Contents", "Options", "Source"]
