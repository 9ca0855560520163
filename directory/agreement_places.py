"""Where along a ride a passenger boards and leaves: public meeting points by the way, as a match has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _

from directory.carpool_models import Carpool
from directory.meeting_points import MeetingPoint, called, meeting_point
from directory.ride_matching import own_ends
from directory.rides_sql import BESIDE, METRES_A_MINUTE, SHARED
from geo.errors import InvalidParameter
from geo.plane import Plane

#: Metres by which this plane and the metric systems of `rides_sql` may differ.
ROUNDED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Where one boards and leaves, and how many seconds after the car left its first point."""

    pick_up: MeetingPoint
    drop_off: MeetingPoint
    boards_after: int
    leaves_after: int


@dataclass(frozen=True, slots=True)
class RideLine:
    """The line of a ride on a plane in metres."""

    plane: Plane
    line: shapely.LineString

    @classmethod
    def of(cls, ride: Carpool) -> RideLine:
        """Draw that of a ride."""
        degrees = np.array(ride.route.coords)
        plane = Plane.around(degrees)
        return cls(plane, shapely.LineString(plane.metres(degrees)))

    def detour_to(self, one: MeetingPoint) -> float:
        """Metres there and back; what stands beside the line is on it."""
        return 2 * max(0.0, self.line.distance(self._on_plane(one)) - BESIDE)

    def metres_to(self, one: MeetingPoint) -> float:
        """Metres along the line to where the car passes nearest."""
        return self.line.project(self._on_plane(one))

    def _on_plane(self, one: MeetingPoint) -> shapely.Point:
        return shapely.Point(self.plane.metres(np.array([[one.longitude, one.latitude]]))[0])


def meeting_on(ride: Carpool, *, pick_up: str, drop_off: str) -> Meeting:
    """Find both points by their keys on the way of a ride; raise `InvalidParameter` naming the one that is not.

    Whoever is looked for along a driver's way is met at the two points of their own.
    """
    boards, leaves = _point(ride, "pick_up", pick_up), _point(ride, "drop_off", drop_off)
    way = RideLine.of(ride)
    detour = way.detour_to(boards) + way.detour_to(leaves)
    if detour > ride.detour * METRES_A_MINUTE + ROUNDED:
        farther = "pick_up" if way.detour_to(boards) >= way.detour_to(leaves) else "drop_off"
        raise InvalidParameter(farther, _("C’est trop loin du trajet : choisissez un point plus près."))
    on, off = way.metres_to(boards), way.metres_to(leaves)
    if off - on < max(SHARED, detour) - ROUNDED:
        raise InvalidParameter("drop_off", _("On descend après être monté, cinq cents mètres plus loin au moins."))
    each = ride.seconds / way.line.length
    return Meeting(pick_up=boards, drop_off=leaves, boards_after=round(on * each), leaves_after=round(off * each))


def named_along(ride: Carpool, text: str) -> list[MeetingPoint]:
    """Meeting points that a text may mean, of those that the driver would pass by."""
    if not text or ride.direction == Carpool.Direction.REQUEST:
        return []
    way, most = RideLine.of(ride), ride.detour * METRES_A_MINUTE + ROUNDED
    return [one for one in called(text, near=ride.start_point) if way.detour_to(one) <= most]


def points_to_choose(
    ride: Carpool, side: str, *, chosen: str = "", named: Sequence[MeetingPoint] = ()
) -> list[MeetingPoint]:
    """Meeting points that a passenger may choose of for one side: what was chosen, the ride's own, those of a name."""
    first, last = own_ends(ride)
    own = first if side == "pick_up" else last
    known = meeting_point(chosen) if chosen and chosen not in (first.key, last.key) else None
    return list({one.key: one for one in (*([known] if known else []), own, *named)}.values())


def _point(ride: Carpool, name: str, key: str) -> MeetingPoint:
    """One of the ride's own, as they were when it was published; else any that is public today."""
    own = {one.key: one for one in own_ends(ride)}
    found = own.get(key)
    if found is None and ride.direction == Carpool.Direction.OFFER:
        found = meeting_point(key)
    if found is None:
        raise InvalidParameter(name, _("Choisissez un point de rendez-vous de la liste."))
    return found
