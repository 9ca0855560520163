"""What is made of places is kept until a release changes them: then it is made anew, and old things go first."""

import numpy as np
import pytest
import shapely
from django.utils import timezone

from geo import housing, walks
from geo.activation import roll_back
from geo.housing import housing_of
from geo.kept import Kept
from geo.models import Building, Release, Street
from geo.walks import Doorsteps

pytestmark = pytest.mark.django_db
SOME, OTHERS, THIRD = (np.array(numbers) for numbers in ([1, 2], [1, 3], [4]))


@pytest.fixture
def made():
    """What was made, in order."""
    return []


def make(made: list, thing: str):
    def one() -> str:
        made.append(thing)
        return thing

    return one


def release(**columns) -> Release:
    return Release.objects.create(
        **{"dataset": "streets", "source": "test", "territory": "77998", "checksum": "0", **columns}
    )


def test_it_is_made_once(made):
    kept = Kept(most=10)
    assert [kept.get(SOME, make(made, "abc")) for _ in range(3)] == ["abc"] * 3
    assert kept.get(OTHERS, make(made, "d")) == "d" and made == ["abc", "d"]


def test_a_release_that_is_shown_or_hidden_makes_it_anew(made):
    kept = Kept(most=100)
    kept.get(SOME, make(made, "before"))
    streets = release(state="active", activated_at=timezone.now())
    kept.get(SOME, make(made, "after"))
    Release.objects.filter(pk=streets.pk).update(state="superseded")
    kept.get(SOME, make(made, "before again"))
    release(state="loaded", source="other")
    kept.get(SOME, make(made, "nothing was shown"))
    assert made == ["before", "after"], "what the same releases show is the same"


def test_what_is_made_while_a_release_is_shown_is_not_kept(made):
    kept = Kept(most=10)

    def meanwhile() -> str:
        release(state="active", activated_at=timezone.now())
        return "half"

    assert kept.get(SOME, meanwhile) == "half" and len(kept) == 0
    assert kept.get(SOME, make(made, "whole")) == "whole"


def test_what_was_least_lately_asked_for_goes_first(made):
    kept = Kept(most=6)
    for numbers, thing in ((SOME, "abc"), (OTHERS, "def"), (SOME, "abc"), (THIRD, "ghi"), (SOME, "abc")):
        kept.get(numbers, make(made, thing))
    assert made == ["abc", "def", "ghi"] and len(kept) == 2
    kept.get(OTHERS, make(made, "def"))
    assert made[3:] == ["def"]


def test_what_is_larger_than_all_is_answered_and_pushes_nothing_out(made):
    kept = Kept(most=2)
    kept.get(OTHERS, make(made, "d"))
    assert kept.get(SOME, make(made, "abc")) == "abc" and len(kept) == 1
    kept.get(OTHERS, make(made, "d"))
    assert made == ["d", "abc"]


def test_nothing_is_kept_once_forgotten(made):
    kept = Kept(most=10)
    kept.get(SOME, make(made, "abc"))
    kept.forget()
    kept.get(SOME, make(made, "abc"))
    assert made == ["abc", "abc"]


def test_doors_that_are_kept_are_those_that_are_read(toy_town):
    buildings = Building.objects.open().filter(municipality=toy_town.municipality).order_by("pk")
    numbers = np.array(buildings.values_list("pk", flat=True))
    read, kept = Doorsteps.of(buildings), Doorsteps.kept(numbers)
    assert Doorsteps.kept(numbers) is kept
    sites = shapely.points([toy_town.point(x, y).coords for x, y in ((500, 500), (1_210, 790), (1_500, 300))])
    for count in (1, 2):
        assert np.array_equal(read.walks_to(sites, count=count).metres, kept.walks_to(sites, count=count).metres)


def test_doors_are_read_again_after_a_rollback(toy_town):
    numbers = np.array([Building.objects.get(key="bdtopo:BATIMENT-05-05").pk])
    crossing = np.array([shapely.Point(toy_town.point(500, 500).coords)])
    assert not Doorsteps.kept(numbers).walks_to(crossing).straight_line.any()
    roll_back(release=Release.objects.active().get(dataset="streets"))
    assert not Street.objects.open().exists()
    assert Doorsteps.kept(numbers).walks_to(crossing).straight_line.all()


def test_homes_and_people_are_read_each_time_and_outlines_once(toy_town):
    before = housing_of(toy_town.municipality)
    house = Building.objects.filter(pk=int(before.buildings[0]))
    house.update(dwellings=77)
    after = housing_of(toy_town.municipality)
    assert after.homes[0] == 77 and len(housing.KEPT) == 1
    assert all(one.equals(other) for one, other in zip(before.footprints, after.footprints, strict=True))
    house.update(dwellings=None)
    assert len(housing_of(toy_town.municipality)) == len(before) - 1 and len(housing.KEPT) == 2


def test_searches_around_a_place_keep_nothing(toy_town):
    point = toy_town.point(500, 500)
    walks.Start.at(point.x, point.y, 300).walks_to(np.array([shapely.Point(point.coords)]))
    walks.walks_between(np.array([shapely.Point(point.coords)]), np.array([shapely.Point(point.coords)]))
    assert len(walks.KEPT) == len(housing.KEPT) == 0
