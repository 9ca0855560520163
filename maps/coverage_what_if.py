"""What if there were one site more? The part of the page of coverage that adds sites and tells what they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.coverage import Coverage, CoverageRequest
from directory.coverage_choices import as_address
from directory.coverage_what_if import Change, what_if
from directory.findings import Findings
from directory.proposed_sites import MOST, Site, written
from geo.corners import streets_at
from maps.coverage_map import letter
from maps.wording import percent

#: Where the part stands on the page.
ANCHOR = "what-if"


def what_if_told(request: HttpRequest, answer: Coverage) -> dict[str, object]:
    """What the page tells of its proposed sites; without any, the form to add one."""
    asked = answer.request
    return {
        "sites": _named(request, asked),
        "hidden": [] if asked.own else _fields(request, asked),
        "is_full": len(asked.proposed) >= MOST,
        "offers_all": len(asked.services) > 1,
    }


def address_with(request: HttpRequest, asked: CoverageRequest, proposed: Sequence[Site]) -> str:
    """The address of the same analysis with these proposed sites; none of one's own sites, which are posted."""
    if asked.own:
        return ""
    query = as_address(request.GET, replace(asked, proposed=tuple(proposed)))
    return f"{reverse('coverage')}?{query}#{ANCHOR}"


def place_names(places: np.ndarray) -> list[str]:
    """What places, of shape (n, 2) in degrees, are called: by their streets, else by their latitude and longitude."""
    corner = _("%(street)s, à l’angle de %(other)s")
    told = []
    for place, streets in zip(places.tolist(), streets_at(places), strict=True):
        if len(streets) == 2:
            told.append(corner % {"street": streets[0], "other": streets[1]})
        else:
            told.append(streets[0] if streets else written(tuple(place)))
    return told


def _fields(request: HttpRequest, asked: CoverageRequest) -> list[tuple[str, str]]:
    """The choices of the analysis as hidden fields."""
    told = {"town": asked.town.insee_code}
    told |= {name: request.GET[name] for name in ("service", "within", "open_at") if request.GET.get(name)}
    return [*told.items(), *(("site", written(site)) for site in asked.proposed)]


def _named(request: HttpRequest, asked: CoverageRequest) -> list[dict[str, object]]:
    """Each proposed site, and the address of the analysis without it."""
    names = place_names(np.array(asked.proposed).reshape(-1, 2))
    return [
        {
            "letter": letter(number),
            "name": name,
            "place": written(site),
            "without": address_with(request, asked, [other for other in asked.proposed if other != site]),
        }
        for number, (site, name) in enumerate(zip(asked.proposed, names, strict=True))
    ]


def gained_told(findings: Findings) -> dict[str, object] | None:
    """What the proposed sites change, in words: the page, a kept result and the files say the same."""
    change = what_if(findings)
    if change is None:
        return None
    return {
        "whole": _row(change.whole),
        "rows": [_row(row) for row in change.rows],
        "tells_people": any(row.people is not None for row in [change.whole, *change.rows]),
        "gaps_before": {"number": len(change.gaps_before), "homes": sum(change.gaps_before)},
        "gaps_after": {"number": len(change.gaps_after), "homes": sum(change.gaps_after)},
    }


def _row(change: Change) -> dict[str, object]:
    return {
        "name": ", ".join(str(area) for area in change.after.areas),
        "before": percent(change.before.homes.percent),
        "after": percent(change.after.homes.percent),
        "homes": change.homes,
        "people": change.people,
    }
