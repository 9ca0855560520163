"""A shop that nobody keeps, and those who may put its page right."""

import pytest
from django.core.cache import cache

from tests.directory.claims import bakery
from tests.neighbours import person
from tests.scopes.mandates import town_hall


@pytest.fixture(autouse=True)
def nobody_tried():
    cache.clear()


@pytest.fixture
def shop(town):
    return bakery(town)


@pytest.fixture
def staff():
    return person("Sam", is_staff=True)


@pytest.fixture
def hall(town):
    mayor = person("Maire")
    town_hall(mayor, town)
    return mayor
