"""Counts the homes connected, once a quarter: the only moment at which membership and numbers meet.

Someone who knows when everyone else came and went, or has friends come and go, learns next to nothing of one home
(docs/adr/0010): a secret coin, tossed once for each home, leaves a fifth of them out; a number moves only when the
count is far from it, and stays behind it; how far is a secret, and another one each quarter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from math import ceil, floor
from typing import NamedTuple

from django.conf import settings
from django.contrib.gis.geos import Point
from django.contrib.postgres.aggregates import BoolOr
from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import salted_hmac

from geo.locks import Lock
from geo.models import WGS84, ReachCell
from scopes.homes import Membership
from scopes.presence import Presence, forget_presence
from scopes.proof_models import Proof
from scopes.proofs.table import TABLE
from scopes.reach import LEAST, ReachCount, quarter_before, quarter_of
from scopes.rights.records import Consent, Use

#: Share of homes that are counted; the count is scaled by its inverse.
COIN = 0.8
#: Numbers are rounded to tens, and replaced only when the count is at least so many homes away.
ROUND, STEP = 10, 15
#: Homes: the most by which either of two secrets of a quarter keeps a number behind its count.
BEHIND = 16
#: Homes: the most by which a secret moves a rounding, or what is enough.
SECRET = 10
#: How much farther away a count of what is told beside the homes connected must be (docs/adr/0035).
BESIDE = 1.25
COUNTED = [kind for kind, rule in TABLE.items() if rule.counted]
_ONE_COUNTING = Lock("reach table")


class Home(NamedTuple):
    """A home that counts, by the first of its people who do."""

    account: int
    residence: int
    reach_cell: int
    household: int
    #: Whether one of its people who count came every week of the quarter before.
    weekly: bool = False


@transaction.atomic
def renew_reach(*, on: date | None = None) -> date:
    """Write the table of the quarter that a day (today) is in, unless it stands already; return the quarter."""
    quarter = quarter_of(on or timezone.localdate())
    _ONE_COUNTING.hold()
    # A clock that was ahead has counted already: nothing is counted twice, nor earlier than before.
    if not ReachCount.objects.filter(quarter__gte=quarter).exists():
        counted, weekly = Counter(), Counter()
        for home in homes_counting(weekly_in=quarter_before(quarter)):
            if is_counted(home):
                counted[home.reach_cell] += 1
                weekly[home.reach_cell] += home.weekly
        before = _published_before()
        rows = [
            _row(quarter, cell, counted=counted[cell.pk], weekly=weekly[cell.pk], was=before[cell.pk])
            for cell in ReachCell.objects.filter(merged_into__isnull=True)
        ]
        ReachCount.objects.bulk_create(rows, batch_size=2000)
    forget_presence(before=quarter)
    return quarter


def _row(quarter: date, cell: ReachCell, *, counted: int, weekly: int, was: Counter[str]) -> ReachCount:
    homes = published(cell=cell.pk, quarter=quarter, counted=counted, was=was["homes"])
    return ReachCount(
        quarter=quarter,
        reach_cell=cell,
        centre=Point(cell.location.coords, srid=WGS84),
        homes=homes,
        weekly=published_weekly(cell=cell.pk, quarter=quarter, counted=weekly, was=was["weekly"], homes=homes),
        dwellings=cell.dwellings,
    )


def homes_counting(*, weekly_in: date | None = None, households: Collection[int] | None = None) -> Iterator[Home]:
    """Yield each home that counts, of some households or of all; and whether it came every week of a quarter.

    Someone who lives there proved it by what leaves no doubt (`scopes.proofs.table`), and agreed to be counted.
    """
    living = Membership.objects.current().exclude(role=Membership.Role.ABSENT_OWNER)
    proved = Proof.objects.filter(membership=OuterRef("pk"), spent=True, kind__in=COUNTED)
    agreed = Consent.objects.to(Use.COUNTED).values("account")
    reach_cell = Coalesce("alias__cell__merged_into__reach_cell", "alias__cell__reach_cell")
    those = living.filter(Exists(proved), account__in=agreed).annotate(reach_cell=reach_cell).exclude(reach_cell=None)
    if households is not None:
        those = those.filter(household__in=households)
    came = Exists(Presence.objects.weekly_in(weekly_in).filter(account=OuterRef("account")))
    homes = those.annotate(came=came).values("household", "residence", "reach_cell")
    homes = homes.annotate(account=Min("account"), weekly=BoolOr("came")).order_by()
    for home in homes.values_list("account", "residence", "reach_cell", "household", "weekly").iterator():
        yield Home(*home)


def is_counted(home: Home) -> bool:
    """Toss the coin of a home: secret, and the same for life, for who leaves and comes back too."""
    return coin(f"home of {home.account} in {home.residence}")


def coin(of: str) -> bool:
    """Toss a secret coin: the same for life, four times in five it counts."""
    return _secret(of) < COIN


def in_tens(count: float, *, of: str) -> int:
    """Round a count to tens, up or down by a secret of what is counted; 0 stands for all below 20."""
    rounded = ROUND * int((count + SECRET * _secret(f"rounding of {of}")) / ROUND)
    return rounded if rounded >= LEAST else 0


def are_enough(count: float, *, of: str) -> bool:
    """Whether anything may be told: from 20 on and a secret of up to 10 more, so that nobody is known to be the one."""
    return count >= LEAST + SECRET * _secret(f"least of {of}")


def published_weekly(*, cell: int, quarter: date, counted: int, was: int, homes: int) -> int:
    """Return the number of homes that came every week: by secrets of its own, and never more than are connected."""
    return min(homes, published(cell=f"{cell}, every week", quarter=quarter, counted=counted, was=was, times=BESIDE))


def published(*, cell: int | str, quarter: date, counted: int, was: int, times: float = 1) -> int:
    """Return the number that replaces the one published before, or that one again; 0 stands for all below 20.

    It stays behind its count by a secret of the cell and the quarter, which is also how much farther than the step the
    count must be. One secret decides whether it moves and where to, and none stands: what stands is measured by whoever
    has friends come and go until it gives way.
    """
    count = counted / COIN
    behind = times * BEHIND * sum(_secret(f"{which} of {cell} in {quarter}") for which in ("behind", "more behind"))
    if abs(count - was) < times * STEP + behind:
        return was
    told = ROUND * (floor((count - behind) / ROUND) if count > was else ceil((count + behind) / ROUND))
    return told if told >= LEAST else 0


def _secret(of: str) -> float:
    """A number from 0 to 1, the same for life, that nobody finds without the key."""
    digest = salted_hmac("scopes.reach_table", of, secret=settings.REACH_KEY, algorithm="sha256").digest()
    return int.from_bytes(digest[:8]) / 2**64


def _published_before() -> defaultdict[int, Counter[str]]:
    """The numbers of the last table before, by the reach cell that stands now: those of united cells add up."""
    stands = Coalesce("reach_cell__merged_into", "reach_cell")
    before: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for cell, homes, weekly in ReachCount.objects.latest_quarter().values_list(stands, "homes", "weekly"):
        before[cell].update(homes=homes, weekly=weekly)
    return before
