"""Sites of a kept result that are public no more: every page and every form of file tells the others alone."""

import io
import json
from datetime import timedelta

import geopandas
import numpy as np
import pypdfium2
import pytest
from django.http import QueryDict
from django.utils import timezone
from PIL import Image

from directory.categories import tree
from directory.keeping_analyses import findings_on, keep, make_again
from directory.models import Category, Listing
from directory.own_sites import OwnSites
from directory.publishing import publish, refresh_entries, withdraw
from maps.coverage_files.plan import SITE
from scopes.models import Openness
from tests.maps.covering import QUERY, kept_by, opens, with_bakery
from tests.maps.test_coverage_paper import colour_near
from tests.neighbours import person
from tests.scopes.entering import later
from tests.scopes.mandates import town_hall

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
AGO = timezone.now() - timedelta(days=1)


@pytest.fixture
def town(toy_town):
    return with_bakery(toy_town)


@pytest.fixture
def odile(town):
    account = person("Odile")
    town_hall(account, town.municipality)
    return account


@pytest.fixture
def alone(town) -> Listing:
    """Who bakes at home, in the north-east."""
    return Listing.objects.get(pk=opens(town, 1_500, 1_500).pk)


@pytest.fixture
def analysis(odile, alone):
    return kept_by(odile)


def asked(client, analysis, ending: str) -> bytes:
    answer = client.get(f"/ville/couverture/{analysis.public_id}/analyse.{ending}")
    assert answer.status_code == 200
    return answer.content


def tells(content: bytes, place: Listing) -> bool:
    """Whether the point of a place stands there, as files have it or as maps do."""
    pairs = [[round(degrees, digits) for degrees in place.location.coords] for digits in (5, 6)]
    return any(f"{east},{north}" in content.decode().replace(", ", ",") for east, north in pairs)


def places(findings) -> list[tuple[float, float]]:
    return [tuple(site) for site in findings.sites]


def moves(listing: Listing, **columns) -> None:
    Listing.objects.filter(pk=listing.pk).update(**columns)
    refresh_entries([listing.pk])


