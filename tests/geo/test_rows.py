"""Rows as each source reads them: what is kept, what is left out, and why; no value of a file stops an import."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.importing import values
from geo.importing.running import import_files
from geo.importing.sources import Options
from geo.models import Version

pytestmark = pytest.mark.django_db

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[3.0, 49.0], [3.001, 49.0], [3.001, 49.001], [3.0, 49.001], [3.0, 49.0]]],
}
LINE = {"type": "LineString", "coordinates": [[3.0, 49.0], [3.001, 49.001]]}
GOOD = {"buildings": {"cleabs": "good", "hauteur": 3}, "streets": {"cleabs": "good"}}


def read(tmp_path, source: str, dataset: str, properties: dict, **options) -> tuple[dict, dict]:
    """What is stored of one feature beside a sound one, and the report."""
    shape = LINE if dataset == "streets" else SQUARE
    features = [
        {"type": "Feature", "geometry": shape, "properties": told}
        for told in (properties, {name: None for name in properties} | GOOD.get(dataset, {}) | {"id": "good"})
    ]
    path = tmp_path / f"{dataset}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    release = import_files(source=source, paths=[path], options=Options(dataset=dataset, **options))
    told = release.versions.exclude(key__endswith="good").values_list("attributes", flat=True).first()
    return told, release.report


BUILDINGS = [
    ({"usage_1": "Résidentiel", "nombre_de_logements": 4}, {"use": "residential", "dwellings": 4}),
    ({"USAGE1": "Commercial et services", "NB_ETAGES": "3"}, {"use": "commercial", "storeys": 3}),
    ({"usage_1": "Indifférencié"}, {"use": "unknown"}),
    ({"usage_1": "Religieux", "usage_2": "Sportif"}, {"use": "religious", "second_use": "sport"}),
    ({"usage_1": "Industriel", "usage_2": "Indifférencié"}, {"use": "industrial", "second_use": None}),
    ({"hauteur": "8,4"}, {"height": 8.4}),
    ({"hauteur": 8.0, "nombre_d_etages": 0}, {"height": 8.0, "storeys": 0}),
    ({"nombre_de_logements": 0}, {"dwellings": 0}),
    (
        {"identifiants_rnb": "TYGR-KKEA-2222/TYGRKKEA1111"},
        {"rnb_ids": ["TYGRKKEA1111", "TYGRKKEA2222"]},
    ),
    ({"toponyme": "  Tour   Bretagne "}, {"name": "Tour Bretagne"}),
    ({"construction_legere": "Oui", "usage_1": "Sportif"}, {"use": "sport"}),
    ({"construction_legere": "Oui", "nombre_de_logements": 1}, {"dwellings": 1}),
]


@pytest.mark.parametrize(("properties", "stored"), BUILDINGS, ids=lambda value: str(value)[:60])
def test_a_building_of_bdtopo(tmp_path, properties, stored):
    told, report = read(tmp_path, "bdtopo", "buildings", {"cleabs": "B1"} | properties)
    assert {name: told.get(name) for name in stored} == stored
    assert report["loaded"] == 2


STREETS = [
    ({"nom_voie_ban_gauche": "R ALBERT DE MUN"}, {"name": "Rue Albert de Mun", "walkable": True}),
    ({"nom_voie_ban_droite": "Rue de l’Arche"}, {"name": "Rue de l’Arche"}),
    ({"nature": "Type autoroutier"}, {"road_class": "Type autoroutier", "walkable": False}),
    ({"nature": "Sentier"}, {"road_class": "Sentier", "walkable": True}),
    ({"nature": "Sentier", "acces_pieton": "Physiquement impossible"}, {"walkable": False}),
    ({"acces_vehicule_leger": "Libre"}, {"drivable": True}),
    ({"acces_vehicule_leger": "Restreint aux ayants droit"}, {"drivable": False}),
    ({"acces_vehicule_leger": "Physiquement impossible"}, {"drivable": False, "walkable": True}),
    ({"sens_de_circulation": "Sens direct"}, {"one_way": "forward"}),
    ({"sens_de_circulation": "Sens inverse"}, {"one_way": "backward"}),
    ({"sens_de_circulation": "Double sens"}, {"one_way": "both"}),
    (
        {"borne_debut_gauche": "1", "borne_fin_gauche": "15bis", "borne_debut_droite": "2", "borne_fin_droite": "16"},
        {"left_from": 1, "left_to": 15, "right_from": 2, "right_to": 16},
    ),
]


@pytest.mark.parametrize(("properties", "stored"), STREETS, ids=lambda value: str(value)[:60])
def test_a_street_of_bdtopo(tmp_path, properties, stored):
    told, _report = read(tmp_path, "bdtopo", "streets", {"cleabs": "S1"} | properties)
    assert {name: told.get(name) for name in stored} == stored


@pytest.mark.parametrize(
    ("dataset", "properties", "where", "reason"),
    [
        ("buildings", {"cleabs": "", "nature": "Serre"}, "rejected", "identifiant absent"),
        ("streets", {"cleabs": None, "nature": "Sentier"}, "rejected", "identifiant absent"),
        ("buildings", {"cleabs": "x", "etat_de_l_objet": "En ruine"}, "ignored", "bâtiment dans l’état « En ruine »"),
        ("streets", {"cleabs": "x", "etat_de_l_objet": "En projet"}, "ignored", "voie dans l’état « En projet »"),
        (
            "buildings",
            {"cleabs": "x", "construction_legere": "Oui", "usage_1": "Annexe"},
            "ignored",
            "construction légère sans logement ni activité",
        ),
        ("buildings", {"cleabs": "x", "hauteur": "haut"}, "rejected", "nombre illisible : haut"),
        ("buildings", {"cleabs": "x", "hauteur": "1e999"}, "rejected", "nombre illisible : 1e999"),
        ("buildings", {"cleabs": "x", "nombre_d_etages": "1e999"}, "rejected", "nombre illisible : 1e999"),
        ("buildings", {"cleabs": "x", "nombre_d_etages": "-1"}, "rejected", "storeys : nombre hors limites : -1"),
        ("buildings", {"cleabs": "x", "nombre_d_etages": "40000"}, "rejected", "storeys : nombre hors limites : 40000"),
        ("buildings", {"cleabs": "x", "toponyme": "N" * 161}, "rejected", "name : texte de plus de 160 caractères"),
        ("buildings", {"cleabs": "x" * 130, "hauteur": "3"}, "rejected", "identifiant trop long"),
        ("buildings", {"cleabs": "x", "code_insee": "ABCDE"}, "rejected", "code INSEE non valable : ABCDE"),
    ],
)
def test_a_row_of_bdtopo_that_is_left_out_is_told(tmp_path, dataset, properties, where, reason):
    told, report = read(tmp_path, "bdtopo", dataset, properties)
    assert (told, report["loaded"]) == (None, 1)
    assert report[where] == {reason: {"count": 1, "rows": [1]}}


ADDRESSES = [
    ("77998_1_1;12;bis;Rue du Bac;77990;77998;3;49", (12, "bis", "Rue du Bac", "77990", "ban:77998_1_1")),
    ("77998_1_1;12bis;;Rue du Bac;77990;77998;3;49", (12, "bis", "Rue du Bac", "77990", "ban:77998_1_1")),
    ("77998_1_1;12 B;;Rue du Bac;77990;77998;3;49", (12, "b", "Rue du Bac", "77990", "ban:77998_1_1")),
    ("x;0;;Rue du Bac;1000;01053;5.2;46.2", (0, None, "Rue du Bac", "01000", "ban:x")),
    (";7;;Rue de l’Île;77990;77998;3;49", (7, None, "Rue de l’Île", "77990", "ban:77998_rue-de-lile_7")),
    (";7;ter;Rue du Bac;;77998;3,5;49,5", (7, "ter", "Rue du Bac", None, "ban:77998_rue-du-bac_7_ter")),
]


@pytest.mark.parametrize(("row", "expected"), ADDRESSES)
def test_an_address_of_ban(tmp_path, row, expected):
    path = tmp_path / "a.csv"
    path.write_text(f"id;numero;rep;nom_voie;code_postal;code_insee;lon;lat\n{row}\n")
    import_files(source="ban", paths=[path], options=Options(dataset="addresses"))
    version = Version.objects.get()
    told = version.attributes
    assert (*(told.get(name) for name in ("number", "suffix", "street_name", "postcode")), version.key) == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters=';"\r\n'), max_size=12),
        min_size=8,
        max_size=8,
    )
)
def test_no_text_stops_the_good_row_after_it(tmp_path, cells):
    path = tmp_path / "a.csv"
    header = "id;numero;rep;nom_voie;code_postal;code_insee;lon;lat"
    path.write_text(
        f"{header}\n{';'.join(cells)}\ngood;1;;Rue du Bac;77990;77998;3;49\nnul\0;2;;Rue\0;77990;77998;3;49\n",
        encoding="utf-8",
    )
    release = import_files(source="ban", paths=[path], options=Options(dataset="addresses"))
    assert release.report["read"] in (2, 3)
    assert set(release.versions.values_list("key", flat=True)) >= {"ban:good", "ban:nul"}


@given(
    st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.none(), st.from_regex(r"-?\d{1,400}[.,e]\d{1,4}"))
)
def test_any_value_is_a_finite_number_or_none_or_refused(value):
    for reading in (values.decimal, values.whole):
        try:
            number = reading(value)
        except ValueError:
            continue
        assert number is None or abs(number) < float("inf")


@given(st.text())
def test_text_is_trimmed_once_and_for_all(written):
    assert values.text(values.text(written)) == values.text(written)
    assert "\0" not in values.text(written)
    assert values.slug(values.slug(written)) == values.slug(written)


@pytest.mark.parametrize("yes", ["Oui", "true", "VRAI", 1, 1.0, True, "t", "yes"])
def test_what_says_yes(yes):
    assert values.truth(yes)


@pytest.mark.parametrize("no", ["Non", "", None, 0, False, "sans objet", float("nan")])
def test_what_does_not(no):
    assert not values.truth(no)


def test_postcodes_of_a_list():
    assert values.postcodes("44000/44100, 44200|44300 4430 440000") == ["44000", "44100", "44200", "44300"]
