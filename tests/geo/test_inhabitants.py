"""People by squares of 200 m and by IRIS, read off the toy town's grid: whole numbers, exact sums, one source each."""

import numpy as np
import pytest
from django.contrib.gis.geos import MultiPolygon
from hypothesis import given
from hypothesis import strategies as st

from geo.activation import activate
from geo.housing import Housing, housing_of
from geo.importing.running import import_files
from geo.importing.sources import Options
from geo.inhabitants import KEPT, shared_out
from geo.models import Building, CensusArea, Release, Square
from tests import real_towns
from tests.directory.measuring_coverage import LAMBERT, make_area
from tests.geo.squares import make_square
from tests.real_towns import NANTES
from tests.toy_town import ORIGIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(toy_town):
    """Villegrille and Voisine, loaded to their limits."""
    both = MultiPolygon([*toy_town.municipality.boundary, *toy_town.neighbour.boundary], srid=4326).unary_union
    Release.objects.filter(dataset="buildings").update(extent=MultiPolygon(both, srid=4326))
    return toy_town


def people_of(housing: Housing) -> dict[str, int]:
    """People of each building whose number is known, by the block in its key."""
    keys = dict(Building.objects.values_list("pk", "key"))
    told = housing.inhabitants
    return {
        keys[building].partition("BATIMENT-")[2]: int(people)
        for building, people, is_known in zip(housing.buildings, told.people, told.known, strict=True)
        if is_known
    }


def homes_of(town) -> dict[str, int]:
    """Homes of each inhabited building of Villegrille, by the block in its key."""
    told = Building.objects.filter(municipality=town.municipality, dwellings__gt=0).values_list("key", "dwellings")
    return {key.partition("BATIMENT-")[2]: homes for key, homes in told}


def by_iris(town) -> int:
    """All of the town is one IRIS, of so many people."""
    make_area(town, "iris", "779980101", 0, 2_000)
    told = {"insee_code": "77998", "population": 4_321, "dwellings": 2_000, "vintage": "2021"}
    CensusArea.objects.create(code="779980101", **told)
    return 4_321


def test_the_people_of_a_square_are_shared_out_over_its_homes(town):
    # Storeys 4, 5, 5 and 1, two homes on each: 8, 10, 10 and 2 of 30.
    make_square(town, 400, 400, 300)
    housing = housing_of(town.municipality)
    assert people_of(housing) == {"04-04": 80, "04-05": 100, "05-04": 100, "05-05": 20}
    assert housing.inhabitants.by_square.sum() == 4 and not housing.inhabitants.imputed.any()


def test_in_an_iris_the_census_says_how_many_and_squares_where(town):
    make_area(town, "iris", "779980101", 400, 600)
    told = {"insee_code": "77998", "population": 500, "dwellings": 200, "vintage": "2021"}
    CensusArea.objects.create(code="779980101", **told)
    homes = {block: homes for block, homes in homes_of(town).items() if block[:2] in ("04", "05")}
    before = people_of(housing_of(town.municipality))
    assert before.keys() == homes.keys() and sum(before.values()) == 500
    make_square(town, 400, 400, 90)
    make_square(town, 400, 600, 12)
    KEPT.forget()
    housing = housing_of(town.municipality)
    after = people_of(housing)
    assert after.keys() == homes.keys() and sum(after.values()) == 500
    full, thin = {"04-04", "04-05", "05-04", "05-05"}, {"04-06", "04-07", "05-06", "05-07"}
    in_full, in_thin = sum(homes[block] for block in full), sum(homes[block] for block in thin)
    rate = 102 / (in_full + in_thin)
    counted = 102 + rate * (sum(homes.values()) - in_full - in_thin)
    assert sum(after[block] for block in full) == pytest.approx(500 * 90 / counted, abs=4)
    assert sum(after[block] for block in thin) == pytest.approx(500 * 12 / counted, abs=4)
    for block in homes.keys() - full - thin:
        assert after[block] == pytest.approx(500 * rate * homes[block] / counted, abs=1)
    assert not housing.inhabitants.by_square.any() and housing.inhabitants.in_square.sum() == 8


def test_where_squares_count_nobody_homes_do(town):
    people = by_iris(town)
    for x, y in ((400, 400), (600, 400)):
        make_square(town, x, y, 0)
    assert sum(people_of(housing_of(town.municipality)).values()) == people


