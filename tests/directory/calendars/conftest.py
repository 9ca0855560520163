"""A town, an association and the address of its calendar."""

import pytest

from directory import reading_calendars
from directory.fetching import Fetched
from tests.directory.happening import calendar as ics
from tests.directory.happening import vevent
from tests.neighbours import person
from tests.scopes.mandates import organisation


@pytest.fixture(autouse=True)
def town(make_town):
    return make_town(quarters=2)


@pytest.fixture
def account(db):
    return person("Ada")


@pytest.fixture
def club(account):
    return organisation(account, kind="association", name="Les Amis du bal")


@pytest.fixture
def web(monkeypatch):
    """What the address answers to the worker: bytes, or an error; and what it was told each time."""

    class Web:
        answer, told = ics(vevent()), []

    def fetched(address, **marks):
        Web.told.append((address, marks))
        if isinstance(Web.answer, Exception):
            raise Web.answer
        return Web.answer if isinstance(Web.answer, Fetched) else Fetched(content=Web.answer, etag='"1"')

    Web.told = []
    monkeypatch.setattr(reading_calendars.read_calendar, "__kwdefaults__", {"fetched": fetched})
    return Web
