"""`import_places` and `releases`: files in all the spellings of France, truthful reports, nothing half-done."""

import gzip
import io
import json
import re

import pytest
from django.core.management import CommandError, call_command

from geo.errors import ImportRefused, InvalidParameter
from geo.importing.running import import_files
from geo.importing.sources import Options
from geo.models import Address, Building, Municipality, Neighbourhood, Release, Street
from tests.toy_town import FOLDER, TOWN

pytestmark = pytest.mark.django_db

BAN = "id;numero;rep;nom_voie;code_postal;code_insee;lon;lat"


def run(command: str, *arguments: object, **options: object) -> str:
    out = io.StringIO()
    call_command(command, *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def square(west: float, south: float, side: float = 0.001) -> dict:
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def geojson(path, *features: tuple[dict | None, dict]):
    told = [{"type": "Feature", "geometry": geometry, "properties": properties} for geometry, properties in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": told}))
    return path


def table(path, text: str, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def report_of(path, source="ban", dataset="addresses", **options) -> dict:
    release = import_files(source=source, paths=[path], options=Options(dataset=dataset, **options))
    return release.report


def test_a_half_broken_file_gives_its_good_rows_and_lists_the_bad_ones(tmp_path):
    rows = [
        "77998_1_1;1;;Rue du Bac;77990;77998;3.0;49.0",
        "77998_1_2;2;;Rue du Bac;77990;77998;;",
        "77998_1_3;3;;;77990;77998;3.0;49.0",
        "77998_1_1;1;;Rue du Bac;77990;77998;3.0;49.0",
        "77998_1_4;4;;Rue du Bac;77990;77998;trois;49.0",
        "77998_1_5;5;;Rue du Bac;77990;7799;3.0;49.0",
        "77998_1_6;6;;Rue du Bac;77990;77998;100.0;0.0",
        "77998_1_7;7;bis;Rue du Bac;77990;77998;3.0;49.0",
    ]
    report = report_of(table(tmp_path / "a.csv", "\n".join([BAN, *rows])))
    assert (report["read"], report["loaded"]) == (8, 2)
    assert {reason: told["rows"] for reason, told in report["rejected"].items()} == {
        "géométrie absente ou illisible": [2],
        "nom de voie absent": [3],
        "même identifiant que la ligne 1": [4],
        "nombre illisible : trois": [5],
        "code INSEE non valable : 7799": [6],
        "hors de France et de Monaco": [7],
    }


@pytest.mark.parametrize(
    "encoding, separator, comma",
    [("utf-8-sig", ";", ","), ("latin-1", ";", "."), ("utf-8", ",", "."), ("cp1252", "\t", ",")],
)
def test_csv_in_all_spellings(tmp_path, toy_town, encoding, separator, comma):
    row = ["x1", "12", "ter", "Allée de l'Église", "77990", TOWN, f"3{comma}001", f"49{comma}001"]
    path = table(tmp_path / "a.csv", "\r\n".join([BAN.replace(";", separator), separator.join(row)]), encoding)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    run("import_places", "ban", packed, "--activate", "--force", "--territory", "other")
    address = Address.objects.get(key="ban:x1")
    assert (address.street_name, address.number, address.suffix) == ("Allée de l'Église", 12, "ter")
    assert address.location.coords == pytest.approx((3.001, 49.001))


def test_bal_and_projected_coordinates(tmp_path):
    header = "cle_interop;commune_insee;voie_nom;numero;suffixe;x;y;long;lat"
    rows = ["97411_1_2;97411;Rue de Paris;2;;339000,5;7690000;;", "44109_1_1;44109;Rue Bisson;6;;355000;6689000;;"]
    assert report_of(table(tmp_path / "bal.csv", "\n".join([header, *rows])))["loaded"] == 2


def test_rnb(tmp_path, toy_town):
    inside = "SRID=4326;POLYGON ((3.0001 49.0001, 3.0002 49.0001, 3.0002 49.0002, 3.0001 49.0001))"
    rows = [
        f"TYGR-KKEA-1111;;{inside};constructed",
        f"TYGRKKEA2222;;{inside};demolished",
        "TYGRKKEA3333;;SRID=4326;constructed",
        "TYGRKKEA4444;;SRID=4326;POINT (3 49);constructed",
        f"0000;;{inside};constructed",
    ]
    path = table(tmp_path / "rnb.csv", "rnb_id;point;shape;status\n" + "\n".join(rows).replace("4326;", "4326|"))
    path.write_text(path.read_text().replace("SRID=4326|", ""))
    report = report_of(path, source="rnb", dataset="buildings")
    assert (report["loaded"], set(report["ignored"])) == (
        1,
        {"bâtiment dans l’état « demolished »", "bâtiment connu par un point, sans emprise"},
    )
    assert set(report["rejected"]) == {"géométrie absente ou illisible", "identifiant RNB non valable"}


def test_the_same_file_twice_changes_nothing(toy_town):
    before = Release.objects.count(), list(Building.objects.order_by("pk").values())
    said = run("import_places", "bdtopo", FOLDER / "batiment.geojson", "--activate")
    assert "déjà chargés" in said
    assert before == (Release.objects.count(), list(Building.objects.order_by("pk").values()))


def test_a_dry_run_tells_and_changes_nothing(tmp_path, toy_town):
    path = geojson(tmp_path / "quartiers.geojson", (square(2.9998, 49.0, 0.01), {"nom": "Tout"}))
    said = run("import_places", "boundaries", path, "--municipality", TOWN, "--dry-run")
    assert "rien n’a changé" in said and re.search(r"disparues +│ 4", said)
    assert Neighbourhood.objects.open().filter(kind="quartier").count() == 4
    assert Release.objects.count() == 6


def test_warnings_stop_an_activation_unless_forced(tmp_path, toy_town):
    path = geojson(tmp_path / "quartiers.geojson", (square(2.9998, 49.0, 0.01), {"nom": "Tout", "code": "SO"}))
    arguments = ("import_places", "boundaries", path, "--municipality", TOWN)
    with pytest.raises(CommandError, match="3 des 4 lieux du millésime actif ont disparu"):
        run(*arguments, "--activate")
    assert Neighbourhood.objects.open().filter(kind="quartier").count() == 4
    run(*arguments, "--activate", "--force")
    assert [*Neighbourhood.objects.open().filter(kind="quartier").values_list("name", flat=True)] == ["Tout"]


def test_releases_are_listed_and_rolled_back(tmp_path, toy_town):
    path = geojson(tmp_path / "quartiers.geojson", (square(2.9998, 49.0, 0.01), {"nom": "Tout", "code": "SO"}))
    before = list(Neighbourhood.objects.open().order_by("key").values())
    options = ("--municipality", TOWN, "--activate", "--force")
    run("import_places", "boundaries", path, *options)
    number = Release.objects.latest("pk").pk
    assert str(number) in run("releases")
    assert "disparues" in run("releases", "--report", number)
    assert "De nouveau actif" in run("releases", "--rollback", number)
    assert list(Neighbourhood.objects.open().order_by("key").values()) == before
    run("releases", "--activate", number, "--force")
    assert Neighbourhood.objects.open().filter(kind="quartier").count() == 1
    with pytest.raises(CommandError, match="pas de millésime"):
        run("releases", "--activate", 10**6)


@pytest.mark.parametrize(
    "arguments, parameter",
    [
        ({"mapping": {"nom": "x"}}, "map"),
        ({"mapping": {"name": "absente"}}, "map"),
        ({"where": "absente = 1"}, "where"),
        ({"layer": "absente"}, "layer"),
        ({"kind": "village"}, "kind"),
        ({"municipality": "Nantes"}, "municipality"),
        ({"crs": "EPSG:0"}, "crs"),
    ],
)
def test_a_wrong_option_is_named(arguments, parameter):
    with pytest.raises(InvalidParameter) as refused:
        report_of(FOLDER / "quartiers.geojson", source="boundaries", dataset="neighbourhoods", **arguments)
    assert refused.value.parameter == parameter
    assert not Release.objects.exists()


def test_mapping_and_conditions(tmp_path):
    path = geojson(
        tmp_path / "zones.geojson",
        (square(3, 49), {"zone": "A", "libre": "Centre"}),
        (square(3.1, 49), {"zone": "B", "libre": "Port"}),
    )
    report = report_of(
        path, source="boundaries", dataset="neighbourhoods", municipality=TOWN,
        mapping={"code": "ZONE", "name": "libre"}, where="zone <> 'A'",
    )  # fmt: skip
    assert report["loaded"] == 1
    assert Release.objects.get().versions.get().key == f"{TOWN}/quartier/B"


def test_a_file_without_usable_rows_is_refused_and_the_reasons_kept(tmp_path):
    path = geojson(tmp_path / "vide.geojson", (None, {"nom": "Rien"}))
    with pytest.raises(ImportRefused, match="géométrie absente"):
        report_of(path, source="boundaries", dataset="neighbourhoods", municipality=TOWN)
    release = Release.objects.get()
    assert (release.state, release.versions.count()) == ("rejected", 0)


def test_a_mislabelled_file_is_refused(tmp_path):
    with pytest.raises(ImportRefused, match="Lambert-93"):
        report_of(FOLDER / "batiment.geojson", source="bdtopo", dataset="buildings", crs="EPSG:4326")
    assert not Release.objects.exists()


def test_a_municipality_without_a_name_is_a_warning(tmp_path):
    report = report_of(
        geojson(tmp_path / "c.geojson", (square(3, 49), {"x": 1})), "boundaries", "municipalities", municipality="77002"
    )
    assert report["warnings"] == ["77002 : commune sans nom, précisez --map name=COLONNE."]


def test_footprints_without_identifier_are_recognised(tmp_path, toy_town):
    """The same building, redrawn a little, keeps its key; a moved one does not."""
    first = geojson(tmp_path / "a.geojson", (square(3.0, 49.0), {}), (square(3.01, 49.0), {}))
    second = geojson(tmp_path / "b.geojson", (square(3.00001, 49.0), {}), (square(3.0105, 49.0), {}))
    arguments = ("--dataset", "buildings", "--territory", "t", "--municipality", "77999", "--activate", "--force")
    toy_town.neighbour.buildings.update(closed_on="2020-01-01")
    Release.objects.filter(dataset="buildings").update(state="superseded")
    run("import_places", "file", first, *arguments)
    before = set(Building.objects.open().filter(source="file").values_list("key", flat=True))
    run("import_places", "file", second, *arguments)
    after = set(Building.objects.open().filter(source="file").values_list("key", flat=True))
    assert (len(before), len(after), len(before & after)) == (2, 2, 1)


@pytest.mark.slow
def test_everything_is_placed_again_when_a_commune_appears(tmp_path):
    run("import_places", "bdtopo", FOLDER / "batiment.geojson", "--activate", "--force")
    assert (Building.objects.count(), Release.objects.get().report["unplaced"]) == (0, 412)
    run("import_places", "boundaries", FOLDER / "communes.geojson", "--dataset", "municipalities", "--activate")
    assert Building.objects.open().count() == 412
    assert Municipality.objects.get(insee_code=TOWN).building_source == "bdtopo"


def test_bd_topo_streets_keep_numbers_and_direction(toy_town):
    segment = Street.objects.get(key="bdtopo:TRONROUT-E-03-04")
    assert (segment.name, segment.left_from, segment.right_from) == ("Rue des Églantines", 8, None)
    assert (segment.one_way, segment.walkable, segment.municipality) == ("both", True, toy_town.municipality)
    assert segment.line[0][0] < segment.line[-1][0]


def test_the_release_speaks_where_it_has_something(toy_town):
    buildings = Release.objects.active().filter(dataset="buildings")
    assert buildings.covering(toy_town.point(500, 500)).exists()
    assert not buildings.covering(toy_town.point(500, -500)).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["territory", "vintage"])
def test_names_that_are_too_long_to_store_are_refused(name):
    options = Options(dataset="neighbourhoods", municipality=TOWN)
    with pytest.raises(InvalidParameter) as refused:
        import_files(source="boundaries", paths=[FOLDER / "quartiers.geojson"], options=options, **{name: "a" * 65})
    assert refused.value.parameter == name
    assert not Release.objects.exists()
