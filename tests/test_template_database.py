"""The databases that the workers' are copies of: one of each kind for each state of the code, whole or absent."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import connection

from tests import template_database as module
from tests.template_database import template_database, toy_town_template


@pytest.fixture
def migrated(monkeypatch, tmp_path, django_db_setup, django_db_blocker) -> Iterator[list[str]]:
    """The databases that were migrated; here that leaves them empty. Those made are dropped in the end."""
    migrated, name = [], f"{connection.settings_dict['NAME']}_own"
    monkeypatch.setenv("ALENTOUR_DATA", str(tmp_path))
    monkeypatch.setitem(connection.settings_dict["TEST"], "NAME", name)
    monkeypatch.setattr(module, "call_command", lambda *_, **__: migrated.append(connection.settings_dict["NAME"]))
    with django_db_blocker.unblock():
        yield migrated
        for made in databases(name):
            drop(made)


def databases(prefix: str) -> list[str]:
    with closing(module.server_connection()) as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", [prefix])
        return [name for (name,) in rows]


def drop(name: str) -> None:
    with closing(module.server_connection()) as server:
        server.execute(f'DROP DATABASE "{name}"')


def test_it_is_made_once_for_the_same_code(migrated):
    ordinary = connection.settings_dict["NAME"]
    name = template_database()
    assert template_database() == name
    assert migrated == [f"{name}_draft"]
    assert databases(f"{ordinary}_own") == [name]
    assert connection.settings_dict["NAME"] == ordinary


def test_other_code_has_another_and_the_old_one_goes(migrated, monkeypatch):
    old = template_database()
    monkeypatch.setattr(module, "_sources", lambda: ["changed"])
    new = template_database()
    assert new != old
    assert databases(old.rpartition("_")[0]) == [new]


def test_what_a_killed_run_left_is_made_anew(migrated, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    ordinary = connection.settings_dict["NAME"]
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, "call_command", killed)
        template_database()
    assert [name.endswith("_draft") for name in databases(f"{ordinary}_own")] == [True]
    assert connection.settings_dict["NAME"] == ordinary
    name = template_database()
    assert databases(f"{ordinary}_own") == [name]


def test_the_toy_towns_is_made_anew_when_the_town_is_another(migrated, monkeypatch):
    imported = []
    monkeypatch.setattr(module, "_import_toy_town", lambda: imported.append(connection.settings_dict["NAME"]))
    old = toy_town_template()
    assert toy_town_template() == old
    monkeypatch.setattr(module, "_toy", lambda: ["another house"])
    new = toy_town_template()
    assert imported == [f"{old}_draft", f"{new}_draft"] and len(migrated) == 1
    assert databases(f"{connection.settings_dict['TEST']['NAME']}_") == sorted([template_database(), new])


def test_every_file_of_the_toy_town_counts():
    assert {"toy_town.py", "communes.geojson", "adresses.csv"} <= {path.name for path in module._toy()}


@pytest.mark.parametrize("folder", module.FOLDERS)
def test_every_package_counts(folder):
    names = [source for source in module._sources() if isinstance(source, str)]
    assert any(name.startswith(f"{folder}/") and name.endswith(".py") for name in names)
    assert not [name for name in names if "node_modules" in name]
