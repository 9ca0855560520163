"""Files of an analysis, read back by other programs: each tells what the page tells, to the home."""

import csv
import io
import json
import sqlite3
import zipfile
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import geopandas
import pyogrio
import pytest
import shapely
from django.urls import reverse
from django.utils import timezone

from directory.coverage import LEAST
from directory.findings import NamedGap
from directory.frozen_findings import freeze, pack, thaw
from directory.keeping_analyses import make_again, take_back
from directory.models import Listing
from geo.models import Address, Building, CensusArea, Neighbourhood, Release
from maps import coverage_turns
from maps.coverage_files import geopackage, tables
from maps.coverage_files.about import about
from maps.coverage_files.columns import TABLES, gaps
from maps.coverage_files.forms import FORMS
from tests.directory.test_coverage import make_area
from tests.geo.squares import make_square
from tests.maps.covering import QUERY, found, kept_by, opens, with_bakery
from tests.neighbours import person
from tests.scopes.entering import later
from tests.scopes.mandates import town_hall

pytestmark = pytest.mark.django_db
#: Forms that hold data, which other programs read.
DATA = ("csv", "zip", "geojson", "gpkg")


@pytest.fixture
def town(toy_town):
    return with_bakery(toy_town)


@pytest.fixture
def odile(town):
    account = person("Odile")
    town_hall(account, town.municipality)
    return account


def taken(client, ending: str, query: str = QUERY):
    answer = client.get(f"/ville/couverture/analyse.{ending}?{query}")
    assert answer.status_code == 200, answer.content.decode()
    return answer


