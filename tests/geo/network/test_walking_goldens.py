"""Monaco on foot: distances that GraphHopper publishes, and computed ones, within one per cent."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.conf import settings

from geo.importing.sources import Options
from geo.importing.sources.osm import open_osm
from geo.network.graph import Network
from geo.network.walking import between
from geo.plane import metres_between

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not DATA.exists(), reason="the shared open data are not on this machine"),
]


@cache
def golden(year: str) -> tuple[Network, np.ndarray, np.ndarray, np.ndarray]:
    """The network of that year, where the walks begin and end (degrees), and how long they are."""
    told = json.loads((DATA / f"goldens/walking-monaco-{year}.json").read_text())
    with open_osm(DATA / told["graph"], Options(dataset="streets")) as contents:
        lines = [row.geometry for row in contents.rows if row.geometry and row.attributes["walkable"]]
    starts, ends = (np.array([case[name][::-1] for case in told["cases"]]) for name in ("from", "to"))
    metres = np.array([case.get("expected_m") or case["walk_m"] for case in told["cases"]])
    return Network.on_foot(np.array(lines, dtype=object)), starts, ends, metres


@pytest.mark.parametrize(("year", "cases"), [("2012", 2), ("2023", 20)])
def test_walks_are_as_long_as_published(year, cases):
    network, starts, ends, metres = golden(year)
    walked = between(network, network.place(shapely.points(starts)), network.place(shapely.points(ends))).diagonal()
    assert len(walked) == cases
    assert walked == pytest.approx(metres, rel=0.01)


def test_what_is_near_may_be_far_on_foot():
    """The first pair is 377 m apart, and 1,566 m along the streets."""
    network, starts, ends, _ = golden("2012")
    straight = metres_between(starts[:1], ends[:1])[0]
    walked = between(network, network.place(shapely.points(starts[:1])), network.place(shapely.points(ends[:1])))[0, 0]
    assert round(straight) == 377 and walked > 4 * straight
