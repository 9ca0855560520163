"""A town hall and the address of its feed."""

import pytest
from django.core.cache import cache

from directory import reading_calendars
from directory.fetching import Fetched
from tests.directory.feeding import item, rss
from tests.neighbours import person
from tests.scopes.mandates import town_hall


@pytest.fixture(autouse=True)
def town(make_town):
    cache.clear()
    return make_town(quarters=2)


@pytest.fixture
def ada(db):
    return person("Ada")


@pytest.fixture
def hall(ada, town):
    return town_hall(ada, town, name="Mairie de Nantes")


@pytest.fixture
def web(monkeypatch):
    """What the address answers to the worker."""

    class Web:
        answer = rss(item())

    monkeypatch.setattr(
        reading_calendars.read_calendar, "__kwdefaults__", {"fetched": lambda *_a, **_m: Fetched(content=Web.answer)}
    )
    return Web
