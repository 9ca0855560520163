"""The register of establishments: shops at their doors, each in its own system; no person is named or placed."""

import json

import pytest

from directory.importing.files import import_files
from directory.models import Listing, Merchant, SearchEntry, SourceRecord
from geo.errors import ImportRefused

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

COLUMNS = (
    "siret,statutDiffusionEtablissement,etatAdministratifEtablissement,enseigne1Etablissement,"
    "denominationUsuelleEtablissement,denominationUniteLegale,nomUniteLegale,prenom1UniteLegale,"
    "categorieJuridiqueUniteLegale,activitePrincipaleEtablissement,numeroVoieEtablissement,typeVoieEtablissement,"
    "libelleVoieEtablissement,codePostalEtablissement,codeCommuneEtablissement,x,y,epsg,qualite_xy,"
    "coordonneeLambertAbscisseEtablissement,coordonneeLambertOrdonneeEtablissement"
)
#: A door of Nantes, in Lambert-93.
BAKERY = {
    "siret": "73282932000074", "statutDiffusionEtablissement": "O", "etatAdministratifEtablissement": "A",
    "denominationUniteLegale": "LE FOURNIL", "categorieJuridiqueUniteLegale": "5499",
    "activitePrincipaleEtablissement": "10.71C", "numeroVoieEtablissement": "3", "typeVoieEtablissement": "RUE",
    "libelleVoieEtablissement": "DOREE", "codePostalEtablissement": "44000", "codeCommuneEtablissement": "44109",
    "x": "355108.0", "y": "6689340.0", "epsg": "2154", "qualite_xy": "11",
}  # fmt: skip
JEANNE = {
    "denominationUniteLegale": "", "nomUniteLegale": "EXEMPLE", "prenom1UniteLegale": "JEANNE",
    "denominationUsuelleEtablissement": "JEANNE EXEMPLE", "categorieJuridiqueUniteLegale": "1000",
}  # fmt: skip


@pytest.fixture
def register(tmp_path, town):
    """Write rows of the register and import them; the report comes back."""

    def write(*rows, without="-", **options):
        columns = [name for name in COLUMNS.split(",") if without not in name]
        path = tmp_path / "StockEtablissement.csv"
        lines = [",".join((BAKERY | row).get(name, "") for name in columns) for row in rows]
        path.write_text("\n".join((",".join(columns), *lines)))
        return import_files([path], source="sirene", **options)

    return write


def test_a_shop_stands_at_its_door(register):
    report = register({})
    assert (report.added, report.commune_only) == (1, 0)
    shop = Merchant.objects.get()
    assert (shop.title, shop.category.code, shop.address, shop.siret) == (
        "LE FOURNIL", "bakery", "3 RUE DOREE", "73282932000074",
    )  # fmt: skip
    assert (round(shop.location.x, 3), round(shop.location.y, 3)) == (-1.56, 47.215)
    assert register({}).unchanged == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"etatAdministratifEtablissement": "F"}, "établissement fermé"),
        ({"statutDiffusionEtablissement": "P"}, "non diffusible : son titulaire s’y oppose"),
        ({"statutDiffusionEtablissement": "N"}, "non diffusible : son titulaire s’y oppose"),
        ({"activitePrincipaleEtablissement": "68.20B"}, "activité que l’annuaire ne montre pas"),
    ],
)
def test_what_is_not_to_be_shown_is_left_out_and_goes(register, said, reason):
    register({}, {"siret": "35600000000048"})
    report = register(said, {"siret": "35600000000048"})
    assert report.ignored == {reason: ["2"]} and report.gone == 1
    assert SearchEntry.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [
        JEANNE,
        JEANNE | {"enseigne1Etablissement": "EXEMPLE JEANNE"},
        JEANNE | {"enseigne1Etablissement": "MME EXEMPLE"},
        JEANNE | {"enseigne1Etablissement": "[ND]"},
        JEANNE | {"categorieJuridiqueUniteLegale": ""},
    ],
)
def test_a_natural_person_without_shop_sign_is_neither_named_nor_placed(register, said):
    report = register(said)
    assert (report.added, report.commune_only) == (1, 1)
    shop = Merchant.objects.get()
    assert (shop.title, shop.location, shop.address, shop.insee_code) == ("Boulangerie, pâtisserie", None, "", "44109")
    stored = [list(table.objects.values()) for table in (Listing, Merchant, SourceRecord, SearchEntry)]
    stored = json.dumps(stored, default=str)
    assert not [word for word in ("EXEMPLE", "JEANNE", "DOREE", "47.21") if word in stored]


def test_without_the_legal_category_anyone_may_be_a_person(register):
    register({"enseigne1Etablissement": "LE BON PAIN"}, {"siret": "35600000000048"}, without="UniteLegale")
    assert set(Merchant.objects.values_list("title", "address")) == {
        ("LE BON PAIN", "3 RUE DOREE"), ("Boulangerie, pâtisserie", ""),
    }  # fmt: skip


def test_a_shop_sign_is_shown_for_a_person_too(register):
    register(JEANNE | {"enseigne1Etablissement": "CHEZ JEANNE"})
    shop = Merchant.objects.get()
    assert shop.title == "CHEZ JEANNE" and shop.location and shop.address


def test_a_position_anywhere_in_the_street_or_the_commune_is_none(register):
    register({"qualite_xy": "33"}, {"siret": "35600000000048", "qualite_xy": "12"})
    assert list(Merchant.objects.values_list("location", "insee_code")) == [(None, "44109")] * 2


def test_each_row_is_read_in_its_own_system(register, make_town):
    make_town("97411", name="Saint-Denis", box=(55.40, -20.95, 55.55, -20.85))
    island = {"codeCommuneEtablissement": "97411", "x": "338600", "y": "7691000"}
    lambert = {
        "x": "", "y": "", "epsg": "", "coordonneeLambertAbscisseEtablissement": "338600",
        "coordonneeLambertOrdonneeEtablissement": "7691000", "codeCommuneEtablissement": "97411",
    }  # fmt: skip
    register({}, island | {"siret": "35600000000048", "epsg": "2975"}, lambert | {"siret": "73282932000082"})
    places = dict(Merchant.objects.values_list("records__key", "location"))
    assert round(places["73282932000074"].y) == 47
    assert round(places["35600000000048"].y) == round(places["73282932000082"].y) == -21
    assert {shop.insee_code for shop in Listing.objects.all()} == {"44109", "97411"}


@pytest.mark.parametrize("said", [{"epsg": "27572"}, {"x": "ailleurs"}, {"x": "1e300"}, {"x": "nan"}])
def test_what_is_no_position_refuses_its_row_alone(register, said):
    report = register({"siret": "35600000000048"}, said)
    assert report.rejected == {"coordonnées illisibles": ["3"]} and report.added == 1


def test_another_file_is_refused_whole(tmp_path, town):
    path = tmp_path / "shops.csv"
    path.write_text("siret,nom\n73282932000074,Le Fournil\n")
    with pytest.raises(ImportRefused, match="etatAdministratifEtablissement"):
        import_files([path], source="sirene")


def test_a_name_is_no_sign_where_the_register_tells_no_name(register):
    register(
        {
            "denominationUniteLegale": "",
            "categorieJuridiqueUniteLegale": "1000",
            "enseigne1Etablissement": "JEANNE EXEMPLE",
        },
        without="nomUniteLegale",
    )
    shop = Merchant.objects.get()
    assert (shop.location, shop.address) == (None, "") and "EXEMPLE" not in shop.title
