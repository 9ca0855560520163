"""The rule that public cells obey, and what is known of the homes of a town: public data alone, never its people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from django.db import connection

from geo.lifelong import NONE, Kept, Units, keep
from geo.partition import Rule, exact
from geo.plane import Plane

#: At least 30 main residences, no residence above a fifth of them: of the rules measured on Nantes-centre it hides best
#: for its size (`../shared/privacy.md`, section 2).
RULE = Rule(least=30, parts=5)
#: Share of dwellings that are main residences, where the census of the commune is not known: 30,542,000 of 37,178,000
#: in the France of 2021 (INSEE, recensement de la population).
MAIN_RESIDENCES = 0.82
#: Metres. A commune too small for a cell joins the cells of a neighbour whose homes are this close.
NEIGHBOURING = 10_000


@dataclass(frozen=True, slots=True)
class Homes:
    """The open residences of some towns, as parallel arrays in the order of their keys."""

    residence_ids: np.ndarray
    municipality_ids: np.ndarray
    #: The neighbourhood that is their circle; the town, as a negative number, where there is none.
    circles: np.ndarray
    #: Longitude and latitude, shape (n, 2).
    degrees: np.ndarray
    dwellings: np.ndarray
    main_residences: np.ndarray
    estimated: np.ndarray
    #: Cells of the buildings of each: mostly one, none at first, several that are to be united when buildings are.
    cells: list[list[int]]

    def kept(self, *, unions: list[tuple[int, int]], emptied: dict[int, tuple[float, float]]) -> Kept:
        """Return the cell of each residence: see `geo.lifelong.keep`; `emptied` gives degrees."""
        plane = Plane.around(self.degrees)
        units = Units(
            places=plane.metres(self.degrees),
            weights=self.main_residences,
            circles=self.circles,
            groups=np.array([cells[0] if cells else NONE for cells in self.cells], dtype=int),
        )
        unions = [*unions, *(pair for cells in self.cells for pair in pairwise(cells))]
        places = {cell: plane.metres(np.array([place]))[0] for cell, place in emptied.items()}
        return keep(units, RULE, unions=unions, emptied=places)


def homes_of(municipalities: list[int]) -> Homes:
    """Read the open residences of these towns."""
    rows = _rows(HOMES, municipalities=municipalities, usual=MAIN_RESIDENCES)
    columns = list(zip(*rows, strict=True)) or [()] * 9
    ids, towns, circles, longitudes, latitudes, dwellings, main, estimated, cells = columns
    return Homes(
        residence_ids=np.array(ids, dtype=int),
        municipality_ids=np.array(towns, dtype=int),
        circles=np.array([circle or -town for circle, town in zip(circles, towns, strict=True)], dtype=int),
        degrees=np.array([longitudes, latitudes], dtype=float).T,
        dwellings=np.array(dwellings, dtype=int),
        main_residences=exact(np.array(main, dtype=float)),
        estimated=np.array(estimated, dtype=bool),
        cells=list(cells),
    )


def inherited(municipalities: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield the buildings without a cell that stand where others stood, and the cells of those, main one first."""
    for building, told in groupby(_rows(INHERITED, municipalities=municipalities), key=lambda row: row[0]):
        yield building, list(dict.fromkeys(cell for _, cell in told))


def towns_together(municipalities: list[int]) -> list[int]:
    """Return these towns and those that share a cell with them, directly or through others."""
    found = sorted({*municipalities, *(row[0] for row in _rows(TOGETHER, municipalities=municipalities))})
    return found if found == sorted(municipalities) else towns_together(found)


def nearest_town(municipalities: list[int]) -> int | None:
    """Return the town of the nearest homes to those of these towns, in the same department and within reach."""
    return next((row[0] for row in _rows(NEAREST_TOWN, municipalities=municipalities, reach=NEIGHBOURING)), None)


def towns_without_cells(*, near: list[int]) -> list[int]:
    """Return the towns, of the departments of these, whose homes have no cell."""
    return [row[0] for row in _rows(WITHOUT_CELLS, municipalities=near)]


