"""The rows of rides in words: when the car passes, where one meets it, how far one walks, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.audience import is_member
from directory.kinds import facts_of, page_of
from directory.models import Carpool
from directory.ride_matching import Match
from directory.rides_sql import METRES_A_MINUTE
from directory.shown import readers
from directory.writing_to_authors import WayToWrite, way_to_write
from scopes.moments import calendar_day, clock
from scopes.viewer import Viewer


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
    #: Of a match: the day, when one boards and leaves, where, how far one walks, what it costs the driver.
    day: str = ""
    boards: str = ""
    leaves: str = ""
    pick_up: str = ""
    drop_off: str = ""
    walks: str = ""
    detour: str = ""
    way: WayToWrite | None = None


def rows_of(rides: Iterable[Carpool], viewer: Viewer) -> list[RideRow]:
    """Put rides that the viewer may see in words."""
    return [RideRow(**_common(ride, viewer)) for ride in rides]


def rows_of_matches(matches: Iterable[Match], viewer: Viewer) -> list[RideRow]:
    """Put matches in words, in their order."""
    return [_row(match, viewer) for match in matches]


def _row(match: Match, viewer: Viewer) -> RideRow:
    zone = ZoneInfo(match.ride.municipality.time_zone)
    boards, leaves = match.picked_up.astimezone(zone), match.dropped_at.astimezone(zone)
    return RideRow(
        **_common(match.ride, viewer),
        day=calendar_day(boards.date(), today=timezone.now().astimezone(zone).date()),
        boards=clock(boards),
        leaves=clock(leaves),
        pick_up=match.pick_up.name,
        drop_off=match.drop_off.name,
        walks=_walks(match),
        detour=_detour(match.detour),
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


def _walks(match: Match) -> str:
    """Say how far the passenger walks, to ten metres; nothing for who is there already."""
    told = [
        words % {"metres": round(metres, -1)}
        for metres, words in (
            (match.walk_to, _("à %(metres)d m à pied de votre départ")),
            (match.walk_from, _("à %(metres)d m à pied de votre arrivée")),
        )
        if metres >= 10
    ]
    return " · ".join(told)


def _detour(metres: float) -> str:
    minutes = round(metres / METRES_A_MINUTE)
    if metres <= 0:
        return _("sur le chemin, sans détour")
    if not minutes:
        return _("presque sur le chemin")
    return ngettext("%(minutes)d minute de détour", "%(minutes)d minutes de détour", minutes) % {"minutes": minutes}
