"""Asking an organisation: on purpose, to one that may write to this home or to its town hall, and to no other."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from directory.asking import MOST_A_DAY, answer_notice, ask, askable_by, withdraw
from directory.errors import NotProved, TooMany
from directory.handling_asks import asks_to, close, opened_for, reply, waiting_for
from directory.models import Ask, AskPhoto, AskReply, Listing, Mailing, Post
from directory.reminding import remind_of_waiting_cases
from geo.errors import InvalidParameter, NotFound
from geo.models import Residence
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Acting, Level, Mandate, OutgoingMail
from scopes.organisations.mandating import end
from scopes.organisations.proposing import end as end_organisation
from scopes.rights.erasing import erase
from scopes.rights.exporting import files_of, told
from tests.directory.around import box, make_town
from tests.directory.mandated import send
from tests.directory.picturing import picture
from tests.directory.requesting import asks, hall_of
from tests.directory.speaking import looking, seen_by
from tests.neighbours import neighbour, person
from tests.scopes.mandates import SIRETS, asked, in_force, organisation, over_area, staff, town_hall

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def agent():
    return person("Gil")


@pytest.fixture
def mandate(agent, village):
    return in_force(agent, [village.residences["A"]])


@pytest.fixture
def hall(village):
    mayor = person("Maire")
    town_hall(mayor, village.town)
    return mayor


def received(account) -> list[str]:
    with opened_for(account):
        return list(asks_to(account).values_list("title", flat=True))


def rows() -> int:
    with second_lock.opened(Residence.objects.values_list("pk", flat=True)):
        return Ask.objects.count()


class TestWhomOneMayAsk:
    def test_those_with_a_mandate_on_the_home_and_the_town_hall(self, village, alice, mandate, hall):
        zoe = person("Zoé")
        in_force(zoe, [village.residences["B"]], organisation(zoe, siret=SIRETS[1], name="Autre"))
        with looking(alice) as viewer:
            found = {one.organisation.name: (one.knows_residence, one.circles) for one in askable_by(viewer.home)}
        assert found == {
            "Syndic des Bleuets": (True, (Level.RESIDENCE,)),
            "Mairie d’Enfilade": (False, (Level.NEIGHBOURHOOD, Level.MUNICIPALITY)),
        }

    def test_none_before_its_week_is_over_after_its_end_or_when_it_is_over(self, village, alice, agent, mandate):
        def whom() -> list[str]:
            with looking(alice) as viewer:
                return [one.organisation.name for one in askable_by(viewer.home)]

        assert whom() == ["Syndic des Bleuets"]
        now, day = timezone.now(), timedelta(days=1)
        for columns in ({"granted_at": now, "told_at": now}, {"ends_on": timezone.localdate() - day}):
            before = Mandate.objects.filter(pk=mandate.pk).values(*columns).get()
            Mandate.objects.filter(pk=mandate.pk).update(**columns)
            assert whom() == []
            Mandate.objects.filter(pk=mandate.pk).update(**before)
        end(by=agent, mandate=mandate)
        assert whom() == []

    def test_another_organisation_is_not_there(self, village, alice, mandate):
        zoe = person("Zoé")
        other = organisation(zoe, siret=SIRETS[1], name="Autre")
        asked(zoe, [village.residences["A"]], other)  # not granted
        for handle in (other.handle, uuid4()):
            with looking(alice) as viewer, pytest.raises(NotFound):
                ask(home=viewer.home, organisation=handle, title="Bonjour", text="Qui êtes-vous ?")
        bruno = neighbour("Bruno", village.residences["B"])
        with pytest.raises(NotFound):
            asks(bruno, mandate)
        assert rows() == 0

    def test_the_town_hall_of_another_town_is_not_there(self, alice, hall):
        elsewhere = make_town("Ailleurs", "44999", box(9_000, 9_000, 9_900, 9_900))
        other = town_hall(person("Autre"), elsewhere, name="Mairie d’Ailleurs")
        with pytest.raises(NotFound):
            asks(alice, other)


class TestWhatTheyLearn:
    def test_a_residence_only_where_the_mandate_names_it(self, village, alice, mandate, hall):
        to_agent, to_hall = asks(alice, mandate), asks(alice, hall_of(hall))
        assert (to_agent.residence_id, to_agent.neighbourhood_id) == (alice.residence_id, None)
        assert (to_hall.residence_id, to_hall.neighbourhood_id) == (None, village.west.pk)

    def test_each_reads_what_was_asked_of_it_and_nothing_else(self, village, alice, agent, mandate, hall):
        asks(alice, mandate, title="Au syndic")
        asks(alice, hall_of(hall), title="À la mairie")
        assert (received(agent), received(hall), received(person("Zoé"))) == (["Au syndic"], ["À la mairie"], [])

    def test_who_writes_for_it_reads_too_until_it_is_over(self, alice, agent, mandate):
        asks(alice, mandate)
        writer = person("Rédac")
        acting = Acting.objects.create(account=writer, organisation=mandate.organisation, role="writer")
        assert received(writer) == ["L’ascenseur"]
        Acting.objects.filter(pk=acting.pk).update(ended_at=timezone.now())
        assert received(writer) == []

    def test_who_acts_in_one_quarter_reads_what_comes_from_there(self, village, alice, hall):
        asks(alice, hall_of(hall), title="De l’ouest")
        asks(neighbour("Elsa", village.residences["E"]), hall_of(hall), title="De l’est")
        annexe = person("Annexe")
        acting = Acting.objects.create(account=annexe, organisation=hall_of(hall), role="writer", everywhere=False)
        assert received(annexe) == []
        acting.neighbourhoods.add(village.east)
        assert received(annexe) == ["De l’est"]

    def test_nothing_more_is_read_once_the_mandate_is_over(self, alice, agent, mandate):
        made = asks(alice, mandate)
        end(by=agent, mandate=mandate)
        assert received(agent) == []
        with pytest.raises(NotFound):
            reply(account=agent, public_id=made.public_id, text="Oui.")
        with pytest.raises(NotFound):
            close(account=agent, public_id=made.public_id)

    def test_nor_once_one_by_area_is_over_but_a_town_hall_needs_none(self, village, alice, agent, hall):
        operator = organisation(agent, kind="operator", siret=SIRETS[1], name="Réseau")
        mandate = over_area(agent, operator, area=village.zone(0, 0, 100))
        made = asks(alice, mandate, title="Au réseau")
        asks(alice, hall_of(hall), title="À la mairie")
        assert made.residence_id is None and received(agent) == ["Au réseau"]
        end(by=agent, mandate=mandate)
        assert (received(agent), received(hall)) == ([], ["À la mairie"])
        with pytest.raises(NotFound):
            reply(account=agent, public_id=made.public_id, text="Oui.")

    def test_it_is_under_the_second_lock_with_its_photo(self, village, alice, mandate):
        asks(alice, mandate, photo=picture())
        with second_lock.opened([village.residences["B"].pk]):
            assert not Ask.objects.exists() and not AskPhoto.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT (SELECT count(*) FROM directory_ask), (SELECT count(*) FROM directory_askphoto)")
            assert cursor.fetchone() == (0, 0)

    def test_no_neighbour_sees_what_was_asked_in_private(self, village, alice, mandate, hall):
        asks(alice, mandate)
        asks(alice, hall_of(hall))
        assert seen_by(neighbour("Anna", village.residences["A"])) == set()
        with second_lock.opened(Residence.objects.values_list("pk", flat=True)):
            assert not Listing.objects.exists()


class TestSaidToACircleToo:
    @pytest.mark.parametrize(("level", "readers"), [("neighbourhood", "ABCD"), ("municipality", "ABCDEF")])
    def test_the_quarter_or_the_town_reads_what_the_town_hall_was_asked(self, village, alice, hall, level, readers):
        asks(alice, hall_of(hall), title="Le lampadaire", place="Angle de la rue Haute", shown_to=level)
        for name in "ABCDEF":
            seen = seen_by(neighbour("Anna", village.residences[name]))
            assert seen == ({"Le lampadaire"} if name in readers else set())
        assert "Où : Angle de la rue Haute" in Post.objects.get().description

    def test_the_residence_reads_what_its_agent_was_asked(self, village, alice, mandate):
        asks(alice, mandate, shown_to="residence")
        assert seen_by(neighbour("Anna", village.residences["A"])) == {"L’ascenseur"}
        assert seen_by(neighbour("Bruno", village.residences["B"])) == set()

    @pytest.mark.parametrize("circle", ["neighbourhood", "municipality", "voisinage", "catchment", "monde"])
    def test_an_agent_has_no_circle_but_the_residence(self, alice, mandate, circle):
        with pytest.raises(InvalidParameter) as refusal:
            asks(alice, mandate, shown_to=circle)
        assert refusal.value.parameter == "shown_to" and rows() == 0

    def test_an_absent_owner_asks_the_agent_and_says_nothing_in_the_residence(self, village, mandate):
        olga = neighbour("Olga", village.residences["A"], role="absent_owner")
        assert asks(olga, mandate).pk
        with pytest.raises(InvalidParameter):
            asks(olga, mandate, title="Encore", shown_to="residence")

    def test_the_same_asked_of_two_is_said_once(self, village, alice, mandate):
        other = person("Zoé")
        theirs = in_force(other, [village.residences["A"]], organisation(other, siret=SIRETS[1], name="Autre"))
        first, second = (asks(alice, one, shown_to="residence") for one in (mandate, theirs))
        assert first.post is not None and second.post is None and rows() == 2
        with second_lock.opened([alice.residence_id]):
            assert Post.objects.count() == 1

    def test_taken_back_it_is_gone_everywhere(self, village, alice, agent, mandate):
        made = asks(alice, mandate, shown_to="residence", photo=picture())
        for key in (made.public_id, uuid4()):
            with looking(neighbour("Anna", village.residences["A"])) as viewer, pytest.raises(NotFound):
                withdraw(viewer=viewer, public_id=key)
        with looking(alice) as viewer:
            withdraw(viewer=viewer, public_id=made.public_id)
        assert received(agent) == [] and seen_by(alice) == set()
        with second_lock.opened([alice.residence_id]):
            assert not AskPhoto.objects.exists()


class TestAsking:
    def test_pressed_twice_it_is_asked_once(self, alice, mandate):
        assert asks(alice, mandate).pk == asks(alice, mandate).pk
        assert rows() == 1

    def test_there_is_a_most_a_day(self, alice, mandate):
        for number in range(MOST_A_DAY):
            asks(alice, mandate, title=f"Demande {number}")
        with pytest.raises(TooMany):
            asks(alice, mandate, title="Encore une")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"title": " "}, "title"),
            ({"text": ""}, "text"),
            ({"place": "x" * 161}, "place"),
            ({"photo": b"non"}, "photo"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(self, alice, mandate, wrong, field):
        with pytest.raises(InvalidParameter) as refusal:
            asks(alice, mandate, **wrong)
        assert refusal.value.parameter == field and rows() == 0

    def test_who_left_asks_no_more(self, alice, mandate):
        with looking(alice) as viewer:
            leave(membership=alice)
            with pytest.raises(NotProved):
                ask(home=viewer.home, organisation=mandate.organisation.handle, title="Oui", text="Oui.")


class TestAnswering:
    def test_the_author_reads_the_answer_and_a_mail_that_says_nothing(self, alice, agent, mandate):
        made = asks(alice, mandate)
        assert waiting_for(agent) == 1
        reply(account=agent, public_id=made.public_id, text="Le technicien vient jeudi.")
        reply(account=agent, public_id=made.public_id, text="Le technicien vient jeudi.")
        with second_lock.opened([alice.residence_id]):
            made.refresh_from_db()
            assert [one.text for one in made.replies.all()] == ["Le technicien vient jeudi."]
        assert (made.state, waiting_for(agent)) == (Ask.State.ANSWERED, 0)
        mail = OutgoingMail.objects.get(template="ask")
        assert mail.values == {"ask": str(made.public_id)} and mail.to == alice.account.email

    def test_its_author_is_not_flooded_with_mails(self, alice, agent, mandate):
        made = asks(alice, mandate)
        for number in range(10):
            reply(account=agent, public_id=made.public_id, text=f"Réponse {number}")
        with pytest.raises(TooMany):
            reply(account=agent, public_id=made.public_id, text="Encore")
        assert OutgoingMail.objects.filter(template="ask").count() == 10

    def test_closed_twice_it_is_closed_once(self, alice, agent, mandate):
        made = asks(alice, mandate)
        first = close(account=agent, public_id=made.public_id).closed_at
        assert close(account=agent, public_id=made.public_id).closed_at == first
        assert OutgoingMail.objects.filter(template="ask").count() == 1

    def test_another_organisation_answers_nothing(self, village, alice, mandate):
        made = asks(alice, mandate)
        other = person("Zed")
        in_force(other, [village.residences["A"]], organisation(other, siret=SIRETS[1], name="Autre"))
        assert received(other) == []
        for key in (made.public_id, uuid4()):
            with pytest.raises(NotFound):
                reply(account=other, public_id=key, text="Moi aussi.")

    def test_those_who_act_for_it_are_reminded_by_a_number(self, alice, agent, mandate):
        asks(alice, mandate)
        OutgoingMail.objects.all().delete()
        remind_of_waiting_cases()
        mail = OutgoingMail.objects.get(to=agent.email)
        assert (mail.template, mail.values) == ("asks", {"number": 1})


class TestAnswersToNotices:
    @pytest.fixture
    def notice(self, agent, mandate, village):
        mailing = send(agent, mandate, [village.residences["A"]])
        Mailing.objects.filter(pk=mailing.pk).update(answers_invited=True)
        with second_lock.opened([village.residences["A"].pk]):
            Listing.objects.filter(notice__mailing=mailing).update(opens_at=timezone.now())
            return Listing.objects.get(notice__mailing=mailing)

    def test_they_reach_the_sender_and_no_neighbour(self, village, alice, agent, notice):
        with looking(alice) as viewer:
            made = answer_notice(viewer=viewer, public_id=notice.public_id, text="Toute la matinée ?")
        assert made.about_id == notice.pk
        assert len(received(agent)) == 1 and seen_by(neighbour("Anna", village.residences["A"])) == set()

    def test_neighbours_read_what_its_author_shows_them(self, village, alice, notice):
        with looking(alice) as viewer:
            answer_notice(viewer=viewer, public_id=notice.public_id, text="Toute la matinée ?", shown=True)
        assert len(seen_by(neighbour("Anna", village.residences["A"]))) == 1

    def test_an_absent_owner_answers_and_shows_nothing(self, village, agent, notice):
        olga = neighbour("Olga", village.residences["A"], role="absent_owner")
        with looking(olga) as viewer:
            assert answer_notice(viewer=viewer, public_id=notice.public_id, text="Et moi ?", shown=True).post is None
        assert len(received(agent)) == 1

    def test_without_an_invitation_nothing_comes_back(self, village, alice, agent, notice):
        Mailing.objects.update(answers_invited=False)
        with looking(alice) as viewer, pytest.raises(NotFound):
            answer_notice(viewer=viewer, public_id=notice.public_id, text="Bonjour ?")
        assert received(agent) == []

    def test_next_door_does_not_answer(self, village, notice):
        for key in (notice.public_id, uuid4()):
            with looking(neighbour("Bruno", village.residences["B"])) as viewer, pytest.raises(NotFound):
                answer_notice(viewer=viewer, public_id=key, text="Bonjour ?")


class TestRights:
    def test_an_export_tells_what_was_asked_and_gives_the_photo(self, alice, agent, mandate):
        made = asks(alice, mandate, photo=picture())
        reply(account=agent, public_id=made.public_id, text="Jeudi.")
        (part,) = told(alice.account)["ce que vous avez demandé à un organisme"]
        assert part["title"] == "L’ascenseur" and part["replies"][0]["text"] == "Jeudi."
        (name,) = files_of(alice.account)
        assert name.endswith(".jpg")

    def test_erasing_takes_it_away_from_the_organisation(self, alice, agent, mandate):
        made = asks(alice, mandate, photo=picture())
        reply(account=agent, public_id=made.public_id, text="Jeudi.")
        erase(account=alice.account)
        assert received(agent) == [] and rows() == 0

    def test_who_answered_goes_and_the_answer_stays(self, alice, agent, mandate):
        made = asks(alice, mandate)
        reply(account=agent, public_id=made.public_id, text="Jeudi.")
        erase(account=agent)
        with second_lock.opened([alice.residence_id]):
            assert AskReply.objects.get().text == "Jeudi."

    def test_who_moved_out_still_reads_and_takes_back(self, alice, agent, mandate):
        made = asks(alice, mandate)
        leave(membership=alice)
        with looking(alice) as viewer:
            withdraw(viewer=viewer, public_id=made.public_id)
        assert received(agent) == []


def test_an_ended_organisation_reads_nothing(alice, agent, mandate):
    asks(alice, mandate)
    end_organisation(staff=staff(), organisation=mandate.organisation)
    assert received(agent) == []
