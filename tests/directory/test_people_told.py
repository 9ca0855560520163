"""How many live in fewer than eleven homes is told by no threshold, no proposed site, no table and no old result."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from django.contrib.gis.measure import D
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.coverage import Coverage
from directory.coverage_what_if import what_if
from directory.findings import findings_of
from directory.frozen_findings import freeze, pack, thaw
from directory.people_told import LEAST, People, Share, groups_of, may_tell, spread_evenly, tell_people
from geo.models import CensusArea, Release
from geo.nearness import nearest_sites
from tests.directory.measuring_coverage import covered, make_area, opens

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
METRES, PLACES = st.integers(1, 1_500), st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 2_000)), max_size=3)


@dataclass(frozen=True)
class Row:
    homes: Share
    people: People | None


def row(served: int, total: int) -> Row:
    """Of homes of three people each."""
    return Row(Share(served, total), People(3 * served, 3 * total))


def told(whole: Row, *rows: Row) -> list[int | None]:
    """People served of the whole, then of each row."""
    whole, tables = tell_people(whole, {"quartier": list(rows)})
    return [one.people.served for one in (whole, *tables["quartier"])]


@pytest.fixture
def town(toy_town):
    """Two IRIS whose people the census knows, and one bakery."""
    for code, west, people in (("779980101", 0, 1_234), ("779980102", 1_000, 999)):
        make_area(toy_town, "iris", code, west, west + 1_000)
        CensusArea.objects.create(code=code, insee_code="77998", population=people, dwellings=500, vintage="2021")
    Release.objects.filter(dataset="buildings").update(extent=toy_town.municipality.boundary)
    opens(toy_town, 420, 380)
    return toy_town


def asked(answer: Coverage, metres: int, places: list, town) -> Coverage:
    """The same as `cover` answers, as the crow flies, without reading the town again."""
    sites = [*answer.sites.tolist(), *(town.point(*place).coords for place in places)]
    far, _sites = nearest_sites(answer.housing.footprints, answer.housing.plane.metres(np.array(sites)), count=1)
    return replace(answer, request=replace(answer.request, threshold=D(m=metres)), nearest=far[:, 0])


def lived_otherwise(answer: Coverage) -> Coverage:
    """The same homes; the people of each group all in one building of it."""
    first = np.unique(answer.groups, return_index=True)[1]
    people = np.zeros(len(answer.housing), dtype=int)
    people[first] = np.bincount(answer.groups, answer.housing.inhabitants.people)
    inhabitants = replace(answer.housing.inhabitants, people=people)
    return replace(answer, housing=replace(answer.housing, inhabitants=inhabitants))


def people_of(answer: Coverage) -> list[People | None]:
    return [answer.whole.people, *(one.people for kind in answer.kinds for one in answer.by(kind))]


@pytest.mark.parametrize("questions", [8, pytest.param(150, marks=pytest.mark.slow)])
def test_no_threshold_and_no_site_tells_how_the_people_of_a_group_live(town, questions):
    answer = covered(town, 500)
    other = lived_otherwise(answer)
    homes = np.bincount(answer.groups, answer.housing.homes)
    assert min(homes) >= LEAST and len(homes) > 20
    assert (answer.housing.inhabitants.people != other.housing.inhabitants.people).any()

    @settings(max_examples=questions, deadline=None)
    @given(metres=METRES, places=PLACES)
    def differencing(metres, places):
        one, two = asked(answer, metres, places, town), asked(answer, metres + 1, places, town)
        for question in (one, two):
            assert people_of(question) == people_of(replace(question, housing=other.housing))
        for before, after in zip(people_of(one), people_of(two), strict=True):
            counts = [people.served for people in (before, after) if people.served is not None]
            assert all(count % 10 == 0 or count == before.total for count in counts)

    differencing()


def test_people_served_are_told_only_where_homes_served_and_missed_are_none_or_eleven(town):
    answer = covered(town, 500)
    for metres in range(10, 800, 50):
        question = asked(answer, metres, [(1_500, 1_500)], town)
        for one in (question.whole, *question.by("quartier"), *question.by("iris")):
            assert one.people.served is None or may_tell(one.homes), (metres, one.homes)
    # The four blocks about the crossing, then all of the town.
    assert asked(answer, 1, [], town).whole.people.served == 0
    assert asked(answer, 3_000, [], town).whole.people.served == 1_234 + 999


def test_what_is_kept_back_cannot_be_had_from_the_others():
    # The second has 5 homes served: the smaller of those that hide it is kept back too.
    assert told(row(145, 260), row(40, 80), row(5, 60), row(100, 120)) == [440, None, None, 300]
    # None hides it: neither does one that is served as a whole, or not at all. So the whole is not told.
    assert told(row(65, 200), row(60, 60), row(5, 60), row(0, 80)) == [None, 180, None, 0]
    # Two that hide each other.
    assert told(row(112, 300), row(6, 60), row(6, 60), row(100, 180)) == [340, None, None, 300]


def test_none_and_all_are_told_and_what_is_between_to_the_ten():
    for homes, served in ((0, 0), (10, None), (11, 30), (29, 90), (30, None), (40, 120)):
        assert told(row(homes, 40)) == [served]


def test_no_more_than_all_are_served():
    near = Row(Share(80, 100), People(196, 197))
    assert told(near) == [190]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=1, max_size=6))
def test_secrecy_holds_of_any_table(homes):
    rows = [row(served, served + missed) for served, missed in homes]
    whole = row(sum(served for served, _missed in homes), sum(map(sum, homes)))
    of_whole, *of_rows = told(whole, *rows)
    kept_back = [one.homes for one, served in zip(rows, of_rows, strict=True) if served is None]
    assert all(may_tell(one.homes) for one, served in zip(rows, of_rows, strict=True) if served is not None)
    if of_whole is not None:
        assert may_tell(Share(sum(one.served for one in kept_back), sum(one.total for one in kept_back)))
    twice = tell_people(*tell_people(whole, {"quartier": rows}))
    assert twice == tell_people(whole, {"quartier": rows})


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 80), st.integers(1, 3)), min_size=1, max_size=40))
def test_groups_have_eleven_homes_and_keep_the_people_of_each_area_that_has(buildings):
    homes, people, areas = (np.array(column) for column in zip(*buildings, strict=True))
    places = np.column_stack([np.arange(len(homes)) * 37 % 500, np.arange(len(homes)) * 91 % 900]).astype(float)
    groups = groups_of(homes, places, areas)
    spread = spread_evenly(people, homes, groups)
    assert spread.sum() == people.sum() and (spread >= 0).all()
    assert homes.sum() < LEAST or min(np.bincount(groups, homes)) >= LEAST
    enough = [area for area in np.unique(areas) if homes[areas == area].sum() >= LEAST]
    if len(enough) == len(np.unique(areas)):
        assert all(spread[areas == area].sum() == people[areas == area].sum() for area in enough)


def test_a_site_more_tells_no_people_of_fewer_homes(town):
    # A crossing: four blocks, of fewer homes than eleven or of more.
    for x, y in ((1_500, 1_500), (900, 1_700)):
        change = what_if(findings_of(covered(town, 45, proposed=(town.point(x, y).coords,))))
        for one in (change.whole, *change.rows):
            assert one.people is None or one.homes == 0 or one.homes >= LEAST
    assert change.whole.homes > 0


def test_an_old_result_tells_no_more(town):
    findings = findings_of(covered(town, 500))
    frozen = freeze(findings)
    rows = [frozen["whole"], *(one for _kind, told_rows in frozen["by"] for one in told_rows)]
    for one in rows:
        # As it was frozen before: to the person, for whatever number of homes.
        one["people"][0] = 3 * one["homes"][0]
    rows[1]["homes"], rows[1]["people"][0] = [4, rows[1]["homes"][1]], 7
    read = thaw(findings.town, frozen, pack(findings.buildings))
    assert read.by["quartier"][0].people.served is None
    assert read.whole.people.served is None or read.whole.people.served % 10 == 0
    assert freeze(thaw(findings.town, freeze(read), pack(read.buildings))) == freeze(read)
