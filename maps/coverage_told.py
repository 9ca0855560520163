"""What is told of an analysis of coverage, in words: its page, its kept results and its files say the same."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.coverage import HORIZON, Covered
from directory.coverage_best import BestSites
from directory.coverage_choices import service_name
from directory.findings import Findings
from geo.loaded import is_in_part
from geo.models import Neighbourhood, Release
from geo.pace import Pace
from maps.coverage_equity import equity_told
from maps.coverage_map import CLASSES, coverage_map, shade
from maps.coverage_people import notes_of_people, people_in_words
from maps.coverage_what_if import gained_told
from maps.tiles import stamp
from maps.wording import grouped, metres, only_in_part, percent


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


def told_of(request: HttpRequest, findings: Findings, *, best: BestSites | None = None) -> dict[str, object]:
    """What a page tells of findings, with its map, on which the best next sites are drawn too."""
    drawn = next(iter(findings.by.values()), [])
    is_drawn = bool(len(findings.buildings.ids))
    told = {"map": coverage_map(findings, drawn, best, stamp=stamp(), nonce=request.csp_nonce) if is_drawn else None}
    return figures_told(findings) | told


def figures_told(findings: Findings) -> dict[str, object]:
    """The same without the map."""
    return {
        "town": findings.town,
        "service": what_of(findings),
        "site_names": findings.site_names,
        "near": near(findings.threshold, findings.pace),
        "whole": _row(findings.whole),
        "is_told": findings.is_told,
        "in_part": is_in_part(findings.loaded),
        "tables": [Table(kind, heading(kind), [_row(row) for row in rows]) for kind, rows in findings.by.items()],
        "gained": gained_told(findings),
        "equity": equity_told(findings),
        "gaps": [{"homes": gap.homes, "streets": gap.streets} for gap in findings.gaps],
        "scattered": findings.scattered,
        "sites": len(findings.sites) + findings.gone,
        "proposed": len(findings.proposed),
        "first_notes": first_notes(findings),
        "other_notes": other_notes(findings),
        "moment": _moment(findings),
        "legend": list(enumerate(legend())),
    }


def what_of(findings: Findings) -> str:
    """What the sites are: a service of the directory, else what those are called that were given."""
    return findings.named or service_name(findings.service)


def near(threshold: float, pace: Pace | None) -> str:
    """How near is near enough, in words: metres, on foot where there is a pace."""
    if pace is None:
        return metres(threshold)
    minutes = {"minutes": pace.minutes_for(threshold)}
    if pace == Pace.SLOW:
        return _("%(minutes)d min à pied, d’un pas lent") % minutes
    return _("%(minutes)d min à pied") % minutes


def heading(kind: str) -> str:
    """What stands above the table of a kind of neighbourhoods."""
    headings = {Neighbourhood.Kind.IRIS: _("Par IRIS"), Neighbourhood.Kind.QPV: _("Par quartier prioritaire")}
    return headings.get(kind, _("Par quartier"))


def dataset_name(dataset: str) -> str:
    """What kind of data a source of findings tells of."""
    places = _("lieux où se trouve le service")
    others = {"census": _("recensement"), "listings": places, "own": places}
    return others.get(dataset) or str(Release.Dataset(dataset).label)


def _row(row: Covered) -> dict[str, object]:
    names = [str(area) for area in row.areas]
    return {
        "name": names[0] if len(names) == 1 else ", ".join(names),
        "nowhere": not names,
        "homes": row.homes,
        "people": people_in_words(row.people),
        "shade": shade(row.homes.percent),
        "percent": percent(row.homes.percent),
        "nearest": distance(row.nearest),
        "nth": distance(row.nth),
    }


def distance(far: float) -> str:
    """The distance of the home in the middle."""
    return metres(far) if far <= HORIZON.m else _("plus de 5 km")


def legend() -> list[str]:
    """The classes of shares, in words."""
    ends = [*CLASSES[1:], 100]
    words = _("%(least)d à %(most)d %%")
    return [words % {"least": least, "most": most} for least, most in zip(CLASSES, ends, strict=True)]


def _moment(findings: Findings) -> str:
    """The moment asked about, by the clock of the town, as a `datetime-local` field takes it."""
    if findings.open_at is None:
        return ""
    return f"{findings.open_at.astimezone(ZoneInfo(findings.town.time_zone)):%Y-%m-%dT%H:%M}"


def notes(findings: Findings) -> list[str]:
    """What must be known of the figures."""
    return [*first_notes(findings), *other_notes(findings)]


def first_notes(findings: Findings) -> list[str]:
    """What they are of: it stands under the first figure."""
    told = _notes_of_own_sites(findings) if findings.named else []
    told += [_note_of_gone_sites(findings.gone)] if findings.gone else []
    told += [added(findings)] if len(findings.proposed) else []
    if is_in_part(findings.loaded):
        told.append(only_in_part(findings.loaded))
    elif findings.loaded is None:
        told.append(_("Les limites de la commune ne sont pas connues, ni quelle part en est chargée."))
    return told


def other_notes(findings: Findings) -> list[str]:
    """How they are counted: it stands below them."""
    told = _notes_of_homes(findings)
    if findings.pace is None:
        told.append(_("À vol d’oiseau, depuis le bord de chaque bâtiment."))
    else:
        told += _notes_of_walks(findings)
    if findings.open_at:
        told.append(_("Les lieux dont on ne connaît pas les horaires ne comptent pas comme ouverts."))
    return told


def _notes_of_own_sites(findings: Findings) -> list[str]:
    told = [_("Les lieux sont ceux d’une liste donnée pour cette analyse.")]
    if findings.left_out:
        words = ngettext(
            "%(number)s de ses lignes ne compte pas.", "%(number)s de ses lignes ne comptent pas.", findings.left_out
        )
        told.append(words % {"number": grouped(findings.left_out)})
    return told


def _note_of_gone_sites(number: int) -> str:
    words = ngettext(
        "%(number)s lieu compté n’est plus public là : ni lui ni les zones trop loin autour ne sont plus tracés.",
        "%(number)s lieux comptés ne sont plus publics là : ni eux ni les zones trop loin autour ne sont plus tracés.",
        number,
    )
    return words % {"number": grouped(number)}


def _notes_of_homes(findings: Findings) -> list[str]:
    told = []
    if findings.estimated_homes:
        words = ngettext(
            "%(number)s logement est estimé.", "%(number)s logements sont estimés.", findings.estimated_homes
        )
        told.append(words % {"number": grouped(findings.estimated_homes)})
    if findings.with_people:
        told += notes_of_people(findings)
    if findings.whole.people is None:
        told.append(_("Le nombre d’habitants n’est dit que là où des IRIS ou des carreaux sont chargés en entier."))
    if Neighbourhood.Kind.QPV not in findings.by:
        told.append(_("Aucun quartier prioritaire n’est chargé ici."))
    return told


def added(findings: Findings) -> str:
    """How many sites are counted that do not exist; nothing where there are none."""
    number = len(findings.proposed)
    words = ngettext(
        "%(number)d lieu qui n’existe pas y est ajouté.", "%(number)d lieux qui n’existent pas y sont ajoutés.", number
    )
    return words % {"number": number} if number else ""


def _notes_of_walks(findings: Findings) -> list[str]:
    told = [_("Le long des rues, de porte à porte, sans les pentes ; loin de toute rue, un lieu ne compte pas.")]
    straight = findings.straight_homes
    if straight:
        words = ngettext(
            "Pour %(number)s logement, aucune rue n’est connue : à vol d’oiseau.",
            "Pour %(number)s logements, aucune rue n’est connue : à vol d’oiseau.",
            straight,
        )
        told.append(words % {"number": grouped(straight)})
    return told
