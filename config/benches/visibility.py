"""The bench of visibility: what a member may see within 500 m, beside the same search with nothing hidden."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from unittest.mock import patch

from django.contrib.gis.measure import D

from config.benches.database import bench_database, kept_database
from config.benches.members import run, settle
from directory.here import Here
from directory.search import SearchRequest, search
from directory.within import Level, Within
from scopes.models import Alias
from scopes.viewer import Viewer
from scopes.viewing import viewer_of

RADIUS = D(m=500)
VIEWERS = 300
#: A fifth as many members as listings: a million for five million.
LISTINGS_OF_A_MEMBER = 5
#: Listings from which one public cell is made.
LISTINGS_OF_A_CELL = 50
TURNS = 3


def measure(*, rows: int, seed: int) -> dict[str, object]:
    """Build what is missing, measure, and answer the report: milliseconds, and a ratio above 1 where we are faster."""
    members = rows // LISTINGS_OF_A_MEMBER
    with bench_database(rows=rows, seed=seed) as template:
        pass
    name = f"bench_visibility_{rows}_{seed}"
    with kept_database(name, lambda: _people(members=members), template=template):
        askers = _askers()
        gathering = _timed(lambda asker: viewer_of(asker[0].account_id), askers)
        guarded, open_to_all = [], []
        for _ in range(TURNS):
            guarded += _timed(_search, askers)
            with patch("directory.nearby.visible_to_sql", _everything):
                open_to_all += _timed(_search, askers)
    middle, middle_open = statistics.median(guarded), statistics.median(open_to_all)
    return {
        "bench": "visibility",
        "rows": rows,
        "members": members,
        "p50_ms": round(middle, 3),
        "p95_ms": round(statistics.quantiles(guarded, n=20)[-1], 3),
        "viewer_ms": round(statistics.median(gathering), 3),
        "ratio": {"without_visibility": round(middle_open / middle, 3)},
        "detail_ms": {"visible_to + 500 m": round(middle, 3), "everything + 500 m": round(middle_open, 3)},
    }


def _everything(viewer: Viewer, *, alias: str) -> tuple[str, dict[str, object]]:
    """The rule with every protection taken off: the same search without visibility."""
    return "true", {}


def _search(asker: tuple[Viewer, Here]) -> None:
    viewer, here = asker
    search(SearchRequest(here=here, within=Within(Level.DISTANCE, RADIUS), viewer=viewer))


def _timed(ask: Callable, askers: list) -> list[float]:
    """Ask for everyone twice, and time the second turn, in milliseconds."""
    taken = []
    for turn in range(2):
        for asker in askers:
            start = time.perf_counter()
            ask(asker)
            if turn:
                taken.append((time.perf_counter() - start) * 1_000)
    return taken


def _askers() -> list[tuple[Viewer, Here]]:
    """Members from all over the country, each asking from their own cell."""
    count = Alias.objects.count()
    chosen = Alias.objects.filter(pk__in=range(1, count, max(1, count // VIEWERS))).select_related("cell")
    return [
        (viewer_of(alias.account_id), Here(longitude=alias.cell.location.x, latitude=alias.cell.location.y))
        for alias in chosen
    ]


def _people(*, members: int) -> None:
    """Give the invented country towns, quarters, cells and members, and make three listings in ten a person's."""
    settle(CELLS, members=members)
    run(LISTINGS, {"of_a_cell": LISTINGS_OF_A_CELL})


#: A cell is made of the entry whose number ends its fifty.
CELLS = f"""
    SELECT 1 + listing_id / {LISTINGS_OF_A_CELL}, municipality_id, location FROM directory_searchentry
    WHERE listing_id % {LISTINGS_OF_A_CELL} = 0
"""  # noqa: S608 - composed of constants
LISTINGS = (
    (
        "Annonces des membres",
        "Listings of members",
        (
            """UPDATE directory_searchentry entry SET location = cell.location, author_id = cell.id,
                audience = CASE WHEN listing_id %% 1000 = 0 THEN 'zone' ELSE CASE listing_id %% 10
                    WHEN 0 THEN 'town:' || cell.municipality_id WHEN 1 THEN 'quarter:' || cell.municipality_id
                    ELSE 'voisinage:' || cell.id END END,
                catchment = CASE WHEN listing_id %% 1000 = 0 THEN ST_Multi(ST_Expand(cell.location::geometry, 0.01)) END
            FROM geo_publiccell cell
            WHERE listing_id %% 10 < 3 AND cell.id = 1 + listing_id / %(of_a_cell)s""",
            "VACUUM ANALYZE",
        ),
    ),
)
