"""A household as one thing knows it: a keyed hash, another for each thing, so that nothing is counted twice.

No table of `directory` holds a home (design.md, section 3, law 3): who reads the tables without the key finds neither
whose a vote or a "J'ai lu" is, nor two of one household.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac

from directory.models import Listing
from scopes.models import Membership
from scopes.viewer import Home


def household_of(home: Home) -> int:
    """Return the household of one of the viewer's homes."""
    return Membership.objects.values_list("household", flat=True).get(pk=home.membership_id)


def key_of(household_id: int, listing: Listing) -> str:
    """Return what a household is known by under a listing.

    By the key of the quarterly table, which never changes: under a new one, a household would count twice.
    """
    told = f"{listing.pk}:{household_id}"
    return salted_hmac("directory.household_keys", told, secret=settings.REACH_KEY, algorithm="sha256").hexdigest()


def is_left_empty(membership: Membership) -> bool:
    """Whether a household has nobody but the one who is leaving, or has just left."""
    others = Membership.objects.current().filter(household=membership.household_id).exclude(pk=membership.pk)
    return not others.exists()
