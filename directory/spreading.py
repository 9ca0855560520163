"""A request that spreads by itself: one ring of whole public cells a day, at one hour for all, until it is served.

Its zone grows, and is the zone of any listing: who may see it is decided where it always is (`scopes.querysets`). It
starts from the point of its author's public cell, never from a home, and nobody learns how far it has come, its author
neither (docs/adr/0030-requests-that-spread.md).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import MultiPolygon
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from directory.models import Listing, Ring
from directory.publishing import refresh_entries
from geo.catchments import FARTHEST, nearest_homes, radius_around, united
from geo.errors import InvalidParameter
from geo.locks import Lock
from geo.models import WGS84, Municipality, PublicCell
from scopes.organisations.covering import only_areas
from scopes.viewer import Home

#: By the clock of the town.
HOUR = time(9)
#: The first ring is the homes of a voisinage; each has so many more than the one before, as a circle that grows evenly.
HOMES = 300
MOST_RINGS = 14
#: By when the letters of a ring's day are sent; who follows by the week reads of what still lasts.
TOLD_BY = timedelta(days=2)
#: Whatever its kind: who still looks after a month says so.
LIFETIME = timedelta(days=30)
#: In the place of a level: what the composer sends for it.
SPREAD = "spread"

_growing = Lock("directory.spreading")


def begins_at(home: Home) -> datetime:
    """Return the next hour for all, from which a request of this home is read."""
    name = Municipality.objects.values_list("time_zone", flat=True).get(pk=home.municipality_id)
    return _last_hour(name) + timedelta(days=1)


def nowhere() -> MultiPolygon:
    """Return the zone of a request until the hour: its first ring comes with the next of all others, by one job."""
    return MultiPolygon(srid=WGS84)


def begin(request: Listing) -> None:
    """Note that a request was just said, and has come nowhere; done twice, it is done once."""
    told = {"area": nowhere(), "reached_at": timezone.now(), "municipality_id": request.municipality_id}
    Ring.objects.get_or_create(listing=request, number=0, defaults=told)


def towns_that_spread() -> list[int]:
    """Return the numbers of the towns in which a live request spreads."""
    spreading = Listing.objects.live().filter(spreads=True).order_by("municipality")
    return list(spreading.values_list("municipality", flat=True).distinct())


def spread_in(municipality_id: int) -> int:
    """Let every live request of a town that has not grown since the hour grow by one ring; return how many did.

    It is one transaction: all that reaches anyone does so at one moment. Done twice, it is done once; a day that was
    missed stays missed.
    """
    town = Municipality.objects.get(pk=municipality_id)
    zones = _next_zones(_due(town))  # found first: whoever writes to the town waits for the rest alone
    with transaction.atomic():
        _growing.hold(str(town.pk))
        due = [one for one in _due(town) if one.pk in zones]
        now = timezone.now()
        for request in due:
            request.catchment = united([request.catchment, zones[request.pk]])
        Listing.objects.bulk_update(due, ["catchment"], batch_size=500)
        Ring.objects.bulk_create(
            Ring(listing=one, number=one.number + 1, area=one.catchment, reached_at=now, municipality=town)
            for one in due
        )
        refresh_entries([one.pk for one in due])
    return len(due)


def forget_rings() -> None:
    """Forget how far requests had come that will never be read again; of those that ended, all but the last ring.

    The last is where it goes on from if it is made to last longer.
    """
    over = Q(listing__withdrawn_at__isnull=False) | Q(listing__paused_at__isnull=False)
    later = Ring.objects.filter(listing=OuterRef("listing"), number__gt=OuterRef("number"))
    ended = Q(listing__closes_at__lt=timezone.now() - TOLD_BY) & Exists(later)
    Ring.objects.filter(over | ended).delete()


def _due(town: Municipality) -> list[Listing]:
    """Requests of a town that have not grown since the hour, each with the `number` of its last ring."""
    spreading = Listing.objects.live().filter(spreads=True, municipality=town)
    grown = spreading.annotate(number=Max("rings__number"), reached_at=Max("rings__reached_at"))
    return list(grown.filter(number__lt=MOST_RINGS, reached_at__lt=_last_hour(town.time_zone)).order_by("pk"))


def _next_zones(requests: Collection[Listing]) -> dict[int, MultiPolygon]:
    """Return the zone of the next ring of each, by its id, from the cell that stands today for that of its author."""
    former = PublicCell.objects.filter(pk__in={one.cell_id for one in requests})
    cells = {
        cell.pk: cell.merged_into or cell for cell in former.select_related("municipality", "merged_into__municipality")
    }
    places = {(one.cell_id, one.number + 1) for one in requests}
    zones = {(cell, number): _zone(cells[cell], number) for cell, number in places}
    return {one.pk: zones[one.cell_id, one.number + 1] for one in requests}


def _zone(cell: PublicCell, number: int) -> MultiPolygon:
    """Return what a ring of this number covers around a cell: whole cells, nearest first, of its town alone."""
    try:
        around = nearest_homes(cell.location, HOMES * number * (number + 1) // 2)
    except InvalidParameter:  # there are not so many: all there are
        around = radius_around(cell.location, FARTHEST)
    limits = cell.municipality.boundary
    return around.area if limits is None else only_areas(around.area & limits)


def _last_hour(time_zone: str) -> datetime:
    """Return when it was last the hour for all, by the clock of a town."""
    now = timezone.now().astimezone(ZoneInfo(time_zone))
    hour = datetime.combine(now.date(), HOUR, tzinfo=now.tzinfo)
    return hour if hour <= now else datetime.combine(now.date() - timedelta(days=1), HOUR, tzinfo=now.tzinfo)
