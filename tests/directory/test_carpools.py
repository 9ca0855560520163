"""Rides: what is filled in, what is kept, what they may cost, and who sees them."""

import json
import re
from datetime import time, timedelta
from importlib import import_module

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from directory import exchanging
from directory.ending import remind_of_endings
from directory.kinds import facts_of, page_of
from directory.meeting_points import called, meeting_point, nearest_to
from directory.models import Carpool, Listing, RideEntry, SearchEntry
from geo.errors import InvalidParameter, NotFound
from geo.models import Toponym
from geo.wording import comparable
from scopes.models import Level, Openness
from tests.directory.agreed import drives
from tests.directory.around import at, put
from tests.directory.exchanged import share, shared_with
from tests.directory.riding import SQUARES, WORKDAYS, in_days, key_of, ride
from tests.directory.speaking import looking
from tests.neighbours import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]


class TestMeetingPoints:
    def test_squares_stops_and_shops_are_met_at_the_nearest_first(self, people):
        put(people.village.town, "Arrêt du Pont", (-210, 100), category="stop")
        put(people.village.town, "Boîte aux lettres", (-200, 101), category="post_box")
        found = nearest_to(put(people.village.town, "Fournil", (-215, 100)).location)
        assert [one.name for one in found][:3] == ["Fournil", "Arrêt du Pont", "Place Ouest"]
        assert "Boîte aux lettres" not in {one.name for one in found}

    def test_what_is_not_for_everyone_is_no_meeting_point(self, people):
        put(people.village.town, "Club", (0, 0), category="cinema", openness=Openness.MEMBERS)
        put(people.village.town, "Demain", (0, 0), category="cinema", opens_at=timezone.now() + timedelta(days=1))
        gone = put(people.village.town, "Ancienne gare", (0, 5), category="station")
        assert meeting_point(str(gone.public_id)).name == "Ancienne gare"
        Listing.objects.filter(pk=gone.pk).delete()
        assert meeting_point(str(gone.public_id)) is None
        assert not {"Club", "Demain"} & {one.name for one in nearest_to(gone.location)}

    def test_a_square_keeps_its_key(self, alice):
        square = meeting_point("44109/street/place-du-milieu")
        assert (square.name, square.key) == ("Place du Milieu", "44109/street/place-du-milieu")
        for unknown in ("44109/street/place-du", "44110/street/place-du-milieu", "44109/street/", "", "/", "x" * 300):
            assert meeting_point(unknown) is None

    @pytest.mark.parametrize("name", ["Place de l'Édit de Nantes", "Square du Gal St-Cœur", "PLACE R. BOUHIER"])
    def test_every_square_is_found_by_its_key(self, people, name):
        town = people.village.town
        told = {"kind": "street", "municipality": town, "name": name, "label": name, "location": Point(*at(0, 0))}
        Toponym.objects.create(**told, normalised=comparable(f"{name} {town.name}"))
        (found,) = [one for one in nearest_to(Point(*at(0, 0), srid=4326)) if one.name == name]
        assert meeting_point(found.key) == found

    def test_one_is_found_by_what_people_call_it(self, people):
        put(people.village.town, "Gare du Canal", (1_500, 0), category="station")
        assert called("la gare du canal")[0].name == "Gare du Canal"
        assert called("place du milieu")[0].name == "Place du Milieu"
        assert called("   ") == called("Tombouctou") == []


