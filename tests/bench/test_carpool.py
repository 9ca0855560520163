"""The bench of rides: regions drawn alike, ways as long as drives are, and a peer that finds what is near both ends."""

import json
from datetime import date, datetime, time
from io import StringIO
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command

from config.benches import carpool
from config.benches.carpool_country import FARTHEST_KM, Region, country_with, one_of
from config.benches.carpool_naive import _fit
from config.benches.carpool_ways import ways
from directory.meeting_points import MeetingPoint
from directory.models import Carpool, RideEntry
from directory.ride_matching import RideWanted
from geo.plane import Plane, metres_between
from tests.bench.dropping import drop_databases

REGION = Region(rides=2_000, density=20.0, seed=3)
PARIS = ZoneInfo("Europe/Paris")


def drawn(number: int = 0) -> np.random.Generator:
    return np.random.default_rng([3, number])


class TestRegion:
    def test_fifty_times_the_rides_are_fifty_times_the_land(self):
        more = Region(rides=100_000, density=20.0, seed=3)
        assert more.side**2 / REGION.side**2 == pytest.approx(50)
        assert more.rides / more.side**2 == pytest.approx(20)

    def test_the_largest_town_is_in_the_middle_and_has_most_cells_and_squares(self):
        assert REGION.towns[0].tolist() == [REGION.side / 2] * 2
        for some in (REGION.cells, REGION.squares):
            counts = np.bincount(some)
            assert counts.argmax() == 0 and counts.min() >= 1 and len(counts) == len(REGION.towns)

    def test_regions_are_the_same_side_by_side(self):
        towns = np.arange(len(REGION.towns))
        first, third = (REGION.spots(towns, number, drawn()) for number in (0, 2))
        apart = metres_between(first, third)
        assert apart == pytest.approx(2_000 * REGION.side, rel=0.01)

    def test_people_drive_to_another_town_and_not_too_far(self):
        homes, works = REGION.commutes(drawn())
        apart = np.hypot(*(REGION.towns[homes] - REGION.towns[works]).T)
        assert (homes != works).all() and apart.max() <= FARTHEST_KM
        assert (works == 0).mean() > 0.2  # into the city

    def test_one_is_drawn_of_those_that_a_town_has(self):
        towns = drawn().choice(len(REGION.towns), 500)
        assert (REGION.squares[one_of(REGION.squares, towns, drawn())] == towns).all()


def test_ways_lead_from_end_to_end_and_wander():
    ends = drawn().uniform((-1.7, 47.1), (-1.3, 47.4), (200, 2, 2))
    lines, metres = ways(ends, drawn())
    drawn_lines = [shapely.from_wkb(bytes.fromhex(line)) for line in lines]
    assert [(line.coords[0], line.coords[-1]) for line in drawn_lines] == [tuple(map(tuple, pair)) for pair in ends]
    straight = metres_between(ends[:, 0], ends[:, 1])
    told = [
        metres_between(*(np.array(line.coords)[part] for part in (slice(-1), slice(1, None)))).sum()
        for line in drawn_lines
    ]
    assert metres == pytest.approx(told, rel=0.01)
    assert (metres >= 0.99 * straight).all() and 1.02 < np.median(metres / straight) < 1.4
    assert all(
        len(line.coords) == pytest.approx(1 + metre / 300, abs=2)
        for line, metre in zip(drawn_lines, straight, strict=True)
    )


class TestPeer:
    """Someone at the origin goes 10 km east at half past seven; a ride passes from 5 km west to 20 km east."""

    plane = Plane(-1.55, 47.2)
    viewer = SimpleNamespace(alias_ids=(7,))

    def fit(self, *, north: float = 0.0, way: int = 1, **own):
        start, end, west, east = self.plane.degrees(
            np.array([(0, 0), (10_000, 0), (-5_000, north), (20_000, north)], dtype=float)
        ).tolist()
        ends = [MeetingPoint(key=str(x), name="-", longitude=x, latitude=y) for x, y in (start, end)]
        wanted = RideWanted(start=ends[0], end=ends[1], at=datetime(2027, 6, 7, 7, 30, tzinfo=PARIS))
        told = {"seats": 1, "day": None, "weekdays": [1], "departure": time(7, 25), "seconds": 2_500, "detour": 5}
        told |= {"author": 8, "route": shapely.to_wkb(shapely.LineString([west, east][::way]))} | own
        spots = shapely.points(self.plane.metres(np.array([start, end])))
        return _fit(wanted, self.viewer, (1, *told.values()), self.plane, spots)

    def test_it_tells_minutes_and_seconds(self):
        assert self.fit() == (0, pytest.approx(200, abs=1))  # a fifth of 2,500 s after 7:25 is 7:33:20
        # Who walks a kilometre leaves 440 m at both ends, there and back.
        assert self.fit(north=1_500.0) == (2, pytest.approx(200, abs=1))

    @pytest.mark.parametrize(
        "own",
        [
            {"seats": 0}, {"author": 7}, {"weekdays": [2]}, {"day": date(2027, 6, 8)}, {"departure": time(8, 0)},
            {"way": -1}, {"north": 3_000.0}, {"north": 1_500.0, "detour": 0},
        ],
    )  # fmt: skip
    def test_what_does_not_fit_is_left_out(self, own):
        assert self.fit(**own) is None


def test_too_few_rides_are_refused():
    with pytest.raises(CommandError):
        call_command("bench", "carpool", "--rows", str(carpool.FEWEST - 1))


@pytest.fixture
def thrown_away(db):
    """The databases of this test, dropped afterwards."""
    yield
    drop_databases("bench_carpool_.*_98")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_bench_asks_what_people_of_the_country_ask(thrown_away, monkeypatch):
    monkeypatch.setattr(carpool, "REGIONS", 2)
    monkeypatch.setattr(carpool, "SEARCHES", 40)
    output = StringIO()
    call_command("bench", "carpool", "--rows", "6000", "--seed", "98", "--json", stdout=output)
    report = json.loads(output.getvalue())
    assert (report["bench"], report["rows"]) == ("carpool", 6_000)
    assert 0 < report["p50_ms"] <= report["p95_ms"] and report["growth"] > 0 and report["dense"]["p50_ms"] > 0
    assert report["p50_ms"] < report["search_p50_ms"] < report["with_python_p50_ms"]
    assert report["ratio"]["naive"] > 0 and report["ratio"]["naive_within_walk"] > 0
    assert (
        report["found"]["corridor"] > 0 and report["found"]["naive_share"] > report["found"]["naive_within_walk_share"]
    )
    with country_with(regions=2, rides=3_000, seed=98):
        assert Carpool.objects.count() == RideEntry.objects.count() == 6_000
