"""The one rule of visibility, in SQL: for QuerySets, and for the statements that are written by hand.

Everything that shows a listing to anyone goes through here: page, API, feed, tile, export, e-mail and search. The rule
reads the viewer alone, never where the search is made from:

- what is public is seen by everyone, without an account;
- what is for the members of a circle, by those whose public cell is in it, or in the catchment of a zone;
- what is in the space of a residence, by those who live there, a newcomer from the day of entering on;
- what an organisation tells a residence under its mandate, by all its members, co-owners who live elsewhere too;
- one's own, always; what a person does not want to read, never.

PostgreSQL guards residences a second time (`scopes.second_lock`).
"""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import models
from django.db.models import Case, Q, Value, When

from geo.models import WGS84
from scopes import audiences
from scopes.levels import Level
from scopes.viewer import Home, Viewer


class AddressedQuerySet(models.QuerySet):
    """Listings by who may see them."""

    def visible_to(self, viewer: Viewer) -> AddressedQuerySet:
        """Keep what this viewer may see; nothing is visible unless a rule says so."""
        if viewer.account_id is None:
            return self.filter(audience=audiences.PUBLIC)
        seen = Q(audience__in=viewer.audiences) | Q(author__in=viewer.alias_ids)
        for home in viewer.homes:
            if home.lives_there:
                seen |= Q(residence=home.residence_id, published_at__gte=home.reads_since)
        if viewer.homes:
            seen |= Q(residence__in=viewer.residence_ids, organisation__isnull=False)
            seen |= Q(audience=audiences.ZONE, catchment__intersects=GEOSGeometry(viewer.points))
        return self.filter(seen).exclude(author__in=viewer.muted_ids)

    def addressed_to(self, home: Home, *, level: Level) -> AddressedQuerySet:
        """Keep what is addressed to this home at a level, narrower levels included; `why` is the narrowest true rule.

        It says what is meant for someone, not what may be seen: `visible_to` does, beside it.
        """
        rules = rules_of(home, level)
        why = Case(*(When(rule, then=Value(name)) for name, rule in rules.items()), output_field=models.CharField())
        return self.filter(reduce(or_, rules.values())).annotate(why=why)


def rules_of(home: Home, level: Level) -> dict[str, Q]:
    """The reasons of a level and of those inside it, narrowest first (design.md, section 3, laws 3, 5, 6 and 7)."""
    rules = {"residence": Q(residence=home.residence_id)}
    if level == Level.RESIDENCE:
        return rules
    rules["voisinage"] = Q(level=Level.VOISINAGE, cell__in=home.voisinage)
    if level == Level.VOISINAGE:
        return rules
    quarter = Q(level=Level.NEIGHBOURHOOD)
    if home.neighbourhood_id is not None:
        rules["neighbourhood"] = quarter & Q(neighbourhood=home.neighbourhood_id)
        rules["border"] = quarter & Q(openness=audiences.PUBLIC, neighbourhood__in=home.bordering)
    rules["catchment"] = Q(level=Level.CATCHMENT, catchment__intersects=Point(*home.point, srid=WGS84))
    if level == Level.NEIGHBOURHOOD:
        return rules
    return rules | {"municipality": Q(level=Level.MUNICIPALITY, municipality=home.municipality_id)}


#: The same rule on an alias, which holds no residence's rows; composed of constants.
_PUBLIC_SQL = "{alias}.audience = %(public)s"
_SEEN_SQL = """({alias}.audience = ANY ({audiences}) OR {alias}.author_id = ANY ({own_aliases})
    OR {alias}.audience = %(zone)s AND ST_Intersects({alias}.catchment, {own_points}::geometry))"""
_READ_SQL = "({alias}.author_id IS NULL OR {alias}.author_id <> ALL ({muted_aliases}))"
#: For a residence's rows: of one home of the viewer, with what `Home` says of it.
_INSIDE_SQL = """({alias}.residence_id = {viewer}.residence
    AND ({alias}.published_at >= {viewer}.reads_since OR {alias}.organisation_id IS NOT NULL))"""
_OF_A_VIEWER = ("audiences", "own_aliases", "own_points", "muted_aliases")

