"""What a claim changes of a place: its owner's word stands above its sources' while the owner keeps it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.contrib.gis.measure import D
from django.db import transaction
from django.db.models import Exists, FloatField, Func, OuterRef, Subquery

from directory.categories import tree
from directory.importing.rows import Row
from directory.importing.settling import all_told_by_sources, settle, told_by_sources
from directory.models import Listing
from directory.premises import has_premises
from directory.publishing import KEPT, MODELS, WITHDRAWN, refresh_entries, withdraw
from geo.models import Address

#: A door whose source tells no address has the one next to it, as buildings do.
NEXT_TO = D(m=30)
#: The postcode of a street is that of the nearest address known.
NEAR = D(m=500)


def door_of(listing: Listing) -> str:
    """Return the public address of a place, a line each, as its sources tell it; empty where it has none.

    What its owner wrote since is no place to post a code to: whoever keeps a page would keep the letters too. Without a
    source the address is the one that was proved, and is not changed (`directory.keeping_places`).
    """
    return doors_of([listing])[listing.pk]


def doors_of(listings: Collection[Listing]) -> dict[int, str]:
    """Return the doors of several places, by number, with as many questions to the database for one as for many."""
    told = all_told_by_sources([one.pk for one in listings])
    added = {one.pk: one.address for one in _all_of_their_kind([one for one in listings if one.pk not in told])}
    nearest = _nearest_to(listings)
    streets = {one.pk: str(told[one.pk]["address"]) if one.pk in told else added[one.pk] for one in listings}
    return {one.pk: _door(one, streets[one.pk], *nearest.get(one.pk, (None, False))) for one in listings}


def _door(listing: Listing, street: str, nearest: Address | None, is_next_to: bool) -> str:
    if listing.location is None:
        return ""
    if not street and is_next_to:
        street = str(nearest)
    if not street:
        return ""
    postcodes = [nearest.postcode] if nearest and nearest.postcode else listing.municipality.postcodes
    return f"{street}\n{postcodes[0] if postcodes else ''} {listing.municipality.name}".replace("\n ", "\n")


def _nearest_to(listings: Collection[Listing]) -> dict[int, tuple[Address, bool]]:
    """The nearest address to each place that has one near, and whether it is next to it.

    `Distance` takes no place of an outer query, and does not use the index.
    """
    here, addresses = OuterRef("location"), Address.objects.open()
    away = Func("location", here, template="%(expressions)s", arg_joiner=" <-> ", output_field=FloatField())
    near = addresses.filter(location__dwithin=(here, NEAR)).annotate(away=away).order_by("away")
    next_to = Exists(addresses.filter(location__dwithin=(here, NEXT_TO)))
    placed = Listing.objects.filter(pk__in=[one.pk for one in listings], location__isnull=False)
    found = list(placed.values_list("pk", Subquery(near.values("pk")[:1]), next_to))
    known = Address.objects.in_bulk([address for _listing, address, _next in found if address])
    return {listing: (known[address], is_next) for listing, address, is_next in found if address}


def takes_post(listing: Listing) -> bool:
    """Whether a letter to its address proves a place: not where it could be the home of whoever added it.

    A letter to one's own home arrives too: what is often done at home, without a sign of premises, takes the word.
    """
    node = tree()[listing.category.code]
    at_home = told_by_sources(listing.pk) is None and node.at_home
    if at_home and not has_premises(Row(number="", fields={"name": listing.title}), node):
        return False
    return bool(door_of(listing))


def of_its_kind(listing: Listing) -> Listing:
    """Return the row of the listing's own kind, with what its premises have."""
    return MODELS[listing.kind].objects.select_related("category", "municipality").get(pk=listing.pk)


def _all_of_their_kind(listings: Collection[Listing]) -> Iterator[Listing]:
    """The rows of each place's own kind: a question for each kind."""
    for kind in {one.kind for one in listings}:
        yield from MODELS[kind].objects.filter(pk__in=[one.pk for one in listings if one.kind == kind])


@transaction.atomic
def put_in_charge(listing: Listing) -> None:
    """Note that an owner keeps a place: it stays when its sources forget it, and one that was added is published."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    listing.edits = {**listing.edits, KEPT: True}
    if WITHDRAWN not in listing.edits:
        listing.withdrawn_at = None
    listing.save(update_fields=["edits", "withdrawn_at"])
    refresh_entries([listing.pk])


@transaction.atomic
def let_go(listing: Listing, *, to_another: bool = False, stays_closed: bool = False) -> None:
    """Forget what an owner said: the page is its sources' again, and without any it goes out of sight.

    One that goes to another owner without any source stays as it is; one that its owner closed and leaves stays closed.
    """
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    if told_by_sources(listing.pk) is None:
        if not to_another:
            listing.edits.pop(KEPT, None)
            withdraw(listing=listing)
        return
    listing.edits = {WITHDRAWN: True} if stays_closed and listing.edits.get(WITHDRAWN) else {}
    listing.save(update_fields=["edits"])
    settle([listing.pk])
