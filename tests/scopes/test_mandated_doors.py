"""Mandates through merges and splits: the doors that were named stay named, whoever merges what, and no other is."""

import random

import pytest

from geo.models import Address, Building, Residence
from scopes.models import Mandate, MandatedResidence
from scopes.organisations.covering import named_today
from scopes.organisations.mandating import end
from scopes.organisations.reshaped import doors_of
from scopes.reshaping import ask_for_change
from tests.neighbours import person
from tests.scopes.entering import building
from tests.scopes.mandates import SIRETS, asked, in_force, organisation, staff

pytestmark = pytest.mark.django_db

BLOCKS = ((3, 1), (4, 1), (5, 1), (6, 1), (7, 1))


def homes() -> list[Residence]:
    """The residences of today that stand on the blocks."""
    keys = [f"BATIMENT-{i:02}-{j:02}" for i, j in BLOCKS]
    standing = Building.objects.filter(key__endswith=keys[0])
    for key in keys[1:]:
        standing |= Building.objects.filter(key__endswith=key)
    return list(Residence.objects.open().filter(buildings__in=standing).distinct().order_by("pk"))


def named() -> set[tuple[int, str]]:
    """Each mandate with each door that it names today; whole residences by all of their doors."""
    rows = list(named_today().select_related("residence"))
    doors = doors_of([row.residence for row in rows])
    return {(row.mandate_id, key) for row in rows for key in row.entrances or doors[row.residence_id]}


def merge(residences: list[Residence]) -> None:
    ask_for_change(account=staff(), kind="merge", residences=residences, words="Réunies")


def split(residence: Residence, chance: random.Random) -> None:
    keys = sorted(residence.buildings.values_list("key", flat=True))
    chance.shuffle(keys)
    cut = chance.randrange(1, len(keys))
    ask_for_change(account=staff(), kind="split", residences=[residence], parts=[keys[:cut], keys[cut:]])


@pytest.mark.parametrize("seed", range(4))
def test_through_any_merges_and_splits_the_same_doors_are_named(toy_town, seed):
    chance = random.Random(seed)
    merge([building(3, 1), building(4, 1)])
    for number, siret in enumerate(SIRETS[:3]):
        account = person(f"Agent{number}")
        mandate = in_force(
            account, chance.sample(homes(), 2), organisation(account, siret=siret, name=f"Agence {siret}")
        )
        for row in mandate.mandated.all():
            some = sorted(doors_of([row.residence])[row.residence_id])
            MandatedResidence.objects.filter(pk=row.pk).update(entrances=chance.choice(([], some[:1])))
    before, whole = named(), _whole()
    for _ in range(4):
        several = [one for one in homes() if one.buildings.count() > 1]
        if several and (len(homes()) < 2 or chance.random() < 0.5):
            split(chance.choice(several), chance)
        else:
            merge(chance.sample(homes(), 2))
        assert named() == before and _whole() <= whole


def _whole() -> set[tuple[int, str]]:
    """Doors of residences that mandates name whole: their managers are read off these."""
    rows = list(named_today().filter(entrances=[]).select_related("residence"))
    return {(row.mandate_id, key) for row in rows for key in doors_of([row.residence])[row.residence_id]}


def test_an_entrance_follows_to_the_merged_residence_and_out_of_it_again(toy_town):
    home, other = building(5, 1), building(4, 1)
    (door,) = doors_of([home])[home.pk]
    mandate = in_force(person("Gil"), [home])
    mandate.mandated.update(entrances=[door])
    merge([home, other])
    row = named_today().get(mandate=mandate)
    assert row.residence == building(5, 1) == building(4, 1) and row.entrances == [door]
    split(building(5, 1), random.Random(1))
    row = named_today().get(mandate=mandate)
    assert row.residence == building(5, 1) != building(4, 1) and row.entrances == [door]


def test_of_two_merged_a_mandate_over_one_names_its_doors_alone(toy_town):
    home, other = building(5, 1), building(4, 1)
    doors = doors_of([home])[home.pk]
    mandate = in_force(person("Gil"), [home])
    merge([home, other])
    assert set(named_today().get(mandate=mandate).entrances) == doors
    assert len(doors_of([building(5, 1)])[building(5, 1).pk]) == 2


def test_what_is_over_follows_nowhere_and_what_waits_does(toy_town):
    home, other = building(5, 1), building(4, 1)
    gil, zoe = person("Gil"), person("Zoé")
    over = in_force(gil, [home])
    waits = asked(zoe, [home], organisation(zoe, siret=SIRETS[1], name="Autre"))
    end(by=gil, mandate=over)
    merge([home, other])
    assert set(named_today().values_list("mandate", flat=True)) == {waits.pk}
    assert not Mandate.objects.get(pk=waits.pk).granted_at


def test_a_residence_without_a_door_leaves_nothing_behind(toy_town):
    home, other = building(5, 1), building(4, 1)
    mandate = in_force(person("Gil"), [home])
    Address.objects.filter(building__residence=home).update(building=None)
    merge([home, other])
    assert not named_today().filter(mandate=mandate).exists()
