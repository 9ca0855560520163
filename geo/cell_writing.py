"""Writes public cells, which were united, and who is in them, as `geo.lifelong` found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
from django.db import connection

from geo.lifelong import NONE, Kept
from geo.public_cells import Homes


def write_cells(*, homes: Homes, kept: Kept) -> list[int]:
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
            cursor.execute(statement)
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
)
