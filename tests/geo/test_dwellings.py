"""Estimates of dwellings: marked, within the census, never 0."""

import pytest
from django.db.models import Sum

from geo.dwellings import FLOOR_OF_A_DWELLING, estimate_dwellings
from geo.models import BoundaryPart, Building, CensusArea, Neighbourhood
from geo.settling import Settled


def estimate(town) -> None:
    estimate_dwellings(Settled("buildings", [town.pk], 0, 1, 0, 0))


def unknown() -> Building:
    """Block (3, 3): 1,600 m2 on the ground, storeys and dwellings unknown."""
    return Building.objects.get(key="bdtopo:BATIMENT-03-03")


def test_floor_area_of_the_town_makes_the_estimate(toy_town):
    """Everywhere else in Villegrille 800 m2 of floor are a dwelling: one storey of 1,600 m2 are two."""
    building = unknown()
    assert (building.dwellings, building.dwellings_estimated) == (2, True)
    assert building.residence.dwellings == 2
    assert building.residence.dwellings_estimated


def test_known_dwellings_are_left_alone(toy_town):
    assert Building.objects.filter(dwellings_estimated=True).count() == 1


def test_estimates_of_a_town_stay_within_the_census(toy_town):
    known = Building.objects.filter(municipality=toy_town.municipality, dwellings_estimated=False)
    total = known.aggregate(n=Sum("dwellings"))["n"]
    area = CensusArea(code="779980000", insee_code="77998", population=1, dwellings=total + 1, vintage="2021")
    area.save()
    estimate(toy_town.municipality)
    assert unknown().dwellings == 1
    area.dwellings = total
    area.save()
    estimate(toy_town.municipality)
    # No room left: unknown again, not 0.
    assert (unknown().dwellings, unknown().dwellings_estimated) == (None, False)


def test_an_iris_shares_out_what_the_census_counts_there(toy_town):
    building = unknown()
    boundary = building.location.buffer(0.002)
    iris = Neighbourhood.objects.create(
        key="77998/iris/779980101",
        source="test",
        digest="",
        municipality=toy_town.municipality,
        kind="iris",
        code="779980101",
        name="Centre",
        boundary=_multi(boundary),
    )
    BoundaryPart.objects.create(neighbourhood=iris, division=boundary)
    inside = Building.objects.filter(location__coveredby=boundary).exclude(pk=building.pk)
    known = inside.aggregate(n=Sum("dwellings"))["n"] or 0
    CensusArea.objects.create(code="779980101", insee_code="77998", population=9, dwellings=known + 3, vintage="2021")
    estimate(toy_town.municipality)
    assert unknown().dwellings == 3


def test_a_use_left_open_by_bdtopo_is_no_dwelling(toy_town):
    Building.objects.filter(pk=unknown().pk).update(use="unknown")
    estimate(toy_town.municipality)
    assert unknown().dwellings is None
    Building.objects.filter(pk=unknown().pk).update(source="osm")
    estimate(toy_town.municipality)
    assert unknown().dwellings == 2


@pytest.mark.parametrize(("storeys", "height", "expected"), [(3, None, 39), (None, 9.2, 39), (None, None, 13)])
def test_where_a_town_knows_little_a_usual_dwelling_is_taken(toy_town, storeys, height, expected):
    Building.objects.exclude(pk=unknown().pk).filter(municipality=toy_town.municipality).update(dwellings=None)
    Building.objects.filter(pk=unknown().pk).update(storeys=storeys, height=height, dwellings=None)
    estimate(toy_town.municipality)
    assert unknown().dwellings == expected == round(1600 * (expected // 13) / FLOOR_OF_A_DWELLING)


def _multi(polygon):
    from django.contrib.gis.geos import MultiPolygon

    return MultiPolygon(polygon, srid=4326)