def test_beside_an_iris_squares_say_how_many(town):
    make_area(town, "iris", "779980101", 0, 500)
    told = {"insee_code": "77998", "population": 4_000, "dwellings": 200, "vintage": "2021"}
    CensusArea.objects.create(code="779980101", **told)
    make_square(town, 400, 400, 300)
    housing = housing_of(town.municipality)
    found = people_of(housing)
    assert (found["05-04"], found["05-05"]) == (100, 20), "as without the IRIS"
    assert sum(people for block, people in found.items() if block < "05") == 4_000
    assert housing.inhabitants.by_square.sum() == 2


def test_a_square_that_lies_in_part_where_buildings_are_not_loaded_tells_nothing(town):
    part = make_area(town, "qpv", "A", 0, 599)
    make_square(town, 400, 400, 300)
    make_square(town, 200, 400, 40)
    Release.objects.filter(dataset="buildings").update(extent=part.boundary)
    assert set(people_of(housing_of(town.municipality))) == {"02-04", "02-05", "03-04", "03-05"}


def test_where_no_square_is_loaded_nothing_is_known_and_nothing_is_0(town):
    make_square(town, 400, 400, 0)
    told = housing_of(town.municipality).inhabitants
    assert told.known.sum() == 4 and told.people.sum() == 0


def test_a_square_that_no_release_knows_any_more_tells_nothing(town):
    make_square(town, 400, 400, 300)
    Square.objects.update(closed_on="2026-01-01")
    assert not housing_of(town.municipality).inhabitants.known.any()


def test_both_towns_of_a_square_across_their_limits_share_its_people(town):
    # 10 and 2 homes in Villegrille, one each in Voisine: 141 people of 14 homes, by the largest remainders.
    make_square(town, 1_900, 0, 141)
    here, there = (people_of(housing_of(one)) for one in (town.municipality, town.neighbour))
    assert here.keys() == {"19-00", "19-01"} and there.keys() == {"20-00", "20-01"}
    assert sum(here.values()) + sum(there.values()) == 141
    assert here["19-00"] in (100, 101) and here["19-01"] in (20, 21) and set(there.values()) <= {10, 11}


def test_every_square_s_people_are_all_there_and_no_one_twice(town):
    rng = np.random.default_rng(6)
    told = {(x, y): int(rng.integers(0, 900)) for x in range(0, 2_000, 200) for y in range(0, 2_000, 200)}
    for (x, y), people in told.items():
        make_square(town, x, y, people, imputed=people < 20)
    housing = housing_of(town.municipality)
    found = dict.fromkeys(told, 0)
    places = dict(Building.objects.values_list("pk", "location"))
    for building, people in zip(housing.buildings, housing.inhabitants.people.tolist(), strict=True):
        x, y = np.subtract(LAMBERT.transform(*places[building].coords), ORIGIN)
        found[x // 200 * 200, y // 200 * 200] += people
    assert found == told
    assert housing.inhabitants.by_square.all()


def test_the_same_is_told_again_until_a_release_changes_it(town):
    square = make_square(town, 400, 400, 300)
    assert sum(people_of(housing_of(town.municipality)).values()) == 300
    Square.objects.filter(pk=square.pk).update(population=30)
    assert sum(people_of(housing_of(town.municipality)).values()) == 300
    Release.objects.filter(dataset="streets").update(activated_at="2026-01-01T00:00Z")
    assert sum(people_of(housing_of(town.municipality)).values()) == 30


@given(st.integers(0, 10**7), st.lists(st.integers(1, 500), min_size=1, max_size=60))
def test_shares_are_whole_add_up_and_lie_next_to_what_is_exact(total, weights):
    homes = np.array(weights)
    shares = shared_out(total, homes)
    assert shares.sum() == total and (shares >= 0).all()
    assert (np.abs(shares - total * homes / homes.sum()) < 1).all()


@pytest.mark.slow
@pytest.mark.skipif(not NANTES.exists(), reason="the shared open data are not on this machine")
def test_the_squares_of_nantes_close_on_insee_s_people_and_the_iris_on_the_census_s():
    town = real_towns.nantes()
    squares = import_files(source="filosofi", paths=[NANTES], options=Options(dataset="squares"))
    activate(release=squares)
    told = housing_of(town).inhabitants
    assert told.by_square.sum() == told.known.sum() > 0 and told.people[told.known].sum() == 4_516
    CensusArea.objects.create(code="441090108", insee_code="44109", population=3_657, dwellings=3_331, vintage="2021")
    iris = Options(dataset="neighbourhoods", kind="iris", layer="iris_madeleine", municipality="44109")
    activate(release=import_files(source="boundaries", paths=[NANTES], options=iris))
    told = housing_of(town).inhabitants
    madeleine = told.known & ~told.by_square
    assert told.people[madeleine].sum() == 3_657 and told.in_square[madeleine].all()
    assert 0 < told.people[told.by_square].sum() < 4_516
