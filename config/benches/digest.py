"""The bench of letters: people who follow, in towns where much is said; how long it takes, in how much memory."""

from __future__ import annotations

import multiprocessing
import resource
import time
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config.benches.database import kept_database
from config.bootstrap.progress import step
from directory.digests import queue_digests
from directory.models import Category, Follow
from scopes import mass_mail
from scopes.models import MassMessage, MessageCopy

#: Towns of 20 quarters of 5 cells; what is said in a town is spread over its cells and over a hundred days.
TOWNS, QUARTERS, CELLS_OF_A_QUARTER = 200, 20, 5
CELLS_OF_A_TOWN = QUARTERS * CELLS_OF_A_QUARTER
DAYS = 100
WORKERS = 2
#: Taken by nothing: what is measured is the finding and the writing, and the marks in the table, not a mail server.
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


def measure(*, people: int, listings: int, seed: int) -> dict[str, object]:
    """Build what is missing, send every letter of one evening, and answer the report."""
    name = f"bench_digest_{people}_{listings}_{seed}"
    with kept_database(name, partial(_build, people=people, listings=listings, seed=seed)):
        now = timezone.now()
        MassMessage.objects.all().delete()
        Follow.objects.update(due_at=now, told_until=now - timedelta(days=1))
        began = time.perf_counter()
        queue_digests(now)
        queued = time.perf_counter() - began
        message = MassMessage.objects.get()
        batches = sorted(MessageCopy.objects.order_by().values_list("batch", flat=True).distinct())
        connection.close()
        began = time.perf_counter()
        workers = multiprocessing.get_context("fork").Pool(WORKERS)
        peaks = workers.starmap(_send, [(message.pk, batches[number::WORKERS]) for number in range(WORKERS)])
        workers.close()
        workers.join()
        took = time.perf_counter() - began
        sent = MessageCopy.objects.exclude(sent_at=None).count()
        nothing_new = MessageCopy.objects.exclude(refused_at=None).count()
    return {
        "bench": "digest",
        "people": people,
        "listings": listings,
        "workers": WORKERS,
        "queued_s": round(queued, 1),
        "minutes": round((queued + took) / 60, 2),
        "letters": sent,
        "nothing_new": nothing_new,
        "letters_per_s": round((sent + nothing_new) / took, 1),
        "peak_mb": round(max(peaks)),
        "detail_ms": {"letter, each worker": round(1_000 * WORKERS * took / max(1, sent + nothing_new), 3)},
    }


def _send(message_id: int, batches: list[int]) -> float:
    """Send some batches, as a worker does; return the most memory it held, in MB."""
    settings.EMAIL_BACKEND = NOWHERE
    mass_mail.A_WHILE = float("inf")
    for batch in batches:
        mass_mail.deliver(message_id, batch)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _build(*, people: int, listings: int, seed: int) -> None:
    with step(fr="Tables de la mesure", en="Tables of the bench"):
        call_command("migrate", verbosity=0)
    values = {
        **{"people": people, "listings": listings, "towns": TOWNS, "cells": TOWNS * CELLS_OF_A_TOWN, "days": DAYS},
        **{"of_a_quarter": CELLS_OF_A_QUARTER, "of_a_town": CELLS_OF_A_TOWN, "seed": (seed % 100) / 100},
        "category": Category.objects.get(code="word").pk,
        "number": Category.objects.get(code="word").number,
    }
    for fr, en, statements in STEPS:
        with step(fr=fr, en=en), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, values)


#: A cell's town and quarter follow from its number; a town is a square of 10 cells by 10, half a degree from the next.
_PLACE = """ST_SetSRID(ST_MakePoint(
    -4 + (town %% 20) * 0.5 + (place %% 10) * 0.004, 43 + (town / 20) * 0.4 + (place / 10) * 0.003), 4326)"""
