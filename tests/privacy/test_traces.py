"""T10 of `privacy.md`: someone signs up, proves a home, speaks, takes their data and leaves; no trace of it elsewhere.

The surname, the address and the home of this person are words that occur nowhere else. What they may stand in is the
person's own rows, until erased; never a log, a job, a session, a cache, an error, a mail or a file.
"""

from __future__ import annotations

import http.client
import io
import logging
import re
import smtplib
import socket
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from config.bootstrap.cluster import own_cluster
from config.logs import LOGGING
from config.serving import HOST
from geo.models import Residence
from scopes.models import Account, Alias, Membership, Presence, Session
from scopes.rights.registry import person_of, personal
from tests.jobs import run_jobs
from tests.neighbours import neighbour
from tests.scopes.entering import building, letter_code
from tests.scopes.rights.test_ledger import dump, restore

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

FIRST, SURNAME, EMAIL = "Zéphyrine", "Canarizweig", "zq17@canaripost.example"
HOME = "Canaripalace"
#: None of them may be in a trace, however it is written.
CANARIES = re.compile("canari|zq17|zéphyrine|z\\\\\\\\u00e9phyrine", re.IGNORECASE)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.EVEN_SECONDS = 0
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"
    archives = settings.STORAGES["archives"]
    archives = {**archives, "OPTIONS": {**archives["OPTIONS"], "location": tmp_path / "archives"}}
    settings.STORAGES = {**settings.STORAGES, "archives": archives}
    return tmp_path


@pytest.fixture
def home(toy_town) -> Residence:
    """A residence with a name of its own."""
    residence = building(3, 1)
    residence.name = HOME
    residence.save(update_fields=["name"])
    return residence


@pytest.fixture
def log() -> io.StringIO:
    """Everything that the product's own handler would write, from the faintest level on."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    formatter = dict(LOGGING["formatters"]["discreet"])
    handler.setFormatter(formatter.pop("()")(formatter["format"], style=formatter["style"]))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def database_log() -> Path:
    """The log of the clone's own PostgreSQL, where that is the one in use."""
    cluster = own_cluster()
    if str(cluster.sockets) != connection.settings_dict["HOST"] or not cluster.log.exists():
        pytest.skip("another PostgreSQL than the clone's own: its log is not here to read")
    with connection.cursor() as cursor:
        cursor.execute("SHOW log_min_messages")
        if cursor.fetchone() != ("log",):
            pytest.skip("this PostgreSQL was started by an older clone: its settings are those of then")
    return cluster.log


