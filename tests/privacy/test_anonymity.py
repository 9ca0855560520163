"""T3 of privacy.md: whoever writes or is written to could live in thirty homes, no building holding a fifth of them."""

from random import Random

import pytest
from django.db import transaction

from geo.models import Municipality, Residence
from scopes.models import Account
from tests.geo.houses import SHARE, activated, commune, village
from tests.privacy.anonymity import crowds, everyone_everywhere, is_a_crowd, look_of

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


def check_crowds(members: dict[int, Account]) -> int:
    """Assert that every one of these members, and whoever joined today anywhere, is one of a crowd; count them."""
    with transaction.atomic():
        looks = {pk: look_of(account) for pk, account in everyone_everywhere(joinable()).items()}
        transaction.set_rollback(True)
    found = crowds(looks, share=SHARE)
    assert found
    small = [homes for homes in found.values() if not is_a_crowd(homes)]
    assert not small, f"{len(small)} of {len(found)} crowds are too small"
    alone = [pk for pk, account in members.items() if not is_a_crowd(found.get(look_of(account), [0.0]))]
    assert not alone, f"{len(alone)} of {len(members)} members stand out"
    return len(found)


def joinable():
    """The residences that people may belong to today."""
    return Residence.objects.circles().filter(public_cell__isnull=False).order_by("pk")


def test_everyone_in_town_is_one_of_a_crowd(town):
    assert check_crowds(everyone_everywhere(joinable())) >= 20


def check_vintages(count: int, seed: int) -> None:
    """Members of a village stay in their crowds through so many vintages of its buildings."""
    activated("municipalities", "FR", [commune()])
    houses = village(250, seed=seed)
    Municipality.objects.update(circle_kind="")
    members = everyone_everywhere(joinable())
    check_crowds(members)
    for _ in range(count):
        houses.change()
        houses.show()
        check_crowds(members)
        members |= everyone_everywhere(joinable().exclude(pk__in=members))


def test_everyone_stays_in_a_crowd_when_buildings_change():
    check_vintages(2, seed=Random(0).randrange(100))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_everyone_stays_in_a_crowd_through_eight_vintages(seed):
    check_vintages(8, seed=seed)
