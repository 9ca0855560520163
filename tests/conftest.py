"""What every test obeys: slow tests on request, no network, own Chromium."""

import gc
import os
from collections.abc import Iterable, Iterator

import pytest

# Playwright's event loop runs in the thread of the test, where Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

CHROMIUM_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run the slow tests")


def pytest_sessionstart(session: pytest.Session) -> None:
    """What a fresh clone has not made yet is made once for all workers; see `tests/fresh_clone.py`."""
    from pytest_django.plugin import blocking_manager_key

    from tests.fresh_clone import make_databases_meanwhile, rewrite_share

    if hasattr(session.config, "workerinput"):
        rewrite_share(session.config)
    elif session.config.getoption("numprocesses"):
        make_databases_meanwhile(session.config.stash[blocking_manager_key])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="slow: add --slow"))
        half_the_examples(items)
    from tests.toy_town_database import stands_there

    for item in filter(stands_there, items):
        item.fixturenames.insert(0, "in_toy_town_database")  # before the test's transaction begins


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """As pytest runs a test, on a stack with room; see `tests/roomy.py`."""
    from _pytest.runner import pytest_runtest_protocol as run

    from tests.roomy import with_room

    return with_room(lambda: run(item, nextitem))


def half_the_examples(items: Iterable[pytest.Item]) -> None:
    """Every day Hypothesis tries half as many examples as a test says, or ten; all of them with `--slow`."""
    from hypothesis import is_hypothesis_test, settings

    for test in {getattr(item.obj, "__func__", item.obj) for item in items if is_hypothesis_test(item.obj)}:
        meant = test._hypothesis_internal_use_settings
        few = min(meant.max_examples, max(10, meant.max_examples // 2))
        test._hypothesis_internal_use_settings = settings(meant, max_examples=few)


def pytest_collection_finish() -> None:
    """What is there to stay is not searched for garbage again and again: that took a tenth of the time of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Debian's Chromium: Playwright's own browsers are not in any package registry."""
    from config.bootstrap.machine import BROWSERS

    executable = next(path for path in BROWSERS if path.exists())
    return {**browser_type_launch_args, "executable_path": executable, "args": list(CHROMIUM_OPTIONS)}


@pytest.fixture
def toy_town(request: pytest.FixtureRequest, db):
    """The toy town of `fixtures/toy`, in the database; see `tests/toy_town.py`."""
    from tests.toy_town import TOY_TOWN

    if "in_toy_town_database" not in request.fixturenames:
        TOY_TOWN.load()
    return TOY_TOWN


@pytest.fixture(scope="session")
def toy_town_database(django_db_setup, django_db_blocker) -> Iterator:
    """The worker's second database; see `tests/toy_town_database.py`."""
    from tests.toy_town_database import ToyTownDatabase

    with django_db_blocker.unblock():
        database = ToyTownDatabase()
        yield database
        database.close()


@pytest.fixture
def in_toy_town_database(toy_town_database) -> Iterator[None]:
    """Every test that asks for `toy_town` and commits nothing talks to the database in which it stands."""
    with toy_town_database.entered():
        yield


@pytest.fixture(scope="module")
def whole_module(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A transaction that is taken back at the end of the module: its fixtures write once for all its tests."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker) -> None:
    """Each worker's database is a copy of one that was migrated before."""
    from django.db import connection

    from tests.template_database import template_database

    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template_database()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Nothing is connected to the database any more when it is dropped: a live server's last threads may be."""
    yield
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def at_once(settings) -> None:
    """What answers guesses takes even time, and each password 0.25 s of a core; a test waits for neither."""
    settings.EVEN_SECONDS = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Tests write places without releases: what was made of those of another test is not kept."""
    from geo import housing, inhabitants, walks

    housing.KEPT.forget()
    inhabitants.KEPT.forget()
    walks.KEPT.forget()


@pytest.fixture(scope="session", autouse=True)
def emptied() -> Iterator[None]:
    """A test that committed is cleared away in our way; see `tests/emptied.py`."""
    from django.test import TransactionTestCase

    from tests.emptied import empty_database

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_database())
        yield


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """A request leaves its language behind in the thread: the next test begins in the site's own."""
    from django.utils import translation

    yield
    translation.deactivate()
