"""People who share things, in the village of `tests/scopes/village.py`."""

from datetime import timedelta

from django.utils import timezone

from directory import exchanging
from directory.kinds import KINDS
from directory.meeting_points import meeting_point
from directory.models import Exchange, Listing, Ring
from directory.publishing import refresh_entries
from directory.spreading import spread_in
from geo.catchments import Catchment
from scopes.models import Level, Membership, Openness
from tests.directory.riding import WORKDAYS, chosen_by, ride
from tests.directory.speaking import looking
from tests.scopes.village import Village

#: What is filled in of each kind, where a test does not say otherwise.
FILLED = {
    "service": {"category": "gardening", "own": {"direction": "offer", "in_exchange_for": ""}},
    "loan": {
        "category": "lent_tools",
        "own": {"direction": "offer", "availability": "le week-end", "available_until": "", "deposit": ""},
    },
    "recommendation": {
        "category": "recommended_plumber",
        "own": {"subject": "", "town": "Nantes", "experienced_in": timezone.localdate().replace(day=1).isoformat()},
    },
    "hello": {"category": "newcomer", "own": {}},
    "carpool": {"category": "shared_ride", "own": ride(weekdays=WORKDAYS)},
    "classified": {"category": "cycles", "own": {"deal": "sale", "price": "12,50", "condition": "good"}},
}


def share(someone: Membership, level: str = Level.MUNICIPALITY, title: str = "", *, kind: str = "service", **columns):
    """Share something from the chosen home; the title is its kind and level unless it has one."""
    columns = {"title": title or f"{kind} {level}", **FILLED[kind], **columns}
    with looking(someone) as viewer:
        if kind == "carpool" and meeting_point(columns["own"]["start"]) is None:  # a town other than the village
            columns["own"] = chosen_by(viewer.home, columns["own"])
        shared = exchanging.share(home=viewer.home, kind=KINDS[kind], level=level, **columns)
        return come(shared) if shared.opens_at and shared.opens_at > timezone.now() else shared


def come(exchange: Exchange) -> Exchange:
    """Let the day come on which it is first read; the residence must be opened."""
    exchange.opens_at = exchange.published_at = timezone.now()
    exchange.closes_at = exchange.opens_at + KINDS[exchange.kind].lifetime
    exchange.save()
    refresh_entries([exchange.pk])
    if exchange.spreads:
        Ring.objects.filter(listing=exchange).update(reached_at=exchange.opens_at - timedelta(days=2))
        spread_in(exchange.municipality_id)
        exchange.refresh_from_db()
    return exchange


def widest(kind: str) -> str:
    """The widest circle that a kind may have."""
    return Level.MUNICIPALITY if Level.MUNICIPALITY in KINDS[kind].levels else Level.NEIGHBOURHOOD


def zone_of(village: Village) -> Catchment:
    """A zone that covers the point of cell 0 alone."""
    area = village.zone(0, 0, 50)
    return Catchment(area=area, drawing=area)


def kinds_said(level: str, *, openness: str = Openness.MEMBERS, **_columns: object) -> list[str]:
    """The kinds that may be shared at a level, opened or not."""
    opened = openness == Openness.PUBLIC
    return [
        kind
        for kind, filled in FILLED.items()
        if level in KINDS[kind].levels and (not opened or KINDS[kind].opens(category=filled["category"], level=level))
    ]


def end(exchange: Exchange, *, ago: timedelta = timedelta(days=1)) -> None:
    """Let its time pass; the residence must be opened."""
    Listing.objects.filter(pk=exchange.pk).update(opens_at=None, closes_at=timezone.now() - ago)


def shared_with(someone) -> set[str]:
    """Titles of the exchanges that someone may see."""
    with looking(someone) as viewer:
        return set(Listing.objects.live().visible_to(viewer).filter(kind__in=KINDS).values_list("title", flat=True))
