import pytest

from tests.scopes.village import Village, make_village


@pytest.fixture
def village(db) -> Village:
    """Two quarters of three cells in a row."""
    return make_village()
