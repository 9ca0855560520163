"""Coverage read off the grid of the toy town, and measured again in Lambert-93: by building, and by geopandas."""

from datetime import timedelta

import numpy as np
import pytest
import shapely
from django.utils import timezone

from directory import coverage
from directory.coverage import LEAST
from directory.models import Listing
from geo.errors import InvalidParameter
from geo.inhabitants import shared_out
from geo.models import Building, CensusArea, Containment, Release, Street
from geo.pace import Pace
from scopes.models import Level, Openness
from tests.directory.measuring_coverage import (
    covered,
    homes_by_geopandas,
    homes_near,
    homes_scattered,
    make_area,
    opens,
)
from tests.geo.squares import make_square

pytestmark = pytest.mark.django_db


def test_who_is_near_is_read_off_the_grid(toy_town):
    # At a crossing, 30 m from the nearest corners of four blocks: 42.4 m.
    opens(toy_town, 1_500, 500)
    four = [f"BATIMENT-{i:02}-{j:02}" for i in (14, 15) for j in (4, 5)]
    homes = sum(Building.objects.get(key__endswith=key).dwellings or 0 for key in four)
    assert covered(toy_town, 42).whole.homes.served == 0
    assert covered(toy_town, 43).whole.homes.served == homes
    # The next ones are 130 m east and 30 m north: 133.4 m.
    assert covered(toy_town, 133).whole.homes.served == homes


@pytest.mark.parametrize("metres", [90, 240, 515, 1_010])
def test_it_is_what_is_measured_building_by_building(toy_town, metres):
    sites = [opens(toy_town, 310, 420).location, opens(toy_town, 1_620, 1_730).location]
    told = covered(toy_town, metres).whole.homes
    assert told.served == homes_near(sites, metres) == homes_by_geopandas(sites, metres)
    assert told.total == homes_near(sites, 5_000)


def test_quarters_and_gaps_close_on_the_same_homes(toy_town):
    site = opens(toy_town, 420, 380).location
    # A few homes alone in the south-east corner, beyond reach of their neighbours.
    corner = Building.objects.filter(key__regex=r"BATIMENT-1[5-9]-0[0-4]")
    alone = corner.get(key__endswith="BATIMENT-18-01")
    corner.update(dwellings=None)
    Building.objects.filter(pk=alone.pk).update(dwellings=LEAST - 1)
    answer = covered(toy_town, 600)
    quarters = answer.by("quartier")
    assert [str(row.areas[0]) for row in quarters] == ["Nord-Est", "Nord-Ouest", "Sud-Est", "Sud-Ouest"]
    assert sum(row.homes.total for row in quarters) == answer.whole.homes.total
    assert sum(row.homes.served for row in quarters) == answer.whole.homes.served
    assert quarters[0].homes.served == 0 and quarters[0].homes.percent == 0
    assert homes_scattered([site], 600) == LEAST - 1
    assert answer.whole.homes.missed - sum(gap.homes for gap in answer.gaps) == LEAST - 1
    assert all(gap.homes >= LEAST for gap in answer.gaps)


def test_a_gap_lies_where_the_homes_are(toy_town):
    # All but the north-east is served: one gap there, and it holds every home that is missed.
    for x, y in ((500, 500), (1_500, 500), (500, 1_500)):
        opens(toy_town, x, y)
    answer = covered(toy_town, 760)
    assert len(answer.gaps) == 1
    gap = answer.gaps[0]
    assert gap.homes == answer.whole.homes.missed
    assert shapely.covers(gap.area, shapely.Point(*toy_town.point(1_850, 1_850).coords))
    assert not shapely.covers(gap.area, shapely.Point(*toy_town.point(500, 500).coords))


def test_the_home_in_the_middle_is_told(toy_town):
    opens(toy_town, 1_000, 1_000)
    opens(toy_town, 1_000, 1_000, category="pharmacy")
    alone = covered(toy_town, 300).whole
    # Half of the homes are nearer, half farther.
    nearer = covered(toy_town, alone.nearest).whole.homes
    assert nearer.served >= nearer.total / 2 > covered(toy_town, alone.nearest - 1).whole.homes.served
    assert alone.nth == np.inf  # there are not three of them


def test_of_several_services_each_must_be_near(toy_town):
    opens(toy_town, 500, 500)
    both = {"services": ("bakery", "pharmacy")}
    assert covered(toy_town, 300, **both).whole.homes.served == 0
    opens(toy_town, 600, 500, category="pharmacy")
    served = [covered(toy_town, 300, services=(code,)).served for code in both["services"]]
    assert np.array_equal(covered(toy_town, 300, **both).served, served[0] & served[1])
    assert 0 < served[0].sum() != (served[0] & served[1]).sum()


