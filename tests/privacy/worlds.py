"""Worlds that differ by one fact about one person, X, built by replaying what X does; and those who look on.

What is drawn, dated and numbered is so alike in both (`alike`). Whatever then differs in an answer to an observer
tells the fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.test import Client
from django.utils import timezone

from directory.follows import circle_of, follow
from directory.models import Listing, Poll, Post
from directory.publishing import publish
from geo.models import CellContainment, Neighbourhood, Residence, VoisinagePair
from scopes.managing import grant_management
from scopes.models import Account, Level, Membership, Openness, Organisation
from scopes.viewing import viewer_of
from tests.directory.browsing import browser
from tests.directory.ride_service import service
from tests.directory.speaking import reply, say
from tests.directory.spread import morning
from tests.directory.talking import begins
from tests.directory.voting import ask
from tests.neighbours import asker, neighbour, person
from tests.privacy.alike import drawn_alike, numbered_alike, taken_back, the_clock_stands
from tests.privacy.inhabitants import Dwelling, dwellings_of_the_town, moves_in
from tests.scopes.mandates import town_hall
from tests.toy_town import ToyTown

#: Of a zone, what each kind needs (`scopes.zone_form`).
ZONES = (
    {"zone": "radius", "radius": "250"},
    {"zone": "homes", "homes": "300"},
    {"zone": "walk", "minutes": "10"},
)
#: Degrees: 150 m of latitude, less of longitude.
BORDER = 0.00135
#: What is followed, and how.
ANYTHING = {"kinds": [], "categories": [], "text": ""}
DAILY = {"rhythm": "daily", "hour": 18, "means": "mail"}
WORD = re.compile(rb"/mot/([0-9a-f-]{36})/")
OLDER = re.compile(rb'rel="next" href="\?page=([^"&]+)')


@dataclass
class Stage:
    """A town in which everything but X is the same in every world."""

    town: ToyTown
    homes: list[Dwelling]
    #: Two buildings of one cell, one nearer to the next quarter; and one elsewhere.
    here: Dwelling
    there: Dwelling
    elsewhere: Dwelling
    observers: dict[str, Client]
    x: Account
    #: Someone that X does not want to read.
    pest: Membership
    #: Posts of others: X answers what X is shown.
    others: list[Post]
    #: What someone asks the whole town: X votes.
    poll: Poll
    #: Which X asks something.
    hall: Organisation
    ids: list[UUID] = field(default_factory=list)


def make_stage(town: ToyTown) -> Stage:
    """People a town with those who look on, and with what they say."""
    homes = [home for home in dwellings_of_the_town() if home.has_address]
    here, there, next_quarter = two_of_a_cell(homes)
    in_cell = next(h for h in homes if h.cell_id == here.cell_id and h not in (here, there) and h.dwellings > 2)
    near = _in_cell(homes, _voisinage(here.cell_id) - {here.cell_id})
    own_quarter = CellContainment.objects.get(cell=here.cell_id, kind="quartier").neighbourhood_id
    quarter = _cells_in(own_quarter) - {here.cell_id, near.cell_id}
    same_quarter = _in_cell(homes, quarter - _voisinage(here.cell_id) or quarter)
    across = _in_cell(homes, _cells_in(next_quarter))
    far = [home for home in homes if home.cell_id == across.cell_id and home != across and home.dwellings > 2]
    members = {
        "same cell": moves_in("Bruno", in_cell.residence),
        "voisinage": moves_in("Carla", near.residence),
        "same quarter": moves_in("Denis", same_quarter.residence),
        "next quarter": moves_in("Elsa", across.residence),
        "newcomer": neighbour("Nora", in_cell.residence, settled=False),
        "absent owner": neighbour("Olga", in_cell.residence, role="absent_owner"),
        "caretaker": neighbour("Karim", in_cell.residence, role="caretaker"),
        "moderator": neighbour("Maud", in_cell.residence, moderates=True),
        "former": neighbour("Félix", here.residence, ended_at=timezone.now()),
        "unproven here": asker("Ugo", here.residence),
        "unproven there": asker("Ulla", there.residence),
        "pest": neighbour("Boris", in_cell.residence),
    }
    two = neighbour("Denise", far[0].residence)
    neighbour("Denise", same_quarter.residence, account=two.account)
    accounts = {name: member.account for name, member in members.items()}
    staff, manager = person("Sam", is_staff=True), person("Régie")
    grant_management(staff=staff, account=manager, residence=in_cell.residence)
    accounts |= {"two homes": two.account, "staff": staff, "manager": manager, "passer-by": None}
    accounts["mayor"] = person("Maire")
    by_key = {"carpool service": Client(headers=service().headers)}
    hall = town_hall(accounts["mayor"], town.municipality, name="Mairie de Villegrille")
    for number, home in enumerate((here, there)):
        neighbour(f"Voisine{number}", home.residence)  # no observer: a member of X's residences
    others = [
        say(members["same cell"], Level.MUNICIPALITY, "Canari ville"),
        say(members["same cell"], Level.VOISINAGE, "Canari voisinage"),
        say(members["voisinage"], Level.NEIGHBOURHOOD, "Canari quartier"),
        say(members["next quarter"], Level.NEIGHBOURHOOD, "Canari ouvert", openness=Openness.PUBLIC),
        say(members["next quarter"], Level.NEIGHBOURHOOD, "Canari gardé"),
        say(members["pest"], Level.MUNICIPALITY, "Canari encore"),
    ]
    for n in range(6):
        publish(
            category="bakery",
            title=f"Boulangerie {n}",
            municipality=town.municipality,
            location=town.point(150 + 300 * n, 1000),
        )
    for quarter in Neighbourhood.objects.filter(kind=town.municipality.circle_kind):
        publish(category="bakery", title=f"À {quarter}", municipality=town.municipality, neighbourhood=quarter)
    for name in ("same cell", "voisinage", "same quarter", "next quarter", "newcomer", "two homes"):
        viewer = viewer_of(accounts[name].pk)
        follow(viewer=viewer, place=circle_of(viewer.home, Level.MUNICIPALITY), what=ANYTHING, **DAILY)
    return Stage(
        **{"town": town, "homes": homes, "here": here, "there": there, "elsewhere": far[1], "x": person("Xénia")},
        observers={
            name: browser(account, two_factors=name in ("manager", "mayor")) for name, account in accounts.items()
        }
        | by_key,
        pest=members["pest"],
        others=others,
        poll=ask(members["same cell"], Level.MUNICIPALITY, "Canari : un marché le soir ?"),
        hall=hall,
    )


def two_of_a_cell(homes: list[Dwelling]) -> tuple[Dwelling, Dwelling, int]:
    """Two blocks of flats of one cell: one within 150 m of a quarter that the other is far from; and that quarter."""
    quarters = list(Neighbourhood.objects.filter(kind=homes[0].residence.municipality.circle_kind))
    flats = [home for home in homes if home.dwellings >= Residence.SMALLEST_CIRCLE]
    near = {home: {q.pk for q in quarters if q.boundary.distance(home.residence.location) < BORDER} for home in flats}
    pairs = ((one, other) for one in flats for other in flats if one.cell_id == other.cell_id)
    return next((one, other, min(near[one] - near[other])) for one, other in pairs if near[one] - near[other])


def _voisinage(cell_id: int) -> set[int]:
    return set(VoisinagePair.objects.filter(cell=cell_id).values_list("other", flat=True))


def _cells_in(quarter: int) -> set[int]:
    return set(CellContainment.objects.filter(neighbourhood=quarter).values_list("cell", flat=True))


def _in_cell(homes: list[Dwelling], cells: set[int]) -> Dwelling:
    return next(home for home in homes if home.cell_id in cells and home.dwellings >= Residence.SMALLEST_CIRCLE)


class X:
    """The person of whom the worlds differ by one fact, and what this person does."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.browser = browser(stage.x)
        self.words: dict[str, UUID] = {}

    def joins(self, home: Dwelling, step: str = "joins") -> Membership:
        """By a letter, a month ago."""
        with drawn_alike(step):
            return moves_in("Xénia", home.residence, account=self.stage.x)

    def writes(self, level: str, *, name: str = "", **form: str) -> UUID:
        """A word by the form of the page."""
        name = name or level
        columns = {"title": f"Xylophone {name}", "text": f"Xylophone : {name}.", "category": "word", "level": level}
        self.words[name] = self.made("/publier/mot/", columns | form, step=f"writes {name}")
        return self.words[name]

    def shares(self, level: str, **form: str) -> UUID:
        """A service by the form of its page."""
        columns = {"direction": "offer", "category": "gardening", "title": f"Xylophone service {level}", "level": level}
        shared = self.made("/publier/service/", columns | form, step=f"shares {level}")
        self.words[f"service {level}"] = shared
        return shared

    def shares_every_kind(self) -> None:
        """A loan, something sold and someone recommended, by the forms of their pages."""
        town, month = Level.MUNICIPALITY, timezone.localdate().replace(day=1).isoformat()
        for slug, form in {
            "pret": {"direction": "offer", "category": "lent_tools", "level": town, "openness": "on"},
            "annonce": {"deal": "sale", "price": "12", "condition": "good", "category": "cycles", "level": town},
            "recommandation": {
                **{"category": "recommended_plumber", "town": "Nantes", "experienced_in": month},
                "level": Level.NEIGHBOURHOOD,
            },
        }.items():
            form["title"] = f"Xylophone {slug}"
            self.words[slug] = self.made(f"/publier/{slug}/", form, step=f"shares {slug}")

    def follows(self) -> None:
        """By letter, what is said in the quarter of the home."""
        viewer = viewer_of(self.stage.x.pk)
        follow(viewer=viewer, place=circle_of(viewer.home, Level.NEIGHBOURHOOD), what=ANYTHING, **DAILY)

    def does(self, address: str, form: dict[str, object], *, step: str) -> str:
        """One deed by its form; return where it leads."""
        with drawn_alike(step):
            sent = self.browser.post(address, form)
        assert sent.status_code == 302, (address, sent.status_code, sent.content.decode())
        return sent.headers["Location"]

    def made(self, address: str, form: dict[str, object], *, step: str) -> UUID:
        """What a deed made, by its public id."""
        return UUID(self.does(address, form, step=step).split("/")[2])

    def writes_to_every_circle(self) -> None:
        """Each kind of word from home, then changes some of them as people do."""
        for level in (Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
            self.writes(level)
            self.writes(level, name=f"{level} open", openness="on")
        for zone in ZONES:
            self.writes(Level.CATCHMENT, name=zone["zone"], **zone)
            self.writes(Level.CATCHMENT, name=f"{zone['zone']} open", openness="on", **zone)
        renewed = self.shares(Level.NEIGHBOURHOOD, openness="on")
        self.does(f"/echange/{renewed}/prolonger/", {}, step="renews")
        self.does(f"/mot/{self.words['voisinage']}/modifier/", {"title": "Xylophone", "text": "Mieux."}, step="rewords")
        self.does(f"/mot/{self.words['neighbourhood']}/ouvrir/", {}, step="opens")
        self.does(f"/mot/{self.words['radius']}/reponses/", {}, step="closes")
        self.does(f"/mot/{self.words['municipality open']}/retirer/", {}, step="withdraws")

    def writes_at_home(self) -> None:
        """A word to the residence."""
        self.writes(Level.RESIDENCE)

    def votes(self) -> None:
        """In a poll of the town, then otherwise."""
        for choice in ("0", "1"):
            self.does(f"/sondage/{self.stage.poll.public_id}/", {"choice": choice}, step=f"votes {choice}")

    def asks_everyone(self) -> None:
        """A poll to each circle but the residence; one is taken back."""
        ends_on = (timezone.localdate() + timedelta(days=3)).isoformat()
        for level in (Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
            form = {"question": f"Xylophone à {level} ?", "choices": ["Oui", "Non"], "ends_on": ends_on, "level": level}
            self.words[f"poll {level}"] = self.made("/publier/sondage/", form, step=f"asks {level}")
        self.does(f"/sondage/{self.words['poll municipality']}/retirer/", {}, step="withdraws a poll")

    def asks_the_town(self) -> None:
        """Something private, something in front of everyone, each with a point in the street that is nobody's door."""
        point = self.stage.town.point(500, 500)
        for shown_to in ("", "neighbourhood", "municipality"):
            form = {"title": f"Xylophone {shown_to or 'privé'}", "text": "Xylophone.", "place": "Au carrefour"}
            form |= {"point": f"{point.x:.5f},{point.y:.5f}", "shown_to": shown_to}
            address = f"/demandes/a/{self.stage.hall.handle}/"
            self.words[f"ask {shown_to}"] = self.made(address, form, step=f"asks the town {shown_to}")
        self.does(f"/demandes/{self.words['ask municipality']}/retirer/", {}, step="withdraws from the town")

    def asks_around(self) -> None:
        """Looks for two things that spread by themselves: one grew each morning for five days and was changed since.

        The other came no further than its first ring: five of them are this whole town, whoever they start from.
        """
        now, asked = timezone.now(), {"direction": "request", "category": "lent_tools", "level": "spread"}
        begun = {5: "around", 1: "next to here"}
        for day in range(5, -1, -1):
            with the_clock_stands(now - timedelta(days=day)):
                morning()
                if name := begun.get(day):
                    told = asked | {"title": f"Xylophone prêté {name}"}
                    self.words[name] = self.made("/publier/pret/", told, step=f"asks {name}")
        found, told = self.words["around"], asked | {"title": "Xylophone prêté", "text": "Un jour."}
        self.does(f"/echange/{found}/modifier/", told, step="rewords what spreads")
        self.does(f"/echange/{found}/prolonger/", {}, step="renews what spreads")

    def searches(self) -> None:
        """From home, without saying where it is."""
        for within in ("residence", "voisinage", "neighbourhood", "municipality", "nearest", "500m", "6min"):
            assert self.browser.get("/api/nearby/", {"within": within}).status_code == 200
        assert self.browser.get("/").status_code == 200

    def answers(self) -> None:
        """Whatever X is shown in the piles of the quarter and the town, and what is answered to X."""
        seen = {UUID(found.decode()) for page in ("/quartier/", "/ville/") for found in self.words_on(page)}
        for public_id in sorted(seen - set(self.words.values())):
            answered = {"text": "Xénia répond."}
            with drawn_alike(f"answers {public_id}"):
                assert self.browser.post(f"/mot/{public_id}/", answered).status_code in (302, 409)

    def words_on(self, address: str) -> list[bytes]:
        """Ids of the posts that a pile shows X, to its last page, but for the private ones.

        To the last: what X wrote in one world alone must not push anything to a page that X never opens.
        """
        found, leaf = set(), address
        while leaf:
            page = self.browser.get(leaf)
            assert page.status_code == 200
            found |= {UUID(told.decode()) for told in WORD.findall(page.content)}
            older = OLDER.search(page.content)
            leaf = older and f"{address}?page={older[1].decode()}"
        outside = Post.objects.filter(public_id__in=found).exclude(level=Level.RESIDENCE)
        return [str(told).encode() for told in outside.values_list("public_id", flat=True)]

    def mutes(self) -> None:
        """Stops reading someone."""
        self.does(f"/discretion/{self.stage.others[5].public_id}/", {}, step="mutes")

    def keeps_to_oneself(self) -> None:
        """Says who may write, reports something, agrees to a use."""
        alias = self.stage.x.aliases.order_by("pk").first().public_id
        self.does(f"/moi/discretion/{alias}/ecrire/", {"level": "municipality"}, step="who writes")
        reported = {"reason": "hurtful", "words": "Vraiment."}
        self.does(f"/signaler/{self.stage.others[0].public_id}/", reported, step="reports")
        self.does("/moi/accords/", {"use": "counted", "agreed": "yes"}, step="agrees")

    def lives(self) -> None:
        """Does everything that a person does from home."""
        self.searches()
        self.writes_to_every_circle()
        self.shares_every_kind()
        self.asks_around()
        self.follows()
        self.answers()
        self.votes()
        self.asks_everyone()
        self.asks_the_town()
        self.keeps_to_oneself()


def answered_by_others(stage: Stage, x: X) -> None:
    """Someone who sees a word of X answers it, and asks for what X lends: X's side of it is seen by others too."""
    pest = Membership.objects.get(account=stage.pest.account)
    with drawn_alike("answered"):
        reply(pest, x.words["municipality"], "Bien dit.")
    with drawn_alike("asked for"):
        asked = begins(pest, Listing.objects.get(public_id=x.words["pret"]), "Samedi ?")
    x.words["conversation"] = asked.conversation.public_id
    x.does(f"/messages/{asked.conversation.public_id}/", {"text": "Xylophone samedi."}, step="answers in private")


Play = Callable[[Stage], X]


def in_world(stage: Stage, play: Play, ask: Callable[[X], dict]) -> dict:
    """Play what X does, ask what observers see, and take the world back."""
    with taken_back(), numbered_alike(), drawn_alike("world"):
        x = play(stage)
        return ask(x)
