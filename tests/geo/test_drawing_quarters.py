"""Quarters that Villegrille draws on its grid: taken in, told what is odd about them, shown, undone."""

import json

import pytest

from geo.activation import activate, roll_back
from geo.choosing_circle import choose_circle, kinds_of
from geo.drawing_quarters import MOST, draw_quarters
from geo.errors import ImportRefused, InvalidParameter
from geo.models import CellContainment, Neighbourhood, PublicCell, Release, Residence

pytestmark = pytest.mark.django_db


@pytest.fixture
def draw(toy_town):
    """Draw rectangles of the grid as the town's quarters."""

    def ring(west, south, east, north):
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return [list(toy_town.point(*corner).coords) for corner in corners]

    def feature(name, *box, **properties):
        geometry = {"type": "Polygon", "coordinates": [ring(*box)]}
        return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": geometry}

    def draw(*quarters, kind="quartier"):
        drawing = {"type": "FeatureCollection", "features": [feature(name, *box) for name, *box in quarters]}
        return draw_quarters(municipality=toy_town.municipality, drawing=json.dumps(drawing), kind=kind)

    draw.feature = feature
    return draw


WEST, EAST = ("Couchant", 0, 0, 1200, 2000), ("Levant", 1200, 0, 2000, 2000)


def open_names(town, kind="quartier") -> set[str]:
    return set(Neighbourhood.objects.open().filter(municipality=town, kind=kind).values_list("name", flat=True))


def test_a_drawing_is_a_release_that_nobody_sees_before_it_is_activated(toy_town, draw):
    release = draw(WEST, EAST)
    assert (release.state, release.source, release.territory) == ("loaded", "town", "77998/quartier")
    assert (release.report["loaded"], release.report["rejected"]) == (2, {})
    assert open_names(toy_town.municipality) == {"Sud-Ouest", "Sud-Est", "Nord-Ouest", "Nord-Est"}


def test_it_takes_the_place_of_other_sources_and_everyone_moves_to_its_quarters(toy_town, draw):
    activate(release=draw(WEST, EAST), force=True)
    assert open_names(toy_town.municipality) == {"Couchant", "Levant"}
    west = Neighbourhood.objects.open().get(name="Couchant")
    # The cell's point decides for people, the largest overlap for buildings.
    for cell in PublicCell.objects.filter(municipality=toy_town.municipality):
        assert CellContainment.objects.filter(cell=cell, neighbourhood=west).exists() is west.boundary.covers(
            cell.location
        )
    across = Residence.objects.get(buildings__key="bdtopo:BATIMENT-11-00")
    assert across.containments.get(kind="quartier").neighbourhood == west


def test_rolled_back_the_former_quarters_are_there_again(toy_town, draw):
    before = set(Neighbourhood.objects.open().values_list("key", "name"))
    release = activate(release=draw(WEST, EAST), force=True)
    roll_back(release=release)
    assert set(Neighbourhood.objects.open().values_list("key", "name")) == before
    assert Release.objects.get(pk=release.pk).state == "loaded"


def test_drawn_again_the_same_is_the_same_release_and_another_takes_its_place(toy_town, draw):
    release = activate(release=draw(WEST, EAST), force=True)
    assert draw(WEST, EAST) == release
    activate(release=draw(("Ville", 0, 0, 2000, 2000)), force=True)
    assert open_names(toy_town.municipality) == {"Ville"}
    roll_back(release=Release.objects.active().get(source="town"))
    assert open_names(toy_town.municipality) == {"Couchant", "Levant"}


def test_a_quarter_with_the_code_of_a_known_one_is_that_quarter_redrawn(toy_town):
    known = Neighbourhood.objects.get(name="Sud-Ouest")
    drawing = {"type": "FeatureCollection", "features": []}
    for name, code in (("Grand Sud-Ouest", "SO"), ("Reste", "reste")):
        boundary = toy_town.municipality.boundary if name == "Reste" else known.boundary
        drawing["features"].append(
            {"type": "Feature", "properties": {"nom": name, "code": code}, "geometry": json.loads(boundary.geojson)}
        )
    release = draw_quarters(municipality=toy_town.municipality, drawing=json.dumps(drawing))
    assert set(release.versions.values_list("key", flat=True)) == {"77998/quartier/so", "77998/quartier/reste"}


