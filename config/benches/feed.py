"""The bench of the home feed: the newest of what is addressed to a member, rule by rule, beside one condition."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

from django.core.management import call_command
from django.db import connection

from config.benches.database import kept_database
from config.benches.members import Step, run, settle
from config.benches.synthetic import clustered
from config.benches.timing import statements_timed
from config.benches.visibility import LISTINGS_OF_A_CELL, LISTINGS_OF_A_MEMBER
from config.bootstrap.progress import step
from directory.feeds import PAGE, feed
from directory.models import Listing
from scopes import second_lock
from scopes.models import Account, Level
from scopes.viewer import Viewer
from scopes.viewing import viewer_of

#: Growth compares with a country this many times emptier.
EMPTIER = 50
#: A cell in the emptier country.
FEWEST = EMPTIER * LISTINGS_OF_A_CELL
VIEWERS = 300
#: Members asked for by one condition, which takes a hundred times as long.
ASKED_AT_ONCE = 20


def measure(*, rows: int, seed: int) -> dict[str, object]:
    """Build what is missing, measure, and answer the report: milliseconds in SQL, and ratios above 1 where we win."""
    few, _few_at_once = _measured(rows=rows // EMPTIER, seed=seed)
    many, all_at_once = _measured(rows=rows, seed=seed)
    at_once = statistics.median(taken for taken, _whole in all_at_once)
    in_sql = [taken for taken, _whole in many]
    middle, whole = statistics.median(in_sql), statistics.median(whole for _taken, whole in many)
    return {
        "bench": "feed",
        "rows": rows,
        "members": rows // LISTINGS_OF_A_MEMBER,
        "p50_ms": round(middle, 3),
        "p95_ms": round(statistics.quantiles(in_sql, n=20)[-1], 3),
        "with_python_p50_ms": round(whole, 3),
        "growth": round(middle / statistics.median(taken for taken, _whole in few), 3),
        "ratio": {"one_condition": round(at_once / middle, 1)},
        "detail_ms": {"feed": round(middle, 3), "with Python": round(whole, 3), "one condition": round(at_once, 3)},
    }


#: Milliseconds in SQL, and in all.
Taken = tuple[float, float]


def _measured(*, rows: int, seed: int) -> tuple[list[Taken], list[Taken]]:
    """What pages of the feed take, and the same pages asked for by one condition."""
    with kept_database(f"bench_feed_{rows}_{seed}", partial(_build, rows=rows, seed=seed)):
        viewers = _viewers()
        with step(fr="Fils de la ville", en="Feeds of the town"):
            taken = [_taken(_page, viewer) for viewer in viewers * 2][len(viewers) :]
        with step(fr="Les mêmes, d’une seule condition", en="The same, by one condition"):
            return taken, [_taken(_page_at_once, viewer) for viewer in viewers[:ASKED_AT_ONCE]]


def _page(viewer: Viewer) -> None:
    feed(viewer, viewer.home, level=Level.MUNICIPALITY)


def _page_at_once(viewer: Viewer) -> None:
    addressed = Listing.objects.live().visible_to(viewer).said().addressed_to(viewer.home, level=Level.MUNICIPALITY)
    list(addressed.order_by("-published_at", "-pk")[: PAGE + 1])


def _taken(ask: Callable[[Viewer], None], viewer: Viewer) -> Taken:
    """What one request takes, under the second lock as any request is."""
    with second_lock.opened(viewer.residence_ids), statements_timed() as statements:
        start = time.perf_counter()
        ask(viewer)
        whole = (time.perf_counter() - start) * 1_000
    return sum(one.wall for one in statements), whole


def _viewers() -> list[Viewer]:
    """Members from all over the country; most live in the biggest towns, as people do."""
    count = Account.objects.count()
    return [viewer_of(number) for number in range(1, count + 1, max(1, count // VIEWERS))]


def _build(*, rows: int, seed: int) -> None:
    with step(fr="Tables de la mesure", en="Tables of the bench"):
        call_command("migrate", verbosity=0)
    points = clustered(rows=rows // LISTINGS_OF_A_CELL, seed=seed)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE staged_point (id serial, town int, longitude float8, latitude float8)")
        with cursor.copy("COPY staged_point (town, longitude, latitude) FROM STDIN") as copy:
            for (longitude, latitude), town in zip(points.pairs(), points.towns.tolist(), strict=True):
                copy.write_row((town, longitude, latitude))
    settle(CELLS, members=rows // LISTINGS_OF_A_MEMBER)
    with connection.schema_editor() as editor:
        for index in Listing._meta.indexes:
            editor.remove_index(Listing, index)
    run(SAID, {"rows": rows})
    for index in Listing._meta.indexes:
        with step(fr=f"Index {index.name}", en=f"Index {index.name}"), connection.schema_editor() as editor:
            editor.add_index(Listing, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


CELLS = """
    SELECT id, town, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography FROM staged_point