def test_on_foot_is_along_the_streets(toy_town):
    # From the door in the south front 30 m to the street, 50 m to the crossing: 80 m; from the next street 180 m.
    opens(toy_town, 500, 500)
    near = [Building.objects.get(key__endswith=f"BATIMENT-{i:02}-05").dwellings for i in (4, 5)]
    assert covered(toy_town, 79, pace=Pace.USUAL).whole.homes.served == 0
    assert covered(toy_town, 82, pace=Pace.USUAL).whole.homes.served == sum(near)
    assert covered(toy_town, 178, pace=Pace.USUAL).whole.homes.served == sum(near)
    assert not covered(toy_town, 500, pace=Pace.USUAL).straight_line.any()


def test_the_third_is_the_third_on_foot(toy_town):
    for x in (500, 600, 700):
        opens(toy_town, x, 500)
    answer = covered(toy_town, 500, pace=Pace.USUAL)
    home = np.flatnonzero(answer.housing.buildings == Building.objects.get(key__endswith="BATIMENT-04-05").pk)
    assert answer.nearest[home] == pytest.approx(80, abs=1) and answer.nth[home] == pytest.approx(280, abs=1)


def test_without_streets_a_walk_is_a_straight_line_and_said_to_be(toy_town):
    opens(toy_town, 500, 500)
    Street.objects.update(walkable=False)
    answer = covered(toy_town, 60, pace=Pace.USUAL)
    assert answer.straight_line.all() and answer.whole.homes.served > 0


def test_without_a_site_nobody_is_served_and_all_is_a_gap(toy_town):
    answer = covered(toy_town, 300)
    assert answer.whole.homes.served == 0 and answer.whole.nearest == np.inf
    assert sum(gap.homes for gap in answer.gaps) == answer.whole.homes.total


def test_sites_beyond_the_limits_serve_too(toy_town):
    listing = opens(toy_town, 2_020, 450)
    assert covered(toy_town, 100).whole.homes.served == homes_near([listing.location], 100) > 0


def test_only_what_everyone_sees_and_is_live_counts(toy_town):
    opens(toy_town, 500, 500, closes_at=timezone.now() + timedelta(days=1))
    opens(toy_town, 1_500, 1_500, opens_at=timezone.now() + timedelta(days=1))
    assert len(covered(toy_town, 300).sites) == 1
    Listing.objects.update(openness=Openness.MEMBERS, level=Level.MUNICIPALITY)
    assert len(covered(toy_town, 300).sites) == 0


def test_a_page_that_stands_at_a_cell_is_no_door(toy_town):
    listing = opens(toy_town, 500, 500)
    Listing.objects.filter(pk=listing.pk).update(location=None)
    assert len(covered(toy_town, 300).sites) == 0


@pytest.mark.parametrize(
    ("bound", "parameter"), [("MOST_BUILDINGS", "town"), ("MOST_SITES", "service"), ("MOST_DOORSTEPS", "within")]
)
def test_more_than_a_server_should_measure_is_refused(toy_town, monkeypatch, bound, parameter):
    opens(toy_town, 500, 500)
    opens(toy_town, 600, 500)
    monkeypatch.setattr(coverage, bound, 1)
    with pytest.raises(InvalidParameter) as refused:
        covered(toy_town, 300, pace=Pace.USUAL)
    assert refused.value.parameter == parameter


def test_many_buildings_and_many_sites_are_no_more_than_each_of_them(toy_town, monkeypatch):
    """Their pairs cost nothing: a whole city with a large branch was refused, and is a fifth of a second."""
    for x in (500, 600, 700):
        opens(toy_town, x, 500)
    monkeypatch.setattr(coverage, "MOST_BUILDINGS", len(covered(toy_town, 300).housing))
    monkeypatch.setattr(coverage, "MOST_SITES", 3)
    assert covered(toy_town, 300).whole.homes.served > 0


def test_a_branch_counts_with_all_its_categories(toy_town):
    opens(toy_town, 500, 500)
    assert len(covered(toy_town, 300, services=("food",)).sites) == 1
    assert len(covered(toy_town, 300, services=("pharmacy",)).sites) == 0


