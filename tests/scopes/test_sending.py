"""Mail: written down by the request, sent by a job, gone afterwards; plain, and silent about where anyone lives."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from config.settings import _mail_server
from scopes.handing_over import Postponed
from scopes.models import OutgoingMail
from scopes.sending import deliver, forget_mails, resume_mails, send, write_to, written
from tests.jobs import run_jobs
from tests.mail_server import mail_server, sent_to
from tests.neighbours import person
from tests.scopes.entering import later

pytestmark = pytest.mark.django_db
TEXTS = sorted((settings.BASE_DIR / "scopes" / "templates" / "mail").glob("*.txt"))


def code(**more) -> OutgoingMail:
    return send(**{"to": "nina@example.org", "template": "code", "language": "fr", "code": "1234 5678"} | more)


def html(message) -> str:
    ((content, kind),) = message.alternatives
    assert kind == "text/html"
    return content


def test_a_mail_is_text_and_the_same_text_as_html():
    message = written(code())
    assert message.subject == "Votre code pour entrer dans Alentour"
    assert "\n    1234 5678\n" in message.body
    assert "1234 5678" in html(message)
    assert "font-size:30px" in html(message)


def test_what_a_mail_repeats_is_text():
    message = written(code(code="<b>&amp;</b>"))
    assert "<b>&amp;</b>" in message.body
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in html(message)


def test_an_address_in_a_mail_can_be_clicked():
    message = written(send(to="a@example.org", template="moved", language="fr"))
    assert f'<a href="{settings.SITE_URL}/mentions-legales/"' in html(message)


def test_it_is_in_the_language_of_its_reader_whatever_the_job_speaks():
    with translation.override("en"):
        assert "Voici votre code" in written(code()).body
    assert 'lang="en"' in html(written(code(language="en")))


@pytest.mark.privacy
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_no_text_of_a_mail_names_a_picture_a_person_or_a_building(path):
    """privacy.md, 3.8: no picture from elsewhere, no number of a person, no building in the subject."""
    text = path.read_text()
    assert not re.search(r"<img|\.png|\.gif|account\.pk|account_id|residence", text)
    frame = (path.parent / "frame.html").read_text()
    assert not re.search(r"<img|src=|url\(|https?://", frame)


def test_it_is_sent_once_and_what_it_said_is_erased():
    first = code()
    assert mail.outbox == []
    run_jobs()
    deliver(first.pk)
    assert len(mail.outbox) == 1
    first.refresh_from_db()
    assert first.sent_at and (first.to, first.values) == ("", {})
    with later(timedelta(days=8)):
        forget_mails()
    assert not OutgoingMail.objects.exists()


def test_its_message_id_is_known_before_it_is_sent_and_stays():
    first = code()
    assert written(first).extra_headers["Message-ID"] == f"<{first.number}@127.0.0.1>"
    deliver(first.pk)
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{first.number}@127.0.0.1>"


def test_an_address_that_does_not_exist_is_tried_once_and_a_busy_one_again(settings):
    answers = {"nina@example.org": "451 come again"}
    with mail_server(answers.get) as taken:
        sent_to(taken, settings)
        first = code()
        with pytest.raises(Postponed):
            deliver(first.pk)
        answers["nina@example.org"] = "550 nobody here"
        deliver(first.pk)
        answers.clear()
        deliver(first.pk)
    first.refresh_from_db()
    assert first.refused_at and (first.to, first.values, taken.total) == ("", {}, 0)


def test_one_that_lost_its_job_is_given_another():
    code(use=timedelta(days=2))
    ProcrastinateJob.objects.all().delete()
    resume_mails()
    assert run_jobs() == []
    with later(timedelta(hours=4)):
        resume_mails()
        assert run_jobs() == ["deliver_mail"]
    assert len(mail.outbox) == 1


def test_what_is_too_late_is_not_sent():
    late = code(use=-timedelta(seconds=1))
    deliver(late.pk)
    assert mail.outbox == []
    assert not OutgoingMail.objects.exists()


def test_what_could_not_be_sent_is_forgotten():
    code(use=-timedelta(seconds=1))
    waiting = code()
    forget_mails()
    assert list(OutgoingMail.objects.all()) == [waiting]


def test_nobody_writes_to_who_has_no_address_or_a_closed_account():
    assert write_to(account=person("Yvette", is_active=False), template="happened", what="x") is None
    account = person("Zoé")
    account.email = None
    assert write_to(account=account, template="happened", what="x") is None


def test_a_code_is_kept_no_longer_than_it_is_good():
    assert code(use=timedelta(minutes=15)).too_late_at <= timezone.now() + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", ("localhost", 25, "", "", False, False)),
        ("smtp+tls://me:p%40ss@mail.example.org", ("mail.example.org", 587, "me", "p@ss", False, True)),
        ("smtps://me:pw@mail.example.org:4465", ("mail.example.org", 4465, "me", "pw", True, False)),
    ],
)
def test_any_mail_server_is_named_in_one_address(url, expected):
    told = _mail_server(url)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    assert tuple(told[f"EMAIL_{name}"] for name in names) == expected
