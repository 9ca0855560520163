"""From an address to the residences there, and what people call them."""

import pytest

from geo.front_doors import addresses_meant, name_of, residences_at, size_of, told_briefly
from geo.houses import circle_of
from geo.models import Address, Residence

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "first", "number"),
    [
        ("8 rue des Bleuets, Villegrille", "8 Rue des Bleuets", 1),
        ("8, r. des bleuets 77990 VILLEGRILLE", "8 Rue des Bleuets", 1),
        ("7 ter rue des bleuets villegrille", "7 ter Rue des Bleuets", 1),
    ],
)
def test_an_address_written_whole_means_one_door(toy_town, text, first, number):
    meant = addresses_meant(text)
    assert (str(meant[0]), len(meant)) == (first, number)


@pytest.mark.parametrize(
    "text", ["", "Villegrille", "rue des Bleuets", "4000 rue des Bleuets, Villegrille", "☂", "x" * 200]
)
def test_a_street_a_town_and_nonsense_mean_no_door(toy_town, text):
    assert addresses_meant(text) == []


def test_a_door_opens_on_its_own_residence_first(toy_town):
    address = Address.objects.get(street_name="Rue des Bleuets", number=8, suffix="")
    found = residences_at(address)
    assert found[0] == address.building.residence
    assert len(set(found)) == len(found) <= 8


def test_a_door_with_three_buildings_round_it_offers_each(toy_town):
    """Block (1, 0): a residence of two footprints, and one by itself."""
    address = Address.objects.get(street_name="Rue des Acacias", number=4, suffix="")
    keys = [residence.key for residence in residences_at(address)]
    assert len(keys) >= 2 and all("01-00" in key for key in keys[:2])


def test_a_closed_residence_is_offered_to_nobody(toy_town):
    address = Address.objects.get(street_name="Rue des Bleuets", number=8, suffix="")
    Residence.objects.filter(pk=address.building.residence_id).update(closed_on="2026-01-01")
    assert address.building.residence.pk not in {residence.pk for residence in residences_at(address)}


def test_what_a_residence_is_called(toy_town):
    home = Address.objects.get(street_name="Rue des Bleuets", number=8, suffix="").building.residence
    assert name_of(home) == "7 ter et 8 Rue des Bleuets"
    home.name = "Les Lilas"
    assert name_of(home) == "Les Lilas"
    assert size_of(home) == "10 logements"
    home.dwellings_estimated = True
    assert size_of(home) == "environ 10 logements"
    house = Residence.objects.filter(dwellings=2, houses_of=None, public_cell__isnull=False).first()
    assert name_of(circle_of(house)) == "Les maisons du voisinage"
    assert size_of(Residence()) == ""


@pytest.mark.parametrize(
    ("doors", "name"),
    [
        ([], "Un immeuble sans adresse connue"),
        (["4 Rue Haute"], "4 Rue Haute"),
        (["4 Rue Haute", "6 Rue Haute", "8 Rue Haute"], "4, 6 et 8 Rue Haute"),
        (["4 Rue Haute", "2 Rue Haute", "12 Rue Haute", "9 Rue Basse"], "9 Rue Basse, 2, 4 et 12 Rue Haute"),
        ([f"{number} Rue Haute" for number in (13, 1, 3, 5)], "1 à 13 Rue Haute"),
        ([f"1 Rue {letter}" for letter in "ABCDE"], "1 Rue A, 1 Rue B, 1 Rue C et 2 autres"),
    ],
)
def test_doors_are_told_street_by_street(toy_town, doors, name):
    home = Residence.objects.filter(buildings__isnull=False).first()
    building = home.buildings.first()
    Address.objects.filter(building__residence=home).delete()
    for door in doors:
        number, _, street = door.partition(" ")
        place = {"source": "test", "municipality": home.municipality, "location": home.location, "building": building}
        Address.objects.create(key=f"test:{door}", number=int(number), street_name=street, **place)
    assert name_of(home) == name


def test_many_names_are_told_briefly():
    assert told_briefly([]) == ""
    assert told_briefly("abc") == "a, b, c"
    assert told_briefly("abcd") == "a, b, c et 1 autre"
    assert told_briefly("abcdef") == "a, b, c et 3 autres"


@pytest.mark.plan
def test_the_buildings_round_a_door_are_found_by_their_index(toy_town):
    from django.contrib.gis.measure import D
    from django.db import connection

    from geo.models import Building

    address = Address.objects.get(street_name="Rue des Bleuets", number=8, suffix="")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_building")
    door = Building.objects.open().filter(location__dwithin=(address.location, D(m=60)))
    assert "geo_building_location" in door.explain()
