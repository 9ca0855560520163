"""`/ville/couverture/`: who lives too far from a service? Two choices; a map, and a table that says the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from directory.coverage import HORIZON, LEAST, Coverage, CoverageRequest, Covered, cover
from directory.coverage_choices import METRES, MINUTES, PACES, USUAL, choices, read_choices, service_name
from directory.errors import Busy
from geo.census import VINTAGE
from geo.errors import InvalidParameter, NotFound
from geo.loaded import MOST_OF_IT, percent_loaded
from geo.models import Address, Neighbourhood
from geo.pace import Pace
from maps.coverage_map import CLASSES, coverage_map, shade
from maps.sources import credits_line
from maps.tiles import stamp
from maps.wording import grouped, metres, only_in_part, percent

#: Of a gap that are named.
STREETS = 3


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of neighbourhoods, and a row for each."""

    kind: str
    heading: str
    rows: list[dict]

    @property
    def tells_people(self) -> bool:
        """Whether the census knows the people of any of them."""
        return any(row["people"] for row in self.rows)


#: An analysis is seconds of a core: one at a time in each process of the server, whoever asks.
_ANALYSING = BoundedSemaphore()
#: Seconds that another one is waited for.
PATIENCE = 3


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Answer the analysis that the address asks for; without a town, the two choices alone."""
    page: dict[str, object] = {"refused": "", "parameter": ""}
    try:
        asked = read_choices(request.GET)
        if asked:
            with _one_at_a_time():
                page |= _told(request, cover(asked))
    except (InvalidParameter, NotFound) as error:
        page |= {"refused": str(error), "parameter": getattr(error, "parameter", "town")}
    told = {name: request.GET.get(name) for name in USUAL if name != page["parameter"]}
    chosen = {name: told.get(name) or usual for name, usual in USUAL.items()}
    context = page | {
        "asked_town": page["town"].as_typed if "town" in page else request.GET.get("town", ""),
        "open_at": page["moment"] if "moment" in page else request.GET.get("open_at", "")[:16],
        "choices": choices(),
        "thresholds": _thresholds(),
        "other_threshold": page.get("near") if not _is_offered(chosen["within"]) else "",
        "chosen": chosen,
        "credits": credits_line(),
    }
    return render(request, "maps/coverage.html", context, status=400 if page["refused"] else 200)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one analysis be made; raise `Busy` where another one takes too long."""
    if not _ANALYSING.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _ANALYSING.release()


def _thresholds() -> list[tuple[str, list[tuple[str, str]]]]:
    """The thresholds there are to choose from, as the groups of a select."""
    words = {Pace.USUAL: _("À pied, 5 km/h"), Pace.SLOW: _("À pied, d’un pas lent (3 km/h)")}
    minutes = _("%(minutes)d min")
    on_foot = [
        (words[pace], [(f"{number}{code}", minutes % {"minutes": number}) for number in MINUTES])
        for code, pace in PACES.items()
    ]
    return [(_("À vol d’oiseau"), [(code, metres(far)) for code, far in METRES.items()]), *on_foot]


def _is_offered(within: str) -> bool:
    """Whether a threshold is among those to choose from; any other is added, so that asking again asks the same."""
    return any(within == code for _group, ways in _thresholds() for code, _name in ways)


def _near(asked: CoverageRequest) -> str:
    """How near is near enough, in words."""
    if asked.pace is None:
        return metres(asked.threshold.m)
    minutes = {"minutes": asked.pace.minutes_for(asked.threshold.m)}
    if asked.pace == Pace.SLOW:
        return _("%(minutes)d min à pied, d’un pas lent") % minutes
    return _("%(minutes)d min à pied") % minutes


def _told(request: HttpRequest, answer: Coverage) -> dict[str, object]:
    town = answer.request.town
    by_kind = {kind: answer.by(kind) for kind in _kinds(answer)}
    drawn = next(iter(by_kind.values()), [])
    loaded = percent_loaded(town.boundary)
    missed = answer.whole.homes.missed
    in_gaps = sum(gap.homes for gap in answer.gaps)
    return {
        "town": town,
        "service": service_name(request.GET.get("service") or USUAL["service"]),
        "near": _near(answer.request),
        "whole": _row(answer.whole),
        "is_told": answer.whole.homes.total >= LEAST,
        "in_part": loaded < MOST_OF_IT,
        "tables": [Table(kind, _heading(kind), [_row(row) for row in rows]) for kind, rows in by_kind.items()],
        "gaps": list(_gaps(answer)),
        "scattered": missed - in_gaps,
        "sites": len(answer.sites),
        "notes": _notes(answer, loaded),
        "moment": _moment(answer.request),
        "legend": list(enumerate(_legend())),
        "map": coverage_map(answer, drawn, stamp=stamp(), nonce=request.csp_nonce) if len(answer.housing) else None,
    }


