"""Which street of the toy town a written name means."""

import pytest

from geo.models import Address
from geo.street_spellings import Streets

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text", ["Rue des Églantines", "r. des eglantines", "RUE DES ÉGLANTINES", "rue-des-Eglantines"]
)
def test_a_street_written_as_it_is_called_is_meant_exactly(toy_town, text):
    (street,) = Streets(toy_town.municipality).meant(text)
    assert (street.names, street.score, street.exact) == (("Rue des Églantines",), 1.0, True)


@pytest.mark.parametrize("text", ["rue des Eglentines", "avenue des Églantines", "Églantines", "rue Églantines des"])
def test_a_street_written_otherwise_is_meant_likely(toy_town, text):
    street = Streets(toy_town.municipality).meant(text)[0]
    assert street.names == ("Rue des Églantines",) and not street.exact and 0.75 <= street.score <= 0.95


@pytest.mark.parametrize("text", ["", "chemin du Vieux Moulin", "☂"])
def test_what_is_like_no_street_means_none(toy_town, text):
    assert Streets(toy_town.municipality).meant(text) == []


def test_one_street_in_two_ways_of_writing_is_one(toy_town):
    Address.objects.filter(street_name="Rue des Roses", number=2).update(street_name="RUE DES ROSES")
    (street,) = Streets(toy_town.municipality).meant("rue des roses")
    assert set(street.names) == {"Rue des Roses", "RUE DES ROSES"} and street.exact
