"""What is told before anything is sent: homes of whole cells, what lies outside, never how many joined a residence."""

import json

import pytest
from django.contrib.gis.measure import D

from geo.catchments import nearest_homes, radius_around
from geo.models import Building, Municipality, Neighbourhood, PublicCell, Residence
from scopes.levels import Level
from scopes.preview import preview_of, preview_of_zone
from scopes.viewing import viewer_of
from tests.neighbours import neighbour

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    """Someone's home in block (4, 4): 8 dwellings, quarter SO."""
    residence = Residence.objects.get(buildings__key="bdtopo:BATIMENT-04-04")
    return viewer_of(neighbour("Camille", residence).account_id).home


def dwellings(cells) -> int:
    return sum(cells.values_list("dwellings", flat=True))


def test_a_residence_is_its_dwellings_and_its_footprints_and_nothing_is_told_of_who_joined(home):
    told = preview_of(home=home, level=Level.RESIDENCE)
    assert (told.homes, told.connected) == (8, None)
    building = Building.objects.get(key="bdtopo:BATIMENT-04-04")
    assert told.drawing.equals(building.footprint)
    assert (told.outside_town, told.not_loaded) == (0, 0)


def test_a_quarter_is_its_cells_and_its_boundary(home, toy_town):
    quarter = Neighbourhood.objects.get(code="SO")
    told = preview_of(home=home, level=Level.NEIGHBOURHOOD)
    assert told.homes == dwellings(PublicCell.objects.filter(containments__neighbourhood=quarter))
    assert told.drawing.equals(quarter.boundary)
    assert told.notes == ()


def test_a_town_is_all_its_cells(home, toy_town):
    told = preview_of(home=home, level=Level.MUNICIPALITY)
    assert told.homes == dwellings(PublicCell.objects.filter(municipality=toy_town.municipality))
    assert told.drawing.equals(toy_town.municipality.boundary)


def test_a_town_without_published_limits_is_its_known_homes(home, toy_town):
    known = preview_of(home=home, level=Level.MUNICIPALITY).homes
    Municipality.objects.update(boundary=None)
    told = preview_of(home=home, level=Level.MUNICIPALITY)
    assert told.homes == known
    assert told.drawing.covers(PublicCell.objects.get(pk=home.cell_id).area.point_on_surface)


def test_a_voisinage_is_drawn_where_its_homes_are(home):
    told = preview_of(home=home, level=Level.VOISINAGE)
    cells = PublicCell.objects.filter(pk__in=home.voisinage)
    assert told.homes == dwellings(cells) >= 300
    for cell in cells:
        assert told.drawing.covers(cell.area.point_on_surface)


def test_the_circles_hold_one_another(home):
    levels = (Level.RESIDENCE, Level.VOISINAGE, Level.MUNICIPALITY)
    homes = [preview_of(home=home, level=level).homes for level in levels]
    assert homes == sorted(homes)
    assert preview_of(home=home, level=Level.NEIGHBOURHOOD).homes <= homes[-1]


def test_where_a_town_has_no_quarters_the_voisinage_answers_and_says_so(toy_town):
    Municipality.objects.update(circle_kind="")
    residence = Residence.objects.get(buildings__key="bdtopo:BATIMENT-04-04")
    home = viewer_of(neighbour("Camille", residence).account_id).home
    told = preview_of(home=home, level=Level.NEIGHBOURHOOD)
    assert told.level == Level.VOISINAGE
    assert "voisinage" in told.notes[0]
    assert told.homes == preview_of(home=home, level=Level.VOISINAGE).homes


def test_a_zone_tells_what_lies_in_other_towns_and_where_nothing_is_loaded(home, toy_town):
    everywhere = radius_around(toy_town.point(2000, 1000), D(km=3))
    told = preview_of(home=home, level=Level.CATCHMENT, catchment=everywhere)
    assert told.homes == dwellings(PublicCell.objects.sound())
    # 28 square kilometres, of which buildings are known in not quite six.
    assert 0.75 < told.not_loaded < 0.9
    other = preview_of_zone(everywhere, municipality_id=toy_town.neighbour.pk)
    assert other.outside_town == 1 - told.outside_town == 1
    within = preview_of(home=home, level=Level.CATCHMENT, catchment=radius_around(toy_town.point(1000, 1000), D(m=300)))
    assert within.not_loaded == 0


def test_estimated_dwellings_are_marked(home, toy_town):
    zone = radius_around(toy_town.point(330, 330), D(m=300))
    assert preview_of_zone(zone, municipality_id=home.municipality_id).homes_estimated
    PublicCell.objects.update(estimated=False)
    assert not preview_of_zone(zone, municipality_id=home.municipality_id).homes_estimated


def test_two_homes_of_a_cell_are_told_the_same(toy_town):
    """A zone starts from the cell: nothing of it depends on which home of the cell is one's own."""
    cell = PublicCell.objects.sound().order_by("pk").first()
    one, other = cell.residences.filter(closed_on=None, houses_of=None).order_by("pk")[:2]
    homes = [viewer_of(neighbour("Camille", residence).account_id).home for residence in (one, other)]
    assert homes[0].point == homes[1].point
    for level in (Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
        told = [preview_of(home=home, level=level).as_json() for home in homes]
        assert told[0] == told[1]


def test_a_page_draws_and_says_it(home, toy_town):
    zone = nearest_homes(toy_town.point(500, 500), 100)
    told = preview_of(home=home, level=Level.CATCHMENT, catchment=zone).as_json()
    assert json.loads(json.dumps(told)) == told
    assert told["drawing"]["type"] == "MultiPolygon"
    assert told["homes"] >= 100
    assert told["connected"] == "moins de 20 foyers connectés"
