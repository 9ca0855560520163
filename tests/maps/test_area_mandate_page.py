"""Asking to write to an area: a town hall for its commune, an operator for any; nobody else has the page."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from scopes.models import Mandate
from tests.directory.browsing import browser
from tests.neighbours import DAY, neighbour, person
from tests.scopes.mandates import organisation, over_area, town_hall
from tests.scopes.village import make_village
from tests.still import still_page

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_village()
        transaction.set_rollback(True)


@pytest.fixture
def village(kept, db):
    return kept


def terms(**more) -> dict:
    return {"ground": "Arrêté du 3 mars", "ends_on": str(timezone.localdate() + 30 * DAY), **more}


def said(answer) -> str:
    return still_page(answer)


def test_a_town_hall_asks_for_its_commune_or_quarters(village):
    mayor = person("Odile")
    hall = town_hall(mayor, village.town)
    client, address = browser(mayor, two_factors=True), reverse("area-mandate", args=[hall.handle])
    page = said(client.get(address))
    assert "Toute la commune" in page and "Ouest" in page and "drawing-tools" not in page
    assert address in said(client.get(reverse("organisation", args=[hall.handle])))
    assert "C’est demandé" in said(client.post(address, terms(over="town"), follow=True))
    client.post(address, terms(over="quarters", quarters=[village.west.key]))
    assert {one.over for one in Mandate.objects.asked()} == {"town", "quarters"}
    assert "Toute la commune de Enfilade" in said(client.get(reverse("organisation", args=[hall.handle])))


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"over": "quarters"}, "Choisissez un quartier"),
        ({"over": "quarters", "quarters": ["nowhere"]}, "Choisissez un quartier"),
        ({"over": "drawing"}, "trois coins"),
        ({"over": "town", "ground": ""}, "Il manque « "),
        ({"over": "town", "ends_on": "2020-01-01"}, "jour à venir"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_asked(village, form, why):
    account = person("Léo")
    own = organisation(account, kind="operator")
    answer = browser(account, two_factors=True).post(
        reverse("area-mandate", args=[own.handle]), terms(commune="44109") | form
    )
    assert answer.status_code == 400 and why in said(answer) and not Mandate.objects.exists()


def test_an_operator_names_a_commune_or_draws(village):
    account = person("Léo")
    own = organisation(account, kind="operator")
    client, address = browser(account, two_factors=True), reverse("area-mandate", args=[own.handle])
    assert "Enfilade" in said(client.get(address, {"commune": "44109"}))
    assert client.get(address, {"commune": "Nulle-Part-sur-Rien"}).status_code == 400
    client.post(address, terms(over="town", commune="44109"))
    client.post(address, terms(over="drawing", drawing=village.zone(0, 0, 100).geojson))
    assert {one.over for one in Mandate.objects.asked()} == {"town", "drawing"}


@pytest.mark.parametrize("kind", ["agent", "landlord", "merchant", "association"])
def test_others_have_no_such_page(village, kind):
    account = person("Gil")
    own = organisation(account, kind=kind)
    client = browser(account, two_factors=True)
    assert client.get(reverse("area-mandate", args=[own.handle])).status_code == 404
    assert client.post(reverse("area-mandate", args=[own.handle]), terms(over="town")).status_code == 404


def test_residents_read_which_area_and_contest_it(village):
    mayor = person("Odile")
    mandate = over_area(mayor, town_hall(mayor, village.town), municipality=village.town)
    ana = neighbour("Ana", village.residences["A"])
    client, address = browser(ana), reverse("home-mandates", args=[ana.handle])
    assert "toute la commune de Enfilade, où vous habitez" in said(client.get(address))
    form = {"mandate": str(mandate.handle), "words": "Ce n’est pas la mairie."}
    assert "Vous avez un doute" in said(client.post(address, form, follow=True))
    page = said(browser(person("Sam", is_staff=True)).get(reverse("mandates")))
    assert "Ce n’est pas la mairie." in page and "Ana" not in page and "Le mandat reste" in page
