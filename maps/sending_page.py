"""`/avis/ecrire/`: what is said, to whom on the map, what will be read and hung up; then it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.gis.db.models import Union
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.audience_form import AudienceForm
from directory.audience_words import homes_in_words, place_in_words
from directory.models import Mailing
from directory.notice_audiences import Audience, right_under
from directory.notice_fields import FieldKind
from directory.notice_templates import Template, sentences_of, title_of
from directory.notifying import CONFIRMATION, mandates_of, notify, templates_of
from directory.paper.notice_poster import poster_of, square
from directory.poster_form import TemplateForm
from directory.putting_notices import columns_of
from geo.errors import AlentourError, InvalidParameter
from geo.front_doors import addresses_of
from geo.models import Building, Residence
from maps.area_map import area_map
from maps.layers import Drawing, feature
from maps.sources import credits_line
from scopes.access import second_factor
from scopes.models import Mandate
from scopes.organisations.covering import area_under
from scopes.organisations.proposing import acting_as

#: Residences that are drawn one by one.
MOST_DRAWN = 600


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def write_notice(request: HttpRequest, handle: UUID, code: str) -> HttpResponse:
    """Fill a template in, choose to whom, see what will be read, and send it."""
    mandate, template = _under(request, handle, code)
    acting = acting_as(request.user, mandate.organisation)
    data = request.POST if request.method == "POST" else None
    clock = right_under(mandate, acting).time_zone
    form = TemplateForm(data, template=template, time_zone=clock, initial=_now(template, clock))
    choice = AudienceForm(data, mandate=mandate, acting=acting)
    audience, refused = None, ""
    if choice.is_bound and choice.is_valid():
        try:
            audience = choice.audience()
            if form.is_valid() and "send" in request.POST:
                return _send(request, mandate, audience, code)
        except InvalidParameter as error:
            choice.add_error(error.parameter if error.parameter in choice.fields else None, str(error))
        except AlentourError as error:
            refused = str(error)
    fields = form.cleaned_data.get("fields") if form.is_bound and form.is_valid() else None
    preview = _preview(mandate, audience, template, fields) if audience and fields else None
    wrong = bool(form.errors or choice.errors or refused)
    context = {
        "organisation": mandate.organisation.name,
        "template": template,
        "form": form,
        "choice": choice,
        "kinds": choice.kinds_shown(),
        "residences": _with_homes(choice),
        "entrances": choice.options("entrances"),
        "quarters": choice.options("quarters"),
        "preview": preview,
        "urgent": "urgent" in request.POST if form.is_bound else code == "safety",
        "answers_invited": "answers_invited" in request.POST,
        "confirmation": CONFIRMATION,
        "confirmed": request.POST.get("confirmation", ""),
        "refused": refused or " ".join(choice.non_field_errors()),
        "wrong": wrong,
        "map": _map(request, mandate, choice, audience),
        "credits": credits_line(),
    }
    return render(request, "maps/notice_form.html", context, status=400 if wrong else 200)


def _under(request: HttpRequest, handle: UUID, code: str) -> tuple[Mandate, Template]:
    mandate = next((one for one in mandates_of(request.user) if one.handle == handle), None)
    template = mandate and next((one for one in templates_of(mandate.organisation) if one.code == code), None)
    if not template:
        raise Http404
    return mandate, template


def _now(template: Template, time_zone: str) -> dict[str, str]:
    """What is told as it happens began just now, unless someone says otherwise."""
    since = any(one.kind == FieldKind.SINCE for one in template.fields)
    return {"start": f"{timezone.now().astimezone(ZoneInfo(time_zone)):%Y-%m-%dT%H:%M}"} if since else {}


def _send(request: HttpRequest, mandate: Mandate, audience: Audience, code: str) -> HttpResponse:
    mailing = notify(
        account=request.user,
        mandate=mandate,
        audience=audience,
        template=code,
        data=request.POST.dict(),
        urgent="urgent" in request.POST,
        confirmation=request.POST.get("confirmation", ""),
        answers_invited="answers_invited" in request.POST,
        once=True,
    )
    if mailing.sent_at:
        messages.success(request, _("L’avis part dans deux minutes. D’ici là, vous pouvez le reprendre."))
    else:
        messages.success(request, _("Une autre personne de votre organisme doit le relire."))
    return redirect("notice-desk")


def _preview(mandate: Mandate, audience: Audience, template: Template, fields: dict) -> dict:
    """What readers will read, to whom it goes by public data, and the poster; the same whoever is connected."""
    place = place_in_words(Mailing(**columns_of(audience))) if audience.is_public else ""
    own, entrance = mandate.organisation, place or _first_door(audience)
    poster = poster_of(template.code, fields, entrance=entrance, sender=own.name[:80], contact=own.contact[:80])
    return {
        "title": title_of(template.code, fields),
        "sentences": sentences_of(template.code, fields),
        "is_public": audience.is_public,
        "place": place,
        "number": len(audience.residence_ids),
        "homes": homes_in_words(audience.homes, estimated=audience.homes_estimated),
        "notes": audience.notes,
        "poster": poster,
        "square": square(poster),
    }


def _first_door(audience: Audience) -> str:
    """The entrance of the poster that is shown."""
    residence = Residence.objects.get(pk=audience.residence_ids[0])
    named = audience.entrances.get(residence.pk)
    doors = (str(door) for door in addresses_of(residence) if named is None or door.key in named)
    return next(doors, "")


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
