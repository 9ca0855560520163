"""An association, a town or a shop announces what it holds, changes it, cancels it, and takes it back.

What it says of a place is a public place: its exact point is shown. Who may see the event is everyone, or the members
of a circle around that place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.gis.measure import D
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.calendar_zones import WEEKDAYS
from directory.categories import tree
from directory.dating import dates_between, lay_dates
from directory.errors import TooMany
from directory.event_places import tells_a_home
from directory.models import Category, Event, Kind
from directory.organisation_audiences import EVERYONE, QUARTER, TOWN
from directory.organisation_kinds import checked_website
from directory.publishing import publish, refresh_entries
from directory.querysets import ListingQuerySet
from directory.recurring import AHEAD, Recurrence, Stretch, in_utc
from directory.remarking import settle_remarks
from geo.catchments import radius_around
from geo.errors import InvalidParameter, NotFound
from geo.models import Address, Neighbourhood
from geo.texts import one_line, paragraphs
from scopes.errors import Refused
from scopes.models import Account, Level, Openness, Organisation
from scopes.organisations.proposing import acting_as

#: Who has events to tell of; a network, a landlord or an agent has notices.
MAY_HOLD = (Organisation.Kind.ASSOCIATION, Organisation.Kind.MUNICIPALITY, Organisation.Kind.MERCHANT)
MOST_A_DAY = 20
PRESSED_TWICE = timedelta(minutes=10)
LONGEST_EVENT = timedelta(days=366)

#: How far an event is told around its place, besides the choices of every organisation.
RADII = {"500m": D(m=500), "1km": D(km=1), "2km": D(km=2)}

#: How it comes again: what is chosen -> the rule, with the first date's own weekday of its month.
ONCE = ""
REPEATS = {
    ONCE: gettext_lazy("une seule fois"),
    "week": gettext_lazy("chaque semaine"),
    "fortnight": gettext_lazy("toutes les deux semaines"),
    "month": gettext_lazy("chaque mois, le même jour de la semaine"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What is said of an event; times by the clock of its town."""

    title: str
    category: str
    starts: datetime
    place_name: str
    address: Address
    ends: datetime | None = None
    all_day: bool = False
    repeats: str = ONCE
    #: The last day that it comes again on.
    until: date | None = None
    text: str = ""
    price: str = ""
    website: str = ""
    accessibility: str = ""
    to: str = EVERYONE


def may_hold(account: Account, organisation: Organisation) -> bool:
    """Whether the account may announce for an organisation: one that was admitted, and that it acts for everywhere.

    Who writes for some quarters of a town alone has notices.
    """
    acting = acting_as(account, organisation)
    speaks = acting is not None and acting.everywhere
    return speaks and organisation.kind in MAY_HOLD and organisation.admitted_at is not None


def dates_announced(announced: Announced) -> list[Stretch]:
    """Return the dates that an announcement means, and write nothing; raise `InvalidParameter` as announcing does."""
    when = _when(announced)
    zone = ZoneInfo(announced.address.municipality.time_zone)
    return dates_between(announced.starts, announced.ends, when["recurrence"], zone=zone, now=timezone.now())


@transaction.atomic
def announce_event(*, account: Account, organisation: Organisation, announced: Announced) -> Event:
    """Announce an event; pressed twice, it is announced once.

    Raises `Refused` for who may not, `InvalidParameter` naming the field, `TooMany`.
    """
    # Two at once wait for each other here, so that the second finds what the first announced.
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    _check(account, organisation)
    columns = _columns(announced)
    lately = Event.objects.filter(organisation=organisation, published_at__gt=timezone.now() - timedelta(days=1))
    pressed = lately.filter(published_at__gt=timezone.now() - PRESSED_TWICE, withdrawn_at=None)
    same = {name: columns[name] for name in ("title", "description", "starts_at", "place_name", "recurrence")}
    if before := pressed.filter(**same).first():
        return before
    if lately.count() >= MOST_A_DAY:
        raise TooMany
    made = publish(**columns, organisation=organisation)
    lay_dates([made.pk])
    refresh_entries([made.pk])
    return Event.objects.get(pk=made.pk)


def own_events(account: Account, organisation: Organisation) -> ListingQuerySet:
    """The events of an organisation that the account may announce for, the next first; nothing for anyone else."""
    if not may_hold(account, organisation):
        raise NotFound
    own = Event.objects.filter(organisation=organisation, withdrawn_at=None, closes_at__gt=timezone.now())
    return own.select_related("municipality", "category").order_by("starts_at", "pk")


def own_event(account: Account, organisation: Organisation, public_id: UUID) -> Event:
    """Find one of them; raise `NotFound` for anything else."""
    event = own_events(account, organisation).filter(public_id=public_id).first()
    if event is None:
        raise NotFound
    return event


@transaction.atomic
def change_event(*, account: Account, event: Event, announced: Announced) -> Event:
    """Change what is said of an event; calendars that keep it take the change over."""
    event = _held(account, event)
    columns = _columns(announced, standing=event)
    columns |= {"category": Category.objects.get(code=columns["category"])}
    for column, value in columns.items():
        setattr(event, column, value)
    return _revised(event)


@transaction.atomic
def cancel_event(*, account: Account, event: Event) -> Event:
    """Say that an event does not take place; it stays, struck through, until its date."""
    event = _held(account, event)
    if event.cancelled_at is None:
        event.cancelled_at = timezone.now()
        event = _revised(event)
    return event


@transaction.atomic
def hold_after_all(*, account: Account, event: Event) -> Event:
    """Say that an event takes place after all."""
    event = _held(account, event)
    event.cancelled_at = None
    return _revised(event)


