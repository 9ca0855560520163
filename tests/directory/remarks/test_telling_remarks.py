"""Who must put a page right is told that something was said of it: once a day, as they chose, and never what."""

from datetime import UTC, datetime, time, timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from directory import tending
from directory.models import NoticeChoice, Remark, SourceRecord, SyncedCalendar
from directory.notice_kinds import Means, NoticeKind
from directory.publishing import withdraw
from directory.reaching import choose
from directory.remarking import remark, settle_remarks
from directory.tasks import tell_of_remarks
from directory.telling_remarks import write
from geo.errors import NotFound
from scopes.models import Account, Acting, MassMessage, MessageCopy, Organisation
from scopes.pushing import subscribe
from tests.directory.browsing import browser
from tests.directory.claims import bakery, keeps, shopkeeper
from tests.directory.happening import event
from tests.directory.synced import ADDRESS
from tests.jobs import run_jobs
from tests.neighbours import person
from tests.push_service import push_service
from tests.scopes.mandates import organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    """It is noon, whenever the test runs."""
    at_noon = datetime.combine(timezone.localdate(), time(11), UTC)
    with patch("django.utils.timezone.now", return_value=at_noon):
        yield at_noon


@pytest.fixture
def basile():
    return shopkeeper()


def told(*, send: bool = True) -> list[str]:
    """Who is written to by the job of a morning: their first names."""
    mail.outbox.clear()
    tell_of_remarks.func(0)
    if send:
        run_jobs(due_by=timezone.now())
    return sorted(sent.to[0].split(".")[0] for sent in mail.outbox)


class TestWhosePageItIs:
    def test_its_keeper_alone(self, shop, basile, hall, staff):
        keeps(basile, shop)
        remark(listing=shop, what="hours", words="Fermé le CANARI")
        assert told() == ["basile"]
        (sent,) = mail.outbox
        assert sent.subject == "Des remarques attendent"
        assert "1 de vos fiches a reçu" in sent.body and reverse("places") in sent.body
        for secret in ("CANARI", "Fournil", "horaires"):
            assert secret not in sent.body + sent.subject + sent.alternatives[0][0]

    def test_of_what_nobody_keeps_the_town_hall(self, shop, hall, staff):
        remark(listing=shop, what="closed")
        assert told() == ["maire"]
        assert "que personne ne tient" in mail.outbox[0].body and reverse("pages-to-put-right") in mail.outbox[0].body

    def test_without_one_the_staff(self, shop, basile, staff):
        remark(listing=shop, what="closed")
        assert told() == ["sam"]

    def test_a_writer_of_the_town_hall_decides_nothing_and_is_not_told(self, shop, hall):
        Acting.objects.create(account=person("Paul"), organisation=hall.actings.get().organisation, role="writer")
        remark(listing=shop, what="closed")
        assert told() == ["maire"]

    def test_of_an_event_who_announced_it(self, town, staff):
        ines = person("Ines")
        club = organisation(ines, kind="association", name="Les Amis du bal")
        remark(listing=event(town, organisation=club), what="dates")
        assert told() == ["ines"] and reverse("own-events", args=[club.handle]) in mail.outbox[0].body

    def test_of_a_followed_calendar_its_organisation(self, town, staff):
        ines, ball = person("Ines"), event(town)
        club = organisation(ines, kind="association", name="Les Amis du bal")
        own = SyncedCalendar.objects.create(organisation=club, address=ADDRESS)
        row = {"dataset": "agenda", "key": "bal", "attributes": {}, "digest": "-"}
        SourceRecord.objects.create(listing=ball, source=own.source, **row)
        remark(listing=ball, what="cancelled")
        assert told() == ["ines"]
        assert reverse("own-calendar", args=[club.handle, own.handle]) in mail.outbox[0].body


class TestWhereNobodyActs:
    """What an organisation keeps is put right by others once nobody acts for all of it."""

    @pytest.fixture(params=["inactive", "ended", "elsewhere"])
    def leaves(self, request):
        def leave(account):
            if request.param == "inactive":
                Account.objects.filter(pk=account.pk).update(is_active=False)
            elif request.param == "ended":
                Organisation.objects.filter(actings__account=account).update(ended_at=timezone.now())
            else:
                Acting.objects.filter(account=account).update(everywhere=False)

        return leave

    def test_of_a_place_the_town_hall_else_the_staff(self, shop, basile, hall, staff, leaves):
        keeps(basile, shop)
        leaves(basile)
        remark(listing=shop, what="hours")
        assert {*told()} == {"maire"} and "que personne ne tient" in mail.outbox[0].body
        assert tending.to_put_right(hall).get() == tending.to_put_right(staff).get()
        leaves(hall)
        remark(listing=shop, what="closed")
        assert {*told()} == {"sam"}
        tending.set_aside(account=staff, public_id=shop.public_id)

    def test_of_an_event_and_of_a_followed_calendar(self, town, staff, leaves):
        ines, balls = person("Ines"), [event(town), event(town)]
        club = organisation(ines, kind="association", name="Les Amis du bal")
        balls.append(event(town, organisation=club))
        own = SyncedCalendar.objects.create(organisation=club, address=ADDRESS)
        row = {"dataset": "agenda", "attributes": {}, "digest": "-"}
        SourceRecord.objects.create(listing=balls[0], source=own.source, key="bal", **row)
        for ball in balls:
            remark(listing=ball, what="cancelled")
        assert {*told()} == {"ines", "sam"} and tending.to_put_right(staff).get().pk == balls[1].pk
        leaves(ines)
        remark(listing=balls[0], what="dates")
        assert {*told()} == {"sam"} and "3 fiches que personne ne tient" in mail.outbox[0].body
        assert {page.pk for page in tending.to_put_right(staff)} == {ball.pk for ball in balls}
        tending.close(account=staff, public_id=balls[2].public_id)

    def test_what_it_took_back_itself_stays_out_of_sight(self, town, staff, leaves):
        ines = person("Ines")
        ball = event(town, organisation=organisation(ines, kind="association", name="Les Amis du bal"))
        withdraw(listing=ball)
        leaves(ines)
        with pytest.raises(NotFound):
            tending.open_again(account=staff, public_id=ball.public_id)


