"""`/ville/<code>/adoption/`: of how many dwellings homes are connected, and where nobody offers a service."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from directory.adoption import AdoptedIn, adoption_of, kept_services, offered_in, services
from geo.errors import InvalidParameter
from geo.loaded import is_in_part, percent_loaded
from geo.parameters import check_names
from maps.town_page import as_counted, found_by_code
from maps.wording import grouped, only_in_part
from scopes.moments import full_day
from scopes.presence import ENOUGH
from scopes.reach import LEAST, Adoption, Share, months_of, quarter_after, quarter_before


@require_safe
def adoption(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the adoption of a town, to everyone alike; a former code leads to today's."""
    town = found_by_code(code)
    if town.insee_code != code:
        return redirect("adoption", town.insee_code)
    asked = request.GET.get("service") or services()[0][1][0][0]
    refused, offered = "", []
    try:
        check_names(request.GET, ("service",))
        offered = offered_in(town, asked)
    except InvalidParameter as error:
        refused = str(error)
    parts = _in_order(adoption_of(town)) if town.building_source else []
    loaded = percent_loaded(town.boundary) if parts else None
    context = {
        "town": town,
        "quarters": _quarters(parts),
        "rows": [_row(part) for part in parts[1:] if part.latest.dwellings],
        "whole": _row(parts[0]) if parts and parts[0].latest.dwellings else None,
        "without": ", ".join(str(part.neighbourhood) for part in parts[1:] if not part.latest.dwellings),
        "in_part": only_in_part(loaded) if is_in_part(loaded) else "",
        "services": services(),
        "kept": ", ".join(kept_services()),
        "asked": asked,
        "offered": sorted(((str(one), yes) for one, yes in offered), key=lambda row: as_counted(row[0])),
        "refused": refused,
        "least": LEAST,
        "enough": ENOUGH,
        "next_count": full_day(quarter_after(localdate())),
    }
    return render(request, "maps/adoption.html", context, status=400 if refused else 200)


def _in_order(parts: list[AdoptedIn]) -> list[AdoptedIn]:
    """The whole town, then its quarters as people count them."""
    return parts[:1] + sorted(parts[1:], key=lambda part: as_counted(str(part.neighbourhood)))


def _row(part: AdoptedIn) -> dict[str, object]:
    return {
        "name": str(part.neighbourhood or ""),
        "dwellings": grouped(part.latest.dwellings),
        # Of so few a share would say "moins de 0,1 %", which is no figure to begin with.
        "few": not part.latest.connected.least,
        "latest": _cell(part.latest),
        "by_quarter": [_cell(one) for one in part.by_quarter.values()],
    }


def _cell(told: Adoption) -> dict[str, str]:
    """Ranges and shares in words; no share of what had no dwelling then."""
    return {
        "connected": told.connected.in_short,
        "share": told.dwellings and str(Share.of(told.connected, told.dwellings)),
        "weekly": told.weekly.in_short,
        "weekly_share": told.dwellings and str(Share.of(told.weekly, told.dwellings)),
    }


def _quarters(parts: list[AdoptedIn]) -> list[dict[str, str]]:
    """The days on which homes were counted, and the months whose weeks were, the newest first."""
    return [
        {"day": full_day(quarter), "months": months_of(quarter_before(quarter))}
        for quarter in (parts[0].by_quarter if parts else ())
    ]
