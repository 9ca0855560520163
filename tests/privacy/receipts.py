"""Observers all over a town who note on which day a request reached them, and what can be made of their notes.

Whoever knows every building, every cell and how rings are made works out, for each building, on which days these
observers would have been reached if rings started from it; the building that agrees with most of what they noted is the
guess.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from directory import spreading
from directory.models import Listing
from geo.models import PublicCell
from scopes.models import Account
from scopes.viewing import viewer_of
from tests.directory.spread import looks_for, mornings, on
from tests.neighbours import neighbour
from tests.privacy.anonymity import everyone_everywhere
from tests.privacy.attacks import Place, Verdict, distances, verdict
from tests.privacy.inhabitants import Dwelling, drawn, dwellings_of_the_town

#: The day on which each observer was reached; none who never was.
Notes = dict[int, int]


@dataclass
class Watch:
    """Observers who look every evening, and targets who each let a request spread."""

    town: list[Dwelling]
    #: The observers' accounts, with the cell each lives in.
    observers: dict[int, int]
    homes: list[Dwelling] = field(default_factory=list)
    notes: list[Notes] = field(default_factory=list)

    @classmethod
    def over_the_town(cls, *, observers: int, seed: int) -> Watch:
        """So many accounts, each in a building of its own."""
        town = dwellings_of_the_town()
        theirs = random.Random(seed).sample(town, observers)
        accounts: dict[int, Account] = everyone_everywhere(home.residence for home in theirs)
        cells = {home.residence.pk: home.cell_id for home in theirs}
        return cls(town, {account.pk: cells[residence] for residence, account in accounts.items()})

    def note(self, homes: Sequence[Dwelling]) -> None:
        """Let someone in each of these homes look for something, and note who was reached when."""
        words = [f"Cherche {number}" for number in range(len(homes))]
        for word, home in zip(words, homes, strict=True):
            with on(0):
                looks_for(neighbour("Cible", home.residence), word)
        seen: dict[str, Notes] = {word: {} for word in words}
        viewers = {observer: viewer_of(observer) for observer in self.observers}
        for day in range(1, spreading.MOST_RINGS + 1):
            mornings(day)
            with on(day):
                for observer, viewer in viewers.items():
                    shown = Listing.objects.live().visible_to(viewer).filter(spreads=True)
                    for title in shown.values_list("title", flat=True):
                        seen[title].setdefault(observer, day)
        self.homes, self.notes = list(homes), [seen[word] for word in words]

    def note_some(self, targets: int, *, seed: int) -> None:
        """The same for people drawn as they live: as many in a building as it has dwellings."""
        self.note(drawn(random.Random(seed), targets, homes=self.town))

    def judged(self) -> Verdict:
        """How often the best guess is the home."""
        return verdict(self.guesses(), self.homes, self.town)

    def guesses(self) -> list[Dwelling]:
        """For each target, the building of its cell, which is public, that agrees with most of the notes."""
        cells = list(PublicCell.objects.sound().order_by("pk"))
        column = {cell.pk: number for number, cell in enumerate(cells)}
        where = [column[cell] for cell in self.observers.values()]
        rings = _rings([(home.longitude, home.latitude) for home in self.town], cells)[:, where]
        return [self._guess(home, rings, notes) for home, notes in zip(self.homes, self.notes, strict=True)]

    def _guess(self, home: Dwelling, rings: np.ndarray, notes: Notes) -> Dwelling:
        noted = np.array([notes.get(observer, spreading.MOST_RINGS + 1) for observer in self.observers])
        agreed = np.count_nonzero(rings == noted, axis=1)
        cell = [number for number, one in enumerate(self.town) if one.cell_id == home.cell_id]
        return self.town[max(cell, key=lambda number: (agreed[number], self.town[number].dwellings))]


def _rings(starts: Sequence[Place], cells: Sequence[PublicCell]) -> np.ndarray:
    """The ring on which each cell would be reached from each start, of shape (starts, cells)."""
    order = np.argsort(distances(starts, [cell.location.coords for cell in cells]), axis=1)
    dwellings = np.array([cell.dwellings for cell in cells])[order]
    nearer = np.cumsum(dwellings, axis=1) - dwellings
    numbers = np.arange(1, spreading.MOST_RINGS + 1)
    ring = np.searchsorted(spreading.HOMES * numbers * (numbers + 1) // 2, nearer, side="right") + 1
    reached = np.empty_like(ring)
    np.put_along_axis(reached, order, ring, axis=1)
    return reached
