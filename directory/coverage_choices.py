"""The two choices of an analysis of coverage, as an address says them: `?town=44109&service=bakery&within=300m`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib.gis.measure import D
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.categories import tree
from directory.coverage import HORIZON, CoverageRequest
from directory.own_sites import OwnSites
from directory.proposed_sites import read_proposed, written
from directory.query_string import read_moment_in
from directory.within import Within
from geo.errors import InvalidParameter
from geo.models import Municipality
from geo.pace import Pace
from geo.parameters import check_names
from geo.towns import find_municipality

#: What the address says -> its name, and the services of which each must be near.
SETS = {
    "every_day": (
        gettext_lazy("L’essentiel : boulangerie, épicerie, pharmacie, médecin"),
        ("bakery", "convenience", "pharmacy", "general_practitioner"),
    ),
    "children": (
        gettext_lazy("Les enfants : crèche, école, aire de jeux, médecin"),
        ("nursery", "school", "playground", "general_practitioner"),
    ),
}
#: Kinds whose things have a public place of their own.
KINDS = ("merchant", "place", "association")
#: Metres as the crow flies, from the edge of the building; minutes on foot, along the streets.
METRES = {"300m": 300, "500m": 500, "1km": 1_000, "2km": 2_000}
MINUTES = (5, 10, 15)
SLOWLY = "-slow"
#: What the address says after the minutes -> the pace.
PACES = {"min": Pace.USUAL, f"min{SLOWLY}": Pace.SLOW}
USUAL = {"service": "bakery", "within": "500m"}
KNOWN = ("town", "service", "within", "open_at", "site")
#: Of an analysis of one's own sites: they have no hours, and what they are is said with how many are not counted.
KNOWN_OF_OWN = ("town", "within", "named", "left_out", "site")


def read_choices(query: QueryDict, own: OwnSites | None = None) -> CoverageRequest | None:
    """Read what is asked, of a service or of these sites; None without a town.

    Raise `InvalidParameter` naming the first that is not valid.
    """
    told = query.copy()
    for name in [name for name in told if told.getlist(name) == [""]]:
        del told[name]
    check_names(told, KNOWN_OF_OWN if own else KNOWN, repeatable=("site",))
    if "town" not in told:
        return None
    town = find_municipality(told["town"])
    return CoverageRequest(
        town=Municipality.objects.get(pk=town.pk),
        services=() if own else _services(told.get("service", USUAL["service"])),
        own=own,
        **read_threshold(told.get("within", USUAL["within"])),
        open_at=read_moment_in(told, ZoneInfo(town.time_zone)),
        proposed=read_proposed(told.getlist("site")),
    )


def as_address(query: QueryDict, asked: CoverageRequest) -> str:
    """Write what was read from a query as every address says it: each choice, once, in one order, the town by its code.

    The moment is by the clock of the town.
    """
    told = QueryDict(mutable=True)
    for name in KNOWN_OF_OWN if asked.own else KNOWN:
        values = [value for value in query.getlist(name) if value]
        told.setlist(name, values or [USUAL[name]] if name in USUAL else values)
    told["town"] = asked.town.insee_code
    told.setlist("site", [written(site) for site in asked.proposed])
    if asked.own:
        told["named"] = asked.own.name
        told.setlist("left_out", [str(asked.own.left_out)] if asked.own.left_out else [])
    if asked.open_at:
        told["open_at"] = f"{asked.open_at.astimezone(ZoneInfo(asked.town.time_zone)):%Y-%m-%dT%H:%M}"
    return told.urlencode(safe=":,")


def service_name(code: str) -> str:
    """What a service or a set of them is called; one that is in the list no more, by its code."""
    if code in SETS:
        return str(SETS[code][0])
    return tree()[code].name if code in tree() else code


def code_of(services: tuple[str, ...]) -> str:
    """What the address says of these services; nothing where there are none."""
    if not services:
        return ""
    return next((code for code, (_name, codes) in SETS.items() if codes == services), services[0])


def services_of(code: str) -> tuple[str, ...]:
    """The services that a code of the address stands for."""
    return SETS[code][1] if code in SETS else (code,)


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The services there are to choose from, by branch, as the groups of a select."""
    sets = [(code, str(name)) for code, (name, _services) in SETS.items()]
    branches = [node for node in tree().values() if node.kind in KINDS and node.parent in KINDS]
    return [(_("Plusieurs services à la fois"), sets), *((node.name, _of_a_branch(node.code)) for node in branches)]


def _of_a_branch(code: str) -> list[tuple[str, str]]:
    """A branch as a whole, then the categories in it."""
    below = [(node.code, node.name) for node in tree().values() if node.parent == code]
    whole = _("Tout : %(branch)s") % {"branch": tree()[code].name} if below else tree()[code].name
    return [(code, whole), *below]


def _services(code: str) -> tuple[str, ...]:
    if code in SETS:
        return SETS[code][1]
    # Every shop at once is no service.
    if code not in tree() or tree()[code].kind not in KINDS or not tree()[code].parent:
        raise InvalidParameter("service", _("Ce service n’est pas dans la liste."))
    return (code,)


def read_threshold(text: str) -> dict[str, object]:
    """Read `300m`, `10min` or `10min-slow` as the columns of a request."""
    within = Within.parse(text.removesuffix(SLOWLY))
    pace = (Pace.SLOW if text.endswith(SLOWLY) else Pace.USUAL) if within.walk else None
    far = D(m=pace.metres_in(within.walk)) if pace else within.radius
    if far is None or not D(m=1) <= far <= HORIZON or (text.endswith(SLOWLY) and not pace):
        raise InvalidParameter("within", _("Attendu : de 1 m à 5 km comme 300m, ou une marche comme 10min."))
    return {"threshold": far, "pace": pace}