def read_csv(content: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def read_geojson(content: bytes) -> geopandas.GeoDataFrame:
    return geopandas.read_file(io.BytesIO(content), engine="pyogrio")


@pytest.fixture
def package(client, town, tmp_path):
    path = tmp_path / "couverture.gpkg"
    path.write_bytes(taken(client, "gpkg").content)
    return path


def totals(rows) -> dict:
    """Homes and homes served, by type."""
    told = {}
    for row in rows:
        homes, served = told.get(row["type"], (0, 0))
        told[row["type"]] = homes + int(row["logements"]), served + int(row["logements_desservis"])
    return told


def test_every_table_closes_on_what_the_page_says(client, town, package):
    homes = found().whole.homes
    expected = {"commune": (homes.total, homes.served), "quartier": (homes.total, homes.served)}
    assert 0 < homes.served < homes.total
    assert totals(read_csv(taken(client, "csv").content)) == expected
    areas = read_geojson(taken(client, "geojson").content)
    assert totals(areas[areas.couche.isin(["commune", "quartier"])].to_dict("records")) == expected
    assert totals(geopandas.read_file(package, layer="couverture").to_dict("records")) == expected
    buildings = geopandas.read_file(package, layer="batiments")
    assert (buildings.logements.sum(), buildings[buildings.desservi].logements.sum()) == (homes.total, homes.served)
    assert (buildings.metres[buildings.desservi] <= 500).all()


def test_what_is_estimated_what_is_loaded_and_when_stand_in_every_table(client, town, tmp_path):
    one = Building.objects.get(key__endswith="BATIMENT-04-05")
    Building.objects.filter(pk=one.pk).update(dwellings=7, dwellings_estimated=True)
    estimated = sum(
        Building.objects.filter(municipality=town.municipality, dwellings_estimated=True, dwellings__gt=0).values_list(
            "dwellings", flat=True
        )
    )
    rows = read_csv(taken(client, "csv").content)
    assert rows[0]["type"] == "commune" and int(rows[0]["logements_estimes"]) == estimated >= 7
    assert sum(int(row["logements_estimes"]) for row in rows[1:]) == estimated
    assert {row["part_chargee"] for row in rows} == {str(found().loaded)}
    assert {row["fait_le"] for row in rows} == {str(timezone.localdate())}
    path = tmp_path / "estimated.gpkg"
    path.write_bytes(taken(client, "gpkg").content)
    buildings = geopandas.read_file(path, layer="batiments")
    assert buildings[buildings.estime].logements.sum() == estimated and buildings.set_index("batiment").estime[one.key]


def test_an_old_result_does_not_say_what_is_estimated(town):
    findings = found()
    frozen, packed = freeze(findings), pack(replace(findings.buildings, estimated=None))
    for row in (frozen["whole"], *(row for _kind, rows in frozen["by"] for row in rows)):
        del row["estimated"]
    read = thaw(findings.town, frozen, packed)
    assert read.buildings.estimated is None and read.whole.estimated is None
    assert read_csv(tables.table(read, None))[0]["logements_estimes"] == ""
    assert b"estime" in geopackage.package(read, about(read, "/"))


def test_gaps_and_sites_are_those_of_the_map(client, town, package):
    told = found()
    areas = read_geojson(taken(client, "geojson").content)
    for gap_rows in (areas[areas.couche == "zone_trop_loin"], geopandas.read_file(package, layer="zones_trop_loin")):
        assert gap_rows.logements.tolist() == [gap.homes for gap in told.gaps] and min(gap_rows.logements) >= LEAST
        assert all(
            one.equals_exact(gap.area, 1e-5) or one.symmetric_difference(gap.area).area < 1e-9
            for one, gap in zip(gap_rows.geometry, told.gaps, strict=True)
        )
    for sites in (areas[areas.couche == "lieu"], geopandas.read_file(package, layer="lieux")):
        assert [(site.x, site.y) for site in sites.geometry] == [pytest.approx(town.point(500, 500).coords, abs=1e-6)]


def test_buildings_lie_where_they_are(town, package):
    buildings = geopandas.read_file(package, layer="batiments")
    one = Building.objects.get(key__endswith="BATIMENT-04-05")
    row = buildings[buildings.batiment == one.key].iloc[0]
    assert row.logements == one.dwellings and row.geometry.equals(shapely.from_wkb(bytes(one.footprint.wkb)))
    assert row.metres == pytest.approx(42, abs=1) and buildings.crs.to_epsg() == 4326


def test_a_building_that_is_gone_is_left_out(client, odile, tmp_path):
    analysis = kept_by(odile)
    gone = Building.objects.get(key__endswith="BATIMENT-04-05")
    Building.objects.filter(pk=gone.pk).delete()
    path = tmp_path / "kept.gpkg"
    path.write_bytes(client.get(f"/ville/couverture/{analysis.public_id}/analyse.gpkg").content)
    keys = set(geopandas.read_file(path, layer="batiments").batiment)
    assert gone.key not in keys and len(keys) > 100


def test_a_package_says_what_it_is_and_what_its_columns_mean(package):
    assert [name for name, _kind in pyogrio.list_layers(package)] == [*TABLES, "dictionnaire"]
    meta = pyogrio.read_info(package, layer="couverture")["layer_metadata"]
    assert "Licence" in meta["licences"] and meta["source"].endswith(QUERY) and "vol d’oiseau" in meta["notes"]
    words = pyogrio.read_dataframe(package, layer="dictionnaire", read_geometry=False)
    for table in TABLES:
        columns = list(pyogrio.read_info(package, layer=table)["fields"])
        assert words[words.table == table].colonne.tolist() == columns
    with sqlite3.connect(package) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA application_id").fetchone() == (0x47504B47,)  # "GPKG"
        assert database.execute("SELECT count(*) FROM gpkg_metadata").fetchone()[0] > 0


def test_geojson_is_of_rfc_7946(client, town):
    answer = taken(client, "geojson")
    told = json.loads(answer.content)
    assert "crs" not in told and told["type"] == "FeatureCollection" and told["licences"] and told["title"]
    for one in told["features"]:
        shape = shapely.from_geojson(json.dumps(one["geometry"])) if one["geometry"] else None
        for part in shapely.get_parts(shape) if shape and "Polygon" in shape.geom_type else []:
            assert part.exterior.is_ccw and part.is_valid
            assert max(abs(x) for x, _y in part.exterior.coords) < 180


def test_tables_come_with_a_dictionary_of_all_their_columns(client, town):
    folder = zipfile.ZipFile(io.BytesIO(taken(client, "zip").content))
    assert folder.testzip() is None
    words = read_csv(folder.read("dictionnaire.csv"))
    for table in ("couverture", "zones_trop_loin"):
        header = folder.read(f"{table}.csv").decode("utf-8-sig").splitlines()[0].split(";")
        assert [row["colonne"] for row in words if row["table"] == table] == header
    assert all(row["type"] and row["description"] for row in words)
    read = folder.read("LISEZ-MOI.txt").decode()
    assert "Licence" in read and QUERY in read and "des logements de Villegrille en ont" in read
    assert folder.read("couverture.csv") == taken(client, "csv").content


def test_a_french_spreadsheet_opens_it(client, town):
    text = taken(client, "csv").content.decode()
    assert text.startswith("\ufeff") and text.count("\r\n") == 6 and ";" in text
    share = read_csv(text.encode())[0]["part_desservie"]
    homes = found().whole.homes
    assert float(share.replace(",", ".")) == pytest.approx(homes.percent, abs=0.05) and "." not in share


def test_people_are_told_where_the_census_knows_them_and_nowhere_else(client, town, tmp_path):
    make_area(town, "iris", "779980101", 0, 1_000)
    make_area(town, "iris", "779980102", 1_000, 2_000)
    CensusArea.objects.create(code="779980101", insee_code="77998", population=1_234, dwellings=500, vintage="2021")
    Release.objects.filter(dataset="buildings").update(extent=town.municipality.boundary)
    rows = {row["code"]: row for row in read_csv(taken(client, "csv").content) if row["type"] == "iris"}
    assert rows["779980101"]["habitants"] == "1234" and rows["779980102"]["habitants"] == ""
    path = tmp_path / "people.gpkg"
    path.write_bytes(taken(client, "gpkg").content)
    layer = geopandas.read_file(path, layer="couverture").set_index("code")
    assert layer.habitants["779980101"] == 1_234 and layer.habitants.isna()["779980102"]
    assert "habitants" not in geopandas.read_file(path, layer="batiments").columns
    assert {code: row["comptes_habitants"] for code, row in rows.items()} == {
        "779980101": "recensement 2021",
        "779980102": "",
    }
    assert "INSEE" in zipfile.ZipFile(io.BytesIO(taken(client, "zip").content)).read("LISEZ-MOI.txt").decode()


def test_every_file_says_whose_count_people_are_of_and_of_which_year(client, town):
    make_area(town, "iris", "779980101", 0, 1_000)
    CensusArea.objects.create(code="779980101", insee_code="77998", population=1_234, dwellings=500, vintage="2021")
    whole = town.municipality.boundary
    Release.objects.filter(dataset="buildings").update(extent=whole)
    told = {"dataset": "squares", "source": "filosofi", "licence": "Licence Ouverte 2.0 (INSEE)", "state": "active"}
    Release.objects.create(territory="77998", vintage="2019", extent=whole, checksum="0" * 64, **told)
    for x in (400, 1_000, 1_200, 1_400, 1_600, 1_800):
        for y in range(0, 2_000, 200):
            make_square(town, x, y, 90, imputed=(x, y) == (1_800, 0))
    rows = {row["code"]: row for row in read_csv(taken(client, "csv").content) if row["type"] in ("iris", "commune")}
    assert rows["77998"]["habitants"] == str(1_234 + 50 * 90) and rows["779980101"]["logements_par_carreaux"] == "0"
    by_square = int(rows["77998"]["logements_par_carreaux"])
    assert by_square == int(rows["77998"]["logements"]) - int(rows["779980101"]["logements"])
    read = zipfile.ZipFile(io.BytesIO(taken(client, "zip").content)).read("LISEZ-MOI.txt").decode()
    assert (
        "Habitants : recensement de l’INSEE, 2021, pour" in read and "carreaux de 200 m (Filosofi, 2019) pour" in read
    )
    assert "répartis selon les carreaux" in read and "moins de 11 ménages" in read and "pas les communautés" in read
    assert "Carreaux de population : INSEE, Filosofi, 2019 · Licence Ouverte 2.0 (INSEE)" in read
    assert any("Filosofi, 2019" in line for line in json.loads(taken(client, "geojson").content)["licences"])


def test_no_file_tells_of_fewer_than_eleven_homes(client, town):
    small = make_area(town, "qpv", "B", 340, 360)
    Building.objects.filter(location__coveredby=small.boundary).update(dwellings=0)
    Building.objects.filter(pk=Building.objects.filter(location__coveredby=small.boundary).first().pk).update(
        dwellings=3
    )
    for row in read_csv(taken(client, "csv").content):
        assert int(row["logements"]) >= LEAST
    assert all(row["logements"] >= LEAST for row in gaps(found()))


def test_of_too_few_homes_there_is_no_file(client, town):
    Building.objects.exclude(key__endswith="BATIMENT-04-05").update(dwellings=None)
    Building.objects.filter(key__endswith="BATIMENT-04-05").update(dwellings=10)
    for ending in FORMS:
        assert client.get(f"/ville/couverture/analyse.{ending}?{QUERY}").status_code == 404


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", " =", "\n=", "＝"])
def test_a_name_is_never_calculated(client, town, sign):
    Neighbourhood.objects.filter(name="Nord-Est").update(name=f'{sign}cmd|"/c calc"!A1;B;é\n')
    names = [row["nom"] for row in read_csv(taken(client, "csv").content)]
    hostile = next(name for name in names if "calc" in name)
    assert hostile.startswith("'") and len(names) == 5
    assert tables._cell(-3) == "-3", "numbers are numbers"


def test_streets_are_text_too(town):
    Address.objects.update(street_name='=HYPERLINK("http://x")')
    written = tables._csv(TABLES["zones_trop_loin"], gaps(found())).decode()
    assert "'=HYPERLINK" in written and ";=HYPERLINK" not in written and ';"=HYPERLINK' not in written


@pytest.mark.parametrize("ending", DATA)
def test_a_file_says_what_it_is_and_is_kept_nowhere_on_the_way(client, town, ending):
    answer = taken(client, ending)
    today = timezone.localdate()
    disposition = answer["Content-Disposition"]
    assert (
        disposition.startswith('attachment; filename="couverture-villegrille-') and f'{today}.{ending}"' in disposition
    )
    assert disposition.isascii() and "Villegrille, " in unquote(disposition.partition("filename*=UTF-8''")[2])
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    assert answer["Content-Type"] == FORMS[ending].content_type and answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("analyse.csv", 400),
        ("analyse.csv?town=77998&within=9km", 400),
        ("analyse.csv?town=77998&format=csv", 400),
        ("analyse.csv?town=Nulle-Part", 404),
        (f"analyse.exe?{QUERY}", 404),
        ("00000000-0000-4000-8000-000000000000/analyse.csv", 404),
    ],
)
def test_what_is_not_valid_is_refused(client, town, where, status):
    assert client.get(f"/ville/couverture/{where}").status_code == status


