"""What ends with a mandate: nothing more goes out under it, what was read stays, and the sender is told (ADR 24)."""

from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from directory.announcing import tell_of
from directory.display_reminding import remind_of_displays
from directory.displaying import put_up, sheets_kept_by
from directory.models import Mailing, Notice
from directory.notices import notices_of
from directory.notifying import approve, say_it_is_over
from directory.operators.told import told_mailing
from geo.models import Residence
from scopes import second_lock
from scopes.errors import Refused
from scopes.handing_over import MailServer
from scopes.leaving import leave
from scopes.models import Acting, Mandate, Membership, MessageCopy
from scopes.organisations.mandating import contest, end, grant, settle
from scopes.organisations.people import close
from scopes.organisations.telling import tell_of_mandate
from scopes.pushing import subscribe
from scopes.viewing import viewer_of
from tests.directory.browsing import browser
from tests.directory.displayed import caretaker, send_decisions, sheets
from tests.directory.mandated import send, tomorrow
from tests.directory.test_announcing import NIGHT, NOON, SOON, URGENT, clock, told_of, wait
from tests.jobs import run_jobs
from tests.neighbours import DAY, neighbour, person
from tests.push_service import push_service
from tests.scopes.entering import building
from tests.scopes.mandates import asked, in_force, staff

pytestmark = pytest.mark.django_db
MORNING = timedelta(hours=9)


@pytest.fixture
def home(toy_town, settings, tmp_path):
    settings.VAPID_FILE = tmp_path / "vapid.pem"
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


@pytest.fixture(autouse=True)
def noon(mandate):
    """It is noon, whenever the test runs."""
    with clock(NOON):
        yield


def contested_away(mandate: Mandate, home: Residence) -> None:
    """A resident doubts it, and the staff takes the residence out."""
    doubt = contest(membership=neighbour("Zoé", home), mandate=mandate, words="Notre syndic est un autre.")
    settle(staff=staff(), contest=doubt, without=home)


def read_by(member: Membership) -> list[tuple[bool, str]]:
    """Whether each notice that a member reads now says that its mandate is over, and its title."""
    viewer = viewer_of(member.account_id)
    with second_lock.opened(viewer.residence_ids):
        return [(one.is_ended, one.title[:13]) for one in notices_of(viewer, viewer.home)]


def sent_at_night(agent, mandate, residences) -> Mailing:
    """A cut that is told in the morning; it is night."""
    mailing = send(agent, mandate, residences, data={"start": tomorrow(9), "end": tomorrow(20)})
    assert told_of(mailing) == [] and MessageCopy.objects.waiting().exists()
    return mailing


class TestWhatWaits:
    @pytest.mark.parametrize("ending", ["ended", "lapsed", "closed", "contested"])
    def test_what_waits_for_the_morning_is_not_sent(self, agent, mandate, home, ending):
        flo = neighbour("Flo", home)
        neighbour("Ana", home)
        with push_service() as service, clock(NIGHT):
            subscribe(account=flo.account, **service.browser().subscription)
            if ending == "lapsed":
                Mandate.objects.update(ends_on=NIGHT.date())
            mailing = sent_at_night(agent, mandate, [home])
            with wait(SOON):
                if ending == "ended":
                    end(by=staff(), mandate=mandate)
                elif ending == "closed":
                    close(account=agent, organisation=mandate.organisation)
                elif ending == "contested":
                    contested_away(mandate, home)
            assert told_of(mailing, after=MORNING) == [] and service.taken == []

    def test_next_door_is_told_all_the_same(self, agent, mandate, home, next_door):
        neighbour("Ana", home), neighbour("Bea", next_door)
        with clock(NIGHT):
            mailing = sent_at_night(agent, mandate, [home, next_door])
            contested_away(mandate, home)
            assert told_of(mailing, after=MORNING) == ["bea"]

    def test_a_batch_stops_between_two_letters(self, agent, mandate, home, monkeypatch):
        neighbour("Ana", home), neighbour("Bea", home)
        mailing, sent = send(agent, mandate, [home]), []

        def take(server, message):
            sent.append(message)
            end(by=staff(), mandate=mandate)

        monkeypatch.setattr(MailServer, "take", take)
        told_of(mailing)
        assert len([one for one in sent if one.subject.startswith("Coupure")]) == 1

    def test_what_nobody_has_read_yet_never_began(self, agent, mandate, home):
        ana, lou = neighbour("Ana", home), person("Lou")
        Acting.objects.create(account=lou, organisation=mandate.organisation, role=Acting.Role.WRITER)
        waits, sent = (send(agent, mandate, [home], **columns) for columns in (URGENT, {}))
        assert waits.sent_at is None
        end(by=staff(), mandate=mandate)
        with wait(SOON):
            assert read_by(ana) == []
            for mailing in (waits, sent):
                mailing.refresh_from_db()
                assert mailing.withdrawn_at
            with pytest.raises(Refused):
                approve(account=lou, mailing=waits)

    def test_nor_in_a_residence_that_was_taken_out(self, agent, mandate, home, next_door):
        ana, bea, lou = neighbour("Ana", home), neighbour("Bea", next_door), person("Lou")
        Acting.objects.create(account=lou, organisation=mandate.organisation, role=Acting.Role.WRITER)
        waits, _sent = (send(agent, mandate, [home, next_door], **columns) for columns in (URGENT, {}))
        contested_away(mandate, home)
        approve(account=lou, mailing=waits)
        with wait(SOON):
            assert read_by(ana) == [] and len(read_by(bea)) == 2

    def test_nothing_is_written_that_would_appear_after_the_last_day(self, agent, mandate, home):
        Mandate.objects.update(ends_on=NOON.date())
        midnight = datetime.combine(NOON.date() + DAY, time(), NOON.tzinfo)
        with clock(midnight - timedelta(minutes=1)), pytest.raises(Refused):
            send(agent, mandate, [home])
        with clock(midnight - timedelta(minutes=3)):
            assert send(agent, mandate, [home]).sent_at < midnight

    @pytest.mark.parametrize("ending", [False, True])
    def test_the_letters_that_announce_a_mandate_neither(self, agent, mandate, home, ending):
        """Nor to who moved out before they could be handed over."""
        neighbour("Ana", home), neighbour("Bea", home)
        new = grant(staff=staff(), mandate=asked(agent, [home], mandate.organisation))
        tell_of_mandate(new.pk)
        if ending:
            end(by=staff(), mandate=new)
        leave(membership=Membership.objects.get(account__first_name="Bea"))
        run_jobs()
        told = {sent.to[0].split(".")[0] for sent in mail.outbox if sent.subject.startswith("Qui pourra")}
        assert told == (set() if ending else {"ana"})


