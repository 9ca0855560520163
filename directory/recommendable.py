"""What of the listed may be recommended, and by whom: what is open to everyone, and never what is one's own."""

from __future__ import annotations

from uuid import UUID

from directory.models import Claim, Kind, Listing
from scopes.models import Membership
from scopes.organisation_models import Acting
from scopes.viewer import ANONYMOUS, Home

#: A recommendation carries the name of what it is of: that of something said to a circle would go beyond it.
RECOMMENDABLE = (Kind.MERCHANT, Kind.ASSOCIATION, Kind.SERVICE)


def recommendable(public_id: UUID) -> Listing | None:
    """Find something that may be recommended, as everyone may read it."""
    listings = Listing.objects.live().visible_to(ANONYMOUS).filter(kind__in=RECOMMENDABLE)
    return listings.filter(public_id=public_id).select_related("author").first()


def is_ones_own(home: Home, listing: Listing) -> bool:
    """Whether someone of a person's households shares the listing, or acts for the organisation that keeps it."""
    person = Membership.objects.values("account").filter(pk=home.membership_id)
    households = Membership.objects.current().filter(account__in=person).values("household")
    accounts = Membership.objects.current().filter(household__in=households).values("account")
    if listing.author_id is not None:
        return accounts.filter(account=listing.author.account_id).exists()
    keepers = Claim.objects.held().filter(listing=listing).values("organisation")
    return Acting.objects.filter(organisation__in=keepers, ended_at=None, account__in=accounts).exists()
