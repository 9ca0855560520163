"""The one statement of nearby search: by hand, because the ORM cannot say it and every millisecond of Python counts.

Why it reads as it does (measured on 5 million rows, `./manage.py bench nearby`; docs/adr/0005-exact-nearest.md):

- `ORDER BY location <-> here` alone, in a subquery with `FETCH FIRST … ROWS WITH TIES`, walks the GiST index from
  *here* outwards; a second sort key, or `= ANY (categories)` instead of ranges, would turn that off.
- `<->` measures on the sphere, of 6,371,008.77 m in PostGIS; the ellipsoid's radii of curvature lie between 6,335,439 m
  (along the meridian at the equator) and 6,399,594 m (at the poles): a geodesic is at least 0.99441 times as long as
  the great circle. So the answer, in the exact order of `ST_Distance`, is certain as soon as its last row lies within
  0.9944 of the farthest candidate; otherwise the search widens.
- PostgreSQL writes the GeoJSON itself. What a feature always says was written when it was published; the search adds
  distance and reason and closes it. 20 features take 0.03 ms so, 0.08 ms where the braces are cut off first, 0.18 ms
  concatenated from columns, and 0.25 ms by `json_build_object`.
- `ranked` is materialized, or the distance on the ellipsoid, 2 µs each, is worked out for the cursor and for the order.
- The text of the statement is composed of the constants below only, so few different ones exist and each is planned
  once a connection; whatever was asked is a bound parameter.
"""

from __future__ import annotations

from functools import cache

from directory.entries_sql import FEATURE_INSIDE
from directory.within import Level

#: How many candidates the index hands over before the exact order; the next rung when that was not certain.
RUNGS = (24, 128, 512, 2_048, 8_192, 32_768, 131_072)
#: 6,335,439 / 6,371,008.77, rounded down: least geodesic metres for each metre that `<->` tells.
LEAST_STRETCH = 0.9944
#: More words of a text than these are not looked at.
MOST_TERMS = 5
#: Words that are met by halves stand as if half so many metres farther: what is spelt as typed comes before what is
#: nearer by a few streets and only looks like it.
ASTRAY = 1_000

_HERE = "%(here)s::geography"
_COLUMNS = ", ".join(
    f"entry.{column}" for column in ("public_id", "open_feature", "location", "neighbourhood_id", "municipality_id")
)
_VISIBLE_NOW = """
    (entry.live_from IS NULL OR entry.live_from <= now()) AND (entry.live_until IS NULL OR entry.live_until > now())"""
#: A residence has few rows: their words are read as they are.
_WORDS_INSIDE = "lower(unaccent(listing.title || ' ' || listing.description)) %%> %(term{number})s"
_OPEN = "entry.open_periods @> %(open_at)s::timestamptz"
#: What is open now is open in this hour of the week, which the index knows; then it is asked to the minute. The second
#: half is the condition of the index for searches without category (`directory.entry_indexes`).
_IN_HOUR = "entry.open_hours @> ARRAY[%(open_hour)s::integer]"
_IN_ANY_BRANCH = "entry.department > ''"
_PLACED = "entry.location IS NOT NULL"
_IN_REACH = f"ST_DWithin(entry.location, {_HERE}, %(reach)s::float8)"
#: The second half is the condition of the composite index (`directory.entry_indexes`).
_IN_BRANCH = "entry.category_number BETWEEN branch.number AND branch.last AND entry.category_number > 0"

