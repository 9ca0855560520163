"""Search entries follow their quarters, when these are redrawn, and public cells, when they move or are united."""

import json
import re

import pytest
from django.db import connection

from directory.following import QUARTERS
from directory.models import SearchEntry
from directory.publishing import publish
from geo.activation import activate, follow
from geo.choosing_circle import choose_circle
from geo.drawing_quarters import draw_quarters
from geo.models import Neighbourhood, PublicCell, Residence
from geo.settling import Settled
from scopes.models import Level
from tests.directory.speaking import say
from tests.neighbours import neighbour

pytestmark = pytest.mark.django_db


@pytest.fixture
def bakery(toy_town):
    """A shop in the quarter SO, 300 m from each of its inner limits."""
    return publish(
        category="bakery", title="Fournil", municipality=toy_town.municipality, location=toy_town.point(700, 700)
    )


def quarter_of(listing) -> str:
    return Neighbourhood.objects.get(pk=SearchEntry.objects.get(listing=listing.pk).neighbourhood_id).name


def test_a_shop_is_found_in_the_quarter_that_was_drawn_around_it(toy_town, bakery):
    assert quarter_of(bakery) == "Sud-Ouest"
    town = toy_town.municipality
    feature = {"type": "Feature", "properties": {"name": "Ville"}, "geometry": json.loads(town.boundary.geojson)}
    release = draw_quarters(municipality=town, drawing=json.dumps({"type": "FeatureCollection", "features": [feature]}))
    activate(release=release, force=True)
    assert quarter_of(bakery) == "Ville"


def test_a_shop_is_found_in_the_kind_of_quarter_that_the_town_chooses(toy_town, bakery):
    choose_circle(municipality=toy_town.municipality, kind="sous_quartier")
    assert quarter_of(bakery) == "Carré 11"


def test_a_word_stands_where_its_cell_stands_and_where_it_was_united_with(toy_town):
    residence = Residence.objects.get(buildings__key="bdtopo:BATIMENT-04-04")
    said = say(neighbour("Camille", residence), Level.NEIGHBOURHOOD)
    cell = residence.public_cell
    changed = Settled("streets", [cell.municipality_id], added=0, changed=0, closed=0, unplaced=0)

    def place():
        entry = SearchEntry.objects.get(listing=said.pk)
        return entry.location.coords, entry.feature["geometry"]

    PublicCell.objects.filter(pk=cell.pk).update(location=toy_town.point(450, 400))
    follow(changed)
    assert place()[0] == pytest.approx(toy_town.point(450, 400).coords)
    other = PublicCell.objects.sound().exclude(pk=cell.pk).order_by("pk").first()
    PublicCell.objects.filter(pk=cell.pk).update(merged_into=other)
    follow(changed)
    assert place()[0] == pytest.approx(PublicCell.objects.get(pk=other.pk).location.coords)
    assert len(place()[1]["coordinates"]) >= 1


@pytest.mark.plan
def test_quarters_are_found_by_the_index_of_parts(bakery):
    with connection.cursor() as cursor:
        # The toy town is smaller than one page, and what was counted of another test's town misleads the planner.
        cursor.execute("ANALYZE geo_boundarypart, geo_neighbourhood, directory_listing; SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {QUARTERS}", {"municipalities": [bakery.municipality_id]})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on geo_boundarypart" not in plan and re.search(r"Scan (using|on) geo_boundarypart_\w+", plan)
