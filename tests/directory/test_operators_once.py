"""The same request is answered the same and done once: sent again, sent at once, killed half-way."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from directory.models import KeptAnswer, Mailing
from directory.operators import once, sending
from directory.operators.once import forget_kept_answers
from scopes.models import Mandate
from tests.directory.keyed import NOTICES, Program, asked, problem_of, program, program_on
from tests.scopes.entering import building, later

NAME = "8c5c2c9e-panne-17"


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def to(home) -> dict:
    return {"residences": [home.key]}


def said(answer) -> tuple:
    return answer.status_code, answer.content, answer["Content-Type"], answer.headers.get("Location")


@pytest.mark.django_db
class TestAgain:
    def test_it_is_answered_the_same_byte_for_byte(self, home):
        water = program_on(home)
        body = asked(to(home))
        first = water.post(NOTICES, body, name=NAME)
        with later(timedelta(hours=25)):
            assert said(water.post(NOTICES, body, name=NAME)) == said(first)
        Mailing.objects.update(withdrawn_at=timezone.now())
        assert said(water.post(NOTICES, body, name=NAME, **{"Accept-Language": "en"})) == said(first)
        assert first.status_code == 201 and Mailing.objects.count() == 1

    def test_a_refusal_is_kept_too(self, home):
        water = program_on(home)
        body = asked({"residences": [home.key, building(1, 1).key]})
        first = water.post(NOTICES, body, name=NAME)
        Mandate.objects.all().delete()
        assert said(water.post(NOTICES, body, name=NAME)) == said(first) and first.status_code == 400

    def test_what_is_no_request_yet_is_not_kept(self, home):
        water = program_on(home)
        assert water.post(NOTICES, b"{", name=NAME).status_code == 400
        assert water.send(to(home), name=NAME).status_code == 201

    def test_another_body_is_refused_under_the_same_name(self, home):
        water = program_on(home)
        water.send(to(home), name=NAME)
        answer = water.send(to(building(2, 2)), name=NAME)
        assert problem_of(answer)["status"] == 422 and Mailing.objects.count() == 1

    def test_a_try_writes_nothing_and_its_name_is_free(self, home):
        water = program_on(home)
        assert {water.tries(to(home), name=NAME).content for _ in range(2)} and not KeptAnswer.objects.exists()
        assert water.send(to(home), name=NAME).status_code == 201

    def test_each_key_has_its_own_names(self, home):
        water = program_on(home)
        other = program(water.key.made_by, water.key.organisation)
        ids = {one.send(to(home), name=NAME).json()["id"] for one in (water, other)}
        assert len(ids) == 2

    def test_it_is_forgotten_after_two_days(self, home):
        water = program_on(home)
        water.send(to(home), name=NAME)
        with later(timedelta(hours=47)):
            assert forget_kept_answers() == 0
        with later(timedelta(hours=49)):
            assert forget_kept_answers() == 1

    def test_no_name_and_no_body_is_stored(self, home):
        water = program_on(home)
        water.send(to(home), name=NAME)
        with connection.cursor() as cursor:
            cursor.execute("SELECT kept::text FROM directory_keptanswer kept")
            ((row,),) = cursor.fetchall()
        assert NAME not in row and home.key not in row


@pytest.fixture
def committed(transactional_db):
    """A program on a building of the toy town, seen by every connection."""
    from tests.toy_town import TOY_TOWN

    TOY_TOWN.load()
    home = building(3, 1)
    return program_on(home), home


def at_once(deed, times: int) -> list:
    """What so many threads answer that begin together."""
    ready = threading.Barrier(times)

    def one(_number: int):
        ready.wait()
        try:
            return said(deed())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


def test_sent_at_once_it_is_done_once(committed):
    water, home = committed
    body = asked(to(home))
    answers = at_once(lambda: Program(water.text).post(NOTICES, body, name=NAME), 6)
    assert set(answers) == {answers[0]} and answers[0][0] == 201
    assert Mailing.objects.count() == 1
    sent = f"{NOTICES}{json.loads(answers[0][1])['id']}/"
    with later(timedelta(minutes=3)):
        answers = at_once(lambda: Program(water.text).post(f"{sent}all-clear/"), 4)
    assert {status for status, *_ in answers} == {200} and Mailing.objects.count() == 2


def test_who_waits_too_long_is_told_to_ask_again(committed, monkeypatch):
    water, home = committed
    monkeypatch.setattr(once, "PATIENCE", 100)
    begun, go_on = threading.Event(), threading.Event()
    notify = sending.notify

    def slowly(**told: object):
        begun.set()
        go_on.wait(10)
        return notify(**told)

    monkeypatch.setattr(sending, "notify", slowly)
    body, answers = asked(to(home)), []

    def first() -> None:
        answers.append(Program(water.text).post(NOTICES, body, name=NAME))
        connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(10)
    told = Program(water.text).post(NOTICES, body, name=NAME)
    assert problem_of(told)["status"] == 409 and told["Retry-After"]
    go_on.set()
    thread.join()
    assert said(water.post(NOTICES, body, name=NAME)) == said(answers[0]) and answers[0].status_code == 201
    assert Mailing.objects.count() == 1


#: A program's request in a process of its own, which stops where it has sent and not yet committed.
HALF_WAY = """
import sys, time, django
django.setup()
from django.test import Client
from directory.operators import views
from tests.directory.keyed import NOTICES, Program
send = views.send
def stopping(asked, *, key):
    mailing = send(asked, key=key)
    print("half-way", flush=True)
    time.sleep(60)
    return mailing
views.send = stopping
Program(sys.argv[1], client=Client(SERVER_NAME="localhost")).post(NOTICES, sys.argv[2].encode(), name=sys.argv[3])
"""


@pytest.mark.slow
def test_killed_half_way_it_is_not_done_and_can_be_asked_again(committed):
    water, home = committed
    body = json.dumps(asked(to(home)))
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": url, "PYTHONPATH": str(settings.BASE_DIR)}
    command = [sys.executable, "-c", HALF_WAY, water.text, body, NAME]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "half-way\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    deadline = time.monotonic() + 20
    answer = water.post(NOTICES, body.encode(), name=NAME)
    while answer.status_code == 409 and time.monotonic() < deadline:  # the server has not yet seen the process go
        answer = water.post(NOTICES, body.encode(), name=NAME)
    assert answer.status_code == 201 and Mailing.objects.count() == KeptAnswer.objects.count() == 1
