"""The world of the privacy matrix: a village, its people by what they are, and one row of every kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from unittest.mock import patch

from django.contrib.gis.geos import MultiPolygon, Point
from django.http import QueryDict
from django.utils import timezone

from directory.analysis_models import Analysis
from directory.keeping_analyses import keep, take_back
from directory.keeping_offers import keep_offer
from directory.models import Answer, Ask, Help, HelpWanted, Listing, Message, PublicFeed, RideAgreement
from directory.public_feeds import digest_of
from directory.publishing import publish, refresh_entries, withdraw
from directory.spreading import SPREAD
from geo.models import WGS84, Building, Residence
from scopes import second_lock
from scopes.models import Account, Acting, Level, Mandate, Mute, Openness, Organisation
from scopes.organisations.mandating import end
from scopes.organisations.proposing import propose
from scopes.viewing import viewer_of
from tests.directory.agreed import accepts
from tests.directory.agreed import asks as asks_for_seat
from tests.directory.around import at, box
from tests.directory.exchanged import kinds_said, share, zone_of
from tests.directory.happening import event
from tests.directory.helping import asks_for_help, trusts
from tests.directory.introduced import listed, wants
from tests.directory.keyed import operator, program
from tests.directory.mandated import send, tell, tomorrow
from tests.directory.picturing import picture
from tests.directory.promised import in_days, promises
from tests.directory.requesting import asks
from tests.directory.ride_service import Service, service
from tests.directory.riding import ride
from tests.directory.spread import LOOKED_FOR
from tests.directory.talking import begins
from tests.directory.voting import ask as ask_poll
from tests.directory.voting import ask_under, readable
from tests.neighbours import asker, neighbour, person
from tests.privacy_matrix import FEED, KEPT, RIDE_DAY, TAKEN_BACK
from tests.scopes.mandates import SIRETS, in_force, organisation, over_area, town_hall
from tests.scopes.village import Village, make_village

#: Every row carries it in its words: one search of an answer's bytes finds a leak.
CANARY = "Canari"
ANSWER = f"{CANARY} réponse"
#: What is asked of an organisation in private: its author's and the organisation's, whatever else anyone may see.
ASKED = "Serin demande"
#: What the resident writes to the author in private: theirs alone.
WRITTEN = "Mésange message"
#: What the author asks of a trusted circle: theirs alone, whoever lives next door, keeps order or runs anything.
HELPED = "Bouvreuil courses"
CIRCLE = frozenset(("author", "two homes", "caretaker"))
#: Who keeps it: the person, and who acts for them.
KEEPERS = frozenset(("author", "caretaker"))
NOBODY = "00000000-0000-4000-8000-000000000000"
#: Fourteen figures whose key is right, and nobody's.
BARE_SIRETS = (
    "09000001900019",
    "09000002700020",
    "09000003500031",
    "09000004300043",
    "09000005000055",
    "09000006800065",
    "09000007600076",
    "09000008400088",
    "09000009200099",
    "09000010000108",
    "09000011800019",
    "09000012600012",
    "09000013400016",
)

EVERYONE = frozenset(
    """anonymous, author, resident, next residence, next quarter, two homes, newcomer, unproven, former, blocked,
    absent owner, caretaker, moderator, staff, operator key, agent, landlord, operator, municipality, mairie annexe,
    merchant, association, every kind without mandate, agent once, resident and merchant,
    neighbour and landlord""".replace("\n    ", " ").split(", ")
)
#: Who lives in residence A, whatever the role; the two homes are F and A.
INSIDE = frozenset(
    ("author", "resident", "two homes", "newcomer", "blocked", "caretaker", "moderator", "resident and merchant")
)
#: Whose proof holds for any home, by how far it is from residence A; the co-owner's home in A counts for its circles.
IN_CELL = INSIDE | {"next residence", "absent owner"}
EAST = frozenset(("next quarter", "neighbour and landlord"))
IN_TOWN = IN_CELL | EAST
NOBODY_AT_ALL: frozenset[str] = frozenset()
#: Who shows a second factor: those who act for an organisation, and the staff.
BY_TWO_FACTORS = frozenset(
    """staff, agent, landlord, operator, municipality, mairie annexe, merchant, association,
    every kind without mandate, agent once, resident and merchant, neighbour and landlord""".replace(
        "\n    ", " "
    ).split(", ")
)


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


@dataclass
class World:
    """A village, its people by what they are, one row of every kind, and what is said in private.

    That is what the author asked the agent and a trusted circle, what the resident wrote to the author, the offer that
    the resident keeps, and the ride that the two agreed about.
    """

    village: Village
    people: dict[str, Account | None]
    rows: list[Row]
    asked: Ask
    message: Message
    help: Help
    voucher: Row
    agreed: RideAgreement
    #: A carpool service that holds a key.
    service: Service

    @property
    def opened(self):
        """Ids of every residence."""
        return [residence.pk for residence in self.village.residences.values()]


def make_world() -> World:
    village = make_village()
    home, now = village.residences, timezone.now()
    alice = neighbour("Alice", home["A"])
    two = neighbour("Denise", home["F"])
    neighbour("Denise", home["A"], account=two.account)
    members = {
        "author": alice,
        "resident": neighbour("Rémi", home["A"]),
        "next residence": neighbour("Bruno", home["B"]),
        "next quarter": neighbour("Elsa", home["E"]),
        "newcomer": neighbour("Nora", home["A"], settled=False),
        "unproven": asker("Ugo", home["A"]),
        "former": neighbour("Félix", home["A"], ended_at=now),
        "blocked": neighbour("Boris", home["A"]),
        "absent owner": neighbour("Olga", home["A"], role="absent_owner"),
        "caretaker": neighbour("Karim", home["A"], role="caretaker"),
        "moderator": neighbour("Maud", home["A"], moderates=True),
    }
    people = {name: membership.account for name, membership in members.items()}
    people["operator key"] = _operator(home["A"], home["B"])
    people |= _acting(village, members)
    people |= {"anonymous": None, "two homes": two.account, "staff": person("Sam", is_staff=True)}
    Mute.objects.create(account=alice.account, muted=members["blocked"].alias)
    rows = _rows(village, members)
    town = {"municipality": village.town, "towns": [village.town.pk]}
    PublicFeed.objects.create(**town, digest=digest_of(FEED), stop_digest=digest_of("end"))
    agency, bench = Organisation.objects.filter(kind="agent").latest("pk"), Point(*at(200, 0), srid=WGS84)
    asked = asks(alice, agency, title=ASKED, text=ASKED, photo=picture(), point=bench)
    inside = next(row.listing for row in rows if row.listing.residence_id)
    message = begins(members["resident"], inside, WRITTEN, photos=[picture()])
    lent = next(row.listing for row in rows if row.listing.kind == "loan" and row.listing.residence_id)
    promises(alice, begins(members["resident"], lent).conversation, in_days(1))
    shared = next(row.listing for row in rows if row.listing.kind == "carpool" and row.listing.residence_id)
    places = {"pick_up": shared.start, "drop_off": shared.end}
    agreed = accepts(alice, asks_for_seat(members["resident"], shared, date.fromisoformat(RIDE_DAY), **places))
    help_ = asks_for_help(alice, title=HELPED, text=HELPED)
    trusts(alice, help_, two)
    trusts(alice, help_, members["caretaker"], "helper")
    hall = Organisation.objects.get(kind="municipality", admitted_at__isnull=False)
    listed(people["municipality"], hall, people["merchant"], "Fauvette")
    wants(alice, help_)
    HelpWanted.objects.update(shown_on=timezone.localdate())  # a Monday has passed
    _keep_analyses(village, people["municipality"])
    voucher = next(row for row in rows if row.listing.kind == "promotion" and row.seen_by == IN_CELL)
    keep_offer(viewer=viewer_of(people["resident"].pk), public_id=voucher.listing.public_id)
    other = service(kind="association", siret="", rna="W442000002")
    return World(village, people, rows, asked, message, help_, voucher, agreed, other)


def _keep_analyses(village: Village, account: Account) -> None:
    """Homes enough to tell of, and two analyses that the town keeps, of which it takes one back."""
    footprint = box(-10, 10, 10, 30)
    Building.objects.create(
        **{"key": "building:A", "source": "test", "municipality": village.town, "residence": village.residences["A"]},
        **{"footprint": MultiPolygon(footprint), "location": footprint.centroid, "dwellings": 12},
    )
    for key, within in ((KEPT, "300m"), (TAKEN_BACK, "500m")):
        analysis = keep(
            account=account, query=QueryDict(f"town={village.town.insee_code}&service=food&within={within}")
        )
        Analysis.objects.filter(pk=analysis.pk).update(public_id=key)
    take_back(account=account, public_id=TAKEN_BACK)


def _rows(village: Village, members: dict) -> list[Row]:
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
    network = over_area(sender, _network(sender, BARE_SIRETS[9]), municipality=village.town)
    for to, parameters in (
        ("quarters", {"quarters": [village.west.key]}),
        ("polygon", {"polygon": village.zone(0, 0, 60).geojson}),
        ("all", {}),
    ):
        add(_area_notice(network, title(), to, **parameters), EVERYONE)
    add(_area_notice(network, title(), "all", opens_at=now + day), NOBODY_AT_ALL)
    add(_area_notice(network, title(), "all", withdrawn_at=now), NOBODY_AT_ALL)
    inside_only = {"residences": [village.residences["A"].key]}
    add(_area_notice(network, title(), "residences", **inside_only), INSIDE | {"absent owner"})

    def poll(level: str, seen_by: frozenset[str], author=alice) -> None:
        add(ask_poll(author, level, title(), choices=[f"{CANARY} oui", f"{CANARY} non"]), seen_by)

    asks_homes = person("Maud")
    landlord = organisation(asks_homes, kind="landlord", name="Bailleur", siret=SIRETS[3])
    inside_a = in_force(asks_homes, [village.residences["A"]], landlord)
    add(_asked_poll(asks_homes, inside_a, title(), "all"), INSIDE | {"absent owner"})
    # As a town hall does; the only one here is that of a viewer, whose own pages tell of it.
    with patch("directory.asking_homes.MAY_ASK", [network.organisation.kind]):
        add(_asked_poll(sender, network, title(), "quarters", quarters=[village.east.key]), EVERYONE)
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


def _operator(*residences: Residence) -> Account:
    """Someone responsible for a company that may write to these homes; looks by the key of its program alone."""
    account, own = operator("Odile", siret=SIRETS[2])
    in_force(account, residences, own)
    account.program = program(account, own)
    return account


def _acting(village: Village, members: dict) -> dict[str, Account]:
    """Those who act for an organisation of each kind, with a mandate and without; who lives here too gains nothing."""
    home, people = village.residences, {}
    for number, kind in enumerate(("agent", "landlord", "merchant", "association")):
        people[kind] = person("Org")
        own = organisation(people[kind], kind=kind, siret=BARE_SIRETS[number])
        in_force(people[kind], [home["A"], home["E"]], own)
    people["operator"] = person("Org")
    over_area(people["operator"], _network(people["operator"], BARE_SIRETS[4]), municipality=village.town)
    people["municipality"], people["mairie annexe"] = person("Odile"), person("Lou")
    hall = town_hall(people["municipality"], village.town)
    over_area(people["municipality"], hall, municipality=village.town)
    annexe = Acting.objects.create(
        account=people["mairie annexe"], organisation=hall, role=Acting.Role.WRITER, everywhere=False
    )
    annexe.neighbourhoods.set([village.west])
    people["every kind without mandate"] = nothing = person("Org")
    for number, kind in ((5, "agent"), (10, "landlord"), (11, "operator"), (12, "merchant")):
        organisation(nothing, kind=kind, siret=BARE_SIRETS[number])
    organisation(nothing, kind="association", siret="", rna="W442000001")
    propose(account=nothing, kind="municipality", name="Autre mairie", contact="0240", commune=village.town.insee_code)
    people["agent once"] = person("Org")
    over = in_force(people["agent once"], [home["A"]], organisation(people["agent once"], siret=BARE_SIRETS[6]))
    end(by=people["agent once"], mandate=over)
    members["resident and merchant"] = neighbour("Rose", home["A"])
    members["neighbour and landlord"] = neighbour("Léon", home["E"])
    for name, kind in (("resident and merchant", "merchant"), ("neighbour and landlord", "landlord")):
        people[name] = members[name].account
        own = organisation(people[name], kind=kind, siret=BARE_SIRETS[7 + (kind == "landlord")])
        in_force(people[name], [home["A"], home["B"], home["F"]], own)
    return people


def _network(account: Account, siret: str) -> Organisation:
    return organisation(account, kind="operator", name="Réseau", siret=siret)


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
