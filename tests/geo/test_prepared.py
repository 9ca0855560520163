"""Statements that are planned once a connection: what is asked by hand, and what the ORM asks."""

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.db.models import F

from geo.models import Municipality
from geo.prepared import Among, prepared_queries, prepared_row, prepared_rows
from tests.directory.around import box, make_town

pytestmark = pytest.mark.django_db


def prepared(words: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{words}%"])
        return cursor.fetchone()[0]


def among(numbers: list[int]) -> set[str]:
    with prepared_queries():
        return {town.name for town in Municipality.objects.filter(Among(F("pk"), numbers))}


def test_what_is_bound_is_not_in_the_text():
    assert prepared_row("SELECT %(told)s::text AS alone", {"told": "l'été"}) == ("l'été",)
    assert prepared_rows("SELECT %(told)s::text AS alone", {"told": "l'hiver"}) == [("l'hiver",)]
    assert prepared("AS alone") == 1


def test_the_orm_is_prepared_inside_the_block_alone_and_however_many_are_asked_for():
    names = ("Bourg", "Hameau", "Ville")
    towns = [make_town(name, f"4400{n}", box(9 * n, 0, 9 * n + 9, 9)) for n, name in enumerate(names, 1)]
    numbers = [town.pk for town in towns]
    before = prepared("geo_municipality")
    assert among(numbers) == set(names)
    assert among(numbers[:1]) == {"Bourg"} and among([*numbers[1:], 2**40]) == {"Hameau", "Ville"}
    assert among([]) == set()
    assert prepared("geo_municipality") == before + 1
    assert set(Municipality.objects.filter(Among(F("pk"), numbers[:2])).values_list("name", flat=True)) == {
        "Bourg",
        "Hameau",
    }
    assert prepared("geo_municipality") == before + 1


def test_after_the_block_statements_are_as_before_even_where_it_failed():
    connection.ensure_connection()
    usual = connection.connection.cursor_factory
    with pytest.raises(ZeroDivisionError), prepared_queries():
        assert connection.connection.cursor_factory is not usual
        raise ZeroDivisionError
    assert connection.connection.cursor_factory is usual


def test_an_error_is_one_of_django():
    with pytest.raises(DatabaseError) as refused:
        prepared_rows("SELECT no_column", {})
    assert isinstance(refused.value.__cause__, psycopg.Error)
