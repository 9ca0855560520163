"""The national base of carpool places: open ones at their point, each once; what is closed or broken is reported."""

import pytest
from django.conf import settings

from directory.importing.bnlc import rows
from directory.importing.files import import_files
from directory.importing.rows import Ignored, Row, Unreadable
from directory.models import PublicPlace, SearchEntry, SourceRecord
from geo.errors import ImportRefused

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

SHARED = settings.BASE_DIR.parent / "shared" / "data" / "covoiturage"
COLUMNS = "id_lieu,id_local,nom_lieu,ad_lieu,com_lieu,insee,type,date_maj,ouvert,source,Xlong,Ylat,nbre_pl,horaires"
#: A car park of Nantes.
AREA = {
    "id_lieu": "44109-C-001", "nom_lieu": "Parking du Commerce", "ad_lieu": "Place du Commerce", "insee": "44109",
    "type": "Aire de covoiturage", "date_maj": "2026-08-18", "ouvert": "true", "Xlong": "-1.5600", "Ylat": "47.2150",
    "nbre_pl": "12",
}  # fmt: skip


@pytest.fixture
def base(tmp_path, town):
    """Write rows of the base and import them; the report comes back."""

    def write(*told, delimiter=",", without="-", **options):
        columns = [name for name in COLUMNS.split(",") if name != without]
        path = tmp_path / "bnlc.csv"
        lines = (delimiter.join((AREA | row).get(name, "") for name in columns) for row in told)
        path.write_text("\n".join((delimiter.join(columns), *lines)))
        return import_files([path], source="bnlc", **options)

    return write


def test_a_place_is_public_and_stands_at_its_point(base):
    assert base({"horaires": "Mo-Su 09:00-20:00"}).added == 1
    place = PublicPlace.objects.get()
    assert (place.title, place.category.code, place.address) == (
        "Parking du Commerce", "carpool_stop", "Place du Commerce",
    )  # fmt: skip
    assert (place.location.x, place.location.y, place.openness) == (-1.56, 47.215, "public")
    assert place.opening_hours == "Mo-Su 09:00-20:00"
    assert SearchEntry.objects.get().location is not None and SourceRecord.objects.get().licence == "ODbL 1.0"
    assert base({"horaires": "Mo-Su 09:00-20:00"}, delimiter=";").unchanged == 1


def test_what_is_closed_is_left_out_and_goes(base):
    base({}, {"id_lieu": "44109-C-002", "Xlong": "-1.5610"})
    report = base({}, {"id_lieu": "44109-C-002", "Xlong": "-1.5610", "ouvert": "False"})
    assert report.ignored == {"lieu fermé": ["3"]} and report.gone == 1


def test_two_rows_at_one_point_are_one_place(base):
    report = base({}, {"id_lieu": "44109-C-002", "nom_lieu": "Vers Rezé", "Xlong": "-1.560001"})
    assert report.ignored == {"au même point qu’une ligne plus haut": ["3"]} and report.added == 1


def test_an_identity_is_read_once(base):
    report = base({}, {"Xlong": "-1.5610"})
    assert report.rejected == {"identifiant déjà lu plus haut": ["3"]} and report.added == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"id_lieu": ""}, "identifiant absent"),
        ({"nom_lieu": " "}, "sans nom"),
        ({"ouvert": ""}, "« ouvert » ne dit ni oui ni non"),
        ({"Xlong": ""}, "coordonnées illisibles"),
        ({"Xlong": "47.2150", "Ylat": "-1.56"}, "coordonnées illisibles"),
        ({"Xlong": "355108.0", "Ylat": "6689340.0"}, "coordonnées illisibles"),
    ],
)
def test_a_broken_row_costs_itself_alone(base, said, reason):
    good = {"id_lieu": "44109-C-009", "Xlong": "-1.5610"}
    report = base(said, good)
    assert report.rejected == {reason: ["2"]} and report.added == 1


def test_a_towns_own_file_is_known_by_its_local_numbers(base):
    assert base({"id_local": "P1"}, without="id_lieu").added == 1
    assert SourceRecord.objects.get().key == "P1"


def test_another_file_is_refused_whole(base):
    with pytest.raises(ImportRefused, match="ouvert"):
        base({}, without="ouvert")


def test_the_whole_base_is_read():
    """1,294 rows, of which 10 are closed and 6 stand at the point of the one above (counted by hand)."""
    read = list(rows(SHARED / "bnlc.csv.gz"))
    assert len(read) == 1_294
    assert [sum(isinstance(row, kind) for row in read) for kind in (Row, Ignored, Unreadable)] == [1_278, 16, 0]
