"""Tiles: what is drawn where, from which index, under which headers."""

import math

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from geo.models import Address, Building, Neighbourhood, Release, Street
from maps.tiles import MAX_ZOOM, MIN_ZOOM, drawn, stamp
from maps.tiles_sql import CONSTANTS, base_statement, names_statement
from tests.maps.village import HERE, box


def tile_of(longitude, latitude, zoom):
    """Column and row of the tile that holds a point."""
    side = 1 << zoom
    northing = math.asinh(math.tan(math.radians(latitude))) / math.pi
    return int((longitude + 180) / 360 * side), int((1 - northing) / 2 * side)


def address(layers, zoom, position=HERE):
    return "/tiles/{}/{}/{}/{}.mvt".format(layers, zoom, *tile_of(*position, zoom))


def decoded(layers, zoom, position=HERE):
    return mapbox_vector_tile.decode(drawn(layers, zoom, *tile_of(*position, zoom)))


@pytest.mark.usefixtures("village")
class TestBase:
    def test_layers_appear_with_their_zoom(self):
        assert set(decoded("base", 10)) == {"municipalities"}
        assert set(decoded("base", 13)) == {"municipalities", "neighbourhoods"}
        assert set(decoded("base", 17)) == {"municipalities", "buildings", "streets", "casings"}

    def test_layers_come_in_drawing_order(self):
        assert list(decoded("base", 17)) == ["municipalities", "buildings", "casings", "streets"]

    def test_the_village_is_loaded(self):
        (land,) = decoded("base", 10)["municipalities"]["features"]
        assert land["properties"] == {"loaded": True}

    def test_buildings_of_a_class_are_one_feature(self):
        Building.objects.filter(key="building:2").update(use="public")
        classes = {
            feature["properties"]["class"]: feature["geometry"]
            for feature in decoded("base", 15)["buildings"]["features"]
        }
        assert set(classes) == {"building", "public"}
        assert classes["building"]["type"] == "MultiPolygon"

    def test_paths_have_no_casing(self):
        tile = decoded("base", 16)
        assert [road["properties"]["class"] for road in tile["streets"]["features"]] == ["path", "street"]
        assert [road["properties"]["class"] for road in tile["casings"]["features"]] == ["street"]

    def test_a_border_between_quarters_is_one_line(self):
        border = decoded("base", 15, (-1.55, 47.22))["neighbourhoods"]["features"]
        assert len(border) == 1
        assert border[0]["geometry"]["type"] == "LineString"

    def test_what_is_closed_is_not_drawn(self):
        Building.objects.update(closed_on="2026-01-01")
        assert "buildings" not in decoded("base", 16)

    def test_nothing_is_drawn_in_the_sea(self):
        assert drawn("base", 15, *tile_of(-10, 45, 15)) == b""

    def test_a_geometry_ends_a_little_beyond_its_tile(self):
        for layer in decoded("base", 16).values():
            for feature in layer["features"]:
                coordinates = str(feature["geometry"]["coordinates"])
                numbers = [int(number) for number in coordinates.replace("[", "").replace("]", "").split(",")]
                assert min(numbers) >= -64
                assert max(numbers) <= 4096 + 64


@pytest.mark.usefixtures("village")
class TestNames:
    def test_towns_then_quarters_then_streets_then_numbers(self, village):
        Address.objects.create(
            key="a:1", source="test", municipality=village, number=12, suffix="bis", street_name="Rue Crébillon",
            location=village.location,
        )  # fmt: skip
        assert self.names(10) == {"municipalities": {"Nantes"}}
        assert self.names(14, (-1.54, 47.22)) == {"neighbourhoods": {"Levant"}}
        assert self.names(16) == {"streets": {"Rue Crébillon", "Passage"}}
        assert self.names(18)["numbers"] == {"12bis"}

    def names(self, zoom, position=HERE):
        tile = decoded("names", zoom, position)
        return {name: {item["properties"]["name"] for item in layer["features"]} for name, layer in tile.items()}

    def test_a_street_name_follows_its_street(self):
        for name in decoded("names", 16)["streets"]["features"]:
            assert (name["properties"]["angle"] + 90) % 180 == pytest.approx(90, abs=0.5)

    def test_a_street_is_named_once_however_many_tiles_it_crosses(self):
        column, row = tile_of(*HERE, 17)
        found = []
        for x in range(column - 4, column + 5):
            for y in (row - 1, row, row + 1):
                layer = mapbox_vector_tile.decode(drawn("names", 17, x, y)).get("streets", {"features": []})
                found += [item["properties"]["name"] for item in layer["features"]]
        # 600 m at zoom 17 are 740 pixels: once, since the next name comes after 400 more.
        assert found.count("Rue Crébillon") == 1

    def test_a_name_that_does_not_fit_is_left_out(self, village):
        village.streets.filter(name="Rue Crébillon").update(name="Rue de la Très-Longue-Histoire-de-ce-Village " * 3)
        (name,) = decoded("names", 16)["streets"]["features"]
        assert name["properties"]["name"] == "Passage"


