"""A town hall delegates by quarter: the one responsible says where a writer may send, and nobody else does."""

import pytest
from django.db import transaction
from django.urls import reverse

from geo.errors import InvalidParameter
from scopes.errors import Refused
from scopes.models import Acting
from scopes.organisations.delegating import delegable, delegate
from tests.directory.around import box, make_quarter, make_town
from tests.directory.browsing import browser
from tests.neighbours import person
from tests.scopes.mandates import organisation, town_hall
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_village()
        transaction.set_rollback(True)


@pytest.fixture
def village(kept, db):
    return kept


@pytest.fixture
def mayor():
    return person("Odile")


@pytest.fixture
def hall(village, mayor):
    return town_hall(mayor, village.town)


@pytest.fixture
def writer(hall):
    return Acting.objects.create(account=person("Lou"), organisation=hall, role=Acting.Role.WRITER)


def test_within_quarters_and_everywhere_again(village, mayor, writer):
    within = delegate(account=mayor, acting=writer, neighbourhoods=[village.east])
    assert not within.everywhere and list(within.neighbourhoods.all()) == [village.east]
    assert delegate(account=mayor, acting=writer, neighbourhoods=None).everywhere


def test_only_the_one_responsible_delegates_and_only_to_writers(village, mayor, hall, writer):
    for account in (writer.account, person("Eve")):
        with pytest.raises(Refused):
            delegate(account=account, acting=writer, neighbourhoods=[village.east])
    with pytest.raises(Refused):
        delegate(account=mayor, acting=hall.actings.get(account=mayor), neighbourhoods=[village.east])


def test_quarters_are_those_of_the_commune(village, mayor, writer):
    elsewhere = make_quarter(
        make_town("Ailleurs", "44999", box(9_000, 0, 9_100, 100)), "Loin", box(9_000, 0, 9_050, 50)
    )
    for quarters in ([elsewhere], [village.west, elsewhere], []):
        with pytest.raises(InvalidParameter):
            delegate(account=mayor, acting=writer, neighbourhoods=quarters)
    writer.refresh_from_db()
    assert writer.everywhere
    assert not delegable(organisation(person("Gil"))).exists()


class TestPage:
    def test_it_says_where_and_changes_it(self, village, mayor, hall, writer):
        client, address = browser(mayor, two_factors=True), reverse("delegation", args=[hall.handle, writer.handle])
        assert address in client.get(reverse("team", args=[hall.handle])).content.decode()
        assert "Ouest" in client.get(address).content.decode()
        said = client.post(address, {"where": "quarters", "quarters": [village.west.key]}, follow=True)
        assert "dès le prochain avis" in said.content.decode() and "Ouest" in said.content.decode()
        answer = client.post(address, {"where": "quarters", "quarters": ["nowhere"]})
        assert answer.status_code == 400 and "quartiers de votre commune" in answer.content.decode()

    def test_for_others_it_does_not_exist(self, mayor, hall, writer):
        address = reverse("delegation", args=[hall.handle, writer.handle])
        for account in (writer.account, person("Eve")):
            assert browser(account, two_factors=True).get(address).status_code == 404
        agent = person("Gil")
        own = organisation(agent)
        client = browser(agent, two_factors=True)
        assert client.get(reverse("delegation", args=[own.handle, writer.handle])).status_code == 404
