"""Rides that X shares as people do, by the form: where it begins is chosen from what X is offered from home."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpResponse

from directory.models import Carpool, PublicFeed, RideAgreement
from directory.public_feeds import digest_of
from scopes.models import Level, Membership, Openness
from tests.directory.agreed import asks
from tests.directory.exchanged import share
from tests.directory.riding import in_days, make_squares_everywhere, ride
from tests.privacy.alike import drawn_alike
from tests.privacy.answers import everything_of
from tests.privacy.inhabitants import Dwelling
from tests.privacy.worlds import ZONES, Stage, X
from tests.privacy_matrix import FEED
from tests.scopes.entering import address_of

FORM = "/publier/covoiturage/"
#: Where X goes: the corner of the town that is farthest from X.
FAR = "Place 120"
#: Half past seven on each working day of a week, and once in six days.
WEEKLY = {"weekdays": ["1", "2", "3", "4", "5"], "departure": "07:30"}
#: The next Monday or Tuesday on which such a ride has still to leave.
WORKDAY = next(day for day in map(in_days, range(1, 8)) if day.isoweekday() in (1, 2)).isoformat()
ONCE = {"day": in_days(6).isoformat(), "departure": "18:05"}
#: Open to everyone, and found by other services.
BEYOND = {"openness": "on", "shared_beyond": "on"}
_SELECT = re.compile(r'<select name="(start|end)".*?</select>', re.DOTALL)
_OPTION = re.compile(r'<option value="([^"]+)"[^>]*>\s*([^<]*?)\s*</option>')

_TOWN, _QUARTER = Level.MUNICIPALITY, Level.NEIGHBOURHOOD
#: What X shares: its name, how far, which of the meeting points offered it begins at, and what is filled in.
RIDES_OF_X: list[tuple[str, str, int, dict[str, object]]] = [
    ("offer once", _TOWN, 0, {**ONCE, **BEYOND}),
    ("request weekly", _QUARTER, 1, {**WEEKLY, "direction": "request"}),
    ("offer weekly", _QUARTER, 0, {**WEEKLY, "price": "0,05", "preferences": ["pets"]}),
    ("request once", _TOWN, 2, {**ONCE, **BEYOND, "direction": "request"}),
    ("offer beyond", _TOWN, 1, {**WEEKLY, **BEYOND}),
    ("request beyond", _TOWN, 0, {**WEEKLY, **BEYOND, "direction": "request"}),
    ("offer next door", Level.VOISINAGE, 0, WEEKLY),
    ("offer in a zone", Level.CATCHMENT, 0, {**WEEKLY, **ZONES[0]}),
    ("offer gone", _TOWN, 0, WEEKLY),
]
#: Enough for every day.
FEW = 1


def offered_in(page: HttpResponse) -> dict[str, list[tuple[str, str]]]:
    """Keys and names of the meeting points that the form offers at either end, in their order."""
    return {one[1]: _OPTION.findall(one[0]) for one in _SELECT.finditer(page.content.decode())}


class Rider(X):
    """X at the form of rides."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.of_others = others_ride(stage)
        #: By what was asked for: what X chooses from, and what others are answered that X does not want to read.
        self.noted: dict[str, object] = {}

    def is_offered(self, name: str, **typed: str) -> list[tuple[str, str]]:
        """What the form offers at one end: at once, or for what was typed there."""
        sent = {**ride(), "start": "", "end": "", "look": "1", "level": _TOWN, **typed}
        page = self.browser.post(FORM, sent) if typed else self.browser.get(FORM)
        assert page.status_code == 200
        offered = offered_in(page)["end" if "end_place" in typed else "start"]
        self.noted[name] = offered
        return offered

    def rides(self, most: int = len(RIDES_OF_X)) -> None:
        """Offer and look for rides, once and every week, to each circle but the residence; change some, end some."""
        starts, ends = self.is_offered("from home"), self.is_offered("to the corner", end_place=FAR)
        for name, level, rank, own in RIDES_OF_X[:most]:
            self.shares_a_ride(name, starts[rank][0], ends[0][0], level=level, **own)
        if most > FEW:
            for name in ("request weekly", "offer weekly"):
                self.changes(name)
            self.does(f"/echange/{self.words['offer weekly']}/ouvrir/", {}, step="opens a ride")
            self.does(f"/echange/{self.words['offer gone']}/retirer/", {}, step="withdraws a ride")

    def changes(self, name: str) -> None:
        """Leave ten minutes later with a seat less, and show it for longer."""
        changed = {**ride(), **WEEKLY, "day": "", "direction": name.split()[0], "category": "shared_ride"}
        changed |= {"seats": "2", "departure": "07:40"}
        self.does(f"/echange/{self.words[name]}/modifier/", changed, step=f"changes {name}")
        self.does(f"/echange/{self.words[name]}/prolonger/", {}, step=f"renews {name}")

    def rides_at_home(self) -> None:
        """A ride for the residence, and what is looked for there."""
        start, end = self.is_offered("from home")[0][0], self.is_offered("to the corner", end_place=FAR)[0][0]
        for direction in ("offer", "request"):
            own = {"level": Level.RESIDENCE, "direction": direction, **WEEKLY}
            self.shares_a_ride(f"{direction} at home", start, end, **own)

    def shares_a_ride(self, name: str, start: str, end: str, **own: object) -> None:
        """Share one by the form of its page."""
        form = {**ride(), "day": "", "start": start, "end": end, "category": "shared_ride", "text": "Xylophone.", **own}
        self.words[name] = self.made(FORM, form, step=f"shares {name}")

    def looks_for_rides(self, home: Dwelling) -> None:
        """Look for rides, from where one lives too, and keep one for later."""
        lives_at = str(address_of(home.residence))
        for asked in ({}, {"from": lives_at, "to": FAR}, {"from": lives_at, "to": FAR, "direction": "offer"}):
            assert self.browser.get("/covoiturages/", asked).status_code == 200
        kept = {**ride(), "start_place": lives_at, "keep": "1", "level": "municipality"}
        self.does(FORM, kept, step="keeps a ride for later")