def _rows(statement: str, **parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


# Raw SQL, because all of it is set-based over the buildings of a town (8,639 in Nantes-centre).

# What stands where a building of a cell stood is of that cell, under whatever key: half of the smaller footprint is
# common. The largest overlap comes first; further cells are to be united with its own.
INHERITED = """
    SELECT new.id, old.public_cell_id
    FROM geo_building new
    JOIN geo_building old ON old.footprint && new.footprint AND old.public_cell_id IS NOT NULL
    CROSS JOIN LATERAL (SELECT ST_Area(ST_Intersection(old.footprint, new.footprint)) AS area) AS common
    WHERE new.municipality_id = ANY(%(municipalities)s) AND new.closed_on IS NULL AND new.public_cell_id IS NULL
      AND common.area >= 0.5 * LEAST(ST_Area(old.footprint), ST_Area(new.footprint))
    ORDER BY new.id, common.area DESC, old.public_cell_id"""

#: Municipalities that share a cell with these.
TOGETHER = """
    SELECT DISTINCT other.municipality_id FROM geo_building one
    JOIN geo_building other ON other.public_cell_id = one.public_cell_id
    WHERE one.municipality_id = ANY(%(municipalities)s) ORDER BY 1"""

# A residence that people added, and no release knows, counts by what was told of it.
HOMES = """
    WITH codes AS (
        SELECT id, insee_code FROM geo_municipality WHERE id = ANY(%(municipalities)s)
        UNION SELECT successor_id, insee_code FROM geo_formermunicipality WHERE successor_id = ANY(%(municipalities)s)
    ), shares AS (
        SELECT codes.id, sum(c.main_residences)::float / NULLIF(sum(c.dwellings), 0) AS share
        FROM codes JOIN geo_censusarea c USING (insee_code) WHERE c.main_residences IS NOT NULL GROUP BY codes.id
    )
    SELECT r.id, r.municipality_id, circle.neighbourhood_id,
        ST_X(r.location::geometry), ST_Y(r.location::geometry), COALESCE(sum(home.dwellings), 0),
        COALESCE(sum(home.dwellings * COALESCE(iris.share, town.share, %(usual)s)), 0),
        COALESCE(bool_or(home.estimated OR COALESCE(iris.share, town.share) IS NULL) FILTER (WHERE home.dwellings > 0),
            false),
        array_remove(array_agg(DISTINCT COALESCE(b.public_cell_id, CASE WHEN b.id IS NULL THEN r.public_cell_id END)),
            NULL)
    FROM geo_residence r
    LEFT JOIN geo_building b ON b.residence_id = r.id AND b.closed_on IS NULL
    CROSS JOIN LATERAL (SELECT
        CASE WHEN b.id IS NULL THEN r.dwellings ELSE b.dwellings END AS dwellings,
        COALESCE(b.dwellings_estimated, r.dwellings_estimated) AS estimated
    ) AS home
    JOIN geo_municipality m ON m.id = r.municipality_id
    LEFT JOIN geo_containment circle ON circle.residence_id = r.id AND circle.kind = m.circle_kind
    LEFT JOIN shares town ON town.id = r.municipality_id
    LEFT JOIN LATERAL (
        SELECT c.main_residences::float / NULLIF(c.dwellings, 0) AS share
        FROM geo_boundarypart part JOIN geo_neighbourhood n ON n.id = part.neighbourhood_id
        JOIN geo_censusarea c ON c.code = n.code
        WHERE b.dwellings > 0 AND n.kind = 'iris' AND n.closed_on IS NULL
          AND ST_Covers(part.division, b.location::geometry) LIMIT 1
    ) AS iris ON true
    WHERE r.municipality_id = ANY(%(municipalities)s) AND r.closed_on IS NULL AND r.houses_of_id IS NULL
    GROUP BY r.id, circle.neighbourhood_id ORDER BY r.key"""

#: Of the homes within reach in the same department, the nearest to one of this town.
NEAREST_TOWN = """
    SELECT near.municipality_id FROM geo_residence home
    JOIN geo_municipality town ON town.id = home.municipality_id
    CROSS JOIN LATERAL (
        SELECT r.municipality_id, r.location <-> home.location AS metres
        FROM geo_residence r JOIN geo_municipality m ON m.id = r.municipality_id AND m.department = town.department
        WHERE r.closed_on IS NULL AND r.houses_of_id IS NULL AND r.dwellings > 0
          AND r.municipality_id <> ALL(%(municipalities)s)
          AND ST_DWithin(r.location, home.location, %(reach)s)
        ORDER BY r.location <-> home.location LIMIT 1
    ) AS near
    WHERE home.municipality_id = ANY(%(municipalities)s) AND home.closed_on IS NULL AND home.houses_of_id IS NULL
      AND home.dwellings > 0
    ORDER BY near.metres, near.municipality_id LIMIT 1"""

WITHOUT_CELLS = """
    SELECT r.municipality_id FROM geo_residence r JOIN geo_municipality m ON m.id = r.municipality_id
    WHERE m.department IN (SELECT department FROM geo_municipality WHERE id = ANY(%(municipalities)s))
      AND r.closed_on IS NULL AND r.houses_of_id IS NULL AND r.dwellings > 0
    GROUP BY r.municipality_id HAVING count(r.public_cell_id) = 0 ORDER BY 1"""
