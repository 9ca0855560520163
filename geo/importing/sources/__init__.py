"""The sources Alentour reads: what each is called, which datasets it holds, and how its rows are read."""

from __future__ import annotations

from geo.importing.sources import bal, ban, bano, bdtopo, boundaries, cadastre, filosofi, osm, plain, rnb
from geo.importing.sources.reading import Contents, Options, Source

SOURCES = {
    one.SOURCE.name: one.SOURCE for one in (boundaries, bdtopo, cadastre, rnb, osm, ban, bal, bano, filosofi, plain)
}

__all__ = ["SOURCES", "Contents", "Options", "Source"]
