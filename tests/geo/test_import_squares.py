"""Squares of INSEE from its files: in all its spellings, named by their corner, truthful about what is left out."""

import numpy as np
import pyogrio
import pytest
import shapely
from django.core.management import CommandError
from pyproj import Transformer

from geo.activation import activate, roll_back
from geo.errors import ImportRefused, InvalidParameter
from geo.importing.files import unpacked
from geo.importing.running import import_files
from geo.importing.sources import Options
from geo.models import Release, Square
from tests.geo.squares import name_of
from tests.geo.test_import_places import geojson, run, square, table
from tests.real_towns import DATA, NANTES

pytestmark = pytest.mark.django_db
on_real_data = pytest.mark.skipif(not DATA.exists(), reason="the shared open data are not on this machine")
REUNION = DATA / "grid/reunion_200m_btb.csv.gz"
HEADER = "idcar_200m,i_est_200,lcog_geo,ind,men"


def load(*paths, **options) -> Release:
    return import_files(source="filosofi", paths=paths, options=Options(dataset="squares", **options))


def csv(tmp_path, *rows: str, header: str = HEADER):
    return table(tmp_path / "carreaux_200m_met.csv", "\n".join([header, *rows]))


def told() -> dict[str, tuple[int, bool]]:
    return {one.key: (one.population, one.imputed) for one in Square.objects.open()}


def test_a_square_stands_where_its_name_says(tmp_path, toy_town):
    release = load(csv(tmp_path, f"{name_of(400, 600)},0,77998,31.0,14.0", f"{name_of(600, 600)},1,7799877999,4.5,2"))
    assert not Square.objects.exists(), "a release is not shown before it is activated"
    activate(release=release)
    assert told() == {name_of(400, 600): (31, False), name_of(600, 600): (4, True)}
    assert release.territory == "77998" and release.licence == "Licence Ouverte 2.0 (INSEE)"
    assert release.report["repaired"] == {"habitants arrondis à l’entier": {"count": 1, "rows": [2]}}
    outline = shapely.from_wkb(bytes(Square.objects.get(key=name_of(400, 600)).boundary.wkb))
    corners = [toy_town.point(x, y).coords for x in (400, 600) for y in (600, 800)]
    assert shapely.MultiPoint(corners).hausdorff_distance(shapely.MultiPoint(outline.geoms[0].exterior.coords)) < 1e-9


@pytest.mark.parametrize(
    "header",
    ["Idcar_200m,I_est_200,lcog_geo,Ind,Men", "IdINSPIRE,I_est_cr,Depcom,Ind,Men", "idINSPIRE,autre,rien,ind_c,men"],
)
def test_each_year_s_spelling_is_read(tmp_path, toy_town, header):
    activate(release=load(csv(tmp_path, f"{name_of(0, 0)},0,77998,31,14", header=header)))
    assert told() == {name_of(0, 0): (31, False)}


def test_other_names_of_columns_are_said(tmp_path, toy_town):
    path = csv(tmp_path, f"{name_of(0, 0)};12,0", header="carreau;habitants")
    with pytest.raises(InvalidParameter, match="population") as refused:
        load(path)
    assert refused.value.parameter == "map"
    activate(release=load(path, mapping={"id": "carreau", "population": "habitants"}))
    assert told() == {name_of(0, 0): (12, False)}


def test_too_few_households_are_imputed_where_the_file_does_not_say(tmp_path):
    activate(
        release=load(csv(tmp_path, f"{name_of(0, 0)},20,10", f"{name_of(200, 0)},20,11", header="idcar_200m,ind,men"))
    )
    assert told() == {name_of(0, 0): (20, True), name_of(200, 0): (20, False)}


def test_what_is_wrong_is_named_by_its_row_and_the_rest_is_loaded(tmp_path):
    rows = [
        "nulle part;0;77998;1;1",
        f"{name_of(0, 0)};0;77998;31,5;14",
        f"{name_of(200, 0)};0;77998;-3;14",
        f"{name_of(400, 0)};0;77998;;14",
        f"{name_of(600, 0)};0;77998;beaucoup;14",
        "CRS2154RES1000mN6877000E700000;0;77998;1;1",
        name_of(810, 0) + ";0;77998;1;1",
        "CRS3035RES200mN2745200E3448800;0;44109;1;1",
        f"{name_of(0, 0)};0;77998;7;7",
        ";0;77998;7;7",
        "CRS2154RES200mN0E0;0;77998;1;1",
    ]
    report = load(csv(tmp_path, *rows, header=HEADER.replace(",", ";"))).report
    assert (report["read"], report["loaded"]) == (11, 1)
    assert {reason: told["rows"] for reason, told in report["rejected"].items()} == {
        "ce n’est pas l’identifiant d’un carreau : nulle part": [1],
        "population : nombre hors limites : -3": [3],
        "nombre d’habitants absent": [4],
        "nombre illisible : beaucoup": [5],
        "ce n’est pas un carreau de la grille de 200 m : CRS2154RES1000mN6877000E700000": [6],
        f"ce n’est pas un carreau de la grille de 200 m : {name_of(810, 0)}": [7],
        "carreau d’une autre grille que le premier du fichier : CRS3035RES200mN2745200E3448800": [8],
        "même identifiant que la ligne 2": [9],
        "identifiant de carreau absent": [10],
        "hors de France et de Monaco": [11],
    }


def test_a_file_without_one_good_row_changes_nothing(tmp_path):
    with pytest.raises(ImportRefused, match="première : 1"):
        load(csv(tmp_path, "nulle part,0,77998,1,1"))
    assert not Release.objects.filter(dataset="squares").exclude(state="rejected").exists()


