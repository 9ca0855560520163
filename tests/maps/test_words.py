"""Metres, moments, doors, phones: in words, in both languages."""

from datetime import datetime

import pytest
from django.utils import translation

from directory.telephones import phone
from maps import doors
from maps.cards import category_name, icon_of, pictogram
from maps.doors import Day, Door, door, week
from maps.templatetags.sites import site
from maps.wording import about, metres, reason
from scopes.moments import clock, day

PLACE = {"department": "44", "time_zone": "Europe/Paris", "point": (-1.55, 47.21)}


@pytest.mark.parametrize(
    ("distance", "french"),
    [(0, "10 m"), (4, "10 m"), (14.9, "10 m"), (424, "420 m"), (994, "990 m"), (996, "1,0 km"), (12_345, "12,3 km")],
)
def test_metres_are_rounded_as_people_say_them(distance, french):
    assert metres(distance).replace("\u202f", " ") == french


@pytest.mark.parametrize(
    ("distance", "french"),
    [(0, "tout près"), (149, "tout près"), (151, "à 200 m environ"), (1_260, "à 1,3 km environ")],
)
def test_how_far_people_are_is_said_about(distance, french):
    assert about(distance).replace("\u202f", " ") == french


def test_english_writes_a_point():
    with translation.override("en"):
        assert metres(1_250).replace("\u202f", " ") in ("1.2 km", "1.3 km")


def test_every_rule_has_its_reason():
    assert reason({"rule": "residence"}, placed=True) == "dans cet immeuble"
    assert reason({"rule": "border"}, placed=True) == "quartier voisin"
    assert reason({"rule": "residence"}, placed=False) == "dans votre immeuble"
    assert reason({"rule": "neighbourhood"}, placed=False) == "quelque part dans le quartier"
    assert reason({"rule": "distance", "metres": 4}, placed=True) == ""
    with translation.override("en"):
        assert reason({"rule": "voisinage"}, placed=True) == "in the vicinity"


def test_time_of_day():
    assert clock(datetime(2026, 12, 3, 18, 30)) == "18\u00a0h\u00a030"
    assert clock(datetime(2026, 12, 3, 9)) == "9\u00a0h"
    with translation.override("en"):
        assert clock(datetime(2026, 12, 3, 9)) == "09:00"
        assert day(datetime(2026, 12, 3)) == "Thursday"
    assert day(datetime(2026, 12, 3)) == "jeudi"


class Noon:
    """Thursday 3 December 2026, 12:00 in Paris."""

    @staticmethod
    def now():
        return datetime.fromisoformat("2026-12-03T11:00:00+00:00")


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr(doors, "timezone", Noon)


@pytest.mark.usefixtures("noon")
class TestDoors:
    @pytest.mark.parametrize(
        ("hours", "expected"),
        [
            ("Mo-Fr 09:00-19:00", Door(True, "Ouvert jusqu’à 19 h")),
            ("Mo-Fr 09:00-12:00", Door(False, "Fermé, ouvre demain à 9 h")),
            ("Th 14:30-19:00", Door(False, "Fermé, ouvre à 14 h 30")),
            ("Sa 10:00-12:00", Door(False, "Fermé, ouvre samedi à 10 h")),
            ("Mo-Su 10:00-24:00", Door(True, "Ouvert jusqu’à minuit")),
            ("24/7", Door(True, "Ouvert jour et nuit")),
            ("2020 Mo-Su 10:00-12:00", Door(False, "Fermé cette semaine")),
        ],
    )
    def test_a_door_says_whether_it_is_open(self, hours, expected):
        found = door({"opening_hours": hours}, **PLACE)
        assert Door(found.is_open, found.words.replace("\u00a0", " ")) == expected

    def test_unknown_hours_say_nothing(self):
        assert door({}, **PLACE) == Door(False, "")
        assert week({}, **PLACE) == []

    def test_the_week_begins_today(self):
        days = week({"opening_hours": "Th 08:00-12:00,14:00-18:00; Sa 00:00-24:00"}, **PLACE)
        assert days[0] == Day("jeudi", "8\u00a0h – 12\u00a0h, 14\u00a0h – 18\u00a0h", is_today=True)
        assert days[1] == Day("vendredi", "fermé", is_today=False)
        assert days[2].hours == "jour et nuit"
        assert len(days) == 7

    def test_the_clock_is_that_of_the_place(self):
        reunion = {"department": "974", "time_zone": "Indian/Reunion", "point": (55.5, -21.1)}
        assert door({"opening_hours": "Th 08:00-12:30"}, **reunion).is_open is False


@pytest.mark.parametrize(
    ("number", "text"),
    [("+33261910012", "02 61 91 00 12"), ("+37793152836", "+377 93 15 28 36"), ("3631", "3631"), ("112", "112")],
)
def test_phones_are_written_as_their_country_does(number, text):
    assert (phone(number).href, phone(number).text) == (number, text)


def test_no_phone_is_none():
    assert phone("") is None


def test_a_category_speaks_the_language_of_the_reader():
    assert category_name("bakery") == "Boulangerie, pâtisserie"
    with translation.override("en"):
        assert category_name("bakery") == "Bakery"
    assert (category_name("gone"), icon_of("gone")) == ("gone", "")


def test_a_pictogram_that_is_missing_is_a_disc():
    assert pictogram("bakery") == "/static/maki/bakery.svg"
    assert pictogram("../../etc/passwd") == pictogram("") == "/static/maki/circle.svg"


@pytest.mark.parametrize(
    ("address", "spoken"),
    [
        ("https://metropole.nantes.fr/", "metropole.nantes.fr"),
        ("http://www.exemple.fr/page?x=1", "exemple.fr/page?x=1"),
        ("exemple.fr", "exemple.fr"),
    ],
)
def test_a_site_is_written_as_it_is_spoken(address, spoken):
    assert site(address) == spoken
