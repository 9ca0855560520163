"""Matches the lines of a landlord's file to residences: sure, unsure or refused, with the reasons, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.models import Residence
from scopes.doors_meant import Destination, Doors
from scopes.mandate_files import MandateRow
from scopes.written_addresses import taken_apart

#: Dwellings by which a file and the map may differ, at least and as a share of the greater: a caretaker's, a merger.
PLAUSIBLY, PLAUSIBLE_SHARE = 2, 0.2
#: The same for a number that may be a neighbour's.
CLOSELY, CLOSE_SHARE = 1, 0.03


class Verdict(StrEnum):
    """What becomes of a line: kept, shown to be confirmed, or not matched."""

    SURE = "sure"
    UNSURE = "unsure"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Found:
    """A residence that an address of the line may mean."""

    residence: Residence
    #: 0 to 1.
    score: float
    #: The address of the line that leads there, as the file writes it.
    address: str


@dataclass(frozen=True, slots=True)
class Match:
    """What a line was matched to."""

    row: MandateRow
    verdict: Verdict
    #: The likeliest first, each residence once; where the line is sure, all of them are meant.
    found: tuple[Found, ...]
    #: In the reader's words; at least one.
    reasons: tuple[str, ...]


def matches(rows: Iterable[MandateRow]) -> list[Match]:
    """Match the lines of a file, in their order.

    A line is sure where each of its addresses is written as on the map, up to accents, case, punctuation and usual
    abbreviations, and opens on one residence, and its dwellings are plausible. An address that was placed along its
    street, or shares its door with a residence of no known address, is sure only by an equal number of dwellings that
    no neighbour and no other number of the street has. All else is unsure, and what leads nowhere is refused.
    """
    doors = Doors()
    return _told_twice([_match(row, doors) for row in rows])


def _match(row: MandateRow, doors: Doors) -> Match:
    """What one line is matched to."""
    if not row.addresses:
        return Match(row, Verdict.REFUSED, (), (_("aucune adresse sur cette ligne"), *row.remarks))
    led = [doors.led(address, postcode=row.postcode, town=row.town) for address in row.addresses]
    found = _found(row, led)
    doubts = [*row.remarks, *_doubts(row, led), *_dwellings_doubts(row, led)]
    if not found:
        if taken_apart(row.landlord).numbers:
            doubts.append(_("l’adresse semble être dans la colonne du bailleur"))
        return Match(row, Verdict.REFUSED, (), tuple(dict.fromkeys(doubts)))
    if doubts:
        return Match(row, Verdict.UNSURE, found, tuple(dict.fromkeys(doubts)))
    own = _own(led)
    sure = tuple(replace(one, score=1.0) for one in found if one.residence in own)
    reasons = [_("numéro, rue et ville trouvés tels quels")]
    if row.dwellings is not None and _total(own) is not None:
        reasons.append(_dwellings_told(row.dwellings, _total(own)))
    return Match(row, Verdict.SURE, sure, tuple(reasons))


def _found(row: MandateRow, led: list[Destination]) -> tuple[Found, ...]:
    """The residences of all addresses, each with the address that leads there most likely."""
    ways = [
        Found(residence, score, address)
        for address, one in zip(row.addresses, led, strict=True)
        for residence, score in one.residences.items()
    ]
    best: dict[Residence, Found] = {}
    for way in sorted(ways, key=lambda way: -way.score):
        best.setdefault(way.residence, way)
    return tuple(best.values())


def _doubts(row: MandateRow, led: list[Destination]) -> list[str]:
    """What is in doubt of the addresses, with the address where the line has several."""
    lifted = _closely_known(row, led)
    doubts = []
    for address, one in zip(row.addresses, led, strict=True):
        own = [*one.doubts, *(() if lifted else one.slight_doubts)]
        told = {"address": address}
        doubts += own if len(led) == 1 else [f"{_('« %(address)s »') % told} : {doubt}" for doubt in own]
    return doubts


def _closely_known(row: MandateRow, led: list[Destination]) -> bool:
    """Tell whether the dwellings of the line are those of its doors, and of no others round them or on the street.

    Another choice is a neighbour instead of a residence, or besides them; one of a few dwellings besides is no other.
    """
    own = _own(led)
    total = _total(own)
    if total is None or row.dwellings != total or any(residence.dwellings_estimated for residence in own):
        return False
    neighbours = _others(own, [one.neighbours for one in led])
    instead = [total - home.dwellings + dwellings for home in own for dwellings in neighbours]
    besides = [total + dwellings for dwellings in neighbours if dwellings >= Residence.SMALLEST_CIRCLE]
    near = any(_near(row.dwellings, other, CLOSELY, CLOSE_SHARE) for other in (*instead, *besides))
    return not near and not _fits_another_number(row, led)


def _fits_another_number(row: MandateRow, led: list[Destination]) -> bool:
    """Tell whether another residence of a street has just the dwellings of the line: its number may be mistaken."""
    own = _own(led)
    rest = row.dwellings - _total(own)
    others = set(_others(own, [one.on_street for one in led]))
    return any(home.dwellings + rest in others for home in own)


def _dwellings_doubts(row: MandateRow, led: list[Destination]) -> list[str]:
    """That the file and the map count different dwellings."""
    total = _total(_own(led))
    if row.dwellings is None or total is None or row.dwellings == total:
        return []
    if not _near(row.dwellings, total, PLAUSIBLY, PLAUSIBLE_SHARE):
        return [_dwellings_told(row.dwellings, total)]
    another = _("un autre numéro de la rue a ce nombre de logements")
    return [_dwellings_told(row.dwellings, total), another] if _fits_another_number(row, led) else []


def _own(led: list[Destination]) -> frozenset[Residence]:
    """The residences on which the doors of a line open."""
    return frozenset().union(*(one.own for one in led))


def _others(own: frozenset[Residence], counted: list[dict[int, int | None]]) -> list[int]:
    """Dwellings of those that are not the line's own."""
    homes = {residence.pk for residence in own}
    united = {pk: dwellings or 0 for one in counted for pk, dwellings in one.items()}
    return [dwellings for pk, dwellings in united.items() if pk not in homes]


def _dwellings_told(in_file: int, on_map: int) -> str:
    told = ngettext("%(number)d logement dans le fichier", "%(number)d logements dans le fichier", in_file)
    return _("%(in_file)s, %(on_map)d sur la carte") % {"in_file": told % {"number": in_file}, "on_map": on_map}


def _near(one: int, other: int, least: int, share: float) -> bool:
    return abs(one - other) <= max(least, share * max(one, other))


def _total(residences: Iterable[Residence]) -> int | None:
    """Dwellings of these together; None where those of one are not known, or there is none."""
    dwellings = [residence.dwellings for residence in residences]
    return sum(dwellings) if dwellings and all(dwellings) else None


def _told_twice(found: list[Match]) -> list[Match]:
    """The same, saying of a line that a residence it surely means stands on an earlier line too."""
    first: dict[Residence, int] = {}
    told = []
    for match in found:
        sure = [one.residence for one in match.found] if match.verdict == Verdict.SURE else []
        lines = sorted({first[residence] for residence in sure if residence in first})
        said = tuple(_("la même résidence est à la ligne %(line)d") % {"line": line} for line in lines)
        told.append(replace(match, reasons=(*match.reasons, *said)))
        for residence in sure:
            first.setdefault(residence, match.row.line)
    return told
