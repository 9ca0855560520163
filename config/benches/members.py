"""Members for a bench: towns, quarters, cells, residences and accounts, made in the database by a few statements.

Numbers tie everything together: a town and its quarter have one number, and so have a cell and its residence; member n
lives in cell n, and when cells are all taken, begins again at the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection

from config.bootstrap.progress import step

#: Name in French and in English, and statements.
Step = tuple[str, str, tuple[str, ...]]


def settle(cells: str, *, members: int) -> None:
    """Fill the country with cells - a statement that gives the number, the town and the location of each."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE staged_cell (id, town, location) AS {cells}")
    run(STEPS, {"members": members})


def run(steps: Sequence[Step], numbers: Mapping[str, int]) -> None:
    """Run statements step by step, and say so."""
    with connection.cursor() as cursor:
        for fr, en, statements in steps:
            with step(fr=fr, en=en):
                for statement in statements:
                    cursor.execute(statement, numbers)


STEPS: tuple[Step, ...] = (
    (
        "Communes, quartiers et mailles",
        "Towns, quarters and cells",
        (
            """INSERT INTO geo_municipality (id, key, source, digest, insee_code, department, name, postcodes,
                time_zone, circle_kind, building_source)
            SELECT town, 'bench:' || town, 'bench', '', lpad(town::text, 5, '0'), '44', 'Bourg', '{}', 'Europe/Paris',
                'quartier', ''
            FROM (SELECT DISTINCT town FROM staged_cell) towns""",
            """INSERT INTO geo_neighbourhood (id, key, source, digest, kind, code, name, boundary, municipality_id)
            SELECT id, 'bench:' || id, 'bench', '', 'quartier', '1', 'Centre',
                ST_Multi(ST_MakeEnvelope(0, 0, 1, 1, 4326)), id
            FROM geo_municipality""",
            """INSERT INTO geo_publiccell (id, location, area, dwellings, main_residences, largest_share, estimated,
                municipality_id)
            SELECT id, location, ST_Multi(ST_Expand(location::geometry, 0.0005)), 60, 54, 0.2, false, town
            FROM staged_cell""",
            "DROP TABLE staged_cell",
            "ANALYZE geo_publiccell",
            """INSERT INTO geo_cellcontainment (cell_id, neighbourhood_id, kind)
            SELECT id, municipality_id, 'quartier' FROM geo_publiccell""",
            """INSERT INTO geo_voisinagepair (cell_id, other_id)
            SELECT cell.id, near.id FROM geo_publiccell cell CROSS JOIN LATERAL (
                SELECT id FROM geo_publiccell other ORDER BY other.location <-> cell.location LIMIT 8
            ) near""",
        ),
    ),
    (
        "Membres",
        "Members",
        (
            """INSERT INTO geo_residence (id, key, municipality_id, name, copro_number, dwellings, dwellings_estimated,
                location, public_cell_id)
            SELECT id, 'bench:' || id, municipality_id, '', '', 12, false, location, id FROM geo_publiccell""",
            """INSERT INTO scopes_account (id, password, is_superuser, email, first_name, last_name, language, is_staff,
                is_active, joined_on, last_seen_on)
            SELECT n, '!', false, n || '@example.org', 'Camille', 'Durand', 'fr', false, true, now(), now()
            FROM generate_series(1, %(members)s) n""",
            """INSERT INTO scopes_alias (id, public_id, account_id, cell_id, written_by)
            SELECT n, gen_random_uuid(), n, 1 + (n - 1) %% cells.count, 'neighbourhood'
            FROM generate_series(1, %(members)s) n, (SELECT count(*) FROM geo_publiccell) cells""",
            "INSERT INTO scopes_household (id, made_at) SELECT n, now() FROM generate_series(1, %(members)s) n",
            """INSERT INTO scopes_membership (account_id, alias_id, household_id, residence_id, role, listed, moderates,
                chosen, asked_at, entered_at, provisional_until, proved_until)
            SELECT account_id, id, id, cell_id, 'tenant', false, false, true, now(), now(), now(), now() + '1 year'
            FROM scopes_alias""",
        ),
    ),
)
