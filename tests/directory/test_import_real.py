"""Real files of open data import with a truthful report (skipped where ../shared is absent)."""

import gzip
import json

import pytest
import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from directory.importing.drafting import CategoryChoice
from directory.importing.files import import_files
from directory.importing.tables import Columns
from directory.models import Association, Listing, SearchEntry, SourceRecord
from geo.codes import department_of
from geo.models import Municipality

DATA = settings.BASE_DIR.parent / "shared" / "data"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is absent"),
]


@pytest.fixture
def open_town(db):
    """Make a town whose boundary is the union of a file's polygons."""

    def make(insee_code, name, path):
        opened = gzip.open if path.endswith(".gz") else open
        with opened(DATA / path, "rt") as file:
            features = json.load(file)["features"]
        shapes = [shapely.make_valid(shapely.force_2d(shapely.geometry.shape(f["geometry"]))) for f in features]
        polygons = [part for part in shapely.get_parts(shapely.union_all(shapes)) if part.geom_type == "Polygon"]
        boundary = GEOSGeometry(memoryview(shapely.to_wkb(shapely.MultiPolygon(polygons))), srid=4326)
        town = Municipality.objects.create(
            key=f"insee:{insee_code}", source="test", insee_code=insee_code, name=name, boundary=boundary,
            department=department_of(insee_code),
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO geo_boundarypart (municipality_id, division) "
                "SELECT id, ST_Subdivide(boundary, 128) FROM geo_municipality WHERE id = %s",
                [town.pk],
            )
        return town

    return make


def adds_up(report):
    """Whether every row read is accounted for."""
    left_out = sum(map(len, (*report.rejected.values(), *report.ignored.values())))
    return report.read == report.added + report.changed + report.unchanged + report.merged + left_out


@pytest.mark.slow
def test_monaco_from_2021_to_2023(open_town):
    open_town("99138", "Monaco", "monaco/monaco_boundary.geojson")
    monaco = {"source": "osm", "licence": "ODbL"}
    before = import_files([DATA / "monaco/monaco-2021-04-21.osm.pbf"], **monaco)
    assert adds_up(before) and before.added > 800
    again = import_files([DATA / "monaco/monaco-2021-04-21.osm.pbf"], **monaco)
    assert again.unchanged == before.added and again.gone == again.changed == again.added == 0
    after = import_files([DATA / "monaco/monaco-2023-12-26.osm.pbf"], **monaco)
    assert adds_up(after) and min(after.added, after.changed, after.gone) > 80
    assert SearchEntry.objects.count() == before.added + after.added - after.gone
    assert Listing.objects.filter(withdrawn_at__isnull=True, kind="merchant").count() > 350
    assert SearchEntry.objects.filter(open_periods__isnull=False).count() > 140


def test_monaco_of_2012_from_xml(open_town):
    open_town("99138", "Monaco", "monaco/monaco_boundary.geojson")
    report = import_files([DATA / "monaco/monaco-2012-07-06.osm.xml.gz"], source="osm")
    assert adds_up(report) and report.added > 100


def test_melun(open_town):
    open_town("77288", "Melun", "communes/communes-77-seine-et-marne.geojson.gz")
    report = import_files([DATA / "melun-mimirsbrunn/osm_fixture.osm.pbf"], source="osm")
    assert adds_up(report) and report.added >= 1


@pytest.mark.parametrize(
    ("name", "least", "options"),
    [
        pytest.param("commerces_osm", 800, {}, marks=pytest.mark.slow),
        pytest.param("restaurants_osm", 600, {}, marks=pytest.mark.slow),
        ("pharmacies_osm", 65, {}),
        ("boites_lettres_osm", 30, {}),
        ("recyclage_osm", 60, {}),
        ("defibrillateurs", 160, {"choice": CategoryChoice.parse(["defibrillator"])}),
        pytest.param(
            "etablissements_publics",
            450,
            {
                "choice": CategoryChoice.parse(
                    ["PARCS/JARDIN=park", "EQUIP.SPORT=sports_centre", "ECOLES=school", "CRECH/HGARD=nursery"]
                ),
                "columns": Columns({"category": "RUBRIQUE"}),
            },
            marks=pytest.mark.slow,
        ),
    ],
)
def test_montpellier(open_town, name, least, options):
    open_town("34172", "Montpellier", "montpellier/quartiers_7.geojson.gz")
    report = import_files([DATA / f"montpellier/{name}.geojson.gz"], source="montpellier", **options)
    assert adds_up(report) and report.added >= least
    again = import_files([DATA / f"montpellier/{name}.geojson.gz"], source="montpellier", **options)
    assert again.unchanged == report.added and again.gone == 0


#: The domains of the file of Montpellier, as `docs/listings.md` gives them.
MONTPELLIER = (
    "CULTURE=culture_association", "SPORTS=sport_association", "SOCIAL ET CITOYENNETE=solidarity_association",
    "INTERNATIONAL=solidarity_association", "SANTE=health_association", "EDUCATION=education_association",
    "LOISIRS=leisure_association", "ENVIRONNEMENT ET CADRE DE VIE=environment_association",
    "VIE DES QUARTIERS=neighbourhood_association", "ENTREPRISE ET TRAVAIL=work_association",
    "RELIGIONS ET PHILOSOPHIES=belief_association",
)  # fmt: skip


@pytest.mark.slow
def test_associations_are_known_at_their_commune_alone(open_town):
    open_town("34172", "Montpellier", "montpellier/quartiers_7.geojson.gz")
    report = import_files(
        [DATA / "montpellier/associations_2011.csv.gz"],
        source="montpellier",
        columns=Columns({"category": "Domaine"}),
        choice=CategoryChoice.parse(["other_association", *MONTPELLIER]),
        municipality="34172",
    )
    assert adds_up(report) and report.read == 2_452
    assert (report.added, report.commune_only, sum(map(len, report.rejected.values()))) == (2_280, 2_280, 172)
    assert Association.objects.filter(category__code="culture_association").count() == 565
    assert not Association.objects.exclude(address="", location=None).exists()
    assert not SourceRecord.objects.filter(attributes__has_any_keys=["address", "longitude", "latitude"]).exists()
    assert not SearchEntry.objects.filter(location__isnull=False).exists()
    assert not any("address" in card for card in (entry.card for entry in SearchEntry.objects.all()))


def test_marseille_and_lyon(open_town):
    open_town("13055", "Marseille", "marseille/quartiers_111.geojson.gz")
    open_town("69123", "Lyon", "lyon/iris_358.geojson.gz")
    heritage, cars = CategoryChoice.parse(["heritage"]), CategoryChoice.parse(["car_share"])
    monuments = import_files([DATA / "marseille/monuments.geojson.gz"], source="marseille", choice=heritage)
    assert (monuments.added, monuments.rejected) == (113, {})
    stations = import_files([DATA / "lyon/autopartage.geojson.gz"], source="lyon", choice=cars)
    assert adds_up(stations) and stations.added > 120


def test_two_sources_of_one_town_are_recognised(open_town):
    open_town("34172", "Montpellier", "montpellier/quartiers_7.geojson.gz")
    pharmacies = DATA / "montpellier/pharmacies_osm.geojson.gz"
    first = import_files([pharmacies], source="osm")
    second = import_files([pharmacies], source="ville")
    named = sum(title != "Pharmacie" for title in Listing.objects.values_list("title", flat=True))
    assert second.merged >= 0.9 * named and first.added + second.added == Listing.objects.count()
