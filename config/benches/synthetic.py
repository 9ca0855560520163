"""Invented listings for benches: seeded, and clustered in towns as people are."""

from __future__ import annotations

import json
import struct
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from directory.categories import Node, tree

#: West, south, east, north of metropolitan France, in degrees.
AREA = (-4.5, 42.5, 7.8, 50.9)
TOWNS = 20_000
#: The size of a French commune falls with its rank about as rank to the power -0.9 (Insee, populations légales 2021).
ZIPF = 0.9
#: Standard deviation of a town's listings: 4 km in the largest, its area in step with its people, 250 m at least.
WIDEST_KM, NARROWEST_KM = 4.0, 0.25
KM_PER_DEGREE = 111.2

#: Extended well-known binary of a point: byte order, type with SRID, SRID, longitude, latitude.
EWKB_POINT = struct.Struct("<BIIdd")
LITTLE_ENDIAN_POINT = (1, 0x20000001, 4326)


@dataclass(frozen=True, slots=True)
class Points:
    """Longitudes and latitudes in degrees and the town of each, as arrays of one length, town after town."""

    longitudes: np.ndarray
    latitudes: np.ndarray
    towns: np.ndarray

    def pairs(self) -> list[tuple[float, float]]:
        """Longitude and latitude of each."""
        return list(zip(self.longitudes.tolist(), self.latitudes.tolist(), strict=True))


def clustered(*, rows: int, seed: int) -> Points:
    """Scatter points over the same towns whatever their number: more rows are a denser country."""
    country = np.random.default_rng(seed)
    west, south, east, north = AREA
    longitudes, latitudes = country.uniform(west, east, TOWNS), country.uniform(south, north, TOWNS)
    weights = np.arange(1, TOWNS + 1) ** -ZIPF
    spreads = np.maximum(WIDEST_KM * np.sqrt(weights), NARROWEST_KM) / KM_PER_DEGREE
    inhabitants = np.random.default_rng([seed, rows])
    towns = np.sort(inhabitants.choice(TOWNS, rows, p=weights / weights.sum()))
    scatter = inhabitants.normal(size=(2, rows)) * spreads[towns]
    return Points(
        longitudes=longitudes[towns] + scatter[0] / np.cos(np.radians(latitudes[towns])),
        latitudes=latitudes[towns] + scatter[1],
        towns=towns,
    )


def search_points(*, count: int, seed: int) -> list[tuple[float, float]]:
    """Draw where people of the same towns ask from. Longitude and latitude in degrees of each."""
    points = clustered(rows=count, seed=seed).pairs()
    Random(seed).shuffle(points)  # noqa: S311 - not for secrets
    return points


#: Columns of `directory_searchentry` that `entries` gives, in order.
COLUMNS = (
    *("listing_id", "public_id", "kind", "category_number", "title", "words", "location", "municipality_id"),
    *(
        "neighbourhood_id",
        "insee_code",
        "department",
        "audience",
        "live_from",
        "live_until",
        "open_periods",
        "open_feature",
    ),
)


def entries(
    points: Points, *, seed: int, first: int = 0, categories: Collection[str] = (), opened: Sequence[str] = ()
) -> Iterator[str]:
    """Write the search entries at these points as lines of `COPY`, with cards as real imports have them.

    `first` is the number of the first entry; `categories` are the codes drawn from, by default every leaf of the tree;
    `opened` are the open periods they have in turn, as multiranges, by default unknown ones.
    """
    random = Random(seed)  # noqa: S311 - not for secrets
    codes = categories or [node.code for node in tree().values() if node.number == node.last]
    leaves = [(tree()[code], _feature(tree()[code])) for code in codes]
    places = zip(points.pairs(), points.towns.tolist(), strict=True)
    for number, ((longitude, latitude), town) in enumerate(places, first):
        node, feature = leaves[int(random.random() * len(leaves))]
        identity = uuid.UUID(int=random.getrandbits(128), version=4)
        location = EWKB_POINT.pack(*LITTLE_ENDIAN_POINT, longitude, latitude).hex()
        title = f"{node.fr} {number:x}"
        shown = feature % (longitude, latitude, identity, title, identity, number % 200 + 1)
        columns = (number, identity, node.kind, node.number, title, f"{title} {node.en}".lower(), location, town)
        periods = opened[number % len(opened)] if opened else r"\N"
        rest = (r"\N", f"{town:05d}", f"{town % 95 + 1:02d}", "public", r"\N", r"\N", periods, shown)
        yield "\t".join(map(str, (*columns, *rest))) + "\n"


def _feature(node: Node) -> str:
    """A pattern of what `directory.entries_sql` writes for a listing of this category."""
    card = {"address": "%d rue du Bourg", "phone": "+33199001234", "source": "bench"}
    card |= {"opening_hours": "Mo-Sa 08:00-19:00", "municipality": "Bourg"}
    properties = {"id": "%s", "kind": node.kind, "category": node.code, "title": "%s", "url": "/annonce/%s/"}
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": ["%.7f", "%.7f"]}}
    pattern = json.dumps(feature | {"properties": properties | {"card": card}}, ensure_ascii=False)
    return pattern.replace('"%.7f"', "%.7f").removesuffix("}}")
