"""Counts, with the quarterly table, in how many homes someone kept an offer of a shop: one number for all its offers.

By the table's own laws (docs/adr/0010, 0035): homes that count there, by the same coin; from 20 on, in tens, and moved
only by what is far enough. Never of one offer, one place or one day; never the shop's own homes: whoever acts for it
knows what these did, and would subtract it.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from directory.models import Interest, InterestFigure, Promotion
from geo.locks import Lock
from scopes.models import Acting, Membership, Organisation
from scopes.reach import quarter_before, quarter_of
from scopes.reach_table import BESIDE, homes_counting, is_counted, published
from scopes.rights.records import Consent, Use

_ONE_COUNTING = Lock("interest")


@transaction.atomic
def count_interest(*, on: date | None = None) -> int:
    """Write what shops are told in the quarter of a day (today), of the one before; return how many figures.

    Done twice, none is written again. What was counted goes, but for offers that still run: their readers keep them.
    """
    quarter = quarter_of(on or timezone.localdate())
    before = quarter_before(quarter)
    _ONE_COUNTING.hold()
    shops = list(_shops_to_tell(quarter, before))
    homes = homes_by_shop(before)
    figures = [
        InterestFigure(
            organisation_id=shop, quarter=quarter, homes=figure_of(shop, homes[shop], quarter=quarter, was=_was(shop))
        )
        for shop in shops
    ]
    InterestFigure.objects.bulk_create(figures)
    over = Q(promotion__closes_at__lte=timezone.now()) | Q(promotion__withdrawn_at__isnull=False)
    Interest.objects.filter(over, quarter__lt=quarter).delete()
    return len(figures)


def figure_of(shop: int, homes: int, *, quarter: date, was: int) -> int:
    """Return the number that is told of a shop, or the one told before again; 0 stands for all below 20."""
    return published(cell=f"offers of {shop}", quarter=quarter, counted=homes, was=was, times=BESIDE)


def homes_by_shop(quarter: date) -> Counter[int]:
    """Count, for each organisation, the homes that are counted where someone kept an offer of it in a quarter.

    A person who agreed to be counted is, in the home they chose, a home once: no yes is given for someone else of it.
    None in which someone acts for the organisation, or did.
    """
    kept = Interest.objects.filter(quarter=quarter, account__in=Consent.objects.to(Use.COUNTED).values("account"))
    whose = dict(
        Membership.objects.current()
        .filter(chosen=True, account__in=kept.values("account"))
        .values_list("account", "household")
    )
    counted = {home.household for home in homes_counting(households=set(whose.values())) if is_counted(home)}
    by_account = kept.values_list("promotion__organisation", "account").iterator()
    by_home = ((shop, whose.get(account)) for shop, account in by_account)
    found = {(shop, household) for shop, household in by_home if household in counted}
    return Counter(shop for shop, _household in found - own_homes({shop for shop, _household in found}))


def own_homes(shops: set[int]) -> set[tuple[int, int]]:
    """The households of those who act for these organisations, or did: pairs of organisation and household."""
    acting = Acting.objects.filter(organisation__in=shops, account__memberships__ended_at=None)
    return set(acting.values_list("organisation", "account__memberships__household"))


def _shops_to_tell(quarter: date, before: date) -> QuerySet:
    """Organisations that had an offer in the quarter before, whatever became of it, and were told nothing since."""
    told = InterestFigure.objects.filter(quarter__gte=quarter).values("organisation")
    began, ended = _midnight(quarter), _midnight(before)
    offered = Promotion.objects.filter(opens_at__lt=began, closes_at__gte=ended).values("organisation")
    return Organisation.objects.filter(pk__in=offered).exclude(pk__in=told).values_list("pk", flat=True)


def _was(shop: int) -> int:
    """The number told of a shop the last time; 0 where there was none."""
    last = InterestFigure.objects.filter(organisation=shop).order_by("-quarter").values_list("homes", flat=True).first()
    return last or 0


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
