"""Who lives where, guessed from all that is told of rides: by whoever knows how they are made, and by whoever learns.

In every building of some cells live two people: one is the attacker's, who knows all that this one shares; the other is
looked for. Each counts for the dwellings of the building, so that shares are those of people drawn at random.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import slugify

from directory.carpool_forms import CarpoolForm
from directory.meeting_points import OFFERED, nearest_to
from directory.models import Carpool
from geo.models import Municipality, Toponym
from geo.plane import metres_between
from scopes.models import Level, Openness
from scopes.viewing import viewer_of
from tests.directory.exchanged import share
from tests.directory.ride_oracle import PARIS
from tests.directory.ride_service import Service, between, seconds, service
from tests.directory.riding import in_days, make_squares_everywhere, ride
from tests.neighbours import neighbour
from tests.privacy.inhabitants import Dwelling, dwellings_of_the_town, entered_together
from tests.privacy.shortcut import Shortcut
from tests.scopes.entering import address_of

#: Metres between two squares: as dense as the 600 points of privacy.md, whose nearest gave two homes in three away.
APART = 80
#: Metres. Where people drive to.
FAR = 900

#: What is told of one ride, by name.
Told = dict[str, object]
#: How people choose of what they are offered.
Choice = Callable[[random.Random, list[str]], str]
CHOICES: dict[str, Choice] = {
    "the first": lambda _chance, offered: offered[0],
    "any": lambda chance, offered: chance.choice(offered),
    "the first of where one lives": lambda _chance, offered: offered[0],
}


@dataclass
class Neighbourhood:
    """Cells full of riders: what is told of the rides of each person, and of each of the attacker's."""

    homes: list[Dwelling]
    riders: dict[Dwelling, list[Told]] = field(default_factory=dict)
    known: dict[Dwelling, list[Told]] = field(default_factory=dict)
    _offered: dict[Dwelling, list[str]] = field(default_factory=dict)

    def in_cell_of(self, home: Dwelling) -> list[Dwelling]:
        """Where someone of this home's cell may live."""
        return [each for each in self.homes if each.cell_id == home.cell_id]

    def offered_at(self, home: Dwelling) -> list[str]:
        """The meeting points around a home itself."""
        if home not in self._offered:
            self._offered[home] = [one.key for one in nearest_to(home.residence.location)]
        return self._offered[home]

    def share_right(self, guess: Callable[[Neighbourhood, Dwelling], Dwelling]) -> float:
        """Of the people of these cells, how many are guessed right."""
        right = sum(home.dwellings for home in self.homes if guess(self, home) == home)
        return right / sum(home.dwellings for home in self.homes)


def blind(around: Neighbourhood, home: Dwelling) -> Dwelling:
    """The largest building of the cell."""
    return max(around.in_cell_of(home), key=lambda each: (each.dwellings, each.residence.pk))


def supposing_the_home(around: Neighbourhood, home: Dwelling) -> Dwelling:
    """The building around which such meeting points would be offered, were they offered around homes."""

    told = [one["properties.start"] for one in around.riders[home]]

    def likelihood(each: Dwelling) -> float:
        offered = around.offered_at(each)
        chosen = (0.5 * (one == offered[0]) + 0.4 / OFFERED * (one in offered) + 1e-4 for one in told)
        return math.log(each.dwellings) + sum(map(math.log, chosen))

    return max(around.in_cell_of(home), key=likelihood)


def by_likeness(around: Neighbourhood, home: Dwelling) -> Dwelling:
    """The building whose own rides, all that is told of them, are most like these (naive Bayes)."""
    own = [(name, str(value)) for one in around.riders[home] for name, value in one.items()]

    def likelihood(each: Dwelling) -> float:
        known = around.known[each]
        alike = Counter((name, str(value)) for one in known for name, value in one.items())
        told = (alike[one] for one in own)
        return math.log(each.dwellings) + sum(math.log((seen + 0.1) / (len(known) + 1)) for seen in told)

    return max(around.in_cell_of(home), key=likelihood)


GUESSES = {"supposing the home": supposing_the_home, "by likeness": by_likeness}


