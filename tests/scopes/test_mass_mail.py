"""Mass messages: one statement queues them, batches send them; each person once, and nobody stops the others."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from scopes import mass_mail
from scopes.handing_over import Delay, Postponed, hand_over
from scopes.jobs import BEHIND
from scopes.models import Account, MassMessage, MessageCopy
from tests.jobs import run_jobs
from tests.mail_server import everyone, mail_server, sent_to
from tests.neighbours import DAY, person
from tests.scopes.entering import later

pytestmark = pytest.mark.django_db
WORDS = {"fr": {"organisation": "Régie", "day": "3 mai"}, "en": {"organisation": "Régie", "day": "3 May"}}


@pytest.fixture
def people(monkeypatch) -> list[Account]:
    """Seven people, three to a batch; one reads English."""
    monkeypatch.setattr(mass_mail, "BATCH_SIZE", 3)
    return [person("Ana"), *(person("Bea") for _ in range(5)), person("Cy", language="en")]


def queued(due: timedelta = timedelta(), **columns) -> MassMessage:
    columns = {"template": "mandate", "words": WORDS, "too_late_at": timezone.now() + DAY, **columns}
    message = MassMessage.objects.create(**columns)
    mass_mail.queue(message, everyone(due))
    return message


def states(message: MassMessage) -> tuple[int, int, int]:
    """How many are sent, refused, waiting."""
    copies = message.copies.all()
    sent, refused = copies.exclude(sent_at=None).count(), copies.exclude(refused_at=None).count()
    return sent, refused, copies.waiting().count()


def test_one_statement_queues_them_all(people):
    message = MassMessage.objects.create(template="mandate", words=WORDS, too_late_at=timezone.now() + DAY)
    with CaptureQueriesContext(connection) as asked:
        mass_mail.queue(message, everyone())
    copies, jobs = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert "INSERT INTO scopes_messagecopy" in copies and "procrastinate_defer_jobs" in jobs
    assert sorted(message.copies.values_list("batch", flat=True)) == [1, 1, 1, 2, 2, 2, 3]
    jobs = ProcrastinateJob.objects.filter(task_name="deliver_batch")
    assert sorted(job.args["batch"] for job in jobs) == [1, 2, 3]
    assert {job.priority for job in jobs} == {BEHIND}, "a code goes first"


def test_each_gets_one_in_their_language(people):
    message = queued()
    run_jobs()
    assert sorted(address for sent in mail.outbox for address in sent.to) == sorted(p.email for p in people)
    assert {sent.subject for sent in mail.outbox if sent.to == [people[-1].email]} != {mail.outbox[0].subject} or (
        mail.outbox[0].to == [people[-1].email]
    )
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == 7
    assert states(message) == (7, 0, 0)
    for batch in (1, 2, 3):
        mass_mail.deliver(message.pk, batch)
    assert len(mail.outbox) == 7


@pytest.mark.privacy
def test_a_message_id_tells_the_site_and_nothing_of_anyone(people, settings):
    settings.SITE_URL = "https://alentour.example.org"
    message = queued()
    run_jobs()
    numbers = {str(copy.number) for copy in message.copies.all()}
    assert {sent.extra_headers["Message-ID"] for sent in mail.outbox} == {
        f"<{number}@alentour.example.org>" for number in numbers
    }


@pytest.mark.privacy
def test_batches_do_not_follow_the_order_of_accounts(people):
    """Who stands together in a batch tells nothing of who lives together."""
    orders = {tuple(queued().copies.order_by("account").values_list("batch", flat=True)) for _ in range(20)}
    assert len(orders) > 5


def test_who_has_no_address_or_left_meanwhile_is_passed_over(people):
    message = queued()
    people[0].email = None
    people[0].save()
    people[1].is_active = False
    people[1].save()
    people[2].delete()
    run_jobs()
    assert len(mail.outbox) == 4
    assert states(message) == (4, 2, 0)


def test_what_is_called_off_or_too_late_is_not_sent(people):
    mass_mail.call_off(MassMessage.objects.filter(pk=queued().pk))
    queued(too_late_at=timezone.now())
    run_jobs()
    assert mail.outbox == []


def test_what_is_not_due_waits(people):
    message = queued(timedelta(hours=9))
    assert ProcrastinateJob.objects.filter(scheduled_at__gt=timezone.now() + timedelta(hours=8)).count() == 3
    run_jobs()
    assert states(message) == (0, 0, 7)
    with later(timedelta(hours=4)):
        mass_mail.resume_batches()
        run_jobs()
    assert mail.outbox == []
    with later(timedelta(hours=10)):
        for batch in (1, 2, 3):
            mass_mail.deliver(message.pk, batch)
    assert len(mail.outbox) == 7


def test_a_batch_lets_others_go_first_after_a_while(people, monkeypatch):
    message = queued()
    monkeypatch.setattr(mass_mail, "A_WHILE", -1.0)
    mass_mail.deliver(message.pk, 1)
    assert states(message) == (0, 0, 7)
    assert ProcrastinateJob.objects.filter(task_name="deliver_batch").count() == 4


def test_what_is_put_off_waits_even_where_time_is_up(people):
    """Asked again at once, a server that is overwhelmed would be asked all the time."""

    def put_off(copy) -> None:
        raise Delay

    message, time_left = queued(), iter((True, True, False))
    with pytest.raises(Postponed):
        hand_over(message.copies.order_by("pk"), give=put_off, done=lambda copy: {}, go_on=lambda: next(time_left))
    assert states(message) == (0, 0, 7)


def test_a_refused_address_stops_nobody_and_a_busy_one_is_tried_again(people, settings):
    answers = {people[1].email: "550 no such person", people[2].email: "451 come again"}
    with mail_server(answers.get) as taken:
        sent_to(taken, settings)
        message = queued()
        raised = []
        for batch in (1, 2, 3):
            try:
                mass_mail.deliver(message.pk, batch)
            except Postponed:
                raised.append(batch)
        assert len(raised) == 1
        assert (taken.total, taken.connections) == (5, 3), "one connection a batch"
        assert states(message) == (5, 1, 1)
        answers.clear()
        mass_mail.deliver(message.pk, raised[0])
    assert (taken.total, taken.repeated) == (6, 0)
    assert states(message) == (6, 1, 0)


def test_a_server_that_is_away_is_told_to_the_job_and_nothing_is_lost(people, monkeypatch):
    def away(self, messages):
        raise smtplib.SMTPServerDisconnected

    message = queued()
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            mass_mail.deliver(message.pk, 1)
    assert states(message) == (0, 0, 7)
    ProcrastinateJob.objects.all().delete()  # tried twelve times
    mass_mail.resume_batches()
    assert not ProcrastinateJob.objects.exists(), "its job may still be trying"
    with later(timedelta(hours=4)):
        mass_mail.resume_batches()
        run_jobs()
    assert states(message) == (7, 0, 0)


def test_who_was_told_is_forgotten(people):
    queued()
    with later(59 * DAY):
        mass_mail.forget_messages()
        assert MessageCopy.objects.count() == 7
    with later(61 * DAY):
        mass_mail.forget_messages()
        assert not MessageCopy.objects.exists()


@pytest.mark.plan
def test_the_next_copy_is_found_however_many_were_sent_before(monkeypatch):
    """Walked in the order of their numbers, the copies that were sent made each letter slower than the one before."""
    monkeypatch.setattr(mass_mail, "BATCH_SIZE", 20)
    Account.objects.bulk_create(Account(email=f"r{n}@example.org", first_name="Ana") for n in range(3_000))
    message = queued()
    message.copies.filter(batch__lt=140).update(sent_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE scopes_messagecopy, scopes_account, scopes_massmessage")
    with CaptureQueriesContext(connection) as asked:
        mass_mail.deliver(message.pk, 140)
    first, *_ = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + first)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using copies_waiting" in plan and "Sort" not in plan, plan
