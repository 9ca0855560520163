"""Coverage three ways to the unit: ours, all pairs by Shapely and NumPy, geopandas; of real towns and a made one."""

from collections.abc import Callable

import geopandas
import numpy as np
import pytest
import shapely
from django.contrib.gis.measure import D

from config.benches.coverage import THRESHOLD, by_ours, made_town
from directory.coverage import LEAST, Coverage, CoverageRequest, cover
from directory.publishing import publish
from geo.models import Building, Municipality, Neighbourhood
from geo.pace import Pace
from geo.plane import Plane
from geo.walks import walks_between
from tests import real_towns
from tests.directory.measuring_coverage import scattered_homes
from tests.real_towns import NANTES

pytestmark = pytest.mark.slow
on_real_data = pytest.mark.skipif(not NANTES.exists(), reason="the shared open data are not on this machine")
TOWNS: list[Callable[[], Municipality]] = [real_towns.nantes, real_towns.perigueux]
#: Lambert-93 measures up to so much more or less than our plane, in these towns.
EITHER_WAY = 1.002


def open_bakeries(town: Municipality, count: int) -> None:
    """Bakeries in every so many buildings of a town, inhabited or not."""
    every = Building.objects.open().filter(municipality=town).order_by("key")
    for place in list(every.values_list("location", flat=True))[:: every.count() // count]:
        publish(category="bakery", title="Au pain d’or", municipality=town, location=place)


def asked(town: Municipality, metres: float, pace: Pace | None = None) -> Coverage:
    return cover(CoverageRequest(town=town, services=("bakery",), threshold=D(m=metres), pace=pace))


def served(answer: Coverage) -> set[int]:
    """Ids of the buildings that are near enough."""
    return set(answer.housing.buildings[answer.served].tolist())


def buildings(town: Municipality) -> geopandas.GeoDataFrame:
    """The inhabited buildings, read anew."""
    rows = (
        Building.objects.open().filter(municipality=town, dwellings__gt=0).values_list("pk", "dwellings", "footprint")
    )
    numbers, dwellings, outlines = zip(*rows, strict=True)
    shapes = shapely.from_wkb([bytes(outline.wkb) for outline in outlines])
    return geopandas.GeoDataFrame({"dwellings": dwellings}, index=list(numbers), geometry=shapes, crs=4326)


def by_geopandas(homes: geopandas.GeoDataFrame, sites: geopandas.GeoSeries, metres: float) -> set[int]:
    """Both on a plane in metres."""
    joined = homes.sjoin_nearest(geopandas.GeoDataFrame(geometry=sites), max_distance=metres)
    return set(joined.index)


@on_real_data
@pytest.mark.django_db
@pytest.mark.parametrize("town", TOWNS)
def test_three_ways_find_the_same_homes(town):
    town = town()
    open_bakeries(town, 60)
    told = asked(town, 300)
    homes, plane = buildings(town), told.housing.plane
    # As `Housing` is on a plane of its own, the others are brought there; then, apart from it, to Lambert-93.
    flat = geopandas.GeoDataFrame(
        geometry=shapely.transform(homes.geometry.to_numpy(), plane.metres), index=homes.index
    )
    sites = shapely.points(plane.metres(told.sites))
    far = np.column_stack([shapely.distance(flat.geometry.to_numpy(), site) for site in sites]).min(axis=1)
    mapped = homes.to_crs(2154)
    places = geopandas.GeoSeries(shapely.points(told.sites), crs=4326).to_crs(2154)
    for metres in (50, 150, 300, 500):
        answer = asked(town, metres)
        assert served(answer) == set(homes.index[far <= metres])
        assert served(answer) == by_geopandas(flat, geopandas.GeoSeries(sites), metres)
        assert answer.whole.homes.served == homes["dwellings"][far <= metres].sum()
        assert answer.whole.homes.total == homes["dwellings"].sum()
        assert by_geopandas(mapped, places, metres / EITHER_WAY) <= served(answer)
        assert served(answer) <= by_geopandas(mapped, places, metres * EITHER_WAY)


@on_real_data
@pytest.mark.django_db
@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize("pace", [None, Pace.USUAL])
def test_quarters_and_gaps_close_on_the_same_homes(town, pace):
    town = town()
    open_bakeries(town, 25)
    answer = asked(town, 250, pace)
    whole = answer.whole.homes
    assert 0 < whole.served < whole.total
    for kind in answer.kinds:
        rows = answer.by(kind)
        assert sum(row.homes.total for row in rows) == whole.total
        assert sum(row.homes.served for row in rows) == whole.served
        assert all(row.homes.total >= LEAST for row in rows)
    in_gaps = np.concatenate([gap.buildings for gap in answer.gaps])
    assert len(set(in_gaps)) == len(in_gaps) and not served(answer) & set(in_gaps.tolist())
    # Read anew in Lambert-93, which measures a little otherwise, as does a round buffer of sixteen sides.
    homes = buildings(town).to_crs(2154).loc[answer.housing.buildings[~answer.served]]
    most, least = (scattered_homes(homes.geometry.to_numpy(), homes["dwellings"], apart=far) for far in (117, 120.3))
    assert least <= whole.missed - sum(gap.homes for gap in answer.gaps) <= most


@on_real_data
@pytest.mark.django_db
def test_walks_of_a_whole_town_are_those_of_each_door():
    town = real_towns.nantes()
    open_bakeries(town, 40)
    answer = asked(town, 400, Pace.USUAL)
    some = np.random.default_rng(44109).choice(len(answer.housing), 150, replace=False)
    homes = buildings(town).loc[answer.housing.buildings[some]]
    # One question a building, from its outline as it stands: no entrance is loaded, nor any address.
    walks = walks_between(shapely.points(answer.sites), homes.geometry.to_numpy())
    assert np.allclose(answer.nearest[some], walks.metres.min(axis=0), atol=0.5)
    straight = shapely.distance(
        shapely.transform(homes.geometry.to_numpy(), Plane.around(answer.sites).metres)[:, None],
        shapely.points(Plane.around(answer.sites).metres(answer.sites))[None],
    ).min(axis=1)
    assert (answer.nearest[some] >= straight - 1).all() and np.median(answer.nearest[some] / (straight + 1)) > 1.05


@on_real_data
@pytest.mark.django_db
def test_no_neighbourhood_is_made_up_where_none_is_loaded():
    town = real_towns.perigueux()
    answer = asked(town, 300)
    assert not Neighbourhood.objects.filter(municipality=town).exists() and answer.housing.within == {}
    assert answer.whole.homes.served == 0 and answer.whole.people is None


def test_three_ways_find_the_same_of_half_a_million_buildings_and_twenty_thousand_sites():
    outlines, homes, sites = made_town(500_000, seed=6)
    assert (len(outlines), len(sites)) == (500_000, 20_000)
    near = np.isin(np.arange(len(outlines)), by_ours(outlines, sites))
    # All ten thousand million pairs, from the middle of each building; then those at stake, from its edge.
    corner, (west, south, east, north) = sites.min(axis=0), shapely.bounds(outlines).T
    middles = np.column_stack([west + east, south + north]) / 2 - corner
    places, reach = sites - corner, np.hypot(east - west, north - south) / 2
    at_stake = []
    for first in range(0, len(middles), 500):
        some = middles[first : first + 500]
        squares = (some**2).sum(axis=1)[:, None] + (places**2).sum(axis=1) - 2 * some @ places.T
        building, site = np.nonzero(squares <= (THRESHOLD + reach[first : first + 500, None] + 1) ** 2)
        at_stake.append(np.column_stack([building + first, site]))
    building, site = np.concatenate(at_stake).T
    close = shapely.distance(outlines[building], shapely.points(sites[site])) <= THRESHOLD
    assert set(np.flatnonzero(near)) == set(building[close])
    joined = by_geopandas(
        geopandas.GeoDataFrame(geometry=outlines), geopandas.GeoSeries(shapely.points(sites)), THRESHOLD
    )
    assert set(np.flatnonzero(near)) == joined
    assert homes[near].sum() == homes[sorted(joined)].sum()
