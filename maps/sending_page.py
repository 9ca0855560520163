"""`/avis/ecrire/`: what is said, to whom on the map, what will be read and hung up; then it is sent."""

from __future__ import annotations

from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.audience_form import AudienceForm
from directory.notice_audiences import Audience, right_under
from directory.notice_fields import FieldKind
from directory.notice_templates import Template, sentences_of, title_of
from directory.notifying import CONFIRMATION, mandates_of, notify, templates_of
from directory.paper.notice_poster import poster_of, square
from directory.poster_form import TemplateForm
from geo.front_doors import addresses_of
from geo.models import Residence
from maps.whom import chosen, whom, whom_in_words
from scopes.access import second_factor
from scopes.models import Mandate
from scopes.organisations.proposing import acting_as


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
    send = partial(_send, request, mandate, code) if "send" in request.POST else lambda audience: None
    audience, refused, sent = chosen(choice, form, send)
    if sent:
        return sent
    fields = form.cleaned_data.get("fields") if form.is_bound and form.is_valid() else None
    preview = _preview(mandate, audience, template, fields) if audience and fields else None
    wrong = bool(form.errors or choice.errors or refused)
    context = {
        **whom(request, mandate, choice, audience),
        "template": template,
        "form": form,
        "preview": preview,
        "urgent": "urgent" in request.POST if form.is_bound else code == "safety",
        "answers_invited": "answers_invited" in request.POST,
        "confirmation": CONFIRMATION,
        "confirmed": request.POST.get("confirmation", ""),
        "refused": refused,
        "wrong": wrong,
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


def _send(request: HttpRequest, mandate: Mandate, code: str, audience: Audience) -> HttpResponse:
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
    told = whom_in_words(audience)
    own, entrance = mandate.organisation, told["place"] or _first_door(audience)
    poster = poster_of(template.code, fields, entrance=entrance, sender=own.name[:80], contact=own.contact[:80])
    return {
        "title": title_of(template.code, fields),
        "sentences": sentences_of(template.code, fields),
        **told,
        "poster": poster,
        "square": square(poster),
    }


def _first_door(audience: Audience) -> str:
    """The entrance of the poster that is shown."""
    residence = Residence.objects.get(pk=audience.residence_ids[0])
    named = audience.entrances.get(residence.pk)
    doors = (str(door) for door in addresses_of(residence) if named is None or door.key in named)
    return next(doors, "")