class TestSharing:
    def test_it_is_named_by_its_meeting_points_and_goes_from_one_to_the_other(self, alice):
        shared = drives(alice)
        kept = Carpool.objects.get(pk=shared.pk)
        assert kept.title == "Place Ouest → Place Est"
        assert (kept.start, kept.start_name, kept.end_name) == (key_of("Place Ouest"), "Place Ouest", "Place Est")
        ends = [kept.route.coords[0], kept.route.coords[-1]]
        assert ends == [pytest.approx(at(*SQUARES[name]), abs=1e-9) for name in ("Place Ouest", "Place Est")]
        # No street is known in the village: 2,200 m east and 100 m south, at 40 km/h.
        assert kept.straight_line and kept.metres == 2_202 and kept.seconds == 198

    def test_neither_the_listing_nor_what_is_searched_holds_a_point_of_its_author(self, alice, people):
        shared = drives(alice)
        assert shared.location is None
        assert SearchEntry.objects.get(listing=shared).location.coords == pytest.approx(shared.start_point.coords)

    def test_once_it_ends_when_it_arrives(self, alice):
        shared = drives(alice, day=in_days(3).isoformat(), departure="23:30")
        arrives = timezone.localtime(shared.closes_at)
        assert (arrives.date(), arrives.time()) == (in_days(3), time(23, 33, 18))

    def test_every_week_it_ends_after_its_last_day(self, alice):
        shared = drives(alice, weekdays=WORKDAYS, last_day=in_days(20).isoformat())
        assert timezone.localtime(shared.closes_at).date() == in_days(20)
        assert shared.weekdays == [1, 2, 3, 4, 5] and shared.day is None

    def test_a_card_says_when_how_many_and_for_how_much(self, alice):
        exceptions = f"{in_days(3):%d/%m/%Y}, {in_days(9).isoformat()}"
        own = {"weekdays": WORKDAYS, "except_days": exceptions, "price": "0,20", "preferences": ["pets"]}
        told = ["je conduis", "du lundi au vendredi à 7 h 30, sauf 2 jours", "3 places", "0,20 € par place"]
        facts = [fact.replace("\u00a0", " ") for fact in facts_of(drives(alice, **own))]
        assert facts == [*told, "2,2 km à vol d’oiseau", "animaux bienvenus"]

    @pytest.mark.parametrize(
        ("own", "parameter"),
        [
            ({"start": "44109/street/place-inconnue"}, "start"),
            ({"start": ""}, "start"),
            ({"end": key_of("Place Ouest")}, "end"),
            ({"day": ""}, "day"),
            ({"weekdays": ["1"], "day": in_days(2).isoformat()}, "day"),
            ({"day": in_days(-3).isoformat()}, "day"),
            ({"day": in_days(300).isoformat()}, "day"),
            ({"weekdays": ["8"]}, "weekdays"),
            ({"departure": "25:00"}, "departure"),
            ({"departure": ""}, "departure"),
            ({"seats": "0"}, "seats"),
            ({"seats": "9"}, "seats"),
            ({"except_days": "Noël", "weekdays": ["1"]}, "except_days"),
            ({"price": "-1"}, "price"),
            ({"price": "0,30"}, "price"),
            ({"detour": "7"}, "detour"),
            ({"preferences": ["karaoke"]}, "preferences"),
        ],
    )
    def test_what_cannot_be_is_named_and_nothing_is_shared(self, alice, own, parameter):
        with pytest.raises(InvalidParameter) as refusal:
            drives(alice, **own)
        assert refusal.value.parameter == parameter and not Carpool.objects.exists()

    def test_two_points_at_walking_distance_are_no_ride(self, people):
        put(people.village.town, "Arrêt", (-200, 599), category="stop")
        with pytest.raises(InvalidParameter, match="deux pas"):
            drives(people.alice, end=str(SearchEntry.objects.get(title="Arrêt").public_id))

    def test_a_seat_costs_a_share_of_the_costs_at_most(self, alice):
        # 2.202 km at 0.529 €, shared by driver and three passengers: 29 cents; by driver and one: 58.
        assert drives(alice, price="0,29").price_cents == 29
        assert drives(alice, price="0,58", seats="1").price_cents == 58
        with pytest.raises(InvalidParameter, match="0,58"):
            drives(alice, price="0,59", seats="1")

    def test_who_looks_for_a_seat_asks_for_no_money_and_makes_no_detour(self, alice):
        shared = drives(alice, direction="request", price="0,20", detour="15", seats="1")
        assert (shared.price_cents, shared.detour) == (0, 0)

    def test_an_edit_changes_all_but_the_way(self, alice):
        shared = drives(alice, weekdays=WORKDAYS)
        with looking(alice) as viewer:
            own = ride(start=key_of("Place Nord"), day=in_days(9).isoformat(), seats="2", price="0,30")
            words = {"category": "shared_ride", "title": "Autre", "text": "Merci"}
            changed = exchanging.edit(viewer=viewer, public_id=shared.public_id, own=own, **words)
        assert (changed.title, changed.start_name, changed.end_name) == (shared.title, "Place Ouest", "Place Est")
        assert (changed.seats, changed.day, changed.weekdays, changed.price_cents) == (2, in_days(9), [], 30)
        assert timezone.localtime(changed.closes_at).date() == in_days(9)
        with looking(alice) as viewer, pytest.raises(InvalidParameter, match="0,38"):
            own = ride(day=in_days(9).isoformat(), seats="2", price="0,39")
            exchanging.edit(viewer=viewer, public_id=shared.public_id, own=own, **words)


class TestEnding:
    def test_what_is_over_by_itself_is_neither_renewed_nor_told_to_end(self, alice, client):
        once, weekly = drives(alice), drives(alice, weekdays=WORKDAYS)
        Listing.objects.update(closes_at=timezone.now() + timedelta(days=1))
        assert remind_of_endings() == 1
        assert [Carpool.objects.get(pk=one.pk).reminded_at is not None for one in (once, weekly)] == [False, True]
        sign_in(client, alice.account)
        for shared, renews in ((once, False), (weekly, True)):
            told = client.get(reverse("exchange-change", args=[shared.public_id])).content.decode()
            assert (reverse("exchange-renew", args=[shared.public_id]) in told) is renews
        mine = client.get(reverse("my-words")).content.decode()
        renewed = [reverse("exchange-renew", args=[shared.public_id]) in mine for shared in (once, weekly)]
        assert renewed == [False, True]
        with looking(alice) as viewer, pytest.raises(NotFound):
            exchanging.renew(viewer=viewer, public_id=once.public_id)


