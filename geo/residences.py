"""Derives residences from buildings: footprints that share an RNB id, directly or through others, are one residence.

Around Nantes-centre 370 of 8,639 footprints hold several RNB ids and 547 share one, so neither number is a residence:
the connected component of the graph of footprints and ids is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
from django.db import connection

from geo.models import Building
from geo.settling import Settled


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the grouping needs to know of a building."""

    id: int
    key: str
    municipality_id: int
    rnb_ids: list[str]
    residence_key: str | None


def group_into_residences(settled: Settled) -> None:
    """Group anew the open buildings of the municipalities that changed, and close the residences left empty.

    A residence keeps its row and key as long as one of its buildings stands; where it splits, the part that holds the
    building it is named after keeps it, else the largest part.
    """
    groups = named(components(_footprints(settled.municipality_ids)))
    grouped = [(member.id, key) for key, members in groups for member in members]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE grouped (building_id bigint, residence_key text) ON COMMIT DROP")
        with cursor.copy("COPY grouped FROM STDIN") as copy:
            for row in grouped:
                copy.write_row(row)
        cursor.execute("ANALYZE grouped")
        for statement in WRITING:
            cursor.execute(statement, {"municipalities": settled.municipality_ids})
        cursor.execute("DROP TABLE grouped")
        cursor.execute("ANALYZE geo_residence")


def components(footprints: list[Footprint]) -> list[list[Footprint]]:
    """Return the footprints, in the order of their keys, as lists connected by common RNB ids within a municipality."""
    # Here, because this module is loaded at every start and SciPy alone takes 0.3 s.
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    footprints = sorted(footprints, key=lambda footprint: footprint.key)
    told = [(row, (one.municipality_id, rnb_id)) for row, one in enumerate(footprints) for rnb_id in one.rnb_ids]
    number_of = {numbered: n for n, numbered in enumerate(dict.fromkeys(numbered for _, numbered in told))}
    edges = [(row, len(footprints) + number_of[numbered]) for row, numbered in told]
    rows, columns = np.array(edges, dtype=int).reshape(-1, 2).T
    size = len(footprints) + len(number_of)
    _, labels = connected_components(coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size)))
    groups: dict[int, list[Footprint]] = {}
    for footprint, label in zip(footprints, labels[: len(footprints)], strict=True):
        groups.setdefault(label, []).append(footprint)
    return list(groups.values())


def named(groups: list[list[Footprint]]) -> Iterator[tuple[str, list[Footprint]]]:
    """Give each group the key of the residence it continues, else one of its own."""
    claims = []
    for rank, group in enumerate(groups):
        keys = {member.key for member in group}
        for residence, buildings in Counter(m.residence_key for m in group if m.residence_key).items():
            claims.append((residence not in keys, -buildings, residence, rank))
    key_of: dict[int, str] = {}
    taken: set[str] = set()
    for _, _, residence, rank in sorted(claims):
        if rank not in key_of and residence not in taken:
            key_of[rank] = residence
            taken.add(residence)
    for rank, group in enumerate(groups):
        if rank not in key_of:
            own = (member.key for member in group)
            key_of[rank] = next(key for key in chain(own, _numbered(group[0].key)) if key not in taken)
            taken.add(key_of[rank])
        yield key_of[rank], group


def _numbered(key: str) -> Iterator[str]:
    """Keys for a group whose buildings all gave their name to other residences."""
    return (f"{key}/{n}" for n in count(2))


def _footprints(municipalities: list[int]) -> list[Footprint]:
    """Open buildings of these municipalities."""
    columns = ("id", "key", "municipality_id", "rnb_ids", "residence__key")
    rows = Building.objects.open().filter(municipality__in=municipalities).values_list(*columns)
    return [Footprint(*row) for row in rows]


# Raw SQL: Django cannot update from another table; row by row, 8,000 residences took 20 times as long.
WRITING = (
    """INSERT INTO geo_residence AS r
        (key, municipality_id, name, copro_number, dwellings, dwellings_estimated, location)
    SELECT residence_key, b.municipality_id, '', '', sum(b.dwellings), bool_or(b.dwellings_estimated),
        (array_agg(b.location ORDER BY ST_Area(b.footprint) DESC, b.key))[1]
    FROM grouped JOIN geo_building b ON b.id = building_id GROUP BY residence_key, b.municipality_id
    ON CONFLICT (key) DO UPDATE SET closed_on = NULL, municipality_id = EXCLUDED.municipality_id,
        dwellings = EXCLUDED.dwellings, dwellings_estimated = EXCLUDED.dwellings_estimated,
        location = EXCLUDED.location
    WHERE (r.closed_on, r.municipality_id, r.dwellings, r.dwellings_estimated, r.location::text) IS DISTINCT FROM
        (NULL, EXCLUDED.municipality_id, EXCLUDED.dwellings, EXCLUDED.dwellings_estimated, EXCLUDED.location::text)""",
    """UPDATE geo_building b SET residence_id = r.id FROM grouped JOIN geo_residence r ON r.key = residence_key
    WHERE b.id = building_id AND b.residence_id IS DISTINCT FROM r.id""",
    """UPDATE geo_residence r SET closed_on = CURRENT_DATE
    WHERE r.municipality_id = ANY(%(municipalities)s) AND r.closed_on IS NULL AND r.houses_of_id IS NULL
      AND NOT EXISTS (SELECT FROM geo_building b WHERE b.residence_id = r.id AND b.closed_on IS NULL)""",
)
