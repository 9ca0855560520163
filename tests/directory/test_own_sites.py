"""Sites of one's own: read from any file of them, each bad row named, and analysed; answers read off the grid."""

import json

import numpy as np
import pytest
from django.contrib.gis.measure import D
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from directory.coverage import CoverageRequest, cover
from directory.findings import findings_of
from directory.frozen_findings import freeze, pack, thaw
from directory.importing import site_places, sites
from directory.importing.sites import read_file, read_lines, said
from directory.own_sites import MOST, OwnSites, as_text, name_of_file, short_name
from geo.errors import ImportRefused
from geo.models import Address, Building
from tests.directory.measuring_coverage import opens

pytestmark = pytest.mark.django_db
#: Metres from the south-west corner.
PLACES = {"Crèche des Acacias": (500, 500), "Crèche du Lac": (1_500, 1_500)}


def degrees(town, x: float, y: float) -> tuple[float, float]:
    return town.point(x, y).coords


def table(town, header="nom;lat;lon", row="{name};{lat:.7f};{lon:.7f}", system="EPSG:4326") -> str:
    """The two places as lines."""
    moved = Transformer.from_crs("EPSG:4326", system, always_xy=True)
    lines = []
    for name, (x, y) in PLACES.items():
        lon, lat = moved.transform(*degrees(town, x, y))
        lines.append(row.format(name=name, lat=lat, lon=lon))
    return "\n".join([header, *lines]) + "\n"


def read(town, content: str | bytes, file_name="creches.csv"):
    content = content.encode() if isinstance(content, str) else content
    return read_file(content, file_name=file_name, town=town.municipality)


def assert_two_places(town, told):
    assert told.own.names == tuple(PLACES)
    expected = np.array([degrees(town, *place) for place in PLACES.values()])
    assert np.abs(np.array(told.own.places) - expected).max() < 2e-6


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"header": "lat,lon,name", "row": "{lat:.7f},{lon:.7f},{name}"},
        {"header": "NOM\tY_WGS84\tX_WGS84", "row": "{name}\t{lat:.7f}\t{lon:.7f}"},
        {"header": "Nom;geo_point_2d", "row": "{name};{lat:.7f}, {lon:.7f}"},
        {"header": "nom;x;y", "row": "{name};{lon:.2f};{lat:.2f}", "system": "EPSG:2154"},
        {"header": "nom;x;y", "row": "{name};{lon:.2f};{lat:.2f}", "system": "EPSG:3949"},
        {"header": "nom;x;y", "row": "{name};{lon:.2f};{lat:.2f}", "system": "EPSG:27572"},
    ],
)
def test_columns_are_known_by_their_usual_names_and_any_french_system(toy_town, written):
    told = read(toy_town, table(toy_town, **written))
    assert_two_places(toy_town, told)
    assert bool(told.notes) is ("system" in written)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_decimal_commas_in_any_encoding(toy_town, encoding):
    text = table(toy_town).replace(".", ",").replace("\n", "\r\n")
    assert_two_places(toy_town, read(toy_town, text.encode(encoding)))


def test_geojson_of_any_shape_is_a_point_on_it(toy_town):
    (x, y), (east, north) = (degrees(toy_town, *place) for place in PLACES.values())
    around = [
        [east - 1e-6, north - 1e-6],
        [east + 1e-6, north - 1e-6],
        [east, north + 2e-6],
        [east - 1e-6, north - 1e-6],
    ]
    shapes = [
        {"type": "Point", "coordinates": [x, y]},
        {"type": "Polygon", "coordinates": [around]},
        None,
        {"type": "?"},
    ]
    features = [
        {"type": "Feature", "geometry": shape, "properties": {"name": name}}
        for shape, name in zip(shapes, [*PLACES, "nowhere", "broken"], strict=True)
    ]
    told = read(toy_town, json.dumps({"type": "FeatureCollection", "features": features}), "creches.geojson")
    assert told.left_out == {"ni coordonnées ni adresse": ["3"], "géométrie illisible": ["4"]}
    assert_two_places(toy_town, told)


