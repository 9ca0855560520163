"""The register of associations: what each is, at its commune, and nothing of the officer whose home its seat may be."""

import json

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from directory.importing.files import import_files
from directory.importing.tables import Columns
from directory.models import Association, Listing, SearchEntry, SourceRecord
from geo.errors import ImportRefused, InvalidParameter

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

SAMPLE = settings.BASE_DIR.parent / "shared" / "data" / "samples" / "rna_sample_waldec.csv"
COLUMNS = (
    "id;siret;date_disso;titre;titre_court;objet;objet_social1;objet_social2;adrs_numvoie;adrs_typevoie;adrs_libvoie;"
    "adrs_codeinsee;adrs_codepostal;adrs_libcommune;adrg_libvoie;telephone;email;siteweb;publiweb;position"
)
HOME = ("Lilas", "47 RUE", "0676561853", "tresorier@", "Exemple Jeanne")
BOOKS = {
    "id": "W442001234", "titre": "LES AMIS DU LIVRE", "objet": "Faire lire", "objet_social1": "006020",
    "adrs_numvoie": "47", "adrs_typevoie": "RUE", "adrs_libvoie": "des Lilas", "adrs_codeinsee": "44109",
    "adrs_codepostal": "44000", "adrg_libvoie": "47 RUE DES LILAS chez Exemple Jeanne", "telephone": "0676561853",
    "email": "tresorier@example.org", "siteweb": "www.exemple.fr", "publiweb": "1", "position": "A",
    "date_disso": "0001-01-01",
}  # fmt: skip


@pytest.fixture
def register(tmp_path, town):
    """Write rows of the register and import them; the report comes back."""

    def write(*rows, encoding="utf-8", **options):
        path = tmp_path / "rna_waldec.csv"
        lines = (";".join((BOOKS | row).get(name, "") for name in COLUMNS.split(";")) for row in rows)
        path.write_bytes("\n".join((COLUMNS, *lines)).encode(encoding))
        return import_files([path], source="rna", **options)

    return write


def everything_said() -> str:
    """All that is stored of listings, as one text."""
    tables = (Listing, Association, SourceRecord, SearchEntry)
    return json.dumps([list(table.objects.values()) for table in tables], default=str, ensure_ascii=False)


def test_an_association_is_known_at_its_commune_by_name_and_purpose(register):
    report = register({})
    assert (report.added, report.commune_only, report.rejected) == (1, 1, {})
    books = Association.objects.get()
    assert (books.title, books.category.code, books.description) == (
        "LES AMIS DU LIVRE", "culture_association", "Faire lire",
    )  # fmt: skip
    assert (books.rna, books.insee_code, books.website) == ("W442001234", "44109", "https://www.exemple.fr")
    assert books.location is None and books.address == books.phone == books.email == ""
    assert SourceRecord.objects.get().licence == "Licence Ouverte 2.0"


def test_nothing_of_the_home_of_an_officer_is_kept_or_answered(register, client):
    register({}, {"id": "W442001235", "titre": "AUTRE", "objet": "Se voir à la résidence des Lilas"})
    register({"objet": "Siège : 47 rue des Lilas, chez Exemple Jeanne"}, {"id": "W442001235", "titre": "AUTRE"})
    listing = Listing.objects.get(title="LES AMIS DU LIVRE")
    said = everything_said()
    said += client.get(f"/annonce/{listing.public_id}/").content.decode()
    said += client.get("/api/v1/nearby", {"lat": 47.21, "lon": -1.55, "within": "municipality"}).content.decode()
    assert "LES AMIS DU LIVRE" in said
    assert not [word for word in HOME if word.lower() in said.lower()]
    assert not SearchEntry.objects.filter(location__isnull=False).exists()


def test_what_is_dissolved_or_struck_off_is_left_out_and_goes(register):
    other = {"id": "W442001235", "titre": "AUTRE"}
    register({}, other)
    report = register({"position": "D"}, other | {"date_disso": "2025-01-01"}, {"id": "W442001236", "titre": "NEUVE"})
    assert report.ignored == {"association dissoute ou radiée": ["2", "3"]}
    assert (report.read, report.added, report.gone) == (3, 1, 2)
    assert list(SearchEntry.objects.values_list("title", flat=True)) == ["NEUVE"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_any_encoding_of_the_register(register, encoding):
    register({"titre": "ÉCOUTE À CŒUR"}, encoding=encoding)
    assert Association.objects.get().title == "ÉCOUTE À CŒUR"


@pytest.mark.parametrize(
    ("objects", "code"),
    [
        (("011130", ""), "sport_association"),
        (("050000", "024005"), "environment_association"),
        (("", ""), "other_association"),
        (("999999", ""), "other_association"),
    ],
)
def test_social_objects_mean_a_category(register, objects, code):
    register({"objet_social1": objects[0], "objet_social2": objects[1]})
    assert Association.objects.get().category.code == code


def test_overseas_ids_and_none_at_all(register):
    report = register({"id": "W9T1002867"}, {"id": "0012011852"})
    assert Association.objects.get().rna == "W9T1002867"
    assert report.rejected == {"numéro RNA illisible": ["3"]}


def test_a_second_import_changes_nothing(register):
    register({})
    report = register({})
    assert (report.added, report.changed, report.gone, report.unchanged) == (0, 0, 0, 1)


def test_a_website_that_was_not_to_be_published_is_not(register):
    register({"publiweb": "0"})
    assert Association.objects.get().website == ""


def test_another_file_and_a_map_are_refused(tmp_path, town, register):
    path = tmp_path / "shops.csv"
    path.write_text("id;nom\n1;Le Fournil\n")
    with pytest.raises(ImportRefused, match="titre"):
        import_files([path], source="rna")
    with pytest.raises(InvalidParameter, match="map"):
        import_files([path], source="rna", columns=Columns({"name": "nom"}))
    assert not Listing.objects.exists()


@pytest.mark.skipif(not SAMPLE.is_file(), reason="../shared/data is absent")
def test_the_real_sample(make_town):
    make_town("69266", name="Villeurbanne", box=(4.85, 45.75, 4.92, 45.80))
    make_town("69088", name="Fontaines-sur-Saône", box=(4.83, 45.82, 4.86, 45.84))
    make_town("63113", name="Clermont-Ferrand", box=(3.05, 45.75, 3.15, 45.82))
    report = import_files([SAMPLE], source="rna")
    assert (report.read, report.added, report.commune_only) == (3, 2, 2)
    assert report.ignored == {"association dissoute ou radiée": ["2"]}
    assert set(Association.objects.values_list("title", "category__code")) == {
        ("ARIADNE", "culture_association"),
        ("UNITE FRANCAISE D'INTERVENTION EN CATASTROPHE (UFIC)", "solidarity_association"),
    }
    assert not [street for street in ("Lafargue", "Courteline", "Ampère", "Pascal") if street in everything_said()]


def test_it_is_an_association_wherever_it_is_shown(register):
    register({})
    listing = Listing.objects.get()
    said = Client().get(f"/annonce/{listing.public_id}/").content.decode()
    assert listing.entry.feature["properties"]["url"] == f"/annonce/{listing.public_id}/"
    assert "C’est notre association" in said and "disc-association" in said and "Faire lire" in said
    found = Client().get("/", {"lat": "47.21", "lon": "-1.55", "within": "municipality", "category": "association"})
    assert "LES AMIS DU LIVRE" in found.content.decode()


def test_the_command_reads_it(tmp_path, town, register, capsys):
    register({})
    call_command("import_listings", "rna", str(tmp_path / "rna_waldec.csv"))
    assert "inchangées" in capsys.readouterr().out
