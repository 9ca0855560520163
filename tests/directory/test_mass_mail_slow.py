"""100,000 homes are told of a notice while the worker is killed five times: minutes, flat memory, nothing lost.

Each Message-ID arrives, none of them to anyone else, no one gets two, and at most one letter a kill is repeated.
"""

import os
import random
import re
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from directory import announcing
from scopes.models import Account, MessageCopy
from tests.directory.mandated import send
from tests.mail_server import mail_server
from tests.neighbours import neighbour, person
from tests.other_process import start
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force

HOMES, KILLS = int(os.environ.get("ALENTOUR_TEST_HOMES", "100_000")), 5
#: A worker that comes too late for the night's jobs: with so many people they would be half of what is measured.
WORK = """
import config.settings
config.settings.PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 60}
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "work"])
"""
#: Members of a residence that is there already, each with an address; by SQL, since the ORM takes minutes.
MOVE_IN = """
    WITH account AS (
        INSERT INTO scopes_account (password, is_superuser, email, first_name, last_name, language, is_staff, is_active,
                                    joined_on, last_seen_on)
        SELECT '!', false, 'r' || n || '@example.org', 'Ana', 'Durand', 'fr', false, true, now(), now()
        FROM generate_series(1, %(homes)s) n RETURNING id
    ), alias AS (
        INSERT INTO scopes_alias (public_id, cell_id, written_by, account_id)
        SELECT gen_random_uuid(), %(cell)s, 'neighbourhood', id FROM account RETURNING id, account_id
    ), household AS (
        INSERT INTO scopes_household (made_at) SELECT now() FROM account RETURNING id
    )
    INSERT INTO scopes_membership (handle, account_id, alias_id, household_id, residence_id, role, listed, moderates,
                                   chosen, asked_at, entered_at, provisional_until, proved_until)
    SELECT gen_random_uuid(), account_id, id, (SELECT min(id) FROM household),
           (%(residences)s::bigint[])[1 + id %% cardinality(%(residences)s::bigint[])], 'tenant', false, false, true,
           now() - interval '30 days', now() - interval '30 days', now() - interval '23 days',
           now() + interval '300 days'
    FROM alias
"""


def resident_mb(process: subprocess.Popen) -> float:
    """What a process holds of memory."""
    try:
        (line,) = re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
    except (OSError, ValueError):
        return 0.0
    return int(line) / 1024


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_100_000_homes_are_told_while_the_worker_is_killed_five_times(toy_town, monkeypatch, capsys):
    homes = [building(3, 1), building(2, 2)]
    agent = person("Gil")
    mandate = in_force(agent, homes)
    first = neighbour("Ana", homes[0])
    with connection.cursor() as cursor:
        values = {"homes": HOMES - 1, "cell": first.alias.cell_id, "residences": [home.pk for home in homes]}
        cursor.execute(MOVE_IN, values)
        cursor.execute("ANALYZE")
    monkeypatch.setattr(announcing, "awake", lambda moment, time_zone: moment)
    with later(-timedelta(minutes=3)):
        mailing = send(agent, mandate, homes)
    began = time.monotonic()
    announcing.tell_of(mailing.pk)
    queued = time.monotonic() - began
    assert MessageCopy.objects.count() == HOMES

    chance, memory = random.Random(4), []
    with mail_server() as taken:
        at_kills = sorted(chance.sample(range(HOMES // 20, HOMES * 17 // 20), KILLS))
        began = time.monotonic()
        while True:
            worker = start(WORK, ALENTOUR_EMAIL_URL=f"smtp://127.0.0.1:{taken.port}")
            until = at_kills.pop(0) if at_kills else HOMES
            while len(taken.letters) < until and worker.poll() is None:
                time.sleep(0.5)
                memory.append(resident_mb(worker))  # of the first, all it grows to; of the others, no more than that
            if until == HOMES:
                break
            worker.kill()
            worker.communicate()
            with capsys.disabled():
                print(f"\nkilled at {until}, {time.monotonic() - began:.0f} s, {max(memory):.0f} MB", flush=True)
        took = time.monotonic() - began
        worker.terminate()
        worker.communicate()

    sent = {f"<{number}@127.0.0.1>" for number in MessageCopy.objects.values_list("number", flat=True)}
    assert {number for number, _address in taken.letters} == sent, "every Message-ID, and no other"
    residents = Account.objects.filter(memberships__isnull=False).values_list("email", flat=True)
    assert sorted(residents) == taken.addresses(), "nobody under two"
    assert taken.repeated <= KILLS and max(taken.letters.values()) <= 2
    steady = memory[len(memory) // 4 :]
    with capsys.disabled():
        print(f"\n{HOMES} homes queued in {queued:.1f} s, told in {took / 60:.1f} min: {HOMES / took:.0f} letters/s")
        print(f"{KILLS} kills, {taken.repeated} repeated; the worker held {min(steady):.0f} to {max(steady):.0f} MB")
    assert max(steady) < max(memory[: len(memory) // 4]) + 40, "flat, whatever has been sent"
    assert took < 20 * 60
    assert timezone.now() > mailing.sent_at
