"""An organisation asks homes under its mandate: where a notice would go, voted in like any poll, told once over all."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from directory.announcing import recipients_of
from directory.asking_homes import own_poll, take_poll_back
from directory.counting_reads import QUARTER, count_reads
from directory.counting_votes import count_asked_poll
from directory.errors import NotProved, PollOver
from directory.models import AskedPoll, Mailing, NoticeChoice, Poll, ReadFigure, Vote
from directory.poll_results import result_for_sender, results_of
from directory.reaching import silence
from directory.reading import PRESSED_FOR
from geo.errors import InvalidParameter, NotFound
from geo.models import Residence
from scopes.errors import Refused
from scopes.models import Account, Acting
from scopes.organisations.mandating import end as end_mandate
from tests.directory.mandated import send
from tests.directory.speaking import looking
from tests.directory.voting import A_DAY, ask_under, end_asked, everywhere, fill, poll_in, readable, votes
from tests.neighbours import neighbour, person
from tests.scopes.mandates import SIRETS, in_force, organisation, over_area, town_hall

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def homes(village):
    """The residences, of a hundred homes each."""
    Residence.objects.exclude(key="residence:house").update(dwellings=100)
    return {name: Residence.objects.get(key=f"residence:{name}") for name in "ABCDEF"}


@pytest.fixture
def agent():
    return person("Gil")


@pytest.fixture
def mandate(agent, homes):
    return in_force(agent, [homes[name] for name in "ABC"])


@pytest.fixture
def hall(village, homes):
    """The town hall's mandate on all of the town, and who acts for it."""
    mayor = person("Rose")
    return mayor, over_area(mayor, town_hall(mayor, village.town), municipality=village.town)


def keys(homes, names: str) -> list[str]:
    return [homes[name].key for name in names]


def stored() -> int:
    with everywhere():
        return Vote.objects.count()


def seen_by(someone) -> set[str]:
    with looking(someone) as viewer:
        return set(Poll.objects.live().visible_to(viewer).values_list("title", flat=True))


def read_by(someone, poll: Poll) -> list:
    with looking(someone) as viewer:
        return results_of(poll, viewer)


class TestAsking:
    def test_it_stands_in_each_residence_and_nowhere_else_two_minutes_later(self, agent, mandate, homes):
        mailing = ask_under(agent, mandate, "residences", residences=keys(homes, "AB"), question="Des vélos ?")
        people = {name: neighbour("Anna", homes[name]) for name in "ABC"}
        assert all(seen_by(one) == set() for one in people.values()), "it can be taken back unread"
        readable(mailing)
        assert [name for name, one in people.items() if seen_by(one)] == ["A", "B"]
        with everywhere():
            assert Poll.objects.count() == 2 and {one.organisation for one in Poll.objects.all()} == {
                mandate.organisation
            }

    @pytest.mark.parametrize("kind", ["operator", "merchant", "association"])
    def test_a_network_asks_nothing(self, homes, kind):
        someone = person("Odile")
        theirs = in_force(someone, [homes["A"]], organisation(someone, kind=kind, siret=SIRETS[1], name="Réseau"))
        with pytest.raises(Refused):
            ask_under(someone, theirs)
        assert not Mailing.objects.exists()

    def test_only_within_the_mandate_and_while_it_stands(self, agent, mandate, homes):
        with pytest.raises(InvalidParameter):
            ask_under(agent, mandate, "residences", residences=keys(homes, "D"))
        asked = readable(ask_under(agent, mandate, "residences", residences=keys(homes, "A")))
        end_mandate(by=agent, mandate=mandate)
        with pytest.raises(Refused):
            ask_under(agent, mandate, "residences", residences=keys(homes, "B"))
        votes(neighbour("Anna", homes["A"]), poll_in(asked, homes["A"]))
        fill(poll_in(asked, homes["A"]), 40, 0)
        assert end_asked(asked).totals[0], "what was asked before goes on, and is told"

    def test_who_writes_within_a_quarter_asks_within_it(self, village, hall):
        mayor, everywhere_in_town = hall
        clerk = person("Lou")
        acting = Acting.objects.create(
            account=clerk, organisation=everywhere_in_town.organisation, role=Acting.Role.WRITER, everywhere=False
        )
        acting.neighbourhoods.set([village.west])
        with pytest.raises(InvalidParameter):
            ask_under(clerk, everywhere_in_town, "quarters", quarters=[village.east.key])
        asked = ask_under(mayor, everywhere_in_town, "quarters", quarters=[village.east.key])
        with pytest.raises(Refused):
            take_poll_back(account=clerk, mailing=asked)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"question": " "}, "question"),
            ({"choices": ["Oui", " "]}, "choices"),
            ({"choices": list("abcdefg")}, "choices"),
            ({"choices": ["Oui", "oui"]}, "choices"),
            ({"ends_on": timezone.localdate()}, "ends_on"),
            ({"ends_on": timezone.localdate() + 32 * A_DAY}, "ends_on"),
        ],
    )
    def test_what_is_not_valid_is_said_at_its_field_and_nothing_is_written(self, agent, mandate, wrong, field):
        with pytest.raises(InvalidParameter) as refusal:
            ask_under(agent, mandate, **wrong)
        assert refusal.value.parameter == field and not Mailing.objects.exists() and not AskedPoll.objects.exists()

    def test_pressed_twice_it_is_asked_once(self, agent, mandate):
        assert ask_under(agent, mandate).pk == ask_under(agent, mandate).pk
        assert ProcrastinateJob.objects.filter(task_name="count_asked_poll").count() == 1

    def test_others_find_no_such_poll(self, agent, mandate):
        mailing = ask_under(agent, mandate)
        for handle, who in ((uuid4(), agent), (mailing.handle, person("Zoé"))):
            with pytest.raises(NotFound):
                own_poll(who, handle)


