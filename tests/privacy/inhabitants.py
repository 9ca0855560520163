"""People of the toy town who do everything as people do: they join by a posted letter, publish and answer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from unittest.mock import patch

from django.db import connection

from directory.publishing import refresh_entries
from geo.models import Address, Residence
from scopes.models import Account, Letter, Membership
from scopes.proofs.letter import note_posted
from tests.emptied import every_row_in_sight
from tests.neighbours import person
from tests.scopes.entering import address_of, ask_to_join, later, letter_code, types

A_MONTH_AGO = timedelta(days=-30)
OURS = ("geo_", "scopes_", "directory_")


@dataclass(frozen=True, slots=True)
class Dwelling:
    """A building people live in: where it is, how many live there, and where others see them."""

    residence: Residence
    longitude: float
    latitude: float
    dwellings: int
    cell_id: int
    #: Whether a letter can be posted to it.
    has_address: bool

    def __hash__(self) -> int:
        return self.residence.pk


def dwellings_of_the_town() -> list[Dwelling]:
    """Every building with homes, a residence each, in the order of their keys: what an attacker knows of the town."""
    homes = Residence.objects.open().filter(houses_of=None, dwellings__gt=0, public_cell__isnull=False).order_by("key")
    addressed = set(Address.objects.values_list("building__residence", flat=True))
    return [
        Dwelling(home, home.location.x, home.location.y, home.dwellings, home.public_cell_id, home.pk in addressed)
        for home in homes
    ]


def drawn(chance: random.Random, count: int, *, homes: list[Dwelling]) -> list[Dwelling]:
    """Draw where people live: as many in a building as it has dwellings."""
    return chance.choices(homes, weights=[home.dwellings * home.has_address for home in homes], k=count)


def moves_in(first_name: str, home: Residence, *, role: str = "tenant", account: Account | None = None) -> Membership:
    """A person who joined a month ago, by the code of a letter posted to the building."""
    with later(A_MONTH_AGO):
        asking = ask_to_join(account=account or person(first_name), residence=home, role=role)
        code = letter_code(asking, address_of(home))
        entered = types(asking, code)
        note_posted(letters=Letter.objects.filter(membership=asking))
    return Membership.objects.select_related("account", "alias").get(pk=entered.pk)


def analyze() -> None:
    """Tell the planner of a whole town written in this transaction: else statements are planned for empty tables.

    What was counted stays counted when the transaction is taken back. So an empty table is not: of no rows on pages of
    rows that are gone, PostgreSQL makes that there never are any, and a later test waited four minutes for a statement.
    """
    with every_row_in_sight(), connection.cursor() as cursor:
        ours = [name for name in connection.introspection.table_names(cursor) if name.startswith(OURS)]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in ours))
        cursor.execute(f"ANALYZE {', '.join(name for (name,) in cursor.fetchall())}")


@contextmanager
def entered_together() -> Iterator[None]:
    """Let search know at once of all that is said: each time, a draft table is locked until the transaction ends."""
    said: list[int] = []
    with patch("directory.posting.refresh_entries", said.extend):
        yield
    refresh_entries(said)