def test_few_homes_are_told_of_together(toy_town):
    # A strip of one column of blocks at the western limit, one of three homes, and the rest of the town.
    make_area(toy_town, "qpv", "A", 0, 100)
    small = make_area(toy_town, "qpv", "B", 340, 360)
    alone = Containment.objects.filter(neighbourhood=small).order_by("pk").first()
    Containment.objects.filter(neighbourhood=small).exclude(pk=alone.pk).delete()
    Building.objects.filter(residence=alone.residence_id).update(dwellings=3)
    rows = covered(toy_town, 300).by("qpv")
    assert {tuple(str(area) for area in row.areas) for row in rows} == {("Bande B", "Bande A"), ()}
    assert all(row.homes.total >= LEAST for row in rows)


def test_what_is_in_none_is_not_named_after_the_small_one(toy_town):
    # The one QPV has three homes: with the rest of the town, it is the rest that is told of.
    small = make_area(toy_town, "qpv", "B", 340, 360)
    alone = Containment.objects.filter(neighbourhood=small).order_by("pk").first()
    Containment.objects.filter(neighbourhood=small).exclude(pk=alone.pk).delete()
    Building.objects.filter(residence=alone.residence_id).update(dwellings=3)
    (row,) = covered(toy_town, 300).by("qpv")
    assert row.areas == () and row.homes == covered(toy_town, 300).whole.homes


def test_of_too_few_homes_in_all_no_part_is_told(toy_town):
    Building.objects.exclude(key__endswith="BATIMENT-04-05").update(dwellings=None)
    Building.objects.filter(key__endswith="BATIMENT-04-05").update(dwellings=LEAST - 1)
    assert covered(toy_town, 300).by("quartier") == []


def test_people_are_the_census_shared_out_where_all_is_loaded(toy_town):
    iris = make_area(toy_town, "iris", "779980101", 0, 1_000)
    make_area(toy_town, "iris", "779980102", 1_000, 2_000)
    CensusArea.objects.create(code="779980101", insee_code="77998", population=1_234, dwellings=500, vintage="2021")
    Release.objects.filter(dataset="buildings").update(extent=iris.boundary)
    opens(toy_town, 420, 380)
    west, east = covered(toy_town, 600).by("iris")
    assert west.people.total == 1_234 and 0 < west.people.served < 1_234
    # Nothing is known of the people of the other: the census does not tell, and the town as a whole is not known.
    assert east.people is None and covered(toy_town, 600).whole.people is None
    CensusArea.objects.create(code="779980102", insee_code="77998", population=99, dwellings=500, vintage="2021")
    assert covered(toy_town, 600).by("iris")[1].people is None  # its outline is not loaded
    Release.objects.filter(dataset="buildings").update(extent=toy_town.municipality.boundary)
    assert covered(toy_town, 600).whole.people.total == 1_333


def test_people_say_by_how_many_homes_whose_count_they_are(toy_town):
    iris = make_area(toy_town, "iris", "779980101", 0, 1_000)
    make_area(toy_town, "iris", "779980102", 1_000, 2_000)
    CensusArea.objects.create(code="779980101", insee_code="77998", population=1_234, dwellings=500, vintage="2021")
    Release.objects.filter(dataset="buildings").update(extent=toy_town.municipality.boundary)
    for x in range(1_000, 2_000, 200):
        for y in range(0, 2_000, 200):
            make_square(toy_town, x, y, 90, imputed=y == 0)
    make_square(toy_town, 400, 400, 300)
    west, east = covered(toy_town, 600).by("iris")
    assert iris.code == "779980101" and west.people.total == 1_234
    assert (west.people.homes_by_square, west.people.homes_in_square, west.people.homes_imputed) == (0, 30, 0)
    assert east.people.total == 50 * 90
    assert east.people.homes_by_square == east.people.homes_in_square == east.homes.total
    lowest = Building.objects.filter(key__regex=r"BATIMENT-1\d-0[01]", dwellings__gt=0).values_list(
        "dwellings", flat=True
    )
    assert east.people.homes_imputed == sum(lowest)


def test_a_number_is_shared_out_whole():
    assert shared_out(7, np.array([1, 2, 4])).tolist() == [1, 2, 4]
    assert shared_out(5, np.array([1, 1, 1])).sum() == 5
    assert shared_out(0, np.array([3, 4])).tolist() == [0, 0]


def test_a_town_without_buildings_is_not_0_percent(toy_town):
    Building.objects.update(dwellings=None)
    answer = covered(toy_town, 300)
    assert answer.whole.homes.percent is None and answer.gaps == [] and answer.by("quartier") == []
