"""A managing agent with a mandate on two buildings, and what its kind pays."""

import pytest

from tests.neighbours import person
from tests.scopes.entering import building
from tests.scopes.mandates import in_force, organisation
from tests.scopes.subscribed import priced


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def agent(home):
    return person("Gil", "Bertin")


@pytest.fixture
def own(agent):
    return organisation(agent)


@pytest.fixture
def mandate(agent, own, home):
    return in_force(agent, [home, building(2, 2)], own)


@pytest.fixture
def price(home):
    return priced()
