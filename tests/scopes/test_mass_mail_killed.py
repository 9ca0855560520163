"""A worker killed while it sends loses nothing, and repeats at most the letter in hand, under the same Message-ID."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from scopes import mass_mail
from scopes.models import Account, MassMessage
from tests.mail_server import everyone, mail_server, sent_to
from tests.other_process import start

#: How many there are, and how many are taken before the process is killed.
MANY, BEFORE = 120, 40
#: On a busy machine a batch would make way for others before it is killed.
DELIVER = """
import sys, django
django.setup()
from scopes import mass_mail
mass_mail.A_WHILE = 600.0
mass_mail.deliver(int(sys.argv[1]), 1)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_repeats_one_letter_at_most(settings, monkeypatch):
    Account.objects.bulk_create(Account(email=f"a{n}@example.org", first_name="Ana") for n in range(MANY))
    words = {"fr": {"organisation": "Régie", "day": "3 mai"}}
    message = MassMessage.objects.create(
        template="mandate", words=words, too_late_at=timezone.now() + timedelta(days=1)
    )
    mass_mail.queue(message, everyone())
    with mail_server() as taken:
        worker = start(DELIVER, str(message.pk), ALENTOUR_EMAIL_URL=f"smtp://127.0.0.1:{taken.port}")
        while taken.total < BEFORE and worker.poll() is None:
            time.sleep(0.005)
        worker.kill()
        worker.communicate()
        assert BEFORE <= taken.total < MANY
        sent_to(taken, settings)
        monkeypatch.setattr(mass_mail, "A_WHILE", 600.0)
        mass_mail.deliver(message.pk, 1)
    assert taken.addresses() == sorted(Account.objects.values_list("email", flat=True)), "each, under one Message-ID"
    assert taken.repeated <= 1
    assert not message.copies.waiting().exists()