WAYS = {
    "withdrawn": lambda one, town: withdraw(listing=one),
    "taken back by others": lambda one, town: withdraw(listing=one, by_others=True),
    "closed": lambda one, town: moves(one, closes_at=AGO),
    "hidden": lambda one, town: moves(one, hidden_at=AGO),
    "paused": lambda one, town: moves(one, paused_at=AGO),
    "without a point": lambda one, town: moves(one, location=None),
    "elsewhere": lambda one, town: moves(one, location=town.point(1_400, 1_500)),
    "across the street": lambda one, town: moves(one, location=town.point(1_501, 1_500)),
    "for members": lambda one, town: moves(one, openness=Openness.MEMBERS),
    "something else": lambda one, town: moves(one, category=Category.objects.get(code="hairdresser")),
    "deleted": lambda one, town: one.delete(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_place_that_is_public_no_more_is_told_no_more(town, analysis, alone, way):
    before = findings_on(analysis)
    WAYS[way](alone, town)
    after = findings_on(analysis)
    assert len(before.sites) == 2 and before.gone == 0 and np.isfinite(before.buildings.metres).any()
    assert places(after) == [pytest.approx(town.point(500, 500).coords, abs=1e-6)] and after.gone == 1
    assert (after.whole, after.by) == (before.whole, before.by), "figures stay"
    assert [gap.homes for gap in after.gaps] == [gap.homes for gap in before.gaps]
    assert np.isnan(after.buildings.metres).all() and len(set(after.buildings.served)) == 1


def test_gaps_beside_it_lose_their_outline_and_others_keep_it(town, odile):
    one = Listing.objects.get(pk=opens(town, 1_900, 1_900).pk)
    analysis = kept_by(odile, QUERY.replace("500m", "100m"))
    result = analysis.results.get()
    far, near = (town.point(at, at).buffer(0.0001) for at in (100, 1_800))
    drawn = [[gap, ["Rue"], json.loads(area.geojson)] for gap, area in ((30, far), (20, near))]
    result.told["gaps"] = drawn
    result.save()
    assert all(gap.area for gap in findings_on(analysis).gaps)
    withdraw(listing=one)
    assert [bool(gap.area) for gap in findings_on(analysis).gaps] == [True, False]


def test_what_stays_public_stays_told(town, analysis, alone):
    moves(alone, title="Autre enseigne")
    assert findings_on(analysis).gone == 0
    withdraw(listing=alone)
    opens(town, 1_500, 1_500)
    assert findings_on(analysis).gone == 0, "who took over the shop is at this point, for everyone"


def test_another_trade_at_the_same_door_says_nothing_of_the_baker(town, analysis, alone):
    withdraw(listing=alone)
    columns = {"municipality": town.municipality, "location": town.point(1_500, 1_500)}
    publish(category="hairdresser", title="Coupe", **columns)
    assert findings_on(analysis).gone == 1


def test_of_several_services_each_place_is_known_by_its_own(town, odile, alone):
    analysis = kept_by(odile, QUERY.replace("bakery", "every_day"))
    assert findings_on(analysis).gone == 0
    withdraw(listing=alone)
    assert findings_on(analysis).gone == 1


def test_a_service_that_is_in_the_list_no_more_is_nowhere(analysis, monkeypatch):
    listed = {code: node for code, node in tree().items() if code != "bakery"}
    monkeypatch.setattr("directory.gone_sites.tree", lambda: listed)
    assert findings_on(analysis).gone == 2


def test_every_date_is_read_so(analysis, odile, alone):
    with later(timedelta(days=31)):
        make_again(account=odile, public_id=analysis.public_id)
    withdraw(listing=alone)
    assert [findings_on(analysis, day).gone for day in analysis.results.values_list("made_on", flat=True)] == [1, 1]


def test_places_that_the_town_gave_are_its_own_words(town, odile):
    place = town.point(700, 700).coords
    own = OwnSites(name="Crèches", places=(place,), names=("Les Lutins",))
    analysis = keep(account=odile, query=QueryDict("town=77998&within=500m&named=Crèches"), own=own)
    assert places(findings_on(analysis)) == [pytest.approx(place, abs=1e-6)]


def test_no_page_and_no_data_tells_of_it(client, analysis, alone, tmp_path):
    figures = asked(client, analysis, "csv")
    where = f"/ville/couverture/{analysis.public_id}/"
    assert all(tells(client.get(where + way).content, alone) for way in ("", "analyse.geojson"))
    with later(timedelta(days=31)):
        make_again(account=analysis.kept_by, public_id=analysis.public_id)
    first, last = sorted(analysis.results.values_list("made_on", flat=True))
    withdraw(listing=alone)
    for day in (first, last):
        path = tmp_path / f"{day}.gpkg"
        path.write_bytes(client.get(f"/ville/couverture/{analysis.public_id}/analyse.gpkg?du={day}").content)
        sites = geopandas.read_file(path, layer="lieux")
        assert len(sites) == 1
        buildings = geopandas.read_file(path, layer="batiments")
        assert buildings.metres.isna().all() and buildings.desservi.isna().all() and buildings.logements.all()
    assert client.get(f"/ville/couverture/{analysis.public_id}/analyse.csv?du={first}").content == figures
    for way in ("analyse.geojson", f"analyse.geojson?du={first}", f"?du={first}", "", f"?du={first}&avec={last}"):
        assert not tells(client.get(where + way).content, alone), way
    said = client.get(where).content.decode()
    assert "2 lieux dans la commune" in said and "1 lieu compté n’est plus public là" in said


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["pdf", "png", "html"])
def test_nothing_that_is_drawn_shows_it(client, analysis, alone, ending):
    def drawn() -> int:
        """How much of it shows sites: pixels, or a point of the map."""
        content = asked(client, analysis, ending)
        if ending == "html":
            return tells(content, alone)
        pages = pypdfium2.PdfDocument(content) if ending == "pdf" else []
        images = [page.render(scale=2).to_pil() for page in pages] or [Image.open(io.BytesIO(content))]
        return sum(colour_near(image, SITE) for image in images)

    before = drawn()
    withdraw(listing=alone)
    assert drawn() < before
