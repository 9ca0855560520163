"""kill -9 at any moment of an import: what is shown stays as it was, nothing is left behind, the next run completes."""

import random
import time
from io import StringIO
from multiprocessing import get_context
from multiprocessing.context import ForkProcess as Process

import pytest
from django.core.management import call_command
from django.db import connection

from geo.activation import roll_back
from geo.models import Building, Release, Version
from tests.toy_town import FOLDER

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def new_vintage(tmp_path):
    """The toy town's buildings, one storey higher, and one of them gone."""
    text = (FOLDER / "batiment.geojson").read_text()
    lines = [line for line in text.splitlines() if "BATIMENT-19-19" not in line]
    path = tmp_path / "batiment.geojson"
    path.write_text("\n".join(lines).replace('"hauteur": 3.0', '"hauteur": 6.0'))
    return path


def importing(path) -> Process:
    """An import in a process of its own, forked so that it starts at once."""
    process = get_context("fork").Process(target=import_in_child, args=(path,))
    process.start()
    return process


_inherited = []


def import_in_child(path) -> None:
    """Import on a connection of its own; the parent's is kept, as closing it would end the parent's session."""
    _inherited.append(connection.connection)
    connection.connection = None
    call_command(
        "import_places", "bdtopo", str(path), activate=True, force=True, territory="batiment", stdout=StringIO()
    )
    connection.close()


def clients() -> set[int]:
    """Sessions of this database: others than the import's may be open, of a live server for one."""
    sessions = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    with connection.cursor() as cursor:
        cursor.execute(sessions)
        return {pid for (pid,) in cursor.fetchall()}


def wait_for_the_server(before: set[int]) -> None:
    """PostgreSQL notices a dead client when it next speaks to it."""
    for _ in range(200):
        if clients() <= before:
            return
        time.sleep(0.05)
    pytest.fail("the server still runs the killed import")


def state() -> tuple:
    columns = ("key", "digest", "height", "closed_on", "residence__key", "municipality_id")
    active = Release.objects.active().order_by("pk").values_list("pk", "checksum")
    return list(active), list(Building.objects.order_by("key").values_list(*columns))


def complete(process: Process) -> None:
    process.join()
    assert process.exitcode == 0


def kill_at_random_moments(path, times: int) -> None:
    before = state()
    loaded_before = set(Release.objects.values_list("pk", flat=True))
    chance = random.Random(2)
    started = time.monotonic()
    complete(importing(path))
    lasted = time.monotonic() - started
    after = state()[1]
    assert after != before[1]
    for _ in range(times):
        current = Release.objects.active().get(dataset="buildings")
        if current.pk not in loaded_before:
            roll_back(release=current)
            current.delete()
        assert state() == before
        others = clients()
        process = importing(path)
        time.sleep(chance.uniform(0, 1) * lasted)
        process.kill()
        process.join()
        wait_for_the_server(others)
        now = state()
        assert now == before or now[1] == after
        assert not Release.objects.filter(state=Release.State.LOADING).exists()
        assert Version.objects.count() == sum(release.report["loaded"] for release in Release.objects.all())
    complete(importing(path))
    assert state()[1] == after


def test_a_killed_import_changes_nothing(toy_town, new_vintage):
    kill_at_random_moments(new_vintage, times=1)


@pytest.mark.slow
def test_twenty_killed_imports_change_nothing(toy_town, new_vintage):
    kill_at_random_moments(new_vintage, times=20)
