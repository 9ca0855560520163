"""The databases that the workers' are copies of: one of each kind for each state of the code, whole or absent."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from django.apps import apps
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
    monkeypatch.setattr(module, "_migrated_by", lambda: [module.PROJECT / "manage.py"])
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
    monkeypatch.setattr(module, "_imported_by", lambda: [module.PROJECT / "manage.py"])
    new = toy_town_template()
    assert imported == [f"{old}_draft", f"{new}_draft"] and len(migrated) == 1
    assert databases(f"{connection.settings_dict['TEST']['NAME']}_") == sorted([template_database(), new])


#: All that stands in a database beside rows: tables, constraints, indexes, triggers, policies, functions.
SCHEMA = """
    SELECT concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
                     attgenerated, pg_get_expr(adbin, adrelid), relrowsecurity, relforcerowsecurity)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', tablename, policyname, permissive, roles, cmd, qual, with_check) FROM pg_policies
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
    ORDER BY 1
"""


def rows(name: str, statement: str, monkeypatch) -> list[tuple]:
    """What a database answers."""
    with monkeypatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "NAME", name)
        with connection.cursor() as cursor:
            cursor.execute(statement)
            found = cursor.fetchall()
        connection.close()
    return found


@pytest.mark.slow
def test_what_is_migrated_in_short_is_what_django_comes_to(monkeypatch, django_db_setup, django_db_blocker):
    monkeypatch.setitem(connection.settings_dict["TEST"], "NAME", f"{connection.settings_dict['NAME']}_both")
    made_of = [module.PROJECT / "manage.py"]
    with django_db_blocker.unblock():
        names = [
            module._kept("short", made_of, fill=module.migrate),
            module._kept("long", made_of, fill=lambda: module.call_command("migrate", verbosity=0)),
        ]
        short, long = (rows(name, SCHEMA, monkeypatch) for name in names)
        told = "SELECT app, name FROM django_migrations ORDER BY id"
        applied = [rows(name, told, monkeypatch) for name in names]
        for name in names:
            drop(name)
    assert len(long) > 1_000 and short == long
    assert applied[0] == applied[1]


@pytest.mark.django_db
def test_every_column_of_a_model_stands_in_the_migrated_database():
    """Every day; all else that stands there is compared with `--slow`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text, attname, NOT attnotnull FROM pg_attribute WHERE attnum > 0"
            " AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
        )
        standing = {(table, column): may_be_null for table, column, may_be_null in cursor.fetchall()}
    models = [model._meta for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    columns = [(of.db_table, part) for of in models for part in of.local_concrete_fields if not part.generated]
    meant = {(table, part.column): part.null for table, part in columns}
    assert len(meant) > 500
    assert {column: standing.get(column) for column in meant} == meant


def names(paths) -> set[str]:
    return {str(path.relative_to(module.PROJECT)) for path in paths}


def test_all_that_fills_a_migrated_database_counts_and_nothing_else():
    counted = names(module._migrated_by())
    for app in ("geo", "scopes", "directory"):
        assert f"{app}/migrations/0001_initial.py" in counted
    # What a migration imports, what that imports, and the categories that are written after every migration.
    assert {"scopes/second_lock.py", "directory/case_querysets.py", "directory/categories.toml"} <= counted
    assert not {"scopes/models.py", "scopes/middleware.py", "config/urls.py"} & counted


def test_all_that_imports_the_toy_town_counts():
    counted = names(module._imported_by())
    assert {"fixtures/toy/communes.geojson", "tests/toy_town.py", "geo/importing/running.py"} <= counted


@pytest.mark.parametrize(
    "line, imported",
    [
        ("import geo.models", {"geo/models.py"}),
        ("from geo import codes, models", {"geo/codes.py", "geo/models.py", "geo/__init__.py"}),
        ("def f():\n    from geo.models import Release", {"geo/models.py"}),
        ("import uuid", set()),
    ],
)
def test_imports_are_read_wherever_they_stand(tmp_path, line, imported):
    (tmp_path / "module.py").write_text(line)
    assert names(module._imports(tmp_path / "module.py")) == imported
