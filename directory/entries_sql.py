"""The statements that keep search entries: set-based, since an import publishes tens of thousands at once.

By hand, because `INSERT … SELECT … ON CONFLICT` with joins has no form in the ORM: 35,000 entries take 4 s this way,
and took over a minute as model instances.
"""

from directory.kinds import KINDS

#: What has a door: its hours, with the place where they are read. Hours that follow the sun are read to 0.1 degree.
PREMISES = """
    SELECT listing_ptr_id AS listing_id, address, phone, email, website, opening_hours, opening_hours_text, wheelchair,
           brand, opening_hours ~* 'sunrise|sunset|dawn|dusk' AS by_sun
    FROM directory_merchant
    UNION ALL
    SELECT listing_ptr_id, address, phone, email, website, opening_hours, opening_hours_text, wheelchair, '',
           opening_hours ~* 'sunrise|sunset|dawn|dusk'
    FROM directory_publicplace
    UNION ALL
    SELECT listing_ptr_id, address, phone, email, website, opening_hours, opening_hours_text, wheelchair, '',
           opening_hours ~* 'sunrise|sunset|dawn|dusk'
    FROM directory_association
"""

#: Hours are evaluated once for each schedule, not once for each door: a chain's thousand shops share one row.
_SCHEDULES = f"""
    SELECT DISTINCT premises.opening_hours, listing.department, municipality.time_zone,
           CASE WHEN by_sun THEN round(ST_X(listing.location::geometry)::numeric, 1) ELSE 0 END AS longitude,
           CASE WHEN by_sun THEN round(ST_Y(listing.location::geometry)::numeric, 1) ELSE 0 END AS latitude
    FROM ({PREMISES}) premises
    JOIN directory_listing listing ON listing.id = premises.listing_id
    JOIN geo_municipality municipality ON municipality.id = listing.municipality_id
    WHERE premises.opening_hours <> '' AND (NOT by_sun OR listing.location IS NOT NULL)
"""  # noqa: S608 - composed of constants
ALL_SCHEDULES = f"{_SCHEDULES} ORDER BY municipality.time_zone"
SCHEDULES = f"{_SCHEDULES} AND listing.id = ANY(%(listings)s::bigint[]) ORDER BY municipality.time_zone"

STAGE_SCHEDULES = """
    DROP TABLE IF EXISTS staged_schedule;
    CREATE TEMPORARY TABLE staged_schedule (
        opening_hours text, departments text[], time_zone text, longitude numeric, latitude numeric,
        periods tstzmultirange
    ) ON COMMIT DROP
"""

COPY_SCHEDULES = "COPY staged_schedule FROM STDIN"

_ON_SCHEDULE = """
    schedule.opening_hours = premises.opening_hours AND listing.department = ANY(schedule.departments)
    AND schedule.time_zone = municipality.time_zone
    AND schedule.longitude = CASE WHEN by_sun THEN round(ST_X(listing.location::geometry)::numeric, 1) ELSE 0 END
    AND schedule.latitude = CASE WHEN by_sun THEN round(ST_Y(listing.location::geometry)::numeric, 1) ELSE 0 END
"""

#: Only rows that differ are written: a renewal on the same day writes none.
RENEW_PERIODS = f"""
    UPDATE directory_searchentry entry SET open_periods = schedule.periods
    FROM ({PREMISES}) premises
    JOIN directory_listing listing ON listing.id = premises.listing_id
    JOIN geo_municipality municipality ON municipality.id = listing.municipality_id
    JOIN staged_schedule schedule ON {_ON_SCHEDULE}
    WHERE entry.listing_id = listing.id AND entry.open_periods IS DISTINCT FROM schedule.periods
"""  # noqa: S608 - composed of constants

WITHDRAW_ENTRIES = """
    DELETE FROM directory_searchentry entry USING directory_listing listing
    WHERE listing.id = entry.listing_id AND listing.id = ANY(%(listings)s)
      AND (listing.withdrawn_at IS NOT NULL OR listing.hidden_at IS NOT NULL OR listing.paused_at IS NOT NULL
           OR listing.closes_at <= now())
"""

#: What a kind of exchange adds to its listing, as the API names it; what is empty is left out.
EXCHANGES = " UNION ALL ".join(
    f"SELECT listing_ptr_id AS listing_id, jsonb_build_object({own}) AS told FROM {kind.model._meta.db_table}"  # noqa: S608
    for kind in KINDS.values()
    for own in [", ".join(f"'{name}', NULLIF(to_jsonb(\"{name}\"), '\"\"')" for name in kind.schema)]
)

