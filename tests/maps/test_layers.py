"""Maps: only our own files, only escaped text."""

import json
import re

import folium
import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.browser_files import FILES, PACKAGES, PackageFinder, PackageStorage, package_file, pictograms
from maps.layers import (
    UnsafeMap,
    View,
    assembled,
    circle_features,
    collection,
    draw,
    elements,
    escaped,
    feature,
    lat_lon,
    own_libraries,
    veil,
)
from tests.maps.village import HOSTILE

VIEW = View(west=-1.6, south=47.2, east=-1.5, north=47.3)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


def a_map(*titles, circle=None):
    pins = [
        feature(
            {"type": "Point", "coordinates": [-1.55, 47.21]},
            {"id": str(number), "title": title, "category": "", "why": ""},
        )
        for number, title in enumerate(titles)
    ]
    return draw(
        view=VIEW,
        stamp="abc",
        results=collection(pins),
        circle=circle_features(circle),
        here=collection([]),
        nonce="N0nce",
    )


class TestOwnFiles:
    def test_the_head_loads_our_files_only(self):
        head = a_map("x").head
        assert re.findall(r'(?:src|href)="([^"]+)"', head) == [
            "/static/leaflet/leaflet.js",
            "/static/leaflet/leaflet.css",
            "/static/leaflet/vectorgrid.js",
        ]

    def test_every_script_and_style_carries_the_nonce(self):
        drawing = a_map("x")
        tags = re.findall(r"<(?:script|style)\b[^>]*>", drawing.head + drawing.script)
        assert tags
        assert all('nonce="N0nce"' in tag for tag in tags)

    def test_zooming_is_never_forbidden(self):
        assert "user-scalable" not in a_map("x").head

    @pytest.mark.parametrize(("language", "name"), [("fr", "Agrandir la carte"), ("en", "Zoom in")])
    def test_its_buttons_are_named_in_the_language_of_the_page(self, language, name):
        with override(language):
            assert f'"zoomInTitle": "{name}"' in a_map("x").script

    def test_a_library_that_we_do_not_have_is_refused(self):
        with pytest.raises(UnsafeMap, match="Draw"):
            own_libraries(folium.plugins.Draw())

    def test_a_file_of_another_host_is_refused(self, monkeypatch):
        monkeypatch.setattr("maps.layers.static", lambda name: f"https://elsewhere.example/{name}")
        with pytest.raises(UnsafeMap):
            a_map("x")

    @pytest.mark.parametrize(
        "element",
        [
            folium.Popup("x"),
            folium.Tooltip("x"),
            folium.Marker([0, 0]),
            folium.Marker([0, 0], popup="x"),
            folium.DivIcon("x"),
        ],
        ids=lambda element: type(element).__name__,
    )
    def test_elements_that_do_not_escape_are_refused(self, element):
        page = folium.Map(tiles=None)
        page.add_child(folium.FeatureGroup().add_child(element))
        with pytest.raises(UnsafeMap, match="escape"):
            list(elements(page))
        with pytest.raises(UnsafeMap):
            assembled(page, nonce="x")


class TestText:
    def test_hostile_text_reaches_the_map_escaped(self):
        script = a_map(HOSTILE).script
        assert "<img" not in script
        assert HOSTILE not in script
        (data,) = re.findall(r"geo_json_results_add\((\{.*\})\);", script)
        assert json.loads(data)["features"][1]["properties"]["title"].startswith("&lt;img src=x")

    @pytest.mark.parametrize(
        "title", ["{{ 7 * 7 }}", "{% for x in range(3) %}z{% endfor %}", "{# tu #}", "{{ this", "{% if"]
    )
    def test_no_text_is_run_as_a_template(self, title):
        (data,) = re.findall(r"geo_json_results_add\((\{.*\})\);", a_map(title).script)
        assert json.loads(data)["features"][1]["properties"]["title"] == title

    @given(st.text())
    def test_no_text_leaves_its_property(self, text):
        safe = escaped({"a": [text]})["a"][0]
        assert not set(safe) & set("<>\"'")

    @settings(max_examples=20)
    @given(st.text(max_size=30).filter(str.isprintable))
    def test_no_text_ends_the_script(self, text):
        script = a_map(f"</script><script>{text}").script
        assert script.count("<script") == 1
        assert script.count("</script") == 1

    def test_numbers_stay_numbers(self):
        assert escaped({"a": 1.5, "b": None, "c": True, "d": ("<",)}) == {"a": 1.5, "b": None, "c": True, "d": ["&lt;"]}

    def test_no_result_is_a_map_too(self):
        assert "geo_json_results" in a_map().script


class TestGeometry:
    def test_latitude_comes_first_for_leaflet(self):
        assert lat_lon((-1.55, 47.2)) == [47.2, -1.55]
        assert VIEW.corners == [[47.2, -1.6], [47.3, -1.5]]

    def test_the_veil_is_the_world_without_the_circle(self):
        world, hole = veil(SQUARE)["coordinates"][0]
        assert world[0] == [-180, -85]
        assert hole == SQUARE["coordinates"][0]

    def test_a_hole_in_the_circle_is_veiled(self):
        island = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.4]]
        parts = veil({"type": "MultiPolygon", "coordinates": [[SQUARE["coordinates"][0], island]]})["coordinates"]
        assert parts[1] == [island]

    def test_the_circle_draws_itself_above_its_veil(self):
        assert [part["properties"]["part"] for part in circle_features(SQUARE)["features"]] == ["veil", "circle"]
        assert circle_features(None)["features"] == []


class TestBrowserFiles:
    def test_every_file_is_there(self):
        assert [name for name in FILES if not package_file(name).is_file()] == []
        assert len(pictograms()) > 200

    def test_only_named_files_are_served(self):
        finder = PackageFinder()
        assert finder.find("leaflet/leaflet.js").endswith("leaflet.js")
        assert finder.find("maki/bakery.svg", find_all=True) == [str(PACKAGES / "@mapbox/maki/icons/bakery.svg")]
        for other in (
            "leaflet/leaflet-src.js",
            "package.json",
            "../package.json",
            "maki/../package.json",
            "maki/x.svg",
        ):
            assert not finder.find(other)
            assert not finder.find(other, find_all=True)

    def test_everything_is_collected_without_source_maps(self):
        names = dict(PackageFinder().list([]))
        assert set(FILES) < set(names)
        for name in FILES:
            assert b"sourceMappingURL" not in PackageStorage().open(name).read()

    def test_patterns_can_be_left_out(self):
        assert not any(name.startswith("maki/") for name, _storage in PackageFinder().list(["maki/*"]))
        assert PackageFinder().check() == []
