"""A page asks the database as often for one thing as for many."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.models import AskPhoto
from geo.models import Containment
from scopes import second_lock
from scopes.organisations.mandating import contest
from tests.directory.browsing import browser
from tests.directory.claims import bakery, claims, merchant
from tests.directory.mandated import send, tell
from tests.directory.requesting import asks
from tests.neighbours import neighbour, person
from tests.scopes.entering import address_of, building
from tests.scopes.mandates import SIRETS, asked, in_force, organisation, over_area, staff, town_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def agent(home):
    return person("Gil")


@pytest.fixture
def mandate(agent, home):
    return in_force(agent, [home, building(2, 2), building(1, 1)])


def grows(client: Client, address: str, more: Callable[[], Iterator]) -> list[int]:
    """How many statements a page takes: before, and after each thing that is added; and that it grew each time."""
    client.get(address)  # what a process asks once
    told = [_looked_at(client, address)]
    for _one in more():
        told.append(_looked_at(client, address))
    sizes = [size for _statements, size in told]
    assert sizes == sorted(set(sizes)), "each thing is on the page"
    return [statements for statements, _size in told]


def _looked_at(client: Client, address: str) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    assert page.status_code == 200
    return len(asked), len(page.content)


def is_flat(statements: list[int]) -> bool:
    """Whether what is added to a few of each sort costs nothing more."""
    return len(set(statements[-3:])) == 1


def test_the_desk_of_who_writes(agent, mandate, home, toy_town):
    quarter = Containment.objects.get(residence=home, kind="quartier").neighbourhood.key
    hall = over_area(agent, town_hall(agent, toy_town.municipality), municipality=toy_town.municipality)

    def of_each_sort() -> None:
        send(agent, mandate, [home, building(2, 2)])
        tell(agent, mandate, "entrances", entrances=[address_of(home).key])
        tell(agent, mandate, "quarters", quarters=[quarter])
        tell(agent, hall, "all")
        tell(agent, hall, "quarters", quarters=[quarter])

    def more():
        for _ in range(3):
            yield of_each_sort()

    assert is_flat(grows(browser(agent, two_factors=True), "/avis/", more))


def test_the_mandates_of_an_organisation(agent, mandate, home):
    def more():
        for residences in ([home], [building(2, 2)], [home, building(2, 2)], [home, building(1, 1)]):
            yield asked(agent, residences, mandate.organisation)

    address = reverse("organisation", args=[mandate.organisation.handle])
    assert is_flat(grows(browser(agent, two_factors=True), address, more))


def test_what_was_asked(agent, mandate, home):
    ana, numbers = neighbour("Ana", home), count()

    def more():
        for _ in range(4):
            made = asks(ana, mandate, title=f"Demande {next(numbers)}")
            picture = {"content": b"", "width": 1, "height": 1, "residence_id": made.residence_id}
            AskPhoto.objects.create(ask=made, **picture)
            made.replies.create(text="Nous passons.", residence_id=made.residence_id)
            yield made

    with second_lock.opened([home.pk]):
        assert is_flat(grows(browser(ana.account), reverse("my-asks"), more))
        assert is_flat(grows(browser(agent, two_factors=True), reverse("asks"), more))


def test_what_a_town_decides(home, toy_town):
    mayor, town = person("Rose"), toy_town.municipality
    hall = town_hall(mayor, town)
    own = merchant(person("Basile"))

    def more():
        for number in range(4):
            agency = organisation(person("Gil"), siret="", kind="association", name=f"Association {number}")
            asked(agency.actings.get().account, [home, building(2, 2)], agency)
            yield claims(own.actings.get().account, bakery(town, address="" if number % 2 else "3 rue Dorée"), own)

    page = reverse("town-decisions", args=[hall.handle])
    assert is_flat(grows(browser(mayor, two_factors=True), page, more))


def test_what_the_staff_decides(home, toy_town):
    agent, ana = person("Gil"), neighbour("Ana", home)
    own = organisation(agent, siret=SIRETS[2])

    def more():
        for _ in range(4):
            contest(membership=ana, mandate=in_force(agent, [home, building(2, 2)], own), words="Inconnu ici.")
            yield asked(agent, [home], own)

    assert is_flat(grows(browser(staff()), reverse("mandates"), more))