#: The rules of `rules_of`, narrowest first. Of the home, what `each_columns` says; of its lists, the one that is meant.
_RULES_SQL = {
    "residence": "{alias}.residence_id = {home}.residence",
    "voisinage": f"{{alias}}.level = '{Level.VOISINAGE}' AND {{alias}}.cell_id = {{cell}}",
    "neighbourhood": f"""{{alias}}.level = '{Level.NEIGHBOURHOOD}'
        AND {{alias}}.neighbourhood_id = {{home}}.neighbourhood""",
    "border": f"""{{alias}}.level = '{Level.NEIGHBOURHOOD}' AND {{alias}}.openness = '{audiences.PUBLIC}'
        AND {{home}}.neighbourhood IS NOT NULL AND {{alias}}.neighbourhood_id = {{across}}""",
    "catchment": f"""{{alias}}.level = '{Level.CATCHMENT}'
        AND ST_Intersects({{alias}}.catchment, {{home}}.point::geometry)""",
    "municipality": f"{{alias}}.level = '{Level.MUNICIPALITY}' AND {{alias}}.municipality_id = {{home}}.municipality",
}
#: How many of them each level has.
_DEPTH = {Level.RESIDENCE: 1, Level.VOISINAGE: 2, Level.NEIGHBOURHOOD: 5, Level.MUNICIPALITY: 6}


def visible_to_sql(viewer: Viewer, *, alias: str) -> tuple[str, dict[str, object]]:
    """Return the same rule as `AddressedQuerySet.visible_to`, as a condition on `alias` and its parameters.

    For tables without residence rows, with the columns `audience`, `author_id` and `catchment`.
    """
    if viewer.account_id is None:
        return _PUBLIC_SQL.format(alias=alias), {"public": audiences.PUBLIC}
    columns = {name: f"%({name})s" for name in _OF_A_VIEWER}
    return f"({_SEEN_SQL} AND {_READ_SQL})".format(alias=alias, **columns), _columns_of(viewer) | ZONE


#: What the conditions below are given besides their viewers.
ZONE: dict[str, object] = {"zone": audiences.ZONE}


def visible_to_each_sql(*, alias: str, viewer: str) -> str:
    """Return the same rule for many viewers at once: `viewer` has the columns of `each_columns`; parameters `ZONE`."""
    columns = {name: f"{viewer}.{name}" for name in _OF_A_VIEWER}
    return f"(({_SEEN_SQL} OR {_INSIDE_SQL}) AND {_READ_SQL})".format(alias=alias, viewer=viewer, **columns)


def addressed_to_each_sql(
    *, alias: str, home: str, level: Level = Level.MUNICIPALITY, cell: str = "", across: str = ""
) -> dict[str, str]:
    """Return the rules of `rules_of`, for many homes at once: `home` has the columns of `each_columns`.

    Who walks the cells of a voisinage, or the quarters across a limit, one by one says what each is called.
    """
    lists = {"cell": cell or f"ANY ({home}.voisinage)", "across": across or f"ANY ({home}.bordering)"}
    rules = list(_RULES_SQL.items())[: _DEPTH[level]]
    return {name: f"({rule.format(alias=alias, home=home, **lists)})" for name, rule in rules}


#: What `each_columns` answers, as the columns of a record of JSON.
EACH_COLUMNS = """audiences text[], own_aliases bigint[], own_points text, muted_aliases bigint[],
    residence bigint, reads_since timestamptz, voisinage bigint[], neighbourhood bigint, bordering bigint[],
    point text, municipality bigint"""


def each_columns(viewer: Viewer, home: Home | None) -> dict[str, object]:
    """Return a viewer and one of the viewer's homes as the rules for each read them (`EACH_COLUMNS`), ready for JSON.

    Of residences, what is inside that of this home alone is seen; without a home nothing is, nor addressed.
    """
    if home is None or home.residence_id not in viewer.residence_ids:
        return _columns_of(viewer)
    since = [one.reads_since for one in viewer.homes if one.residence_id == home.residence_id and one.lives_there]
    longitude, latitude = home.point
    return _columns_of(viewer) | {
        "residence": home.residence_id,
        "reads_since": min(since).isoformat() if since else None,
        "voisinage": list(home.voisinage),
        "neighbourhood": home.neighbourhood_id,
        "bordering": list(home.bordering),
        "point": f"SRID={WGS84};POINT({longitude!r} {latitude!r})",
        "municipality": home.municipality_id,
    }


def _columns_of(viewer: Viewer) -> dict[str, object]:
    return {
        "audiences": list(viewer.audiences),
        "own_aliases": list(viewer.alias_ids),
        "own_points": viewer.points,
        "muted_aliases": list(viewer.muted_ids),
    }