def settle(
    town: Municipality, *, cells: int, rides: int, choice: str, seed: int, buildings: int | None = None
) -> Neighbourhood:
    """Let two people of each building of so many cells share so many rides each, and read what is told of them.

    Of each cell, so many buildings; else all, and what other services are told is read too.
    """
    chance = random.Random(seed)
    make_squares_everywhere(town, apart=APART)
    homes = [home for home in dwellings_of_the_town() if home.has_address and home.dwellings > 2]
    chosen = chance.sample(sorted({home.cell_id for home in homes}), cells)
    around = Neighbourhood([home for cell in chosen for home in homes if home.cell_id == cell][:buildings])
    squares = list(Toponym.objects.filter(name__startswith="Place ").order_by("name"))
    shared: dict[str, tuple[dict, Dwelling]] = {}
    with entered_together():
        for whose in (around.known, around.riders):
            for home in around.homes:
                whose[home] = []
                told = _shares(home, rides, choice, squares, chance)
                shared |= {public_id: (whose, home) for public_id in told}
    for public_id, told in _all_that_is_told(list(shared), beyond=buildings is None):
        whose, home = shared[public_id]
        whose[home].append(told)
    return around


def _shares(home: Dwelling, rides: int, choice: str, squares: list[Toponym], chance: random.Random) -> Iterator[str]:
    """Share rides to everyone, from what the form offers to anywhere far away, at any time."""
    someone = neighbour("Cible", home.residence)
    seen_at = viewer_of(someone.account_id).home.point
    typed = {"start_place": str(address_of(home.residence))} if choice.endswith("where one lives") else {}
    form = CarpoolForm(initial={"near": seen_at, **typed})
    offered = [key for key, _name in form.fields["start"].widget.choices if key]
    far = [one for one in squares if metres_between([seen_at], [one.location.coords])[0] > FAR]
    for _number in range(rides):
        end = chance.choice(far)
        own = {
            "start": CHOICES[choice](chance, offered),
            "end": f"{end.municipality.insee_code}/street/{slugify(end.name)}",
        }
        own |= {"seats": str(chance.randint(1, 4)), "detour": str(chance.choice([0, 5, 10]))}
        own |= {"direction": chance.choice(["offer", "request"]), "departure": f"{chance.randint(5, 22):02d}:10"}
        once = {"day": in_days(chance.randint(1, 9)).isoformat()}
        own["shared_beyond"] = "on"
        own |= once if chance.random() < 0.5 else {"weekdays": sorted(chance.sample("1234567", 3))}
        words = {"title": " ", "kind": "carpool", "own": ride(**own), "openness": Openness.PUBLIC}
        yield str(share(someone, Level.MUNICIPALITY, **words).public_id)


def _all_that_is_told(public_ids: list[str], *, beyond: bool) -> Iterator[tuple[str, Told]]:
    """Every field of each ride, its line as it is drawn, where it stands among the others; what a service is told."""
    anyone, ranks, address = Shortcut(None), {}, "/api/listings/?limit=100&kind=carpool"
    while address:
        page = json.loads(anyone.get(address).rendered_content)
        ranks |= {feature["id"]: len(ranks) + number for number, feature in enumerate(page["features"])}
        address = page["next"]
    rides, other = {str(one.public_id): one for one in Carpool.objects.all()}, service() if beyond else None
    for public_id in public_ids:
        told = dict(_flat(json.loads(anyone.get(f"/api/listings/{public_id}/").rendered_content)))
        told |= {"rank": 8 * ranks[public_id] // len(ranks), "first digit": public_id[0]}
        told["line"] = rides[public_id].route.coords
        yield public_id, told | (_told_beyond(other, rides[public_id]) if other else {})


def _told_beyond(other: Service, ride: Carpool) -> Told:
    """What another carpool service finds of a ride along its own way, by its key."""
    who = "driver" if ride.direction == Carpool.Direction.OFFER else "passenger"
    route, when = f"{who}_regular_trips", {"departureTimeOfDay": f"{ride.departure:%H:%M:%S}"}
    if ride.day:
        route, when = f"{who}_journeys", {"departureDate": seconds(datetime.combine(ride.day, ride.departure, PARIS))}
    found = other.found(route, between(ride.start_point.coords, ride.end_point.coords) | when)
    (own,) = [one for one in found if one["webUrl"].endswith(f"/{ride.public_id}/")]
    return {f"beyond.{name}": value for name, value in _flat(own)} | {"beyond.first digit": own[who]["id"][0]}


def _flat(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}".lstrip("."))
    else:
        yield name, value
