"""Someone is told that a message waits: once until they read, as they chose, not at night, and of no word of it."""

from contextlib import contextmanager
from datetime import datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import conversing
from directory.models import NoticeChoice
from directory.notice_kinds import Means, NoticeKind
from directory.reaching import choose
from scopes.models import Level, Mute
from scopes.pushing import subscribe
from tests.directory.speaking import looking, say
from tests.directory.talking import begins, reads, writes
from tests.jobs import run_jobs
from tests.neighbours import neighbour
from tests.push_service import push_service

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime.combine(datetime.now(PARIS) + timedelta(days=1), time(12), PARIS)
LATER = timedelta(minutes=5)


@contextmanager
def clock(moment: datetime):
    """It is this moment."""
    with patch("django.utils.timezone.now", return_value=moment):
        yield


@pytest.fixture(autouse=True)
def noon(settings, tmp_path):
    """It is noon, whenever the test runs."""
    settings.VAPID_FILE = tmp_path / "vapid.pem"
    with clock(NOON):
        yield


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def bruno(village):
    return neighbour("Bruno", village.residences["B"])


@pytest.fixture
def talk(alice, bruno):
    return begins(bruno, say(alice, Level.NEIGHBOURHOOD, "Vélo d’enfant"), "Mon canari secret.").conversation


def told(*, after: timedelta = LATER) -> list[str]:
    """Who is written to some minutes later: their first names."""
    mail.outbox.clear()
    jobs = ProcrastinateJob.objects.filter(status="todo")
    with clock(timezone.now() + after):
        jobs.exclude(task_name__in=("tell_of_message", "deliver_batch")).delete()
        run_jobs(due_by=timezone.now())
    return [sent.to[0].split(".")[0] for sent in mail.outbox]


def test_the_other_is_told_of_the_listing_and_of_no_word(alice, talk):
    assert told() == ["alice"]
    (sent,) = mail.outbox
    html = sent.alternatives[0][0]
    assert sent.subject == "Un message vous attend" and "« Vélo d’enfant »" in sent.body
    assert f"/messages/{talk.public_id}/" in sent.body
    for secret in ("canari", "Bruno", "Alice", alice.account.email):
        assert secret not in sent.body + html + sent.subject
    assert "One-Click" in sent.extra_headers["List-Unsubscribe-Post"]


def test_of_a_residence_not_even_the_title(village, alice):
    begins(neighbour("Anna", village.residences["A"]), say(alice, Level.RESIDENCE, "Clé du local"))
    assert told() == ["alice"]
    assert "Clé du local" not in mail.outbox[0].body and "de votre immeuble" in mail.outbox[0].body


def test_once_a_conversation_until_it_is_read(alice, bruno, talk):
    assert told() == ["alice"]
    writes(bruno, talk, "Et aussi")
    assert told() == []
    reads(alice, talk)
    with clock(NOON + LATER):
        writes(bruno, talk, "Tu es là ?")
        assert told() == ["alice"]


def test_what_is_read_or_taken_back_meanwhile_is_not_told(alice, bruno, talk):
    reads(alice, talk)
    assert told() == []
    with clock(NOON + LATER):
        said = writes(bruno, talk, "Non, rien.")
        with looking(bruno) as viewer:
            conversing.withdraw(viewer=viewer, message=said.public_id)
        assert told() == []


def test_who_does_not_read_the_writer_or_keeps_it_quiet_is_not_told(alice, bruno, talk):
    Mute.objects.create(account=alice.account, muted=bruno.alias)
    assert told() == []
    Mute.objects.all().delete()
    with looking(alice) as viewer:
        conversing.be_quiet(viewer=viewer, conversation=talk.public_id)
    writes(bruno, talk, "Allô ?")
    assert told() == []
    with looking(alice) as viewer:
        conversing.be_quiet(viewer=viewer, conversation=talk.public_id, quiet=False)
    writes(bruno, talk, "Allô, allô ?")
    assert told() == ["alice"]


def test_at_night_it_waits_for_the_morning_and_is_asked_anew(alice, bruno, talk):
    night = NOON.replace(hour=23)
    with clock(night):
        assert told() == []
        waiting = ProcrastinateJob.objects.filter(task_name="tell_of_message").latest("pk")
        assert waiting.scheduled_at == (night + timedelta(days=1)).replace(hour=7)
        reads(alice, talk)
        assert told(after=timedelta(hours=9)) == []
    with clock(night + LATER):
        writes(bruno, talk, "Debout ?")
        assert told() == []
        assert told(after=timedelta(hours=9)) == ["alice"]


@pytest.mark.parametrize(
    ("means", "by_push", "by_mail"), [(None, 1, []), (Means.MAIL, 0, ["alice"]), (Means.PAGE, 0, [])]
)
def test_as_they_chose(alice, talk, means, by_push, by_mail):
    if means:
        choose(account_id=alice.account_id, choices={NoticeKind.MESSAGE: means})
    with push_service() as service:
        browser = service.browser()
        subscribe(account=alice.account, **browser.subscription)
        assert told() == by_mail and len(service.taken) == by_push
        if by_push:
            said = browser.read(service.taken[0][2])
            assert said["url"] == f"/messages/{talk.public_id}/" and "canari" not in str(said)


def test_one_click_stops_messages_even_once_it_is_read(alice, bruno, talk):
    told()
    stop = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    reads(alice, talk)
    assert Client().post("/" + stop.split("/", 3)[3]).status_code == 200
    assert NoticeChoice.objects.get(account=alice.account).means == Means.PAGE
    with clock(NOON + LATER):
        writes(bruno, talk, "Allô ?")
        assert told() == []


def test_the_job_is_told_numbers_only(talk):
    job = ProcrastinateJob.objects.get(task_name="tell_of_message")
    assert set(job.args) == {"message_id", "residence_id"} and all(isinstance(one, int) for one in job.args.values())