_CELLS = """(SELECT cell, (cell - 1) / %(of_a_town)s AS town, (cell - 1) %% %(of_a_town)s AS place
    FROM generate_series(1, %(cells)s) cell) laid"""
#: What a listing says to whom: a tenth in the residence, the rest to the voisinage, the quarter or the town.
_SAID = """(SELECT n, 1 + (random() * (%(cells)s - 1))::bigint AS cell_id, random() AS to_whom, random() AS age
    FROM generate_series(1, %(listings)s) n) said"""

STEPS = (
    (
        "Communes, quartiers et mailles",
        "Towns, quarters and cells",
        (
            "SELECT setseed(%(seed)s)",
            """INSERT INTO geo_municipality (id, key, source, digest, insee_code, department, name, postcodes,
                time_zone, circle_kind, building_source)
            SELECT town, 'bench:' || town, 'bench', '', lpad(town::text, 5, '0'), '44', 'Bourg ' || town, '{}',
                'Europe/Paris', 'quartier', ''
            FROM generate_series(1, %(towns)s) town""",
            """INSERT INTO geo_neighbourhood (id, key, source, digest, kind, code, name, boundary, municipality_id)
            SELECT quarter, 'bench:' || quarter, 'bench', '', 'quartier', quarter::text, 'Quartier ' || quarter,
                ST_Multi(ST_MakeEnvelope(0, 0, 1, 1, 4326)), 1 + (quarter - 1) / (%(of_a_town)s / %(of_a_quarter)s)
            FROM generate_series(1, %(cells)s / %(of_a_quarter)s) quarter""",
            f"""INSERT INTO geo_publiccell (id, location, area, dwellings, main_residences, largest_share, estimated,
                municipality_id)
            SELECT cell, {_PLACE}, ST_Multi(ST_Expand({_PLACE}, 0.001)), 60, 54, 0.2, false, town + 1
            FROM {_CELLS}""",  # noqa: S608 - composed of constants
            """INSERT INTO geo_boundarypart (municipality_id, division)
            SELECT municipality_id, ST_Expand(ST_Extent(location::geometry), 0.01)::geometry(Polygon, 4326)
            FROM geo_publiccell GROUP BY municipality_id""",
            """INSERT INTO geo_cellcontainment (cell_id, neighbourhood_id, kind)
            SELECT id, 1 + (id - 1) / %(of_a_quarter)s, 'quartier' FROM geo_publiccell""",
            """INSERT INTO geo_voisinagepair (cell_id, other_id)
            SELECT cell.id, other.id FROM geo_publiccell cell JOIN geo_publiccell other
                ON other.id BETWEEN cell.id - 2 AND cell.id + 2 AND other.municipality_id = cell.municipality_id""",
            """INSERT INTO geo_residence (id, key, municipality_id, name, copro_number, dwellings, dwellings_estimated,
                location, public_cell_id)
            SELECT id, 'bench:' || id, municipality_id, '', '', 12, false, location, id FROM geo_publiccell""",
        ),
    ),
    (
        "Habitants, qui suivent leur quartier et, pour moitié, une zone",
        "People, who follow their quarter and, every second one, an area",
        (
            """INSERT INTO scopes_account (id, password, is_superuser, email, first_name, last_name, language, is_staff,
                is_active, joined_on, last_seen_on)
            SELECT n, '!', false, n || '@example.org', 'Camille', 'Durand', 'fr', false, true, now(), now()
            FROM generate_series(1, %(people)s) n""",
            """INSERT INTO scopes_alias (id, public_id, account_id, cell_id, written_by)
            SELECT n, gen_random_uuid(), n, 1 + (n - 1) %% %(cells)s, 'neighbourhood'
            FROM generate_series(1, %(people)s) n""",
            "INSERT INTO scopes_household (id, made_at) SELECT n, now() FROM generate_series(1, %(people)s) n",
            """INSERT INTO scopes_membership (account_id, alias_id, household_id, residence_id, role, listed, moderates,
                chosen, asked_at, entered_at, provisional_until, proved_until)
            SELECT account_id, id, id, cell_id, 'tenant', false, false, true, now() - interval '200 days',
                now() - interval '200 days', now() - interval '190 days', now() + interval '160 days'
            FROM scopes_alias""",
            """INSERT INTO directory_follow (handle, account_id, alias_id, level, towns, kinds, categories, text,
                rhythm, hour, time_zone, means, begun_at, due_at, told_from, told_until)
            SELECT gen_random_uuid(), alias.account_id, alias.id, 'neighbourhood', ARRAY[cell.municipality_id],
                '{}', '{}', '', 'daily', 18, 'Europe/Paris', 'mail', now(), now(), now(), now()
            FROM scopes_alias alias JOIN geo_publiccell cell ON cell.id = alias.cell_id""",
            """INSERT INTO directory_follow (handle, account_id, area, level, towns, kinds, categories, text, rhythm,
                hour, time_zone, means, begun_at, due_at, told_from, told_until)
            SELECT gen_random_uuid(), alias.account_id, ST_Multi(ST_Expand(cell.location::geometry, 0.006)), '',
                ARRAY[cell.municipality_id], '{}', '{}', '', 'daily', 18, 'Europe/Paris', 'mail', now(), now(), now(),
                now()
            FROM scopes_alias alias JOIN geo_publiccell cell ON cell.id = alias.cell_id WHERE alias.id %% 2 = 0""",
        ),
    ),
    (
        "Annonces et mots",
        "Listings and words",
        (
            # Who builds owns the tables: rows of residences are written before the second lock stands again.
            "ALTER TABLE directory_listing NO FORCE ROW LEVEL SECURITY",
            f"""INSERT INTO directory_listing (id, public_id, kind, category_id, title, description, published_at,
                demonstration, edits, author_id, level, openness, residence_id, cell_id, neighbourhood_id,
                municipality_id, insee_code, department)
            SELECT n, gen_random_uuid(), 'post', %(category)s, 'Mot ' || n, 'Bonjour à tous', now() - age * %(days)s *
                interval '1 day', false, '{{}}', 1 + (n::bigint * 7919) %% %(people)s,
                CASE WHEN to_whom < 0.1 THEN 'residence' WHEN to_whom < 0.4 THEN 'voisinage' WHEN to_whom < 0.7
                    THEN 'neighbourhood' ELSE 'municipality' END,
                CASE WHEN to_whom > 0.9 THEN 'public' ELSE 'members' END,
                CASE WHEN to_whom < 0.1 THEN cell_id END, CASE WHEN to_whom >= 0.1 THEN cell_id END,
                CASE WHEN to_whom >= 0.1 THEN 1 + (cell_id - 1) / %(of_a_quarter)s END,
                1 + (cell_id - 1) / %(of_a_town)s, '00001', '44'
            FROM {_SAID}""",  # noqa: S608 - composed of constants
            """INSERT INTO directory_searchentry (listing_id, public_id, kind, category_number, title, words, location,
                municipality_id, neighbourhood_id, insee_code, department, audience, author_id, open_feature)
            SELECT listing.id, listing.public_id, listing.kind, %(number)s, listing.title, lower(listing.title),
                cell.location, listing.municipality_id, listing.neighbourhood_id, '00001', '44', listing.audience,
                listing.author_id, left(jsonb_build_object('type', 'Feature', 'geometry', null, 'properties',
                jsonb_build_object('url', '/mot/' || listing.public_id || '/', 'card', '{}'::jsonb))::text, -2)
            FROM directory_listing listing JOIN geo_publiccell cell ON cell.id = listing.cell_id
            WHERE listing.audience IS NOT NULL""",
            "ALTER TABLE directory_listing FORCE ROW LEVEL SECURITY",
            "ANALYZE",
        ),
    ),
)
