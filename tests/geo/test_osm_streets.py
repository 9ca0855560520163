"""What OpenStreetMap's tags say of a street: who may walk there, and which way one drives."""

import pytest

from geo.importing.sources import Options
from geo.importing.sources.osm import open_osm


@pytest.fixture
def streets(tmp_path):
    """Read ways of these tags, each around the same square."""

    def read(*tagged: dict[str, str]) -> list[dict]:
        nodes = "".join(
            f'<node id="{n}" version="1" lat="{lat}" lon="{lon}"/>'
            for n, (lon, lat) in enumerate([(2, 48), (2.001, 48), (2.001, 48.001), (2, 48.001)], 1)
        )
        around = "".join(f'<nd ref="{node}"/>' for node in (1, 2, 3, 4, 1))
        ways = "".join(
            f'<way id="{n}" version="1">{around}'
            + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
            + "</way>"
            for n, tags in enumerate(tagged, 1)
        )
        path = tmp_path / "square.osm"
        path.write_text(f'<osm version="0.6">{nodes}{ways}</osm>')
        with open_osm(path, Options(dataset="streets")) as contents:
            return [row.attributes | {"line": row.geometry} for row in contents.rows]

    return read


@pytest.mark.parametrize(
    ("tags", "walkable"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "cycleway"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "platform"}, False),
        ({"highway": "corridor"}, False),
        ({"highway": "bus_guideway"}, False),
        ({"highway": "construction"}, False),
        ({"highway": "footway", "foot": "no"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "designated"}, True),
        ({"highway": "residential", "oneway": "yes"}, True),
    ],
)
def test_who_may_walk_is_told_by_class_and_access(streets, tags, walkable):
    assert streets(tags)[0]["walkable"] is walkable


@pytest.mark.parametrize(
    ("tags", "one_way"),
    [
        ({}, "both"),
        ({"oneway": "yes"}, "forward"),
        ({"oneway": "1"}, "forward"),
        ({"oneway": "-1"}, "backward"),
        ({"oneway": "no"}, "both"),
        ({"oneway": "reversible"}, ""),
        ({"junction": "roundabout"}, "forward"),
        ({"junction": "circular", "oneway": "no"}, "both"),
        ({"highway": "motorway"}, "forward"),
    ],
)
def test_which_way_one_drives(streets, tags, one_way):
    assert streets({"highway": "residential"} | tags)[0]["one_way"] == one_way


@pytest.mark.parametrize(
    ("tags", "drivable"),
    [
        ({}, True),
        ({"access": "no"}, False),
        ({"access": "private"}, False),
        ({"motor_vehicle": "no"}, False),
        ({"access": "no", "motor_vehicle": "yes"}, True),
        ({"motor_vehicle": "no", "motorcar": "yes"}, True),
        ({"access": "permissive"}, True),
        ({"area": "yes"}, False),
    ],
)
def test_who_may_drive_is_told_by_access(streets, tags, drivable):
    assert streets({"highway": "residential"} | tags)[0]["drivable"] is drivable


def test_a_square_is_walked_around(streets):
    (square,) = streets({"highway": "pedestrian", "area": "yes", "name": "Place du Palais"})
    assert square["walkable"] and not square["drivable"] and square["name"] == "Place du Palais"
    assert square["line"].is_ring
