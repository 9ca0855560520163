"""Rides: from one public meeting point to another, once or every week, for a share of the costs at most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.carpool_costs import most_cents
from directory.carpool_forms import FURTHEST, CarpoolForm
from directory.carpool_routes import route_between
from directory.carpool_words import days_in_words, seat_price_in_words, seats_in_words
from directory.kinds.kind import ExchangeKind
from directory.meeting_points import MeetingPoint, meeting_point
from directory.models import Carpool, Kind
from directory.prices import price_in_words
from geo.errors import InvalidParameter
from geo.plane import metres_between
from geo.texts import LONGEST_TITLE
from scopes.viewer import Home

#: Metres. What is nearer is walked.
SHORTEST = 500


def _completed(home: Home, columns: Mapping[str, object]) -> dict[str, object]:
    """Add the meeting points as they are today, and the way from one to the other; name it by them."""
    start, end = (_found(columns, name) for name in ("start", "end"))
    (metres,) = metres_between([start.point.coords], [end.point.coords])
    if metres < SHORTEST:
        raise InvalidParameter(
            "end", _("C’est à deux pas : choisissez deux points à plus de 500 mètres l’un de l’autre.")
        )
    route = route_between(start.point, end.point)
    return {
        **columns,
        "title": columns["title"] or f"{start.name} → {end.name}"[:LONGEST_TITLE],
        "start_name": start.name[:160],
        "start_point": start.point,
        "end_name": end.name[:160],
        "end_point": end.point,
        "route": route.line,
        "metres": route.metres,
        "seconds": route.seconds,
        "straight_line": route.straight_line,
    }


def _found(columns: Mapping[str, object], name: str) -> MeetingPoint:
    found = meeting_point(str(columns[name]))
    if found is None:
        raise InvalidParameter(name, _("Ce point de rendez-vous n’existe plus : choisissez-en un autre."))
    return found


def _check(columns: Mapping[str, object], time_zone: str) -> None:
    """Refuse a price above a share of the costs, and a ride that is over."""
    most = most_cents(metres=int(columns["metres"]), seats=int(columns["seats"]))
    if int(columns["price_cents"]) > most:
        words = _("Au plus %(price)s par place : c’est la part des frais de ce trajet.")
        raise InvalidParameter("price", words % {"price": price_in_words(most)})
    over = _over_at(columns, time_zone)
    if over is not None and over <= timezone.now():
        raise InvalidParameter("day" if columns["day"] else "last_day", _("Ce trajet est déjà passé."))


def _over_at(columns: Mapping[str, object], time_zone: str) -> datetime | None:
    """When the last car has arrived; nothing for what goes on every week."""
    last = columns["day"] or columns["last_day"]
    if not isinstance(last, date):
        return None
    departure = columns["departure"]
    leaves = datetime.combine(last, departure if isinstance(departure, time) else time.max, ZoneInfo(time_zone))
    return leaves + timedelta(seconds=int(columns["seconds"]))


def _keeps(ride: Carpool) -> None:
    """Refuse an edit that would leave someone without their seat."""
    from directory.keeping_agreements import check_what_is_agreed  # which writes messages, which are published by kinds

    check_what_is_agreed(ride)


def _let_go(ride: Carpool, *, done: bool) -> None:
    """End what is asked for about a ride that is no more."""
    from directory.keeping_agreements import let_go  # the same

    let_go(ride, done=done)


def _facts(told: Mapping[str, object]) -> list[str]:
    """What a card says, in a few short words: whether it is driven, when, how many seats, for how much."""
    is_offer = told["direction"] == Carpool.Direction.OFFER
    words = [str(Carpool.Direction(told["direction"]).label), days_in_words(told), seats_in_words(int(told["seats"]))]
    if is_offer:
        words.append(seat_price_in_words(int(told.get("price_cents", 0))))
    kilometres = number_format(int(told["metres"]) / 1_000, 1, use_l10n=True)
    told_by = _("%(kilometres)s km à vol d’oiseau") if told.get("straight_line") else _("%(kilometres)s km")
    words.append(told_by % {"kilometres": kilometres})
    if told.get("shared_beyond"):
        words.append(_("aussi sur d’autres services de covoiturage"))
    return [*words, *(str(Carpool.Preference(one).label) for one in told.get("preferences", []))]


CARPOOL = ExchangeKind(
    kind=Kind.CARPOOL,
    model=Carpool,
    slug="covoiturage",
    name=gettext_lazy("Je conduis, je cherche une place"),
    about=gettext_lazy("Un trajet, une fois ou chaque semaine, d’un point de rendez-vous public à un autre."),
    several=gettext_lazy("Covoiturages"),
    icon="car",
    form=CarpoolForm,
    schema={
        "direction": {"type": "string", "enum": list(Carpool.Direction.values)},
        "start": {"type": "string"},
        "start_name": {"type": "string"},
        "end": {"type": "string"},
        "end_name": {"type": "string"},
        "metres": {"type": "integer", "minimum": 0},
        "seconds": {"type": "integer", "minimum": 0},
        "straight_line": {"type": "boolean"},
        "day": {"type": "string", "format": "date"},
        "weekdays": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 7}},
        "except_days": {"type": "array", "items": {"type": "string", "format": "date"}},
        "last_day": {"type": "string", "format": "date"},
        "departure": {"type": "string", "format": "time"},
        "seats": {"type": "integer", "minimum": 1},
        "price_cents": {"type": "integer", "minimum": 0},
        "detour": {"type": "integer", "minimum": 0},
        "preferences": {"type": "array", "items": {"type": "string", "enum": list(Carpool.Preference.values)}},
        "shared_beyond": {"type": "boolean"},
    },
    facts=_facts,
    lifetime=FURTHEST,
    most_photos=0,
    # What has a last day is over by itself.
    renewed=Q(day=None, last_day=None),
    names_itself=True,
    completed=_completed,
    fixed=frozenset({"category", "title", "start", "end"}),
    only_open=frozenset({"shared_beyond"}),
    check=_check,
    keeps=_keeps,
    let_go=_let_go,
    over_at=_over_at,
)
