"""A village of houses, in metres from its south-west corner, whose buildings change from vintage to vintage."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import shapely

from geo.activation import activate
from geo.importing import Row, load
from geo.models import Release

#: Degrees of a metre, near enough at 48° N.
EAST, NORTH = 1 / 74_600, 1 / 111_200
#: Of main residences among dwellings, where nothing more is known.
SHARE = 0.82


def plot(x: float, y: float, width: float = 12, depth: float = 10) -> shapely.Polygon:
    """A footprint, in metres from the south-west corner of the village."""
    return shapely.box(2 + x * EAST, 48 + y * NORTH, 2 + (x + width) * EAST, 48 + (y + depth) * NORTH)


def activated(dataset: str, territory: str, rows: list[Row]) -> Release:
    """Load and show these rows."""
    release = load(dataset=dataset, source="bdtopo", territory=territory, rows=rows)
    return activate(release=release, force=True)


def commune(code: str = "77001", west: float = 0, width: float = 3_000) -> Row:
    """The limits of a village."""
    outline = plot(west, 0, width, 3_000)
    return Row(code, outline, {"insee_code": code, "name": f"Village {code}", "department": code[:2]})


@dataclass
class Village:
    """Footprints and dwellings by key, and how they change."""

    chance: Random
    code: str = "77001"
    houses: dict[str, tuple[shapely.Polygon, int]] = field(default_factory=dict)
    made: int = 0

    def build(self, footprint: shapely.Polygon, dwellings: int = 1) -> str:
        """Add a building under a key of its own."""
        self.made += 1
        key = f"{self.code}-{self.made:04}"
        self.houses[key] = (footprint, dwellings)
        return key

    def build_rows(self, count: int, y: float = 100, x: float = 100) -> None:
        """Add houses in rows of ten, 25 m apart."""
        for n in range(count):
            self.build(plot(x + 25 * (n % 10), y + 25 * (n // 10)), self.chance.choice([1, 1, 1, 2]))

    def show(self) -> None:
        """Activate the buildings as they are."""
        rows = [
            Row(key, footprint, {"dwellings": dwellings, "use": "residential"}, key=key, insee_code=self.code)
            for key, (footprint, dwellings) in self.houses.items()
        ]
        activated("buildings", self.code, rows)

    def some(self, count: int) -> list[str]:
        """Keys of some houses."""
        return self.chance.sample(sorted(self.houses), min(count, len(self.houses)))

    def change(self) -> None:
        """Pull down, build, cut in two, join to the neighbour, and number anew."""
        for key in self.some(6):
            del self.houses[key]
        for _ in range(8):
            spot = plot(self.chance.uniform(0, 2_900), self.chance.uniform(0, 2_900))
            self.build(spot, self.chance.choice([1, 1, 2, 9]))
        for key in self.some(4):
            footprint, dwellings = self.houses.pop(key)
            west, south, east, north = footprint.bounds
            middle = (west + east) / 2
            for half in (shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)):
                self.build(half, max(1, dwellings // 2))
        for key in filter(self.houses.__contains__, self.some(4)):
            one, dwellings = self.houses.pop(key)
            other = min(self.houses, key=lambda near: self.houses[near][0].distance(one))
            neighbour, more = self.houses.pop(other)
            self.build(shapely.union(one, neighbour).convex_hull, dwellings + more)
        for key in self.some(10):
            self.build(*self.houses.pop(key))


def village(houses: int = 150, seed: int = 1, code: str = "77001", x: float = 100) -> Village:
    """A village of houses, shown."""
    made = Village(Random(seed), code)
    made.build_rows(houses, x=x)
    made.show()
    return made
