"""Locks by name: no two are the same, they hold until the transaction ends, and nothing else is locked by number."""

from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction

from geo.locks import Lock


def test_a_name_is_taken_once():
    Lock("test of a name")
    with pytest.raises(ValueError, match="test of a name"):
        Lock("test of a name")


def test_each_name_and_what_it_parts_has_a_number_of_its_own_for_life():
    lock, other = Lock("test of numbers"), Lock("test of other numbers")
    numbers = [lock.number(), lock.number("a"), lock.number("b"), other.number(), other.number("a")]
    assert len(set(numbers)) == 5 and all(-(2**63) <= number < 2**63 for number in numbers)
    assert lock.number() == -989799428651184542, "the same in every process and release"


def test_nothing_is_locked_but_by_name():
    """A number written elsewhere could be another's: two modules once chose the same day."""
    for app in ("geo", "scopes", "directory", "maps"):
        for file in Path(apps.get_app_config(app).path).rglob("*.py"):
            assert "pg_advisory" not in file.read_text() or file.name == "locks.py", file


@pytest.mark.django_db
def test_another_transaction_waits_until_this_one_ends():
    lock = Lock("test of waiting")
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as elsewhere:

        def is_free(of: str = "") -> bool:
            asked = elsewhere.execute("SELECT pg_try_advisory_lock(%s)", [lock.number(of)])
            return asked.fetchone()[0]

        with transaction.atomic():
            lock.hold()
            assert not is_free() and is_free("something else")
            transaction.set_rollback(True)
        assert is_free()