"""
#: A member says one thing after another over two years, each for half a year: a tenth in the residence, two fifths in
#: the voisinage, three tenths in the quarter, the rest in the town, and one in a thousand in a zone.
SAID: tuple[Step, ...] = (
    (
        "Ce que disent les membres",
        "What members say",
        (
            # Its owner fills the table: every residence would have to be named to the second lock.
            "ALTER TABLE directory_listing NO FORCE ROW LEVEL SECURITY",
            """INSERT INTO directory_listing (public_id, kind, category_id, title, description, published_at, closes_at,
                demonstration, edits, author_id, level, openness, residence_id, cell_id, neighbourhood_id,
                municipality_id, insee_code, department, catchment)
            SELECT gen_random_uuid(), 'post', category.id, 'Un mot ' || n, '', said_at, said_at + interval '180 days',
                false, '{}', alias.id, level, 'members', CASE level WHEN 'residence' THEN alias.cell_id END,
                CASE level WHEN 'residence' THEN NULL ELSE alias.cell_id END,
                CASE level WHEN 'residence' THEN NULL ELSE cell.municipality_id END,
                cell.municipality_id, lpad(cell.municipality_id::text, 5, '0'), '44',
                CASE level WHEN 'catchment' THEN ST_Multi(ST_Expand(cell.location::geometry, 0.01)) END
            FROM generate_series(1, %(rows)s) n
            CROSS JOIN LATERAL (SELECT
                now() - interval '730 days' * (n / %(rows)s::float8) AS said_at,
                CASE WHEN n %% 1000 = 0 THEN 'catchment' WHEN n %% 20 < 2 THEN 'residence'
                    WHEN n %% 20 < 10 THEN 'voisinage' WHEN n %% 20 < 16 THEN 'neighbourhood'
                    ELSE 'municipality' END AS level) how
            -- A large prime step, so that what follows in time is not said side by side.
            JOIN scopes_alias alias ON alias.id = 1 + n::bigint * 7919 %% (SELECT count(*) FROM scopes_alias)
            JOIN geo_publiccell cell ON cell.id = alias.cell_id
            JOIN directory_category category ON category.code = 'word'""",
            "ALTER TABLE directory_listing FORCE ROW LEVEL SECURITY",
            """INSERT INTO directory_post (listing_ptr_id, residence_id)
            SELECT id, residence_id FROM directory_listing WHERE residence_id IS NULL""",
            """INSERT INTO directory_searchentry (listing_id, public_id, kind, category_number, title, words, location,
                municipality_id, neighbourhood_id, insee_code, department, audience, author_id, catchment, live_from,
                live_until, open_feature)
            SELECT listing.id, public_id, kind, 1, title, '', cell.location, listing.municipality_id, neighbourhood_id,
                insee_code, department, audience, author_id, catchment, opens_at, closes_at, '{'
            FROM directory_listing listing JOIN geo_publiccell cell ON cell.id = cell_id
            WHERE level = 'catchment'""",
        ),
    ),
)
