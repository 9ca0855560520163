"""A country for the bench of rides: one region again and again, so that more rides are more land, as dense as before.

A region has one city in its middle and towns around it, and people who drive to work from one to another: to the
nearer and the larger. Each region is drawn by its own number, the same alone as among fifty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

from config.benches.carpool_ways import ways
from config.benches.database import kept_database, without_indexes
from config.benches.members import Step, run, settle
from config.benches.synthetic import AREA, KM_PER_DEGREE, NARROWEST_KM, WIDEST_KM, ZIPF
from config.bootstrap.progress import step
from directory.carpool_forms import DETOURS
from directory.ride_entries_sql import WRITE_RIDES
from geo.drives import STRAIGHT

#: A million rides are fifty city areas of 1,000 km² (Nantes and what is around it) with 20,000 each, of 10,000 people:
#: one in twenty-five who drive to work there. A commune each 27 km², as all over France.
RIDES_PER_KM2, KM2_OF_A_TOWN = 20.0, 27.0
RIDES_OF_A_CELL, RIDES_OF_A_MEMBER = 50, 2
#: Kilometres: people drive so far, and one in three each `FALLS_BY_KM` farther.
NEAREST_KM, FARTHEST_KM, FALLS_BY_KM = 3.0, 40.0, 15.0
#: Squares to meet at: two in each town, and so many in a region by the size of its towns (a city has 4 or 5 in a km²).
SQUARES_OF_A_TOWN, SQUARES_OF_A_REGION = 2, 4_000
#: Regions in a row of the country.
ACROSS = 7
#: Hours of leaving, how far they spread, and shares: to work, back, and any time.
LEAVING = ((7.75, 0.7, 0.45), (17.5, 1.0, 0.45), (12.0, 4.0, 0.1))
BACK = 1
#: Shares: offers among rides, rides of one day, each workday among those of every week.
OFFERED, ONCE, ON_A_WORKDAY = 0.75, 0.2, 0.85
#: How many accept each detour of `DETOURS`, and who may see a ride.
WILLING = (0.15, 0.2, 0.4, 0.15, 0.1)
SEEN = {"public": 0.6, "municipality": 0.3, "neighbourhood": 0.05, "voisinage": 0.05}


@dataclass(frozen=True, kw_only=True)
class Region:
    """The towns of one region, in kilometres from its south-western corner: the same in every region."""

    rides: int
    density: float
    seed: int

    @property
    def side(self) -> float:
        """Kilometres from one border to the other."""
        return (self.rides / self.density) ** 0.5

    @cached_property
    def towns(self) -> np.ndarray:
        """Where they are, of shape (n, 2), the largest first."""
        count = max(4, round(self.side**2 / KM2_OF_A_TOWN))
        drawn = np.random.default_rng(self.seed).uniform(0, self.side, (count, 2))
        drawn[0] = self.side / 2
        return drawn

    @cached_property
    def weights(self) -> np.ndarray:
        """The share of people in each."""
        weights = np.arange(1, len(self.towns) + 1) ** -ZIPF
        return weights / weights.sum()

    @cached_property
    def cells(self) -> np.ndarray:
        """The town of each public cell: one in each town, and more by its size."""
        return self._each(1, self.rides / RIDES_OF_A_CELL)

    @cached_property
    def squares(self) -> np.ndarray:
        """The town of each square."""
        return self._each(SQUARES_OF_A_TOWN, SQUARES_OF_A_REGION)

    def _each(self, least: int, more: float) -> np.ndarray:
        return np.repeat(np.arange(len(self.towns)), least + (self.weights * more).astype(int))

    def spots(self, towns: np.ndarray, number: int, chance: np.random.Generator) -> np.ndarray:
        """Draw a spot in each of some towns of a region, of shape (n, 2) in degrees: regions stand in rows."""
        size = self.weights[towns] / self.weights[0]
        spread = np.maximum(WIDEST_KM * np.sqrt(size), NARROWEST_KM)
        row, column = divmod(number, ACROSS)
        corner = np.array([column * self.side, row * self.side])
        east, north = (corner + self.towns[towns] + chance.normal(size=(len(towns), 2)) * spread[:, None]).T
        west, south, *_ = AREA
        latitudes = south + north / KM_PER_DEGREE
        return np.stack([west + east / KM_PER_DEGREE / np.cos(np.radians(latitudes)), latitudes], axis=1)

    def commutes(self, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw the towns that people drive from and to."""
        apart = np.hypot(*(self.towns[:, None] - self.towns[None]).T)
        driven = (apart >= NEAREST_KM) & (apart <= FARTHEST_KM)
        shares = self.weights * np.where(driven, np.exp(-apart / FALLS_BY_KM), 1e-12)
        before = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
        homes = chance.choice(len(self.towns), self.rides, p=self.weights)
        works = (before[homes] < chance.random(self.rides)[:, None]).sum(axis=1)
        return homes, np.minimum(works, len(self.towns) - 1)


