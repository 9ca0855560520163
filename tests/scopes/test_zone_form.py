"""Zones as people fill them in: each kind gives its area from the cell's point, and says which field is at fault."""

import json
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from geo.catchments import cells_covered, nearest_homes, radius_around, walk_around
from geo.errors import InvalidParameter
from geo.models import PublicCell, Residence
from geo.pace import Pace
from geo.street_zones import along_street
from scopes.viewing import viewer_of
from scopes.zone_form import ZoneForm, zone_around
from tests.neighbours import neighbour

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    residence = Residence.objects.get(buildings__key="bdtopo:BATIMENT-04-04")
    return viewer_of(neighbour("Camille", residence).account_id).home


#: A square in Lille.
FAR = '{"type":"Polygon","coordinates":[[[3.05,50.6],[3.06,50.6],[3.06,50.61],[3.05,50.61],[3.05,50.6]]]}'


def filled(**fields) -> dict:
    form = ZoneForm(fields)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def square(home, half=0.004) -> str:
    x, y = home.point
    ring = [
        [x - half, y - half],
        [x + half, y - half],
        [x + half, y + half],
        [x - half, y + half],
        [x - half, y - half],
    ]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def test_each_kind_of_zone_is_drawn_around_the_cell(home, toy_town):
    point = Point(*home.point, srid=4326)
    areas = {
        "radius": zone_around(home, filled(zone="radius", radius="500")).area,
        "homes": zone_around(home, filled(zone="homes", homes="300")).area,
        "walk": zone_around(home, filled(zone="walk", minutes="15", slow="on")).area,
    }
    assert areas["radius"].equals(radius_around(point, D(m=500)).area)
    assert areas["homes"].equals(nearest_homes(point, 300).area)
    assert areas["walk"].equals(walk_around(point, timedelta(minutes=15), Pace.SLOW).area)
    for area in (*areas.values(), zone_around(home, filled(zone="drawing", drawing=square(home))).area):
        assert home.cell_id in cells_covered(area).values_list("pk", flat=True)


def test_a_street_is_one_of_the_homes_town(home, toy_town):
    zone = zone_around(home, filled(zone="street", street="rue des Genêts", first="4", last="10"))
    assert zone.area.equals(along_street(toy_town.municipality, "Rue des Genêts", 4, 10).area)
    whole = zone_around(home, filled(zone="street", street="rue des genets"))
    assert whole.area.covers(zone.area)


def test_two_homes_of_one_cell_draw_the_same_zone(toy_town):
    cell = PublicCell.objects.sound().order_by("pk").first()
    one, other = cell.residences.filter(closed_on=None, houses_of=None).order_by("pk")[:2]
    homes = [viewer_of(neighbour("Camille", residence).account_id).home for residence in (one, other)]
    for told in (filled(zone="radius", radius="250"), filled(zone="homes", homes="100")):
        assert zone_around(homes[0], told).area == zone_around(homes[1], told).area


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "zone"),
        ({"zone": "radius"}, "radius"),
        ({"zone": "homes"}, "homes"),
        ({"zone": "walk"}, "minutes"),
        ({"zone": "street"}, "street"),
        ({"zone": "street", "street": "Rue des Baobabs"}, "street"),
        ({"zone": "street", "street": "Rue des Genêts", "first": 900}, "first"),
        ({"zone": "drawing"}, "drawing"),
        ({"zone": "drawing", "drawing": "{}"}, "drawing"),
        ({"zone": "drawing", "drawing": FAR}, "drawing"),
    ],
)
def test_what_is_missing_is_named(home, fields, named):
    with pytest.raises(InvalidParameter) as refused:
        zone_around(home, filled(**fields))
    assert refused.value.parameter == named


@pytest.mark.parametrize(
    "fields",
    [{"zone": "planet"}, {"radius": "7"}, {"homes": "-1"}, {"minutes": "x"}, {"first": "0"}, {"last": "10000"}],
)
def test_what_cannot_be_chosen_is_refused_by_the_form(fields):
    assert set(ZoneForm(fields).errors) == set(fields)


def test_the_form_offers_what_the_zones_accept(home):
    for name, kind in (("radius", "radius"), ("homes", "homes"), ("minutes", "walk")):
        for value, label in ZoneForm().fields[name].choices:
            assert str(label).split()[0].isdigit()
            try:
                zone_around(home, filled(**{"zone": kind, name: str(value)}))
            except InvalidParameter as refused:
                # The toy town has no 3,000 homes.
                assert (name, value) == ("homes", 3000), refused
