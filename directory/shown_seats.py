"""The seats of a ride as those who see it read them: how many are free on each day, never whose the others are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.urls import reverse

from directory.agreement_words import free_in_words
from directory.free_seats import Seats
from directory.kinds import facts_of, page_of
from directory.models import Carpool
from directory.writing_to_authors import home_to_write_from
from scopes.moments import calendar_day, today_at
from scopes.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDay:
    """A day on which a ride leaves."""

    #: As forms write it, and in words.
    key: str
    day: str
    free: str
    is_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSeats:
    """The free seats of a ride, and where one asks for some."""

    days: Sequence[ShownDay]
    #: Where the viewer may ask for one, or offer some; empty where they may not.
    ask_url: str
    #: Where a passer-by signs in first, and whoever has no home here yet says where they live.
    enter_url: str
    home_url: str
    is_request: bool
    #: Where its author calls off one day of it; empty for anyone else.
    call_off_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRide:
    """A ride that the viewer shares."""

    title: str
    url: str
    facts: Sequence[str]
    #: The next day on which it leaves; nothing where none is left.
    next: ShownDay | None


def seats_of(ride: Carpool, viewer: Viewer) -> ShownSeats:
    """The free seats of a ride that the viewer sees, for its page."""
    days, page = _coming(Seats.of(ride)), reverse("ride-ask", args=[ride.public_id])
    has_room = any(not one.is_full for one in days) and Carpool.objects.live().filter(pk=ride.pk).exists()
    is_passer_by = viewer.account_id is None
    has_none = not is_passer_by and not viewer.homes
    return ShownSeats(
        days=days,
        ask_url=page if has_room and home_to_write_from(viewer, ride) is not None else "",
        enter_url=redirect_to_login(page_of(ride)).url if has_room and is_passer_by else "",
        home_url=reverse("homes") if has_room and has_none else "",
        is_request=ride.direction == Carpool.Direction.REQUEST,
        call_off_url=reverse("ride-day-off", args=[ride.public_id])
        if ride.author_id in viewer.alias_ids and ride.day is None
        else "",
    )


def published_by(viewer: Viewer) -> list[PublishedRide]:
    """The rides that the viewer shares, the earliest in the day first; `own_residences` must be opened."""
    own = Carpool.objects.live().filter(author__in=viewer.alias_ids).select_related("municipality")
    return [
        PublishedRide(
            title=seats.ride.title,
            url=page_of(seats.ride),
            facts=facts_of(seats.ride),
            next=next(iter(_coming(seats, most=1)), None),
        )
        for seats in Seats.of_all(list(own.order_by("departure", "pk")))
    ]


def _coming(seats: Seats, **bounds: int) -> list[ShownDay]:
    today = today_at(seats.ride.municipality.time_zone)
    return [
        ShownDay(
            key=one.day.isoformat(),
            day=calendar_day(one.day, today=today),
            free=free_in_words(one.free),
            is_full=one.free <= 0,
        )
        for one in seats.coming(**bounds)
    ]
