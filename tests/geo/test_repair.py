"""Geometries are made storable, and the report says what was mended and what cannot be."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ImportRefused, InvalidParameter
from geo.importing.repair import Family, faults_of_position, repaired
from geo.importing.reprojection import in_france, likely_system, refuse_mislabelled, reprojected

BOW_TIE = "POLYGON ((2 48, 3 49, 3 48, 2 49, 2 48))"


def mended(*wkt: str, family: Family = Family.AREA):
    geometries, repairs, faults = repaired(np.array([shapely.from_wkt(text) for text in wkt], dtype=object), family)
    return list(geometries), [str(reason) for reason in repairs], [str(fault) for fault in faults]


@pytest.mark.parametrize(
    "wkt, area, repair",
    [
        ("POLYGON ((2 48, 3 48, 3 49, 2 49, 2 48))", 1, ""),
        ("POLYGON Z ((2 48 5, 3 48 5, 3 49 5, 2 49 5, 2 48 5))", 1, ""),
        (BOW_TIE, 0.5, "contour qui se recoupe"),
        ("MULTIPOLYGON (((2 48, 3 48, 3 49, 2 49, 2 48)), ((2 48, 3 48, 3 49, 2 49, 2 48)))", 1, "contour"),
        ("GEOMETRYCOLLECTION (POLYGON ((2 48, 3 48, 3 49, 2 49, 2 48)), POINT (2 48))", 1, "morceaux sans surface"),
        ("POLYGON ((3 49, 2 48, 3 48, 3 49, 2 48, 2 49, 3 49))", 1, "contour qui se touche lui-même"),
        ("POLYGON ((2 48, 3 48, 3 49, 2 49, 2 48), (5 48, 5.1 48, 5.1 48.1, 5 48))", 1, "trou hors du contour"),
    ],
)
def test_areas_are_valid_multipolygons_in_two_dimensions(wkt, area, repair):
    (geometry,), (said,), (fault,) = mended(wkt)
    assert (geometry.geom_type, geometry.is_valid, geometry.has_z, fault) == ("MultiPolygon", True, False, "")
    assert said.startswith(repair) and bool(said) == bool(repair)
    assert geometry.area == pytest.approx(area, rel=0.01)


@pytest.mark.parametrize(
    "wkt, fault",
    [
        ("POINT (2 48)", "ce n’est pas une surface"),
        ("LINESTRING (2 48, 3 48)", "ce n’est pas une surface"),
        ("POLYGON ((2 48, 3 48, 2 48, 2 48))", "surface nulle"),
        ("GEOMETRYCOLLECTION (POINT (2 48))", "ce n’est pas une surface"),
    ],
)
def test_what_has_no_area_is_rejected(wkt, fault):
    assert mended(wkt)[2] == [fault]


def test_lines_keep_their_direction():
    (line, _gap), _, faults = mended(
        "MULTILINESTRING ((2 48, 2.1 48), (2.1 48, 2.2 48))",
        "MULTILINESTRING ((2 48, 2.1 48), (2.5 48, 2.6 48))",
        family=Family.LINE,
    )
    assert (line.wkt, faults[0]) == ("LINESTRING (2 48, 2.1 48, 2.2 48)", "")
    assert faults[1] == "ce n’est pas une ligne d’un seul tenant"


def test_positions_that_cannot_be_used_are_said():
    points = [None, shapely.Point(), shapely.Point(np.inf, 48), shapely.Point(100, 0), shapely.Point(2, 48)]
    assert [str(fault) for fault in faults_of_position(np.array(points, dtype=object))] == [
        "géométrie absente ou illisible",
        "géométrie absente ou illisible",
        "coordonnées absentes ou hors du domaine du système de coordonnées",
        "hors de France et de Monaco",
        "",
    ]


@given(st.lists(st.tuples(st.floats(2, 3), st.floats(48, 49)), min_size=4, max_size=12))
def test_any_ring_becomes_valid_or_is_rejected(ring):
    geometries, repairs, faults = repaired(np.array([shapely.Polygon(ring)], dtype=object), Family.AREA)
    assert faults[0] or (geometries[0].is_valid and geometries[0].area > 0)
    assert repairs[0] or faults[0] or shapely.Polygon(ring).is_valid


@pytest.mark.parametrize("territory", [(-1.55, 47.2), (7.42, 43.74), (55.5, -21.1), (-61.5, 16.2), (-149.5, -17.5)])
def test_france_is_wide(territory):
    assert in_france(np.array([[*territory, *territory]])).all()


def test_a_mislabelled_file_is_refused_and_its_system_named():
    lambert = np.array([[355_000, 6_690_000, 356_000, 6_691_000]], dtype=float)
    with pytest.raises(ImportRefused, match=r"EPSG:2154 \(Lambert-93\)"):
        refuse_mislabelled(lambert, lambert, "EPSG:4326")
    with pytest.raises(ImportRefused, match="inversées"):
        swapped = np.array([[47.2, -1.6, 47.3, -1.5]])
        refuse_mislabelled(swapped, swapped, "EPSG:4326")
    assert likely_system(np.array([[100.0, 0.0, 101.0, 1.0]])) == ""


def test_coordinates_come_to_degrees():
    notre_dame = reprojected(np.array([shapely.Point(652_469, 6_862_035)]), "EPSG:2154")[0]
    assert notre_dame.distance(shapely.Point(2.3522, 48.8566)) < 0.001
    with pytest.raises(InvalidParameter) as refused:
        reprojected(np.array([shapely.Point(0, 0)]), "EPSG:99999999")
    assert refused.value.parameter == "crs"