@pytest.mark.parametrize(
    ("header", "row", "options", "parameter"),
    [
        (HEADER, f"{name_of(0, 0)},0,77998,1,1", {"crs": "EPSG:2154"}, "crs"),
        (HEADER, f"{name_of(0, 0)},0,77998,1,1", {"where": "ind > 3"}, "where"),
        (HEADER, "CRS9999RES200mN6877000E700000,0,77998,1,1", {}, "crs"),
        ("x,y,ind", "700100,6877100,1", {}, "crs"),
        ("x,y,ind", "700100,6877100,1", {"crs": "EPSG:0"}, "crs"),
        ("x,ind", "700100,1", {"crs": "EPSG:2154"}, "map"),
        ("idcar_200m,men", f"{name_of(0, 0)},1", {}, "map"),
    ],
)
def test_what_the_person_says_wrongly_is_refused(tmp_path, header, row, options, parameter):
    with pytest.raises(InvalidParameter) as refused:
        load(csv(tmp_path, row, header=header), **options)
    assert refused.value.parameter == parameter
    assert not Release.objects.filter(dataset="squares").exists()


def test_centres_do_where_their_system_is_said(tmp_path, toy_town):
    path = csv(tmp_path, "700100,6877100,5", "700150,6877100,6", ",6877100,7", header="x,y,ind")
    release = load(path, crs="EPSG:2154")
    activate(release=release)
    assert told() == {name_of(0, 0): (5, False)}
    assert {reason: told["rows"] for reason, told in release.report["rejected"].items()} == {
        "700150, 6877100 n’est pas le centre d’un carreau de 200 m": [2],
        "centre du carreau absent": [3],
    }


def test_a_layer_is_read_whatever_it_draws_and_narrowed_by_a_condition(tmp_path):
    rows = [(square(3.0, 49.0), {"idcar_200m": name_of(x, 0), "ind": 9, "commune": str(x)}) for x in (0, 200)]
    path = geojson(tmp_path / "grille.geojson", *rows)
    activate(release=load(path, where="commune = '200'"))
    assert told() == {name_of(200, 0): (9, False)}


def test_the_same_file_twice_changes_nothing_and_a_vintage_is_taken_back(tmp_path, toy_town):
    first, second = f"{name_of(0, 0)},0,77998,31,14", f"{name_of(200, 0)},0,77998,8,14"
    run("import_places", "filosofi", csv(tmp_path, first, second), "--activate", "--vintage", "2017")
    assert "déjà chargés" in run("import_places", "filosofi", tmp_path / "carreaux_200m_met.csv", "--activate")
    shown = told()
    later = csv(tmp_path, first.replace(",31,", ",33,"), f"{name_of(400, 0)},0,77998,5,14")
    assert "rien n’a changé" in run("import_places", "filosofi", later, "--dry-run")
    assert told() == shown and Release.objects.filter(dataset="squares").count() == 1
    with pytest.raises(CommandError, match="1 des 2 lieux"):
        run("import_places", "filosofi", later, "--activate")
    assert told() == shown
    run("import_places", "filosofi", later, "--activate", "--force", "--vintage", "2019")
    assert told() == {name_of(0, 0): (33, False), name_of(400, 0): (5, False)}
    roll_back(release=Release.objects.active().get(dataset="squares"))
    assert told() == shown


def test_another_town_s_squares_stay(tmp_path, toy_town):
    for town, x in (("77998", 0), ("77999", 2_000)):
        activate(release=load(csv(tmp_path, f"{name_of(x, 0)},0,{town},5,14")))
    assert set(told()) == {name_of(0, 0), name_of(2_000, 0)}


@on_real_data
def test_the_fifteen_squares_of_nantes_are_where_they_are_drawn():
    release = load(NANTES)
    activate(release=release, force=True)  # no commune is known here
    assert release.report["loaded"] == 15 and release.territory == "44109"
    # INSEE's half people: 681.5, 322.5, 376.5, 192.5, 657.5, 84.5, 483.5 and 137.5.
    assert release.report["repaired"]["habitants arrondis à l’entier"]["count"] == 8
    assert sum(Square.objects.values_list("population", flat=True)) == 4_516
    with unpacked(NANTES) as file:
        drawn = pyogrio.read_dataframe(file, layer="insee_grid_200m_madeleine")
    to_lambert = Transformer.from_crs(4326, 2154, always_xy=True)
    for name, outline in zip(drawn["IdINSPIRE"], drawn.geometry, strict=True):
        found = shapely.from_wkb(bytes(Square.objects.get(key=name).boundary.wkb))
        flat = shapely.transform(found, lambda points: np.column_stack(to_lambert.transform(*points.T)))
        assert flat.hausdorff_distance(outline) < 0.01


@on_real_data
def test_the_centres_of_la_reunion_say_no_people_and_hold_another_system_than_is_said():
    with pytest.raises(InvalidParameter, match="population"):
        load(REUNION, crs="EPSG:2975")
    with pytest.raises(ImportRefused, match=r"ressemblent à EPSG:2975 \(RGR92 UTM 40S\)"):
        load(REUNION, crs="EPSG:3727", mapping={"population": "houhold"})


@on_real_data
@pytest.mark.slow
def test_the_whole_of_la_reunion_is_loaded():
    release = load(REUNION, crs="EPSG:2975", mapping={"population": "houhold", "households": "houhold"})
    activate(release=release)
    assert release.report["loaded"] == Square.objects.count() == 14_076
    assert Square.objects.get(key="CRS2975RES200mN7634200E359400").population == 5
    assert Square.objects.filter(imputed=True).exists()
