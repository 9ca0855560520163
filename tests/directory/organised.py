"""Short words for tests of what organisations say: a kept page, and something said from it."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.gis.geos import Point
from django.utils import timezone

from directory.models import Claim, Kind, Listing
from directory.organisation_audiences import EVERYONE
from directory.organisation_kinds import Told
from directory.organisation_models import ByOrganisation
from directory.organisation_publishing import say_for
from directory.publishing import publish
from geo.models import Municipality
from scopes.models import Account, Organisation
from tests.directory.around import at


def page(town: Municipality, own: Organisation, *, category: str = "bakery", **columns) -> Listing:
    """A page that an organisation keeps, at the first cell of the village unless `columns` say otherwise."""
    columns = {"title": "Le Fournil", "location": Point(*at(0, 0), srid=4326), **columns}
    kept = publish(category=category, municipality=town, **columns)
    Claim.objects.create(listing=kept, organisation=own, held_at=timezone.now())
    return Listing.objects.get(pk=kept.pk)


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def told(place: Listing | None = None, title: str = "Du nouveau", **columns) -> Told:
    """Words to everyone."""
    return Told(**{"title": title, "text": "Venez voir.", "to": EVERYONE, "place": place, **columns})


def offer(place: Listing, title: str = "Deux pour une", *, first: int = 0, last: int = 6, **columns) -> Told:
    """An offer of the coming week."""
    return told(place, title, first=in_days(first), last=in_days(last), **columns)


def news(account: Account, own: Organisation, place: Listing | None = None, **columns) -> ByOrganisation:
    """Some news, told."""
    return say_for(account=account, organisation=own, kind=Kind.NEWS, told=told(place, **columns))


def offers(account: Account, own: Organisation, place: Listing, *words: str, **columns) -> ByOrganisation:
    """An offer, made."""
    return say_for(account=account, organisation=own, kind=Kind.PROMOTION, told=offer(place, *words, **columns))