class Journey:
    """A person's way through the product, by its pages alone."""

    def __init__(self, residence: Residence):
        self.client = Client()
        self.residence = residence

    def post(self, name: str, *args: object, **fields: object):
        """Send a form."""
        answer = self.client.post(reverse(name, args=args), fields)
        assert answer.status_code in (200, 302), (name, answer.status_code, answer.content.decode()[-3000:])
        return answer

    def signs_up(self) -> None:
        """By the code of the mail."""
        self.post("account_login", email=EMAIL, next="/chez-moi/")
        run_jobs()
        code = re.search(r"\b(\d{4} \d{4})\b", mail.outbox[-1].body)[1]
        self.post("account_confirm_login_code", code=code)
        self.post("account_signup", first_name=FIRST, last_name=SURNAME, of_age="on")
        self.account = Account.objects.get(email=EMAIL)

    def comes_home(self) -> None:
        """By a letter."""
        assert HOME in self.post("find-home", address="8 rue des Bleuets Villegrille").content.decode()
        self.post("join-home", residence=self.residence.key, role="tenant")
        self.membership = Membership.objects.get(account=self.account)
        for to in ("neighbours", "keepers"):
            self.post("introduce", self.membership.handle, to=to)
        self.client.get(reverse("home-proofs", args=[self.membership.handle]))
        self.post("enter-code", code=letter_code(self.membership), role="tenant")
        week = timedelta(days=8)
        Membership.objects.filter(pk=self.membership.pk).update(
            entered_at=F("entered_at") - week, provisional_until=F("provisional_until") - week
        )
        self.post("household", self.membership.handle)

    def speaks(self, neighbour: Membership) -> None:
        """To the residence and to the quarter; answers, is answered, reports."""
        for level in ("residence", "neighbourhood", "municipality"):
            written = self.post(
                "publish-post", category="word", title="Bonsoir", text="Qui a une échelle ?", level=level
            )
            other = Client()
            other.force_login(neighbour.account)
            thread = written.headers["Location"]
            assert other.post(thread, {"text": "Moi."}).status_code == 302
            assert self.client.post(thread, {"text": "Merci !"}).status_code == 302
        self.post("report", "00000000-0000-4000-8000-000000000000", reason="other", words="Rien.")
        other.post(reverse("report", args=[thread.split("/")[2]]), {"reason": "hurtful", "words": "Encore elle."})
        self.post("mute", neighbour.alias.public_id)
        self.post("account-sheet")
        own_pages = (
            "home residence quarter town homes account discretion rights my-words as-seen publish audience vouchers"
        )
        for name in own_pages.split():
            assert self.client.get(reverse(name), follow=True).status_code < 500, name
        self.client.get(reverse("home"), {"place": "8 rue des Bleuets Villegrille", "within": "residence"})
        # People type where they live to find where a ride may begin; what they keep for later does not say it.
        lives_at = f"{HOME}, 8 rue des Bleuets Villegrille"
        assert self.client.get(reverse("rides"), {"from": lives_at, "to": "Villegrille"}).status_code < 500
        self.post("share", "covoiturage", keep="1", start_place=lives_at, end_place=lives_at, departure="07:30")

    def takes_and_leaves(self, **wishes: object) -> None:
        """With everything."""
        self.post("consents", use="counted", agreed="yes")
        self.client.get(reverse("home"))
        assert Presence.objects.filter(account=self.account).exists()
        self.post("archive")
        run_jobs()
        assert self.client.get(reverse("archive-file")).content.startswith(b"PK")
        self.post("erase", confirmation="effacer", **wishes)


def traces(folder: Path) -> dict[str, str]:
    """Every place that is not a person's own row, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(cache::text, ' ') FROM cache")
        (cached,) = cursor.fetchone()
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".zip"]
    return {
        "jobs": " ".join(str(job) for job in ProcrastinateJob.objects.values()),
        "sessions": " ".join(str(row.get_decoded()) for row in Session.objects.all()),
        "cache": cached or "",
        "mails": " ".join(f"{one.subject} {one.body} {one.alternatives} {one.extra_headers}" for one in mail.outbox),
        "files": " ".join(file.name + file.read_text(errors="replace") for file in files),
    }


def everything() -> dict[str, str]:
    """Every row of every table, as text."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            rows[table] = cursor.fetchone()[0] or ""
    return rows


@pytest.fixture
def journey(home) -> Journey:
    return Journey(home)


@pytest.fixture
def bob(home) -> Membership:
    return neighbour("Bob", home)


