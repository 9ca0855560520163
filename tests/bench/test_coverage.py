"""The bench of coverage finds the same homes as its peers, at a size that takes no time."""

import pytest
import shapely

from config.benches import coverage

pytestmark = pytest.mark.django_db


def test_what_is_found_is_what_geopandas_finds():
    outlines, homes, sites = coverage.made_town(400, 3)
    assert shapely.is_valid(outlines).all() and len(homes) == 400 and len(sites) == 16
    ours = coverage.by_ours(outlines, sites)
    assert 0 < len(ours) < 400
    assert ours.tolist() == coverage._by_geopandas(outlines, sites).tolist()
