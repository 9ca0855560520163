"""Notices: sent under a mandate to whole residences, read by their members alone, taken back, said to be over."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone, translation

from directory.attesting import attest
from directory.errors import TooMany
from directory.models import Case, Listing, Mailing, Notice, SearchEntry
from directory.notices import notices_of
from directory.notifying import approve, mandates_of, own_mailing, say_it_is_over, take_back
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.errors import Refused
from scopes.models import Acting, Membership
from scopes.organisations.mandating import end
from scopes.rights.erasing import erase
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.browsing import browser
from tests.directory.mandated import send, tomorrow, water_cut
from tests.neighbours import DAY, asker, neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force, staff
from tests.still import still_page

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=3)


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def next_door(home):
    return building(2, 2)


@pytest.fixture
def agent(home):
    return person("Gil")


@pytest.fixture
def mandate(agent, home, next_door):
    return in_force(agent, [home, next_door])


def read_by(membership: Membership) -> list[str]:
    """Titles of the notices that a member reads, three minutes from now."""
    with later(SOON):
        viewer = viewer_of(membership.account_id)
        with second_lock.opened(viewer.residence_ids):
            return [notice.title for home in viewer.homes for notice in notices_of(viewer, home)]


class TestSending:
    def test_all_members_read_it_and_nobody_else(self, agent, mandate, home):
        ana, olga = neighbour("Ana", home), neighbour("Olga", home, role="absent_owner")
        nina = neighbour("Nina", home, settled=False)
        zoe, eve = neighbour("Zoé", building(2, 2)), asker("Eve", home)
        send(agent, mandate, [home])
        for member in (ana, olga, nina):
            (title,) = read_by(member)
            assert title.startswith("Coupure d’eau")
        assert read_by(zoe) == read_by(eve) == []

    def test_one_notice_stands_in_each_residence_and_none_in_search(self, agent, mandate, home, next_door):
        mailing = send(agent, mandate, [home, next_door])
        with second_lock.opened([home.pk, next_door.pk]):
            notices = Notice.objects.filter(mailing=mailing)
            assert {notice.residence_id for notice in notices} == {home.pk, next_door.pk}
            assert all(n.organisation_id and n.author_id is None and n.location is None for n in notices)
        assert not SearchEntry.objects.exists()
        assert mailing.homes == home.dwellings + next_door.dwellings

    def test_it_can_be_read_two_minutes_later(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        viewer = viewer_of(ana.account_id)
        with second_lock.opened([home.pk]):
            assert notices_of(viewer, viewer.home) == []
        assert read_by(ana)
        take_back(account=agent, mailing=mailing)
        assert read_by(ana) == []

    def test_it_ends_by_itself(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        send(agent, mandate, [home])
        with later(2 * DAY):
            viewer = viewer_of(ana.account_id)
            with second_lock.opened([home.pk]):
                assert notices_of(viewer, viewer.home) == []

    def test_each_reads_it_in_their_language(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        send(agent, mandate, [home])
        with translation.override("en"):
            (title,) = read_by(ana)
        assert "Coupure" not in title and "ater" in title

    @pytest.mark.parametrize(
        ("parameter", "columns"),
        [
            ("start", {"data": {}}),
            ("end", {"data": {"start": "2026-12-24T12:00", "end": "2026-12-24T09:00"}}),
            ("template", {"template": "party"}),
            ("residences", {"residences": []}),
            ("confirmation", {"urgent": True}),
            ("confirmation", {"urgent": True, "confirmation": "oui"}),
        ],
    )
    def test_what_is_not_valid_is_named_and_nothing_is_sent(self, agent, mandate, home, parameter, columns):
        asked = {"residences": [home], **columns}
        with pytest.raises(InvalidParameter) as refused:
            send(agent, mandate, asked.pop("residences"), **asked)
        assert refused.value.parameter == parameter
        assert not Mailing.objects.exists()

    def test_one_button_pressed_twice_is_one_notice_and_other_words_are_another(self, agent, mandate, home):
        told = water_cut(detail="Remplissez des bouteilles.")
        first = send(agent, mandate, [home], data=told, once=True)
        assert send(agent, mandate, [home], data=told, once=True) == first
        assert send(agent, mandate, [home], once=True) != first

    def test_twenty_a_day_at_most(self, agent, mandate, home):
        for _ in range(20):
            send(agent, mandate, [home])
        with pytest.raises(TooMany):
            send(agent, mandate, [home])


class TestMandate:
    def test_only_residences_of_the_mandate_are_told(self, agent, mandate, home):
        with pytest.raises(InvalidParameter):
            send(agent, mandate, [home, building(1, 1)])

    def test_not_before_residents_were_told_a_week(self, agent, home):
        mandate = in_force(agent, [home])
        with later(-2 * DAY), pytest.raises(Refused):
            send(agent, mandate, [home])

    def test_not_once_it_is_over(self, agent, mandate, home):
        end(by=agent, mandate=mandate)
        assert mandates_of(agent) == []
        with pytest.raises(Refused):
            send(agent, mandate, [home])

    @pytest.mark.privacy
    def test_not_by_anyone_else(self, agent, mandate, home):
        mailing = send(agent, mandate, [home])
        for stranger in (person("Eve"), neighbour("Ana", home).account, staff()):
            with pytest.raises(Refused):
                send(stranger, mandate, [home])
            with pytest.raises(NotFound):
                own_mailing(stranger, mailing.handle)
            with pytest.raises(NotFound):
                take_back(account=stranger, mailing=mailing)

    def test_a_writer_sends_too_until_the_role_ends(self, agent, mandate, home):
        writer = person("Lou")
        acting = Acting.objects.create(account=writer, organisation=mandate.organisation, role=Acting.Role.WRITER)
        assert send(writer, mandate, [home]).sent_at
        acting.ended_at = timezone.now()
        acting.save()
        with pytest.raises(Refused):
            send(writer, mandate, [home])


class TestUrgent:
    def test_someone_alone_types_a_word(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        assert send(agent, mandate, [home], urgent=True, confirmation="urgent ").sent_at
        assert read_by(ana)

    def test_where_there_are_two_the_other_approves(self, agent, mandate, home):
        ana, lou = neighbour("Ana", home), person("Lou")
        Acting.objects.create(account=lou, organisation=mandate.organisation, role=Acting.Role.WRITER)
        mailing = send(agent, mandate, [home], urgent=True, confirmation="URGENT")
        assert mailing.sent_at is None and read_by(ana) == []
        for stranger in (agent, person("Eve")):
            with pytest.raises(Refused):
                approve(account=stranger, mailing=mailing)
        assert approve(account=lou, mailing=mailing).sent_at
        assert len(read_by(ana)) == 1
        approve(account=lou, mailing=mailing)
        assert len(read_by(ana)) == 1

    def test_what_is_past_is_not_approved_any_more(self, agent, mandate, home):
        lou = person("Lou")
        Acting.objects.create(account=lou, organisation=mandate.organisation, role=Acting.Role.WRITER)
        mailing = send(agent, mandate, [home], urgent=True)
        with later(2 * DAY), pytest.raises(Refused):
            approve(account=lou, mailing=mailing)
        assert approve(account=lou, mailing=mailing).sent_at

    def test_some_templates_are_never_urgent(self, agent, mandate, home):
        in_a_month = timezone.localtime() + timedelta(days=30)
        meeting = {"when": in_a_month.replace(tzinfo=None).isoformat()[:16], "where": "Salle des fêtes"}
        with pytest.raises(InvalidParameter) as refused:
            send(agent, mandate, [home], template="meeting", data=meeting, urgent=True)
        assert refused.value.parameter == "urgent"


class TestOver:
    def test_the_same_residences_learn_that_it_is_over_and_the_first_notice_closes(
        self, agent, mandate, home, next_door
    ):
        ana, zoe = neighbour("Ana", home), neighbour("Zoé", next_door)
        mailing = send(agent, mandate, [home, next_door])
        with later(SOON):
            over = say_it_is_over(account=agent, mailing=mailing)
            assert say_it_is_over(account=agent, mailing=mailing) == over
        for member in (ana, zoe):
            (title,) = read_by(member)
            assert "rétabli" in title
        assert set(over.residences.all()) == set(mailing.residences.all())

    def test_said_to_be_over_and_taken_back_it_is_neither_said_again_nor_attested(self, agent, mandate, home):
        mailing = send(agent, mandate, [home])
        with later(SOON):
            over = say_it_is_over(account=agent, mailing=mailing)
            assert json.loads(attest(account=agent, mailing=mailing).content)["over_at"]
            take_back(account=agent, mailing=over)
            assert not json.loads(attest(account=agent, mailing=mailing).content)["over_at"]
            with pytest.raises(Refused):
                say_it_is_over(account=agent, mailing=mailing)

    def test_what_nobody_could_read_yet_is_taken_back_and_not_over(self, agent, mandate, home):
        mailing = send(agent, mandate, [home])
        with pytest.raises(Refused, match="reprenez-le"):
            say_it_is_over(account=agent, mailing=mailing)
        assert not Mailing.objects.filter(restores=mailing).exists()

    def test_what_was_not_sent_or_taken_back_is_not_over(self, agent, mandate, home):
        mailing = send(agent, mandate, [home])
        take_back(account=agent, mailing=mailing)
        with pytest.raises(Refused):
            say_it_is_over(account=agent, mailing=mailing)


@pytest.mark.privacy
class TestPrivacy:
    def test_row_level_security_guards_notices(self, agent, mandate, home):
        send(agent, mandate, [home])
        assert not Notice.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM directory_notice")
            assert cursor.fetchone() == (0,)

    def test_nothing_is_put_into_a_residence_that_is_not_opened(self, agent, mandate, home, next_door):
        mailing = send(agent, mandate, [home])
        with second_lock.opened([home.pk]):
            kept = Notice.objects.get(mailing=mailing)
            with pytest.raises(ProgrammingError), transaction.atomic():
                Notice.objects.filter(pk=kept.pk).update(space=next_door)

    def test_a_notice_is_like_nothing_to_a_stranger(self, agent, mandate, home):
        neighbour("Ana", home)
        zoe = neighbour("Zoé", building(2, 2))
        mailing = send(agent, mandate, [home])
        with second_lock.opened([home.pk]):
            public_id = Notice.objects.get(mailing=mailing).public_id
        with later(SOON):
            for stranger in (None, zoe, agent, staff()):
                client = browser(stranger)
                answers = [client.get(f"/avis/{one}/") for one in (public_id, uuid4())]
                assert [answer.status_code for answer in answers] == [404, 404]
                assert client.get(f"/annonce/{public_id}/").status_code == 404

    def test_a_member_reads_its_page(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        with second_lock.opened([home.pk]):
            public_id = Notice.objects.get(mailing=mailing).public_id
        with later(SOON):
            said = still_page(browser(ana).get(f"/avis/{public_id}/"))
            assert "Coupure d’eau" in said and "Syndic des Bleuets" in said and "Gil" not in said
            assert "Coupure d’eau" in browser(ana).get("/immeuble/").content.decode()

    def test_a_manager_sees_no_post_of_the_residents(self, agent, mandate):
        assert viewer_of(agent.pk).homes == ()
        assert not Listing.objects.visible_to(viewer_of(agent.pk)).exists()
        assert not Listing.objects.visible_to(ANONYMOUS).filter(kind="notice").exists()

    def test_who_wrote_it_is_forgotten(self, agent, mandate, home):
        ana, mailing = neighbour("Ana", home), send(agent, mandate, [home])
        with later(SOON):
            erase(account=agent)
        mailing.refresh_from_db()
        assert mailing.written_by is None and len(read_by(ana)) == 1


def test_moments_are_of_tomorrow():
    assert tomorrow(9) > timezone.localdate().isoformat()


def test_a_notice_is_reported_and_hidden_like_anything_else(agent, mandate, home):
    ana, maud = neighbour("Ana", home), neighbour("Maud", home, moderates=True)
    mailing = send(agent, mandate, [home])
    with second_lock.opened([home.pk]):
        public_id = Notice.objects.get(mailing=mailing).public_id
    with later(SOON):
        answer = browser(ana).post(
            f"/signaler/{public_id}/", {"reason": "hurtful", "words": "Ce n’est pas notre syndic."}
        )
        assert answer.status_code == 302
        with second_lock.opened([home.pk]):
            case = Case.objects.get(subject=public_id)
        client = browser(maud)
        said = still_page(client.get(f"/moderation/{case.public_id}/"))
        assert "Coupure d’eau" in said and "Ana" not in said
        form = {"deed": "hide", "ground": "rules", "reason": "hurtful", "words": "Ce n’est pas notre syndic."}
        client.post(f"/moderation/{case.public_id}/", form)
    assert read_by(ana) == []
