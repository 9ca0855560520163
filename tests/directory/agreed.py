"""Seats of rides that people ask for and agree about, in the village of `tests/scopes/village.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from directory import agreeing, exchanging
from directory.agreements import OwnRides, own_rides
from directory.appealing import own_residences
from directory.free_seats import Seats
from directory.kinds import KINDS
from directory.models import Carpool, RideAgreement
from scopes.models import Level, Membership, Openness
from tests.directory.riding import in_days, key_of, ride
from tests.directory.speaking import looking

#: Days to come of the weeks after the next: a Monday, and those after it.
MONDAY = in_days(14 - in_days(14).weekday())


def drives(someone: Membership, level: str = Level.MUNICIPALITY, **own) -> Carpool:
    """Share a ride under its own name."""
    with looking(someone) as viewer:
        opened = {"openness": own.pop("openness", Openness.MEMBERS)}
        columns = {"title": "", "category": "shared_ride", "own": ride(**own), **opened}
        return exchanging.share(home=viewer.home, kind=KINDS["carpool"], level=level, **columns)


def asks(someone: Membership, about: Carpool, day: date | None = None, **own) -> RideAgreement:
    """Ask for a seat from one end of a ride to the other."""
    places = {"pick_up": key_of("Place Ouest"), "drop_off": key_of("Place Est")} | own
    with looking(someone) as viewer:
        return agreeing.ask(viewer=viewer, ride=getattr(about, "public_id", about), day=day, **places)


def accepts(someone: Membership, asked: RideAgreement | UUID) -> RideAgreement:
    """Say yes."""
    with looking(someone) as viewer:
        return agreeing.accept(viewer=viewer, public_id=getattr(asked, "public_id", asked))


def cancels(someone: Membership, asked: RideAgreement | UUID) -> RideAgreement:
    """Say no, or call it off."""
    with looking(someone) as viewer:
        return agreeing.cancel(viewer=viewer, public_id=getattr(asked, "public_id", asked))


def skips(someone: Membership, agreed: RideAgreement, day: date) -> RideAgreement:
    """Call one day off."""
    with looking(someone) as viewer:
        return agreeing.skip(viewer=viewer, public_id=agreed.public_id, day=day)


def edits(someone: Membership, shared: Carpool, **own) -> Carpool:
    """Change a ride of one's own."""
    with looking(someone) as viewer:
        words = {"category": "shared_ride", "title": "", "text": ""}
        return exchanging.edit(viewer=viewer, public_id=shared.public_id, own=ride(**own), **words)


def misses(someone: Membership, agreed: RideAgreement, day: date) -> RideAgreement:
    """Say that the ride of a day did not take place."""
    with looking(someone) as viewer:
        return agreeing.say_missed(viewer=viewer, public_id=agreed.public_id, day=day)


def rides_of(someone: Membership) -> OwnRides:
    """What someone reads of their own."""
    with looking(someone) as viewer, own_residences(viewer):
        return own_rides(viewer)


def states_of(someone: Membership) -> list[str]:
    """Where all that someone reads stands, in words."""
    own = rides_of(someone)
    lists: Sequence = (own.to_answer, own.coming, own.asked, own.past)
    return [one.state_words for listed in lists for one in listed]


def free(ride: Carpool, day: date) -> int:
    """How many seats nobody has on a day."""
    return Seats.of(Carpool.objects.get(pk=ride.pk)).free_on(day)
