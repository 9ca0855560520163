"""Short words for tests of the search of rides by other services: a service with a key, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from scopes.models import ApiKey, Organisation
from scopes.organisations.keys import make_key
from tests.neighbours import person
from tests.scopes.mandates import organisation

API = "/covoiturage/api/v1/"
#: Two of journeys, then two of regular trips.
ROUTES = ("driver_journeys", "passenger_journeys", "driver_regular_trips", "passenger_regular_trips")
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
