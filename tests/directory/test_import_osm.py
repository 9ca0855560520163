"""OSM extracts: nodes, areas and lines, each thing once, at a point that is its own."""

import pytest

from directory.importing import osm
from directory.importing.rows import Row

EXTRACT = """<osm version="0.6">
  <node id="1" lon="-1.550" lat="47.210" version="1"><tag k="shop" v="bakery"/><tag k="name" v="Le Fournil"/>
    <tag k="name:fr" v="Le Fournil doré"/><tag k="contact:phone" v="02 61 91 00 01"/></node>
  <node id="2" lon="-1.551" lat="47.210" version="1"/>
  <node id="3" lon="-1.550" lat="47.211" version="1"/>
  <node id="4" lon="-1.551" lat="47.211" version="1"/>
  <node id="5" lon="-1.552" lat="47.212" version="1"><tag k="amenity" v="bench"/></node>
  <node id="6" lon="-1.552" lat="47.213" version="1"><tag k="amenity" v="toilets"/><tag k="access" v="private"/></node>
  <node id="7" lon="-1.552" lat="47.214" version="1"><tag k="shop" v="vacant"/></node>
  <way id="10" version="1"><nd ref="1"/><nd ref="2"/><nd ref="4"/><nd ref="3"/><nd ref="1"/>
    <tag k="leisure" v="park"/><tag k="name" v="Parc carré"/></way>
  <way id="11" version="1"><nd ref="2"/><nd ref="4"/><tag k="leisure" v="track"/><tag k="name" v="Piste"/></way>
  <way id="12" version="1"><nd ref="1"/><nd ref="99"/><tag k="leisure" v="slipway"/><tag k="name" v="Coupée"/></way>
  <relation id="20" version="1"><member type="way" ref="10" role="outer"/>
    <tag k="type" v="multipolygon"/><tag k="amenity" v="school"/><tag k="name" v="École"/></relation>
</osm>"""


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "extract.osm"
    path.write_text(EXTRACT)
    assert osm.reads(path)
    return {row.number: row for row in osm.rows(path)}


def test_each_thing_that_is_listed_is_read_once(rows):
    assert set(rows) == {"node/1", "way/10", "way/11", "way/12", "relation/20"}


def test_a_node_is_where_it_is(rows):
    bakery = rows["node/1"]
    assert (bakery.longitude, bakery.latitude) == (-1.55, 47.21)
    assert bakery.fields == {"name": "Le Fournil doré", "phone": "02 61 91 00 01"}
    assert bakery.tags["shop"] == "bakery"


def test_areas_and_lines_are_placed_on_themselves(rows):
    for name in ("way/10", "relation/20"):
        assert -1.551 < rows[name].longitude < -1.550 and 47.210 < rows[name].latitude < 47.211
    assert (rows["way/11"].longitude, rows["way/11"].latitude) == (-1.551, pytest.approx(47.2105))


def test_what_the_extract_cuts_is_said(rows):
    assert not isinstance(rows["way/12"], Row)
    assert rows["way/12"].reason == "géométrie incomplète dans l'extrait"
