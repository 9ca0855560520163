"""The people of the privacy matrix, by what they are: who lives where, who acts for whom, and who keeps order."""

from django.utils import timezone

from geo.models import Residence
from scopes.models import Account, Acting, Membership, Organisation
from scopes.organisations.mandating import end
from scopes.organisations.proposing import propose
from tests.directory.keyed import operator, program
from tests.neighbours import asker, neighbour, person
from tests.scopes.mandates import SIRETS, in_force, organisation, over_area, town_hall
from tests.scopes.village import Village

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
#: The trusted circle of the author's helping hand.
CIRCLE = frozenset(("author", "two homes", "caretaker"))
#: Who keeps it: the person, and who acts for them.
KEEPERS = frozenset(("author", "caretaker"))


def make_people(village: Village) -> tuple[dict[str, Membership], dict[str, Account | None]]:
    """Everyone who looks: those who have to do with a residence of the village, and the account of each viewer."""
    home, now = village.residences, timezone.now()
    two = neighbour("Denise", home["F"])
    neighbour("Denise", home["A"], account=two.account)
    members = {
        "author": neighbour("Alice", home["A"]),
        "two homes": two,
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
    people |= {"anonymous": None, "staff": person("Sam", is_staff=True)}
    return members, people


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
    over_area(people["operator"], network(people["operator"], BARE_SIRETS[4]), municipality=village.town)
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


def network(account: Account, siret: str) -> Organisation:
    """An operator that may be given places to write to."""
    return organisation(account, kind="operator", name="Réseau", siret=siret)
