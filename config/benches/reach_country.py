"""A country for the bench of reach: public cells, reach cells and quarters as towns have them, and members in them.

The cells are those of public data, whatever the number of members: a database with members is made from one without.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial

import numpy as np
from django.core.management import call_command
from django.db import connection

from config.benches.database import kept_database, without_indexes
from config.benches.members import Step, run
from config.benches.synthetic import AREA, KM_PER_DEGREE, clustered
from config.bootstrap.progress import step
from geo.home_sums import add_up_homes
from geo.models import Municipality
from scopes.reach_table import renew_reach

#: A quarter of the homes are connected: the founding network measured 26 % of a pilot town's inhabitants.
MEMBERS_OF_A_CELL = 12
#: Dwellings of a public cell, from and below; public cells of a reach cell, which has 300 dwellings at least.
DWELLINGS, CELLS_OF_A_REACH_CELL = (40, 57), 8
#: Standard deviation of the public cells around the centre of their reach cell.
SPREAD_KM = 0.065
#: Towns where few joined and towns where many did.
ADOPTION = (0.2, 1.8)
#: The departments of the releases: columns and rows of the country.
DEPARTMENTS = (12, 8)
#: The tables that hold the members.
PEOPLE = ("account", "alias", "household", "membership", "proof", "consent", "presence")


def country_with(members: int, *, of: int, seed: int) -> AbstractContextManager[str]:
    """Have Django use a country with cells for `of` members, in which so many live; yield the name of the database."""
    cells = -(-of // MEMBERS_OF_A_CELL)
    with kept_database(f"bench_reach_cells_{cells}_{seed}", partial(_build_cells, cells=cells, seed=seed)) as country:
        pass
    name = f"bench_reach_{members}_of_{of}_{seed}"
    return kept_database(name, partial(_build_members, members=members, seed=seed), template=country)


def _build_cells(*, cells: int, seed: int) -> None:
    with step(fr="Tables de la mesure", en="Tables of the bench"):
        call_command("migrate", verbosity=0)
    chance = np.random.default_rng(seed)
    centres = clustered(rows=-(-cells // CELLS_OF_A_REACH_CELL), seed=seed)
    of_reach_cell = np.arange(cells) // CELLS_OF_A_REACH_CELL
    # The first public cell of each is in the middle: its point is the centre, as in `geo.reach_cells`.
    offsets = chance.normal(scale=SPREAD_KM / KM_PER_DEGREE, size=(2, cells)) * (
        np.arange(cells) % CELLS_OF_A_REACH_CELL > 0
    )
    latitudes = centres.latitudes[of_reach_cell] + offsets[1]
    longitudes = centres.longitudes[of_reach_cell] + offsets[0] / np.cos(np.radians(latitudes))
    columns = (
        range(1, cells + 1),
        (1 + of_reach_cell).tolist(),
        (1 + centres.towns[of_reach_cell]).tolist(),
        longitudes.tolist(),
        latitudes.tolist(),
        chance.integers(*DWELLINGS, cells).tolist(),
        (chance.random(cells) < 0.1).tolist(),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE staged (id int, reach int, town int, x float8, y float8, homes int, guess bool)"
        )
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for row in zip(*columns, strict=True):
                copy.write_row(row)
    west, south, east, north = AREA
    columns_and_rows = dict(zip(("wide", "high"), DEPARTMENTS, strict=True))
    run(CELLS, {"west": west - 1, "south": south - 1, "east": east + 1, "north": north + 1, **columns_and_rows})
    add_up_homes(municipalities=Municipality.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _build_members(*, members: int, seed: int) -> None:
    chance = np.random.default_rng([seed, members])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, municipality_id, dwellings FROM geo_publiccell ORDER BY id")
        cells, towns, dwellings = np.array(cursor.fetchall(), dtype=int).T
        weights = dwellings * chance.uniform(*ADOPTION, towns.max() + 1)[towns]
        living = chance.multinomial(members, weights / weights.sum())
        cursor.execute("CREATE TEMP TABLE living (cell int, members int)")
        with cursor.copy("COPY living FROM STDIN") as copy:
            for row in zip(cells.tolist(), living.tolist(), strict=True):
                copy.write_row(row)
        cursor.execute("SELECT setseed(%s)", [(seed % 100) / 100])
    with without_indexes([f"scopes_{table}" for table in PEOPLE]):
        run(MEMBERS, {})
    with step(fr="Table du trimestre", en="Table of the quarter"):
        renew_reach()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


CELLS: tuple[Step, ...] = (
    (
        "Communes, quartiers et mailles",
        "Towns, quarters and cells",
        (
            """INSERT INTO geo_municipality (id, key, source, digest, insee_code, department, name, postcodes,
                time_zone, circle_kind, building_source, boundary)
            SELECT town, 'bench:' || town, 'bench', '', lpad(town::text, 5, '0'), '44', 'Bourg', '{}', 'Europe/Paris',
                'quartier', 'bdtopo',
                ST_Multi(ST_Expand(ST_SetSRID(ST_Extent(ST_MakePoint(x, y))::geometry, 4326), 0.005))
            FROM staged GROUP BY town""",
            # Four quarters of each town, corner by corner.
            """INSERT INTO geo_neighbourhood (key, source, digest, kind, code, name, boundary, municipality_id)
            SELECT 'bench:' || id || '/' || corner, 'bench', '', 'quartier', corner, 'Quartier ' || corner,
                ST_Multi(ST_MakeEnvelope(west, south, west + (ST_XMax(boundary) - ST_XMin(boundary)) / 2,
                    south + (ST_YMax(boundary) - ST_YMin(boundary)) / 2, 4326)), id
            FROM geo_municipality, generate_series(0, 3) corner, LATERAL (SELECT
                ST_XMin(boundary) + corner %% 2 * (ST_XMax(boundary) - ST_XMin(boundary)) / 2 AS west,
                ST_YMin(boundary) + corner / 2 * (ST_YMax(boundary) - ST_YMin(boundary)) / 2 AS south) at""",
            """INSERT INTO geo_reachcell (id, municipality_id, location, dwellings)
            SELECT reach, min(town), (array_agg(ST_SetSRID(ST_MakePoint(x, y), 4326)::geography ORDER BY id))[1],
                sum(homes)
            FROM staged GROUP BY reach""",
            """INSERT INTO geo_publiccell (id, location, area, dwellings, main_residences, largest_share, estimated,
                municipality_id, reach_cell_id)
            SELECT id, point, ST_Multi(ST_Expand(point, 0.0005)), homes, 0.9 * homes, 0.2, guess, town, reach
            FROM staged, LATERAL (SELECT ST_SetSRID(ST_MakePoint(x, y), 4326) AS point) at""",
            """INSERT INTO geo_residence (id, key, municipality_id, name, copro_number, dwellings, dwellings_estimated,
                location, public_cell_id)
            SELECT id, 'bench:' || id, municipality_id, '', '', 12, false, location, id FROM geo_publiccell""",
            """INSERT INTO geo_release (dataset, source, territory, vintage, state, extent, checksum, licence, report,
                loaded_at, activated_at)
            SELECT 'buildings', 'bdtopo', x || '/' || y, '2026', 'active', ST_Multi(ST_MakeEnvelope(
                %(west)s + x * wide, %(south)s + y * high, %(west)s + (x + 1) * wide, %(south)s + (y + 1) * high, 4326
            )), '', '', '{}', now(), now()
            FROM generate_series(0, %(wide)s - 1) x, generate_series(0, %(high)s - 1) y, LATERAL (
                SELECT (%(east)s - %(west)s)::float / %(wide)s AS wide,
                    (%(north)s - %(south)s)::float / %(high)s AS high
            ) of""",
        ),
    ),
)
#: In the order they joined, which is not that of their cells. Four in five agreed to be counted, nine in ten proved it
#: by letter, a sixth come every week.
MEMBERS: tuple[Step, ...] = (
    (
        "Comptes et domiciles",
        "Accounts and homes",
        (
            """CREATE TEMP TABLE member AS SELECT row_number() OVER () AS n, cell FROM (
                SELECT cell FROM living, generate_series(1, members) ORDER BY random()) drawn""",
            """INSERT INTO scopes_account (id, password, is_superuser, email, first_name, last_name, language, is_staff,
                is_active, joined_on, last_seen_on)
            SELECT n, '!', false, n || '@example.org', 'Camille', 'Durand', 'fr', false, true, now(), now()
            FROM member""",
            """INSERT INTO scopes_alias (id, public_id, account_id, cell_id, written_by)
            SELECT n, gen_random_uuid(), n, cell, 'neighbourhood' FROM member""",
            "INSERT INTO scopes_household (id, made_at) SELECT n, now() FROM member",
            """INSERT INTO scopes_membership (id, account_id, alias_id, household_id, residence_id, role, listed,
                moderates, chosen, asked_at, entered_at, provisional_until, proved_until)
            SELECT n, n, n, n, cell, 'tenant', false, false, true, now(), now(), now(), now() + '1 year' FROM member""",
            """INSERT INTO scopes_proof (membership_id, kind, given_at, spent)
            SELECT n, CASE WHEN n %% 10 = 0 THEN 'word' ELSE 'letter' END, now(), true FROM member""",
            """INSERT INTO scopes_consent (account_id, use, wording, given_at)
            SELECT n, 'counted', 2, now() FROM member WHERE n %% 5 > 0""",
            """INSERT INTO scopes_presence (account_id, quarter, weeks, last_week)
            SELECT n, (date_trunc('quarter', now()) - interval '3 months')::date, 10, now()::date FROM member
            WHERE n %% 6 = 1""",
            "DROP TABLE member, living",
        ),
    ),
)