_CARD = """jsonb_strip_nulls(jsonb_build_object(
        'address', NULLIF(COALESCE(premises.address, event.address), ''), 'phone', NULLIF(premises.phone, ''),
        'email', NULLIF(premises.email, ''), 'website', NULLIF(COALESCE(premises.website, event.website), ''),
        'place', NULLIF(event.place_name, ''), 'cancelled', CASE WHEN event.cancelled_at IS NOT NULL THEN true END,
        'opening_hours', NULLIF(premises.opening_hours, ''),
        'opening_hours_text', NULLIF(premises.opening_hours_text, ''),
        'wheelchair', NULLIF(premises.wheelchair, ''), 'municipality', municipality.name,
        'source', record.source, 'licence', NULLIF(record.licence, ''),
        'kept', CASE WHEN listing.edits ? 'kept' THEN true END,
        'checked', listing.edits ->> 'checked',
        'approximate', CASE WHEN listing.location IS NULL AND ride.start_point IS NULL AND cell.id IS NOT NULL
            THEN true END,
        'demonstration', CASE WHEN listing.demonstration THEN true END
    ) || COALESCE(jsonb_strip_nulls(exchange.told), '{}'))"""

_OF_AN_AREA = "listing.kind IN ('notice', 'poll') AND listing.organisation_id IS NOT NULL"
#: A notice or a poll to an area is drawn as that area; the point that it is found by means nothing to a reader.
_GEOMETRY = f"""CASE WHEN {_OF_AN_AREA} THEN ST_AsGeoJSON(ST_SimplifyPreserveTopology(
                COALESCE(listing.catchment, told.boundary, municipality.boundary), 0.0001), 5)
            ELSE COALESCE(
                ST_AsGeoJSON(listing.location, 7), ST_AsGeoJSON(ride.start_point, 7),
                ST_AsGeoJSON(ST_SimplifyPreserveTopology(cell.area, 0.00003), 6))
            END::jsonb"""


def _feature(*, geometry: str, card: str) -> str:
    """The GeoJSON feature of a listing, open: a search writes on in its properties, then closes both."""
    return f"""left(jsonb_build_object('type', 'Feature', 'geometry', {geometry}, 'properties', jsonb_build_object(
            'id', listing.public_id, 'kind', listing.kind, 'category', category.code, 'title', listing.title,
            'url', CASE listing.kind WHEN 'post' THEN '/mot/' WHEN 'notice' THEN '/avis/' WHEN 'poll' THEN '/sondage/'
                WHEN 'event' THEN '/evenement/' WHEN 'news' THEN '/actualite/' WHEN 'promotion' THEN '/offre/'
                WHEN 'merchant' THEN '/annonce/' WHEN 'place' THEN '/annonce/'
                WHEN 'association' THEN '/annonce/' ELSE '/echange/' END
                || listing.public_id || '/',
            'card', {card}
        ))::text, -2)"""


#: Kinds that tell neither where nor when they were said: no search finds them.
_UNSEARCHED = ", ".join(f"'{kind.kind}'" for kind in KINDS.values() if not kind.tells_where_and_when)

#: Of `SearchEntry.open_feature`, and of what is in the space of a residence, which has no entry and no place.
FEATURE = _feature(geometry=_GEOMETRY, card=_CARD)
FEATURE_INSIDE = _feature(geometry="NULL", card="'{}'::jsonb")

#: What an organisation says is found by the sign of the page that it speaks from, and not by its name on paper beside:
#: that of a sole trader is a person's, which the page does not tell.
_SAID_FROM_A_PAGE = """
    SELECT listing_ptr_id AS listing_id, place_id AS page_id FROM directory_news
    UNION ALL
    SELECT listing_ptr_id, place_id FROM directory_promotion"""

#: Where it stands: at its public place; a ride where it begins, which is one; else at the public cell of its author.
_STANDS = "COALESCE(listing.location, ride.start_point::geography, cell.location)"

