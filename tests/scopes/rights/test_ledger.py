"""No backup brings anyone back: rows are copied, the person erased, the rows restored, the ledger replayed."""

import json

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from geo.models import Residence
from scopes.models import Account, Erasure, Membership
from scopes.rights import ledger
from scopes.rights.erasing import erase, replay
from tests.neighbours import neighbour, person

pytestmark = pytest.mark.django_db

PEOPLE_TABLES = ("scopes_account", "scopes_alias", "scopes_household", "scopes_membership", "scopes_erasure")


def dump() -> dict[str, list[tuple]]:
    """Rows of people's tables, as a backup holds them."""
    rows = {}
    with connection.cursor() as cursor:
        for table in PEOPLE_TABLES:
            cursor.execute(f"SELECT * FROM {table}")
            rows[table] = cursor.fetchall()
    return rows


def restore(rows: dict[str, list[tuple]]) -> None:
    """The tables as they were, the ledger's among them."""
    with connection.cursor() as cursor:
        for table in reversed(PEOPLE_TABLES):
            cursor.execute(f"DELETE FROM {table}")
        for table, kept in rows.items():
            for row in kept:
                cursor.execute(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})", row)


@pytest.fixture
def ada(toy_town):
    return neighbour("Ada", Residence.objects.filter(dwellings__gte=3).order_by("pk").first())


def test_a_restored_backup_is_replayed(ada, django_capture_on_commit_callbacks):
    other = person("Bob")
    backup = dump()
    with django_capture_on_commit_callbacks(execute=True):
        erase(account=ada.account)
    restore(backup)
    assert Account.objects.filter(pk=ada.account_id).exists()
    assert not Erasure.objects.exists(), "the table went back in time"
    call_command("replay_erasures")
    assert not Account.objects.filter(pk=ada.account_id).exists()
    assert not Membership.objects.exists()
    assert Account.objects.filter(pk=other.pk).exists()
    assert replay() == 0


def test_a_new_person_under_an_old_number_is_spared(django_capture_on_commit_callbacks):
    ada = person("Ada")
    with django_capture_on_commit_callbacks(execute=True):
        erase(account=ada)
    Account.objects.create(pk=ada.pk, email=ada.email, first_name="Ada", last_name="Durand")
    assert replay() == 0
    assert Account.objects.filter(pk=ada.pk).exists()


def test_the_wish_about_words_is_replayed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase(account=person("Ada"), with_words=True)
    Erasure.objects.all().delete()
    ledger.write_file()
    assert Erasure.objects.get().with_words


def test_the_ledger_names_nobody(django_capture_on_commit_callbacks):
    ada = person("Ada")
    with django_capture_on_commit_callbacks(execute=True):
        erase(account=ada)
    written = settings.ERASURE_LEDGER.read_text()
    for known in (ada.email, "Ada", "Durand", str(ada.number)):
        assert known not in written
    assert set(json.loads(written)) == {"digest", "at", "with_words"}
    assert settings.ERASURE_LEDGER.stat().st_mode & 0o777 == 0o600


def test_a_line_cut_short_by_a_crash_is_written_again(django_capture_on_commit_callbacks):
    for name in ("Ada", "Bob"):
        with django_capture_on_commit_callbacks(execute=True):
            erase(account=person(name))
    whole = settings.ERASURE_LEDGER.read_text()
    settings.ERASURE_LEDGER.write_text(whole[:-20])
    assert ledger.write_file() == 1
    assert ledger.write_file() == 0


def test_an_older_key_is_still_known(settings, django_capture_on_commit_callbacks):
    ada = person("Ada")
    with django_capture_on_commit_callbacks(execute=True):
        erasure = erase(account=ada)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a newer key"
    assert ledger.digest_of(ada) != erasure.digest
    Account.objects.bulk_create([ada])
    assert replay() == 1


def test_an_erasure_that_fails_leaves_no_line(ada, monkeypatch, django_capture_on_commit_callbacks):
    from scopes.rights import erasing

    monkeypatch.setattr(erasing, "person_of", lambda account: None)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(AttributeError):
        erase(account=ada.account)
    assert not settings.ERASURE_LEDGER.exists()
