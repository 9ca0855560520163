"""A town in figures, for everyone: public data and public listings are counted, people by the reach table alone.

What is not loaded is `None`, never 0: elsewhere nothing would be known, and look like nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone

from directory.categories import tree
from directory.listing_kinds import BY_ORGANISATIONS, NOT_SAID
from directory.models import Event, EventDate, Kind, Listing
from directory.town_count_models import TownCount
from geo.models import Municipality, Residence
from scopes.models import ReachCount
from scopes.reach import Connected
from scopes.viewer import ANONYMOUS

#: Residences and shops from which a town is not counted for each reader, and how old a count may be.
BIG, STALE = 3_000, timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class TownFigures:
    """What is counted of one town."""

    #: Buildings that are a circle of people: three dwellings or more.
    residences: int | None
    dwellings: int | None
    #: Of these, the estimated ones.
    dwellings_estimated: int
    merchants: int | None
    associations: int | None
    #: Besides town halls, which every town has.
    places: int | None
    #: Those that are announced and not cancelled, with a date to come; however often they come again, each once.
    events: int
    #: What neighbours offer and look for, and words that their authors opened to everyone: 0 is an answer here.
    services: int
    exchanges: int
    #: Listings that the demonstration invented.
    invented: int
    #: Homes connected as the quarterly table has them; nothing where no buildings are loaded.
    connected: Connected | None


_COUNTED = {one.name for one in fields(TownFigures)} - {"connected"}


def figures_of(town: Municipality) -> TownFigures:
    """Give the figures of a town, whoever asks: a big one as it was last counted, people by the reach table."""
    stored = TownCount.objects.filter(municipality=town, counted_at__gt=timezone.now() - STALE).first()
    # What another version counted is counted again.
    counts = stored.counts if stored and stored.counts.keys() == _COUNTED else count(town)
    is_built = bool(town.building_source)
    connected = ReachCount.objects.connected_in(town.boundary) if is_built and town.boundary else None
    return TownFigures(**counts, connected=connected)


def count(town: Municipality) -> dict[str, int | None]:
    """Count a town, and keep it where that took long (110,000 residences: 0.1 s, 110,000 listings: 0.4 s)."""
    buildings = _buildings(town) if town.building_source else {}
    listed = _listed(town)
    counts = {
        "residences": buildings.get("residences") or None,
        "dwellings": buildings.get("homes") or None,
        "dwellings_estimated": buildings.get("estimated") or 0,
        "merchants": listed["merchants"] or None,
        "associations": listed["associations"] or None,
        "places": listed["places"] or None,
        "events": _events(town),
        "services": listed["services"],
        "exchanges": listed["exchanges"],
        "invented": listed["invented"],
    }
    if (counts["residences"] or 0) + (counts["merchants"] or 0) > BIG:
        told = {"counts": counts, "counted_at": timezone.now()}
        TownCount.objects.update_or_create(municipality=town, defaults=told)
    return counts


def count_again() -> int:
    """Count each big town anew, at night; return how many."""
    kept = Municipality.objects.filter(pk__in=TownCount.objects.values("municipality")).defer("boundary")
    return sum(bool(count(town)) for town in kept)


def _buildings(town: Municipality) -> dict[str, int]:
    circles = Q(dwellings__gte=Residence.SMALLEST_CIRCLE)
    return (
        Residence.objects.open()
        .of_buildings()
        .filter(municipality=town, dwellings__gt=0)
        .aggregate(
            residences=Count("pk", filter=circles),
            homes=Sum("dwellings"),
            estimated=Sum("dwellings", filter=Q(dwellings_estimated=True)),
        )
    )


def _listed(town: Municipality) -> dict[str, int]:
    """Count what everyone may see, by kind."""
    hall = tree()["town_hall"]
    is_hall = Q(category__number__range=(hall.number, hall.last))
    return (
        Listing.objects.live()
        .visible_to(ANONYMOUS)
        .filter(municipality=town)
        .aggregate(
            merchants=Count("pk", filter=Q(kind=Kind.MERCHANT)),
            associations=Count("pk", filter=Q(kind=Kind.ASSOCIATION)),
            places=Count("pk", filter=Q(kind=Kind.PLACE) & ~is_hall),
            services=Count("pk", filter=Q(kind=Kind.SERVICE)),
            exchanges=Count("pk", filter=~Q(kind__in=(*NOT_SAID, *BY_ORGANISATIONS, Kind.EVENT, Kind.SERVICE))),
            invented=Count("pk", filter=Q(demonstration=True)),
        )
    )


def _events(town: Municipality) -> int:
    """Count what everyone may go to."""
    to_come = EventDate.objects.filter(event=OuterRef("pk"), ends_at__gt=timezone.now())
    announced = Event.objects.live().visible_to(ANONYMOUS).filter(municipality=town, cancelled_at=None)
    return announced.filter(Exists(to_come)).count()
