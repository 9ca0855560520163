"""Brings the public cells of towns up to date when their buildings change; who lives there plays no part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
from django.db import connection, transaction

from geo.cell_locating import locate_cells
from geo.cell_surroundings import find_surroundings
from geo.houses import keep_houses
from geo.lifelong import NONE, Kept
from geo.models import Building, PublicCell
from geo.public_cells import Homes, homes_of, inherited, nearest_town, towns_together, towns_without_cells
from geo.reach_cells import unite_into_reach_cells
from geo.settling import Settled
from geo.voisinage import pair_cells


def keep_public_cells(settled: Settled) -> None:
    """Keep the cells of the municipalities that changed."""
    keep_cells(municipalities=settled.municipality_ids)


@transaction.atomic
def keep_cells(*, municipalities: list[int]) -> None:
    """Give a cell to what has none in these towns, and unite the cells that break the rule.

    A town too small for a cell joins those of the nearest town of its department; it waits where there is none yet.
    """
    kept: set[int] = set()
    for town in municipalities:
        if town not in kept:
            kept.update(_keep_town(town))
    for town in towns_without_cells(near=municipalities):
        if town not in kept:
            kept.update(_keep_town(town))
    towns = sorted(kept)
    find_surroundings(municipalities=towns)
    keep_houses(municipalities=towns)
    pair_cells(municipalities=towns)
    unite_into_reach_cells(municipalities=towns)


def place_cells(settled: Settled) -> None:
    """Keep the points of cells on a street, in the municipalities whose streets, limits or circles changed."""
    cells = PublicCell.objects.standing().filter(municipality__in=settled.municipality_ids)
    towns = list(cells.order_by("municipality").values_list("municipality", flat=True).distinct())
    moved = [town for town in towns if locate_cells(municipalities=[town])]
    find_surroundings(municipalities=towns)
    keep_houses(municipalities=moved)
    pair_cells(municipalities=moved)
    unite_into_reach_cells(municipalities=moved)


def _keep_town(town: int) -> list[int]:
    """Keep the cells of a town and of those it shares cells with; return these towns."""
    unions = _inherit(town)
    towns = towns_together([town])
    while True:
        homes = homes_of(towns)
        if not homes.main_residences.any():
            return towns
        kept = homes.kept(unions=unions, emptied=_emptied(towns, homes))
        own = kept.groups[homes.municipality_ids == town].tolist()
        neighbour = None if kept.sound.intersection(own) else nearest_town(towns)
        if neighbour is None:
            break
        towns = towns_together([*towns, neighbour])
    changed = _write(homes, kept)
    locate_cells(municipalities=towns, redrawn=changed, united=set(kept.united.values()))
    return towns


def _inherit(town: int) -> list[tuple[int, int]]:
    """Give the buildings that replace others their cell; return the pairs of cells that are united by one of them."""
    unions, heirs = [], []
    for building, cells in inherited([town]):
        heirs.append(Building(pk=building, public_cell_id=cells[0]))
        unions += [(cells[0], other) for other in cells[1:]]
    Building.objects.bulk_update(heirs, ["public_cell"], batch_size=1000)
    return unions


def _emptied(towns: list[int], homes: Homes) -> dict[int, tuple[float, float]]:
    """Places, in degrees, of the standing cells of these towns in which no building stands any more."""
    lived_in = {cell for cells in homes.cells for cell in cells}
    cells = PublicCell.objects.standing().filter(municipality__in=towns).exclude(pk__in=lived_in)
    return {cell: location.coords for cell, location in cells.values_list("pk", "location")}


def _write(homes: Homes, kept: Kept) -> list[int]:
    """Write the cells, then who is in them; return the cells that are new or changed."""
    groups, sound = kept.groups.tolist(), [group in kept.sound for group in kept.groups.tolist()]
    new = sorted({group for group in groups if group >= kept.first_new})
    row_of = {group: group for group in groups if group != NONE} | dict(zip(new, _next_ids(len(new)), strict=True))
    placed = zip(homes.residence_ids.tolist(), map(row_of.get, groups), sound, strict=True)
    with (
        connection.cursor() as cursor,
        _filled(cursor, "united", "gone bigint, stands bigint", kept.united.items()),
        _filled(cursor, "figures", FIGURES, _figures(homes, kept.groups, row_of)),
        _filled(cursor, "homes", "residence_id bigint, cell_id bigint, sound bool", placed),
    ):
        cursor.execute(DESCRIBING)
        changed = [row[0] for row in cursor.fetchall()]
        for statement in (*UNITING, *PLACING):
            cursor.execute(statement, {"municipalities": np.unique(homes.municipality_ids).tolist()})
    return changed


def _figures(homes: Homes, groups: np.ndarray, row_of: dict[int, int]) -> Iterator[tuple]:
    """What is written of each cell; its town is that of most of its homes, its place for now their centre."""
    for group in np.unique(groups[groups != NONE]).tolist():
        of_cell = groups == group
        weights = homes.main_residences[of_cell]
        towns, town_of = np.unique(homes.municipality_ids[of_cell], return_inverse=True)
        town = towns[np.bincount(town_of, weights).argmax()]
        longitude, latitude = np.average(homes.degrees[of_cell], axis=0, weights=weights if weights.any() else None)
        share = weights.max() / weights.sum() if weights.any() else 1.0
        yield (
            row_of[group],
            int(town),
            float(longitude),
            float(latitude),
            int(homes.dwellings[of_cell].sum()),
            float(weights.sum()),
            float(share),
            bool(homes.estimated[of_cell].any()),
        )


def _next_ids(count: int) -> list[int]:
    """The next numbers of the table of cells."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('geo_publiccell', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def _filled(cursor, name: str, columns: str, rows: Iterable[tuple]) -> Iterator[None]:
    """A temporary table of these rows."""
    cursor.execute(f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP")
    with cursor.copy(f"COPY {name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"ANALYZE {name}")
    yield
    cursor.execute(f"DROP TABLE {name}")


# Raw SQL: Django cannot update from another table, and a town has thousands of rows of each.

FIGURES = """id bigint, municipality_id bigint, longitude float, latitude float, dwellings int, main_residences float,
    largest_share float, estimated bool"""

DESCRIBING = """
    INSERT INTO geo_publiccell AS c
        (id, municipality_id, location, area, dwellings, main_residences, largest_share, estimated)
    SELECT id, municipality_id, ST_Point(longitude, latitude, 4326)::geography, 'SRID=4326;MULTIPOLYGON EMPTY',
        dwellings, main_residences, largest_share, estimated
    FROM figures
    ON CONFLICT (id) DO UPDATE SET municipality_id = EXCLUDED.municipality_id, dwellings = EXCLUDED.dwellings,
        main_residences = EXCLUDED.main_residences, largest_share = EXCLUDED.largest_share,
        estimated = EXCLUDED.estimated
    WHERE (c.municipality_id, c.dwellings, c.main_residences, c.largest_share, c.estimated) IS DISTINCT FROM
        (EXCLUDED.municipality_id, EXCLUDED.dwellings, EXCLUDED.main_residences, EXCLUDED.largest_share,
        EXCLUDED.estimated)
    RETURNING id"""

UNITING = (
    """UPDATE geo_publiccell c SET merged_into_id = stands FROM united
    WHERE gone IN (c.id, c.merged_into_id)""",
    "UPDATE geo_building SET public_cell_id = stands FROM united WHERE public_cell_id = gone",
    "UPDATE geo_residence SET public_cell_id = stands FROM united WHERE public_cell_id = gone",
    "DELETE FROM geo_cellcontainment USING united WHERE cell_id = gone",
    "DELETE FROM geo_cellborder USING united WHERE cell_id = gone",
    "DELETE FROM geo_voisinagepair USING united WHERE gone IN (cell_id, other_id)",
)

PLACING = (
    """UPDATE geo_building b SET public_cell_id = h.cell_id FROM homes h
    WHERE h.residence_id = b.residence_id AND b.closed_on IS NULL AND b.public_cell_id IS DISTINCT FROM h.cell_id""",
    """UPDATE geo_residence r SET public_cell_id = CASE WHEN h.sound THEN h.cell_id END FROM homes h
    WHERE r.id = h.residence_id AND r.public_cell_id IS DISTINCT FROM CASE WHEN h.sound THEN h.cell_id END""",
    """UPDATE geo_publiccell c SET dwellings = 0, main_residences = 0, largest_share = 1, estimated = false
    WHERE c.municipality_id = ANY(%(municipalities)s) AND c.merged_into_id IS NULL
      AND NOT EXISTS (SELECT FROM geo_building b WHERE b.public_cell_id = c.id AND b.closed_on IS NULL)""",
)