def others_ride(stage: Stage) -> list[UUID]:
    """Squares, a feed of the town, and what others share, by id: one of them X may mute."""
    make_squares_everywhere(stage.town.municipality)
    town = {"municipality": stage.town.municipality, "towns": [stage.town.municipality.pk]}
    PublicFeed.objects.create(**town, digest=digest_of(FEED), stop_digest=digest_of("end"))
    next_door = Membership.objects.get(alias=stage.others[0].author_id)
    shared = []
    for member, direction, level, openness in (
        (next_door, "offer", Level.MUNICIPALITY, Openness.PUBLIC),
        (next_door, "request", Level.NEIGHBOURHOOD, Openness.MEMBERS),
        (stage.pest, "offer", Level.MUNICIPALITY, Openness.MEMBERS),
    ):
        with drawn_alike(f"{member.pk} {direction}"):
            own = {"own": ride(direction=direction, **WEEKLY), "openness": openness}
            shared.append(share(member, level, f"Canari {direction}", kind="carpool", **own).public_id)
    return shared


def agrees(rider: Rider) -> None:
    """Someone asks X for a seat, and X says yes; X asks another: what X agrees is read by the other of the two."""
    pest, offer = rider.stage.pest, Carpool.objects.get(public_id=rider.words["offer once"])
    with drawn_alike("asked for a seat"):
        asked = asks(pest, offer, offer.day, pick_up=offer.start, drop_off=offer.end, text="Une place ?")
    rider.words |= {"agreement": asked.public_id, "conversation": asked.conversation.public_id}
    rider.does(f"/mes-trajets/{asked.public_id}/", {"deed": "accept"}, step="accepts")
    rider.does(f"/messages/{asked.conversation.public_id}/", {"text": "Xylophone samedi."}, step="answers in private")
    there = Carpool.objects.get(public_id=rider.of_others[0])
    form = {"rhythm": "weekly", "day": WORKDAY, "weekdays": ["1", "2"], "seats": "1", "text": "Xylophone demande."}
    form |= {"pick_up": there.start, "drop_off": there.end}
    rider.does(f"/covoiturages/{there.public_id}/demander/", form, step="asks for a seat")
    rider.words["asked of another"] = RideAgreement.objects.get(ride=there).public_id


def pest_asks_again(rider: Rider) -> None:
    """Whoever X may have stopped reading calls off what was agreed, and asks again: what is answered is noted."""
    pest, ride = rider.stage.observers["pest"], Carpool.objects.get(public_id=rider.words["offer once"])
    form = {"day": ride.day.isoformat(), "seats": "1", "pick_up": ride.start, "drop_off": ride.end, "text": "Encore."}
    for name, address, posted in (
        ("calls off", f"/mes-trajets/{rider.words['agreement']}/", {"deed": "cancel"}),
        ("asks again", f"/covoiturages/{ride.public_id}/demander/", form),
        ("reads", "/mes-trajets/", {}),
    ):
        with drawn_alike(name):
            answer = pest.post(address, posted) if posted else pest.get(address)
        assert answer.status_code == (302 if posted else 200)
        rider.noted[name] = everything_of(answer)