@transaction.atomic
def take_event_back(*, account: Account, event: Event) -> Event:
    """Take an event out of sight: what was announced by mistake."""
    event = _held(account, event)
    event.withdrawn_at = timezone.now()
    return _revised(event)


@transaction.atomic
def set_remarks_aside(*, account: Account, event: Event) -> None:
    """Say that what others remarked of an event is put right, or was not wrong."""
    settle_remarks(_held(account, event))


def _held(account: Account, event: Event) -> Event:
    event = Event.objects.select_for_update(of=["self", "listing_ptr"]).select_related("organisation").get(pk=event.pk)
    _check(account, event.organisation)
    return event


def _check(account: Account, organisation: Organisation | None) -> None:
    if organisation is None or not may_hold(account, organisation):
        raise Refused(_("Seuls une association, une mairie ou un commerce admis annoncent un événement."))


def _revised(event: Event) -> Event:
    event.sequence += 1
    event.revised_at = timezone.now()
    event.save()
    lay_dates([event.pk])
    refresh_entries([event.pk])
    return Event.objects.select_related("municipality", "category").get(pk=event.pk)


def _columns(announced: Announced, standing: Event | None = None) -> dict[str, Any]:
    """The columns of an event, checked; of what is changed, the event as it stands."""
    node = tree().get(announced.category)
    if node is None or node.kind != Kind.EVENT or node.parent is None:
        raise InvalidParameter("category", _("Choisissez ce que c’est."))
    address = announced.address
    if tells_a_home(announced.place_name):
        raise InvalidParameter("place_name", _("Un lieu où tout le monde peut venir, jamais chez quelqu’un."))
    return {
        "title": one_line(announced.title, parameter="title"),
        "category": node.code,
        "description": paragraphs(announced.text, parameter="text") if announced.text.strip() else "",
        "municipality": address.municipality,
        "location": address.location,
        "address": str(address),
        "place_name": one_line(announced.place_name, parameter="place_name"),
        "price": _short(announced.price, "price"),
        "accessibility": _short(announced.accessibility, "accessibility"),
        "website": checked_website(announced.website),
        **_when(announced, standing),
        **_to(announced),
    }


def _short(text: str, parameter: str) -> str:
    return one_line(text, parameter=parameter, longest=200) if text.strip() else ""


def _when(announced: Announced, standing: Event | None = None) -> dict[str, Any]:
    zone = ZoneInfo(announced.address.municipality.time_zone)
    starts, ends = announced.starts, announced.ends
    now = timezone.now()
    if ends is not None and ends <= starts:
        raise InvalidParameter("ends", _("La fin vient avant le début."))
    if ends is not None and ends - starts > LONGEST_EVENT:
        raise InvalidParameter("ends", _("Un an au plus."))
    # What began may come again: its first date stays as it was.
    began = standing is not None and in_utc(starts, zone) == standing.starts_at
    if in_utc(ends or starts, zone) <= now and not began:
        raise InvalidParameter("starts", _("Cette date est passée."))
    if in_utc(starts, zone) > now + AHEAD:
        raise InvalidParameter("starts", _("Deux ans à l’avance au plus."))
    return {
        "starts_at": in_utc(starts, zone),
        "ends_at": ends and in_utc(ends, zone),
        "all_day": announced.all_day,
        "time_zone": zone.key,
        "recurrence": str(Recurrence(rule=_rule(announced))),
    }


def _rule(announced: Announced) -> str:
    """The rule of RFC 5545 for what is chosen."""
    if announced.repeats not in REPEATS:
        raise InvalidParameter("repeats", _("Choisissez dans la liste."))
    if announced.repeats == ONCE:
        return ""
    first, until = announced.starts.date(), announced.until
    if until is None:
        raise InvalidParameter("until", _("Dites jusqu’à quel jour."))
    if not first < until <= first + AHEAD:
        raise InvalidParameter("until", _("Après la première date, et deux ans plus tard au plus."))
    weekday = WEEKDAYS[first.weekday()]
    # The fifth of its kind is not in every month: then it is the last that is meant.
    nth = f"{(first.day - 1) // 7 + 1}" if first.day <= 28 else "-1"
    rules = {
        "week": "FREQ=WEEKLY",
        "fortnight": "FREQ=WEEKLY;INTERVAL=2",
        "month": f"FREQ=MONTHLY;BYDAY={nth}{weekday}",
    }
    return f"{rules[announced.repeats]};UNTIL={datetime.combine(until, time(23, 59, 59)):%Y%m%dT%H%M%S}"


def _to(announced: Announced) -> dict[str, Any]:
    """Who may see it: circle or zone around its place."""
    blank = {"level": Level.MUNICIPALITY, "neighbourhood": None, "catchment": None, "openness": Openness.MEMBERS}
    place, town = announced.address.location, announced.address.municipality
    if announced.to == EVERYONE:
        return blank | {"openness": Openness.PUBLIC}
    if announced.to == TOWN:
        return blank
    if announced.to == QUARTER:
        quarter = Neighbourhood.objects.covering(place).filter(kind=town.circle_kind).first()
        if quarter is None:
            raise InvalidParameter("to", _("Pas de quartiers connus ici : choisissez une distance."))
        return blank | {"level": Level.NEIGHBOURHOOD, "neighbourhood": quarter}
    if announced.to in RADII:
        return blank | {"level": Level.CATCHMENT, "catchment": radius_around(place, RADII[announced.to]).area}
    raise InvalidParameter("to", _("Choisissez jusqu’où."))
