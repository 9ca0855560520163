"""The crowd that each person stands in: the homes that look the same in everything others can observe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import asdict
from datetime import timedelta

from django.utils import timezone

from geo.models import Residence
from scopes.models import Account, Alias, Household, Membership
from scopes.viewer import Home
from scopes.viewing import viewer_of
from tests.privacy.inhabitants import analyze

#: The rule of privacy.md, 3.1.
LEAST_MAIN_RESIDENCES, LARGEST_SHARE = 30, 1 / 5
#: Of a home, what is known to its residents alone; everything else follows a person into what others see.
INSIDE = {"membership_id", "alias_id", "residence_id", "lives_there", "reads_since", "provisional", "moderates"}

Look = Hashable


def everyone_everywhere(residences: Iterable[Residence]) -> dict[int, Account]:
    """One settled member in each of these residences, by residence; written at once, as a town has hundreds."""
    residences = list(residences)
    now, day = timezone.now(), timedelta(days=1)
    accounts = Account.objects.bulk_create(
        Account(email=f"{home.pk}.{now.timestamp()}@example.org", first_name="Camille") for home in residences
    )
    aliases = Alias.objects.bulk_create(
        Alias(account=account, cell_id=home.public_cell_id) for account, home in zip(accounts, residences, strict=True)
    )
    households = Household.objects.bulk_create(Household() for _ in residences)
    rows = zip(accounts, aliases, households, residences, strict=True)
    moments = {"entered_at": now - 30 * day, "provisional_until": now - 20 * day, "proved_until": now + 300 * day}
    Membership.objects.bulk_create(
        Membership(account=account, alias=alias, household=household, residence=home, role="tenant", **moments)
        for account, alias, household, home in rows
    )
    analyze()
    return {home.pk: account for account, home in zip(accounts, residences, strict=True)}


def look_of(account: Account) -> Look:
    """Everything that decides what a member of one home may say, where, to whom, and what reaches them."""
    (home,) = viewer_of(account.pk).homes
    return _look(home)


def _look(home: Home) -> Look:
    return tuple(sorted((name, value) for name, value in asdict(home).items() if name not in INSIDE)) + home.audiences


def crowds(looks: dict[int, Look], *, share: float) -> dict[Look, list[float]]:
    """Main residences of each inhabited building, by the look of who lives there; `looks` by circle of people."""
    houses = dict(Residence.objects.open().filter(houses_of__isnull=False).values_list("houses_of", "pk"))
    found: dict[Look, list[float]] = defaultdict(list)
    buildings = Residence.objects.open().of_buildings().filter(dwellings__gt=0, public_cell__isnull=False)
    for pk, cell, dwellings in buildings.values_list("pk", "public_cell", "dwellings"):
        circle = pk if dwellings >= Residence.SMALLEST_CIRCLE else houses[cell]
        found[looks[circle]].append(share * dwellings)
    return found


def is_a_crowd(main_residences: list[float]) -> bool:
    """Whether these buildings hide each other: enough homes, and none with too many of them."""
    total = sum(main_residences)
    return total >= LEAST_MAIN_RESIDENCES and max(main_residences) <= LARGEST_SHARE * total + 1e-9
