"""A circle, a town hall and someone on its list, for whatever is said between them."""

import pytest

from directory.models import Help
from tests.directory.helping import asks_for_help
from tests.directory.introduced import listed, town_hall
from tests.neighbours import neighbour
from tests.scopes.village import make_village


@pytest.fixture(scope="module")
def kept(whole_module) -> dict:
    """A circle, a town hall and someone on its list, made once for the module."""
    village = make_village()
    town, people = town_hall(village.town), {"Jeanne": "A", "Anna": "B"}
    jeanne, anna = (neighbour(name, village.residences[home]) for name, home in people.items())
    place = listed(*town, anna)
    asks_for_help(jeanne)
    return {"village": village, "town": town, "jeanne": jeanne, "anna": anna, "place": place}


@pytest.fixture
def village(kept, db):
    return kept["village"]


@pytest.fixture
def town(kept, db):
    return kept["town"]


@pytest.fixture
def jeanne(kept, db):
    return kept["jeanne"]


@pytest.fixture
def anna(kept, db):
    return kept["anna"]


@pytest.fixture
def place(kept, db):
    return kept["place"]


@pytest.fixture
def help_(kept, db) -> Help:
    return Help.objects.get()
