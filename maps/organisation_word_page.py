"""`/actualite/<uuid>/` and `/offre/<uuid>/`: what an organisation says, in its own name, and where it speaks from."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from directory.keeping_offers import keeps
from directory.kinds import page_of
from directory.models import Kind
from directory.organisation_kinds import ORGANISATION_KINDS, days_of, sign_of
from directory.organisation_models import ByOrganisation
from directory.organisation_publishing import may_say
from directory.pages.decisions import instead_of
from directory.shown import photos_of, readers
from maps.cards import pictogram
from maps.listing_page import listing_map
from maps.sources import attributions
from scopes.models import Openness
from scopes.moments import moment

_RELATED = ("category", "municipality", "entry", "cell", "organisation", "place")


@require_safe
def organisation_word(request: HttpRequest, public_id: UUID, kind: Kind) -> HttpResponse:
    """Answer what the viewer may see; absent and forbidden answer alike."""
    own = ORGANISATION_KINDS[kind]
    visible = own.model.objects.live().visible_to(request.viewer).filter(public_id=public_id, entry__isnull=False)
    found = visible.select_related(*_RELATED).first()
    if found is None:
        return instead_of(request, public_id)
    point = found.location and (found.location.x, found.location.y)
    acts = request.viewer.account_id is not None and may_say(request.user, found.organisation, own)
    context = {
        "said": found,
        "sign": sign_of(found),
        "from": found.place if found.place and found.place.withdrawn_at is None else None,
        "icon": pictogram(found.category.icon),
        "when": moment(found.published_at, time_zone=found.municipality.time_zone),
        "days": days_of(found),
        "readers": readers(found),
        "is_public": found.openness == Openness.PUBLIC,
        "photos": photos_of(found),
        "change": _change_page(found) if acts else "",
        "address": request.build_absolute_uri(page_of(found)),
        "keepable": kind == Kind.PROMOTION and request.viewer.account_id is not None,
        "is_kept": kind == Kind.PROMOTION and keeps(request.viewer, found),
        "map": listing_map(request, found, point),
        "sources": attributions([]),
    }
    return render(request, "maps/organisation_word.html", context)


def _change_page(said: ByOrganisation) -> str:
    """Where who may change it does."""
    if said.kind == Kind.PROMOTION:
        return reverse("change-offer", args=[said.place.public_id, said.public_id])
    return reverse("change-news", args=[said.organisation.handle, said.public_id])