class TestHowOften:
    def test_all_that_waits_in_one_letter_and_no_second_one(self, town, shop, staff):
        remark(listing=shop, what="closed")
        remark(listing=event(town), what="dates")
        assert told() == ["sam"] and "2 fiches que personne ne tient" in mail.outbox[0].body
        assert told() == []

    def test_again_when_something_new_is_said_with_what_still_waits(self, town, shop, staff):
        remark(listing=shop, what="closed")
        told()
        remark(listing=event(town), what="dates")
        assert told() == ["sam"] and "2 fiches" in mail.outbox[0].body

    def test_what_is_settled_or_gone_before_it_is_sent_is_not_told(self, town, shop, staff):
        remark(listing=shop, what="closed")
        assert told(send=False) == []
        settle_remarks(shop)
        run_jobs(due_by=timezone.now())
        assert mail.outbox == [] and MessageCopy.objects.get().refused_at
        ball = event(town)
        remark(listing=ball, what="dates")
        withdraw(listing=ball)
        assert told() == [] and not Remark.objects.filter(told=False).exists()

    def test_what_has_ended_since_is_not_told(self, town, staff, noon):
        ball = event(town)
        remark(listing=ball, what="dates")
        with patch("django.utils.timezone.now", return_value=noon + timedelta(days=9)):
            assert told() == []

    def test_at_night_it_waits_for_the_morning(self, shop, staff, noon):
        remark(listing=shop, what="closed")
        with patch("django.utils.timezone.now", return_value=noon + timedelta(hours=12)):
            assert told() == []
        with patch("django.utils.timezone.now", return_value=noon + timedelta(hours=20)):
            run_jobs(due_by=timezone.now())
        assert len(mail.outbox) == 1


class TestAsTheyChose:
    def test_on_the_site_alone(self, shop, staff):
        choose(account_id=staff.pk, choices={NoticeKind.REMARK: Means.PAGE})
        remark(listing=shop, what="closed")
        assert told() == []

    def test_as_a_notification(self, shop, staff, settings, tmp_path):
        settings.VAPID_FILE = tmp_path / "vapid.pem"
        choose(account_id=staff.pk, choices={NoticeKind.REMARK: Means.PUSH})
        with push_service() as service:
            own = service.browser()
            subscribe(account=staff, **own.subscription)
            remark(listing=shop, what="closed", words="CANARI")
            assert told() == []
            said = own.read(service.taken[0][2])
        assert said["url"] == reverse("pages-to-put-right") and "CANARI" not in str(said)

    def test_in_their_language(self, shop, staff):
        staff.language = "en"
        staff.save(update_fields=["language"])
        remark(listing=shop, what="closed")
        told()
        assert mail.outbox[0].subject == "Remarks are waiting"

    def test_one_click_stops_it(self, shop, staff):
        remark(listing=shop, what="closed")
        told()
        stop = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
        assert Client().post("/" + stop.split("/", 3)[3]).status_code == 200
        assert NoticeChoice.objects.get(account=staff).kind == NoticeKind.REMARK
        remark(listing=shop, what="hours")
        assert told() == []

    def test_the_choice_is_shown_to_whom_it_concerns(self, shop, basile):
        own = reverse("reaching-me")
        assert 'name="remark"' not in browser(person("Zoé")).get(own).text
        keeps(basile, shop)
        assert 'name="remark"' in browser(basile).get(own).text


def test_it_asks_as_much_of_the_database_for_many_pages_of_many_keepers(town, staff):
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queued:
            tell_of_remarks.func(0)
        message = MassMessage.objects.latest("pk")
        accounts = list(MessageCopy.objects.filter(message=message).values_list("account", flat=True))
        with CaptureQueriesContext(connection) as written:
            assert len(write(message, accounts)) == len(accounts)
        return len(queued), len(written)

    def kept(number: int) -> None:
        ball = organisation(person(f"Ines{number}"), kind="association", name=f"Bal {number}", siret="", rna="")
        remark(listing=event(town, organisation=ball), what="dates")

    kept(0)
    remark(listing=bakery(town), what="closed")
    for_one = asked()
    for number in range(1, 9):
        kept(number)
        remark(listing=bakery(town), what="closed")
    assert asked() == for_one
    assert MessageCopy.objects.filter(account__first_name__startswith="Ines").count() == 9
    # Of a batch, no more is read than its own.
    one = Account.objects.get(first_name="Ines3")
    assert write(MassMessage.objects.latest("pk"), [one.pk]).keys() == {one.pk}
