"""Sums of homes by squares of the ground: of a zone only the edge is added up cell by cell, however large it is.

A zone of 50 km around a large town holds a hundred thousand public cells. Squares that lie in it whole tell their sum,
those on its edge are looked at by their 64 parts, and what lies in parts on the edge, point by point. The answer is
that of all cells, to the home: `tests/geo/test_home_sums.py`. Sides are powers of two, so that no point is rounded
across them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.gis.geos import MultiPolygon
from django.db import connection

#: Squares to a degree (7 by 5 km in France), and parts along a side of each.
SQUARES, PARTS = 16, 8
#: In the place of a part: all of the square.
WHOLE = -1


@dataclass(frozen=True, slots=True)
class HomesIn:
    """The homes of some public cells."""

    homes: int
    #: Of these, in other towns than the one that asks.
    elsewhere: int
    #: Some are estimated.
    estimated: bool


def homes_in(area: MultiPolygon, *, town: int) -> HomesIn:
    """Add up the homes of the cells whose point an area covers, as `geo.catchments.cells_covered` finds them."""
    west, south, east, north = area.extent
    sides = {"west": west, "south": south, "east": east, "north": north}
    return _told(ADDING, {"area": area.hexewkb.decode(), "town": town, **sides})


def homes_of_town(town: int) -> HomesIn:
    """Add up the homes of a town."""
    return _told(ADDING_TOWN, {"town": town})


def add_up_homes(*, municipalities: Collection[int]) -> None:
    """Add up anew the squares of towns whose cells changed."""
    with connection.cursor() as cursor:
        for statement in (FORGETTING, WRITING):
            cursor.execute(statement, {"municipalities": list(municipalities)})


def _told(statement: str, parameters: dict[str, object]) -> HomesIn:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return HomesIn(*cursor.fetchone())


# Raw SQL: squares are compared with the zone level by level, in one statement.

#: `PublicCellQuerySet.sound`, of the row `c`; its point, as the index `cell_by_point` holds it.
_SOUND = """c.merged_into_id IS NULL AND EXISTS (SELECT FROM geo_residence r
    WHERE r.public_cell_id = c.id AND r.closed_on IS NULL AND r.houses_of_id IS NULL)"""
_POINT = "c.location::geometry(Point, 4326)"
#: The parts of squares that this point lies in, counted from Greenwich and the equator.
_EAST, _NORTH = (f"floor({side}({_POINT}) * {SQUARES * PARTS})::int" for side in ("ST_X", "ST_Y"))
#: Of these, the square and its part; `>>` rounds down west of Greenwich too.
_IN_SQUARE = "east >> 3 AS x, north >> 3 AS y, (east & 7) + 8 * (north & 7) AS part"

FORGETTING = "DELETE FROM geo_homesum WHERE municipality_id = ANY(%(municipalities)s)"
WRITING = f"""
    INSERT INTO geo_homesum (municipality_id, x, y, part, homes, estimated)
    SELECT municipality_id, x, y, COALESCE(part, {WHOLE}), sum(dwellings), bool_or(estimated)
    FROM (
        SELECT municipality_id, dwellings, estimated, {_IN_SQUARE}
        FROM geo_publiccell c, LATERAL (SELECT {_EAST} AS east, {_NORTH} AS north) AS placed
        WHERE municipality_id = ANY(%(municipalities)s) AND {_SOUND}
    ) AS cells
    GROUP BY GROUPING SETS ((municipality_id, x, y), (municipality_id, x, y, part))"""  # noqa: S608

_ADDED = """SELECT COALESCE(sum(homes), 0)::int,
    COALESCE(sum(homes) FILTER (WHERE municipality_id <> %(town)s), 0)::int, COALESCE(bool_or(estimated), false)"""
ADDING_TOWN = f"{_ADDED} FROM geo_homesum WHERE municipality_id = %(town)s AND part = {WHOLE}"


def _box(x: str, y: str, side: int) -> str:
    """SQL: a box, by its numbers, of which so many make a degree: their quotients are exact."""
    return f"ST_MakeEnvelope({x} / {side}.0, {y} / {side}.0, ({x} + 1) / {side}.0, ({y} + 1) / {side}.0, 4326)"


def _whole(box: str) -> str:
    """SQL: true where the zone covers a box, false where it meets it, else nothing."""
    return f"CASE WHEN ST_Covers(area, {box}) THEN true WHEN ST_Intersects(area, {box}) THEN false END"


_SQUARE = _box("x", "y", SQUARES)
_PART_OF_IT = _box("east", "north", SQUARES * PARTS)
# `OFFSET 0` keeps the planner from joining whole tables: it cannot know how few squares a zone has.
ADDING = f"""
    WITH zone AS MATERIALIZED (SELECT %(area)s::geometry AS area),
    square AS MATERIALIZED (
        SELECT x, y, {_whole(_SQUARE)} AS whole
        FROM zone, generate_series(floor(%(west)s * {SQUARES})::int, floor(%(east)s * {SQUARES})::int) x,
            generate_series(floor(%(south)s * {SQUARES})::int, floor(%(north)s * {SQUARES})::int) y
        WHERE (SELECT true FROM geo_homesum s WHERE s.x = x.x AND s.y = y.y AND s.part = {WHOLE} LIMIT 1)
    ), part AS MATERIALIZED (
        SELECT x, y, part, east, north, box, {_whole("box")} AS whole
        FROM zone, (SELECT DISTINCT known.x, known.y, known.part FROM square, LATERAL (
                SELECT * FROM geo_homesum s WHERE (s.x, s.y) = (square.x, square.y) AND s.part > {WHOLE} OFFSET 0
            ) known WHERE NOT whole) on_edge,
            LATERAL (SELECT x * 8 + part %% 8 AS east, y * 8 + part / 8 AS north) at,
            LATERAL (SELECT {_PART_OF_IT} AS box OFFSET 0) there
    )
    {_ADDED} FROM (
        SELECT told.* FROM (SELECT x, y, {WHOLE} AS part FROM square WHERE whole
                UNION ALL SELECT x, y, part FROM part WHERE whole) covered,
            LATERAL (SELECT municipality_id, homes, estimated FROM geo_homesum s
                WHERE (s.x, s.y, s.part) = (covered.x, covered.y, covered.part) OFFSET 0) told
        UNION ALL
        SELECT cell.* FROM zone, part, LATERAL (
            SELECT c.municipality_id, c.dwellings, c.estimated FROM geo_publiccell c
            WHERE {_POINT} && box AND ({_EAST}, {_NORTH}) = (part.east, part.north)
                AND ST_CoveredBy({_POINT}, zone.area) AND {_SOUND} OFFSET 0
        ) cell WHERE NOT whole
    ) AS added"""  # noqa: S608
