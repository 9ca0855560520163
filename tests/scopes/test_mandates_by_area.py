"""Mandates by area look at public cells: whose they are, whom they reach, who is told of them and may contest them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from geo.errors import InvalidParameter
from geo.models import PublicCell
from scopes.errors import Refused
from scopes.models import Contest, Mandate, MessageCopy
from scopes.organisations.covering import cells_under, members_under, residences_under
from scopes.organisations.mandating import (
    ask_over_area,
    contest,
    dwellings_under,
    end,
    grant,
    settle,
    who_may_write_to_home,
)
from scopes.organisations.proposing import admit, propose
from scopes.organisations.telling import tell_of_mandate
from tests.directory.around import box, make_town
from tests.neighbours import DAY, asker, neighbour, person
from tests.scopes.entering import later
from tests.scopes.mandates import SIRETS, asked_over, organisation, over_area, staff, town_hall
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


def ids(mandate: Mandate) -> list[int]:
    return list(cells_under(mandate).order_by("pk").values_list("pk", flat=True))


class TestWhatIsCovered:
    def test_a_town_hall_covers_its_commune(self, village, mayor, hall):
        mandate = over_area(mayor, hall, municipality=village.town)
        assert mandate.over == Mandate.Over.TOWN and ids(mandate) == [cell.pk for cell in village.cells]
        assert dwellings_under([mandate]) == {mandate.pk: 360}

    def test_quarters_cover_the_cells_whose_point_lies_in_them(self, village, mayor, hall):
        mandate = over_area(mayor, hall, municipality=village.town, neighbourhoods=[village.west])
        assert ids(mandate) == [cell.pk for cell in village.cells[:3]]
        names = {name for name, one in village.residences.items() if one in set(residences_under(mandate))}
        assert names == {"A", "B", "C", "D"}

    def test_a_drawing_covers_whole_cells_by_their_points(self, village):
        agent = person("Léo")
        network = organisation(agent, kind="operator", name="Réseau d’eau")
        mandate = over_area(agent, network, area=village.zone(400, 0, 30))
        assert ids(mandate) == [village.cells[1].pk]

    def test_members_are_those_of_the_cells_also_of_united_ones(self, village, mayor, hall):
        ana, eve = neighbour("Ana", village.residences["A"]), asker("Eve", village.residences["A"])
        lea = neighbour("Léa", village.residences["E"])
        mandate = over_area(mayor, hall, municipality=village.town, neighbourhoods=[village.west])
        assert set(members_under(mandate)) == {ana} and eve not in members_under(mandate)
        PublicCell.objects.filter(pk=village.cells[3].pk).update(merged_into=village.cells[2])
        assert set(members_under(mandate)) == {ana, lea}
        lea.refresh_from_db()
        assert list(who_may_write_to_home(lea)) == [mandate]

    def test_one_of_residences_and_one_by_area_are_one_model(self, village):
        own = organisation(person("Gil"))
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.create(organisation=own, ends_on=timezone.localdate(), municipality=village.town)
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.create(organisation=own, ends_on=timezone.localdate(), over="drawing")


class TestAsking:
    def test_a_town_hall_names_its_commune_and_there_is_one(self, village, mayor, hall):
        second = propose(
            account=person("Max"), kind="municipality", name="Autre", contact="02 40 00 00 00", commune="44109"
        )
        with pytest.raises(Refused):
            admit(staff=staff(), organisation=second)

    @pytest.mark.parametrize("kind", ["agent", "landlord", "merchant", "association"])
    def test_others_ask_for_no_area(self, village, kind):
        asker_of_it = person("Gil")
        with pytest.raises(InvalidParameter) as refused:
            asked_over(asker_of_it, organisation(asker_of_it, kind=kind), municipality=village.town)
        assert refused.value.parameter == "over" and not Mandate.objects.exists()

    def test_a_town_hall_asks_for_no_other_town_and_no_drawing(self, village, mayor, hall):
        other = make_town("Ailleurs", "44999", box(9_000, 0, 9_100, 100))
        for area in ({"municipality": other}, {"area": village.zone(0, 0, 50)}, {}):
            with pytest.raises(InvalidParameter):
                asked_over(mayor, hall, **area)

    def test_quarters_are_those_of_the_commune(self, village):
        agent = person("Léo")
        other = make_town("Ailleurs", "44999", box(9_000, 0, 9_100, 100))
        with pytest.raises(InvalidParameter) as refused:
            asked_over(agent, organisation(agent, kind="operator"), municipality=other, neighbourhoods=[village.west])
        assert refused.value.parameter == "neighbourhoods"

    def test_only_the_one_responsible_asks(self, village, hall):
        with pytest.raises(Refused):
            asked_over(person("Eve"), hall, municipality=village.town)


class TestResidents:
    def test_they_are_told_a_week_before_and_it_is_on_their_page(self, village, mayor, hall):
        ana, lea = neighbour("Ana", village.residences["A"]), neighbour("Léa", village.residences["E"])
        mandate = asked_over(mayor, hall, municipality=village.town, neighbourhoods=[village.west])
        assert not who_may_write_to_home(ana).exists()
        grant(staff=staff(), mandate=mandate)
        for _ in range(2):
            tell_of_mandate(mandate.pk)
        assert MessageCopy.objects.get().account == ana.account
        assert list(who_may_write_to_home(ana)) == [mandate] and not who_may_write_to_home(lea).exists()
        assert not Mandate.objects.in_force().exists()
        with later(7 * DAY):
            assert Mandate.objects.in_force().get() == mandate

    def test_they_contest_it_and_only_they(self, village, mayor, hall):
        ana, lea = neighbour("Ana", village.residences["A"]), neighbour("Léa", village.residences["E"])
        mandate = over_area(mayor, hall, municipality=village.town, neighbourhoods=[village.west])
        doubt = contest(membership=ana, mandate=mandate, words="Ce n’est pas notre mairie.")
        with pytest.raises(Refused):
            contest(membership=lea, mandate=mandate, words="Ce n’est pas notre mairie.")
        settle(staff=staff(), contest=doubt, without=village.residences["A"])
        mandate.refresh_from_db()
        assert mandate.ended_at is None, "no cell is left out: it would tell whose doubt it was"
        assert list(who_may_write_to_home(ana)) == [mandate]

    def test_it_ends_by_itself_and_by_hand(self, village, mayor, hall):
        ana = neighbour("Ana", village.residences["A"])
        mandate = over_area(mayor, hall, municipality=village.town)
        contest(membership=ana, mandate=mandate, words="Trop d’avis.")
        with later(mandate.ends_on - timezone.localdate() + timedelta(days=1)):
            assert not who_may_write_to_home(ana).exists()
        end(by=mayor, mandate=mandate)
        assert not who_may_write_to_home(ana).exists() and not Contest.objects.filter(settled_at=None).exists()


def test_a_number_alone_makes_no_town_hall(village):
    """What is no town hall names no commune, whatever the form said."""
    own = propose(account=person("Gil"), kind="agent", name="Gil", contact="02 40", siret=SIRETS[0], commune="44109")
    assert own.municipality is None


def test_asking_twice_is_two_requests(village, mayor, hall):
    for _ in range(2):
        ask_over_area(
            account=mayor,
            organisation=hall,
            ground="Arrêté",
            ends_on=timezone.localdate() + DAY,
            municipality=village.town,
        )
    assert hall.mandates.asked().count() == 2
