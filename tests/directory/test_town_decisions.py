"""What a town hall decides in its commune: whose a place is, and who may write; never anything of its own."""

import pytest
from django.urls import reverse

from scopes.errors import Refused
from scopes.models import Acting, Mandate
from scopes.organisations.mandating import asked_in, grant, refuse
from scopes.organisations.telling import tell_of_mandate
from tests.directory.claims import bakery, claims, shopkeeper
from tests.neighbours import neighbour, person, sign_in
from tests.scopes.entering import building
from tests.scopes.mandates import asked, asked_over, organisation, town_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def mayor(toy_town):
    return person("Maire", "Cachée")


@pytest.fixture
def hall(mayor, toy_town):
    return town_hall(mayor, toy_town.municipality, name="Mairie de Villegrille")


@pytest.fixture
def elsewhere(toy_town):
    other = person("Voisin")
    town_hall(other, toy_town.neighbour, name="Mairie de Voisine")
    return other


class TestMandates:
    def test_the_town_grants_and_it_is_told_who_did(self, mayor, hall, home, client):
        mandate = grant(staff=mayor, mandate=asked(person("Gil"), [home]))
        assert (mandate.granted_by, mandate.granted_for) == (mayor, hall)
        tell_of_mandate(mandate.pk)
        ana = neighbour("Ana", home)
        sign_in(client, ana.account)
        said = client.get(reverse("home-mandates", args=[ana.handle])).content.decode()
        assert "Accordé par Mairie de Villegrille" in said and "Cachée" not in said

    def test_not_in_another_commune(self, hall, elsewhere, home):
        mandate = asked(person("Gil"), [home])
        for deed in (
            lambda: grant(staff=elsewhere, mandate=mandate),
            lambda: refuse(account=elsewhere, mandate=mandate),
        ):
            with pytest.raises(Refused):
                deed()

    def test_a_mandate_over_two_communes_is_for_the_staff(self, mayor, hall, home, toy_town):
        far = building(2, 2)
        type(home).objects.filter(pk=far.pk).update(municipality=toy_town.neighbour)
        mandate = asked(person("Gil"), [home, far])
        assert not asked_in(hall).exists()
        with pytest.raises(Refused):
            grant(staff=mayor, mandate=mandate)

    def test_never_its_own_nor_of_whom_one_acts_for(self, mayor, hall, home, toy_town):
        own = asked_over(mayor, hall, municipality=toy_town.municipality)
        gil = person("Gil")
        agency = asked(gil, [home])
        Acting.objects.create(account=mayor, organisation=agency.organisation, role=Acting.Role.WRITER)
        for mandate in (own, agency):
            with pytest.raises(Refused):
                grant(staff=mayor, mandate=mandate)
            with pytest.raises(Refused):
                refuse(account=mayor, mandate=mandate)

    def test_an_operator_over_the_commune_is_granted_and_a_delegate_grants_nothing(self, mayor, hall, toy_town):
        ops = person("Ops")
        mandate = asked_over(ops, organisation(ops, kind="operator"), municipality=toy_town.municipality)
        Acting.objects.filter(account=mayor).update(everywhere=False)
        with pytest.raises(Refused):
            grant(staff=mayor, mandate=mandate)
        Acting.objects.filter(account=mayor).update(everywhere=True)
        assert grant(staff=mayor, mandate=mandate).granted_for == hall

    def test_what_stands_is_not_refused_any_more(self, mayor, hall, home):
        mandate = grant(staff=mayor, mandate=asked(person("Gil"), [home]))
        with pytest.raises(Refused):
            refuse(account=mayor, mandate=mandate)


class TestPage:
    def test_it_shows_and_decides_what_waits_in_the_commune(self, client, mayor, hall, home, toy_town):
        mandate = asked(person("Gil", "Invisible"), [home])
        shop = bakery(toy_town.municipality, location=home.location)
        asked_for = claims(shopkeeper(), shop)
        sign_in(client, mayor, two_factors=True)
        address = reverse("town-decisions", args=[hall.handle])
        said = client.get(address).content.decode()
        assert "Contrat de 2026" in said and "Fournil SARL" in said and "Invisible" not in said and "Basile" not in said
        client.post(address, {"deed": f"grant {mandate.handle}"})
        client.post(address, {"deed": f"yes {asked_for.handle}"})
        mandate.refresh_from_db()
        asked_for.refresh_from_db()
        assert mandate.granted_for == hall and asked_for.held_at and asked_for.decided_for == hall

    def test_what_is_elsewhere_is_like_none(self, client, elsewhere, hall, home, toy_town):
        mandate = asked(person("Gil"), [home])
        asked_for = claims(shopkeeper(), bakery(toy_town.municipality, location=home.location))
        sign_in(client, elsewhere, two_factors=True)
        own = Acting.objects.get(account=elsewhere).organisation
        address = reverse("town-decisions", args=[own.handle])
        assert "Rien à décider" in client.get(address).content.decode()
        for deed in (f"grant {mandate.handle}", f"refuse {mandate.handle}", f"yes {asked_for.handle}", "grant x", ""):
            assert client.post(address, {"deed": deed}).status_code == 404
        assert client.get(reverse("town-decisions", args=[hall.handle])).status_code == 404
        assert not Mandate.objects.filter(granted_at__isnull=False).exists()

    def test_for_who_is_no_town_hall_there_is_no_page(self, client, home):
        gil = person("Gil")
        own = organisation(gil)
        sign_in(client, gil, two_factors=True)
        assert client.get(reverse("town-decisions", args=[own.handle])).status_code == 404
