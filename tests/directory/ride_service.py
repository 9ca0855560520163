"""Short words for tests of the search of rides by other services: a service with a key, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from directory.models import Carpool
from scopes.models import ApiKey, Level, Openness, Organisation
from scopes.organisations.keys import make_key
from tests.directory.around import at
from tests.directory.exchanged import share
from tests.directory.ride_oracle import PARIS
from tests.directory.riding import SQUARES, in_days, ride
from tests.neighbours import person
from tests.scopes.mandates import organisation

API = "/covoiturage/api/v1/"
#: Two of journeys, then two of regular trips.
ROUTES = ("driver_journeys", "passenger_journeys", "driver_regular_trips", "passenger_regular_trips")
WEST, MIDDLE, EAST, NORTH = (
    at(*SQUARES[name]) for name in ("Place Ouest", "Place du Milieu", "Place Est", "Place Nord")
)
_number = count(1)


@dataclass
class Service:
    """A carpool service that holds a key."""

    text: str
    key: ApiKey
    client: Client = field(default_factory=Client)

    @property
    def headers(self) -> dict[str, str]:
        return {"X-API-Key": self.text}

    def ask(self, route: str, query: object = "") -> HttpResponse:
        """Ask with these parameters: a dictionary, or a query string as it is."""
        text = query if isinstance(query, str) else urlencode(query)
        return self.client.get(f"{API}{route}?{text}", headers=self.headers)

    def found(self, route: str, query: object) -> list[dict]:
        """What is answered to a valid search."""
        answer = self.ask(route, query)
        assert answer.status_code == 200, answer.content
        return answer.json()


def service(name: str = "Covoit’Ouest", **columns: object) -> Service:
    """A carpool service that those who run the site found to be one, and its key."""
    account = person(f"Odile{next(_number)}")
    own = organisation(account, **{"kind": "operator", "name": name, **columns})
    Organisation.objects.filter(pk=own.pk).update(searches_rides=True)
    text, key = make_key(account=account, organisation=own, name="moteur", reach="rides")
    return Service(text, key)


def between(start: tuple[float, float], end: tuple[float, float], **more: object) -> dict[str, object]:
    """From here to there, as the standard asks it; longitude before latitude, as everywhere."""
    return {
        **{"departureLng": start[0], "departureLat": start[1], "arrivalLng": end[0], "arrivalLat": end[1]},
        **more,
    }


def seconds(moment: datetime) -> int:
    """UNIX seconds."""
    return int(moment.timestamp())


def drives_beyond(someone, *, title: str = "", openness: str = Openness.PUBLIC, **own) -> Carpool:
    """Share a ride that everyone may read and others may find, where nothing else is said."""
    filled = ride(**own) | {"shared_beyond": own.get("shared_beyond", "on")}
    return share(someone, Level.MUNICIPALITY, title, kind="carpool", own=filled, openness=openness)


def morning(hour: time = time(7, 30), day: date | None = None, **more) -> dict:
    """The whole way in a week's time at half past seven."""
    leaves = seconds(datetime.combine(day or in_days(7), hour, PARIS))
    return between(WEST, EAST, departureDate=leaves) | more


def every_week(hour: str = "07:30:00", **more) -> dict:
    """The same, every week."""
    return between(WEST, EAST, departureTimeOfDay=hour) | more