@pytest.mark.parametrize(
    "wishes", [{}, pytest.param({"with_words": "on"}, marks=pytest.mark.slow)], ids=["words stay", "words go"]
)
def test_nobody_finds_a_trace_of_someone_who_left(
    journey, bob, log, own_files, wishes, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        journey.signs_up()
        journey.comes_home()
        journey.speaks(bob)
    for place, text in traces(own_files).items():
        assert not CANARIES.search(text), f"{place}, while the account exists: {CANARIES.search(text)}"
    rows = everything()
    assert {table for table, text in rows.items() if SURNAME in text} == {"scopes_account"}
    assert {table for table, text in rows.items() if HOME in text} == {"geo_residence"}
    backup, held = dump(), person_of(journey.account)
    with django_capture_on_commit_callbacks(execute=True):
        journey.takes_and_leaves(**wishes)
    _nothing_is_left(own_files, log, held)
    restore(backup)
    assert Account.objects.filter(email=EMAIL).exists()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("replay_erasures")
    _nothing_is_left(own_files, log, held)


def _nothing_is_left(folder: Path, log: io.StringIO, held) -> None:
    for place, text in {**traces(folder), "log": log.getvalue()}.items():
        assert not CANARIES.search(text), f"{place}, once erased: {CANARIES.search(text)}"
    assert not list(folder.rglob("*.zip"))
    public = {"geo_residence", "geo_toponym"}
    for table, text in everything().items():
        assert table in public or not CANARIES.search(text), f"{table}, once erased"
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Account:
                assert not model._base_manager.filter(**{field.attname: held.account_id}).exists(), field
    assert not Alias.objects.filter(pk__in=held.alias_ids, account__isnull=False).exists()
    left = {known.model._meta.label for known in personal() if known.rows(held).exists()}
    # Conversations and what was reported of them, without a name.
    assert left <= {"scopes.Alias", "directory.Listing", "directory.Answer", "directory.Case"}


def test_an_error_of_ours_writes_nothing_of_what_was_asked(journey, bob, log, monkeypatch):
    from directory import posting

    journey.signs_up()
    journey.comes_home()
    journey.client.raise_request_exception = False

    def broken(**columns):
        raise RuntimeError(f"{SURNAME} {columns}")

    monkeypatch.setattr(posting, "post", broken)
    answer = journey.client.post(
        reverse("publish-post"), {"category": "word", "title": SURNAME, "text": HOME, "level": "residence"}
    )
    assert answer.status_code == 500
    assert "RuntimeError" in log.getvalue()
    assert not CANARIES.search(log.getvalue())
    assert not CANARIES.search(answer.content.decode())
    assert mail.outbox[-1].to == [EMAIL], "no report to administrators either"


@pytest.mark.parametrize("name", ["django.request", "procrastinate.worker", "a.library.nobody.configured"])
def test_whichever_library_fails_its_message_is_not_written(log, name):
    error = smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no such canari")})
    try:
        raise error
    except smtplib.SMTPRecipientsRefused:
        logging.getLogger(name).exception("It failed")
    assert "SMTPRecipientsRefused" in log.getvalue()
    assert not CANARIES.search(log.getvalue())


def test_the_product_s_own_handler_hears_every_library():
    (handler,) = LOGGING["root"]["handlers"]
    assert LOGGING["handlers"][handler]["formatter"] == "discreet"
    for configured in LOGGING["loggers"].values():
        assert set(configured["handlers"]) <= {"nowhere"}
    assert not settings.ADMINS and not settings.MANAGERS


def test_postgresql_logs_no_value_that_it_refuses(database_log):
    before = database_log.stat().st_size
    refused = 0
    for statement, values in [
        ("INSERT INTO scopes_account (email) VALUES (%s)", [EMAIL]),
        ("SELECT %s::integer", [SURNAME]),
        (f"SELECT '{SURNAME}'::integer", []),
        ("INSERT INTO scopes_alias (public_id, cell_id, written_by) VALUES (gen_random_uuid(), -1, %s)", [SURNAME * 9]),
        ("SELECT * FROM nowhere WHERE x = %s", [HOME]),
    ]:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
        except DatabaseError:
            refused += 1
    assert refused == 5
    with database_log.open("rb") as written:
        written.seek(before)
        new = written.read().decode(errors="replace")
    assert not CANARIES.search(new)


@pytest.mark.slow
def test_the_server_and_its_worker_write_nothing_of_what_is_asked(tmp_path):
    """The command as it is run, on the clone's own data; nothing it is asked here writes anything."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    written = tmp_path / "written"
    command = [sys.executable, settings.BASE_DIR / "manage.py", "serve", "--port", str(port)]
    with written.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
        try:
            _wait_for(f"{HOST}:{port}", written)
            for method, address in [
                ("GET", "/?place=canaripalace"),
                ("GET", "/api/nearby/?lat=47.2173&lon=-1.5536&q=canarizweig"),
                ("GET", "/api/addresses/?q=zq17"),
                ("GET", "/canaripalace/"),
                ("POST", "/compte/entrer/?next=canari"),
                ("GET", "/moi/copie/canari/"),
                ("GET", "/mot/00000000-0000-4000-8000-000000000000/?canari"),
            ]:
                with closing(http.client.HTTPConnection(HOST, port)) as asked:
                    asked.request(method, address, headers={"Referer": "http://canari.example", "User-Agent": "canari"})
                    with asked.getresponse() as answer:
                        answer.read()  # where the clone's tables are of another day, an error of ours: all the better
        finally:
            server.terminate()
    assert not CANARIES.search(written.read_text())


def _wait_for(address: str, written: Path) -> None:
    deadline = time.monotonic() + 90
    while address not in written.read_text():
        assert time.monotonic() < deadline, written.read_text()
        time.sleep(0.1)