#: What makes an entry part of a circle, narrowest reason first; a level holds the reasons down to its own.
_REASONS = {
    "residence": """EXISTS (
        SELECT FROM geo_building building
        WHERE building.residence_id = %(residence_id)s::bigint AND building.closed_on IS NULL
          AND ST_Covers(building.footprint, entry.location::geometry))""",
    "voisinage": f"ST_DWithin(entry.location, {_HERE}, %(voisinage)s::float8)",
    "neighbourhood": "entry.neighbourhood_id = %(quarter_id)s::bigint",
    "border": "entry.neighbourhood_id = ANY (%(across_ids)s::bigint[])",
    "municipality": "entry.municipality_id = %(municipality_id)s::bigint",
}
#: What a walk reaches is an area that was found before.
_WALKED_TO = {"walk": "ST_Covers(%(walked)s::geometry, entry.location::geometry)"}
_DEPTH = {Level.RESIDENCE: 1, Level.VOISINAGE: 2, Level.NEIGHBOURHOOD: 4, Level.MUNICIPALITY: 5}

#: The order is walked along the index, or, when words are asked for, made of what their trigrams find: a word that
#: nobody has would be looked for along the whole index (8 s on a million rows; 2 ms by trigrams).
_WALKED = "directory_searchentry entry WHERE {}"
_FOUND_BY_WORDS = "(SELECT * FROM directory_searchentry entry WHERE {} OFFSET 0) AS entry"

#: What has no public place of its own is known at its quarter or town: it comes after everything that has one.
_WITH_UNPLACED = {Level.NEIGHBOURHOOD, Level.MUNICIPALITY}
_UNPLACED = """UNION ALL
    SELECT {columns}, NULL::float8, 0::float8, {branch}
    FROM {branches} directory_searchentry entry
    WHERE entry.location IS NULL AND entry.municipality_id = %(municipality_id)s::bigint AND {wanted}"""

#: What is in the space of the viewer's own residence has no entry and no place: it is found by the residence, where
#: row-level security lets it be seen, and comes first.
_INSIDE = """UNION ALL
    SELECT listing.public_id, {feature_inside}, NULL::geography, NULL::bigint, NULL::bigint, -1::float8, 0::float8,
        {branch}
    FROM {branches} directory_listing listing JOIN directory_category category ON category.id = listing.category_id
    WHERE listing.residence_id = %(own_residence)s::bigint AND listing.published_at >= %(reads_since)s::timestamptz
      AND listing.withdrawn_at IS NULL AND listing.hidden_at IS NULL AND listing.paused_at IS NULL
      AND (listing.opens_at IS NULL OR listing.opens_at <= now())
      AND (listing.closes_at IS NULL OR listing.closes_at > now())
      AND (listing.author_id IS NULL OR listing.author_id <> ALL (%(muted_aliases)s)) AND {wanted_inside}"""

#: Each branch of categories is a walk of its own along the composite index.
_BRANCHES = "unnest(%(numbers)s::integer[], %(lasts)s::integer[]) AS branch (number, last) CROSS JOIN"
_NEAREST = """(
        SELECT {columns}, entry.location <-> {here} AS spherical, {astray} AS astray, {branch} AS branch
        FROM {placed}
        ORDER BY entry.location <-> {here}
        FETCH FIRST {rung} ROWS WITH TIES
    )"""
_NEAREST_OF_EACH = f"SELECT nearest.* FROM {_BRANCHES} LATERAL {{nearest}} nearest"  # noqa: S608 - constants


