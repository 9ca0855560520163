"""The two statements that a feed is found by, each planned once a connection (`geo.prepared`).

Why they read as they do (`./manage.py bench feed`; docs/adr/0033-the-feed-in-three-statements.md):

- Everything that differs between viewers is in one parameter, a record of JSON: the text is the same for all, and so
  are the types of what is bound. Conditions of indexes and limits are in the text, or a plan for any values knows none.
- Each rule is walked by itself along its own index, which ends in the day of publishing: newest first, until so many
  are found. Each cell of a voisinage too, and each quarter across a limit: an index that is asked for any of several
  has no order, and all that was ever said there was read and sorted.
- Visibility is told of what was found, not asked of what is looked for: all that is addressed to a home from outside
  may be seen there but what its viewer mutes, which PostgreSQL cannot know. Only in the residence it is a condition:
  who does not live there, or came later, takes no longer for what is not theirs to read.
"""

from __future__ import annotations

from functools import cache

from directory.listing_sql import LIVE, SAID
from scopes.levels import Level
from scopes.querysets import EACH_COLUMNS, addressed_to_each_sql

_ASKED = f"jsonb_to_record(%(asked)s::jsonb) AS asked ({EACH_COLUMNS})"
_NEWEST_FIRST = "ORDER BY listing.published_at DESC, listing.id DESC LIMIT {most}"
#: What is answered, and what visibility is told by.
_COLUMNS = ", ".join(
    f"listing.{name}"
    for name in ("id", "published_at", "audience", "author_id", "organisation_id", "residence_id", "catchment")
)

#: What a rule is walked along: one look-up, or one for each cell or quarter of a list.
_ONE_BY_ONE = "unnest(asked.{of}) AS place (id) CROSS JOIN LATERAL ({walk}) AS listing"
_PLACES = {"voisinage": "voisinage", "border": "bordering"}
_LISTING = "directory_listing listing"
#: Whether a zone covers the home's cell: under row-level security the entry of search alone has an index for it.
_IN_REACH = f"""{_LISTING} JOIN directory_searchentry entry
    ON entry.listing_id = listing.id AND ST_Intersects(entry.catchment, asked.point::geometry)"""


@cache
def newest(*, level: Level, of_a_kind: bool, most: int, visible: str) -> str:
    """Compose the statement that finds the newest of what is addressed to a home at a level; at most so many.

    `visible` is the condition of `scopes.querysets.visible_to_each_sql` for `listing` and the viewer `asked`. The rows
    are the id, why it is addressed, and whether its viewer may see it. Parameters: `asked`, what
    `scopes.querysets.each_columns` answers, as JSON; `now`; `zone` (`ZONE`); and `kind` where it is one of a kind.
    """
    rules = addressed_to_each_sql(alias="listing", home="asked", level=level, cell="place.id", across="place.id")
    rules["residence"] += f" AND {visible}"
    said = f"{_said(of_a_kind=of_a_kind)} AND NOT listing.spreads"
    walks = [_walk(name, f"{rule} AND {said}", most=most) for name, rule in rules.items()]
    return _NEWEST.format(walks=" UNION ALL ".join(f"({walk})" for walk in walks), most=most, visible=visible)


@cache
def around(*, of_a_kind: bool, visible: str) -> str:
    """Compose the statement that finds the requests that spread by themselves, reach a home and may be seen.

    The rows are the random id and the id; `visible` and the parameters are as for `newest`.
    """
    rule = addressed_to_each_sql(alias="listing", home="asked")["catchment"]
    said = _said(of_a_kind=of_a_kind)
    return f"""SELECT listing.public_id, listing.id FROM {_ASKED} CROSS JOIN {_IN_REACH}
        WHERE {said} AND listing.spreads AND {rule} AND {visible}"""  # noqa: S608 - constants


def _said(*, of_a_kind: bool) -> str:
    """What was said and lasts, of one kind, or all."""
    return f"{LIVE} AND {SAID}{' AND listing.kind = %(kind)s' if of_a_kind else ''}"


def _walk(name: str, condition: str, *, most: int) -> str:
    """The newest of what one rule addresses to the home, muted or not; nothing is addressed by two."""
    newest_first = _NEWEST_FIRST.format(most=most)
    source = _IN_REACH if name == "catchment" else _LISTING
    walk = f"SELECT {_COLUMNS} FROM {source} WHERE {condition} {newest_first}"  # noqa: S608 - constants
    if name in _PLACES:
        listed = _ONE_BY_ONE.format(of=_PLACES[name], walk=walk)
        walk = f"SELECT {_COLUMNS} FROM {listed} {newest_first}"  # noqa: S608 - constants
    return f"SELECT '{name}' AS why, listing.* FROM ({walk}) AS listing"  # noqa: S608 - constants


_NEWEST = f"""
SELECT listing.id, listing.why, {{visible}}
FROM {_ASKED} CROSS JOIN LATERAL (
    SELECT listing.* FROM ({{walks}}) AS listing {_NEWEST_FIRST}
) AS listing
ORDER BY listing.published_at DESC, listing.id DESC
"""  # noqa: S608 - composed of constants
