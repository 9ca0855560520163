"""Questions by the thousand: every route of the privacy matrix, asked by every observer in every way."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from unittest.mock import patch
from uuid import UUID

from django.test import Client
from django.utils import timezone

from directory import digests
from directory.models import Follow
from geo.models import Neighbourhood, Toponym
from scopes.models import MassMessage, OutgoingMail
from tests.directory.ride_oracle import PARIS
from tests.directory.ride_service import seconds
from tests.privacy.alike import drawn_alike, taken_back
from tests.privacy.answers import NOBODY, everything_of
from tests.privacy.worlds import Stage
from tests.privacy_matrix import ROUTES
from tests.privacy_route import Route
from tests.scopes.entering import address_of

#: A field of every form there is: what a deed does not need, it does not read.
FORM = {
    "title": "Canari", "text": "Canari.", "level": "municipality", "category": "word", "reason": "hurtful",
    "words": "Canari.", "deed": "keep", "said": "known", "code": "0000000000", "role": "tenant", "to": "neighbours",
    "address": "2 Rue des Acacias", "name": "Durand", "lot": "12", "zone": "radius", "radius": "500",
}  # fmt: skip
WITHIN = ("nearest", "residence", "voisinage", "neighbourhood", "municipality", "120m", "500m", "1.3km", "5km", "7min")
WORDS = ("xylophone", "xénia", "canari", "boulangerie", "réponse", "mieux", "durand", "place 5")


@dataclass(frozen=True)
class Question:
    """Who asks what, and how."""

    observer: str
    method: str
    address: str
    query: tuple[tuple[str, str], ...]

    def put(self, client: Client) -> tuple[int, tuple, bytes]:
        """Ask, and take back whatever came of it, in the browser too: each question stands alone."""
        cookies = client.cookies.copy()
        with taken_back(), drawn_alike(repr(self)):
            if self.method == "POST":
                answer = client.post(self.address, dict(self.query) | FORM)
            else:
                answer = getattr(client, self.method.lower())(self.address, list_of(self.query))
            told = everything_of(answer)
        client.cookies = cookies
        return told


def list_of(query: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """A query whose names may come again."""
    told: dict[str, list[str]] = {}
    for name, value in query:
        told.setdefault(name, []).append(value)
    return told


#: Routes that show what people write.
BUSY = (
    "nearby", "home", "listing-list", "post", "quarter", "town", "listing-detail", "print", "as-seen",
    "poll", "asked", "ask-plan", "asks", "exchange", "section-service", "conversation", "conversations",
)  # fmt: skip
#: Routes that show rides.
RIDES = (
    *["rides"] * 4, "exchange", "exchange", "nearby", "home", "listing-list", "listing-detail", "quarter", "town",
    "print", "feed", "as-seen", "conversation", "conversations", "write-to-author", "addresses", "share",
    "ride-ask", "ride-day-off", "own-rides", "own-ride", "own-ride-calendar", "meeting-points",
    "driver-journeys", "passenger-journeys", "driver-regular-trips", "passenger-regular-trips",
)  # fmt: skip


def questions(
    stage: Stage, ids: Sequence[UUID], *, count: int, seed: int, routes: Sequence[str] = BUSY, others: int = 0
) -> list[Question]:
    """So many questions to these routes, by observers and in ways as they come, and to so many of all routes."""
    chance = random.Random(seed)
    names = chance.choices(routes, k=count) + chance.sample(list(ROUTES), k=min(others, len(ROUTES)))
    return [_question(chance, stage, ids, name) for name in names]


def _question(chance: random.Random, stage: Stage, ids: Sequence[UUID], name: str) -> Question:
    by_key = name in _BY_KEY and chance.random() < 0.8
    observer = "carpool service" if by_key else chance.choice(list(stage.observers))
    route = chance.choice(ROUTES[name])
    method = chance.choices(("GET", "HEAD", "POST"), weights=(8, 1, 2))[0]
    query = dict(_QUERIES[name](chance, stage)) if name in _QUERIES and chance.random() < 0.9 else _moved(route, stage)
    address = route.address_of(chance.choice([*ids, NOBODY]))
    return Question(observer, method, address, tuple((key, str(value)) for key, value in query.items()))


def _moved(route: Route, stage: Stage) -> dict[str, object]:
    """The query of the matrix, moved from its village to this town."""
    moved = dict(route.query)
    if "lat" in moved:
        moved |= {"lat": stage.here.latitude, "lon": stage.here.longitude}
    return moved


def _place(chance: random.Random, stage: Stage) -> dict[str, object]:
    """Somewhere in town, often near X."""
    home = chance.choice([stage.here, stage.there, chance.choice(stage.homes)])
    spread = chance.choice([0.0, 0.0005, 0.01])
    return {
        "lat": f"{home.latitude + chance.uniform(-spread, spread):.6f}",
        "lon": f"{home.longitude + chance.uniform(-spread, spread):.6f}",
    }


def _search(chance: random.Random, stage: Stage) -> dict[str, object]:
    """A search: from somewhere, or from home, in some circle, for some words, of some kind."""
    query = _place(chance, stage) if chance.random() < 0.85 else {}
    query["within"] = chance.choice(WITHIN)
    if chance.random() < 0.4:
        query["q"] = chance.choice(WORDS)
    if chance.random() < 0.3:
        query["kind"] = chance.choice(["post", "merchant", "carpool"])
    if chance.random() < 0.3:
        query["limit"] = chance.choice([1, 2, 7, 100])
    if chance.random() < 0.1:
        query["lang"] = "en"
    return query


def _page(chance: random.Random, stage: Stage) -> dict[str, object]:
    return {"page": chance.choice(["1", "2", "3", "", "x"])}


def _listings(chance: random.Random, stage: Stage) -> dict[str, object]:
    query: dict[str, object] = {"limit": chance.choice([1, 3, 100])}
    if chance.random() < 0.5:
        place, side = _place(chance, stage), chance.choice([0.0005, 0.005, 0.02])
        west, south = float(place["lon"]) - side, float(place["lat"]) - side
        query["bbox"] = f"{west:.6f},{south:.6f},{west + 2 * side:.6f},{south + 2 * side:.6f}"
    if chance.random() < 0.4:
        query["kind"] = chance.choice(["post", "merchant", "carpool"])
    if chance.random() < 0.3:
        query["municipality"] = "77998"
    return query


def _ride(chance: random.Random, stage: Stage) -> dict[str, object]:
    """A ride: between squares, from an address or from nowhere, about when X rides, driven or looked for."""
    squares = list(Toponym.objects.filter(name__startswith="Place ").order_by("name").values_list("name", flat=True))
    ends = squares or ["Place 0"]
    query: dict[str, object] = {"direction": chance.choice(["offer", "request", "request", "x"])}
    if chance.random() < 0.9:
        query |= {"from": chance.choice(ends), "to": chance.choice(ends)}
    if chance.random() < 0.1:
        query["from"] = str(address_of(chance.choice([stage.here, stage.there]).residence))
    if chance.random() < 0.2:
        quarter = Neighbourhood.objects.filter(kind=stage.town.municipality.circle_kind).order_by("code").first()
        query["towards"] = chance.choice(["77998", f"77998/{quarter.kind}/{quarter.code}", "77998/quartier/x"])
    query["day"] = (timezone.localdate() + timedelta(days=chance.choice([1, 5, 6, 6, 7]))).isoformat()
    query["time"] = chance.choice(["07:30", "07:45", "18:05", "18:20", "x"])
    return query


def _beyond(chance: random.Random, stage: Stage) -> dict[str, object]:
    """What other services ask: from about where X rides to somewhere, at a moment or every week."""
    ends = [_place(chance, stage) for _ in range(2)]
    query = {
        f"{end}{axis}": place[name]
        for end, place in zip(("departure", "arrival"), ends, strict=True)
        for axis, name in (("Lat", "lat"), ("Lng", "lon"))
    }
    query |= {f"{end}Radius": chance.choice([1, 2, 2]) for end in ("departure", "arrival")}
    query |= {"timeDelta": chance.choice([900, 7_200]), "count": chance.choice([1, 3, 50])}
    return query


def _journeys(chance: random.Random, stage: Stage) -> dict[str, object]:
    day = timezone.localdate() + timedelta(days=chance.choice([5, 6, 6, 6, 7]))
    hour = chance.choice([time(7, 30), time(7, 45), time(18, 5), time(18, 10)])
    return _beyond(chance, stage) | {"departureDate": seconds(datetime.combine(day, hour, PARIS))}


def _trips(chance: random.Random, stage: Stage) -> dict[str, object]:
    hour = chance.choice(["07:30:00", "07:45:00", "18:05:00"])
    return _beyond(chance, stage) | {"departureTimeOfDay": hour, "departureWeekdays": chance.choice(["MON", "MON,TUE"])}


#: What is asked by the key of a carpool service.
_BY_KEY = {
    "driver-journeys": _journeys,
    "passenger-journeys": _journeys,
    "driver-regular-trips": _trips,
    "passenger-regular-trips": _trips,
}
_QUERIES = {
    **_BY_KEY,
    "rides": _ride,
    "nearby": _search,
    "home": _search,
    "section-service": _search,
    "print": _search,
    "listing-list": _listings,
    "places-at": _place,
    "addresses": lambda chance, stage: {"q": chance.choice([*WORDS, "rue des acacias", "2 rue des bleuets"])},
    "meeting-points": lambda chance, stage: {"q": chance.choice([*WORDS, "place 1", "rue des acacias"])},
    "quarter": _page,
    "town": _page,
    "residence": _page,
    "as-seen": lambda chance, stage: {"par": chance.choice(["voisin", "quartier", "commerce", "inconnu"])},
}


def answers(stage: Stage, asked: Sequence[Question]) -> Iterator[tuple[Question, tuple[int, tuple, bytes]]]:
    """Each question with its answer."""
    for question in asked:
        yield question, question.put(stage.observers[question.observer])


def mails_to_observers(stage: Stage) -> list[tuple]:
    """What was sent to anyone but X."""
    sent = OutgoingMail.objects.exclude(to=stage.x.email).order_by("to", "template")
    return list(sent.values_list("to", "template", "values"))


def letters_to_observers(stage: Stage) -> dict[int, object]:
    """The letters of what is new since yesterday to whoever follows the town but X, by account."""
    now = timezone.now()
    theirs = Follow.objects.exclude(account=stage.x)
    theirs.update(told_until=now - timedelta(days=1), due_at=now)
    digests.queue_digests(now + 2 * digests.SETTLED)
    with patch("directory.digests.MOST_TOLD", 100):  # whatever X says is told
        return digests.write(MassMessage.objects.latest("pk"), list(theirs.values_list("account", flat=True)))