@cache
def statement(
    *, level: Level, bounded: bool, rung: int, branches: bool, terms: int, open_at: bool, visible: str, inside: bool
) -> str:
    """Compose the statement for a level, a number of candidates, and the filters that were asked for.

    `visible` is the condition of `scopes.querysets.visible_to_sql` for the alias `entry`; `inside` adds what is in the
    space of the viewer's own residence.
    It answers one row: the features as JSON text, whether there are more, the last feature's metres and tie-break, and
    whether the order is certain.
    """
    reasons = _WALKED_TO if level is Level.WALK else dict(list(_REASONS.items())[: _DEPTH.get(level, 0)])
    conditions = [visible, _VISIBLE_NOW, *(f"entry.words %%> %(term{number})s" for number in range(terms))]
    if open_at:
        conditions.append(_OPEN)
    if branches:
        conditions.append(_IN_BRANCH)
    if reasons:
        # The cheapest test first: the building's own is a look-up.
        conditions.append(f"({' OR '.join(reversed(reasons.values()))})")
    wanted = " AND ".join(conditions)
    walked = [wanted, _IN_REACH if bounded else _PLACED]
    if open_at and not terms:
        walked += [_IN_HOUR] if branches else [_IN_HOUR, _IN_ANY_BRANCH]
    wanted_inside = [_WORDS_INSIDE.format(number=number) for number in range(terms)]
    if open_at:
        wanted_inside.append("false")
    if branches:
        wanted_inside.append("category.number BETWEEN branch.number AND branch.last")
    reasoned = "WHEN entry.metres = -1 THEN 'residence' " if inside else ""
    reasoned += " ".join(f"WHEN {test} THEN {name!r}" for name, test in reasons.items())
    parts = {
        "columns": _COLUMNS,
        "branch": "branch.number" if branches else "0",
        "branches": _BRANCHES if branches else "",
        "placed": (_FOUND_BY_WORDS if terms else _WALKED).format(" AND ".join(walked)),
        "wanted": wanted,
        "wanted_inside": " AND ".join(wanted_inside) or "true",
        "feature_inside": FEATURE_INSIDE,
        "rung": rung,
        "here": _HERE,
        "astray": _astray(terms),
    }
    nearest = _NEAREST.format(**parts)
    return _STATEMENT.format(
        nearest=_NEAREST_OF_EACH.format(nearest=nearest) if branches else nearest,
        unplaced=_UNPLACED.format(**parts) if level in _WITH_UNPLACED else "",
        inside=_INSIDE.format(**parts) if inside else "",
        rule=f"CASE {reasoned} END" if reasons else "'distance'",
        rung=rung,
        here=_HERE,
        stretch=LEAST_STRETCH,
    )


def _astray(terms: int) -> str:
    """How many metres farther an entry stands than it is, for words that are not quite those that were typed."""
    if not terms:
        return "0::float8"
    met = " + ".join(f"word_similarity(%(term{number})s, entry.words)" for number in range(terms))
    return f"{ASTRAY} * (1 - ({met}) / {terms})::float8"


_STATEMENT = """
WITH candidate AS (
    {nearest}
    {unplaced}
    {inside}
),
ranked AS MATERIALIZED (
    SELECT candidate.*, COALESCE(ST_Distance(location, {here}), spherical, 'Infinity') AS metres,
           uuid_hash_extended(public_id, %(seed)s::bigint) AS tie
    FROM candidate
),
page AS (
    SELECT ranked.*, metres + astray AS reached, row_number() OVER (ORDER BY metres + astray, tie) AS position,
           round(NULLIF(NULLIF(metres, 'Infinity'), -1) * 1000) / 1000 AS distance
    FROM ranked
    WHERE (metres + astray, tie) > (%(after_metres)s::float8, %(after_tie)s::bigint)
    ORDER BY metres + astray, tie
    LIMIT %(limit)s::integer + 1
),
unseen AS (
    SELECT min(farthest) * {stretch} AS metres FROM (
        SELECT max(spherical) FROM candidate WHERE spherical >= 0 GROUP BY branch HAVING count(*) >= {rung}
    ) AS full_branch (farthest)
)
SELECT
    '[' || COALESCE(string_agg(
        open_feature || ',"distance":' || COALESCE(distance::text, 'null')
        || ',"why":{{"rule":"' || {rule} || COALESCE('","metres":' || round(distance), '"') || '}}}}}}',
        ',' ORDER BY position) FILTER (WHERE position <= %(limit)s::integer), '') || ']',
    count(*) > %(limit)s::integer,
    max(reached) FILTER (WHERE position = %(limit)s::integer),
    max(tie) FILTER (WHERE position = %(limit)s::integer),
    COALESCE(max(reached) FILTER (WHERE position > %(limit)s::integer), 'Infinity')
        <= COALESCE((SELECT metres FROM unseen), 'Infinity')
FROM page AS entry
"""
