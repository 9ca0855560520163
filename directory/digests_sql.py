"""Finds those of many follows in whose towns anything appeared, and what is new in each for its reader.

By hand: a comparison with an array of the row itself has no form in the ORM, and one query of the ORM for each follow
made 13 letters a second, most of it composing the same query again.
"""

from directory.listing_sql import LIVE
from scopes.levels import Level
from scopes.querysets import EACH_COLUMNS, addressed_to_each_sql, visible_to_each_sql

#: One look-up in an index for each town. It says no more than that it is worth writing a letter.
ANYTHING_NEW = """
    SELECT follow.id FROM directory_follow follow
    WHERE follow.id = ANY (%(follows)s) AND EXISTS (
        SELECT FROM unnest(follow.towns) AS town (id) CROSS JOIN LATERAL (
            SELECT id FROM directory_listing
            WHERE municipality_id = town.id AND published_at > follow.told_until AND published_at <= %(until)s
            UNION ALL
            SELECT id FROM directory_listing
            WHERE municipality_id = town.id AND opens_at > follow.told_until AND opens_at <= %(until)s
            UNION ALL
            SELECT id FROM directory_ring
            WHERE municipality_id = town.id AND reached_at > follow.told_until AND reached_at <= %(until)s
            LIMIT 1
        ) new
    )
    ORDER BY follow.id
"""

#: What is addressed to a home at the level that is followed, narrower levels included (`scopes.querysets.rules_of`).
_ADDRESSED = f"""({{residence}}
    OR follow.level <> '{Level.RESIDENCE}' AND ({{voisinage}}
        OR follow.level <> '{Level.VOISINAGE}' AND ({{neighbourhood}} OR {{border}} OR {{catchment}}
            OR follow.level = '{Level.MUNICIPALITY}' AND {{municipality}})))""".format(
    **addressed_to_each_sql(alias="listing", home="asked")
)
#: What lies in the place that is followed (`directory.followed.is_there`).
_THERE = """CASE WHEN follow.area IS NOT NULL THEN ST_Intersects(entry.location, follow.area::geography)
    WHEN follow.neighbourhood_id IS NOT NULL THEN entry.neighbourhood_id = follow.neighbourhood_id
    ELSE entry.municipality_id = follow.municipality_id END"""
#: The kinds, categories and words that are followed (`directory.followed.wanted_by`).
_WANTED = """(follow.kinds = '{}' OR listing.kind = ANY (follow.kinds))
    AND (asked.firsts IS NULL OR EXISTS (SELECT FROM unnest(asked.firsts, asked.lasts) AS branch (first, last)
        WHERE category.number BETWEEN branch.first AND branch.last))
    AND NOT EXISTS (SELECT FROM unnest(asked.terms) term WHERE (entry.words %%> term) IS NOT TRUE)"""

#: Requests that spread by themselves are new on the day they first reach the home that is followed from, or any of the
#: reader's where a place is followed (`directory.spreading`); not on the day they were said.
_WHERE_FROM = "COALESCE(asked.point, asked.own_points)::geometry"
_REACHED = f"""
            SELECT ring.listing_id FROM directory_ring ring WHERE ring.municipality_id = ANY (follow.towns)
                AND ring.reached_at > follow.told_from AND ring.reached_at <= follow.told_until
                AND ST_Intersects(ring.area, {_WHERE_FROM})
                AND NOT EXISTS (SELECT FROM directory_ring earlier WHERE earlier.listing_id = ring.listing_id
                    AND earlier.reached_at <= follow.told_from AND ST_Intersects(earlier.area, {_WHERE_FROM}))"""  # noqa: S608

#: The first of what is new in each follow, in the order it appeared in, for its reader (`directory.digests`). Notices
#: are left to those who send them: they are told at once, as each person chose (`directory.announcing`). An offer
#: comes by letter to who asked for offers, and to nobody else. What spreads comes first, in the order of its random
#: ids: any other would tell when it was said.
NEWS = f"""
    SELECT follow.id, new.id
    FROM jsonb_to_recordset(%(asked)s::jsonb) AS asked (
        follow bigint, {EACH_COLUMNS}, firsts bigint[], lasts bigint[], terms text[])
    JOIN directory_follow follow ON follow.id = asked.follow
    CROSS JOIN LATERAL (
        SELECT listing.id, listing.spreads, CASE WHEN listing.spreads THEN listing.public_id END AS drawn,
            CASE WHEN NOT listing.spreads THEN listing.published_at END AS said_at
        FROM (
            SELECT id FROM directory_listing WHERE municipality_id = ANY (follow.towns) AND NOT spreads
                AND published_at > follow.told_from AND published_at <= follow.told_until
                AND (opens_at IS NULL OR opens_at <= follow.told_until)
            UNION
            SELECT id FROM directory_listing WHERE municipality_id = ANY (follow.towns) AND NOT spreads
                AND opens_at > follow.told_from AND opens_at <= follow.told_until
            UNION {_REACHED}
        ) appeared
        JOIN directory_listing listing ON listing.id = appeared.id
        JOIN directory_category category ON category.id = listing.category_id
        LEFT JOIN directory_searchentry entry ON entry.listing_id = listing.id
        WHERE {LIVE} AND {visible_to_each_sql(alias="listing", viewer="asked")}
            AND (entry.listing_id IS NOT NULL OR listing.residence_id IS NOT NULL)
            AND (listing.author_id IS NULL OR listing.author_id <> ALL (asked.own_aliases))
            AND NOT (follow.rhythm = 'at_once' AND listing.kind = 'notice')
            AND NOT (follow.kinds = '{{}}' AND follow.categories = '{{}}' AND listing.kind = 'promotion')
            AND CASE WHEN follow.alias_id IS NULL THEN {_THERE} ELSE {_ADDRESSED} END
            AND {_WANTED}
        ORDER BY listing.spreads DESC, drawn, said_at, listing.id LIMIT %(most)s
    ) new
    ORDER BY follow.begun_at, follow.id, new.spreads DESC, new.drawn, new.said_at, new.id
"""  # noqa: S608 - composed of constants
