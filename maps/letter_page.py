"""The weekly letter of a quarter or a town as an A4 page for the hall: what is public, as whoever passes reads it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from directory.follow_models import PublicFeed
from directory.models import Listing
from directory.public_feeds import public_in
from geo.errors import NotFound
from geo.models import Municipality, Neighbourhood
from maps.printing import code_of
from scopes.moments import day_and_month

A_WEEK = timedelta(days=7)
#: What an A4 page holds in letters that are read standing.
MOST_PRINTED = 14
#: Characters of what is said about one thing.
MOST_SAID = 140


@require_safe
def letter(request: HttpRequest, code: str, quarter: str | None = None) -> HttpResponse:
    """Answer what appeared in a week; a town without quarters has one letter for all of it."""
    town = Municipality.objects.open().filter(insee_code=code).first()
    place = town
    if town and quarter:
        own = Neighbourhood.objects.open().filter(municipality=town, kind=town.circle_kind, code=quarter)
        place = own.first()
    if place is None:
        raise NotFound
    column = "neighbourhood" if quarter else "municipality"
    followed, now = PublicFeed(**{column: place, "towns": [town.pk]}), timezone.now()
    new = list(public_in(followed).appeared(since=now - A_WEEK, until=now)[: MOST_PRINTED + 1])
    page = settings.SITE_URL.rstrip("/") + _page_of(town, place if quarter else None)
    context = {
        "town": town,
        "place": place,
        "first": day_and_month(now - A_WEEK),
        "last": now,
        "items": [_item(one) for one in new[:MOST_PRINTED]],
        "more": len(new) > MOST_PRINTED,
        "code": code_of(page),
        "address": page,
    }
    return render(request, "maps/letter.html", context)


def _page_of(town: Municipality, quarter: Neighbourhood | None) -> str:
    """The page that the code on the sheet opens: what is around, in that quarter."""
    if quarter is None:
        return reverse("town-page", args=[town.insee_code])
    middle = quarter.boundary.point_on_surface
    asked = {"lat": f"{middle.y:.4f}", "lon": f"{middle.x:.4f}", "within": "neighbourhood"}
    return f"{reverse('home')}?{urlencode(asked)}"


def _item(listing: Listing) -> dict[str, object]:
    said = " ".join(listing.description.split())
    return {
        "title": listing.title,
        "category": listing.category.name,
        "address": listing.entry.card.get("address", ""),
        "said": f"{said[:MOST_SAID].rstrip()}…" if len(said) > MOST_SAID else said,
        "demonstration": listing.demonstration,
    }
