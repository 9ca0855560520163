"""Finds those of many follows in whose towns anything appeared: one look-up in an index for each of its towns.

By hand: a comparison with an array of the row itself has no form in the ORM. It says no more than that it is
worth writing a letter: what is in it is asked through `visible_to`, for its reader.
"""

ANYTHING_NEW = """
    SELECT follow.id FROM directory_follow follow
    WHERE follow.id = ANY (%(follows)s) AND EXISTS (
        SELECT FROM unnest(follow.towns) AS town (id) CROSS JOIN LATERAL (
            SELECT id FROM directory_listing
            WHERE municipality_id = town.id AND published_at > follow.told_until AND published_at <= %(until)s
            UNION ALL
            SELECT id FROM directory_listing
            WHERE municipality_id = town.id AND opens_at > follow.told_until AND opens_at <= %(until)s
            LIMIT 1
        ) new
    )
    ORDER BY follow.id
"""