def _gaps(answer: Coverage) -> Iterator[dict[str, object]]:
    """Each gap with the streets that most of its addresses are of."""
    told = Address.objects.open().filter(building__in=[int(one) for gap in answer.gaps for one in gap.buildings])
    street_of = defaultdict(list)
    for building, street in told.order_by("pk").values_list("building", "street_name"):
        street_of[building].append(street)
    for gap in answer.gaps:
        streets = Counter(street for building in gap.buildings.tolist() for street in street_of[building])
        yield {"homes": gap.homes, "streets": [street for street, _times in streets.most_common(STREETS)]}


def _kinds(answer: Coverage) -> Sequence[str]:
    """Kinds of neighbourhoods that are told of: the town's circle first, then those of statistics."""
    town = answer.request.town
    kinds = (town.circle_kind, Neighbourhood.Kind.IRIS, Neighbourhood.Kind.QPV)
    return [kind for kind in kinds if kind in answer.housing.within]


def _heading(kind: str) -> str:
    headings = {Neighbourhood.Kind.IRIS: _("Par IRIS"), Neighbourhood.Kind.QPV: _("Par quartier prioritaire")}
    return headings.get(kind, _("Par quartier"))


def _row(row: Covered) -> dict[str, object]:
    names = [str(area) for area in row.areas]
    return {
        "name": names[0] if len(names) == 1 else ", ".join(names),
        "nowhere": not names,
        "homes": row.homes,
        "people": row.people,
        "shade": shade(row.homes.percent),
        "percent": percent(row.homes.percent),
        "nearest": _distance(row.nearest),
        "nth": _distance(row.nth),
    }


def _distance(far: float) -> str:
    """The distance of the home in the middle."""
    return metres(far) if far <= HORIZON.m else _("plus de 5 km")


def _legend() -> list[str]:
    """The classes of shares, in words."""
    ends = [*CLASSES[1:], 100]
    words = _("%(least)d à %(most)d %%")
    return [words % {"least": least, "most": most} for least, most in zip(CLASSES, ends, strict=True)]


def _moment(asked: CoverageRequest) -> str:
    """The moment asked about, by the clock of the town, as a `datetime-local` field takes it."""
    if asked.open_at is None:
        return ""
    return f"{asked.open_at.astimezone(ZoneInfo(asked.town.time_zone)):%Y-%m-%dT%H:%M}"


def _notes(answer: Coverage, loaded: int) -> list[str]:
    """What must be known of the figures."""
    housing, told = answer.housing, []
    if loaded < MOST_OF_IT:
        told.append(only_in_part(loaded))
    estimated = int(housing.homes[housing.estimated].sum())
    if estimated:
        words = ngettext("%(number)s logement est estimé.", "%(number)s logements sont estimés.", estimated)
        told.append(words % {"number": grouped(estimated)})
    if housing.counted.any():
        told.append(_("Habitants : recensement de l’INSEE, %(year)s.") % {"year": VINTAGE})
    if not housing.counted.all():
        told.append(_("Le nombre d’habitants n’est dit que là où les contours des IRIS sont chargés."))
    if answer.request.pace is None:
        told.append(_("À vol d’oiseau, depuis le bord de chaque bâtiment."))
    else:
        told.append(
            _("Le long des rues, de porte à porte, sans les pentes ; loin de toute rue, un lieu ne compte pas.")
        )
        straight = int(housing.homes[answer.straight_line].sum())
        if straight:
            words = ngettext(
                "Pour %(number)s logement, aucune rue n’est connue : à vol d’oiseau.",
                "Pour %(number)s logements, aucune rue n’est connue : à vol d’oiseau.",
                straight,
            )
            told.append(words % {"number": grouped(straight)})
    if answer.request.open_at:
        told.append(_("Les lieux dont on ne connaît pas les horaires ne comptent pas comme ouverts."))
    return told
