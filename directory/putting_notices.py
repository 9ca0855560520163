"""Puts a mailing where it is read: a notice into each of its residences, or one public notice for its area."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection

from directory.mailing_sql import PUT_INTO_RESIDENCES
from directory.models import Category, Kind, Mailing, Notice
from directory.notice_audiences import Audience
from directory.notice_readers import residences_told
from directory.publishing import refresh_entries
from geo.front_doors import doors_in_words
from geo.models import Municipality
from scopes import second_lock
from scopes.models import Level, Openness

#: Columns of a mailing that say to whom it goes: what restores it has the same.
AUDIENCE = ("to", "audience", "area", "level", "municipality_id", "neighbourhood_id", "entrances")
LONGEST_ENTRANCES = 300


def columns_of(audience: Audience) -> dict[str, object]:
    """Return the columns of a mailing to this audience; its residences are set beside."""
    return {
        "to": audience.to,
        "audience": dict(audience.parameters),
        "area": audience.area,
        "level": audience.level,
        "municipality_id": audience.municipality_id,
        "neighbourhood_id": audience.neighbourhood_id,
        "entrances": {str(number): list(doors) for number, doors in audience.entrances.items()},
        "homes": audience.homes,
    }


def put_into_residences(
    mailing: Mailing, *, title: str, description: str, opens_at: datetime, closes_at: datetime, now: datetime
) -> None:
    """Put a notice into the space of each of its residences, which are opened for this alone."""
    residences = list(residences_told(mailing).values_list("pk", flat=True))
    parameters = {
        "now": now,
        "title": title,
        "description": description,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "demonstration": False,
        "organisation": mailing.mandate.organisation_id,
        "residences": residences,
        "mailing": mailing.pk,
        "entrances": json.dumps(_in_words(mailing.entrances)),
    }
    with second_lock.opened(residences), connection.cursor() as cursor:
        cursor.execute(PUT_INTO_RESIDENCES, parameters)


def put_into_area(mailing: Mailing, *, title: str, description: str, opens_at: datetime, closes_at: datetime) -> Notice:
    """Publish one notice for everyone in an area, found by a point inside it and drawn as the area."""
    town = Municipality.objects.only("insee_code", "department").get(pk=mailing.municipality_id)
    notice = Notice.objects.create(
        kind=Kind.NOTICE,
        category=Category.objects.get(code="area_notice"),
        title=title,
        description=description,
        opens_at=opens_at,
        closes_at=closes_at,
        organisation_id=mailing.mandate.organisation_id,
        mailing=mailing,
        level=mailing.level,
        openness=Openness.PUBLIC,
        municipality=town,
        insee_code=town.insee_code,
        department=town.department,
        neighbourhood_id=mailing.neighbourhood_id,
        catchment=mailing.area if mailing.level == Level.CATCHMENT else None,
        location=mailing.area.point_on_surface,
    )
    refresh_entries([notice.pk])
    return notice


def _in_words(entrances: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Number of a residence -> what its entrances are called: "3 et 5 Rue Haute"."""
    return {number: doors_in_words(keys)[:LONGEST_ENTRANCES] for number, keys in entrances.items()}