@pytest.mark.django_db
class TestAddresses:
    @pytest.mark.parametrize("wrong", ["base/7/60/40", "base/20/0/0", "base/10/1024/0", "base/10/0/1024", "x/10/1/1"])
    def test_a_tile_that_does_not_exist_is_not_found(self, client, wrong):
        assert client.get(f"/tiles/{wrong}.mvt").status_code == 404

    @pytest.mark.parametrize("wrong", ["base/-1/0/0", "base/a/0/0", "base/10/0"])
    def test_an_address_that_is_none_is_not_found(self, client, wrong):
        assert client.get(f"/tiles/{wrong}.mvt").status_code == 404

    def test_a_stamped_tile_is_kept_for_ever_and_another_for_minutes(self, client, village):
        stamped = client.get(address("base", 15) + f"?v={stamp()}")
        assert stamped.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
        assert "immutable" in stamped.headers["Cache-Control"]
        assert "max-age=300" in client.get(address("base", 15)).headers["Cache-Control"]

    def test_the_stamp_changes_with_the_releases(self, village):
        before = stamp()
        Release.objects.filter(dataset="streets").update(state="superseded")
        assert stamp() != before

    def test_cookies_change_nothing(self, client, village):
        plain = client.get(address("base", 16))
        client.cookies["django_language"] = "en"
        client.cookies["sessionid"] = "x" * 32
        other = client.get(address("base", 16))
        assert other.content == plain.content
        assert "Set-Cookie" not in str(other.headers)
        assert "Cookie" not in other.headers.get("Vary", "")

    def test_tiles_travel_compressed(self, client, village):
        # Large enough to gain more than the up to 100 random bytes that Django adds against BREACH.
        lines = [[(HERE[0] + n / 1e5, HERE[1] - 0.001), (HERE[0] + n / 1e5, HERE[1] + 0.001)] for n in range(200)]
        Street.objects.bulk_create(
            Street(key=f"parallel:{number}", source="test", municipality=village, line=LineString(*line))
            for number, line in enumerate(lines)
        )
        answer = client.get(address("base", 16), headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"

    def test_nothing_is_written(self, client, village):
        assert client.post(address("base", 16)).status_code == 405


@pytest.mark.django_db
@given(zoom=st.integers(MIN_ZOOM, MAX_ZOOM), x=st.floats(0, 1, exclude_max=True), y=st.floats(0, 1, exclude_max=True))
def test_every_tile_of_the_world_can_be_drawn(zoom, x, y):
    for layers in ("base", "names"):
        assert drawn(layers, zoom, int(x * (1 << zoom)), int(y * (1 << zoom))) == b""


@pytest.mark.plan
@pytest.mark.parametrize(
    ("statement", "zoom", "indexes"),
    [
        (base_statement, 16, ["geo_municipality_boundary", "geo_building_footprint", "geo_street_line"]),
        (base_statement, 13, ["geo_neighbourhood_boundary"]),
        (names_statement, 10, ["geo_municipality_location"]),
        (names_statement, 18, ["geo_street_line", "street_by_name", "geo_address_location"]),
    ],
)
def test_tiles_are_read_through_the_spatial_indexes(village, statement, zoom, indexes):
    x, y = tile_of(*HERE, zoom)
    make_a_country_around(village)
    with connection.cursor() as cursor:
        # The village is so small that reading it whole would be as fast: only the shape of the plan matters here.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + statement(zoom), {"z": zoom, "x": x, "y": y, **CONSTANTS})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    for index in indexes:
        assert f"using {index}" in plan, plan


def make_a_country_around(village) -> None:
    """Two quarters, two streets and their doors alone are read by any index; a country has many."""
    of_all = {"source": "test", "municipality": village}
    places = [(number, 3 + number / 100) for number in range(300)]
    Neighbourhood.objects.bulk_create(
        Neighbourhood(
            **of_all,
            key=f"far-quarter:{number}",
            kind="quartier",
            code=f"far-{number}",
            boundary=box(west, 45, west + 0.01, 45.01),
        )
        for number, west in places
    )
    Street.objects.bulk_create(
        Street(**of_all, key=f"far-street:{number}", name=f"Rue {number}", line=LineString((west, 45), (west, 45.01)))
        for number, west in places
    )
    Address.objects.bulk_create(
        Address(**of_all, key=f"far-door:{number}", number=1, street_name=f"Rue {number}", location=Point(west, 45))
        for number, west in places
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_neighbourhood, geo_street, geo_address")
