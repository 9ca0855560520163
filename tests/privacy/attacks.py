"""The known attacks on a position, through the endpoints: bisection, rounding flips, order among decoys, averaging.

Each knows the whole town, may ask from anywhere, and answers where its target's post seems to be; the guess is then the
inhabited building nearest to that. Sources: privacy.md, section 1 (Polakis 2015, Dhondt 2024, Check Point 2024).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

import numpy as np
from pyproj import Geod
from scipy.optimize import least_squares
from scipy.stats import binomtest

from scopes.models import Account
from tests.privacy.inhabitants import Dwelling
from tests.privacy.shortcut import Shortcut

EARTH = Geod(ellps="WGS84")
#: Halvings of 4 km down to less than a millimetre, which is what the endpoint takes.
HALVINGS = 23
FARTHEST = 4_000.0
#: Asked with a circle, a search by words looks there at once; without, near by first, then farther: three statements.
AROUND = f"{FARTHEST:.0f}m"
#: Of something found; the words of targets and decoys are letters alone.
TITLE = re.compile(rb'"title" ?: ?"([^"\\]*)"')
#: An identical address may reuse its first answer once so many repeats were byte-equal (privacy.md, T2).
REPEATS = 1_000

Told = TypeVar("Told")
Place = tuple[float, float]
#: West, south, east and north, in degrees.
Box = tuple[float, float, float, float]


@dataclass
class Attacker:
    """Someone with accounts, who asks from anywhere as often as wanted; every second query by the next account."""

    accounts: Sequence[Account | None]
    #: How many questions were put to an endpoint.
    queries: int = 0
    _clients: list[Shortcut] = field(init=False)
    _known: dict[tuple, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._clients = [Shortcut(account) for account in self.accounts]

    def features(self, place: Place, **asked: object) -> list[dict]:
        """What the endpoint answers around a place."""
        return json.loads(self.answer(place, **asked))["features"]

    def answer(self, place: Place, *, account: int | None = None, **asked: object) -> bytes:
        """The bytes of an answer, to one account or each in turn."""
        number = (self.queries if account is None else account) % len(self._clients)
        self.queries += 1
        query = {"lon": f"{place[0]:.9f}", "lat": f"{place[1]:.9f}", **asked}
        response = self._clients[number].get("/api/nearby/", query)
        assert response.status_code == 200, response.content
        return response.content

    def known(self, place: Place, *, account: int, read: Callable[[bytes], Told], **asked: object) -> Told:
        """What is read in an answer; once for the very same question, which `test_localisation` shows to stay."""
        key = (place, account % len(self._clients), read, *asked.items())
        if key not in self._known:
            self._known[key] = read(self.answer(place, account=account, **asked))
        return self._known[key]

    def titles_in(self, box: Box) -> set[str]:
        """Titles of what people say in a box of degrees, page by page."""
        client, titles = self._clients[self.queries % len(self._clients)], set()
        address = f"/api/listings/?limit=100&bbox={','.join(f'{side:.9f}' for side in box)}"
        while address:
            self.queries += 1
            page = json.loads(client.get(address).rendered_content)
            titles |= {feature["properties"]["title"] for feature in page["features"]}
            address = page["next"]
        return titles

    def forget(self) -> None:
        """Ask everything anew."""
        self._known.clear()


@cache
def away(place: Place, bearing: float, metres: float) -> Place:
    """The place so many metres away."""
    longitude, latitude, _back = EARTH.fwd(*place, bearing, metres)
    return longitude, latitude


def metres_between(one: Place, other: Place) -> float:
    """Geodesic distance."""
    return EARTH.inv(*one, *other)[2]


def located(places: Sequence[Place], metres: Sequence[float], *, start: Place) -> Place:
    """Where all these distances are met, by least squares."""
    longitudes, latitudes = np.array(places).T
    scale = np.array([111_320 * math.cos(math.radians(start[1])), 111_132])

    def missing(offset: np.ndarray) -> np.ndarray:
        longitude, latitude = start + offset / scale
        there = np.full((2, len(longitudes)), [[longitude], [latitude]])
        return EARTH.inv(*there, longitudes, latitudes)[2] - metres

    begun = [(east, north) for east in (-600.0, 0.0, 600.0) for north in (-600.0, 0.0, 600.0)]
    found = min((least_squares(missing, offset, x_scale=100.0) for offset in begun), key=lambda found: found.cost)
    return tuple((start + found.x / scale).tolist())


def stands(start: Place, count: int) -> list[Place]:
    """Places to ask from, around the town."""
    return [away(start, 360 * n / count + 17, 250 + 600 * (n * 0.618 % 1)) for n in range(count)]


def by_bisection(attacker: Attacker, word: str, start: Place, queries: int) -> Place:
    """From each of some places, the radius at which the post appears."""
    places = stands(start, max(3, queries // HALVINGS))
    return located(places, [_appears(attacker, word, place) for place in places], start=start)


def _appears(attacker: Attacker, word: str, place: Place) -> float:
    least, most = 0.0, FARTHEST
    for _ in range(HALVINGS):
        middle = round((least + most) / 2, 3)
        if attacker.features(place, within=f"{middle:.3f}m", q=word):
            most = middle
        else:
            least = middle
    return (least + most) / 2


def by_box(attacker: Attacker, word: str, start: Place, queries: int) -> Place:
    """Halves a box, taking the half that holds the post."""
    west, south, east, north = start[0] - 0.03, start[1] - 0.02, start[0] + 0.03, start[1] + 0.02
    for step in range(min(queries, 2 * HALVINGS)):
        longitude, latitude = (west + east) / 2, (south + north) / 2
        if step % 2:
            is_west = word in attacker.titles_in((west, south, longitude, north))
            west, east = (west, longitude) if is_west else (longitude, east)
        else:
            is_south = word in attacker.titles_in((west, south, east, latitude))
            south, north = (south, latitude) if is_south else (latitude, north)
    return (west + east) / 2, (south + north) / 2


def by_rounding_flip(attacker: Attacker, word: str, start: Place, queries: int) -> Place:
    """Walks until the rounded distance flips: there it is known exactly."""
    places = stands(start, max(3, queries // HALVINGS))
    flips = [_flip(attacker, word, place, 137.5 * number) for number, place in enumerate(places)]
    return located([place for place, _metres in flips], [metres for _place, metres in flips], start=start)


def _flip(attacker: Attacker, word: str, start: Place, bearing: float) -> tuple[Place, float]:
    def told(metres: float) -> int:
        (feature,) = attacker.features(away(start, bearing, metres), within=AROUND, q=word)
        return feature["properties"]["why"]["metres"]

    # The first 40 m hold a flip, unless the walk is on a circle around the post.
    least, most = 0.0, 40.0
    before = told(least)
    after = before
    for _ in range(HALVINGS - 2):
        middle = (least + most) / 2
        rounded = told(middle)
        if rounded == before:
            least = middle
        else:
            most, after = middle, rounded
    return away(start, bearing, most), (before + after) / 2


def by_averaging(attacker: Attacker, word: str, start: Place, queries: int) -> Place:
    """Repeats the same questions, each account in turn, and takes the mean of the distances."""
    places = stands(start, 5)
    told: list[float] = []
    for place in places:
        turns = range(queries // len(places))
        metres = [attacker.known(place, account=number, read=_distance, within=AROUND, q=word) for number in turns]
        told.append(float(np.mean(metres)))
    return located(places, told, start=start)


def _distance(answer: bytes) -> float:
    return json.loads(answer)["features"][0]["properties"]["distance"]


def by_order(
    attacker: Attacker,
    word: str,
    start: Place,
    queries: int,
    *,
    decoys: dict[str, Place],
    town: Sequence[Dwelling],
    homes: Sequence[Dwelling],
) -> Place:
    """Asks from many places whether the target comes before each decoy, whose true home the attacker knows.

    Answers the building that agrees with most of what was seen, the largest among equals: one of the homes of the
    cell, which are public, or a hundred questions would be spent on finding what is known.
    """
    asked = sorted(_lattice(queries, town), key=lambda numbered: _near(numbered[1], start))
    places, seen, known = [], [], []
    for number, place in asked[:queries]:
        rank = attacker.known(place, account=number, read=_ranks, limit=100)
        if word in rank:
            places.append(place)
            seen.append([rank.get(decoy, len(rank)) > rank[word] for decoy in decoys])
            known.append([decoy in rank for decoy in decoys])
    agreed = _agreement(places, np.array(seen), np.array(known), list(decoys.values()), homes)
    best = max(range(len(homes)), key=lambda number: (agreed[number], homes[number].dwellings))
    return homes[best].longitude, homes[best].latitude


def _near(place: Place, start: Place) -> float:
    return (place[0] - start[0]) ** 2 * math.cos(math.radians(start[1])) ** 2 + (place[1] - start[1]) ** 2


def _ranks(answer: bytes) -> dict[str, int]:
    """Rank of each title in an answer; the areas drawn in it, 300 kB of them, are not read."""
    return {title.decode(): rank for rank, title in enumerate(TITLE.findall(answer))}


def _lattice(queries: int, homes: Sequence[Dwelling]) -> list[tuple[int, Place]]:
    """Numbered places spread evenly over the town, ten times as many as queries, 10,000 at most: shared by targets."""
    west, east = min(home.longitude for home in homes), max(home.longitude for home in homes)
    south, north = min(home.latitude for home in homes), max(home.latitude for home in homes)
    # The R2 sequence of Roberts (2018): each further place falls where there are fewest.
    steps = [((n * 0.7548776662) % 1, (n * 0.5698402910) % 1) for n in range(min(10 * queries, 10_000))]
    return [(n, (west + (east - west) * x, south + (north - south) * y)) for n, (x, y) in enumerate(steps)]


def _agreement(
    asked: list[Place], seen: np.ndarray, known: np.ndarray, decoys: list[Place], homes: Sequence[Dwelling]
) -> np.ndarray:
    """For each building, how often the order was what it would be if the target lived there."""
    from_decoys = distances(asked, decoys)
    from_homes = distances(asked, [(home.longitude, home.latitude) for home in homes])
    agreed = (((from_homes[:, [n]] < from_decoys) == seen) & known for n in range(len(homes)))
    return np.array([np.count_nonzero(each) for each in agreed]) / np.count_nonzero(known)


def distances(ones: Sequence[Place], others: Sequence[Place]) -> np.ndarray:
    """Metres, of shape (ones, others), on a plane: a town is small."""
    one, other = np.array(ones), np.array(others)
    scale = np.array([111_320 * math.cos(math.radians(one[0, 1])), 111_132])
    return np.hypot(*((one[:, None] - other[None]) * scale).transpose(2, 0, 1))


def nearest_home(place: Place, homes: Sequence[Dwelling]) -> Dwelling:
    """The inhabited building nearest to a place: what the attacker takes for the home."""
    metres = distances([place], [(home.longitude, home.latitude) for home in homes])[0]
    return homes[int(metres.argmin())]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an attack fared: the share of targets whose building it named, and the blind guess's share."""

    right: int
    targets: int
    blind: float

    def __str__(self) -> str:
        return f"{self.right} right of {self.targets} ({self.share:.3f}; the blind guess: {self.blind:.3f})"

    @property
    def share(self) -> float:
        """Share of right buildings."""
        return self.right / self.targets

    @property
    def no_better_than_blind(self) -> bool:
        """Whether it is not above the blind guess "the largest building of the cell", by a one-sided binomial test."""
        return binomtest(self.right, self.targets, self.blind, alternative="greater").pvalue > 0.01


def verdict(guesses: Sequence[Dwelling], homes: Sequence[Dwelling], town: Sequence[Dwelling]) -> Verdict:
    """Compare guesses with the true homes."""
    largest: dict[int, int] = {}
    total: dict[int, int] = {}
    for home in town:
        largest[home.cell_id] = max(largest.get(home.cell_id, 0), home.dwellings)
        total[home.cell_id] = total.get(home.cell_id, 0) + home.dwellings
    blind = [largest[home.cell_id] / total[home.cell_id] for home in homes]
    right = sum(guess == home for guess, home in zip(guesses, homes, strict=True))
    return Verdict(right, len(homes), float(np.mean(blind)))


Attack = Callable[..., Place]
ATTACKS: dict[str, Attack] = {
    "bisection": by_bisection,
    "boxes": by_box,
    "rounding flips": by_rounding_flip,
    "averaging": by_averaging,
}
