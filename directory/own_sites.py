"""Sites of one's own, analysed in place of a service of the directory: plain data, kept nowhere unless a town keeps it.

They travel as text (`as_text`), lines that people read and `directory.importing.sites` reads back: a page holds them,
no server.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from directory.proposed_sites import Site
from geo.texts import legible

#: Sites of one analysis.
MOST = 2_000
#: Characters of a name.
LONGEST_NAME = 80
#: Digits of a degree: a decimetre.
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSites:
    """Places and their names, in the order that they were given in."""

    #: What they are, in the words of who gave them: "Crèches associatives".
    name: str
    places: tuple[Site, ...]
    #: Of each place; empty where it has none.
    names: tuple[str, ...]
    #: How many others of the list are not counted.
    left_out: int = 0


def as_text(own: OwnSites) -> str:
    """Write places with their names, a line each; a name is the rest of its line, whatever it holds."""
    lines = [
        f"{name}; {latitude:.{DIGITS}f}; {longitude:.{DIGITS}f}"
        for (longitude, latitude), name in zip(own.places, own.names, strict=True)
    ]
    return "\n".join([*lines, ""])


def short_name(text: str) -> str:
    """Return what can be seen of a name, on one line, no longer than `LONGEST_NAME`."""
    return legible(legible(text)[:LONGEST_NAME])


def name_of_file(name: str) -> str:
    """Return what the sites of a file are called: its name, without folder and ending.

    >>> name_of_file("creches_2027.csv")
    'creches 2027'
    """
    return short_name(PurePath(name.replace("\\", "/")).stem.replace("_", " "))
