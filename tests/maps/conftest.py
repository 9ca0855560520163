"""A village for every test that draws."""

import pytest

from tests.maps.village import build_village, settle


@pytest.fixture
def village(db):
    return build_village()


@pytest.fixture
def listings(village):
    return settle(village)