class TestWhatWasRead:
    def test_it_stays_and_says_that_the_mandate_is_over(self, agent, mandate, home):
        ana = neighbour("Ana", home)
        mailing = send(agent, mandate, [home])
        with wait(SOON):
            assert read_by(ana) == [(False, "Coupure d’eau")]
            end(by=staff(), mandate=mandate)
            assert read_by(ana) == [(True, "Coupure d’eau")]
            with second_lock.opened([home.pk]):
                notice = Notice.objects.get(mailing=mailing)
            page = browser(ana.account).get(f"/avis/{notice.public_id}/").content.decode()
            assert "n’a plus de mandat ici" in page and "Coupure d’eau" in page

    def test_where_its_last_day_passed_too(self, agent, mandate, home):
        Mandate.objects.update(ends_on=NOON.date())
        ana = neighbour("Ana", home)
        send(agent, mandate, [home], data={"start": tomorrow(9), "end": tomorrow(20)})
        with wait(timedelta(hours=13)):
            assert read_by(ana) == [(True, "Coupure d’eau")]

    def test_and_where_the_residence_was_taken_out_but_not_next_door(self, agent, mandate, home, next_door):
        ana, bea = neighbour("Ana", home), neighbour("Bea", next_door)
        mailing = send(agent, mandate, [home, next_door])
        with wait(SOON):
            contested_away(mandate, home)
            assert (read_by(ana), read_by(bea)) == ([(True, "Coupure d’eau")], [(False, "Coupure d’eau")])
            say_it_is_over(account=agent, mailing=mailing)
        with wait(2 * SOON):
            assert read_by(ana) == [] and [title for _ended, title in read_by(bea)] == ["C’est rétabli"]


class TestSheets:
    def test_nobody_is_asked_to_put_one_up_any_more(self, agent, mandate, home):
        keeper = caretaker(home).account
        mailing = send_decisions(agent, mandate, [home])
        with wait(SOON):
            with sheets_kept_by(keeper) as waiting:
                assert waiting
            end(by=staff(), mandate=mandate)
            with sheets_kept_by(keeper) as waiting:
                assert waiting == []
            for account in (keeper, agent):
                with pytest.raises(Refused):
                    put_up(account=account, handle=sheets(mailing)[0].handle)
        with wait(2 * DAY):
            assert remind_of_displays() == 0

    def test_nor_in_a_residence_that_was_taken_out(self, agent, mandate, home, next_door):
        mailing = send_decisions(agent, mandate, [home, next_door])
        contested_away(mandate, home)
        for sheet in sheets(mailing):
            if sheet.residence_id == home.pk:
                with pytest.raises(Refused):
                    put_up(account=agent, handle=sheet.handle)
            else:
                assert put_up(account=agent, handle=sheet.handle).hung_on


class TestTheSender:
    def test_is_told_by_mail_and_never_who_doubted(self, agent, mandate, home, next_door):
        contested_away(mandate, home), contested_away(mandate, next_door)
        ProcrastinateJob.objects.exclude(task_name="deliver_mail").delete()
        run_jobs()
        in_part, whole = mail.outbox
        assert in_part.to == whole.to == [agent.email]
        assert in_part.subject == "Un immeuble n’est plus dans votre mandat"
        assert whole.subject == "Votre mandat est terminé" and "annulé" in whole.body
        assert not any(word in sent.body for sent in mail.outbox for word in ("Zoé", "autre", "contest"))

    def test_reads_it_on_the_desk_and_by_the_api(self, agent, mandate, home):
        mailing, desk = send(agent, mandate, [home]), browser(agent, two_factors=True)
        assert not told_mailing(mailing)["mandate_is_over"]
        with wait(SOON):
            tell_of(mailing.pk)
            assert "C’est rétabli" in desk.get("/avis/").content.decode()
            end(by=agent, mandate=mandate)
            mailing = Mailing.objects.get(pk=mailing.pk)
            assert told_mailing(mailing)["mandate_is_over"] and told_mailing(mailing)["state"] == "sent"
            page = desk.get("/avis/").content.decode()
            assert "mandat terminé" in page and "C’est rétabli" not in page
            assert "Le mandat est terminé" in desk.get(f"/avis/envoi/{mailing.handle}/").content.decode()
            assert "Mandat terminé" in desk.get(f"/organismes/{mandate.organisation.handle}/").content.decode()

    def test_is_told_nothing_of_what_was_only_asked_for(self, agent, mandate, home):
        asked_only = asked(agent, [home], mandate.organisation)
        mail.outbox.clear()
        end(by=staff(), mandate=asked_only)
        run_jobs()
        assert mail.outbox == [] and timezone.now() == NOON
