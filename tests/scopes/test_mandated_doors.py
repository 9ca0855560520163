"""Mandates through merges and splits: the doors that were named stay named, whoever merges what, and no other is."""

import random
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from geo.errors import InvalidParameter
from geo.models import Address, Building, Residence
from scopes.following import follow
from scopes.models import Mandate, MandatedResidence, MassMessage, MessageCopy
from scopes.moments import full_day
from scopes.organisations.covering import named_today, residences_under
from scopes.organisations.mandating import contest, end, grant, settle, who_may_write_to_home
from scopes.organisations.reshaped import doors_of
from scopes.organisations.telling import joined_left_untold, still_told, tell_of_joined, tell_of_mandate
from scopes.organisations.wording import residences_in_words
from scopes.reshaping import ask_for_change
from tests.directory.browsing import browser
from tests.directory.mandated import send
from tests.jobs import run_jobs
from tests.neighbours import DAY, neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import SIRETS, asked, in_force, organisation, staff
from tests.still import still_page

pytestmark = pytest.mark.django_db

BLOCKS = ((3, 1), (4, 1), (5, 1), (6, 1), (7, 1))


def homes() -> list[Residence]:
    """The residences of today that stand on the blocks."""
    keys = [f"BATIMENT-{i:02}-{j:02}" for i, j in BLOCKS]
    standing = Building.objects.filter(key__endswith=keys[0])
    for key in keys[1:]:
        standing |= Building.objects.filter(key__endswith=key)
    return list(Residence.objects.open().filter(buildings__in=standing).distinct().order_by("pk"))


def named() -> set[tuple[int, str]]:
    """Each mandate with each door that it names today; whole residences by all of their doors."""
    rows = list(named_today().select_related("residence"))
    doors = doors_of([row.residence for row in rows])
    return {(row.mandate_id, key) for row in rows for key in row.entrances or doors[row.residence_id]}


def merge(residences: list[Residence]) -> None:
    ask_for_change(account=staff(), kind="merge", residences=residences, words="Réunies")


def split(residence: Residence, chance: random.Random) -> None:
    keys = sorted(residence.buildings.values_list("key", flat=True))
    chance.shuffle(keys)
    cut = chance.randrange(1, len(keys))
    ask_for_change(account=staff(), kind="split", residences=[residence], parts=[keys[:cut], keys[cut:]])


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 4))])
def test_through_any_merges_and_splits_the_same_doors_are_named(toy_town, seed):
    chance = random.Random(seed)
    merge([building(3, 1), building(4, 1)])
    for number, siret in enumerate(SIRETS[:3]):
        account = person(f"Agent{number}")
        mandate = in_force(
            account, chance.sample(homes(), 2), organisation(account, siret=siret, name=f"Agence {siret}")
        )
        for row in mandate.mandated.all():
            some = sorted(doors_of([row.residence])[row.residence_id])
            MandatedResidence.objects.filter(pk=row.pk).update(entrances=chance.choice(([], some[:1])))
    before, whole = named(), _whole()
    for _ in range(4):
        several = [one for one in homes() if one.buildings.count() > 1]
        if several and (len(homes()) < 2 or chance.random() < 0.5):
            split(chance.choice(several), chance)
        else:
            merge(chance.sample(homes(), 2))
        assert named() == before and _whole() <= whole


def _whole() -> set[tuple[int, str]]:
    """Doors of residences that mandates name whole: their managers are read off these."""
    rows = list(named_today().filter(entrances=[]).select_related("residence"))
    return {(row.mandate_id, key) for row in rows for key in doors_of([row.residence])[row.residence_id]}


def test_an_entrance_follows_to_the_merged_residence_and_out_of_it_again(toy_town):
    home, other = building(5, 1), building(4, 1)
    (door,) = doors_of([home])[home.pk]
    mandate = in_force(person("Gil"), [home])
    mandate.mandated.update(entrances=[door])
    merge([home, other])
    row = named_today().get(mandate=mandate)
    assert row.residence == building(5, 1) == building(4, 1) and row.entrances == [door]
    split(building(5, 1), random.Random(1))
    row = named_today().get(mandate=mandate)
    assert row.residence == building(5, 1) != building(4, 1) and row.entrances == [door]


