"""Invents what takes place in a demonstration town: in its invented public places, soon after it is made."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from directory.calendar_zones import WEEKDAYS
from directory.demonstration import LICENCE, SOURCE
from directory.importing.drafting import Draft
from directory.importing.report import Report
from directory.importing.running import import_drafts
from directory.models import ListingImport, PublicPlace
from geo.models import Municipality

#: Each title twice at most, at different places.
EVENTS, TIMES = 80, 2
#: Days over which the first dates are spread; nothing is on the day it is invented, which may be over.
DAYS = 26


def create_demonstration_events(*, municipality: Municipality) -> Report | None:
    """Invent events in the invented places of this town; nothing where it has none. Again that day changes nothing."""
    places = PublicPlace.objects.filter(demonstration=True, municipality=municipality, withdrawn_at=None)
    by_category: dict[str, list[PublicPlace]] = {}
    for place in places.select_related("category").order_by("title", "pk"):
        by_category.setdefault(place.category.code, []).append(place)
    drafts = list(_drafts(municipality, by_category))
    if not drafts:
        return None
    return import_drafts(drafts, source=SOURCE, dataset=_dataset(municipality.insee_code), licence=LICENCE)


def are_fresh(insee_code: str) -> bool:
    """Whether they were invented this week: later, their first dates are over."""
    lately = ListingImport.objects.filter(source=SOURCE, dataset=_dataset(insee_code))
    return lately.filter(imported_at__gt=timezone.now() - timedelta(days=7)).exists()


def _dataset(insee_code: str) -> str:
    return f"{insee_code}/events"


def _drafts(municipality: Municipality, by_category: Mapping[str, list[PublicPlace]]) -> Iterator[Draft]:
    today = timezone.now().astimezone(ZoneInfo(municipality.time_zone)).date()
    said = [(code, kind, *told) for code, kind in _invention().items() for told in kind["titles"].items()]
    for rank, (turn, number) in zip(range(EVENTS), product(range(TIMES), range(len(said))), strict=False):
        code, kind, title, words = said[number]
        places = [place for category in kind["at"] for place in by_category.get(category, ())]
        if places:
            key = f"{municipality.insee_code}/event/{rank}"
            day = today + timedelta(days=1 + (rank * 7 + turn * 3) % DAYS)
            yield _draft(key, code, kind, (title, words), places[rank % len(places)], day=day)


def _draft(key: str, code: str, kind: Mapping, told: tuple[str, str], place: PublicPlace, *, day: date) -> Draft:
    starts, ends = (datetime.combine(day, time.fromisoformat(hour)) for hour in kind["hours"])
    ends += timedelta(days=kind.get("days", 0))
    nth = f"{(day.day - 1) // 7 + 1}{WEEKDAYS[day.weekday()]}" if day.day <= 28 else f"-1{WEEKDAYS[day.weekday()]}"
    again = kind.get("again", "").format(place=nth)
    event = {
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "recurrence": f"RRULE:{again}" if again else "",
        "place": place.title,
        "price": kind["price"],
    }
    return Draft(
        number=key,
        key=key,
        longitude=place.location.x,
        latitude=place.location.y,
        placed=True,
        named=True,
        category=code,
        title=told[0],
        description=told[1],
        address=place.address,
        event={name: value for name, value in event.items() if value},
        demonstration=True,
    )


@cache
def _invention() -> dict:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