def test_an_address_is_looked_up(toy_town):
    address = Address.objects.open().filter(municipality=toy_town.municipality).order_by("key").first()
    known = f"A;{address.number};{address.street_name};Villegrille"
    told = read(toy_town, f"nom;numero;rue;ville\n{known}\nB;1;Xyzzyville;Nowhereville\n")
    assert told.own.places[0] == pytest.approx(address.location.coords, abs=1e-5) and len(told.own.places) == 1
    assert told.left_out == {"adresse introuvable": ["3"]}


def test_bad_rows_are_named_and_good_ones_are_kept(toy_town):
    good = table(toy_town)
    text = good + "Vide;;\nLettres;nord;ouest\nLoin;48,85;2,35\nTrop;1;2;3\n" + good.splitlines()[1] + "\n"
    told = read(toy_town, text)
    assert told.own.names == tuple(PLACES) and told.own.left_out == 5
    assert told.left_out == {
        "ni coordonnées ni adresse": ["4"],
        "coordonnées illisibles": ["5"],
        "à plus de 5 km des logements de la commune": ["6"],
        "4 colonnes au lieu de 3": ["7"],
        "déjà dans la liste": ["8"],
    }
    assert said("illisible", ["4"]) == "ligne 4 : illisible"
    assert said("illisible", [str(number) for number in range(25)]).startswith("lignes 0, 1, ")
    assert "19 et 5 autres" in said("illisible", [str(number) for number in range(25)])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vide"),
        (b"PK\x03\x04xlsx", "texte"),
        (b"nom;surface\nA;12\n", "aucune colonne"),
        (b"lat;lon\n", "aucun lieu"),
        (b"lat;lon\nnord;sud\n", "ligne 2 : coordonn"),
        (b'{"type": "Feature"}', "FeatureCollection"),
        (b'{"a":' * 50_000, "FeatureCollection"),
        (b'nom;lat;lon\n"A;1;2\n', "guillemet"),
        (b"lat;lon\n1;2\n" + b"x" * sites.MOST_BYTES, "5 Mo"),
        (b"lat;lon\n" + b"1;2\n" * 20_001, "20000 lignes"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(toy_town, content, says):
    with pytest.raises(ImportRefused) as refused:
        read(toy_town, content)
    assert says in str(refused.value).replace("\u202f", "").replace("\xa0", " ")


def test_turned_around_coordinates_are_said_to_be(toy_town):
    with pytest.raises(ImportRefused, match="inversées"):
        read(toy_town, table(toy_town, header="nom;lon;lat"))


def test_there_is_an_end_to_sites_and_to_addresses(toy_town, monkeypatch):
    lon, lat = degrees(toy_town, 500, 500)
    lines = "".join(f"{number};{lat};{lon}\n" for number in range(MOST + 1))
    with pytest.raises(ImportRefused, match=f"plus de {MOST} lieux"):
        read(toy_town, f"nom;lat;lon\n{lines}")
    monkeypatch.setattr(site_places, "MOST_ADDRESSES", 1)
    with pytest.raises(ImportRefused, match="plus de 1 adresses"):
        read(toy_town, "adresse\n1 Rue A\n2 Rue B\n")


def test_typed_lines_need_no_header(toy_town):
    address = Address.objects.open().filter(municipality=toy_town.municipality).order_by("key").first()
    (lon, lat), (east, north) = (degrees(toy_town, *place) for place in PLACES.values())
    written = f"{lat:.6f}".replace(".", ","), f"{lon:.6f}".replace(".", ",")
    street = f"{address.number} {address.street_name}"
    lines = ["", f" Crèche ; {' ; '.join(written)}", f"{north:.6f}, {east:.6f}", street, f"Atelier ; {street}"]
    typed = "\r\n".join([*lines, "nulle part", ""])
    told = read_lines(typed, name="", town=toy_town.municipality)
    assert told.own.names == ("Crèche", "", street, "Atelier") and told.own.name == "Lieux donnés"
    expected = np.array([(lon, lat), (east, north), address.location.coords, address.location.coords])
    assert np.abs(np.array(told.own.places) - expected).max() < 1e-5
    assert told.left_out == {"adresse introuvable": ["6 (« nulle part »)"]}


#: Names that look like something else in a line.
HOSTILE = ("", ";", "1;2", "nom;lat;lon", "{", '{"type": 1}', '"', "47.2,-1.5", "adresse", "nan;nan", "=1+1")
#: The town stands still while examples are read.
still = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@still
@given(
    names=st.lists(st.text(max_size=120) | st.sampled_from(HOSTILE), min_size=1, max_size=5),
    left_out=st.integers(0, 99),
)
def test_what_a_page_carries_on_is_read_back_the_same(toy_town, names, left_out):
    own = OwnSites(
        name="Crèches",
        places=tuple((round(3.0 + 0.001 * number, 6), 49.0) for number in range(len(names))),
        names=tuple(map(short_name, names)),
        left_out=left_out,
    )
    assert as_text(own).count("\n") == len(names)
    # A browser ends lines by both signs.
    text = as_text(own).replace("\n", "\r\n")
    assert read_lines(text, name=own.name, town=toy_town.municipality, left_out=left_out).own == own


_LINES = st.text(max_size=200).map(lambda text: f"lat;lon;nom\n{text}".encode(errors="ignore"))


@still
@given(content=st.one_of(st.binary(max_size=200), _LINES))
def test_anything_is_read_or_refused_in_words(toy_town, content):
    try:
        told = read(toy_town, content)
    except ImportRefused as refused:
        assert str(refused).startswith("creches.csv")
    else:
        assert len(told.own.places) == len(told.own.names) > 0


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("creches_2027.csv", "creches 2027"),
        ("C:\\a\\b.geojson", "b"),
        ("\u202e\x07.csv", ""),
        ("x" * 300 + ".csv", "x" * 80),
    ],
)
def test_a_list_is_called_by_its_file(file_name, name):
    assert name_of_file(file_name) == name


