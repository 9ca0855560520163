"""A live village, and a browser that reports whatever a page does wrong."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import connection, connections
from playwright.sync_api import BrowserContext, Page, expect

from tests.maps.village import build_village, settle


@pytest.fixture
def village(transactional_db):
    """The live server reads from other connections: the village is committed, and emptied after each test."""
    town = build_village()
    return settle(town)


@dataclass
class Complaints:
    """What a page did that it must not: errors on the console, scripts that failed, requests to other hosts."""

    ours: str
    heard: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", lambda said: said.type in ("error", "warning") and self.heard.append(said.text))
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        page.on("request", lambda asked: asked.url.startswith((self.ours, "data:")) or self.heard.append(asked.url))
        page.on("dialog", lambda dialog: (self.heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))


@pytest.fixture
def complaints(live_server):
    found = Complaints(live_server.url)
    yield found
    assert found.heard == []


@pytest.fixture(scope="session")
def base_url(live_server):
    """What Playwright puts before addresses; also stands in for pytest-base-url's, which pytest 9 warns of."""
    return live_server.url


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "fr-FR", "viewport": DESKTOP}


# Milliseconds; five seconds are not enough where every core is busy.
expect.set_options(timeout=20_000)

# Small: a live server draws every tile anew.
DESKTOP = {"width": 1024, "height": 640}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(village, context: BrowserContext, complaints) -> Iterator[Page]:
    """A page on the village whose complaints fail the test."""
    opened = context.new_page()
    complaints.listen(opened)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def quiet(transactional_db) -> Iterator[None]:
    """A tile still being drawn would lock the tables that the next test wants empty.

    A thread of the live server keeps its connection: PostGIS takes 20 ms to warm in a new one, for every tile.
    """
    connections.settings["default"]["CONN_MAX_AGE"] = None
    yield
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(_is_asked() or time.sleep(0.02) for _ in range(2)):
        pass


def _is_asked() -> bool:
    """Whether a thread of the live server asks the database something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle')"
        )
        return cursor.fetchone()[0]
