"""Publishes town halls, as `geo.town_halls` reads them, through the import that every listing goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from directory.importing.drafting import CategoryChoice, draft
from directory.importing.report import Report
from directory.importing.rows import Row, Unreadable
from directory.importing.running import import_drafts
from geo.town_halls import TownHall

_FIELDS = ("name", "address", "insee_code", "opening_hours", "phone", "email", "website", "wheelchair")


def import_town_halls(town_halls: Iterable[TownHall], *, source: str, licence: str) -> Report:
    """Import them as public places of category `town_hall`, and return the stored report."""
    return import_drafts(_drafts(town_halls), source=source, dataset="town-halls", licence=licence)


def _drafts(town_halls: Iterable[TownHall]) -> Iterator:
    choice = CategoryChoice("town_hall")
    for hall in town_halls:
        row = Row(
            number=hall.key,
            key=hall.key,
            fields={name: value for name in _FIELDS if (value := getattr(hall, name))},
            longitude=hall.longitude,
            latitude=hall.latitude,
        )
        try:
            yield draft(row, choice)
        except Unreadable as refusal:
            yield refusal
