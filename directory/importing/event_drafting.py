"""Judges what a source tells of an event: the draft it makes, in clean columns, or why it makes none."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.dating import dates_between
from directory.event_categories import event_category
from directory.event_places import is_public_place
from directory.importing import cleaning
from directory.importing.drafting import ADDRESS_LENGTH, TITLE_LENGTH, Draft
from directory.importing.plain_words import plain_paragraphs
from directory.importing.rows import Unreadable
from directory.models import Event, SourceRecord
from directory.premises import names_a_person
from directory.recurring import OLDEST, BadRecurrence, Recurrence, checked_rule
from geo.errors import Filled
from geo.front_doors import addresses_meant
from geo.texts import LONGEST_TEXT, legible

#: Years ahead that an event may lie.
FARTHEST = timedelta(days=10 * 366)
#: Characters of a description that are looked at; the rest is nobody's to read.
MOST_READ = 40_000
KEY_LENGTH = SourceRecord._meta.get_field("key").max_length


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event as a reader hands it on, not yet judged; times by the clock on the wall of `zone`."""

    #: Line or rank in its file: what a report names.
    number: str
    key: str = ""
    title: str = ""
    description: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    all_day: bool = False
    #: IANA name; empty for the clock of the town it is in.
    zone: str = ""
    #: A rule as it is told, not yet checked.
    rule: str = ""
    recurrence: Recurrence = field(default_factory=Recurrence)
    place: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    insee_code: str = ""
    longitude: float | None = None
    latitude: float | None = None
    organiser: str = ""
    price: str = ""
    website: str = ""
    accessibility: str = ""
    #: What its source calls it: categories, keywords.
    category: str = ""
    cancelled: bool = False


def draft_event(told: ToldEvent, *, town: str = "") -> Draft:
    """Return the listing that an event makes; raise `Unreadable` with the reason when it makes none.

    `town` is the INSEE code of the commune where those are that do not say where they are.
    """
    title = legible(told.title[: 4 * TITLE_LENGTH])
    if not title:
        raise Unreadable(told.number, _("sans titre"), told.key)
    if len(title) > TITLE_LENGTH:
        raise Unreadable(told.number, Filled(_("titre de plus de {limit} caractères"), limit=TITLE_LENGTH), told.key)
    dropped: list[str] = []
    when = _when(told)
    where = _where(told, dropped)
    if not (where["insee_code"] or where["postcode"] or where["longitude"] is not None):
        where["insee_code"] = town
    described = told.description[:MOST_READ]
    description = plain_paragraphs(described, longest=MOST_READ)
    if len(description) > LONGEST_TEXT or len(told.description) > MOST_READ:
        dropped.append(_("description coupée"))
    public = where["placed"]
    said = {
        "place": _short(told.place, Event, "place_name") if public else "",
        "organiser": "" if names_a_person(told.organiser[:200]) else _short(told.organiser, Event, "organiser"),
        "price": _short(told.price, Event, "price"),
        "accessibility": _short(told.accessibility, Event, "accessibility"),
        "cancelled": told.cancelled,
    }
    return Draft(
        number=told.number,
        key=_key(told, title, where),
        named=True,
        category=event_category(told.category[:1_000], title),
        title=title,
        description=description[:LONGEST_TEXT].rstrip(),
        website=_website(told, dropped),
        event={**when, **{name: value for name, value in said.items() if value}},
        dropped=tuple(dropped),
        **where,
    )


def _when(told: ToldEvent) -> dict[str, object]:
    """Its dates as they are kept; a calendar that cannot be laid down is refused whole."""
    starts, ends = told.starts, told.ends
    if starts is None:
        raise Unreadable(told.number, _("sans date de début"), told.key)
    if ends is not None and ends < starts:
        raise Unreadable(told.number, _("finit avant de commencer"), told.key)
    latest = timezone.now().replace(tzinfo=None) + FARTHEST
    if not (OLDEST <= starts <= latest and (ends or starts) <= latest):
        raise Unreadable(told.number, _("date invraisemblable"), told.key)
    zone = ZoneInfo(told.zone or settings.TIME_ZONE)
    try:
        rule = checked_rule(told.rule, start=starts, zone=zone) if told.rule else ""
        again = told.recurrence
        recurrence = str(Recurrence(rule=rule, dates=again.dates, stretches=again.stretches, without=again.without))
        dates = dates_between(starts, ends, recurrence, zone=zone, now=timezone.now())
    except BadRecurrence as error:
        raise Unreadable(told.number, error.reason, told.key) from error
    except OverflowError as error:
        raise Unreadable(told.number, _("date invraisemblable"), told.key) from error
    if not dates:
        raise Unreadable(told.number, _("aucune date : toutes sont annulées"), told.key)
    kept = {
        "starts": starts.isoformat(),
        "ends": ends.isoformat() if ends and ends > starts else "",
        "all_day": told.all_day,
        "zone": told.zone,
        "recurrence": recurrence,
    }
    return {name: value for name, value in kept.items() if value}


def _where(told: ToldEvent, dropped: list[str]) -> dict[str, object]:
    """Where it is: the point of a public place, found by its address where none is told; else its commune."""
    longitude, latitude = told.longitude, told.latitude
    if longitude is not None and not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Unreadable(told.number, _("coordonnées hors du globe : ce n'est pas du WGS 84"), told.key)
    if longitude == latitude == 0:
        longitude = latitude = None
    address = legible(told.address[:1_000])
    public = is_public_place(told.place[:1_000], address)
    if public and longitude is None and re.match(r"\d", address):
        meant = addresses_meant(legible(" ".join(filter(None, (address[:200], told.postcode, told.city[:100])))))
        if len(meant) == 1:
            longitude, latitude = meant[0].location.x, meant[0].location.y
    if not public and (longitude is not None or address):
        dropped.append(_("lieu peut-être privé : montré à la commune"))
    return {
        "longitude": longitude,
        "latitude": latitude,
        "placed": public and longitude is not None,
        "address": address[:ADDRESS_LENGTH] if public else "",
        "insee_code": legible(told.insee_code)[:5],
        "postcode": legible(told.postcode)[:5],
    }


def _website(told: ToldEvent, dropped: list[str]) -> str:
    website = cleaning.website(told.website[:1_000]) if told.website else ""
    if told.website and not website:
        dropped.append(_("adresse web illisible"))
    return website


def _short(text: str, model: type, column: str) -> str:
    """One line that fits its column."""
    return legible(text[:2_000])[: model._meta.get_field(column).max_length].rstrip()


def _key(told: ToldEvent, title: str, where: Mapping[str, object]) -> str:
    """Its identity in the source; for one without, or of no bearable length, what it is, when and where."""
    if told.key and len(told.key) <= KEY_LENGTH and told.key.isprintable():
        return told.key
    point = [where["longitude"], where["latitude"]] if where["placed"] else []
    said = json.dumps([told.key] if told.key else [title, str(told.starts), *point])
    return f"hash:{hashlib.md5(said.encode(errors='replace'), usedforsecurity=False).hexdigest()}"
