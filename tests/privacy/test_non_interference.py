"""T1 of privacy.md: two worlds that differ by one fact about X answer everyone but X and X's neighbours alike."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.contrib.gis.geos import MultiPoint
from django.contrib.gis.measure import D

from directory.models import Carpool, Listing
from geo.catchments import Catchment, nearest_homes, radius_around, walk_around
from geo.drawn_areas import read_area
from geo.models import Address, Residence
from geo.pace import Pace
from geo.street_zones import along_street
from scopes.models import Level
from scopes.viewing import viewer_of
from tests.directory.ride_oracle import PARIS
from tests.directory.ride_service import API, between, seconds
from tests.directory.speaking import say
from tests.privacy.alike import the_clock_stands
from tests.privacy.anonymity import everyone_everywhere
from tests.privacy.answers import difference
from tests.privacy.asking import BUSY, RIDES, Question, answers, letters_to_observers, mails_to_observers, questions
from tests.privacy.inhabitants import analyze, dwellings_of_the_town, entered_together, moves_in
from tests.privacy.rides_shared import FAR, FEW, ONCE, RIDES_OF_X, Rider, agrees, pest_asks_again
from tests.privacy.worlds import Play, Stage, X, answered_by_others, in_world, make_stage
from tests.privacy_matrix import ROUTES
from tests.scopes.entering import address_of

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture(scope="module")
def stage(town) -> Iterator[Stage]:
    with the_clock_stands():
        yield make_stage(town)


def lives_here(stage: Stage) -> X:
    """X joins a building and does everything from there."""
    return _lives(stage, stage.here)


def lives_there(stage: Stage) -> X:
    """(a) another home in the same cell."""
    return _lives(stage, stage.there)


def _lives(stage: Stage, home) -> X:
    x = X(stage)
    x.joins(home)
    x.lives()
    answered_by_others(stage, x)
    return x


def is_nobody(stage: Stage) -> X:
    """X has an account and belongs nowhere."""
    return X(stage)


def is_a_member(stage: Stage) -> X:
    """(b) member or not, until something is published."""
    x = X(stage)
    x.joins(stage.here)
    x.searches()
    x.votes()
    return x


def has_written_at_home(stage: Stage) -> X:
    """(c) one private residence row or not."""
    x = X(stage)
    x.joins(stage.here)
    x.writes_at_home()
    x.lives()
    answered_by_others(stage, x)
    return x


def has_a_second_home(stage: Stage) -> X:
    """(d) a second home or not."""
    x = X(stage)
    x.joins(stage.here)
    x.joins(stage.elsewhere, step="joins again")
    x.lives()
    answered_by_others(stage, x)
    return x


def has_muted_someone(stage: Stage) -> X:
    """Whoever is no longer read does not learn of it."""
    x = _lives(stage, stage.here)
    x.mutes()
    return x


def differs_in_all(stage: Stage) -> X:
    """Another home in the same cell, a private row, a second home and a mute at once: what hides each hides all."""
    x = X(stage)
    x.joins(stage.there)
    x.joins(stage.elsewhere, step="joins again")
    x.writes_at_home()
    x.lives()
    answered_by_others(stage, x)
    x.mutes()
    return x


WORLDS: dict[str, tuple[Play, Play]] = {
    "another home in the same cell": (lives_here, lives_there),
    "member or not": (is_nobody, is_a_member),
    "a private row or not": (lives_here, has_written_at_home),
    "a second home or not": (lives_here, has_a_second_home),
    "someone muted or not": (lives_here, has_muted_someone),
}


def rides_here(stage: Stage) -> Rider:
    """X shares rides, from meeting points that are offered at home."""
    return _rides(stage, stage.here)


def rides_there(stage: Stage) -> Rider:
    """(a) from another home in the same cell."""
    return _rides(stage, stage.there)


def _rides(
    stage: Stage, home, *, most: int = len(RIDES_OF_X), twice: bool = False, inside: bool = False, mutes: bool = False
) -> Rider:
    rider = Rider(stage)
    rider.joins(home)
    if twice:
        rider.joins(stage.elsewhere, step="joins again")
    rider.is_offered("where one lives", start_place=str(address_of(home.residence)))
    if most > FEW:
        rider.looks_for_rides(home)
    if inside:
        rider.rides_at_home()
    rider.rides(most)
    agrees(rider)
    if mutes:
        rider.mutes()
    pest_asks_again(rider)
    return rider


def only_others_ride(stage: Stage) -> Rider:
    """X has an account and belongs nowhere."""
    return Rider(stage)


def looks_for_rides(stage: Stage) -> Rider:
    """(b) member or not, until a ride is shared."""
    rider = only_others_ride(stage)
    rider.joins(stage.here)
    rider.looks_for_rides(stage.here)
    return rider


def rides_seen_here(stage: Stage) -> Rider:
    """What X shares is read by others: worlds that say nothing of X would prove nothing."""
    return _seen(_rides(stage, stage.here, most=FEW))


def rides_seen_there(stage: Stage) -> Rider:
    """Another home in the same cell, private rides and a mute at once: what hides each hides all."""
    return _seen(_rides(stage, stage.there, most=FEW, inside=True, mutes=True))


def _seen(rider: Rider) -> Rider:
    looks = {"from": "Place 60", "to": FAR, "day": ONCE["day"], "time": "18:05"}
    ride = Carpool.objects.get(public_id=rider.words["offer once"])
    leaves = seconds(datetime.combine(ride.day, ride.departure, PARIS))
    asked = between(ride.start_point.coords, ride.end_point.coords, departureDate=leaves)
    own, agreed, beyond = (
        rider.stage.observers[who].get(address, query).content.decode()
        for who, address, query in (
            ("same quarter", "/covoiturages/", looks),
            ("pest", "/mes-trajets/", {}),
            ("carpool service", f"{API}driver_journeys", asked),
        )
    )
    assert str(ride.public_id) in own and "Xénia D." in own
    assert str(rider.words["agreement"]) in agreed and "Xénia D." in agreed
    assert str(ride.public_id) in beyond and "Xénia" not in beyond and "Xylophone" not in beyond
    return rider


#: By what differs, worlds in which X rides.
WORLDS_OF_RIDES: dict[str, tuple[Play, Play]] = {
    "another home in the same cell": (rides_here, rides_there),
    "member or not": (only_others_ride, looks_for_rides),
    "a private ride or not": (rides_here, lambda stage: _rides(stage, stage.here, inside=True)),
    "a second home or not": (rides_here, lambda stage: _rides(stage, stage.here, twice=True)),
    "someone muted or not": (rides_here, lambda stage: _rides(stage, stage.here, mutes=True)),
}


def told_apart(stage: Stage, one: Play, other: Play, **ways: object) -> list[str]:
    """Ask both worlds the same (`questions`); say each that was answered differently."""
    asked: list[Question] = []

    def ask(x: X) -> dict:
        if not asked:
            known = [*x.words.values(), *(post.public_id for post in stage.others)]
            known += [stage.poll.public_id]
            known += [alias.public_id for alias in stage.x.aliases.order_by("pk")[:1]]
            known += [home.handle for home in stage.x.memberships.order_by("pk")[:1]]
            asked.extend(questions(stage, known, **ways))
        sent = {"mails": mails_to_observers(stage), "letters": letters_to_observers(stage)}
        return dict(answers(stage, asked)) | sent | {"noted": getattr(x, "noted", {})}

    first, second = in_world(stage, other, ask), in_world(stage, one, ask)
    noted = [first.pop("noted"), second.pop("noted")]
    sent = [(name, first.pop(name), second.pop(name)) for name in ("mails", "letters")]
    # What X chooses from is told by what X chooses.
    sent += [(name, *(told[name] for told in noted)) for name in noted[0].keys() & noted[1].keys()]
    return [f"{name} {told} / {before}" for name, before, told in sent if told != before] + [
        f"{question}\n{told}" for question in first if (told := difference(second[question], first[question]))
    ]


@pytest.mark.parametrize(
    ("one", "other"), [(lives_here, differs_in_all), (is_nobody, is_a_member)], ids=["from home", "member or not"]
)
def test_no_one_tells_the_worlds_apart(stage, one, other):
    told = told_apart(stage, one, other, count=15, seed=7, others=10)
    assert not told, f"{len(told)} answers differ; the first: {told[0]}"


@pytest.mark.slow
@pytest.mark.parametrize("fact", WORLDS)
def test_no_one_tells_the_worlds_apart_in_2_000_questions(stage, fact):
    one, other = WORLDS[fact]
    told = told_apart(stage, one, other, count=1_200, seed=8, routes=[*BUSY * 4, *ROUTES], others=len(ROUTES))
    told += told_apart(stage, one, other, count=800, seed=9)
    assert not told, f"{len(told)} answers differ; the first: {told[0]}"


@pytest.fixture
def three_homes_are_enough(monkeypatch) -> None:
    """Destinations of a quarter are told from three homes on: in eleven, one more would seldom be noticed."""
    monkeypatch.setattr("directory.commutes.LEAST_HOMES", 3)
    monkeypatch.setattr("directory.commutes.LEAST_CELLS", 1)


@pytest.mark.usefixtures("three_homes_are_enough")
def test_no_one_tells_from_rides_where_x_lives(stage):
    told = told_apart(stage, rides_seen_here, rides_seen_there, count=12, seed=13, routes=RIDES)
    assert not told, f"{len(told)} answers differ; the first: {told[0]}"


@pytest.mark.slow
@pytest.mark.usefixtures("three_homes_are_enough")
@pytest.mark.parametrize("fact", WORLDS_OF_RIDES)
def test_no_one_tells_from_rides_where_x_lives_in_2_000_questions(stage, fact):
    told = told_apart(stage, *WORLDS_OF_RIDES[fact], count=1_900, seed=14, routes=RIDES, others=len(ROUTES))
    assert not told, f"{len(told)} answers differ; the first: {told[0]}"


def test_what_x_says_is_seen(stage):
    """Worlds that say nothing of X would prove nothing."""

    def ask(x: X) -> dict:
        answered = stage.observers["same cell"].get("/ville/").content.decode()
        mayor, asked = stage.observers["mayor"], x.words["ask "]
        return {
            "page": answered,
            "words": len(x.words),
            "asked": mayor.get(f"/avis/demandes/{asked}/").content.decode(),
            "plan": mayor.get(f"/demandes/{asked}/plan.svg").content.decode(),
            "poll": stage.observers["same quarter"].get(f"/sondage/{x.words['poll neighbourhood']}/").status_code,
            "letters": str(letters_to_observers(stage)),
            "messages": stage.observers["pest"].get(f"/messages/{x.words['conversation']}/").content.decode(),
        }

    seen = in_world(stage, lives_here, ask)
    assert seen["words"] >= 22
    assert "Xylophone pret" in seen["letters"] and "Xylophone annonce" in seen["letters"]
    assert "Xylophone samedi" in seen["messages"]
    assert "Xylophone" in seen["page"] and "Xénia D." in seen["page"] and "Xylophone prêté" in seen["page"]
    assert "Xylophone privé" in seen["asked"] and "<circle" in seen["plan"] and seen["poll"] == 200


def random_zone(town, chance: random.Random) -> Catchment:
    """A zone of any kind that a person can draw."""
    point = town.point(chance.uniform(0, 2000), chance.uniform(0, 2000))
    kind = chance.choice(["radius", "homes", "walk", "street", "drawing"])
    if kind == "radius":
        return radius_around(point, D(m=chance.uniform(50, 900)))
    if kind == "homes":
        return nearest_homes(point, chance.randint(1, 1500))
    if kind == "walk":
        return walk_around(point, timedelta(minutes=chance.randint(1, 12)), chance.choice(list(Pace)))
    if kind == "street":
        street = chance.choice(list(Address.objects.filter(municipality=town.municipality, number__isnull=False)[:200]))
        return along_street(town.municipality, street.street_name, street.number, street.number + chance.randint(0, 30))
    corners = [town.point(chance.uniform(0, 2000), chance.uniform(0, 2000)) for _ in range(chance.randint(3, 9))]
    hull = MultiPoint(corners, srid=4326).convex_hull
    area, notes = read_area(hull.geojson, parameter="drawing")
    return Catchment(area=area, drawing=area, notes=notes)


def unlike_deliveries(town, *, zones: int, seed: int) -> list[str]:
    """Address so many zones; say which cells have two homes that did not receive the same."""
    chance = random.Random(seed)
    author = moves_in("Zoé", next(home for home in dwellings_of_the_town() if home.has_address).residence)
    with patch("directory.posting.MOST_A_DAY", zones + 1), entered_together():
        for number in range(zones):
            say(author, Level.CATCHMENT, f"Zone {number}", catchment=random_zone(town, chance))
            if number in (20, 200, 1_000):
                analyze()  # planned for an empty table, counting the author's own words reads every pair of them
    received: dict[int, dict[frozenset, int]] = defaultdict(lambda: defaultdict(int))
    for pk, account in everyone_everywhere(Residence.objects.circles().filter(public_cell__isnull=False)).items():
        viewer = viewer_of(account.pk)
        seen = Listing.objects.live().visible_to(viewer).filter(level=Level.CATCHMENT).values_list("title", flat=True)
        received[Residence.objects.values_list("public_cell", flat=True).get(pk=pk)][frozenset(seen)] += 1
    return [f"cell {cell}: {list(map(len, sets))}" for cell, sets in received.items() if len(sets) > 1]


def test_homes_of_one_cell_receive_the_same(town):
    assert not unlike_deliveries(town, zones=12, seed=5)


@pytest.mark.slow
def test_homes_of_one_cell_receive_the_same_of_2_000_zones(town):
    assert not unlike_deliveries(town, zones=2_000, seed=6)
