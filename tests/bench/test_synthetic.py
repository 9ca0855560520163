"""Invented listings: the same for the same seed, clustered as people are, and whole as search entries."""

from itertools import pairwise

import numpy as np
import pytest

from config.benches import synthetic
from directory.categories import tree
from directory.here import Here
from directory.models import SearchEntry
from directory.search import SearchRequest, search
from tests.directory.around import copy_entries


def test_the_same_seed_gives_the_same_country():
    one, again = (synthetic.clustered(rows=5_000, seed=3) for _ in range(2))
    assert np.array_equal(one.longitudes, again.longitudes)
    assert np.array_equal(one.latitudes, again.latitudes)
    assert not np.array_equal(one.longitudes, synthetic.clustered(rows=5_000, seed=4).longitudes)


def test_more_rows_are_a_denser_country_not_a_larger_one():
    few, many = (synthetic.clustered(rows=rows, seed=3) for rows in (2_000, 100_000))

    def middle(points):
        largest = points.towns == 0
        return points.longitudes[largest].mean(), points.latitudes[largest].mean()

    assert middle(few) == pytest.approx(middle(many), abs=0.02)


def test_listings_gather_in_large_towns():
    sizes = np.sort(np.bincount(synthetic.clustered(rows=50_000, seed=3).towns))[::-1]
    assert sizes[:200].sum() > 0.3 * 50_000
    assert all(before >= after for before, after in pairwise(sizes))


@pytest.mark.django_db
def test_entries_are_found_like_any_other():
    points = synthetic.clustered(rows=500, seed=3)
    copy_entries(points, categories=["bakery"])
    assert SearchEntry.objects.count() == 500
    longitude, latitude = points.pairs()[0]
    item = search(SearchRequest(here=Here(longitude=longitude, latitude=latitude), limit=1)).items[0]
    assert (item.distance, item.category, item.kind) == (pytest.approx(0, abs=0.01), "bakery", tree()["bakery"].kind)
    assert item.card["municipality"] == "Bourg"
