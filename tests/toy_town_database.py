"""Which of a worker's two databases a test talks to: the empty one, or the one in which the toy town stands.

A test that asks for `toy_town` runs its usual transaction, taken back in the end, where the town stands already:
copying its rows into the empty database took 0.06 s of a core in each of 1,100 tests. A test that commits still does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import connection
from psycopg import sql

from tests.template_database import copy_database, server_connection, toy_town_template
from tests.toy_town import TOY_TOWN


class ToyTownDatabase:
    """The second database, and the connection that is not in use: opening one takes PostGIS 20 ms."""

    def __init__(self) -> None:
        template = toy_town_template()
        self._name = self._away = f"{connection.settings_dict['NAME']}_toy_town"
        self._connection = None
        self._drop()  # what a killed run left
        with closing(server_connection()) as server:
            copy_database(server, self._name, copied_from=template)
        with self.entered():
            TOY_TOWN.keep()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Talk to this one; never begun nor ended within a transaction."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    def close(self) -> None:
        """Leave nothing behind."""
        if self._connection:
            self._connection.close()
        self._drop()

    def _exchange(self) -> None:
        settings = connection.settings_dict
        settings["NAME"], self._away = self._away, settings["NAME"]
        connection.connection, self._connection = self._connection, connection.connection

    def _drop(self) -> None:
        with closing(server_connection()) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self._name)))


def stands_there(item: pytest.Item) -> bool:
    """Whether a test finds the toy town standing: it asks for it, and commits nothing."""
    names, marker = item.fixturenames, item.get_closest_marker("django_db")
    commits = "transactional_db" in names or "live_server" in names or (marker and marker.kwargs.get("transaction"))
    return "toy_town" in names and not commits
