"""Residents are told of a notice: as each chose, not at night, not twice, and without the sender learning of it."""

import re
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from directory.announcing import awake, left_untold, recipients_of, tell_of
from directory.models import Announcement, Mailing
from directory.notice_kinds import Means, NoticeKind
from directory.notifying import say_it_is_over, take_back
from directory.reaching import choose, silence
from directory.tasks import tell_what_was_left
from scopes.leaving import leave
from scopes.models import Membership, MessageCopy
from scopes.organisations.mandating import end
from scopes.pushing import subscribe
from scopes.viewing import viewer_of
from tests.directory.browsing import said
from tests.directory.mandated import send, tell, tomorrow, water_cut
from tests.jobs import run_jobs
from tests.neighbours import DAY, asker, neighbour, person
from tests.push_service import push_service
from tests.scopes.entering import building
from tests.scopes.mandates import in_force, over_area, staff, town_hall
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=3)
PARIS = ZoneInfo("Europe/Paris")
#: Tomorrow at noon and at night.
NOON = datetime.combine(datetime.now(PARIS) + timedelta(days=1), time(12), PARIS)
NIGHT = NOON.replace(hour=23)
URGENT = {"urgent": True, "confirmation": "URGENT"}


@pytest.fixture
def home(toy_town, settings, tmp_path):
    settings.VAPID_FILE = tmp_path / "vapid.pem"
    return building(3, 1)


@pytest.fixture
def agent(home):
    return person("Gil")


@pytest.fixture
def mandate(agent, home):
    return in_force(agent, [home, building(2, 2)])


@contextmanager
def clock(moment: datetime):
    """It is this moment."""
    with patch("django.utils.timezone.now", return_value=moment):
        yield


@contextmanager
def wait(time: timedelta):
    """So much later than it is."""
    with clock(timezone.now() + time):
        yield


@pytest.fixture(autouse=True)
def noon(mandate):
    """It is noon, whenever the test runs."""
    with clock(NOON):
        yield


def told_of(mailing: Mailing, *, after: timedelta = SOON) -> list[str]:
    """Who is written to, some minutes after the mailing was sent: their first names."""
    mail.outbox.clear()
    ProcrastinateJob.objects.exclude(task_name__in=("tell_of_notice", "deliver_batch")).delete()
    with wait(after):
        run_jobs()
    return sorted(sent.to[0].split(".")[0] for sent in mail.outbox)


