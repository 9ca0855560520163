"""The shops that an account may make offers for, and the offers of each: nothing of them is anyone else's to find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from directory.models import Kind, Listing, Promotion
from directory.organisation_kinds import NEWS, PROMOTION, OrganisationKind
from directory.organisation_publishing import left_this_month, may_say, no_more_this_month, own_said, pages_of, said_by
from geo.errors import NotFound
from scopes.models import Account, Organisation
from scopes.organisations.proposing import acting_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop whose page an organisation keeps, and for which the account may make offers."""

    organisation: Organisation
    place: Listing

    @property
    def left(self) -> int:
        """How many more offers may be made this month."""
        return max(0, left_this_month(PROMOTION, self.organisation, self.place))

    @property
    def no_more(self) -> str:
        """Where none may be, from which day; else nothing."""
        return "" if self.left else no_more_this_month(PROMOTION, self.place.municipality)


def shops_of(account: Account) -> list[Shop]:
    """The shops that the account may make offers for, by organisation and title."""
    return [Shop(organisation=own, place=place) for own, place in _kept(account, PROMOTION)]


def associations_of(account: Account) -> list[Shop]:
    """The pages that the account may give news from; offers are of shops alone."""
    return [Shop(organisation=own, place=place) for own, place in _kept(account, NEWS)]


def shop_of(account: Account, public_id: UUID) -> Shop:
    """Return one of these shops; raise `NotFound` for any other page, kept by someone else or not there at all."""
    found = next((shop for shop in shops_of(account) if shop.place.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def offers_of(account: Account, shop: Shop) -> list[Promotion]:
    """The offers of a shop that are not over, the latest first."""
    return list(said_by(account, shop.organisation, Kind.PROMOTION).filter(place=shop.place))


def offer_of(account: Account, shop: Shop, public_id: UUID) -> Promotion:
    """Return one of the offers of a shop; raise `NotFound` for any other."""
    said = own_said(account, shop.organisation, Kind.PROMOTION, public_id)
    if said.place_id != shop.place.pk:
        raise NotFound
    return said


def _kept(account: Account, own: OrganisationKind) -> Iterator[tuple[Organisation, Listing]]:
    for organisation in acting_for(account):
        if may_say(account, organisation, own):
            yield from ((organisation, place) for place in pages_of(organisation, own))
