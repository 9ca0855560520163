"""Rides and squares by chance, for what is found among many; and rides all over the country, for plans."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, time, timedelta

from django.contrib.gis.geos import LineString, Point
from django.utils import timezone

from directory.meeting_points import MeetingPoint
from directory.models import Carpool, Category, Conversation, Listing, RideAgreement
from directory.publishing import refresh_entries
from geo.models import WGS84
from tests.directory.around import at
from tests.directory.riding import SQUARES, key_of, name_squares

#: Sundays on which the clocks of Europe change, and a week without.
SPRING, AUTUMN, PLAIN = date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 7)
#: Lines of some kilometres in the morning and in the evening, without listings: nothing of them is answered.
INVENTED = """
    INSERT INTO directory_rideentry (listing_id, public_id, direction, reach, underway, track, metric_system, metres,
        time_zone, seconds, weekdays, except_days, departure, seats, detour, audience)
    SELECT 1000000 + number, gen_random_uuid(), (ARRAY['offer', 'request'])[1 + number % 2],
        ST_Expand(ST_Envelope(line), 0.03), int4range(hour * 3600, hour * 3600 + 600, '[]'), ST_Transform(line, 2154),
        2154, 5000, 'Europe/Paris', 600, '{1,2,3,4,5}', '{}', make_time(hour, 0, 0), 3, 5, 'public'
    FROM generate_series(1, 3000) AS number
    CROSS JOIN LATERAL (
        SELECT ST_SetSRID(ST_MakePoint(-1 + number % 60 * 0.1, 43 + number / 60 * 0.1), 4326) AS start,
            7 + number % 3 * 5 AS hour
    ) one
    CROSS JOIN LATERAL (SELECT ST_MakeLine(start, ST_Translate(start, 0.05, 0.03)) AS line) other"""


def told_by(author, village, **columns) -> dict[str, object]:
    """What every ride of these tests says."""
    town = village.town
    return {
        **{"title": "Trajet", "kind": "carpool", "category": Category.objects.get(code="shared_ride")},
        **{"author": author.alias, "level": "municipality", "openness": "public", "municipality": town},
        **{"insee_code": town.insee_code, "department": town.department, "direction": "offer", "seats": 3},
        **{"start": "-", "end": "-", "start_name": "-", "end_name": "-", "metres": 1},
        **columns,
    }


def make_rides(village, author, chance: random.Random, number: int, **columns) -> list[Carpool]:
    """Rides anywhere in eight by four kilometres, on any days, many at night."""
    shared = told_by(author, village, **columns)
    made = []
    for _number in range(number):
        spots = [at(chance.uniform(-4_000, 4_000), chance.uniform(-2_000, 2_000)) for _ in range(chance.randint(2, 5))]
        route = LineString(spots, srid=WGS84)
        ends = {"start_point": Point(*spots[0], srid=WGS84), "end_point": Point(*spots[-1], srid=WGS84), "route": route}
        first = chance.choice([SPRING, AUTUMN, PLAIN])
        days = [first + timedelta(days=shift) for shift in (-1, 0, 1, 7)]
        weekly = {"weekdays": sorted(chance.sample(range(1, 8), chance.randint(3, 7)))}
        weekly |= {"except_days": chance.sample(days, chance.randint(0, 2))}
        weekly |= {"last_day": chance.choice([None, None, *days])}
        when = {"day": chance.choice(days[:3])} if chance.random() < 0.3 else weekly
        minutes = chance.choice([chance.randint(0, 240), chance.randint(0, 1_439)])
        told = {"departure": time(minutes // 60, minutes % 60), "seconds": chance.randint(300, 3_000)}
        detour = {"detour": chance.choice([0, 2, 5, 10, 15])}
        made.append(Carpool(**shared, **ends, **when, **told, **detour))
    create_all(made)
    return made


def create_all(rides: list[Carpool]) -> None:
    """Publish them: two statements instead of three for each, as Django has no `bulk_create` of a child table."""
    written = (field for field in Listing._meta.concrete_fields if not field.primary_key and not field.generated)
    columns = [field.attname for field in written]
    listings = Listing.objects.bulk_create(Listing(**{name: getattr(one, name) for name in columns}) for one in rides)
    for one, listing in zip(rides, listings, strict=True):
        one.pk = one.id = listing.pk
    Carpool._base_manager._insert(rides, fields=Carpool._meta.local_concrete_fields)
    refresh_entries([one.pk for one in rides])


def make_agreements(people, rides: list[Carpool], chance: random.Random) -> dict[Carpool, Counter[date]]:
    """Seats of these rides that others have, of one day or of every week; as a count for each ride, day by day."""
    days = [around + timedelta(days=shift) for around in (SPRING, AUTUMN, PLAIN) for shift in range(-3, 4)]
    taken, agreed = {one: Counter() for one in rides}, []
    for shared, counted in taken.items():
        talk = Conversation.objects.create(listing=shared, asker=people.elsa.alias, author=people.alice.alias)
        told = {"pick_up_point": shared.start_point, "drop_off_point": shared.end_point, "boards_after": 0}
        told |= {"ride": shared, "conversation": talk, "direction": shared.direction, "departure": shared.departure}
        told |= {"leaves_after": shared.seconds, "status": "CONFIRMED", "confirmed_at": timezone.now()}
        for day in chance.sample(days, chance.randint(0, 10)):
            agreed.append(RideAgreement(day=day, seats=chance.randint(1, shared.seats), **told))
            counted[day] += agreed[-1].seats
        if chance.random() < 0.5:
            begins, weekdays, without = (
                chance.choice(days),
                sorted(chance.sample(range(1, 8), 4)),
                chance.sample(days, 9),
            )
            last = chance.choice([None, begins + timedelta(days=100)])
            weekly = {"from_day": begins, "weekdays": weekdays, "except_days": without, "last_day": last}
            agreed.append(RideAgreement(seats=1, **weekly, **told))
            for day in days:
                goes_on = begins <= day and (last is None or day <= last)
                counted[day] += goes_on and day.isoweekday() in weekdays and day not in without
    RideAgreement.objects.bulk_create(agreed)
    return taken


def make_more_squares(village, chance: random.Random, number: int) -> dict[str, MeetingPoint]:
    """Squares to meet at, in the same ground; with those of the village, by their keys."""
    new = {f"Place {rank}": (chance.uniform(-4_000, 4_000), chance.uniform(-2_000, 2_000)) for rank in range(number)}
    name_squares(village.town, new)
    points = {name: at(*place) for name, place in {**SQUARES, **new}.items()}
    return {
        key_of(name): MeetingPoint(key=key_of(name), name=name, longitude=longitude, latitude=latitude)
        for name, (longitude, latitude) in points.items()
    }
