"""`/covoiturages/`: from, to and when; what passes there, where one meets it, and who one asks."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from directory import exchanging
from directory.kinds import KINDS
from directory.models import Carpool, Draft
from geo.models import WGS84, Toponym
from scopes.models import Level, Openness
from tests.directory.around import at
from tests.directory.riding import SQUARES, in_days, key_of, name_squares, ride
from tests.directory.speaking import looking
from tests.neighbours import neighbour, sign_in
from tests.scopes.village import make_village

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]


@pytest.fixture(scope="module")
def kept(whole_module):
    village = make_village()
    home = village.residences
    return SimpleNamespace(alice=neighbour("Alice", home["A"]), bruno=neighbour("Bruno", home["B"]))


@pytest.fixture
def alice(kept, db):
    return kept.alice


@pytest.fixture
def bruno(kept, db):
    return kept.bruno


def drives(someone, *, openness: str = Openness.MEMBERS, **own) -> Carpool:
    with looking(someone) as viewer:
        columns = {"title": "", "category": "shared_ride", "own": ride(**own), "openness": openness}
        return exchanging.share(home=viewer.home, kind=KINDS["carpool"], level=Level.MUNICIPALITY, **columns)


def page(client, someone, *, status: int = 200, **asked) -> str:
    if someone:
        sign_in(client, someone.account)
    answer = client.get(reverse("rides"), {"day": in_days(7).isoformat(), "time": "07:30", **asked})
    assert answer.status_code == status
    assert answer["Cache-Control"] == "private, no-store" and answer["X-Robots-Tag"] == "noindex"
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def test_a_neighbour_finds_where_and_when_one_is_met_and_asks_for_a_seat(client, alice, bruno):
    shared = drives(alice)
    told = page(client, bruno, **{"from": "Place du Milieu", "to": "place est"})
    for words in ("7 h 32 → 7 h 33", "sans détour", "Alice"):
        assert words in told
    assert "Place du Milieu" in told and "Place Est" in told
    assert f'href="{reverse("ride-ask", args=[shared.public_id])}?day=' in told and "Demander une place" in told


def test_the_walk_to_the_car_is_told_and_drawn_and_the_way_ridden_along_stands_out(client, alice, bruno):
    drives(alice)
    told = page(client, bruno, **{"from": "Place Nord", "to": "Place Est"})
    # No streets are known in the village: the car passes 450 m south of where one is.
    assert "6 min à pied (450\u202fm à vol d’oiseau)" in told
    assert told.count('"part": "walk"') == told.count('"part": "along"') == told.count('"part": "way"') == 1
    assert "à pied" not in page(client, bruno, **{"from": "Place du Milieu", "to": "Place Est"}).split("Sources")[0]


def test_the_map_shows_what_one_rides_along_and_not_where_others_go_on_to(client, alice, bruno):
    drives(alice)

    def framed(told):
        return re.search(r"fitBounds\(\s*(\[\[.*?\]\])", told)[1]

    west, east = (
        page(client, bruno, **{"from": start, "to": "Place Est"}) for start in ("Place Ouest", "Place du Milieu")
    )
    assert float(framed(west).split(", ")[1].strip("[]")) < float(framed(east).split(", ")[1].strip("[]"))


def test_list_and_map_name_the_same_rides(client, alice, bruno):
    shared = drives(alice)
    for asked in ({}, {"from": "Place Nord", "to": "Place Est"}):
        told = page(client, bruno, **asked)
        assert f'data-id="{shared.public_id}"' in told and told.count(f'"ids": ["{shared.public_id}"]') >= 3


def test_a_passer_by_reads_what_is_open_without_a_name(client, alice):
    drives(alice, openness=Openness.PUBLIC)
    drives(alice, departure="07:35")
    told = page(client, None, **{"from": "Place du Milieu", "to": "Place Est"})
    assert told.count("data-id=") == 1 and "Alice" not in told and "Demander une place" not in told


def test_before_anything_is_asked_for_the_latest_are_there(client, alice, bruno):
    assert "Aucun trajet à voir" in page(client, bruno)
    drives(alice)
    assert "Place Ouest → Place Est" in page(client, bruno)
    client.logout()
    assert "Place Ouest" not in page(client, None)


@pytest.mark.parametrize("seats", ["1", "2"])
def test_who_drives_finds_who_looks_for_seats(client, alice, bruno, seats):
    drives(alice, direction="request", start=key_of("Place du Milieu"), seats=seats)
    told = page(client, bruno, **{"from": "Place Ouest", "to": "Place Est", "direction": "offer"})
    assert "Proposer une place" in told and "je cherche une place" in told
    assert f"{seats} place" in told


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"from": "Place du Milieu"}, "Dites où vous allez."),
        ({"to": "Place du Milieu"}, "Dites d’où vous partez."),
        ({"from": "Tombouctou", "to": "Place Est"}, "Aucun point de rendez-vous public vers « Tombouctou »"),
        ({"from": "Place Est", "to": "Place Est"}, "le même endroit"),
        ({"from": "Place Ouest", "to": "Place Est", "day": "demain"}, "n’existe pas"),
        ({"from": "Place Ouest", "to": "Place Est", "time": "8h"}, "n’existe pas"),
        ({"from": "Place Ouest", "to": "Place Est", "day": "2020-01-01"}, "entre aujourd’hui et dans un an"),
    ],
)
def test_what_cannot_be_asked_is_told(client, alice, asked, words):
    assert words in page(client, alice, status=400, **asked)


def test_many_searches_in_a_minute_are_too_many_and_the_latest_rides_are_still_there(client, bruno, settings):
    limits = {"rides": "1/m/ip", "rides_signed_in": "2/m/user"}
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **limits}
    asked = {"from": "Place Ouest", "to": "Place Est"}
    page(client, None, **asked)
    assert client.get(reverse("rides"), asked).status_code == 429
    page(client, None)
    # Of the same address, with an account: by the account, for a residence may share an address.
    page(client, bruno, **asked)
    page(client, bruno, **asked)
    assert client.get(reverse("rides"), asked).status_code == 429


def test_a_place_that_is_no_meeting_point_says_what_it_was_taken_for(client, alice):
    town = {"kind": "neighbourhood", "name": "Le Bouffay", "label": "Le Bouffay, Nantes", "normalised": "bouffay"}
    Toponym.objects.create(
        **town, municipality=alice.residence.municipality, location=Point(*at(*SQUARES["Place Est"]), srid=WGS84)
    )
    told = page(client, alice, **{"from": "Place Ouest", "to": "Bouffay"})
    assert "« Bouffay » (Le Bouffay, Nantes) : rendez-vous par là, " in told
    assert "par là, " not in page(client, alice, **{"from": "Place Ouest", "to": "Place Est"})


def test_a_meeting_point_that_was_chosen_is_kept_while_its_name_stands(client, alice):
    chosen = {"from": "Place Nord", "start": key_of("Place Nord"), "to": "Place Est"}
    assert "Place Nord → Place Est" in page(client, alice, **chosen)
    assert "Place Ouest → Place Est" in page(client, alice, **{**chosen, "from": "Place Ouest"})


def test_the_page_of_a_ride_draws_its_way_and_not_the_cell_of_its_author(client, alice):
    shared = drives(alice, openness=Openness.PUBLIC)
    told = unescape(client.get(reverse("exchange", args=[shared.public_id])).content.decode())
    assert "Rendez-vous au départ : Place Ouest. À l’arrivée : Place Est." in told
    assert "route route-straight" not in told and '"straight": true' in told and "LineString" in told
    assert '"part": "circle"' not in told


class TestPublishing:
    """The form without scripts: places are looked for first, then it is sent."""

    def filled(self, **words):
        filled = {**ride(weekdays=["1", "4"]), "level": "municipality", "slug": "covoiturage", "text": "", **words}
        return filled | {"category": "shared_ride"}

    def test_meeting_points_are_offered_around_what_is_typed_and_nothing_is_sent(self, client, alice):
        sign_in(client, alice.account)
        words = self.filled(start="", end="", start_place="Place du Milieu", end_place="Place Est", look="1")
        answer = client.post(reverse("share", args=["covoiturage"]), words)
        told = answer.content.decode()
        assert answer.status_code == 200 and not Carpool.objects.exists()
        assert all(f'value="{key_of(name)}"' in told for name in ("Place du Milieu", "Place Est"))
        assert told.count("checked") >= 4  # what is driven, two days, and the circle

    def test_around_home_the_start_is_offered_at_once(self, client, alice):
        sign_in(client, alice.account)
        told = client.get(reverse("share", args=["covoiturage"])).content.decode()
        # From the point of the cell: the west is 224 m away, the north a kilometre.
        assert told.index(key_of("Place Ouest")) < told.index(key_of("Place Nord"))

    def test_it_is_sent_and_read_on_its_page(self, client, alice):
        sign_in(client, alice.account)
        answer = client.post(reverse("share", args=["covoiturage"]), self.filled(preferences=["pets", "quiet"]))
        shared = Carpool.objects.get()
        assert answer.url == reverse("exchange", args=[shared.public_id])
        assert (shared.weekdays, shared.preferences) == ([1, 4], ["pets", "quiet"])

    def test_a_mistake_is_told_at_its_field(self, client, alice):
        sign_in(client, alice.account)
        answer = client.post(reverse("share", args=["covoiturage"]), self.filled(price="99"))
        told = unescape(answer.content.decode())
        assert answer.status_code == 400 and "la part des frais de ce trajet" in told

    def test_kept_for_later_the_days_are_still_there(self, client, alice):
        sign_in(client, alice.account)
        client.post(reverse("share", args=["covoiturage"]), self.filled(keep="1"))
        draft = Draft.objects.get()
        told = client.get(reverse("draft", args=[draft.public_id])).content.decode()
        assert draft.filled["weekdays"] == "1,4"
        assert all(f'value="{day}" checked' in told for day in (1, 4)) and 'value="2" checked' not in told

    def test_what_is_typed_to_find_a_place_is_kept_nowhere(self, client, alice):
        """People type where they live."""
        sign_in(client, alice.account)
        typed = {"start_place": "3 rue du Canari", "end_place": "5 rue du Canari"}
        client.post(reverse("share", args=["covoiturage"]), self.filled(keep="1", **typed))
        assert "Canari" not in str(Draft.objects.get().filled)

    def test_where_one_looks_from_is_no_field_of_the_form(self, client, alice):
        sign_in(client, alice.account)
        answer = client.post(reverse("share", args=["covoiturage"]), self.filled(start="", near="x", look="1"))
        told = answer.content.decode()
        assert answer.status_code == 200 and told.index(key_of("Place Ouest")) < told.index(key_of("Place Nord"))

    def test_it_is_changed_but_for_its_way(self, client, alice):
        shared = drives(alice, weekdays=["1", "4"])
        sign_in(client, alice.account)
        there = reverse("exchange-change", args=[shared.public_id])
        told = client.get(there).content.decode()
        assert "Place Ouest → Place Est" in told and 'value="4" checked' in told
        answer = client.post(there, self.filled(weekdays=["2", "5"], start=key_of("Place Nord"), seats="1"))
        shared.refresh_from_db()
        assert answer.status_code == 302
        assert (shared.weekdays, shared.seats, shared.start_name) == ([2, 5], 1, "Place Ouest")


def test_who_leaves_their_way_for_someone_is_named(client, alice, bruno):
    name_squares(alice.residence.municipality, {"Place du Haut": (900, 1_390)})
    drives(alice)
    told = page(client, bruno, **{"from": "Place du Haut", "to": "Place Est"})
    assert "1 min de détour pour Alice" in told and "Place Nord" in told


def test_who_drives_reads_what_the_detour_costs_them(client, alice, bruno):
    drives(alice, direction="request", start=key_of("Place Nord"), seats="1")
    told = page(client, bruno, **{"from": "Place Ouest", "to": "Place Est", "direction": "offer"})
    assert "1 min de détour pour vous" in told and '"part": "walk"' not in told
