"""Proposed sites serve like those that exist: what they change is what is measured without them and with them."""

import numpy as np
import pytest
from django.http import QueryDict

from directory.coverage_choices import as_address, read_choices
from directory.coverage_what_if import WhatIf, what_if
from directory.findings import findings_of
from directory.frozen_findings import freeze, pack, thaw
from geo.errors import InvalidParameter
from geo.models import Building, CensusArea, Release
from geo.pace import Pace
from tests.directory.measuring_coverage import (
    covered,
    homes_by_geopandas,
    homes_near,
    homes_scattered,
    make_area,
    opens,
)

pytestmark = pytest.mark.django_db


def changed(after) -> WhatIf:
    return what_if(findings_of(after))


def proposed(town, *places) -> dict:
    return {"proposed": tuple(town.point(x, y).coords for x, y in places)}


@pytest.mark.parametrize("metres", [90, 515])
def test_what_is_served_with_them_is_what_is_measured_one_by_one(toy_town, metres):
    there = opens(toy_town, 310, 420).location
    places = [(1_620, 1_730), (1_000, 240)]
    points = [there, *(toy_town.point(x, y) for x, y in places)]
    after = covered(toy_town, metres, **proposed(toy_town, *places))
    assert after.whole.homes.served == homes_near(points, metres) == homes_by_geopandas(points, metres)
    change = changed(after)
    assert change.whole.homes == homes_near(points, metres) - homes_near([there], metres) > 0
    assert change.whole.before == covered(toy_town, metres).whole


@pytest.mark.parametrize("pace", [None, Pace.USUAL])
def test_a_proposed_site_is_as_good_as_one_that_opens(toy_town, pace):
    opens(toy_town, 310, 420)
    after = covered(toy_town, 400, pace=pace, **proposed(toy_town, (1_500, 1_500), (700, 1_200)))
    for place in ((1_500, 1_500), (700, 1_200)):
        opens(toy_town, *place)
    opened = covered(toy_town, 400, pace=pace)
    assert np.allclose(after.nearest, opened.nearest) and np.allclose(after.nth, opened.nth)
    assert len(after.sites) == 1 and len(opened.sites) == 3


def test_what_is_gained_by_quarter_is_what_is_gained_in_all(toy_town):
    sites = [opens(toy_town, 420, 380).location, toy_town.point(1_500, 1_500), toy_town.point(1_000, 1_000)]
    change = changed(covered(toy_town, 300, **proposed(toy_town, (1_500, 1_500), (1_000, 1_000))))
    assert [str(row.after.areas[0]) for row in change.rows] == ["Nord-Est", "Nord-Ouest", "Sud-Est", "Sud-Ouest"]
    assert sum(row.homes for row in change.rows) == change.whole.homes > 0
    assert all(row.homes >= 0 and row.people is None for row in change.rows)
    before, after = (homes_scattered(some, 300) for some in (sites[:1], sites))
    assert sum(change.gaps_before) + before == change.whole.before.homes.missed
    assert sum(change.gaps_after) + after == change.whole.after.homes.missed


def test_both_are_measured_of_the_homes_that_were_read(toy_town):
    after = covered(toy_town, 300, **proposed(toy_town, (1_500, 1_500)))
    # A release without the homes of the south, in between: two quarters would have no row to stand beside.
    Building.objects.filter(key__regex=r"BATIMENT-\d\d-0\d").update(dwellings=None)
    change = changed(after)
    assert len(change.rows) == 4 and change.whole.before.homes.total == change.whole.after.homes.total
    assert all(row.before.homes.total == row.after.homes.total for row in change.rows)


def test_people_gained_are_told_where_all_are_known(toy_town):
    Release.objects.filter(dataset="buildings").update(extent=toy_town.municipality.boundary)
    make_area(toy_town, "iris", "779980101", 0, 2_000)
    CensusArea.objects.create(code="779980101", insee_code="77998", population=4_321, dwellings=500, vintage="2021")
    change = changed(covered(toy_town, 300, **proposed(toy_town, (1_500, 1_500))))
    assert change.whole.before.people.served == 0 < change.whole.people == change.whole.after.people.served


def test_a_site_where_another_stands_changes_nothing(toy_town):
    opens(toy_town, 500, 500)
    change = changed(covered(toy_town, 300, **proposed(toy_town, (500, 500))))
    assert change.whole.homes == 0 and change.whole.before.homes == change.whole.after.homes


def test_of_several_services_it_has_each(toy_town):
    both = {"services": ("bakery", "pharmacy")}
    assert covered(toy_town, 300, **both).whole.homes.served == 0
    assert covered(toy_town, 300, **both, **proposed(toy_town, (500, 500))).whole.homes.served > 0


def test_a_site_that_serves_nobody_of_the_town_is_refused(toy_town):
    covered(toy_town, 300, **proposed(toy_town, (6_900, 1_000)))
    with pytest.raises(InvalidParameter) as refused:
        covered(toy_town, 300, **proposed(toy_town, (7_100, 1_000)))
    assert refused.value.parameter == "site"
    Building.objects.update(dwellings=None)
    assert len(covered(toy_town, 300, **proposed(toy_town, (7_100, 1_000))).housing) == 0


def test_the_address_holds_them_in_their_order(toy_town):
    query = QueryDict("site=49.01,3.001&within=300m&site=49.012,3.0&town=77998&site=49.01,3.00100")
    asked = read_choices(query)
    assert asked.proposed == ((3.001, 49.01), (3.0, 49.012))
    told = as_address(query, asked)
    assert told == "town=77998&service=bakery&within=300m&site=49.01,3.001&site=49.012,3"
    assert as_address(QueryDict(told), read_choices(QueryDict(told))) == told


def test_a_result_that_is_kept_holds_them(toy_town):
    findings = findings_of(covered(toy_town, 300, **proposed(toy_town, (500, 500), (700, 500))))
    read = thaw(findings.town, freeze(findings), pack(findings.buildings))
    assert len(read.sites) == 0 and np.allclose(read.proposed, findings.proposed, atol=1e-5)
    told, kept = what_if(findings), what_if(read)
    assert kept.whole.homes == told.whole.homes > 0 and kept.gaps_before == told.gaps_before
    assert [row.before.homes for row in kept.rows] == [row.before.homes for row in told.rows]
    assert what_if(thaw(findings.town, freeze(findings) | {"before": None}, pack(findings.buildings))) is None
    without = findings_of(covered(toy_town, 300))
    assert without.before is None and [row.before for row in told.rows] == without.by["quartier"]
