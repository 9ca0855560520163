"""Cells of real towns: Nantes-centre and Périgueux, by the figures they were designed for."""

import random
from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import shapely

from geo.activation import activate
from geo.importing import Row, load
from geo.importing.sources import SOURCES, Options
from geo.lifelong import MARGIN
from geo.models import Building, Containment, Municipality, PublicCell, ReachCell
from geo.partition import exact, partition
from geo.public_cells import RULE
from tests import real_towns
from tests.real_towns import NANTES

pytestmark = pytest.mark.skipif(not NANTES.exists(), reason="the shared open data are not on this machine")


def nantes() -> tuple[np.ndarray, np.ndarray]:
    """Places in Lambert-93 and dwellings of the inhabited buildings."""
    _, _, shapes, (told,) = pyogrio.raw.read(f"/vsigzip/{NANTES}", layer="batiments", columns=["NB_LOGTS"])
    dwellings = np.array([float(number or 0) for number in told])
    dwellings[np.isnan(dwellings)] = 0
    inside = shapely.point_on_surface(shapely.from_wkb(shapes[dwellings > 0]))
    return shapely.get_coordinates(inside), dwellings[dwellings > 0]


def test_nantes_falls_into_the_cells_it_was_measured_for():
    places, dwellings = nantes()
    assert (len(dwellings), dwellings.sum()) == (4_736, 39_108)
    weights = exact(dwellings)
    groups = partition(places, weights, RULE.stricter(MARGIN))
    total = np.bincount(groups, weights)
    heaviest = np.zeros_like(total)
    np.maximum.at(heaviest, groups, weights)
    assert RULE.holds(total, heaviest).all()
    # What the blind guess "the largest building of the cell" gets right, over dwellings.
    assert heaviest.sum() / total.sum() < 0.16
    assert np.median(np.bincount(groups)) == 20
    assert np.bincount(groups).min() == 7
    centres = np.stack([np.bincount(groups, weights * axis) / total for axis in places.T], axis=1)
    spread = np.sqrt(np.bincount(groups, weights * ((places - centres[groups]) ** 2).sum(axis=1)) / total)

    assert np.median(spread) < 53
    assert len(total) == 185


def check_town(town: Municipality) -> None:
    """Every home is in a cell that obeys the rule, summed anew; the blind guess is wrong four times in five."""
    homes: dict[int, dict[int, int]] = {}
    inhabited = Building.objects.open().filter(dwellings__gt=0, municipality=town)
    for cell, residence, dwellings in inhabited.values_list("residence__public_cell", "residence", "dwellings"):
        of_cell = homes.setdefault(cell, {})
        of_cell[residence] = of_cell.get(residence, 0) + dwellings
    assert None not in homes
    cells = PublicCell.objects.in_bulk(homes)
    for cell, of_cell in homes.items():
        told = cells[cell]
        assert told.merged_into is None
        assert told.main_residences >= 30
        assert told.largest_share <= 1 / 5
        # The share of main residences differs from one IRIS to the next.
        assert max(of_cell.values()) <= sum(of_cell.values()) * 0.25
    right = sum(cell.main_residences * cell.largest_share for cell in cells.values())
    assert right / sum(cell.main_residences for cell in cells.values()) <= 0.2


def halves(row: Row) -> list[Row]:
    """A building as two, each with half of its dwellings."""
    west, south, east, north = row.geometry.bounds
    middle = (west + east) / 2
    told = row.attributes | {"dwellings": (row.attributes.get("dwellings") or 0) // 2, "rnb_ids": []}
    return [
        replace(
            row, geometry=shapely.intersection(row.geometry, shapely.box(*half)), attributes=told, key=row.key + side
        )
        for side, half in (("/W", (west, south, middle, north)), ("/E", (middle, south, east, north)))
    ]


def changed(rows: list[Row], chance: random.Random) -> list[Row]:
    """Another vintage: of every hundred buildings some are gone, cut in two, numbered anew, or have a new neighbour."""
    made = []
    for row in rows:
        fate = chance.random()
        if fate < 0.01:
            continue
        if fate < 0.02:
            made += halves(row)
        elif fate < 0.03:
            made.append(replace(row, key=f"{row.key}'"))
        elif fate < 0.04:
            moved = shapely.transform(row.geometry, lambda places: places + chance.uniform(20, 60))
            told = row.attributes | {"dwellings": chance.choice([1, 2, 8, 20]), "rnb_ids": []}
            made += [row, replace(row, geometry=moved, attributes=told, key=f"{row.key}+")]
        else:
            made.append(row)
    return made


@pytest.mark.slow
@pytest.mark.django_db
def test_nantes_through_the_importers_and_eight_vintages():
    town = real_towns.nantes()
    check_town(town)
    cells = PublicCell.objects.all()
    streets = town.streets.filter(walkable=True)
    for cell in cells:
        assert town.boundary.covers(cell.location)
        assert streets.filter(line__dwithin=(cell.location, 0.00002)).exists()
        quarters = Containment.objects.filter(residence__public_cell=cell, kind="quartier")
        assert cell.containments.get(kind="quartier").neighbourhood_id in set(
            quarters.values_list("neighbourhood", flat=True)
        )
    across = sum(
        1
        for cell in cells
        if Containment.objects.filter(residence__public_cell=cell, kind="quartier", residence__dwellings__gt=0)
        .values("neighbourhood")
        .distinct()
        .count()
        > 1
    )
    assert across <= 3
    assert all(reach.dwellings >= 300 for reach in ReachCell.objects.all())
    with SOURCES["bdtopo"].open(NANTES, Options(dataset="buildings")) as contents:
        rows = [row for row in contents.rows if isinstance(row, Row)]
        crs = contents.crs
    for vintage in range(8):
        before = dict(Building.objects.exclude(public_cell=None).values_list("key", "public_cell"))
        rows = changed(rows, random.Random(vintage))
        release = load(dataset="buildings", source="bdtopo", territory="44109", rows=rows, crs=crs)
        activate(release=release, force=True)
        check_town(town)
        stands = {cell.pk: cell.merged_into_id or cell.pk for cell in PublicCell.objects.all()}
        now = dict(Building.objects.values_list("key", "public_cell"))
        assert all(now[key] == stands[cell] for key, cell in before.items())
    assert PublicCell.objects.standing().count() > 0.75 * len(cells)


@pytest.mark.slow
@pytest.mark.django_db
def test_perigueux_where_every_dwelling_is_estimated():
    town = real_towns.perigueux()
    check_town(town)
    cells = PublicCell.objects.all()
    assert all(cell.estimated for cell in cells)
    assert len(cells) > 100
    assert all(town.boundary.covers(cell.location) for cell in cells)