def test_of_two_merged_a_mandate_over_one_names_its_doors_alone(toy_town):
    home, other = building(5, 1), building(4, 1)
    doors = doors_of([home])[home.pk]
    mandate = in_force(person("Gil"), [home])
    merge([home, other])
    assert set(named_today().get(mandate=mandate).entrances) == doors
    assert len(doors_of([building(5, 1)])[building(5, 1).pk]) == 2


def test_what_is_over_follows_nowhere_and_what_waits_does(toy_town):
    home, other = building(5, 1), building(4, 1)
    gil, zoe = person("Gil"), person("Zoé")
    over = in_force(gil, [home])
    waits = asked(zoe, [home], organisation(zoe, siret=SIRETS[1], name="Autre"))
    end(by=gil, mandate=over)
    merge([home, other])
    assert set(named_today().values_list("mandate", flat=True)) == {waits.pk}
    assert not Mandate.objects.get(pk=waits.pk).granted_at


def test_a_residence_without_a_door_leaves_nothing_behind(toy_town):
    home, other = building(5, 1), building(4, 1)
    mandate = in_force(person("Gil"), [home])
    Address.objects.filter(building__residence=home).update(building=None)
    merge([home, other])
    assert not named_today().filter(mandate=mandate).exists()


class TestJoinedNeighbours:
    """Those whom a merge joins to homes of a mandate are told, and nothing is sent there for a week."""

    @pytest.fixture
    def home(self, toy_town):
        return building(5, 1)

    @pytest.fixture
    def other(self, home):
        return building(4, 1)

    @pytest.fixture
    def ana(self, home):
        return neighbour("Ana", home)

    @pytest.fixture
    def bo(self, other):
        return neighbour("Bo", other)

    @pytest.fixture
    def mandate(self, home):
        return in_force(person("Gil"), [home])

    @pytest.fixture
    def merged(self, mandate, home, other, ana, bo) -> Residence:
        merge([home, other])
        return building(5, 1)

    def test_they_are_told_once_and_who_knew_is_not(self, mandate, merged, ana, bo):
        for _ in range(2):
            tell_of_joined(mandate.pk)
            assert told() == [bo.account]
        (message,) = MassMessage.objects.filter(mandated__mandate=mandate)
        assert message.words["fr"]["joined"] and full_day(timezone.now() + 7 * DAY) in message.words["fr"]["day"]
        assert still_told(message, [ana.account_id, bo.account_id]) == {bo.account_id}

    def test_the_merge_leaves_it_to_a_job(self, mandate, merged, bo):
        assert not told()
        run_jobs()
        (sent,) = [sent for sent in mail.outbox if bo.account.email in sent.to]
        assert mandate.organisation.name in sent.body and "a été réuni" in sent.body

    def test_nothing_is_sent_there_for_a_week(self, mandate, merged):
        assert list(residences_under(mandate)) == []
        with later(10 * DAY):
            assert list(residences_under(mandate)) == [], "until they were told"
        tell_of_joined(mandate.pk)
        with later(7 * DAY - timedelta(minutes=1)):
            assert list(residences_under(mandate)) == []
        with later(7 * DAY):
            assert list(residences_under(mandate)) == [merged]

    def test_no_notice_is_written_there_before(self, mandate, merged):
        tell_of_joined(mandate.pk)
        with pytest.raises(InvalidParameter):
            send(mandate.asked_by, mandate, [merged])
        with later(7 * DAY):
            assert send(mandate.asked_by, mandate, [merged]).residences.get() == merged

    def test_its_sender_reads_from_when(self, mandate, merged):
        def said() -> str:
            return residences_in_words([Mandate.objects.get()], most=5)[mandate.pk][0]

        assert "prévenus" in said()
        tell_of_joined(mandate.pk)
        assert f"(à partir du {full_day(timezone.now() + 7 * DAY)})" in said()
        with later(7 * DAY):
            assert "(" not in said()

    def test_who_moved_along_meanwhile_is_told_too(self, mandate, merged, bo):
        follow(membership=bo, residence=merged)
        tell_of_joined(mandate.pk)
        assert told() == [bo.account]

    def test_of_residences_that_were_all_named_nobody_is_told_again(self, home, ana):
        both = [home, building(3, 1)]
        mandate = in_force(person("Gil"), both)
        merge(both)
        assert list(residences_under(mandate)) == [building(5, 1)]
        run_jobs()
        assert not MessageCopy.objects.exists() and not MandatedResidence.objects.exclude(joined_at=None)

    def test_joined_before_it_was_granted_they_are_told_with_all_others(self, home, other, ana, bo):
        mandate = asked(person("Gil"), [home])
        merge([home, other])
        tell_of_joined(mandate.pk)
        assert not told()
        tell_of_mandate(grant(staff=staff(), mandate=mandate).pk)
        tell_of_joined(mandate.pk)
        assert told() == sorted([ana.account, bo.account], key=lambda one: one.pk)
        with later(7 * DAY):
            assert list(residences_under(mandate)) == [building(5, 1)]

    def test_joined_twice_each_is_told_once(self, mandate, merged, bo):
        zoe = neighbour("Zoé", building(3, 1))
        merge([merged, building(3, 1)])
        tell_of_joined(mandate.pk)
        assert told() == [bo.account, zoe.account]

    def test_joined_again_later_only_the_new_ones_are_told_and_the_week_begins_anew(self, mandate, merged, bo):
        tell_of_joined(mandate.pk)
        zoe = neighbour("Zoé", building(3, 1))
        with later(5 * DAY):
            merge([merged, building(3, 1)])
            tell_of_joined(mandate.pk)
        assert told() == [bo.account, zoe.account]
        with later(8 * DAY):
            assert list(residences_under(mandate)) == []
        with later(12 * DAY):
            assert list(residences_under(mandate)) == [building(3, 1)]

    def test_a_split_keeps_the_week(self, mandate, merged):
        tell_of_joined(mandate.pk)
        split(merged, random.Random(1))
        assert list(residences_under(mandate)) == []
        with later(7 * DAY):
            assert list(residences_under(mandate)) == [building(5, 1)]

    def test_nobody_is_told_of_what_is_over(self, mandate, merged):
        end(by=mandate.asked_by, mandate=mandate)
        tell_of_joined(mandate.pk)
        assert not told()

    @pytest.mark.parametrize("over", ["ended", "without it"])
    def test_letters_that_wait_are_called_off_when_it_is_over(self, mandate, merged, bo, over):
        tell_of_joined(mandate.pk)
        message = MassMessage.objects.get(mandated__mandate=mandate)
        if over == "ended":
            end(by=mandate.asked_by, mandate=mandate)
        else:
            settle(staff=staff(), contest=contest(membership=bo, mandate=mandate, words="Pas ici"), without=merged)
        message.refresh_from_db()
        assert message.called_off_at

    def test_who_stays_behind_reads_it_on_the_page_and_contests(self, mandate, merged, ana, bo):
        tell_of_joined(mandate.pk)
        assert list(who_may_write_to_home(bo)) == [mandate] == list(who_may_write_to_home(ana))
        page = still_page(browser(bo).get(reverse("home-mandates", args=[bo.handle])))
        assert mandate.organisation.name in page and full_day(timezone.now() + 7 * DAY) in page
        assert full_day(mandate.sends_from) in still_page(
            browser(ana).get(reverse("home-mandates", args=[ana.handle]))
        ), "who was told before reads since when"
        assert contest(membership=bo, mandate=mandate, words="Pas ici").mandate == mandate

    def test_whose_job_was_given_up_are_told_later(self, mandate, merged):
        assert not joined_left_untold()
        with later(timedelta(hours=4)):
            assert list(joined_left_untold()) == [mandate]
            tell_of_joined(mandate.pk)
            assert not joined_left_untold()


def told() -> list:
    """The people whom letters of mandates that were granted before tell of one, by their age here."""
    copies = MessageCopy.objects.filter(message__template="mandate", account__memberships__isnull=False)
    return [copy.account for copy in copies.order_by("account")]