def one_of(some: np.ndarray, towns: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Draw for each of `towns` the index of one of what `some`, the sorted towns of them all, says is there."""
    first, beyond = (np.searchsorted(some, towns, side=side) for side in ("left", "right"))
    return chance.integers(first, beyond)


def country_with(*, regions: int, rides: int, seed: int, density: float = RIDES_PER_KM2) -> AbstractContextManager[str]:
    """Have Django use a country of so many regions of so many rides; yield the name of the database."""
    name = f"bench_carpool_{regions}_of_{rides}_at_{density:g}_{seed}".replace(".", "_")
    region = Region(rides=rides, density=density, seed=seed)
    return kept_database(name, partial(_build, region, regions=regions))


def _build(region: Region, *, regions: int) -> None:
    with step(fr="Tables de la mesure", en="Tables of the bench"):
        call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(STAGED)
        for number in range(regions):
            with step(fr=f"Région {number + 1} sur {regions}", en=f"Region {number + 1} of {regions}"):
                _stage(cursor, region, number)
    members = regions * max(len(region.cells), region.rides // RIDES_OF_A_MEMBER)
    settle("SELECT id, town, place FROM staged_home", members=members)
    with without_indexes(["directory_listing", "directory_carpool", "directory_rideentry"]):
        run(RIDES, {"km_an_hour": STRAIGHT})
        with connection.cursor() as cursor, step(fr="Ce qu’une recherche en lit", en="What a match reads"):
            for number in range(regions):
                first = number * region.rides + 1
                cursor.execute(WRITE_RIDES, {"listings": list(range(first, first + region.rides))})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _stage(cursor: CursorWrapper, region: Region, number: int) -> None:
    chance = np.random.default_rng([region.seed, number])
    squares = region.spots(region.squares, number, chance)
    _copy(cursor, "staged_home", _placed(region, number, region.cells, region.spots(region.cells, number, chance)))
    _copy(cursor, "staged_square", _placed(region, number, region.squares, squares))
    _copy(cursor, "staged_ride", _rides(region, number, squares, chance))


def _copy(cursor: CursorWrapper, table: str, rows: Iterable[Sequence[object]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _placed(region: Region, number: int, towns: np.ndarray, degrees: np.ndarray) -> Iterator[Sequence[object]]:
    """Number, town and place of cells or squares; numbers go on from region to region."""
    for rank, (town, place) in enumerate(zip(towns.tolist(), degrees.tolist(), strict=True), number * len(towns) + 1):
        yield rank, number * len(region.towns) + town + 1, f"SRID=4326;POINT({place[0]!r} {place[1]!r})"


def _rides(region: Region, number: int, squares: np.ndarray, chance: np.random.Generator) -> Iterator[Sequence[object]]:
    count = region.rides
    homes, works = region.commutes(chance)
    kinds = chance.choice(len(LEAVING), count, p=[share for _hour, _spread, share in LEAVING])
    hours, spreads, _shares = np.array(LEAVING)[kinds].T
    minutes = (chance.normal(hours, spreads) * 60).round().astype(int) % 1_440
    ends = np.stack([squares[one_of(region.squares, towns, chance)] for towns in (homes, works)], axis=1)
    ends[kinds == BACK] = ends[kinds == BACK, ::-1]
    lines, metres = ways(ends, chance)
    offered = chance.random(count) < OFFERED
    workdays = chance.random((count, 5)) < ON_A_WORKDAY
    workdays[~workdays.any(axis=1), 0] = True
    weekly = ("{" + ",".join(str(day + 1) for day in np.flatnonzero(days)) + "}" for days in workdays)
    days_ahead, once = chance.integers(1, 30, count).tolist(), chance.random(count) < ONCE
    ahead = [day if alone else None for day, alone in zip(days_ahead, once, strict=True)]
    columns = (
        range(number * count + 1, (number + 1) * count + 1),
        (number * len(region.cells) + 1 + one_of(region.cells, homes, chance)).tolist(),
        np.where(offered, "offer", "request").tolist(),
        lines,
        metres.round().astype(int).tolist(),
        [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes.tolist()],
        ahead,
        [days if day is None else "{}" for days, day in zip(weekly, ahead, strict=True)],
        np.where(offered, chance.integers(1, 5, count), 1).tolist(),
        chance.choice(DETOURS, count, p=WILLING).tolist(),
        chance.choice(list(SEEN), count, p=list(SEEN.values())).tolist(),
    )
    return zip(*columns, strict=True)


#: What is drawn of the regions; `ahead` are the days until the only one.
STAGED = """
    CREATE TEMP TABLE staged_home (id int, town int, place geography);
    CREATE TEMP TABLE staged_square (id int, town int, place geography);
    CREATE TEMP TABLE staged_ride (id int, cell int, direction text, route geometry, metres int, departure time,
        ahead int, weekdays smallint[], seats int, detour int, level text)"""
RIDES: tuple[Step, ...] = (
    (
        "Places où se retrouver",
        "Squares to meet at",
        (
            """INSERT INTO geo_toponym (kind, municipality_id, name, label, normalised, importance, location)
            SELECT 'street', town, 'Place ' || id, 'Place ' || id || ', Bourg', 'place ' || id || ' bourg', 0, place
            FROM staged_square""",
        ),
    ),
    (
        "Trajets des membres",
        "Rides of members",
        (
            # Its owner fills the table: every residence would have to be named to the second lock.
            "ALTER TABLE directory_listing NO FORCE ROW LEVEL SECURITY",
            """INSERT INTO directory_listing (id, public_id, kind, category_id, title, description, published_at,
                closes_at, demonstration, edits, author_id, level, openness, cell_id, neighbourhood_id,
                municipality_id, insee_code, department)
            SELECT ride.id, gen_random_uuid(), 'carpool', category.id, 'Trajet', '', now(), now() + interval '180 days',
                false, '{}', cell.id + cells.count * (ride.id %% (members.count / cells.count)),
                CASE level WHEN 'public' THEN 'municipality' ELSE level END,
                CASE level WHEN 'public' THEN 'public' ELSE 'members' END,
                cell.id, cell.municipality_id, cell.municipality_id, lpad(cell.municipality_id::text, 5, '0'), '44'
            FROM staged_ride ride JOIN geo_publiccell cell ON cell.id = ride.cell
            JOIN directory_category category ON category.code = 'shared_ride',
            (SELECT count(*) FROM geo_publiccell) cells, (SELECT count(*) FROM scopes_alias) members""",
            "ALTER TABLE directory_listing FORCE ROW LEVEL SECURITY",
            """INSERT INTO directory_carpool (listing_ptr_id, direction, start, start_name, start_point,
                "end", end_name, end_point, route, metres, seconds, straight_line, day, weekdays, except_days,
                departure, seats, price_cents, detour, preferences)
            SELECT id, direction, '-', '-', ST_StartPoint(route), '-', '-', ST_EndPoint(route), route, metres,
                metres * 3.6 / %(km_an_hour)s, false, current_date + ahead, weekdays, '{}', departure, seats, 0,
                detour, '{}'
            FROM staged_ride""",
            "DROP TABLE staged_ride, staged_square, staged_home",
        ),
    ),
)  # fmt: skip
