"""A town opened from a folder: what is recognised, in which order, and what its absence costs."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from geo.models import Address, Building, Municipality, Neighbourhood, Release
from geo.opening_town import open_town
from geo.town_files import WANTED, osm_extract, recognise
from tests.toy_town import FOLDER, TOWN

SHARED = settings.BASE_DIR.parent / "shared" / "data"


@pytest.fixture
def bare_towns(toy_town):
    """Villegrille and Voisine with their limits, as day one leaves them."""
    Release.objects.exclude(dataset="municipalities").delete()
    for model in (Address, Building, Neighbourhood):
        model.objects.all().delete()
    return toy_town


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ADMIN-EXPRESS-COG_3-2.gpkg", {"municipalities"}),
        ("commune.shp", {"municipalities"}),
        ("quartiers_111.geojson.gz", {"quartier"}),
        ("sous_quartiers.geojson", {"sous_quartier"}),
        ("CONTOURS-IRIS.gpkg", {"iris"}),
        ("QP2024_France_Hexagonale.gpkg", {"qpv"}),
        ("quartiers-prioritaires.geojson", {"qpv"}),
        ("BATIMENT.shp", {"buildings"}),
        ("RNB_44.csv.gz", {"buildings"}),
        ("adresses-44.csv.gz", {"addresses"}),
        ("TRONCON_DE_ROUTE.shp", {"streets"}),
        ("pays-de-la-loire-latest.osm.pbf", {"buildings", "streets", "addresses"}),
        ("carreaux_200m_met.gpkg", {"squares"}),
        ("Filosofi2017_carreaux_200m_met.csv", {"squares"}),
        ("BATIMENT.dbf", set()),
        ("lisez-moi.txt", set()),
    ],
)
def test_files_are_recognised_by_their_usual_names(name, expected):
    assert {wanted.kind or wanted.dataset for wanted in WANTED if recognise(wanted, [Path(name)])} == expected


def test_the_better_source_and_the_later_vintage_are_taken():
    buildings = next(wanted for wanted in WANTED if wanted.dataset == "buildings")
    paths = [Path("ville.osm.pbf"), Path("batiment_2024.gpkg"), Path("batiment_2025.gpkg"), Path("rnb.csv")]
    assert recognise(buildings, paths) == ("bdtopo", Path("batiment_2025.gpkg"))


def test_a_folder_opens_the_town_and_only_the_town(bare_towns):
    outcomes = list(open_town(municipality=bare_towns.municipality, folder=FOLDER))
    assert not [outcome.refusal for outcome in outcomes if outcome.refusal]
    loaded = {outcome.wanted.kind or outcome.wanted.dataset for outcome in outcomes if outcome.release}
    assert loaded == {"municipalities", "quartier", "sous_quartier", "buildings", "streets", "addresses"}
    towns = {"municipality__insee_code"}
    assert set(Building.objects.values_list(*towns)) == set(Address.objects.values_list(*towns)) == {(TOWN,)}
    assert Address.objects.count() == 401
    assert Municipality.objects.get(insee_code=TOWN).circle_kind == "quartier"


def test_opening_twice_changes_nothing(bare_towns):
    first = [outcome.release for outcome in open_town(municipality=bare_towns.municipality, folder=FOLDER)]
    assert [outcome.release for outcome in open_town(municipality=bare_towns.municipality, folder=FOLDER)] == first


def test_what_is_missing_is_named_with_its_cost(bare_towns):
    out = StringIO()
    call_command("open_town", TOWN, stdout=out)
    said = " ".join(out.getvalue().replace("│", " ").split())
    assert "Base Adresse Nationale" in said
    assert "Commerces et lieux publics" in said
    assert "Villegrille (77998)" in said


def test_a_bad_file_is_refused_and_the_others_are_imported(bare_towns, tmp_path):
    shutil.copy(FOLDER / "adresses.csv", tmp_path)
    (tmp_path / "quartiers.geojson").write_text("{")
    outcomes = list(open_town(municipality=bare_towns.municipality, folder=tmp_path))
    assert [outcome.path.name for outcome in outcomes if outcome.refusal] == ["quartiers.geojson"]
    assert [outcome.path.name for outcome in outcomes if outcome.release] == ["adresses.csv"]
    with pytest.raises(CommandError, match="refusés"):
        call_command("open_town", TOWN, "--from", str(tmp_path), stdout=StringIO())


@pytest.mark.parametrize(("town", "folder"), [("nulle part", None), (TOWN, "absent")])
def test_a_town_or_folder_that_is_not_there_is_said(bare_towns, town, folder):
    options = {"folder": Path(folder)} if folder else {}
    with pytest.raises(CommandError):
        call_command("open_town", town, stdout=StringIO(), **options)


def test_an_extract_is_found_among_other_files(tmp_path):
    assert osm_extract(tmp_path) is None
    (tmp_path / "a.osm.pbf").touch()
    assert osm_extract(tmp_path).name == "a.osm.pbf"