def test_a_kept_analysis_gives_the_file_of_its_day(client, odile, town):
    live = taken(client, "csv").content
    analysis = kept_by(odile)
    opens(town, 1_500, 1_500)
    with later(timedelta(days=31)):
        make_again(account=odile, public_id=analysis.public_id)
    first = analysis.results.earliest("made_on").made_on
    where = reverse("kept-coverage-file", args=[analysis.public_id, "csv"])
    assert client.get(where, {"du": first}).content == live != client.get(where).content
    assert f"{first}.csv" in client.get(where, {"du": first})["Content-Disposition"]
    assert client.get(where, {"du": "hier"}).status_code == client.get(where, {"town": "77998"}).status_code == 400
    Listing.objects.update(closes_at=timezone.now() - timedelta(days=1))
    told = json.loads(client.get(where.replace("csv", "geojson"), {"du": first}).content)
    assert told["source"].endswith(f"/ville/couverture/{analysis.public_id}/?du={first}")
    take_back(account=odile, public_id=analysis.public_id)
    assert client.get(where, {"du": first}).status_code == 404


def test_files_take_their_turn(client, odile, monkeypatch):
    analysis = kept_by(odile)
    monkeypatch.setattr(coverage_turns, "PATIENCE", 0.01)
    with coverage_turns.ANALYSING:
        assert client.get(f"/ville/couverture/analyse.csv?{QUERY}").status_code == 503
        assert client.get(f"/ville/couverture/{analysis.public_id}/analyse.csv").status_code == 503


def test_columns_have_one_name_in_every_language(client, town):
    english = client.get(f"/ville/couverture/analyse.zip?{QUERY}", headers={"Accept-Language": "en"}).content
    folders = [zipfile.ZipFile(io.BytesIO(content)) for content in (english, taken(client, "zip").content)]
    columns = [read_csv(folder.read("couverture.csv"))[0].keys() for folder in folders]
    words = [folder.read("dictionnaire.csv") for folder in folders]
    assert columns[0] == columns[1] and words[0] != words[1], "what they mean is said in the reader's language"


def test_a_gap_without_streets_has_an_empty_cell(town):
    told = found()
    object.__setattr__(told, "gaps", [NamedGap(told.gaps[0].area, 11, ())])
    assert tables._csv(TABLES["zones_trop_loin"], gaps(told)).decode().endswith("1;11;\r\n")