class TestHomes:
    """Alice and Bruno live in two buildings of one cell; Elsa in another."""

    def test_the_list_to_choose_from_is_that_of_the_cell(self, people, client):
        lists = []
        for someone in (people.alice, people.bruno, people.elsa):
            sign_in(client, someone.account)
            told = client.get(reverse("share", args=["covoiturage"])).content.decode()
            lists.append(re.findall(r'<option value="([^"]+)"', told))
        assert lists[0] == lists[1] != lists[2] and lists[0]

    def test_the_same_ride_from_two_buildings_says_the_same(self, people):
        told = []
        for someone in (people.alice, people.bruno):
            shared = drives(someone, openness=Openness.PUBLIC)
            entry, columns = (
                SearchEntry.objects.get(listing=shared),
                RideEntry.objects.filter(listing=shared).values()[0],
            )
            feature = json.dumps(entry.feature).replace(str(shared.public_id), "-")
            own = {
                name: value for name, value in columns.items() if name not in ("listing_id", "public_id", "author_id")
            }
            told.append((feature, own | {"track": own["track"].coords, "reach": own["reach"].wkt, "live_until": None}))
        assert told[0] == told[1]


class TestWhoSees:
    def test_each_circle_sees_its_own(self, people):
        for level in (Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
            share(people.alice, level, level, kind="carpool")
        share(people.alice, Level.NEIGHBOURHOOD, "tous", kind="carpool", openness=Openness.PUBLIC)
        assert shared_with(people.alice) == {"residence", "voisinage", "neighbourhood", "municipality", "tous"}
        assert shared_with(people.bruno) == {"voisinage", "neighbourhood", "municipality", "tous"}
        assert shared_with(people.elsa) == {"municipality", "tous"}

    def test_what_a_match_reads_holds_no_ride_of_a_residence(self, alice):
        drives(alice, Level.RESIDENCE)
        assert not RideEntry.objects.exists()
        assert RideEntry.objects.filter(listing=drives(alice, Level.VOISINAGE)).exists()

    def test_what_is_taken_back_is_matched_no_more(self, alice):
        shared = drives(alice)
        with looking(alice) as viewer:
            exchanging.withdraw(viewer=viewer, public_id=shared.public_id)
        assert not RideEntry.objects.exists()

    def test_it_has_a_page(self, alice, client):
        shared = share(alice, Level.MUNICIPALITY, kind="carpool", openness=Openness.PUBLIC)
        assert client.get(page_of(shared)).status_code == 200


def test_the_days_of_a_form_are_those_of_france(alice):
    """A day of margin only: what is over is refused by the clock of the town."""
    with pytest.raises(InvalidParameter, match="déjà passé"):
        drives(alice, day=(timezone.localdate() - timedelta(days=1)).isoformat())


class TestFound:
    """By a search around a place: where the car starts, which is public, and nowhere near the cell of its author."""

    def test_a_search_finds_it_where_it_begins(self, people, alice):
        shared = drives(alice, openness=Openness.PUBLIC)
        entry = SearchEntry.objects.get(listing=shared)
        assert entry.location.coords == pytest.approx(shared.start_point.coords)
        told = entry.feature
        assert told["geometry"]["type"] == "Point" and "approximate" not in told["properties"]["card"]
        assert entry.neighbourhood_id == people.village.west.pk

    def test_it_is_of_the_quarter_where_it_begins_whoever_drives(self, people):
        shared = drives(people.elsa)
        assert SearchEntry.objects.get(listing=shared).neighbourhood_id == people.village.west.pk

    def test_entries_of_before_are_moved_as_they_are_written_today(self, people, alice):
        shared = drives(alice)
        written = told_of(SearchEntry.objects.get(listing=shared))
        cell = alice.alias.cell
        old = {"location": cell.location, "neighbourhood_id": None}
        feature = written[2] | {"geometry": json.loads(cell.area.geojson)}
        feature["properties"] = feature["properties"] | {"card": {**feature["properties"]["card"], "approximate": True}}
        SearchEntry.objects.filter(listing=shared).update(**old, open_feature=json.dumps(feature)[:-2])
        with connection.cursor() as cursor:
            cursor.execute(import_module("directory.migrations.0056_rides_at_their_start").MOVE)
        assert told_of(SearchEntry.objects.get(listing=shared)) == written


def told_of(entry: SearchEntry) -> tuple:
    return entry.location.coords, entry.neighbourhood_id, entry.feature
