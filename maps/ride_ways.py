"""The part of a ride that one rides along, and the walks to it and from it: what map and rows show of a match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.geos import LineString
from shapely.ops import substring

from directory.agreement_places import RideLine
from directory.meeting_points import MeetingPoint
from directory.ride_matching import Match
from geo.drawn_walks import DrawnWalk, drawn_walks

#: Metres along streets: twice as far as one walks to a ride as the crow flies (`directory.ride_matching.WALK`).
FARTHEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RideWay:
    """How one comes along with a ride."""

    #: Of its line, from where one boards to where one leaves (GeoJSON).
    along: dict
    #: From where one starts to where one boards, and on from where one leaves; nothing for who is there already.
    walk_to: DrawnWalk | None = None
    walk_from: DrawnWalk | None = None


def ways_of_passenger(matches: Sequence[Match], start: MeetingPoint, end: MeetingPoint) -> list[RideWay]:
    """Return how a passenger comes along with each of the rides that are shown.

    The streets around each end are read once: a few places serve many rides.
    """
    to, on = _walks(start, [match.pick_up for match in matches]), _walks(end, [match.drop_off for match in matches])
    return [
        RideWay(along=_along(match), walk_to=to.get(match.pick_up.key), walk_from=on.get(match.drop_off.key))
        for match in matches
    ]


def ways_of_driver(matches: Sequence[Match]) -> list[RideWay]:
    """Return the ways of those who look for a seat: they stand at both ends of them."""
    return [RideWay(along=_drawn(shapely.LineString(match.ride.route.coords))) for match in matches]


def _walks(end: MeetingPoint, places: Sequence[MeetingPoint]) -> dict[str, DrawnWalk]:
    """The walks between an end and places around it, by their keys; on foot there are no one-ways."""
    apart = {one.key: one.point for one in places if one.key != end.key}
    return dict(zip(apart, drawn_walks(end.point, list(apart.values()), farthest=FARTHEST), strict=True))


def _along(match: Match) -> dict:
    """The part of the line between the places on it that are nearest to where one boards and leaves."""
    way = RideLine.of(match.ride)
    part = substring(way.line, way.metres_to(match.pick_up), way.metres_to(match.drop_off))
    return _drawn(shapely.transform(part, way.plane.degrees))


def _drawn(line: shapely.LineString | LineString) -> dict:
    """A line for the map, to 0.1 m."""
    return {"type": "LineString", "coordinates": np.round(np.array(line.coords), 6).tolist()}


def drawn(walk: DrawnWalk) -> dict:
    """Return a walk as the map draws it (GeoJSON)."""
    return _drawn(walk.line)
