"""Drawings as people and programs send them: kept, mended and said so, or refused with the parameter named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.drawn_areas import LONGEST, MOST_CORNERS, read_area
from geo.errors import InvalidParameter

SQUARE = [[2, 48], [2.1, 48], [2.1, 48.1], [2, 48.1], [2, 48]]
BOW = [[2, 48], [2.1, 48.1], [2.1, 48], [2, 48.1], [2, 48]]


def polygon(*rings) -> dict:
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(geometry: dict) -> dict:
    return {"type": "Feature", "properties": {}, "geometry": geometry}


def read(drawing) -> tuple:
    return read_area(drawing if isinstance(drawing, str) else json.dumps(drawing), parameter="zone")


def collection(*features: dict) -> dict:
    return {"type": "FeatureCollection", "features": list(features)}


@pytest.mark.parametrize(
    "drawing",
    [
        polygon(SQUARE),
        polygon(SQUARE[::-1]),
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        feature(polygon(SQUARE)),
        collection(feature(polygon(SQUARE))),
        polygon([[x, y, 12.5] for x, y in SQUARE]),
    ],
)
def test_an_area_is_kept_as_it_was_drawn(drawing):
    area, notes = read(drawing)
    assert area.geom_type == "MultiPolygon" and area.srid == 4326
    assert area.area == pytest.approx(0.01)
    assert notes == ()


def test_several_areas_are_one(db):
    other = [[x + 0.05, y] for x, y in SQUARE]
    area, notes = read(collection(feature(polygon(SQUARE)), feature(polygon(other))))
    assert area.area == pytest.approx(0.015)
    assert notes == ()


def test_a_crossed_outline_is_mended_and_that_is_said():
    area, notes = read(polygon(BOW))
    assert area.valid and area.area == pytest.approx(0.005)
    assert "se recoupe" in notes[0]


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        ("", "GeoJSON"),
        ("zone", "GeoJSON"),
        ("null", "GeoJSON"),
        ("[" * 50_000, "GeoJSON"),
        ({"type": "Polygon"}, "GeoJSON"),
        (polygon([[2, 48], [2.1, 48]]), "GeoJSON"),
        (polygon([[2, 48], ["x", 48], [2, 49], [2, 48]]), "GeoJSON"),
        ('{"type":"Polygon","coordinates":[[[2,48],[1e999,48],[2,49],[2,48]]]}', "GeoJSON"),
        ('{"type":"Polygon","coordinates":[[[2,48],[NaN,48],[2,49],[2,48]]]}', "GeoJSON"),
        ({"type": "Point", "coordinates": [2, 48]}, "surface"),
        ({"type": "LineString", "coordinates": SQUARE}, "surface"),
        ({"type": "Polygon", "coordinates": []}, "absente"),
        (collection(), "surface"),
        ('{"type":"GeometryCollection","geometries":[' * 2000 + "]}" * 2000, "surface"),
        (polygon([[2, 48], [2.1, 48], [2, 48], [2, 48]]), "surface nulle"),
        (polygon([[48, 2], [48, 2.1], [48.1, 2.1], [48, 2]]), "hors de France"),
        (polygon([[-4, 43], [6, 43], [6, 48], [-4, 43]]), "trop grand"),
        (polygon([[2 + n / 1e5, 48] for n in range(MOST_CORNERS)] + [[2, 49], [2, 48]]), "sommets"),
        (" " * LONGEST + json.dumps(polygon(SQUARE)), "trop long"),
    ],
)
def test_what_is_no_area_is_refused_with_its_reason(drawing, why):
    with pytest.raises(InvalidParameter, match=why) as refused:
        read(drawing)
    assert refused.value.parameter == "zone"


corner = st.tuples(st.floats(2, 2.5), st.floats(48, 48.5)).map(list)


@given(st.lists(corner, min_size=3, max_size=12))
def test_whatever_is_drawn_is_a_valid_area_or_refused(corners):
    try:
        area, _notes = read(polygon([*corners, corners[0]]))
    except InvalidParameter:
        return
    assert area.valid and area.area > 0


@given(st.text(max_size=200))
def test_whatever_is_sent_is_refused_or_read(text):
    with pytest.raises(InvalidParameter):
        read(text)
