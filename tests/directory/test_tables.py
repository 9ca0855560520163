"""Tables as they are in the wild: encodings, delimiters, decimal commas, names of columns, broken rows."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.importing.rows import Row, Unreadable
from directory.importing.tables import ALIASES, Columns, rows
from geo.errors import ImportRefused, InvalidParameter


@pytest.fixture
def read(tmp_path):
    def reading(content, *, name="table.csv", **mapped):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(rows(path, Columns(mapped)))

    return reading


def test_columns_are_known_by_their_usual_names(read):
    (row,) = read("Identifiant,Nom,Catégorie,Téléphone,Longitude,Latitude\n1,Café,Bar,0261910001,-1.5,47.2\n")
    assert row == Row(
        number="2",
        key="1",
        fields={"name": "Café", "category": "Bar", "phone": "0261910001"},
        columns=row.columns,
        longitude=-1.5,
        latitude=47.2,
    )


def test_the_columns_of_sirene_are_known(read):
    named = {
        "siret": "73282932000074",
        "enseigne1Etablissement": "LE FOURNIL",
        "activitePrincipaleEtablissement": "10.71C",
        "codeCommuneEtablissement": "44109",
        "categorieJuridiqueUniteLegale": "1000",
    }
    (row,) = read(f"{','.join(named)}\n{','.join(named.values())}\n")
    assert row.key == "73282932000074"
    assert row.fields == {
        "sign": "LE FOURNIL",
        "naf": "10.71C",
        "siret": "73282932000074",
        "insee_code": "44109",
        "legal_category": "1000",
    }


def test_columns_asked_for_go_before_usual_ones(read):
    (row,) = read("nom,tel,lue\nA,B,C\n", phone="lue")
    assert row.fields == {"name": "A", "phone": "C"}


@pytest.mark.parametrize(
    "text", ["id,lon,lat\n1,-1.5,47.2\n", "id;lon;lat\n1;-1,5;47,2\n", "id\tlon\tlat\n1\t-1.5\t47,2\n"]
)
def test_delimiters_and_decimal_commas(read, text):
    (row,) = read(text)
    assert (row.key, row.longitude, row.latitude) == ("1", -1.5, 47.2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(read, encoding):
    (row,) = read("nom\nCrêperie de l’Écluse\n".encode(encoding))
    assert row.fields["name"] == "Crêperie de l’Écluse"


def test_quoted_line_breaks_and_blank_lines(read):
    first, second = read('nom,adresse\n"A","1 rue\nB"\n\n"C","2 rue"\n')
    assert (first.number, second.number) == ("3", "5")
    assert second.fields == {"name": "C", "address": "2 rue"}


def test_rows_that_cannot_be_read_have_their_line(read):
    good, short, wrong = read("id,lon,lat\n1,-1.5,47.2\n2,3\n4,abc,47\n")
    assert isinstance(good, Row)
    assert isinstance(short, Unreadable) and (short.number, short.reason) == ("3", "2 colonnes au lieu de 3")
    assert isinstance(wrong, Unreadable) and (wrong.key, wrong.reason) == ("4", "coordonnées illisibles")


def test_a_value_beyond_all_measure_costs_its_line_alone(read):
    text = f"name,lon,lat\nA,1,2\n{'x' * 200_000},1,2\nB,1,2\n"
    first, refused, last = read(text)
    assert (first.fields["name"], refused.number, last.fields["name"]) == ("A", "3", "B")
    with pytest.raises(ImportRefused, match="colonnes"):
        read("x" * 200_000)


def test_a_broken_feature_costs_itself_alone(read):
    point = {"type": "Point", "coordinates": [-1.5, 47.2]}
    whole = {"type": "Feature", "properties": {"name": "A"}, "geometry": point}
    broken = [7, None, {"properties": 5, "geometry": point}, {"properties": {"name": "B"}, "geometry": 3}]
    told = read(json.dumps({"type": "FeatureCollection", "features": [*broken, whole]}), name="broken.geojson")
    assert [isinstance(row, Unreadable) for row in told] == [True, True, False, True, False]
    assert (told[2].fields, told[4].fields) == ({}, {"name": "A"})


def test_half_a_point_is_no_point(read):
    (row,) = read("id,lon,lat\n1,-1.5,\n")
    assert row.longitude is row.latitude is None


def test_compressed_tables(read):
    (row,) = read(gzip.compress(b"nom\nA\n"), name="x.csv.gz")
    assert row.fields == {"name": "A"}
    with pytest.raises(ImportRefused):
        read(b"not gzip", name="y.csv.gz")
    with pytest.raises(ImportRefused):
        read(gzip.compress(b"nom\n" * 1000)[:-20], name="z.csv.gz")


def test_unknown_fields_and_absent_columns_are_named(read):
    with pytest.raises(InvalidParameter, match="couleur"):
        Columns({"couleur": "x"})
    with pytest.raises(InvalidParameter, match="absente"):
        read("nom\nA\n", name="absente.csv", phone="absente")


def test_features_of_geojson(read):
    point = {"type": "Point", "coordinates": [-1.5, 47.2, 12.0]}
    line = {"type": "LineString", "coordinates": [[0, 47], [2, 47]]}
    empty = {"type": "Polygon", "coordinates": []}
    document = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": 5, "properties": {"name": "A", "shop": "bakery", "n": 3}, "geometry": point},
            {"type": "Feature", "properties": {"name": "B", "tel": None}, "geometry": line},
            {"type": "Feature", "properties": {}, "geometry": empty},
        ],
    }
    first, second, third = read(json.dumps(document), name="x.geojson")
    assert (first.number, first.key, first.tags) == ("1", "5", {"shop": "bakery"})
    assert (first.longitude, first.latitude) == (-1.5, 47.2)
    assert 0 <= second.longitude <= 2 and second.fields == {"name": "B"}
    assert third.longitude is None


def test_an_alias_means_one_field():
    aliases = [alias for names in ALIASES.values() for alias in names if alias != "siret"]
    assert len(aliases) == len(set(aliases))


@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(content)
    try:
        found = list(rows(path, Columns()))
    except ImportRefused:
        return
    assert all(isinstance(row, Row | Unreadable) for row in found)


class TestWhatIsNoTable:
    def test_a_quote_that_is_never_closed_refuses_the_file(self, read):
        with pytest.raises(ImportRefused, match="ligne 3"):
            read('nom;adresse\nA;1 rue\nB;"2 rue\nC;3 rue\n')
        with pytest.raises(ImportRefused, match="ligne 2"):
            read('nom\n"A')

    def test_a_quote_inside_a_value_is_a_character(self, read):
        (row,) = read('nom;adresse\nLe 5" d’or;1 rue\n')
        assert row.fields["name"] == 'Le 5" d’or'

    @pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"PK\x03\x04zip", b"PAR1\x15", b"\x89PNG\r\n"])
    def test_other_formats_are_named_as_such(self, read, content):
        with pytest.raises(ImportRefused, match="texte"):
            read(content)

    def test_a_bomb_is_never_held_whole(self, read, monkeypatch):
        monkeypatch.setattr("directory.importing.records.MOST_BYTES", 1 << 20)
        with pytest.raises(ImportRefused, match="Mo une fois décompressé"):
            read(gzip.compress(b"nom\n" + b"A" * (8 << 20)), name="bomb.csv.gz")

    def test_columns_that_nobody_knows_are_named(self, read):
        with pytest.raises(ImportRefused, match=r"colonne connue\. Il y a : zig, zag"):
            read("zig;zag\n1;2\n")

    def test_tags_of_openstreetmap_are_columns_too(self, read):
        (row,) = read("shop;zag\nbakery;2\n")
        assert row.tags == {"shop": "bakery"}

    def test_a_value_too_long_names_its_column(self, read):
        _first, refused = read(f"nom;adresse\nA;1 rue\nB;{'x' * 200_000}\n")
        assert (refused.number, refused.reason) == ("3", "valeur beaucoup trop longue, colonne « adresse »")

    def test_utf_16_as_spreadsheets_write_it(self, read):
        (row,) = read("nom\tadresse\nCrêperie\t1 rue\n".encode("utf-16"))
        assert row.fields == {"name": "Crêperie", "address": "1 rue"}
