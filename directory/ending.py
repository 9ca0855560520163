"""Tells authors that what they share ends in three days, once, so that they renew it where it still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from directory.kinds import KINDS
from directory.models import Exchange
from directory.own_exchanges import exchanges_of
from directory.querysets import ListingQuerySet
from scopes import second_lock
from scopes.models import Account, Membership
from scopes.sending import write_to
from scopes.viewer import Viewer

SOON = timedelta(days=3)
#: Residences opened at once.
BATCH = 500


def remind_of_endings() -> int:
    """Write to each author of what ends soon, one mail for all of it; return how many mails."""
    return sum(_remind(residences) for residences in residences_by_batches())


def residences_by_batches() -> Iterator[list[int]]:
    """Give no residence, then those that people ever entered, some at a time: to be opened by a job, which has none."""
    yield []
    entered = Membership.objects.filter(entered_at__isnull=False).order_by("residence")
    lived_in = list(entered.values_list("residence", flat=True).distinct())
    yield from (lived_in[start : start + BATCH] for start in range(0, len(lived_in), BATCH))


@transaction.atomic
def _remind(residences: list[int]) -> int:
    """Remind of what is in these residences; of what is in none, for no residence."""
    with second_lock.opened(residences):
        ending: dict[int, list[Exchange]] = defaultdict(list)
        for exchange in _ending(is_inside=bool(residences)):
            ending[exchange.author.account_id].append(exchange)
        mails = [
            write_to(account=account, template="ending", titles=_titles(ending[account.pk]))
            for account in Account.objects.filter(pk__in=ending)
        ]
        return len([mail for mail in mails if mail])


def _titles(exchanges: list[Exchange]) -> list[str]:
    """What the mail names; nothing of what is said in a residence: a mailbox is not the building."""
    return ["" if one.residence_id else one.title for one in exchanges]


def ending_of(viewer: Viewer) -> ListingQuerySet:
    """What the viewer shares that ends soon or has ended, and may be renewed: what is over by itself is over."""
    own = {"author__in": viewer.alias_ids}
    renewed = [kind.model.objects.filter(kind.renewed, **own).values("pk") for kind in KINDS.values() if kind.renews]
    lasting = reduce(or_, (Q(pk__in=rows) for rows in renewed))
    return exchanges_of(viewer).filter(lasting, closes_at__lte=timezone.now() + SOON).order_by("-closes_at", "-pk")


def _ending(*, is_inside: bool) -> Iterator[Exchange]:
    """What ends soon and was not told of, marked as told."""
    now = timezone.now()
    for kind in (one for one in KINDS.values() if one.renews):
        soon = kind.model.objects.live().filter(kind.renewed, closes_at__lte=now + SOON, reminded_at=None)
        own = soon.filter(author__account__isnull=False, space__isnull=not is_inside)
        found = own.select_for_update(of=["self"], skip_locked=True)
        exchanges = list(found.select_related("author").order_by("closes_at", "pk"))
        kind.model.objects.filter(pk__in=exchanges).update(reminded_at=now)
        yield from exchanges
