"""Jobs: done once, tried again when they fail, taken over when a worker dies; and they hold numbers only."""

import inspect
import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from procrastinate.contrib.django import app, connector_params
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.psycopg_connector import PsycopgConnector

from config import tasks
from scopes.models import OutgoingMail
from scopes.sending import send
from scopes.tasks import deliver_mail


def work() -> None:
    """A real worker, until nothing is left to do; in a thread, since a browser's test leaves its event loop in ours."""
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(_work).result()


def _work() -> None:
    with app.replace_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)):
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def write() -> OutgoingMail:
    return send(to="nina@example.org", template="code", language="fr", code="1234 5678")


@pytest.fixture
def worker(transactional_db):
    """A database that the worker's own connections see."""
    return work


def states(name: str = "deliver_mail") -> list[str]:
    return list(ProcrastinateJob.objects.filter(task_name=name).order_by("pk").values_list("status", flat=True))


def test_a_mail_is_sent_by_a_worker_once(worker):
    mail_id = write().pk
    assert mail.outbox == []
    worker()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["nina@example.org"], "Votre code pour entrer dans Alentour")
    ]
    assert not OutgoingMail.objects.waiting().exists()
    deliver_mail.defer(mail_id=mail_id)
    worker()
    assert len(mail.outbox) == 1
    assert states() == ["succeeded", "succeeded"]


def test_what_is_rolled_back_is_not_sent(worker):
    with pytest.raises(RuntimeError), transaction.atomic():
        write()
        raise RuntimeError
    worker()
    assert (mail.outbox, states()) == ([], [])


def test_a_server_that_is_away_is_asked_again(worker, monkeypatch):
    asked = []

    def away(self, messages):
        asked.append(messages)
        raise smtplib.SMTPServerDisconnected

    write()
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        worker()  # where every core is busy it is still there when the second try is due
    job = ProcrastinateJob.objects.get(task_name="deliver_mail")
    assert (job.status, job.attempts) == ("todo", len(asked)) and asked
    assert job.scheduled_at - datetime.now(UTC) < timedelta(seconds=1 + 2 ** len(asked))
    assert OutgoingMail.objects.count() == 1


def test_a_job_whose_worker_died_is_done_by_another(worker):
    write()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 min') RETURNING id"
        )
        dead = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", dead)
    for _run in range(5):  # the first defers the periodic jobs, among which the one that looks for the dead
        worker()
        if states() == ["succeeded"]:
            break
    assert states() == ["succeeded"]
    assert len(mail.outbox) == 1


def test_what_is_over_is_cleared_away(worker):
    write()
    worker()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '31 days'")
    tasks.clear_away.defer(timestamp=0)
    worker()
    assert states() == []


@pytest.mark.django_db
def test_the_jobs_are_shown(capsys):
    write()
    call_command("jobs")
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "deliver_mail" in line]
    assert line.split() == ["│", "deliver_mail", "│", "1", "│", "│", "│", "│", "│"]


@pytest.mark.privacy
def test_jobs_are_told_numbers_only():
    """A job's arguments stay in its table: nothing of a person may be among them."""
    for name, task in app.tasks.items():
        if "builtin" not in name:
            for parameter in inspect.signature(inspect.unwrap(task.func)).parameters.values():
                assert parameter.annotation in ("int", int), f"{name}({parameter})"


@pytest.mark.privacy
def test_a_code_stands_in_no_job(db):
    write()
    (job,) = ProcrastinateJob.objects.filter(task_name="deliver_mail")
    assert list(map(type, job.args.values())) == [int]
