"""Puts a mailing where it is read: a notice or a poll into each of its residences, or a public one for its area."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from django.db import connection
from django.utils import timezone

from directory.mailing_sql import PUT_NOTICES, PUT_POLLS
from directory.models import Category, Kind, Listing, Mailing, Notice, Poll
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
#: Kind -> the category of one in a residence, and of one to an area.
_CATEGORIES = {Kind.NOTICE: ("building_notice", "area_notice"), Kind.POLL: ("local_poll", "local_poll")}


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


def put(mailing: Mailing, *, kind: Kind = Kind.NOTICE, **columns: object) -> None:
    """Put a mailing into the space of each of its residences, or before everyone in its area.

    `columns` are `title`, `description`, `opens_at`, `closes_at`; of a poll, `choices` and `ends_at` too.
    """
    if mailing.area is None:
        _put_into_residences(mailing, kind, **columns)
    else:
        _put_into_area(mailing, kind, **columns)


def _put_into_residences(mailing: Mailing, kind: Kind, **columns: object) -> None:
    """One in each, which are opened for this alone."""
    residences = list(residences_told(mailing).values_list("pk", flat=True))
    parameters = {
        **columns,
        "kind": kind,
        "category": _CATEGORIES[kind][0],
        "now": timezone.now(),
        "demonstration": False,
        "organisation": mailing.mandate.organisation_id,
        "residences": residences,
        "mailing": mailing.pk,
        "entrances": json.dumps(_in_words(mailing.entrances)),
    }
    with second_lock.opened(residences), connection.cursor() as cursor:
        cursor.execute(PUT_POLLS if kind == Kind.POLL else PUT_NOTICES, parameters)


def _put_into_area(mailing: Mailing, kind: Kind, **columns: object) -> None:
    """One for everyone, found by a point inside the area and drawn as the area."""
    town = Municipality.objects.only("insee_code", "department").get(pk=mailing.municipality_id)
    model: type[Listing] = Poll if kind == Kind.POLL else Notice
    public = model.objects.create(
        **columns,
        kind=kind,
        category=Category.objects.get(code=_CATEGORIES[kind][1]),
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
    refresh_entries([public.pk])


def _in_words(entrances: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Number of a residence -> what its entrances are called: "3 et 5 Rue Haute"."""
    return {number: doors_in_words(keys)[:LONGEST_ENTRANCES] for number, keys in entrances.items()}
