"""Derives residences from buildings: footprints that share an RNB id, directly or through others, are one residence.

Around Nantes-centre 370 of 8,639 footprints hold several RNB ids and 547 share one, so neither number is a residence:
the connected component of the graph of footprints and ids is.

A residence is the circle of those who live in it, so a release never lets more homes into one: where homes are added,
a new residence begins, empty, and the people of the old one keep theirs until they choose (`ResidenceSuccession`).
What people merged or split stays as they decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
from django.db import connection
from django.db.models import Case, Q, When

from geo.models import Building, Residence
from geo.settling import Settled


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the grouping needs to know of a building."""

    id: int
    key: str
    municipality_id: int
    rnb_ids: list[str]
    residence_key: str | None
    #: Someone may live there: it has dwellings, or is residential without a known number.
    inhabited: bool = True
    #: People decided what its residence is made of.
    decided: bool = False


def group_into_residences(settled: Settled) -> None:
    """Group anew the open buildings of the municipalities that changed, and close the residences left empty.

    A residence keeps its row and key as long as one of its buildings stands and no home is added; where it splits, the
    part that holds the building it is named after keeps it, else the largest part.
    """
    towns = {"municipalities": settled.municipality_ids}
    with connection.cursor() as cursor:
        cursor.execute(INHERIT, towns)
    footprints = _footprints(settled.municipality_ids)
    free = [footprint for footprint in footprints if not footprint.decided]
    groups = named(components(free), used=_used_keys(settled.municipality_ids))
    grouped = [(one.id, one.residence_key) for one in footprints if one.decided]
    grouped += [(member.id, key) for key, members in groups for member in members]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE grouped (building_id bigint, residence_key text) ON COMMIT DROP")
        with cursor.copy("COPY grouped FROM STDIN") as copy:
            for row in grouped:
                copy.write_row(row)
        cursor.execute("ANALYZE grouped")
        for statement in WRITING:
            cursor.execute(statement, towns)
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


def named(groups: list[list[Footprint]], used: Collection[str] = ()) -> Iterator[tuple[str, list[Footprint]]]:
    """Give each group the key of the residence it continues, else one that no residence ever had.

    `used` are the keys that there are; a group continues a residence when all its homes were already in it.
    """
    claims = []
    for rank, group in enumerate(groups):
        keys = {member.key for member in group}
        for residence, buildings in Counter(m.residence_key for m in group if m.residence_key).items():
            if _adds_no_home(group, residence):
                claims.append((residence not in keys, -buildings, residence, rank))
    key_of: dict[int, str] = {}
    taken: set[str] = set()
    for _, _, residence, rank in sorted(claims):
        if rank not in key_of and residence not in taken:
            key_of[rank] = residence
            taken.add(residence)
    taken.update(used)
    for rank, group in enumerate(groups):
        if rank not in key_of:
            own = (member.key for member in group)
            key_of[rank] = next(key for key in chain(own, _numbered(group[0].key)) if key not in taken)
            taken.add(key_of[rank])
        yield key_of[rank], group


def _adds_no_home(group: list[Footprint], residence: str) -> bool:
    return all(member.residence_key == residence for member in group if member.inhabited)


def _numbered(key: str) -> Iterator[str]:
    """Keys for a group whose buildings all gave their name to other residences."""
    return (f"{key}/{n}" for n in count(2))


def _footprints(municipalities: list[int]) -> list[Footprint]:
    """Open buildings of these municipalities."""
    homes = Q(dwellings__gt=0) | Q(dwellings__isnull=True) & (
        Q(use=Building.Use.RESIDENTIAL) | Q(second_use=Building.Use.RESIDENTIAL)
    )
    columns = ("id", "key", "municipality_id", "rnb_ids", "residence__key", "inhabited", "residence__decided")
    buildings = Building.objects.open().filter(municipality__in=municipalities)
    rows = buildings.annotate(inhabited=Case(When(homes, then=True), default=False)).values_list(*columns)
    return [Footprint(*row[:-1], decided=bool(row[-1])) for row in rows]


def _used_keys(municipalities: list[int]) -> set[str]:
    """Keys of the residences of these municipalities, and of those named after their buildings elsewhere."""
    named_after = Building.objects.filter(municipality__in=municipalities).values("key")
    used = Residence.objects.filter(Q(municipality__in=municipalities) | Q(key__in=named_after))
    return set(used.values_list("key", flat=True))


# Raw SQL: Django cannot update from another table; row by row, 8,000 residences took 20 times as long.

#: A building that replaces another under a new key, on the same ground (four fifths of both are common), continues its
#: residence: a town that goes over to a better source keeps its circles.
INHERIT = """
    UPDATE geo_building b SET residence_id = found.residence_id
    FROM (
        SELECT DISTINCT ON (new.id) new.id, old.residence_id
        FROM geo_building new
        JOIN geo_building old ON old.footprint && new.footprint AND old.closed_on = CURRENT_DATE
            AND old.residence_id IS NOT NULL AND old.municipality_id = new.municipality_id
        CROSS JOIN LATERAL (SELECT ST_Area(ST_Intersection(old.footprint, new.footprint)) AS area) AS common
        WHERE new.municipality_id = ANY(%(municipalities)s) AND new.closed_on IS NULL AND new.residence_id IS NULL
          AND common.area >= 0.8 * GREATEST(ST_Area(old.footprint), ST_Area(new.footprint))
        ORDER BY new.id, common.area DESC, old.key
    ) AS found
    WHERE b.id = found.id"""

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
    # Where the homes of a residence went: its people choose among these.
    """INSERT INTO geo_residencesuccession (before_id, after_id, on_day)
    SELECT DISTINCT b.residence_id, r.id, CURRENT_DATE
    FROM grouped JOIN geo_residence r ON r.key = residence_key JOIN geo_building b ON b.id = building_id
    WHERE b.residence_id <> r.id AND COALESCE(b.dwellings, 1) > 0
    ON CONFLICT DO NOTHING""",
    """UPDATE geo_building b SET residence_id = r.id FROM grouped JOIN geo_residence r ON r.key = residence_key
    WHERE b.id = building_id AND b.residence_id IS DISTINCT FROM r.id""",
    """UPDATE geo_residence r SET closed_on = CURRENT_DATE
    WHERE r.municipality_id = ANY(%(municipalities)s) AND r.closed_on IS NULL AND r.houses_of_id IS NULL
      AND NOT r.decided
      AND NOT EXISTS (SELECT FROM geo_building b WHERE b.residence_id = r.id AND b.closed_on IS NULL)""",
    # A building that comes back after others stayed finds the circle as it is now: it adds a home.
    """UPDATE geo_building b SET residence_id = NULL
    WHERE b.municipality_id = ANY(%(municipalities)s) AND b.closed_on IS NOT NULL AND b.residence_id IS NOT NULL
      AND EXISTS (SELECT FROM geo_building o WHERE o.residence_id = b.residence_id AND o.closed_on IS NULL)""",
)
