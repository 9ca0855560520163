"""What a map shows at first, and the sentence above a list: read off the answer, whatever was asked."""

from dataclasses import replace

import pytest
from django.contrib.gis.db.models import Extent
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from directory.circles import Circle
from directory.here import Here
from directory.search import SearchAnswer, SearchRequest
from directory.within import Within
from geo.models import Building
from maps.cards import Card, placed, summary
from maps.doors import Door
from maps.framing import AROUND_A_POINT, FRANCE, view_of, welcome_view
from tests.maps.village import HERE

positions = st.tuples(st.floats(-61, 55), st.floats(-21, 51))


def features(circle=None, here=(), results=(), part="circle"):
    """Features as a page gets them."""

    def of(geometry, **properties):
        return {"type": "Feature", "geometry": geometry, "properties": properties}

    points = [[of({"type": "Point", "coordinates": list(at)}) for at in some] for some in (here, results)]
    ring = {"type": "Polygon", "coordinates": [[list(at) for at in circle]]} if circle else None
    collections = {"circle": [of(ring, part=part)] if ring else [], "here": points[0], "results": points[1]}
    return {name: {"features": some} for name, some in collections.items()}


def holds(view, position) -> bool:
    longitude, latitude = position
    return view.west <= longitude <= view.east and view.south <= latitude <= view.north


@given(circle=st.lists(positions, min_size=3, max_size=12), others=st.lists(positions))
def test_a_circle_is_shown_whole_whatever_lies_outside(circle, others):
    view = view_of(features(circle=circle, here=others[:1], results=others))
    assert all(holds(view, position) for position in circle)
    assert {view.west, view.east} <= {longitude for longitude, _latitude in circle}
    assert {view.south, view.north} <= {latitude for _longitude, latitude in circle}


@given(here=positions, results=st.lists(positions, min_size=1))
def test_without_a_circle_here_and_all_results_are_shown(here, results):
    view = view_of(features(here=[here], results=results))
    assert all(holds(view, position) for position in (here, *results))


@given(here=positions)
def test_one_point_is_shown_with_what_surrounds_it(here):
    view = view_of(features(here=[here]))
    assert view.east - view.west == pytest.approx(2 * AROUND_A_POINT)
    assert view.north - view.south == pytest.approx(2 * AROUND_A_POINT)
    assert holds(view, here)


def test_what_is_drawn_beside_the_circle_does_not_widen_the_map():
    mask = [(-180, -90), (180, -90), (180, 90)]
    assert view_of(features(circle=mask, part="outside", here=[(2, 48)], results=[(3, 49)])).west == 2
    assert view_of(features()) is None


@pytest.mark.django_db
def test_the_first_screen_shows_the_middle_of_a_loaded_town_else_france(village):
    west, south, east, north = Building.objects.aggregate(box=Extent("footprint"))["box"]
    view = welcome_view()
    assert west < view.west < view.east < east and south < view.south < view.north < north
    assert (view.west + view.east) / 2 == pytest.approx((west + east) / 2)
    assert (view.south + view.north) / 2 == pytest.approx((south + north) / 2)
    type(village).objects.update(building_source="")
    assert welcome_view() == FRANCE


def answer(within: str, *, name="", more=False) -> SearchAnswer:
    asked = Within.parse(within)
    request = SearchRequest(here=Here(longitude=HERE[0], latitude=HERE[1]), within=asked)
    circle = Circle(level=asked.level, name=name)
    return SearchAnswer(request=request, circle=circle, features="[]", next="x" if more else "")


def card(number: int, point=HERE, area=None) -> Card:
    texts = dict.fromkeys(("title", "url", "category", "icon", "address"), "")
    return Card(
        id=str(number),
        kind="merchant",
        distance="10 m" if point else "",
        why="dans le quartier",
        door=Door(False, ""),
        phone=None,
        facts=[],
        demonstration=False,
        source=("", ""),
        point=point,
        area=area,
        **texts,
    )


@pytest.mark.parametrize(
    ("within", "name", "number", "more", "french", "english"),
    [
        ("residence", "", 0, False, "Aucun résultat dans l’immeuble", "No result in the building"),
        ("voisinage", "", 1, False, "1 résultat dans le voisinage", "1 result in the vicinity"),
        ("neighbourhood", "Bouffay", 2, False, "2 résultats dans le quartier Bouffay", None),
        ("municipality", "Nantes", 3, True, "Les 3 plus proches à Nantes", None),
        ("500m", "", 2, False, "2 résultats à moins de 500 m", None),
        ("1.5km", "", 2, True, "Les 2 plus proches à moins de 1,5 km", None),
        ("nearest", "", 2, True, "Les 2 plus proches", None),
        ("municipality", "100 % Ville %(name)s", 1, False, "1 résultat à 100 % Ville %(name)s", None),
    ],
)
def test_the_number_of_results_and_their_circle_in_words(within, name, number, more, french, english):
    shown = [card(n) for n in range(number)]
    said = summary(answer(within, name=name, more=more), shown)
    assert said.replace("\u202f", " ") == french
    if english:
        with translation.override("en"):
            assert summary(answer(within, name=name, more=more), shown) == english


def test_the_map_holds_the_cards_that_have_a_place_in_their_order():
    shown = [card(1), card(2, point=None), card(3)]
    drawn = placed(shown)["features"]
    assert [one["properties"]["id"] for one in drawn] == ["1", "3"]
    assert {one["properties"]["why"] for one in drawn} == {"10 m · dans le quartier"}


def test_rides_that_begin_at_one_place_share_its_pin_and_shops_do_not():
    shown = [replace(card(n), kind="carpool" if n < 4 else "merchant", point=(n // 3, 0)) for n in range(1, 7)]
    drawn = placed(shown)["features"]
    assert [one["properties"]["ids"] for one in drawn] == [["1", "2"], ["3"], ["4"], ["5"], ["6"]]
    assert drawn[0]["geometry"] == {"type": "Point", "coordinates": [0, 0]}


def test_what_people_said_from_one_cell_is_one_area_and_never_a_pin():
    cell, other = ({"type": "Polygon", "coordinates": [[[x, 0], [x + 1, 0], [x, 1], [x, 0]]]} for x in (0, 5))
    shown = [card(1, None, cell), card(2), card(3, None, other), card(4, None, cell)]
    drawn = placed(shown)["features"]
    assert [one["properties"]["ids"] for one in drawn] == [["1", "4"], ["2"], ["3"]]
    assert [one["geometry"]["type"] for one in drawn] == ["Polygon", "Point", "Polygon"]
    assert "2 annonces" in drawn[0]["properties"]["category"]