class TestVoting:
    def test_one_vote_a_household_and_none_for_who_lives_elsewhere(self, agent, mandate, homes):
        poll = poll_in(readable(ask_under(agent, mandate)), homes["A"])
        alice = neighbour("Alice", homes["A"])
        votes(alice, poll, 0)
        votes(neighbour("Adam", homes["A"], household=alice.household), poll, 1)
        assert stored() == 1
        with pytest.raises(NotFound):
            votes(neighbour("Dora", homes["D"]), poll)
        olga = neighbour("Olga", homes["A"], role="absent_owner")
        assert seen_by(olga) == {"Des vélos ?"}, "what an organisation says to a residence reaches its owners too"
        with pytest.raises(NotProved):
            votes(olga, poll)
        assert stored() == 1

    def test_everyone_reads_what_a_town_asks_and_who_lives_there_votes(self, village, hall, homes):
        poll = poll_in(readable(ask_under(*hall, "quarters", quarters=[village.west.key])))
        assert seen_by(person("Zoé")) == {"Des vélos ?"}
        votes(neighbour("Anna", homes["A"]), poll)
        for someone in (neighbour("Elsa", homes["E"]), person("Zoé")):
            with pytest.raises(NotProved):
                votes(someone, poll)
        assert stored() == 1

    def test_taken_back_before_its_end_it_is_gone_with_its_votes(self, agent, mandate, homes):
        mailing = readable(ask_under(agent, mandate))
        votes(neighbour("Alice", homes["A"]), poll_in(mailing, homes["A"]))
        take_poll_back(account=agent, mailing=mailing)
        assert stored() == 0 and seen_by(neighbour("Anna", homes["A"])) == set()
        assert end_asked(mailing).totals is None, "nothing is counted"

    def test_once_it_is_over_it_is_not_taken_back(self, agent, mandate):
        mailing = ask_under(agent, mandate)
        end_asked(mailing)
        with pytest.raises(PollOver):
            take_poll_back(account=agent, mailing=mailing)


