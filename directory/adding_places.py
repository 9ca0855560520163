"""A place that no source knows is added by whom it belongs to: out of sight until it is proved like any other.

A natural person's home never becomes a public point (privacy.md, 3.4): at home, a business is known at its commune, or
at the public cell of its owner's home if the owner says so.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.categories import tree
from directory.claiming import CLAIMABLE, claim
from directory.duplicates import WITHIN_METRES, score
from directory.models import Claim, Listing, SearchEntry
from directory.publishing import publish, refresh_entries
from geo.errors import InvalidParameter
from geo.models import Address, Municipality, PublicCell
from scopes.errors import Refused
from scopes.models import Account, Membership, Organisation
from scopes.organisations.acting import acts_for


@transaction.atomic
def add_place(
    *,
    account: Account,
    organisation: Organisation,
    title: str,
    category: str,
    address: Address | None = None,
    municipality: Municipality | None = None,
    at_ones_cell: bool = False,
    **columns: Any,
) -> Claim:
    """Add a place at a public address, at a commune alone, or at the public cell of one's home; return its claim.

    Raises `InvalidParameter` naming the field, for a place that is there already too.
    """
    if not acts_for(account, organisation, responsible=True):
        raise Refused(_("Seul un responsable de l’organisme peut le faire."))
    if category not in tree() or tree()[category].kind not in CLAIMABLE or tree()[category].parent is None:
        raise InvalidParameter("category", _("Choisissez ce que c’est."))
    where = _where(account, address, municipality, at_ones_cell)
    if address:
        _is_new(title, category, address)
    listing = publish(category=category, title=title, **where, **columns)
    told = {"title": title, "category": category, "address": where.get("address", ""), **columns}
    Listing.objects.filter(pk=listing.pk).update(edits=told, withdrawn_at=timezone.now())
    refresh_entries([listing.pk])
    return claim(account=account, organisation=organisation, listing=Listing.objects.get(pk=listing.pk))


def _where(
    account: Account, address: Address | None, municipality: Municipality | None, at_ones_cell: bool
) -> dict[str, Any]:
    if address:
        return {"municipality": address.municipality, "location": address.location, "address": str(address)}
    if at_ones_cell:
        cell = _own_cell(account)
        if cell is None:
            raise InvalidParameter("where", _("Il faut d’abord prouver un domicile."))
        return {"municipality": cell.municipality, "cell": cell}
    if municipality is None:
        raise InvalidParameter("commune", _("Écrivez votre commune, ou son code INSEE."))
    return {"municipality": municipality}


def _own_cell(account: Account) -> PublicCell | None:
    """The public cell of the account's chosen home, as others see it."""
    homes = Membership.objects.current().filter(account=account).order_by("-chosen", "pk")
    home = homes.select_related("alias__cell__municipality").first()
    return home.alias.cell if home else None


def _is_new(title: str, category: str, address: Address) -> None:
    """Raise `InvalidParameter` where a place of that name is there: it is claimed, not added twice."""
    near = SearchEntry.objects.filter(kind__in=CLAIMABLE, author_id=None)
    near = near.filter(location__dwithin=(address.location, WITHIN_METRES)).select_related("listing__category")
    for entry in near.only("title", "listing__category__code")[:1_000]:
        alike = score(names=(title, entry.title), categories=(category, entry.listing.category.code), metres=0)
        if alike is not None:
            said = _("« %(title)s » est déjà sur la carte : ouvrez sa fiche, et dites que c’est chez vous.")
            raise InvalidParameter("title", said % {"title": entry.title})
