"""Reads OpenAgenda's export as JSON, its dataset of public events (https://public.opendatasoft.com).

Each date is told as a moment, so what is read keeps no rule: the dates themselves, in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from directory.importing.event_drafting import ToldEvent
from directory.importing.rows import Unreadable
from directory.recurring import MOST_NAMED, Recurrence
from geo.errors import ImportRefused

#: https://developers.openagenda.com: 6 is "cancelled"; of the attendance, 2 is "online".
_CANCELLED, _ONLINE = 6, 2


def events(text: str, *, name: str) -> Iterator[ToldEvent | Unreadable]:
    """Yield the events of an export; raise `ImportRefused` for JSON of another kind."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImportRefused(_("{path} : JSON illisible ({error})."), path=name, error=error) from error
    listed = document
    if isinstance(document, dict):
        listed = next((document[key] for key in ("events", "results", "records") if key in document), None)
    if not isinstance(listed, list):
        raise ImportRefused(_("{path} : ce n'est pas un export d'OpenAgenda."), path=name)
    return _each(listed)


def _each(listed: list) -> Iterator[ToldEvent | Unreadable]:
    for rank, said in enumerate(listed, start=1):
        said = said.get("fields", said) if isinstance(said, dict) else None
        if not isinstance(said, dict):
            yield Unreadable(str(rank), _("ce n'est pas un événement"))
            continue
        try:
            yield _event(str(rank), said)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            yield Unreadable(str(rank), _("dates ou lieu illisibles"), _text(said, "uid"))


def _event(rank: str, said: Mapping) -> ToldEvent:
    timings = _timings(said)
    (starts, ends), *others = timings or [(None, None)]
    length = ends - starts if ends else None
    longitude, latitude = _point(said.get("location_coordinates"))
    is_online = _id(said.get("attendancemode")) == _ONLINE
    return ToldEvent(
        number=rank,
        key=_text(said, "uid"),
        title=_text(said, "title_fr", "title"),
        description=_text(said, "longdescription_fr", "description_fr", "description"),
        starts=starts,
        ends=ends,
        zone="UTC",
        recurrence=Recurrence(
            dates=tuple(start for start, end in others if end - start == length),
            stretches=tuple((start, end) for start, end in others if end - start != length),
        ),
        place="" if is_online else _text(said, "location_name"),
        address="" if is_online else _text(said, "location_address"),
        postcode=_text(said, "location_postalcode"),
        city=_text(said, "location_city"),
        insee_code=_text(said, "location_insee"),
        longitude=None if is_online else longitude,
        latitude=None if is_online else latitude,
        organiser=_text(said, "originagenda_title"),
        price=_text(said, "conditions_fr", "conditions"),
        website=_text(said, "canonicalurl"),
        category=_text(said, "keywords_fr", "keywords"),
        cancelled=_id(said.get("status")) == _CANCELLED,
    )


def _timings(said: Mapping) -> list[tuple[datetime, datetime]]:
    """The dates in order, by the clock of UTC, each start once."""
    timings = _parsed(said.get("timings")) or []
    if not timings and said.get("firstdate_begin"):
        timings = [{"begin": said["firstdate_begin"], "end": said["firstdate_end"]}]
    if len(timings) > MOST_NAMED:
        raise ValueError("more dates than anyone writes")
    told = {_moment(timing["begin"]): _moment(timing["end"]) for timing in timings}
    return sorted(told.items())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its offset")
    return moment.astimezone(UTC).replace(tzinfo=None)


def _point(said: object) -> tuple[float | None, float | None]:
    """Longitude and latitude; they are told latitude first, or by name."""
    said = _parsed(said)
    if isinstance(said, dict):
        return float(said["lon"]), float(said["lat"])
    if not said:
        return None, None
    latitude, longitude = said
    return float(longitude), float(latitude)


def _id(said: object) -> object:
    said = _parsed(said)
    return said.get("id") if isinstance(said, dict) else said


def _parsed(said: object) -> object:
    """A value of a table may be JSON inside JSON."""
    return json.loads(said) if isinstance(said, str) and said[:1] in ("[", "{") else said


def _text(said: Mapping, *names: str) -> str:
    """The first of these that says something; a list is told with semicolons."""
    for name in names:
        value = said.get(name)
        if isinstance(value, list):
            value = ";".join(map(str, value))
        if value not in (None, ""):
            return str(value)
    return ""
