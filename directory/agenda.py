"""What takes place around *here* in the coming days: dates in their order, of events that the viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import Q
from django.utils import timezone

from directory.categories import tree
from directory.circles import Circle, circle_around
from directory.event_models import EventDateQuerySet
from directory.here import Here
from directory.models import Event, EventDate
from directory.within import Level, Within
from geo.models import WGS84, Municipality
from scopes.viewer import Viewer

#: Days that are looked at where no day was chosen, and dates that are shown at once.
FORTNIGHT, MOST_SHOWN = 14, 100
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From the first moment of a day to the last of another, by the clock of a place."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """When the first day begins; now, where that is today: what was this morning is over."""
        midnight = datetime.combine(self.first, time(), tzinfo=self.zone)
        return max(midnight, timezone.now())

    @property
    def end(self) -> datetime:
        """When the last day ends."""
        return datetime.combine(self.last + timedelta(days=1), time(), tzinfo=self.zone)


def coming_days(when: str, *, time_zone: str) -> Days:
    """Return the days meant by "today", "weekend" or an ISO day; the coming fortnight for anything else."""
    zone = ZoneInfo(time_zone)
    today = timezone.now().astimezone(zone).date()
    if when == "today":
        return Days(first=today, last=today, zone=zone)
    if when == "weekend":
        saturday = today + timedelta(days=max(0, SATURDAY - today.weekday()))
        first = min(saturday, today) if today.weekday() >= SATURDAY else saturday
        return Days(first=first, last=first + timedelta(days=6 - first.weekday()), zone=zone)
    try:
        day = date.fromisoformat(when)
    except ValueError:
        return Days(first=today, last=today + timedelta(days=FORTNIGHT), zone=zone)
    day = min(max(day, today), today + timedelta(days=730))
    return Days(first=day, last=day, zone=zone)


def dates_around(
    viewer: Viewer, here: Here, within: Within, days: Days, *, category: str = ""
) -> tuple[Circle, EventDateQuerySet]:
    """Return the circle around *here*, and the dates in it, the first `MOST_SHOWN`."""
    circle = circle_around(here, within)
    return circle, _dates(viewer, _inside(circle, here), days, category)


def dates_of_town(viewer: Viewer, town: Municipality, days: Days) -> EventDateQuerySet:
    """Return the dates in a town."""
    return _dates(viewer, Q(entry__municipality_id=town.pk), days, "")


def _dates(viewer: Viewer, where: Q, days: Days, category: str) -> EventDateQuerySet:
    events = Event.objects.live().visible_to(viewer).filter(where)
    if category in tree():
        events = events.filter(entry__category_number__range=(tree()[category].number, tree()[category].last))
    dates = EventDate.objects.between(days.start, days.end).filter(event__in=events)
    return dates.select_related("event__category", "event__municipality", "event__organisation")[:MOST_SHOWN]


def _inside(circle: Circle, here: Here) -> Q:
    """What lies in a circle, by the entry that search reads."""
    if circle.level is Level.MUNICIPALITY:
        return Q(entry__municipality_id=circle.municipality_id)
    if circle.level is Level.NEIGHBOURHOOD:
        return Q(entry__neighbourhood_id__in=[circle.quarter_id, *circle.across_ids])
    if circle.level is Level.WALK:
        return Q(entry__location__intersects=GEOSGeometry(circle.walked))
    point = Point(here.longitude, here.latitude, srid=WGS84)
    return Q(entry__location__dwithin=(point, circle.voisinage or circle.reach))
