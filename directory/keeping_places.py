"""What an organisation does with the page of a place it keeps: change it, go back to the source, close it for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from directory.claim_models import Claim
from directory.claimed_places import of_its_kind
from directory.importing.settling import settle, told_by_sources
from directory.models import Listing
from directory.publishing import EDITABLE, WITHDRAWN, check_today, edit, refresh_entries, withdraw
from directory.remarking import settle_remarks
from geo.errors import InvalidParameter
from scopes.errors import Refused
from scopes.models import Account
from scopes.organisations.acting import acts_for

#: Columns that an owner sees as one thing: hours in the syntax, and those that nobody could read.
TOGETHER = {"opening_hours": ("opening_hours", "opening_hours_text")}


@dataclass(frozen=True, slots=True)
class Difference:
    """What the sources of a place say where its owner says something else."""

    column: str
    source: str
    owner: str


@transaction.atomic
def change(*, account: Account, claim: Claim, **columns: Any) -> Listing:
    """Change what differs from the page as it is; said as the sources say it, it follows them again.

    Raises `InvalidParameter` naming the column, and `Refused` for who does not act for the organisation.
    """
    return changed(_kept(account, claim), **columns)


def changed(listing: Listing, **columns: Any) -> Listing:
    """Change a locked listing of its kind, whoever may; raises `InvalidParameter` naming the column."""
    source, now = told_by_sources(listing.pk), values_of(listing)
    if columns.get("opening_hours"):
        columns["opening_hours_text"] = ""
    new = {column: value for column, value in columns.items() if column not in now or now[column] != value}
    if not new:
        return listing
    if "address" in new:
        _check_address(listing, has_source=source is not None)
    listing = edit(listing=listing, **new)
    same = [column for column in new if source and source[column] == new[column]]
    return _forget(listing, same) if same else listing


@transaction.atomic
def go_back(*, account: Account, claim: Claim, column: str) -> Listing:
    """Say of one column what the sources say."""
    listing = _kept(account, claim)
    if column not in EDITABLE or told_by_sources(listing.pk) is None:
        raise Refused
    return _forget(listing, TOGETHER.get(column, (column,)))


@transaction.atomic
def close_for_good(*, account: Account, claim: Claim) -> Listing:
    """Say that a place is closed for good: it goes out of sight, and no import brings it back."""
    listing = withdraw(listing=_kept(account, claim))
    settle_remarks(listing)
    return listing


@transaction.atomic
def open_again(*, account: Account, claim: Claim) -> Listing:
    """Say that a place is not closed after all."""
    return shown_again(_kept(account, claim))


@transaction.atomic
def confirm(*, account: Account, claim: Claim) -> None:
    """Say that all that a place shows holds, this month."""
    listing = _kept(account, claim)
    check_today(listing=listing)
    settle_remarks(listing)


@transaction.atomic
def set_remarks_aside(*, account: Account, claim: Claim) -> None:
    """Say that what others remarked is put right, or was not wrong."""
    settle_remarks(_kept(account, claim))


def shown_again(listing: Listing) -> Listing:
    """Show a locked listing again that was taken out of sight, whoever may."""
    listing.edits.pop(WITHDRAWN, None)
    listing.withdrawn_at = None
    listing.save(update_fields=["edits", "withdrawn_at"])
    refresh_entries([listing.pk])
    return listing


def values_of(listing: Listing) -> dict[str, Any]:
    """Return what an owner may change, as it is now."""
    return {column: listing.category.code if column == "category" else getattr(listing, column) for column in EDITABLE}


def differences(listing: Listing) -> dict[str, Difference]:
    """Return, by column, where the owner says something else than the sources; nothing without any."""
    source, now = told_by_sources(listing.pk), values_of(listing)
    if source is None:
        return {}
    said = (column for column in EDITABLE if column in listing.edits)
    return {
        column: Difference(column, str(source[column] or ""), str(now[column]))
        for column in said
        if (source[column] or "") != now[column]
    }


def _kept(account: Account, claim: Claim) -> Listing:
    """Lock a place that the account's organisation keeps; raise `Refused` for any other."""
    listing = Listing.objects.select_for_update(of=["self"]).get(pk=claim.listing_id)
    held = Claim.objects.held().filter(pk=claim.pk).select_related("organisation").first()
    if held is None or not acts_for(account, held.organisation):
        raise Refused
    return of_its_kind(listing)


def _check_address(listing: Listing, *, has_source: bool) -> None:
    """Refuse to tell an address where there may be a home, and another than the one that was proved."""
    if listing.location is None:
        raise InvalidParameter("address", _("Cette fiche ne montre pas d’adresse : ce peut être un domicile."))
    if not has_source:
        raise InvalidParameter("address", _("Cette adresse a été prouvée. Ailleurs, c’est une autre fiche."))


def _forget(listing: Listing, columns) -> Listing:
    listing.edits = {column: value for column, value in listing.edits.items() if column not in columns}
    Listing.objects.filter(pk=listing.pk).update(edits=listing.edits)
    settle([listing.pk])
    return of_its_kind(listing)
