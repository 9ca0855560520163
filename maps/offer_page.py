"""`/pro/<place>/offre/`: an offer of a shop on one screen: what it says, how far it goes, how many homes, publish.

Whom a shape reaches is told from public data and the quarterly table alone: whoever asks is answered the same.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.audience_words import homes_in_words
from directory.errors import TooMany, TooManyThisMonth
from directory.models import Category, Kind, Promotion
from directory.offer_forms import OfferForm, Shape, ShapeForm, as_it_stands
from directory.offering import Shop, offer_of, shop_of
from directory.organisation_kinds import PROMOTION, Told, days_of, span_of
from directory.organisation_publishing import change_said, say_for
from directory.shown import readers
from geo.errors import InvalidParameter
from maps.audience_page import caveats
from maps.cards import pictogram
from maps.offer_map import CLASSES, MOST_RIVALS, layers_of, offer_map, rivals_in
from maps.sources import credits_line
from scopes.access import second_factor
from scopes.models import Openness


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def offer(request: HttpRequest, place: UUID, public_id: UUID | None = None) -> HttpResponse:
    """Show an offer as it is filled in and whom it reaches; publish it, or change the one that stands."""
    shop = shop_of(request.user, place)
    said = offer_of(request.user, shop, public_id) if public_id else None
    sent = request.POST if request.method == "POST" else None
    publishes = sent is not None and "publish" in sent
    # Offers are counted by the month: who has looked much loses nothing that was written.
    if not publishes and not ratelimit.consume(request, action="reach"):
        raise TooMany(_("Vous avez regardé beaucoup de zones : réessayez dans quelques minutes."))
    words = OfferForm(sent if publishes else None, initial=sent.dict() if sent else as_it_stands(shop.place, said))
    chosen = ShapeForm(sent, place=shop.place, said=said)
    shape = chosen.shape()
    if publishes and words.is_valid() and shape and _published(request, shop, said, words, shape):
        return redirect("pro")
    told = _told(shop, words, chosen, shape) | {"standing": said}
    layers = layers_of(shop.place, shape.preview.drawing if shape else None, told["rivals"])
    if request.headers.get("Accept") == "application/json":
        parts = {part: render_to_string(f"maps/offer_{part}.html", told, request) for part in ("figures", "read")}
        return JsonResponse({**parts, "layers": layers})
    wrong = sent is not None and bool(words.errors or chosen.errors)
    context = told | {
        "own": PROMOTION,
        "no_more": "" if said else shop.no_more,
        "words": words,
        "chosen": chosen,
        "kinds": _kinds(chosen),
        "wrong": wrong,
        "legend": _legend(),
        "map": offer_map(request, shop.place, layers),
        "credits": credits_line(),
    }
    return render(request, "maps/offer.html", context, status=400 if wrong else 200)


def _published(
    request: HttpRequest, shop: Shop, said: Promotion | None, words: OfferForm, shape: Shape
) -> Promotion | None:
    """Publish the offer or change the one that stands; say at its field why it cannot be."""
    told = Told(**words.cleaned_data, to=shape.to, shape=shape.zone, place=shop.place)
    try:
        if said:
            made = change_said(account=request.user, said=said, told=told)
        else:
            own = {"organisation": shop.organisation, "kind": Kind.PROMOTION}
            made = say_for(account=request.user, told=told, **own)
    except (InvalidParameter, TooManyThisMonth) as error:
        field = getattr(error, "parameter", "")
        words.add_error(field if field in words.fields else None, str(error))
        return None
    messages.success(request, _("C’est à jour : on le lit dès maintenant.") if said else _("C’est publié."))
    return made


def _told(shop: Shop, words: OfferForm, chosen: ShapeForm, shape: Shape | None) -> dict[str, object]:
    """What is said of the shape, and the offer as it will be read."""
    preview = shape and shape.preview
    rivals = rivals_in(preview.drawing, shop.place) if preview else []
    return {
        "shop": shop,
        "refused": [str(error) for errors in chosen.errors.values() for error in errors],
        "homes": preview and homes_in_words(preview.homes, estimated=preview.homes_estimated),
        "connected": preview and preview.connected,
        "caveats": caveats(preview) if preview else (),
        "rivals": rivals[:MOST_RIVALS],
        "most_rivals": MOST_RIVALS if len(rivals) > MOST_RIVALS else None,
        **_as_read(shop, words),
    }


def _as_read(shop: Shop, words: OfferForm) -> dict[str, object]:
    """The offer as everyone will read it; what is not filled in yet is empty."""
    filled = {name: words[name].value() or "" for name in words.fields}
    town, category = shop.place.municipality, Category.objects.get(code=PROMOTION.category)
    first, last = (_day(words, name, filled[name]) for name in ("first", "last"))
    said = Promotion(
        kind=Kind.PROMOTION,
        openness=Openness.PUBLIC,
        municipality=town,
        category=category,
        place=shop.place,
        **{name: str(filled[name]).strip() for name in ("title", "conditions")},
        description=str(filled["text"]).strip(),
    )
    if first and last:
        said.opens_at, said.closes_at = span_of(first, last, ZoneInfo(town.time_zone))
    return {
        "said": said,
        "sign": shop.place.title,
        "icon": pictogram(category.icon),
        "days": days_of(said) if said.closes_at else "",
        "when": _("à l’instant"),
        "readers": readers(said),
    }


def _day(words: OfferForm, name: str, value: object) -> date | None:
    try:
        return words.fields[name].to_python(value)
    except ValidationError:
        return None


def _kinds(chosen: ShapeForm) -> list[dict[str, object]]:
    """The kinds of shapes, as `maps/whom_kinds.html` shows them."""
    kinds = chosen.fields["zone"].choices
    return [{"code": code, "label": name, "is_chosen": code == chosen.chosen} for code, name in kinds]


def _legend() -> list[str]:
    """The classes of density, in words."""
    ends = CLASSES[1:]
    between = [_("%(least)d à %(most)d") % {"least": one, "most": next_one} for one, next_one in pairwise(ends)]
    return [_("moins de %(most)d") % {"most": ends[0]}, *between, _("%(least)d et plus") % {"least": ends[-1]}]