def asked(town, own, metres=300, **more):
    return cover(CoverageRequest(town=town.municipality, own=own, threshold=D(m=metres), **more))


@pytest.fixture
def own(toy_town):
    return read(toy_town, table(toy_town)).own


def test_they_are_measured_as_a_service_of_the_same_sites(toy_town, own):
    for place in PLACES.values():
        opens(toy_town, *place)
    service = cover(CoverageRequest(town=toy_town.municipality, services=("bakery",), threshold=D(m=300)))
    answer = asked(toy_town, own)
    assert answer.whole.homes == service.whole.homes and answer.whole.homes.served > 0
    assert [row.homes for row in answer.by("quartier")] == [row.homes for row in service.by("quartier")]
    assert np.abs(answer.nearest - service.nearest).max() < 0.2
    assert [gap.homes for gap in answer.gaps] == [gap.homes for gap in service.gaps]
    # At a crossing, 42.4 m from the nearest corners of four blocks (`test_coverage`), twice.
    eight = [f"BATIMENT-{i:02}-{j:02}" for at in (5, 15) for i in (at - 1, at) for j in (at - 1, at)]
    homes = sum(Building.objects.get(key__endswith=key).dwellings or 0 for key in eight)
    assert (asked(toy_town, own, 42).whole.homes.served, asked(toy_town, own, 43).whole.homes.served) == (0, homes)


def test_their_names_and_what_was_left_out_are_told(toy_town, own):
    told = findings_of(asked(toy_town, own))
    assert (told.named, told.site_names, told.left_out) == ("creches", tuple(PLACES), 0)
    assert ("own", "creches") in {(one.dataset, one.source) for one in told.sources}
    frozen = freeze(told)
    assert "Crèche des" not in json.dumps(frozen, ensure_ascii=False), "names are kept once, with the analysis"
    back = thaw(toy_town.municipality, frozen, pack(told.buildings), site_names=told.site_names)
    assert freeze(back) == frozen and back.site_names == told.site_names


def test_where_no_home_is_known_every_place_is_somewhere(toy_town):
    Building.objects.update(dwellings=None)
    told = read(toy_town, "lat;lon\n48,85;2,35\n148,85;2,35\n")
    assert told.own.places == ((2.35, 48.85),) and told.own.left_out == 1
    assert not np.any(asked(toy_town, told.own).served)
