"""A worker's two databases: which of them a test talks to, and that each is left as it was found."""

from types import SimpleNamespace

import pytest
from django.db import connection

from geo.models import Municipality
from tests.toy_town_database import stands_there


def where() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return cursor.fetchone()[0]


def test_the_town_stands_in_the_second_one(toy_town):
    assert where() == connection.settings_dict["NAME"] == f"{connection.settings_dict['TEST']['NAME']}_toy_town"
    assert toy_town.municipality.name == "Villegrille"


def test_who_does_not_ask_for_it_is_in_the_first_and_it_is_empty(db):
    assert where() == connection.settings_dict["NAME"] == connection.settings_dict["TEST"]["NAME"]
    assert not Municipality.objects.exists()


@pytest.mark.parametrize("time", (1, 2))
def test_what_is_written_there_is_taken_back(toy_town, time):
    assert Municipality.objects.filter(name="Villegrille").update(name="Grandville") == 1


def test_a_connection_that_was_closed_there_is_opened_there_again(toy_town_database, django_db_blocker):
    with django_db_blocker.unblock():
        with toy_town_database.entered():
            connection.close()
            there = where()
        assert (there, where()) == (f"{where()}_toy_town", connection.settings_dict["TEST"]["NAME"])


@pytest.mark.parametrize(
    "names, mark, stands",
    [
        (["toy_town", "db"], None, True),
        (["home", "toy_town"], pytest.mark.django_db, True),
        (["db"], None, False),
        (["toy_town", "transactional_db"], None, False),
        (["toy_town", "live_server"], None, False),
        (["toy_town"], pytest.mark.django_db(transaction=True), False),
    ],
)
def test_who_commits_stays_in_the_first(names, mark, stands):
    item = SimpleNamespace(fixturenames=names, get_closest_marker=lambda _: mark and mark.mark)
    assert stands_there(item) is stands