class TestTelling:
    def asked(self, agent, mandate, homes, names: str = "AB") -> Mailing:
        return readable(ask_under(agent, mandate, "residences", residences=keys(homes, names)))

    def test_each_residence_reads_its_own_and_who_asked_one_total_of_all(self, agent, mandate, homes):
        mailing = self.asked(agent, mandate, homes)
        inside, other = poll_in(mailing, homes["A"]), poll_in(mailing, homes["B"])
        fill(inside, 33, 2)
        fill(other, 30, 1)
        assert result_for_sender(mailing) is None and read_by(neighbour("Anna", homes["A"]), inside) == []
        totals = end_asked(mailing).totals
        assert totals[0] in (60, 70) and totals[1] == 0 and stored() == 0
        assert poll_in(mailing, homes["A"]).totals == [33, 2] and poll_in(mailing, homes["B"]).totals == [30, 1]
        own, of_all = read_by(neighbour("Anna", homes["A"]), poll_in(mailing, homes["A"]))
        assert [one.told for one in own.totals] == ["33 foyers", "2 foyers"]
        told = [f"environ {totals[0]} foyers", "moins de 20 foyers"]
        sender = result_for_sender(own_poll(agent, mailing.handle))
        assert [one.told for one in of_all.totals] == [one.told for one in sender.totals] == told

    def test_below_twenty_over_all_who_asked_is_told_nothing(self, agent, mandate, homes):
        mailing = self.asked(agent, mandate, homes)
        fill(poll_in(mailing, homes["A"]), 9, 0)
        fill(poll_in(mailing, homes["B"]), 1, 1)
        assert end_asked(mailing).totals == []
        assert result_for_sender(own_poll(agent, mailing.handle)).silence.startswith("Trop peu de foyers")
        assert poll_in(mailing, homes["A"]).totals == [9, 0], "its members read it"
        assert poll_in(mailing, homes["B"]).totals == [], "of two, each would know the other's"

    def test_of_fewer_than_twenty_homes_nothing_is_ever_told_to_who_asked(self, agent, mandate, homes):
        Residence.objects.update(dwellings=19)
        mailing = self.asked(agent, mandate, homes, "A")
        fill(poll_in(mailing, homes["A"]), 60, 60)
        assert end_asked(mailing).totals == []
        assert "moins de 20 logements" in result_for_sender(own_poll(agent, mailing.handle)).silence

    def test_in_one_residence_nobody_reads_the_same_votes_exact_and_rounded(self, agent, mandate, homes):
        mailing = self.asked(agent, mandate, homes, "A")
        fill(poll_in(mailing, homes["A"]), 33, 2)
        end_asked(mailing)
        (told,) = read_by(neighbour("Anna", homes["A"]), poll_in(mailing, homes["A"]))
        assert [one.told for one in told.totals] == ["33 foyers", "2 foyers"] and not told.rounded

    @pytest.mark.parametrize("role", ["tenant", "absent_owner"])
    def test_who_lives_there_and_acts_for_who_asked_reads_no_more_than_who_asked(self, agent, mandate, homes, role):
        both = neighbour("Gil", homes["A"], role=role, **({"account": agent} if role == "tenant" else {}))
        mailing = self.asked(agent, mandate, homes)
        fill(poll_in(mailing, homes["A"]), 33, 2)
        end_asked(mailing)
        (told,) = read_by(both, poll_in(mailing, homes["A"]))
        assert told.rounded and "33" not in told.totals[0].told

    def test_in_an_area_all_read_the_same(self, village, hall, homes):
        mailing = readable(ask_under(*hall, "quarters", quarters=[village.west.key]))
        fill(poll_in(mailing), 61, 3)
        totals = end_asked(mailing).totals
        assert totals[0] in (60, 70) and totals[1] == 0 and poll_in(mailing).totals == totals
        results = {repr(read_by(one, poll_in(mailing))) for one in (neighbour("Anna", homes["A"]), person("Zoé"))}
        assert len(results) == 1

    def test_it_is_counted_once_and_not_before(self, agent, mandate, homes):
        mailing = self.asked(agent, mandate, homes)
        fill(poll_in(mailing, homes["A"]), 50, 0)
        assert count_asked_poll(mailing_id=mailing.pk) is None
        first = end_asked(mailing).totals
        fill(poll_in(mailing, homes["A"]), 90, 90)
        assert count_asked_poll(mailing_id=mailing.pk) is None and AskedPoll.objects.get().totals == first

    def test_the_secrets_are_the_senders_for_life(self, agent, mandate, homes):
        told = set()
        for number in range(3):
            mailing = self.asked(agent, mandate, homes, "ABC"[number])
            fill(poll_in(mailing, homes["ABC"[number]]), 34, 27)
            told.add(tuple(end_asked(mailing).totals))
        assert len(told) == 1

    def test_a_poll_is_no_notice_that_is_read(self, agent, mandate, homes):
        """Or it would silence what is told of notices to the same homes."""
        mailing = self.asked(agent, mandate, homes)
        Mailing.objects.filter(pk=mailing.pk).update(sent_at=timezone.now() - PRESSED_FOR)
        assert count_reads() == 0 and not ReadFigure.objects.exists()


