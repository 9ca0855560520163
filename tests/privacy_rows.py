"""The rows of the privacy matrix: one of every kind, and who may see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from unittest.mock import patch

from django.utils import timezone

from directory.models import Answer, Listing
from directory.publishing import publish, refresh_entries, withdraw
from directory.spreading import SPREAD
from geo.models import Residence
from scopes import second_lock
from scopes.models import Account, Level, Mandate, Openness, Organisation
from tests.directory.exchanged import kinds_said, share, zone_of
from tests.directory.happening import event
from tests.directory.mandated import send, tell, tomorrow
from tests.directory.riding import ride
from tests.directory.spread import LOOKED_FOR
from tests.directory.voting import ask as ask_poll
from tests.directory.voting import ask_under, readable
from tests.neighbours import person
from tests.privacy_people import (
    BARE_SIRETS,
    BY_TWO_FACTORS,
    EAST,
    EVERYONE,
    IN_CELL,
    IN_TOWN,
    INSIDE,
    NOBODY_AT_ALL,
    network,
)
from tests.scopes.mandates import SIRETS, in_force, organisation, over_area
from tests.scopes.village import Village

#: Every row carries it in its words: one search of an answer's bytes finds a leak.
CANARY = "Canari"
ANSWER = f"{CANARY} réponse"
#: What is asked of an organisation in private: its author's and the organisation's, whatever else anyone may see.
ASKED = "Serin demande"
#: What the resident writes to the author in private: theirs alone.
WRITTEN = "Mésange message"
#: What the author asks of a trusted circle: theirs alone, whoever lives next door, keeps order or runs anything.
HELPED = "Bouvreuil courses"


@dataclass(frozen=True)
class Row:
    """A kind of row: its listing, and the viewers who may see it."""

    listing: Listing
    seen_by: frozenset[str]
    #: The one route that shows it, where it is out of sight everywhere else.
    only_at: str = ""

    def may_be_shown(self, viewer: str, route: str) -> bool:
        """Whether a route may show it to a viewer."""
        return viewer in self.seen_by and self.only_at in ("", route)

    @property
    def canary(self) -> str:
        """Words that are in this row alone."""
        return self.listing.title


def make_rows(village: Village, members: dict) -> list[Row]:
    """Write one row of every kind, most of them by the author."""
    now, day = timezone.now(), timedelta(days=1)
    alice, rows = members["author"], []

    def add(listing: Listing, seen_by: frozenset[str], **where: str) -> Listing:
        refresh_entries([listing.pk])
        rows.append(Row(listing, seen_by, **where))
        return listing

    def title() -> str:
        return f"{CANARY}{len(rows):02d};"

    def shop(seen_by: frozenset[str], **columns) -> Listing:
        place = {"location": village.cells[0].location, "municipality": village.town} | columns
        return add(publish(category="bakery", title=title(), **place), seen_by)

    def word(author, level: str, seen_by: frozenset[str], **columns) -> Listing:
        columns = {"title": title(), "description": f"{CANARY} {level}", **columns}
        return add(village.post(author, level=level, **columns), seen_by)

    shop(EVERYONE)
    shop(EVERYONE, location=None)
    _add_events(village, title, add)
    shop(IN_TOWN, openness=Openness.MEMBERS)
    shop(IN_TOWN, openness=Openness.MEMBERS, location=None)
    shop(NOBODY_AT_ALL, opens_at=now + day)
    shop(NOBODY_AT_ALL, opens_at=now - 2 * day, closes_at=now - day)
    withdraw(listing=shop(NOBODY_AT_ALL))
    closed = publish(category="bakery", title=title(), location=village.cells[0].location, municipality=village.town)
    withdraw(listing=add(closed, BY_TWO_FACTORS, only_at="claim"), by_others=True)
    inside = word(alice, Level.RESIDENCE, INSIDE)
    word(alice, Level.VOISINAGE, IN_CELL)
    word(alice, Level.NEIGHBOURHOOD, IN_CELL)
    word(alice, Level.MUNICIPALITY, IN_TOWN)
    word(alice, Level.MUNICIPALITY, EVERYONE, openness=Openness.PUBLIC)
    word(alice, Level.CATCHMENT, IN_CELL, catchment=village.zone(0, 0, 50))
    _add_said_by_organisations(village, title, add)
    # One person shares every kind everywhere; the first ring of what spreads by itself is one cell.
    with patch("directory.posting.MOST_A_DAY", 100), patch("directory.spreading.HOMES", 60):
        for kind, level, seen_by, columns in _exchanges(village):
            add(share(alice, level, title(), kind=kind, text=f"{CANARY} {level}", **columns), seen_by)
        _add_rides(members, title, add)
    word(members["next residence"], Level.RESIDENCE, frozenset({"next residence"}))
    word(members["next quarter"], Level.NEIGHBOURHOOD, EAST | {"two homes"})
    word(alice, Level.RESIDENCE, NOBODY_AT_ALL, hidden_at=now)
    word(alice, Level.RESIDENCE, INSIDE - {"newcomer"}, published_at=now - 3 * day)
    add(_notice(village, title()), INSIDE | {"absent owner"})
    sender = person("Léo")
    grid = over_area(sender, network(sender, BARE_SIRETS[9]), municipality=village.town)
    for to, parameters in (
        ("quarters", {"quarters": [village.west.key]}),
        ("polygon", {"polygon": village.zone(0, 0, 60).geojson}),
        ("all", {}),
    ):
        add(_area_notice(grid, title(), to, **parameters), EVERYONE)
    add(_area_notice(grid, title(), "all", opens_at=now + day), NOBODY_AT_ALL)
    add(_area_notice(grid, title(), "all", withdrawn_at=now), NOBODY_AT_ALL)
    inside_only = {"residences": [village.residences["A"].key]}
    add(_area_notice(grid, title(), "residences", **inside_only), INSIDE | {"absent owner"})

    def poll(level: str, seen_by: frozenset[str], author=alice) -> None:
        add(ask_poll(author, level, title(), choices=[f"{CANARY} oui", f"{CANARY} non"]), seen_by)

    asks_homes = person("Maud")
    landlord = organisation(asks_homes, kind="landlord", name="Bailleur", siret=SIRETS[3])
    inside_a = in_force(asks_homes, [village.residences["A"]], landlord)
    add(_asked_poll(asks_homes, inside_a, title(), "all"), INSIDE | {"absent owner"})
    # As a town hall does; the only one here is that of a viewer, whose own pages tell of it.
    with patch("directory.asking_homes.MAY_ASK", [grid.organisation.kind]):
        add(_asked_poll(sender, grid, title(), "quarters", quarters=[village.east.key]), EVERYONE)
    poll(Level.RESIDENCE, INSIDE)
    poll(Level.VOISINAGE, IN_CELL)
    poll(Level.NEIGHBOURHOOD, IN_CELL)
    poll(Level.MUNICIPALITY, IN_TOWN, author=members["next residence"])
    poll(Level.RESIDENCE, frozenset({"next residence"}), author=members["next residence"])
    with second_lock.opened([inside.residence_id]):
        Answer.objects.create(
            **{"listing": inside, "residence": alice.residence, "author": members["resident"].alias},
            text=ANSWER,
        )
    return rows


def _exchanges(village: Village) -> Iterator[tuple[str, str, frozenset[str], dict]]:
    """Every kind of exchange at every level it may have, opened too where it may be."""
    for level, seen_by, columns in (
        (Level.RESIDENCE, INSIDE, {}),
        (Level.VOISINAGE, IN_CELL, {}),
        (Level.NEIGHBOURHOOD, IN_CELL, {}),
        (Level.MUNICIPALITY, IN_TOWN, {}),
        (Level.CATCHMENT, IN_CELL, {"catchment": zone_of(village)}),
        (Level.MUNICIPALITY, EVERYONE, {"openness": Openness.PUBLIC}),
    ):
        yield from ((kind, level, seen_by, columns) for kind in kinds_said(level, **columns))
    yield from ((kind, SPREAD, IN_CELL, {"own": own}) for kind, own in LOOKED_FOR.items())


def _add_rides(members: dict, title, add) -> None:
    """What is looked for, beside the offers among the exchanges; what other services find; whom the author does not
    read; what is hidden.
    """
    days = ["1", "2", "3", "4", "5"]
    wanted = {"kind": "carpool", "own": ride(direction="request", weekdays=days)}
    beyond, looked_for = (ride(direction=one, weekdays=days, shared_beyond="on") for one in ("offer", "request"))
    alice, blocked, next_door = (members[name] for name in ("author", "blocked", "next residence"))
    add(share(alice, Level.RESIDENCE, title(), **wanted), INSIDE)
    add(share(alice, Level.MUNICIPALITY, title(), **wanted, openness=Openness.PUBLIC), EVERYONE)
    for own in (beyond, looked_for):
        add(share(alice, Level.MUNICIPALITY, title(), kind="carpool", own=own, openness=Openness.PUBLIC), EVERYONE)
    add(share(next_door, Level.RESIDENCE, title(), kind="carpool"), frozenset({"next residence"}))
    add(share(blocked, Level.MUNICIPALITY, title(), kind="carpool"), IN_TOWN - {"author"})
    inside = (Level.RESIDENCE, {})
    for level, opened in (inside, (Level.MUNICIPALITY, {"openness": Openness.PUBLIC, "own": beyond})):
        hidden = share(alice, level, title(), kind="carpool", **opened)
        with second_lock.opened([alice.residence_id]):
            Listing.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
        add(hidden, NOBODY_AT_ALL)


def _add_events(village: Village, title, add) -> None:
    """An event for each way in which it can be told."""
    members = {"openness": Openness.MEMBERS, "description": f"{CANARY} bal"}
    told = [
        (EVERYONE, {}),
        (IN_TOWN, members),
        (IN_CELL, members | {"level": Level.NEIGHBOURHOOD, "neighbourhood": village.west}),
        (IN_CELL, members | {"level": Level.CATCHMENT, "catchment": village.zone(0, 0, 50)}),
        (NOBODY_AT_ALL, members | {"hidden_at": timezone.now()}),
    ]
    for seen_by, columns in told:
        add(event(village.town, title(), location=village.cells[0].location, **columns), seen_by)


def _add_said_by_organisations(village: Village, title, add) -> None:
    """News and an offer for each way in which they can be told, of organisations that none of the viewers acts for."""
    members = {"openness": Openness.MEMBERS}
    for category in ("local_news", "shop_offer"):
        own = Organisation.objects.create(kind="association", name="Les Amis", contact="-")
        for seen_by, columns in (
            (EVERYONE, {}),
            (IN_TOWN, members),
            (IN_CELL, members | {"level": Level.NEIGHBOURHOOD, "neighbourhood": village.west}),
            (IN_CELL, members | {"level": Level.CATCHMENT, "catchment": village.zone(0, 0, 50)}),
            (NOBODY_AT_ALL, {"hidden_at": timezone.now()}),
            (NOBODY_AT_ALL, {"opens_at": timezone.now() + timedelta(days=1)}),
        ):
            told = {"description": CANARY, "organisation": own, "closes_at": timezone.now() + timedelta(days=9)}
            place = {"municipality": village.town, "location": village.cells[0].location}
            add(publish(category=category, title=title(), **place, **told, **columns), seen_by)


def _area_notice(mandate: Mandate, what: str, to: str, **parameters) -> Listing:
    """What an operator tells a place; it can be read at once."""
    columns = {name: parameters.pop(name) for name in ("opens_at", "withdrawn_at") if name in parameters}
    data = {"what": what, "start": tomorrow(9)[:10], "end": tomorrow(9)[:10]}
    sender = mandate.organisation.actings.get().account
    mailing = tell(sender, mandate, to, said={"template": "works", "data": data}, **parameters)
    with second_lock.opened(Residence.objects.values_list("pk", flat=True)):
        notices = Listing.objects.filter(notice__mailing=mailing)
        notices.update(**{"opens_at": timezone.now(), "title": what, **columns})
        return notices.get()


def _asked_poll(sender: Account, mandate: Mandate, what: str, to: str, **parameters) -> Listing:
    """What an organisation asks of homes; it can be read at once."""
    mailing = ask_under(sender, mandate, to, question=what, choices=[f"{CANARY} oui", f"{CANARY} non"], **parameters)
    readable(mailing)
    with second_lock.opened(Residence.objects.values_list("pk", flat=True)):
        return Listing.objects.get(poll__mailing=mailing)


def _notice(village: Village, what: str) -> Listing:
    """What the agent of residence A tells it; of the agent itself nothing is shown to anyone."""
    agent, home = person("Gil"), village.residences["A"]
    mandate = in_force(agent, [home])
    data = {"what": what, "start": tomorrow(9)[:10], "end": tomorrow(9)[:10]}
    mailing = send(agent, mandate, [home], template="works", data=data)
    with second_lock.opened([home.pk]):
        Listing.objects.filter(notice__mailing=mailing).update(opens_at=timezone.now(), title=what)
        return Listing.objects.get(notice__mailing=mailing)
