"""What organisations say in the demonstration: news of the town and of two associations, and offers of six shops.

Invented shops and associations are kept by invented organisations that nobody acts for; the shopkeeper and the
secretary whom visitors try out each say one themselves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from directory.errors import TooManyThisMonth
from directory.models import Claim, Kind, Listing
from directory.organisation_audiences import EVERYONE, addressed
from directory.organisation_kinds import NEWS_LIFETIME, ORGANISATION_KINDS, Told
from directory.organisation_models import ByOrganisation
from directory.organisation_publishing import pages_of, say_for
from directory.publishing import publish, refresh_entries
from geo.errors import InvalidParameter
from geo.models import Municipality
from scopes.models import Account, Organisation
from scopes.organisations.proposing import acting_for

#: Days that an offer has run when it is invented, and that it runs on.
BEGAN, RUNS = 2, 12
#: One was said so long before the other, so that a space holds them among what neighbours say.
APART = timedelta(hours=21)
_CONTACT = "02 61 91 00 00 (démonstration)"


def organisations_have_spoken() -> bool:
    """Whether news are there, and offers that run for another day where shops made any."""
    invented = Listing.objects.filter(demonstration=True)
    offers, tomorrow = invented.filter(kind=Kind.PROMOTION), timezone.now() + timedelta(days=1)
    run_on = offers.live().filter(closes_at__gt=tomorrow).exists() or not offers.exists()
    return run_on and invented.live().filter(kind=Kind.NEWS).exists()


@transaction.atomic
def have_organisations_speak(*, town: Municipality, secretary: Account, owner: Account) -> None:
    """Say what they say, anew once it is over; nothing of what stands."""
    invention = _invention()
    told = [_of_a_persona(secretary, Kind.NEWS, invention["town"])]
    told += [_of_a_persona(owner, Kind.PROMOTION, invention["shop"])]
    told += [_of_an_invented_one(town, one) for one in invention["others"]]
    said, now = [one.pk for one in told if one], timezone.now()
    for number, pk in enumerate(said):
        Listing.objects.filter(pk=pk).update(demonstration=True, published_at=now - number * APART)
    refresh_entries(said)


def _stands(words: Mapping) -> bool:
    return Listing.objects.live().filter(kind__in=ORGANISATION_KINDS, title=words["title"]).exists()


def _of_a_persona(account: Account, kind: Kind, words: Mapping) -> ByOrganisation | None:
    """What a visitor may change in their place."""
    own = ORGANISATION_KINDS[kind]
    organisation = next(iter(acting_for(account)), None)
    if organisation is None or _stands(words):
        return None
    place = next(iter(pages_of(organisation, own)), None)
    if place is None and organisation.municipality is None:
        return None
    today = timezone.localdate()
    days = {"first": today, "last": today + timedelta(days=RUNS)} if kind == Kind.PROMOTION else {}
    told = Told(title=words["title"], text=words["text"], to=EVERYONE, place=place, **days)
    try:
        return say_for(account=account, organisation=organisation, kind=kind, told=told)
    except (InvalidParameter, TooManyThisMonth):  # a visitor has made offers in their place
        return None


def _of_an_invented_one(town: Municipality, words: Mapping) -> ByOrganisation | None:
    """What an invented shop or association says, from the first of its category that nobody keeps."""
    kind, now = Kind(words["kind"]), timezone.now()
    claim = _kept(town, words["from"], kind)
    if claim is None or _stands(words):
        return None
    place = claim.listing
    offered = {"closes_at": now + NEWS_LIFETIME}
    if kind == Kind.PROMOTION:
        offered = {"opens_at": now - timedelta(days=BEGAN), "closes_at": now + timedelta(days=RUNS)}
        offered["conditions"] = words["conditions"]
    return publish(
        category=ORGANISATION_KINDS[kind].category,
        title=words["title"],
        description=words["text"],
        municipality=place.municipality,
        organisation=claim.organisation,
        place=place,
        location=place.location,
        **offered,
        **addressed(to=words.get("to", EVERYONE), quarter=None, place=place, town=place.municipality),
    )


def _kept(town: Municipality, category: str, kind: Kind) -> Claim | None:
    """The page of this category that an invented organisation keeps; one that nobody keeps is given to one."""
    there = Listing.objects.live().filter(demonstration=True, municipality=town, category__code=category)
    held = Claim.objects.held().filter(listing__in=there, organisation__contact=_CONTACT, asked_by=None)
    if claim := held.select_related("listing__municipality", "organisation").first():
        return claim
    free = there.exclude(claims__in=Claim.objects.standing()).select_related("municipality").order_by("title", "pk")
    place = free.first()
    if place is None:
        return None
    of = Organisation.Kind.MERCHANT if kind == Kind.PROMOTION else Organisation.Kind.ASSOCIATION
    now = timezone.now()
    invented = Organisation.objects.create(kind=of, name=place.title, contact=_CONTACT, admitted_at=now)
    return Claim.objects.create(listing=place, organisation=invented, held_at=now)


@cache
def _invention() -> dict:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
