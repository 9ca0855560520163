"""To whom an organisation writes, on a page: the kinds to choose from, what is ticked, and the map beside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from django import forms
from django.contrib.gis.db.models import Union
from django.http import HttpRequest, HttpResponse

from directory.audience_form import AudienceForm
from directory.audience_words import homes_in_words, place_in_words
from directory.models import Mailing
from directory.notice_audiences import Audience
from directory.putting_notices import columns_of
from geo.errors import AlentourError, InvalidParameter
from geo.models import Building, Residence
from maps.area_map import area_map
from maps.layers import Drawing, feature
from maps.sources import credits_line
from scopes.models import Mandate
from scopes.organisations.covering import area_under

#: Residences that are drawn one by one.
MOST_DRAWN = 600


def chosen(
    choice: AudienceForm, form: forms.Form, done: Callable[[Audience], HttpResponse | None]
) -> tuple[Audience | None, str, HttpResponse | None]:
    """Resolve what was chosen and do with it what the page does; say what is wrong at its field, else in words.

    Returns the audience, what else was refused, and the answer of what was done.
    """
    audience = None
    try:
        if choice.is_bound and choice.is_valid():
            audience = choice.audience()
            if form.is_valid():
                return audience, "", done(audience)
    except InvalidParameter as error:
        where = form if error.parameter in form.fields else choice
        where.add_error(error.parameter if error.parameter in where.fields else None, str(error))
    except AlentourError as error:
        return audience, str(error), None
    return audience, " ".join(choice.non_field_errors()), None


def whom(request: HttpRequest, mandate: Mandate, choice: AudienceForm, audience: Audience | None) -> dict:
    """Return what `maps/whom.html` shows."""
    return {
        "organisation": mandate.organisation.name,
        "choice": choice,
        "kinds": choice.kinds_shown(),
        "residences": _with_homes(choice),
        "entrances": choice.options("entrances"),
        "quarters": choice.options("quarters"),
        "map": _map(request, mandate, choice, audience),
        "credits": credits_line(),
    }


def whom_in_words(audience: Audience) -> dict:
    """Say to whom it goes, by public data: the same whoever is connected."""
    return {
        "is_public": audience.is_public,
        "place": place_in_words(Mailing(**columns_of(audience))) if audience.is_public else "",
        "number": len(audience.residence_ids),
        "homes": homes_in_words(audience.homes, estimated=audience.homes_estimated),
        "notes": audience.notes,
    }


def _with_homes(choice: AudienceForm) -> list[dict]:
    homes = {one.key: one.dwellings for one in choice.residences_known}
    return [one | {"homes": homes[one["key"]]} for one in choice.options("residences")]


def _map(request: HttpRequest, mandate: Mandate, choice: AudienceForm, audience: Audience | None) -> Drawing:
    """The mandate's buildings, or its area; the shape of what was chosen instead, once something was."""
    told = set(audience.residence_ids) if audience else set()
    residences = [one for one in choice.residences_known if not told or one.pk in told][:MOST_DRAWN]
    area = audience.area if audience and audience.is_public else area_under(mandate) if mandate.is_by_area else None
    return area_map(request, area, _footprints(residences, choice.names))


def _footprints(residences: Iterable[Residence], names: dict[int, str]) -> list[dict]:
    """Each residence as its footprints, called by its name."""
    buildings = Building.objects.open().filter(residence__in=residences)
    shapes = buildings.values("residence").annotate(shape=Union("footprint")).order_by("residence")
    return [
        feature(
            json.loads(row["shape"].geojson),
            {"title": names.get(row["residence"], ""), "kind": "notice", "category": "", "why": ""},
        )
        for row in shapes
    ]