class TestSubtracting:
    """A total of A and one of A and B would tell of B: no home is asked twice in three months."""

    @pytest.mark.parametrize(("first", "second"), [("AB", "ABC"), ("ABC", "AB"), ("A", "A"), ("AB", "BC")])
    def test_sets_that_share_a_home_are_not_both_asked(self, agent, mandate, homes, first, second):
        ask_under(agent, mandate, "residences", residences=keys(homes, first))
        with pytest.raises(InvalidParameter) as refusal:
            ask_under(agent, mandate, "residences", residences=keys(homes, second), question="Et des arbres ?")
        assert refusal.value.parameter == "to" and "au plus tôt" in str(refusal.value)
        assert Mailing.objects.count() == 1

    def test_an_area_and_a_residence_in_it_neither(self, village, hall, homes):
        mayor, everywhere_in_town = hall
        ask_under(mayor, everywhere_in_town, "quarters", quarters=[village.west.key])
        ask_under(mayor, everywhere_in_town, "quarters", quarters=[village.east.key], question="À l’est ?")
        for to, parameters in (("all", {}), ("residences", {"residences": keys(homes, "A")})):
            with pytest.raises(InvalidParameter):
                ask_under(mayor, everywhere_in_town, to, **parameters, question="Encore ?")

    def test_another_organisation_of_the_same_person_does_not_help(self, agent, mandate, homes):
        siret, name = SIRETS[1], "Autre"
        theirs = in_force(agent, [homes["A"]], organisation(agent, siret=siret, name=name))
        ask_under(agent, mandate)
        with pytest.raises(InvalidParameter):
            ask_under(agent, theirs)

    def test_what_others_ask_stands_in_nobodys_way(self, agent, mandate, hall):
        ask_under(agent, mandate)
        assert ask_under(*hall).pk

    def test_taken_back_it_stands_in_no_way_and_counted_it_does_for_a_quarter(self, agent, mandate):
        take_poll_back(account=agent, mailing=ask_under(agent, mandate))
        second = ask_under(agent, mandate)
        end_asked(second)
        with pytest.raises(InvalidParameter):
            ask_under(agent, mandate, question="Encore ?")
        AskedPoll.objects.filter(mailing=second).update(ends_at=timezone.now() - QUARTER)
        assert ask_under(agent, mandate, question="Encore ?").pk != second.pk


class TestTold:
    """Whom a poll disturbs: whoever wished, and lives there."""

    def told(self, mailing) -> set[int]:
        Mailing.objects.filter(pk=mailing.pk).update(sent_at=timezone.now() - timedelta(minutes=1))
        return set(recipients_of(mailing).values_list("account", flat=True))

    def test_nobody_unless_they_chose_to(self, agent, mandate, homes):
        alice, olga = neighbour("Alice", homes["A"]), neighbour("Olga", homes["A"], role="absent_owner")
        mailing = readable(ask_under(agent, mandate))
        assert self.told(mailing) == set()
        for one in (alice, olga):
            Account.objects.filter(pk=one.account_id).update(email=f"{one.pk}@exemple.fr")
            NoticeChoice.objects.create(account=one.account, kind="poll", means="mail")
        assert self.told(mailing) == {alice.account_id}, "an owner who lives elsewhere has no vote"
        with looking(alice) as viewer:
            silence(viewer=viewer, mailing=mailing)
        assert self.told(mailing) == set()

    def test_notices_are_still_told_to_owners(self, agent, mandate, homes):
        olga = neighbour("Olga", homes["A"], role="absent_owner")
        Account.objects.filter(pk=olga.account_id).update(email="olga@exemple.fr")
        assert self.told(send(agent, mandate, [homes["A"]])) == {olga.account_id}
