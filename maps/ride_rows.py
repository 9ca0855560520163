"""The rows of rides in words: when the car passes, where one meets it, how far one walks, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.agreement_words import free_in_words
from directory.audience import is_member
from directory.carpool_words import passing
from directory.free_seats import Seats
from directory.kinds import facts_of, page_of
from directory.models import Carpool
from directory.ride_matching import Match
from directory.shown import readers
from directory.writing_to_authors import WayToWrite, home_to_write_from, way_to_write
from geo.drawn_walks import DrawnWalk
from geo.pace import Pace
from maps.ride_ways import RideWay
from maps.wording import metres
from scopes.moments import calendar_day, today_at
from scopes.viewer import Viewer

#: Metres. Who walks less is there already: from one side of a square to the other.
AT_ONCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RideRow:
    """One ride in words."""

    ride: Carpool
    url: str
    #: First name and initial; empty for who is not among those it is addressed to.
    author: str
    facts: list[str]
    readers: str
    #: From where to where; empty where the title says it.
    way_in_words: str
    #: Of a match: the day, when one boards and leaves, how one comes along, and what it costs the driver.
    day: str = ""
    boards: str = ""
    leaves: str = ""
    pick_up: str = ""
    drop_off: str = ""
    walk_to: str = ""
    walk_from: str = ""
    detour: str = ""
    #: Seats that nobody has on that day, or on the next one; and where one asks for some, or offers some.
    free: str = ""
    ask_url: str = ""
    way: WayToWrite | None = None


def rows_of(rides: Iterable[Carpool], viewer: Viewer) -> list[RideRow]:
    """Put rides that the viewer may see in words."""
    return [RideRow(**_common(seats.ride, viewer), free=_free_next(seats)) for seats in Seats.of_all(list(rides))]


def rows_of_matches(matches: Iterable[Match], ways: Iterable[RideWay], viewer: Viewer) -> list[RideRow]:
    """Put matches in words, in their order, each with how one comes along."""
    return [_row(match, way, viewer) for match, way in zip(matches, ways, strict=True)]


def _row(match: Match, way: RideWay, viewer: Viewer) -> RideRow:
    zone = ZoneInfo(match.ride.municipality.time_zone)
    boards, leaves = match.picked_up.astimezone(zone), match.dropped_at.astimezone(zone)
    told = _common(match.ride, viewer)
    return RideRow(
        **told,
        day=calendar_day(boards.date(), today=timezone.now().astimezone(zone).date()),
        boards=passing(boards),
        leaves=passing(leaves),
        pick_up=match.pick_up.name,
        drop_off=match.drop_off.name,
        walk_to=_walk(way.walk_to),
        walk_from=_walk(way.walk_from),
        detour=_detour(match, str(told["author"])),
        free=_free(match),
        ask_url=_ask_url(match) if home_to_write_from(viewer, match.ride) else "",
        way=way_to_write(viewer, match.ride),
    )


def _common(ride: Carpool, viewer: Viewer) -> dict[str, object]:
    way = f"{ride.start_name} → {ride.end_name}"
    return {
        "ride": ride,
        "url": page_of(ride),
        "author": str(ride.author) if ride.author_id and is_member(viewer, ride) else "",
        "facts": facts_of(ride),
        "readers": readers(ride),
        "way_in_words": "" if ride.title == way else way,
    }


def _free(match: Match) -> str:
    """Say how many seats are free on the day; of who looks for some, the facts say how many."""
    if match.ride.direction == Carpool.Direction.REQUEST:
        return ""
    return _("%(seats)s ce jour-là") % {"seats": free_in_words(match.free)}


def _free_next(seats: Seats) -> str:
    """Say how many seats are free on the next day that an offer leaves."""
    (coming,) = seats.coming(most=1) or [None]
    if coming is None or seats.ride.direction == Carpool.Direction.REQUEST:
        return ""
    day = calendar_day(coming.day, today=today_at(seats.ride.municipality.time_zone))
    return _("%(seats)s %(day)s") % {"seats": free_in_words(coming.free), "day": day}


def _ask_url(match: Match) -> str:
    """Where one asks for what was found: the day and the two places are filled in."""
    filled = {"day": match.leaves_on.isoformat(), "pick_up": match.pick_up.key, "drop_off": match.drop_off.key}
    return f"{reverse('ride-ask', args=[match.ride.public_id])}?{urlencode(filled)}"


def _walk(walk: DrawnWalk | None) -> str:
    """Say how long one walks, and how far; nothing for who is there already, or all but."""
    if walk is None or walk.metres < AT_ONCE:
        return ""
    told = {"minutes": max(1, Pace.USUAL.minutes_for(walk.metres)), "metres": metres(walk.metres)}
    if walk.straight_line:
        return _("%(minutes)d min à pied (%(metres)s à vol d’oiseau)") % told
    return _("%(minutes)d min à pied (%(metres)s)") % told


def _detour(match: Match, author: str) -> str:
    """Say what it costs who drives: the author of an offer, else whoever is looking."""
    minutes = match.why["minutes"]
    if match.detour <= 0:
        return _("sur le chemin, sans détour")
    if not minutes:
        return _("presque sur le chemin")
    told = {"minutes": minutes, "author": author}
    if match.ride.direction == Carpool.Direction.REQUEST:
        return _("%(minutes)d min de détour pour vous") % told
    if author:
        return _("%(minutes)d min de détour pour %(author)s") % told
    return _("%(minutes)d min de détour") % told