#: An event is "open" on its dates, so that a search finds what takes place at a moment as it finds open doors.
#: What has no public place of its own stands at the public cell of its author, or at the one that this cell was united
#: with since, drawn as an area. A residence's row has no audience, and never an entry. The quarter is found through the
#: subdivided parts, in the town's own circle kind; on a limit the first code wins.
WRITE_ENTRIES = f"""
    INSERT INTO directory_searchentry (
        listing_id, public_id, kind, category_number, title, words, location, municipality_id, neighbourhood_id,
        insee_code, department, audience, author_id, catchment, live_from, live_until, open_periods, open_feature
    )
    SELECT listing.id, listing.public_id, listing.kind, category.number, listing.title,
        lower(unaccent(concat_ws(' ', listing.title, category.name_fr, category.name_en, NULLIF(premises.brand, ''),
            event.place_name, event.organiser, COALESCE(page.title, speaker.name)))),
        {_STANDS}, listing.municipality_id,
        CASE WHEN {_STANDS} IS NULL THEN listing.neighbourhood_id ELSE quarter.id END,
        listing.insee_code, listing.department, listing.audience, listing.author_id,
        listing.catchment, listing.opens_at, listing.closes_at,
        CASE WHEN event.listing_ptr_id IS NULL THEN schedule.periods WHEN event.cancelled_at IS NULL THEN (
            SELECT range_agg(tstzrange(date.starts_at, date.ends_at)) FROM directory_eventdate date
            WHERE date.event_id = listing.id
        ) END, {FEATURE}
    FROM directory_listing listing
    JOIN directory_category category ON category.id = listing.category_id
    JOIN geo_municipality municipality ON municipality.id = listing.municipality_id
    LEFT JOIN ({PREMISES}) premises ON premises.listing_id = listing.id
    LEFT JOIN geo_publiccell own ON own.id = listing.cell_id
    LEFT JOIN geo_publiccell cell ON cell.id = COALESCE(own.merged_into_id, own.id)
    LEFT JOIN geo_neighbourhood told ON told.id = listing.neighbourhood_id AND listing.level = 'neighbourhood'
        AND {_OF_AN_AREA}
    LEFT JOIN ({EXCHANGES}) exchange ON exchange.listing_id = listing.id
    LEFT JOIN directory_carpool ride ON ride.listing_ptr_id = listing.id
    LEFT JOIN directory_event event ON event.listing_ptr_id = listing.id
    LEFT JOIN ({_SAID_FROM_A_PAGE}) said ON said.listing_id = listing.id
    LEFT JOIN directory_listing page ON page.id = said.page_id
    LEFT JOIN scopes_organisation speaker ON speaker.id = listing.organisation_id
        AND listing.kind IN ('event', 'news', 'promotion')
    LEFT JOIN staged_schedule schedule ON {_ON_SCHEDULE}
    LEFT JOIN LATERAL (
        SELECT neighbourhood.id
        FROM geo_boundarypart part JOIN geo_neighbourhood neighbourhood ON neighbourhood.id = part.neighbourhood_id
        WHERE ST_Covers(part.division, {_STANDS}::geometry)
          AND neighbourhood.closed_on IS NULL AND neighbourhood.municipality_id = listing.municipality_id
          AND neighbourhood.kind = municipality.circle_kind
        ORDER BY neighbourhood.code LIMIT 1
    ) quarter ON true
    LEFT JOIN LATERAL (
        SELECT source, licence FROM directory_sourcerecord
        WHERE listing_id = listing.id AND gone_on IS NULL ORDER BY id LIMIT 1
    ) record ON true
    WHERE listing.id = ANY(%(listings)s::bigint[]) AND listing.kind NOT IN ({_UNSEARCHED})
      AND listing.audience IS NOT NULL AND listing.withdrawn_at IS NULL AND listing.hidden_at IS NULL
      AND listing.paused_at IS NULL AND (listing.closes_at IS NULL OR listing.closes_at > now())
    ON CONFLICT (listing_id) DO UPDATE SET
        kind = EXCLUDED.kind, category_number = EXCLUDED.category_number, title = EXCLUDED.title,
        words = EXCLUDED.words, location = EXCLUDED.location, municipality_id = EXCLUDED.municipality_id,
        neighbourhood_id = EXCLUDED.neighbourhood_id, insee_code = EXCLUDED.insee_code,
        department = EXCLUDED.department, audience = EXCLUDED.audience,
        author_id = EXCLUDED.author_id, catchment = EXCLUDED.catchment, live_from = EXCLUDED.live_from,
        live_until = EXCLUDED.live_until, open_periods = EXCLUDED.open_periods, open_feature = EXCLUDED.open_feature
"""  # noqa: S608 - composed of constants

#: For a few listings nothing is staged: their schedules come with the statement, which is prepared, in local time.
WRITE_FEW_ENTRIES = WRITE_ENTRIES.replace(
    "JOIN staged_schedule schedule",
    """JOIN (
        SELECT opening_hours, departments, time_zone, longitude, latitude, (
            SELECT COALESCE(range_agg(tstzrange(lower(period) AT TIME ZONE time_zone,
                                                upper(period) AT TIME ZONE time_zone)), '{}')
            FROM unnest(periods) period
        ) AS periods
        FROM jsonb_to_recordset(%(schedules)s::jsonb) AS evaluated (
            opening_hours text, departments text[], time_zone text, longitude numeric, latitude numeric,
            periods tsmultirange
        )
    ) schedule""",
)
