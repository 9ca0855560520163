"""Ends what time ends: requests that never sufficed, codes that are over, homes left a year ago."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from scopes.code_models import Code
from scopes.homes import Household, Membership
from scopes.key_models import ApiKey
from scopes.leaving import leave
from scopes.proof_models import Attempts, LotClaim, Proof
from scopes.proofs.attempting import DAY, YEAR
from scopes.proofs.table import WAITS
from scopes.renaming import forget_former_names

#: A home whose year is over can be proved again for so long under the same alias; then it is left.
RENEWABLE = timedelta(days=60)
#: Where someone lived is forgotten so long after leaving; the words given that year still count until then.
REMEMBERED = timedelta(days=365)


def expire() -> dict[str, int]:
    """End and forget what is due, each home in its own transaction; run twice, it ends nothing more.

    Returns how many of each. Entering and settling need no job: they are read off the clock.
    """
    now = timezone.now()
    waiting = Q(proofs__given_at__gt=now - WAITS) | Q(letters__asked_at__gt=now - WAITS) | Q(codes__expires_at__gt=now)
    lapsed = Membership.objects.filter(ended_at__isnull=True, proved_until__lte=now - RENEWABLE)
    stale = Membership.objects.asking().filter(asked_at__lte=now - WAITS).exclude(waiting)
    ended = [leave(membership=membership) for membership in (*stale, *lapsed)]
    with transaction.atomic():
        Proof.objects.filter(spent=False, given_at__lte=now - WAITS).delete()
        Code.objects.filter(expires_at__lte=now - REMEMBERED).delete()
        ApiKey.objects.filter(Q(expires_at__lte=now - REMEMBERED) | Q(revoked_at__lte=now - REMEMBERED)).delete()
        Attempts.objects.filter(since__lte=now - DAY).delete()
        LotClaim.objects.filter(made_at__lte=now - YEAR).delete()
        forget_former_names()
        _left, forgotten = Membership.objects.filter(ended_at__lte=now - REMEMBERED).delete()
        Household.objects.filter(memberships__isnull=True).delete()
    return {"ended": len(ended), "forgotten": forgotten.get(Membership._meta.label, 0)}
