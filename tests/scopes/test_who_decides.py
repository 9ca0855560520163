"""Who decides: of a town hall its responsible, of the staff nobody who acts for who asked; and what was granted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.claiming import may_decide
from scopes.errors import Refused
from scopes.models import Acting, Mandate
from scopes.organisations.mandating import contest, end, grant, refuse
from scopes.organisations.people import hand_over
from scopes.organisations.proposing import admit, propose
from tests.directory.browsing import browser
from tests.directory.claims import bakery, claims, shopkeeper
from tests.neighbours import neighbour, person
from tests.scopes.entering import building
from tests.scopes.mandates import SIRETS, asked, in_force, organisation, staff, town_hall
from tests.still import still_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def hall(toy_town):
    return town_hall(person("Maire"), toy_town.municipality, name="Mairie de Villegrille")


@pytest.fixture
def writer(hall):
    writer = person("Rédac")
    Acting.objects.create(account=writer, organisation=hall, role=Acting.Role.WRITER)
    return writer


class TestTownHalls:
    def test_who_writes_sees_what_waits_and_decides_nothing(self, toy_town, home, hall, writer):
        mandate = asked(person("Gil"), [home])
        claim = claims(shopkeeper(), bakery(toy_town.municipality, location=home.location))
        office, address = browser(writer, two_factors=True), reverse("town-decisions", args=[hall.handle])
        page = still_page(office.get(address))
        assert "Contrat de 2026" in page and "Fournil SARL" in page and "Qui répond de la mairie décide" in page
        assert 'name="deed"' not in page and "Vous agissez pour" not in page
        for deed in ("grant", "refuse"):
            office.post(address, {"deed": f"{deed} {mandate.handle}"})
        for deed in ("yes", "no"):
            office.post(address, {"deed": f"{deed} {claim.handle}"})
        mandate.refresh_from_db()
        claim.refresh_from_db()
        assert mandate.granted_at is mandate.ended_at is claim.held_at is claim.ended_at is None
        assert not may_decide(writer, claim)
        for deed in (lambda: grant(staff=writer, mandate=mandate), lambda: refuse(account=writer, mandate=mandate)):
            with pytest.raises(Refused):
                deed()

    def test_who_becomes_responsible_decides(self, home, hall, writer):
        mandate = asked(person("Gil"), [home])
        mayor = hall.actings.get(role=Acting.Role.RESPONSIBLE).account
        hand_over(account=mayor, acting=hall.actings.get(account=writer))
        with pytest.raises(Refused):
            grant(staff=mayor, mandate=mandate)
        assert grant(staff=writer, mandate=mandate).granted_for == hall


class TestStaff:
    def test_nobody_admits_the_organisation_that_one_acts_for(self, db):
        sam = person("Sam", is_staff=True)
        own = propose(account=sam, kind="agent", name="Syndic de Sam", siret=SIRETS[0], contact="02 40 00 00 00")
        with pytest.raises(Refused, match="quelqu’un d’autre"):
            admit(staff=sam, organisation=own)
        page = still_page(browser(sam).get(reverse("mandates")))
        assert "Syndic de Sam" in page and f"admit {own.handle}" not in page
        assert admit(staff=staff(), organisation=own).admitted_at


class TestGranted:
    def listed(self, account=None, page: int = 1) -> str:
        return still_page(browser(account or staff()).get(reverse("mandates"), {"page": page}))

    def test_what_was_granted_is_listed_with_until_when_and_whether_it_is_contested(self, home):
        mandate = in_force(person("Gil"), [home])
        page = self.listed()
        assert "1 mandat accordé" in page and "Syndic des Bleuets" in page and "Contrat de 2026" in page
        assert "contesté" not in page and "Rien à décider" in page
        contest(membership=neighbour("Ana", home), mandate=mandate, words="Notre syndic est un autre")
        page = self.listed()
        assert "contesté" in page and "Ana" not in page

    def test_what_waits_and_what_was_refused_are_not_in_it(self, home):
        gil = person("Gil")
        first = asked(gil, [home])
        asked(gil, [home], first.organisation)
        refuse(account=staff(), mandate=first)
        assert not Mandate.objects.granted_of_late().exists()

    @pytest.mark.parametrize(("days", "shown"), [(1, True), (364, True), (366, False)])
    def test_what_is_over_stays_for_a_year(self, home, days, shown):
        gil, zoe = person("Gil"), person("Zoé")
        ended, past = in_force(gil, [home]), in_force(zoe, [home], organisation(zoe, siret=SIRETS[1]))
        end(by=gil, mandate=ended, why="Vendu")
        ago = timezone.now() - timedelta(days=days)
        Mandate.objects.filter(pk=ended.pk).update(ended_at=ago)
        Mandate.objects.filter(pk=past.pk).update(ends_on=timezone.localdate(ago))
        assert set(Mandate.objects.granted_of_late()) == ({ended, past} if shown else set())
        assert ("Vendu" in self.listed()) is shown

    def test_it_is_read_page_by_page_and_any_page_number_is_some_page(self, home, monkeypatch):
        monkeypatch.setattr("scopes.home_pages.granting.A_PAGE", 1)
        gil = person("Gil")
        own = in_force(gil, [home]).organisation
        in_force(gil, [building(2, 2)], own)
        first, second = (self.listed(page=page) for page in (1, 2))
        assert "2 mandats accordés" in first and "Plus anciens" in first and "Plus récents" not in first
        assert "Plus récents" in second and "Plus anciens" not in second
        assert "Plus récents" in self.listed(page=99) and "Plus anciens" in self.listed(page="x")

    def test_staff_end_one_from_the_list(self, home):
        mandate = in_force(person("Gil"), [home])
        browser(staff()).post(reverse("mandates"), {"deed": f"stop {mandate.handle}", "why": "Faux contrat"})
        mandate.refresh_from_db()
        assert mandate.ended_why == "Faux contrat"