def test_what_is_odd_is_told_and_waits_for_a_yes(toy_town, draw):
    release = draw(("Couchant", -200, 0, 1200, 2000), ("Levant", 1000, 0, 1800, 1000))
    told = " ".join(release.report["warnings"])
    assert "« Couchant » dépasse de la commune : 14 % en ont été retirés" in told
    assert "« Couchant » et « Levant » se recouvrent (25 %)" in told
    assert "ne sont dans aucun quartier" in told
    with pytest.raises(ImportRefused):
        activate(release=release)
    activate(release=release, force=True)
    for quarter in Neighbourhood.objects.open().filter(kind="quartier"):
        assert toy_town.municipality.boundary.buffer(1e-7).covers(quarter.boundary)


def test_a_drawing_that_covers_the_town_once_raises_no_word(draw):
    assert [word for word in draw(WEST, EAST).report["warnings"] if "Levant" in word or "foyers" in word] == []


FEATURES = '{"type":"FeatureCollection","features":[%s]}'
POINT = '{"type":"Feature","properties":{"name":"A"},"geometry":{"type":"Point","coordinates":[3,49]}}'
NAMELESS = '{"type":"Feature","properties":null,"geometry":null}'
EMPTY = '{"type":"Feature","properties":{"name":"A"},"geometry":null}'


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        ("", "FeatureCollection"),
        ("[]", "FeatureCollection"),
        ('{"features": 3}', "FeatureCollection"),
        ('{"features": ["x"]}', "FeatureCollection"),
        ("[" * 100_000, "FeatureCollection"),
        (FEATURES % "", "de 1 à"),
        (FEATURES % POINT, "« A » ne peut pas servir : ce n’est pas une surface"),
        (FEATURES % NAMELESS, "n° 1 n’a pas de nom"),
        (FEATURES % EMPTY, "« A » n’a pas de tracé lisible"),
        (FEATURES % ",".join([POINT.replace('"A"', f'"{n}"') for n in range(MOST + 1)]), "surface"),
    ],
)
def test_what_is_no_drawing_of_quarters_is_refused(toy_town, drawing, why):
    with pytest.raises(InvalidParameter, match=why) as refused:
        draw_quarters(municipality=toy_town.municipality, drawing=drawing)
    assert refused.value.parameter == "drawing"
    assert not Release.objects.filter(source="town").exists()


def test_names_twice_and_quarters_elsewhere_are_refused(toy_town, draw):
    with pytest.raises(InvalidParameter, match="Deux quartiers"):
        draw(WEST, ("COUCHANT", 0, 0, 100, 100))
    with pytest.raises(InvalidParameter, match="hors de la commune"):
        draw(WEST, ("Ailleurs", 2100, 0, 2500, 1000))
    for kind in ("iris", "qpv", "planet"):
        with pytest.raises(InvalidParameter) as refused:
            draw(WEST, kind=kind)
        assert refused.value.parameter == "kind"


def test_a_town_chooses_its_circle_among_the_kinds_it_has(toy_town):
    town = toy_town.municipality
    assert town.circle_kind == "quartier"
    assert kinds_of(town) == ["quartier", "sous_quartier"]
    chosen = choose_circle(municipality=town, kind="sous_quartier")
    assert chosen.circle_kind == "sous_quartier"
    for kind in ("arrondissement", "iris", "", "planet"):
        with pytest.raises(InvalidParameter):
            choose_circle(municipality=town, kind=kind)
    with pytest.raises(InvalidParameter):
        choose_circle(municipality=toy_town.neighbour, kind="quartier")


def test_what_is_derived_follows_the_choice_and_it_outlives_releases(toy_town, draw):
    town = choose_circle(municipality=toy_town.municipality, kind="sous_quartier")
    for cell in PublicCell.objects.filter(municipality=town).prefetch_related("bordering"):
        assert {quarter.kind for quarter in cell.bordering.all()} <= {"sous_quartier"}
    activate(release=draw(WEST, EAST), force=True)
    town.refresh_from_db()
    assert town.circle_kind == "sous_quartier"
