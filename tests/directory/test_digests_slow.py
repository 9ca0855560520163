"""Thousands are written to of what is new while the worker is killed: every letter arrives, under one Message-ID."""

import os
import random
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from directory.digests import queue_digests
from directory.models import Follow, Listing
from directory.publishing import refresh_entries
from scopes.models import Account, MassMessage, MessageCopy
from tests.directory.test_digests import follows
from tests.directory.test_mass_mail_slow import MOVE_IN, resident_mb
from tests.mail_server import mail_server
from tests.neighbours import neighbour
from tests.other_process import start
from tests.scopes.village import make_village

PEOPLE, WORDS, KILLS = int(os.environ.get("ALENTOUR_TEST_PEOPLE", "2_000")), 50, 5
DELIVER = """
import sys, django
django.setup()
from scopes import mass_mail
mass_mail.A_WHILE = 600.0
for batch in range(1, 1 + int(sys.argv[2])):
    mass_mail.deliver(int(sys.argv[1]), batch)
"""
#: Everyone of the town follows it as its first reader does.
FOLLOW = """
    INSERT INTO directory_follow (handle, account_id, alias_id, level, towns, kinds, categories, text, rhythm, hour,
                                  time_zone, means, begun_at, due_at, told_from, told_until)
    SELECT gen_random_uuid(), alias.account_id, alias.id, level, towns, kinds, categories, text, rhythm, hour,
           time_zone, means, begun_at, due_at, told_from, told_until
    FROM scopes_alias alias, directory_follow first
    WHERE alias.id NOT IN (SELECT alias_id FROM directory_follow) AND alias.account_id <> %(author)s
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_all_letters_arrive_while_the_worker_is_killed(capsys):
    village = make_village()
    first, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["B"])
    follows(first)
    for number in range(WORDS):
        village.post(author, level="municipality", title=f"Mot {number}")
    now = timezone.now()
    Listing.objects.update(published_at=now - timedelta(hours=1))
    Follow.objects.update(told_until=now - timedelta(days=1), due_at=now)
    refresh_entries(list(Listing.objects.values_list("pk", flat=True)))
    with connection.cursor() as cursor:
        homes = {"homes": PEOPLE - 1, "cell": first.alias.cell_id, "residences": [first.residence_id]}
        cursor.execute(MOVE_IN, homes)
        cursor.execute(FOLLOW, {"author": author.account_id})
    queue_digests()
    message = MassMessage.objects.get()
    batches = MessageCopy.objects.order_by().values("batch").distinct().count()
    readers = Account.objects.filter(follows__isnull=False).distinct()
    assert MessageCopy.objects.count() == readers.count() == PEOPLE

    chance, memory = random.Random(4), []
    began = time.monotonic()
    with mail_server() as taken:
        for until in [*sorted(chance.sample(range(PEOPLE // 20, PEOPLE * 4 // 5), KILLS)), PEOPLE]:
            worker = start(DELIVER, str(message.pk), str(batches), ALENTOUR_EMAIL_URL=f"smtp://127.0.0.1:{taken.port}")
            while len(taken.letters) < until and worker.poll() is None:
                time.sleep(0.2)
                memory.append(resident_mb(worker))
            if until < PEOPLE:
                worker.kill()
            worker.communicate()
    took = time.monotonic() - began
    sent = {f"<{number}@127.0.0.1>" for number in MessageCopy.objects.values_list("number", flat=True)}
    assert {number for number, _address in taken.letters} == sent, "every Message-ID, and no other"
    assert taken.addresses() == sorted(readers.values_list("email", flat=True)), "nobody under two"
    assert taken.repeated <= KILLS and not MessageCopy.objects.waiting().exists()
    with capsys.disabled():
        print(f"\n{PEOPLE} letters in {took:.0f} s, {taken.repeated} repeated over {KILLS} kills, {max(memory):.0f} MB")
    assert max(memory) < 400