class TestWho:
    def test_members_are_and_nobody_else(self, agent, mandate, home):
        for name, role in {"Ana": "tenant", "Olga": "absent_owner"}.items():
            neighbour(name, home, role=role)
        neighbour("Nina", home, settled=False), neighbour("Max", building(1, 1)), asker("Eve", home)
        neighbour("Félix", home, ended_at=timezone.now())
        neighbour("Zoé", home, account=person("Zoé", is_active=False))
        assert told_of(send(agent, mandate, [home])) == ["ana", "nina", "olga"]

    def test_once_with_two_homes(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        neighbour("Ana", building(2, 2), account=ana.account)
        assert told_of(send(agent, mandate, [home, building(2, 2)])) == ["ana"]

    def test_once_however_often_it_is_done(self, agent, mandate, home):
        neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        assert told_of(mailing) == ["ana"]
        with wait(SOON):
            tell_of(mailing.pk)
        assert MessageCopy.objects.count() == 1

    def test_not_before_it_can_be_read(self, agent, mandate, home):
        neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        job = ProcrastinateJob.objects.get(task_name="tell_of_notice")
        assert job.scheduled_at == mailing.sent_at and job.args == {"mailing_id": mailing.pk}
        tell_of(mailing.pk)
        assert not Announcement.objects.exists()

    def test_not_of_what_is_said_to_be_over_while_it_waits_its_turn(self, agent, mandate, home, monkeypatch):
        neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        held = Mailing.objects.select_for_update

        def over_meanwhile(**how):
            monkeypatch.undo()
            say_it_is_over(account=agent, mailing=mailing)
            return held(**how)

        monkeypatch.setattr(Mailing.objects, "select_for_update", over_meanwhile)
        with wait(SOON):
            tell_of(mailing.pk)
        assert not Announcement.objects.exists()

    def test_nobody_of_what_was_taken_back(self, agent, mandate, home):
        neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        take_back(account=agent, mailing=mailing)
        assert told_of(mailing) == [] and not Announcement.objects.exists()

    def test_nobody_under_a_mandate_that_was_ended_meanwhile(self, agent, mandate, home):
        neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        end(by=staff(), mandate=mandate, why="Ce syndic n’en est pas un.")
        assert told_of(mailing) == [] and not Announcement.objects.exists()

    def test_nobody_more_of_what_is_taken_back_while_it_is_sent(self, agent, mandate, home):
        neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        with wait(SOON):
            tell_of(mailing.pk)
            take_back(account=agent, mailing=mailing)
        assert told_of(mailing) == []

    def test_who_lets_nobody_write_is_told_of_what_is_urgent_alone(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        ana.alias.written_by = ""
        ana.alias.save()
        assert told_of(send(agent, mandate, [home])) == []
        assert told_of(send(agent, mandate, [home], **URGENT)) == ["ana"]

    def test_three_times_a_day_at_most_but_of_what_is_urgent(self, agent, mandate, home):
        neighbour("Ana", home)
        assert [told_of(send(agent, mandate, [home])) for _ in range(5)] == [["ana"]] * 3 + [[]] * 2
        assert told_of(send(agent, mandate, [home], **URGENT)) == ["ana"]
        with wait(DAY):
            assert told_of(send(agent, mandate, [home])) == ["ana"]

    def test_an_area_is_those_whose_cell_is_in_it(self, settings):
        village = make_village()
        ana, max_, eve = (neighbour(name, village.residences[key]) for name, key in zip("AMC", "ADE", strict=True))
        mayor = person("Maire")
        mandate = over_area(mayor, town_hall(mayor, village.town), municipality=village.town)
        mailing = tell(mayor, mandate, "quarters", quarters=[village.west.key])
        assert mailing.area is not None
        with wait(SOON):
            told = {account for account, _means, _due in recipients_of(mailing)}
        assert told == {ana.account_id, max_.account_id} and eve.account_id not in told


class TestChoices:
    def works(self, agent, mandate, home):
        days = {"start": tomorrow(9)[:10], "end": tomorrow(9)[:10]}
        return send(agent, mandate, [home], template="works", data={"what": "façade", **days})

    def test_works_are_on_the_page_unless_one_wants_more(self, agent, mandate, home):
        ana, _bea = neighbour("Ana", home), neighbour("Bea", home)
        assert told_of(self.works(agent, mandate, home)) == []
        choose(account_id=ana.account_id, choices={NoticeKind.WORKS: Means.MAIL})
        assert told_of(self.works(agent, mandate, home)) == ["ana"]

    def test_a_kind_can_stay_on_the_page(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        choose(account_id=ana.account_id, choices={NoticeKind.CUT: Means.PAGE})
        assert told_of(send(agent, mandate, [home])) == []
        assert told_of(send(agent, mandate, [home], **URGENT)) == ["ana"], "an urgent one is of another kind"

    @pytest.mark.parametrize(("means", "by_push"), [(None, True), (Means.PUSH, True), (Means.MAIL, False)])
    def test_pushed_where_a_browser_asked_for_it(self, agent, mandate, home, means, by_push):
        ana = neighbour("Ana", home)
        if means:
            choose(account_id=ana.account_id, choices={NoticeKind.CUT: means})
        with push_service() as service:
            browser = service.browser()
            subscribe(account=ana.account, **browser.subscription)
            mailing = send(agent, mandate, [home])
            assert told_of(mailing) == ([] if by_push else ["ana"])
            assert len(service.taken) == by_push
            if by_push:
                said = browser.read(service.taken[0][2])
                assert said["title"].startswith("Coupure d’eau") and "Syndic des Bleuets" in said["body"]
                assert said["url"] == f"/avis/recu/{mailing.handle}/" and said["language"] == "fr"

    def test_a_silenced_sort_is_not_sent_but_safety_is(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        assert told_of(mailing) == ["ana"]
        silenced(ana, mailing)
        assert told_of(send(agent, mandate, [home])) == []
        assert told_of(send(agent, mandate, [home], **URGENT)) == ["ana"]
        assert told_of(send(agent, mandate, [home], template="lift", data=water_cut())) == ["ana"]


def silenced(member: Membership, mailing: Mailing) -> None:
    from directory.models import Notice
    from scopes import second_lock

    viewer = viewer_of(member.account_id)
    with second_lock.opened(viewer.residence_ids):
        notice = Notice.objects.filter(mailing=mailing, residence=member.residence).select_related("mailing__mandate")
        silence(viewer=viewer, mailing=notice.get().mailing)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("moment", "told"),
        [
            ("2026-12-01T06:59+01:00", "2026-12-01T07:00+01:00"),
            ("2026-12-01T07:00+01:00", "2026-12-01T07:00+01:00"),
            ("2026-12-01T21:59+01:00", "2026-12-01T21:59+01:00"),
            ("2026-12-01T22:00+01:00", "2026-12-02T07:00+01:00"),
            ("2026-12-31T23:30+01:00", "2027-01-01T07:00+01:00"),
            ("2027-03-27T23:00+01:00", "2027-03-28T07:00+02:00"),  # the night on which clocks change
        ],
    )
    def test_a_night_is_from_22_to_7_at_the_place(self, moment, told):
        asked = datetime.fromisoformat(moment)
        assert awake(asked, time_zone="Europe/Paris") == datetime.fromisoformat(told)

    def test_the_same_moment_is_day_elsewhere(self):
        assert awake(NIGHT, time_zone="Europe/Paris") > NIGHT
        assert awake(NIGHT, time_zone="America/Martinique") == NIGHT

    def test_what_is_sent_at_night_is_told_in_the_morning(self, agent, mandate, home):
        neighbour("Ana", home)
        with clock(NIGHT):
            mailing = send(agent, mandate, [home], data={"start": tomorrow(9), "end": tomorrow(20)})
            assert told_of(mailing) == []
            told = Announcement.objects.get(mailing=mailing)
            job = ProcrastinateJob.objects.get(task_name="deliver_batch", args__message_id=told.message_id)
            assert job.scheduled_at == datetime.combine(NIGHT + DAY, time(7), PARIS)
            assert told_of(mailing, after=timedelta(hours=9)) == ["ana"]

    def test_who_moved_out_or_wants_no_more_in_the_night_gets_nothing_in_the_morning(self, agent, mandate, home):
        """By mail or by push; who is told for another home as well still is."""
        names = ("Ana", "Bea", "Cy", "Dan", "Eli", "Flo")
        ana, bea, cy, dan, _eli, flo = (neighbour(name, home) for name in names)
        neighbour("Bea", building(2, 2), account=bea.account)
        with push_service() as service, clock(NIGHT):
            subscribe(account=flo.account, **service.browser().subscription)
            cut = {"start": tomorrow(9), "end": tomorrow(20)}
            mailing = send(agent, mandate, [home, building(2, 2)], data=cut)
            assert told_of(mailing) == [] and MessageCopy.objects.waiting().count() == len(names)
            with wait(timedelta(hours=1)):
                for member in (ana, bea, flo):
                    leave(membership=member)
                silenced(cy, mailing)
                choose(account_id=dan.account_id, choices={NoticeKind.CUT: Means.PAGE})
            assert told_of(mailing, after=timedelta(hours=9)) == ["bea", "eli"]
            assert service.taken == [] and not MessageCopy.objects.waiting().exists()

    def test_what_is_urgent_at_once(self, agent, mandate, home):
        neighbour("Ana", home)
        with clock(NIGHT):
            flood = {"hazard": "flood", "todo": "Montez à l’étage.", "start": NIGHT.isoformat()[:16]}
            assert told_of(send(agent, mandate, [home], template="safety", data=flood, **URGENT)) == ["ana"]

    def test_what_is_over_before_the_morning_never(self, agent, mandate, home):
        neighbour("Ana", home)
        with clock(NIGHT):
            mailing = send(agent, mandate, [home])
            assert told_of(mailing) == []
            with wait(timedelta(hours=2)):
                say_it_is_over(account=agent, mailing=mailing)
            assert told_of(mailing, after=timedelta(hours=10)) == []


class TestLeft:
    def test_what_its_job_gave_up_is_tried_again_as_long_as_it_is_news(self, agent, mandate, home):
        neighbour("Ana", home)
        mailing, gone = send(agent, mandate, [home]), send(agent, mandate, [home], data=water_cut(end=tomorrow(14)))
        take_back(account=agent, mailing=gone)
        ProcrastinateJob.objects.all().delete()
        for hours, left in ((1, []), (4, [mailing]), (25, [])):
            with wait(timedelta(hours=hours)):
                assert list(left_untold()) == left
        with wait(timedelta(hours=4)):
            tell_what_was_left(0)
            assert run_jobs()[0] == "tell_of_notice"
            assert MessageCopy.objects.count() == 1 and not left_untold()


class TestOver:
    def test_it_goes_to_those_who_were_told(self, agent, mandate, home):
        neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        assert told_of(mailing) == ["ana"]
        with wait(SOON):
            neighbour("Bea", home)
            over = say_it_is_over(account=agent, mailing=mailing)
            assert told_of(over, after=SOON) == ["ana"]
        assert mail.outbox[0].subject.startswith("C’est rétabli")


class TestMail:
    @pytest.fixture
    def letter(self, agent, mandate, home):
        home.name = "Résidence Canari"
        home.save()
        neighbour("Ana", home)
        assert told_of(send(agent, mandate, [home])) == ["ana"]
        return mail.outbox[0]

    @pytest.mark.privacy
    def test_it_says_what_and_who_and_nothing_of_the_reader_or_the_building(self, letter):
        # A random part of an id or a boundary may read "Ana".
        headers = [value for name, value in letter.message().items() if name not in ("Message-ID", "Content-Type")]
        everything = "\n".join([*headers, letter.body, letter.alternatives[0][0]])
        assert letter.subject.startswith("Coupure d’eau, ") and "Syndic des Bleuets" in letter.body
        assert "Canari" not in everything and "Ana" not in everything.replace(letter.to[0], "")
        assert not re.search(r"<img|https?://(?!127\.0\.0\.1)", letter.alternatives[0][0])

    @pytest.mark.privacy
    def test_its_links_are_the_same_for_everyone(self, agent, mandate, home):
        for name in ("Ana", "Bea"):
            neighbour(name, home)
        told_of(send(agent, mandate, [home]))
        first, second = mail.outbox
        assert first.body == second.body and first.alternatives == second.alternatives

    @pytest.mark.privacy
    def test_what_a_sender_types_is_not_in_the_subject(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        choose(account_id=ana.account_id, choices={NoticeKind.WORKS: Means.MAIL})
        days = {"start": tomorrow(9)[:10], "end": tomorrow(9)[:10]}
        told_of(send(agent, mandate, [home], template="works", data={"what": "toit des Lilas", **days}))
        assert "Lilas" not in mail.outbox[0].subject and "Lilas" in mail.outbox[0].body

    def test_one_click_stops_that_kind(self, letter, agent, mandate, home, client):
        """RFC 8058: two headers, a POST without any cookie; the token is nowhere in our tables."""
        address = re.fullmatch(r"<(\S+)>", letter.extra_headers["List-Unsubscribe"])[1]
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        token = address.rstrip("/").rsplit("/", 1)[1]
        assert len(token) == 32 and token not in letter.body
        assert token not in str(list(MessageCopy.objects.values()))
        path = address.removeprefix("http://127.0.0.1:8000")
        unknown = path.replace(token, "0" * 32)
        assert said(client.get(path)) == said(client.get(unknown))
        answers = [client.post(one, {"List-Unsubscribe": "One-Click"}) for one in (path, unknown)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert said(answers[0]) == said(answers[1])
        assert told_of(send(agent, mandate, [home])) == []

    def test_safety_cannot_be_stopped(self, agent, mandate, home):
        neighbour("Ana", home)
        told_of(send(agent, mandate, [home], **URGENT))
        assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


@pytest.mark.privacy
class TestSilence:
    def test_sending_asks_the_same_whoever_lives_there(self, agent, mandate, home):
        def statements() -> list[str]:
            with CaptureQueriesContext(connection) as asked:
                send(agent, mandate, [home])
            return [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asked]

        statements()  # what a process asks once
        empty = statements()
        for name in ("Ana", "Bea", "Cléo"):
            neighbour(name, home)
        assert statements() == empty
        assert not any("scopes_membership" in one for one in empty)
