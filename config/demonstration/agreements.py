"""Seats of rides in the demonstration: agreed since a while, just asked for, and declined."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from config.demonstration.rides import ride_from
from directory import agreeing
from directory.exchanging import share
from directory.free_seats import coming_days
from directory.kinds import KINDS
from directory.models import Carpool, Conversation, Kind, Listing, RideAgreement
from directory.publishing import refresh_entries
from directory.writing_to_authors import home_to_write_from
from geo.errors import AlentourError
from scopes.models import Level
from scopes.viewer import Viewer
from scopes.viewing import viewer_of

OWN = {"direction": "offer", "weekdays": [1, 2, 3, 4, 5], "departure": "08:10", "seats": 3, "detour": 5}
TITLE, TEXT = "Au bureau, le matin", "Je rentre vers 18 heures, on peut en parler."
#: How long ago the first of them agreed.
SINCE = timedelta(days=20)


def agree_about_rides(*, driver: Viewer, neighbours: Sequence[Viewer], rides: Sequence[Carpool]) -> Carpool | None:
    """Have one of the people to try out drive neighbours along, and ask others for seats; residences must be opened.

    Returns the ride; nothing where there are no two squares to drive between.
    """
    own = ride_from(driver.home, OWN, random.Random(TITLE))  # noqa: S311 - nothing secret
    if own is None:
        return None
    shared = share(
        home=driver.home, kind=KINDS[Kind.CARPOOL], category="shared_ride", title=TITLE, text=TEXT,
        level=Level.MUNICIPALITY, own=own,
    )  # fmt: skip
    Listing.objects.filter(pk=shared.pk).update(demonstration=True)
    refresh_entries([shared.pk])
    words = (
        ([1, 3], "Deux matins par semaine, cela m’arrangerait."),
        ([2], "Bonjour ! Reste-t-il une place ?"),
        ([5], ""),
    )
    for (weekdays, text), answer, someone in zip(words, ("yes", "", "no"), neighbours, strict=False):
        asked = _asked(someone, shared, weekdays, text)
        if asked and answer == "yes":
            agreeing.accept(viewer=driver, public_id=asked.public_id)
            _date_back(asked)
        elif asked and answer == "no":
            agreeing.cancel(viewer=driver, public_id=asked.public_id)
    offers = [one for one in rides if one.direction == Carpool.Direction.OFFER and home_to_write_from(driver, one)]
    for number, offered in enumerate(offers[:2]):
        asked = _asked(driver, offered, offered.weekdays[:1], "Je peux monter avec vous ?")
        if asked and not number:
            agreeing.accept(viewer=viewer_of(offered.author.account_id), public_id=asked.public_id)
    return shared


def _asked(someone: Viewer, ride: Carpool, weekdays: Sequence[int], text: str) -> RideAgreement | None:
    """Ask for a seat of every week; nothing where one may not."""
    day = next((day for day in coming_days(ride) if day.isoweekday() in weekdays), None)
    try:
        return agreeing.ask(
            viewer=someone, ride=ride.public_id, day=day, weekdays=weekdays, pick_up=ride.start, drop_off=ride.end,
            text=text,
        )  # fmt: skip
    except AlentourError:
        return None


def _date_back(agreement: RideAgreement) -> None:
    """Let it have been agreed a while ago, so that one is reminded of a ride that took place."""
    then = timezone.now() - SINCE
    RideAgreement.objects.filter(pk=agreement.pk).update(from_day=then.date(), asked_at=then, confirmed_at=then)
    Conversation.objects.filter(pk=agreement.conversation_id).update(started_at=then, last_message_at=then)
    agreement.conversation.messages.update(written_at=then)
