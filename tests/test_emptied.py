"""What a committed test leaves: what migrations wrote, and nothing else."""

import pytest
from django.core.cache import cache
from django.db import connection

from directory.models import Category
from scopes import second_lock
from scopes.on_call import on_call
from tests.directory.moderation import decided, make_disorder, reported
from tests.emptied import KEPT, empty_database
from tests.privacy.inhabitants import analyze
from tests.scopes.village import make_village


def written(residence_ids) -> set[str]:
    """The tables in which there is anything, behind every lock."""
    tables = connection.introspection.table_names()
    with second_lock.opened(residence_ids), on_call(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in tables))
        return {table for (table,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_all_that_migrations_did_not_write_goes():
    disorder = make_disorder(make_village())
    homes = [residence.pk for residence in disorder.village.residences.values()]
    decided(reported(disorder.post(), disorder.reader), disorder.moderator)  # nobody edits the log of decisions
    cache.set("tries", 1)
    assert {"cache", "directory_listing", "directory_report", "directory_decision"} <= written(homes)
    empty_database()
    assert written(homes) | {"spatial_ref_sys"} == set(KEPT)  # which Django takes for none of ours
    assert Category.objects.filter(code="word").exists()


@pytest.mark.django_db
def test_there_are_no_locks_but_those_that_are_opened():
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT polname FROM pg_policy")
        assert {name for (name,) in cursor.fetchall()} == {"of_opened_residences", "of_staff_on_call"}


@pytest.mark.django_db
def test_what_is_empty_is_never_counted():
    """What ANALYZE finds outlives the transaction: of a table found empty, no later test would be planned for a row."""

    def counted(table: str) -> float:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
            return cursor.fetchone()[0]

    before = counted("scopes_mandate")
    make_village()
    analyze()
    assert counted("geo_residence") == 7 and counted("scopes_mandate") == before
