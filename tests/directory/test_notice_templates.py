"""Notices as templates: what is refused, what is said in both languages, and when they close."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from directory import notice_words
from directory.notice_fields import FieldKind
from directory.notice_templates import (
    DECISIONS_SHOWN,
    LONGEST_NOTICE_TITLE,
    OPEN_ENDED,
    TEMPLATES,
    closes_at,
    pictogram_of,
    read_fields,
    restored_title,
    sentences_of,
    template_of,
    title_of,
)
from geo.errors import InvalidParameter

PARIS = ZoneInfo("Europe/Paris")
#: A Sunday, 7 in the morning.
NOW = datetime(2026, 11, 22, 7, tzinfo=PARIS)
PERIOD = {"start": "2026-12-03T09:00", "end": "2026-12-03T12:00"}
SINCE = {"start": "2026-11-22T06:00"}
DATA = {
    "water_cut": PERIOD,
    "outage": {"service": "electricity", **SINCE},
    "lift": {"which": "escalier B", **SINCE},
    "works": {"what": "ravalement de la façade", "start": "2026-12-07", "end": "2026-12-18", "where": "cour."},
    "collection": {"what": "bulky", "when": "2026-12-03T07:00"},
    "meeting": {"when": "2026-12-15T18:30", "where": "salle Jean-Moulin"},
    "decisions": {"held_on": "2026-11-10", "decisions": "Le hall sera repeint.\nLe contrat d’ascenseur change."},
    "safety": {"hazard": "flood", "todo": "Montez dans les étages.", **SINCE},
}


@pytest.fixture(autouse=True)
def that_year(monkeypatch):
    """The year of `NOW`, which days of other years carry."""

    class Clock:
        @staticmethod
        def localdate():
            return NOW.date()

    monkeypatch.setattr("directory.periods.timezone", Clock)


def fields_of(code: str, **changed) -> dict[str, str]:
    return read_fields(code, DATA[code] | changed, now=NOW)


def refused(code: str, **changed) -> InvalidParameter:
    with pytest.raises(InvalidParameter) as error:
        fields_of(code, **changed)
    return error.value


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def test_the_last_day_is_over_at_midnight_of_the_town():
    """Midnight in Pointe-à-Pitre is five in the morning of Paris, in winter."""
    for zone, hour in (("Europe/Paris", 0), ("America/Guadeloupe", 5), ("Indian/Reunion", -3)):
        fields = read_fields("works", DATA["works"], now=NOW, time_zone=zone)
        assert closes_at("works", fields) == datetime(2026, 12, 19, tzinfo=PARIS) + timedelta(hours=hour)
    del fields["shown_until"]
    assert closes_at("works", fields) == datetime(2026, 12, 19, tzinfo=PARIS), "written before it was noted"


@pytest.mark.parametrize(
    ("code", "french", "english"),
    [
        ("water_cut", "Coupure d’eau, jeudi 3 déc. de 9 h à 12 h", "Water cut, Thursday 3 Dec. from 09:00 to 12:00"),
        (
            "outage",
            "Coupure d’électricité, depuis dimanche 22 nov. à 6 h",
            "Power cut, since Sunday 22 Nov. at 06:00",
        ),
        (
            "lift",
            "Ascenseur à l’arrêt : escalier B, depuis dimanche 22 nov. à 6 h",
            "Lift out of service: escalier B, since Sunday 22 Nov. at 06:00",
        ),
        (
            "works",
            "Travaux : ravalement de la façade, du lundi 7 déc. au vendredi 18 déc.",
            "Works: ravalement de la façade, from Monday 7 Dec. to Friday 18 Dec.",
        ),
        (
            "collection",
            "Collecte : encombrants, jeudi 3 déc. à 7 h",
            "Collection: bulky items, Thursday 3 Dec. at 07:00",
        ),
        (
            "meeting",
            "Assemblée générale des copropriétaires, mardi 15 déc. à 18 h 30",
            "General meeting of co-owners, Tuesday 15 Dec. at 18:30",
        ),
        (
            "decisions",
            "Décisions de l’assemblée générale, réunie mardi 10 nov.",
            "Decisions of the general meeting, held on Tuesday 10 Nov.",
        ),
        (
            "safety",
            "Alerte : inondation, depuis dimanche 22 nov. à 6 h",
            "Warning: flood, since Sunday 22 Nov. at 06:00",
        ),
    ],
)
def test_a_title_in_both_languages(code, french, english):
    fields = fields_of(code)
    assert plain(title_of(code, fields)) == french
    with translation.override("en"):
        assert title_of(code, fields).replace("\u00a0", " ") == english


def test_every_template_is_tried_here():
    assert set(DATA) == set(TEMPLATES)
    assert all(code == template.code for code, template in TEMPLATES.items())


@pytest.mark.parametrize("code", TEMPLATES)
def test_what_is_stored_is_json_and_says_itself_after_a_round_trip(code):
    fields = fields_of(code)
    again = json.loads(json.dumps(fields))
    assert title_of(code, again) == title_of(code, fields)
    assert sentences_of(code, again) == sentences_of(code, fields)
    assert all(sentences_of(code, fields)) and closes_at(code, again) > NOW


def test_every_pictogram_is_a_file():
    names = {template.pictogram for template in TEMPLATES.values()} | set(notice_words.SERVICE_PICTOGRAMS.values())
    icons = settings.BASE_DIR / "maps/node_modules/@mapbox/maki/icons"
    assert [name for name in names if not (icons / f"{name}.svg").is_file()] == []
    assert pictogram_of("outage", fields_of("outage", service="internet")) == "communications-tower"
    assert pictogram_of("lift", fields_of("lift")) == "elevator"


def test_every_choice_has_its_words():
    for service in notice_words.SERVICES:
        fields = fields_of("outage", service=service)
        assert title_of("outage", fields) and restored_title("outage", fields) and pictogram_of("outage", fields)
    for hazard in notice_words.HAZARDS:
        assert title_of("safety", fields_of("safety", hazard=hazard)).startswith("Alerte : ")
    for what in notice_words.COLLECTED:
        assert title_of("collection", fields_of("collection", what=what)).startswith("Collecte : ")


def test_a_period_over_midnight_and_in_another_year():
    fields = fields_of("water_cut", start="2026-12-31T22:00", end="2027-01-01T06:30")
    assert plain(title_of("water_cut", fields)).endswith("du jeudi 31 déc. à 22 h au vendredi 1er jan. 2027 à 6 h 30")


def test_one_day_of_works_is_said_as_one_day():
    assert plain(title_of("works", fields_of("works", end="2026-12-07"))).endswith(", lundi 7 déc.")


def test_a_moment_keeps_the_clock_of_its_place():
    given_in_utc = fields_of("water_cut", start="2026-12-03T08:00Z", end="2026-12-03T11:00Z")
    assert given_in_utc == fields_of("water_cut")
    there = read_fields("water_cut", DATA["water_cut"], now=NOW, time_zone="Indian/Reunion")
    assert there["start"] == "2026-12-03T09:00:00+04:00"
    assert "de 9 h à 12 h" in plain(title_of("water_cut", there))


def test_an_hour_that_comes_twice_is_in_order():
    """On the night of 25 October 2026 it is 2:30 twice: the end by UTC counts."""
    with pytest.raises(InvalidParameter):
        read_fields(
            "water_cut",
            {"start": "2026-10-25T02:30+01:00", "end": "2026-10-25T02:30+02:00"},
            now=datetime(2026, 10, 1, tzinfo=PARIS),
        )


@pytest.mark.parametrize(
    ("code", "changed", "parameter", "message"),
    [
        ("water_cut", {"end": "2026-12-03T08:00"}, "end", "La fin est avant le début."),
        ("water_cut", {"end": "2026-12-03T09:00"}, "end", "La fin est avant le début."),
        ("water_cut", {"end": ""}, "end", "À remplir."),
        ("water_cut", {"start": None}, "start", "À remplir."),
        ("water_cut", {"start": "2026-11-01T09:00", "end": "2026-11-01T12:00"}, "end", "C’est déjà passé."),
        ("water_cut", {"start": "demain"}, "start", "Ce n’est pas une date et une heure."),
        ("water_cut", {"start": "0001-01-01T00:00+14:00"}, "start", "Ce n’est pas une date et une heure."),
        ("water_cut", {"end": "2099-01-01T09:00"}, "end", "C’est dans plus de deux ans."),
        ("water_cut", {"end": "2028-01-01T09:00"}, "end", "Cela dure plus d’un an."),
        ("water_cut", {"start": 5}, "start", "Ce n’est pas un texte."),
        ("water_cut", {"detail": "a" * 301}, "detail", "Au plus 300 caractères."),
        ("outage", {"service": "eau"}, "service", "Choisissez dans la liste."),
        ("outage", {"service": ["gas"]}, "service", "Ce n’est pas un texte."),
        ("outage", {"start": "2026-11-23T06:00"}, "end", "Ce qui n’a pas commencé a une fin prévue"),
        ("outage", {"start": "2026-11-20T06:00"}, "start", "Cela a commencé il y a plus d’un jour"),
        ("works", {"start": "2026-12-19"}, "end", "La fin est avant le début."),
        ("works", {"start": "2026-10-01", "end": "2026-11-21"}, "end", "C’est déjà passé."),
        ("works", {"end": "2028-11-01"}, "end", "Cela dure plus d’un an."),
        ("works", {"end": "2030-11-01"}, "end", "C’est dans plus de deux ans."),
        ("works", {"start": "lundi"}, "start", "Ce n’est pas une date."),
        ("works", {"what": " \u200b "}, "what", "Écrivez quelques mots."),
        ("works", {"what": "a" * 61}, "what", "Au plus 60 caractères."),
        ("collection", {"when": "2026-11-22T06:59"}, "when", "C’est déjà passé."),
        ("collection", {"when": "2029-11-22T06:59"}, "when", "C’est dans plus de deux ans."),
        ("decisions", {"held_on": "2026-11-23"}, "held_on", "Cela n’a pas encore eu lieu."),
        ("decisions", {"held_on": "2025-11-01"}, "held_on", "C’était il y a plus d’un an."),
        ("decisions", {"decisions": "Oui.\n" * 13}, "decisions", "Au plus 12 lignes."),
        ("safety", {"todo": "Sortez.\n" * 7}, "todo", "Au plus 6 lignes."),
        ("safety", {"todo": ""}, "todo", "À remplir."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(code, changed, parameter, message):
    error = refused(code, **changed)
    assert error.parameter == parameter
    assert str(error).startswith(message)


def test_a_template_that_is_none():
    with pytest.raises(InvalidParameter) as error:
        template_of("party")
    assert error.value.parameter == "template"


def test_what_is_not_a_field_is_left_out():
    assert fields_of("water_cut", csrfmiddlewaretoken="x", shown_from="2020-01-01") == fields_of("water_cut")


class TestMeeting:
    def test_twenty_one_days_are_enough_and_twenty_are_not(self):
        assert fields_of("meeting", when="2026-12-13T08:00")
        error = refused("meeting", when="2026-12-12T23:59")
        assert error.parameter == "when"
        assert plain(str(error)) == "Une assemblée s’annonce 21 jours avant : le dimanche 13 déc. au plus tôt."

    def test_it_convenes_nobody_and_carries_the_law(self):
        said = " ".join(sentences_of("meeting", fields_of("meeting")))
        assert "ceci ne la remplace pas" in said and "inscrire une question à l’ordre du jour" in said
        assert "article 10" in TEMPLATES["meeting"].law
        assert [code for code, template in TEMPLATES.items() if template.law] == ["meeting"]

    def test_it_closes_the_same_evening(self):
        assert closes_at("meeting", fields_of("meeting")) == datetime(2026, 12, 15, 22, 30, tzinfo=PARIS)


class TestDecisions:
    @pytest.mark.parametrize(
        "words",
        [
            "M. Durand doit enlever sa parabole.",
            "La demande de Mme Lefèvre est refusée.",
            "madame Élodie Petit vendra.",
            "Travaux chez Monsieur  Ba.",
            "Saisie du lot 12.",
            "Accord pour les lots n° 3 et 4.",
            "Fuite dans l’appartement 31",
        ],
    )
    def test_nobody_is_named(self, words):
        error = refused("decisions", decisions=f"Le hall sera repeint.\n{words}")
        assert error.parameter == "decisions" and "sans nom ni numéro de lot" in str(error)

    @pytest.mark.parametrize(
        "words",
        [
            "Le syndic est reconduit pour 12 mois.",
            "Budget : 12 500 m. de câble.",
            "Le complot 2 est déjoué.",
            "Madame la gardienne change d’horaires.",
            "Chaque appartement reçoit un badge.",
            "Les lots sont entretenus.",
        ],
    )
    def test_a_decision_without_a_name_is_taken(self, words):
        assert words in sentences_of("decisions", fields_of("decisions", decisions=words))

    def test_they_close_after_a_month_displayed(self):
        assert closes_at("decisions", fields_of("decisions")) == NOW + DECISIONS_SHOWN
        assert sentences_of("decisions", fields_of("decisions"))[:2] == DATA["decisions"]["decisions"].splitlines()


class TestClosing:
    def test_at_the_end_that_is_known(self):
        assert closes_at("water_cut", fields_of("water_cut")) == datetime(2026, 12, 3, 12, tzinfo=PARIS)

    def test_after_three_days_where_the_end_is_unknown(self):
        assert closes_at("outage", fields_of("outage")) == datetime(2026, 11, 22, 6, tzinfo=PARIS) + OPEN_ENDED
        assert "L’heure du retour n’est pas encore connue." in sentences_of("outage", fields_of("outage"))
        known = fields_of("outage", end="2026-11-22T20:00")
        assert not any("retour" in sentence for sentence in sentences_of("outage", known))

    def test_when_the_last_day_is_over(self):
        assert closes_at("works", fields_of("works")) == datetime(2026, 12, 19, tzinfo=PARIS)


class TestRestored:
    @pytest.mark.parametrize(
        ("code", "french"),
        [
            ("water_cut", "C’est rétabli : l’eau est revenue"),
            ("outage", "C’est rétabli : l’électricité est revenue"),
            ("lift", "C’est rétabli : l’ascenseur fonctionne"),
            ("safety", "C’est rétabli : le danger est passé"),
        ],
    )
    def test_what_was_cut_is_back(self, code, french):
        assert restored_title(code, fields_of(code)) == french
        with translation.override("en"):
            assert restored_title(code, fields_of(code)).startswith("Back to normal: the ")

    @pytest.mark.parametrize("code", ["works", "collection", "meeting", "decisions"])
    def test_what_was_not_cut_is_not_restored(self, code):
        with pytest.raises(InvalidParameter):
            restored_title(code, fields_of(code))

    def test_what_may_be_urgent_can_be_restored(self):
        urgent = {code for code, template in TEMPLATES.items() if template.may_be_urgent}
        assert urgent == {code for code, template in TEMPLATES.items() if template.restored}


def test_a_full_stop_is_not_said_twice():
    assert sentences_of("works", fields_of("works"))[0] == "Lieu : cour."


WORDS = st.text(max_size=130)
MOMENTS = st.datetimes(NOW.replace(tzinfo=None) - timedelta(days=3), NOW.replace(tzinfo=None) + timedelta(days=760))


def anything(field):
    """Strategies for one field's parameters, mostly right."""
    if field.kind == FieldKind.CHOICE:
        value = st.sampled_from([*field.choices, "none"])
    elif field.kind in (FieldKind.DAYS, FieldKind.DAY):
        value = MOMENTS.map(lambda moment: moment.date().isoformat())
    elif field.kind in (FieldKind.PERIOD, FieldKind.SINCE, FieldKind.MOMENT):
        value = MOMENTS.map(lambda moment: moment.isoformat())
    else:
        value = WORDS
    return {name: value | st.just("") if not field.needs(name) else value for name in field.parameters}


@given(st.data())
@pytest.mark.parametrize("code", TEMPLATES)
def test_whatever_is_taken_can_be_said_and_closes_later(code, data):
    drawn = {}
    for field in TEMPLATES[code].fields:
        drawn |= {name: data.draw(values) for name, values in anything(field).items()}
    try:
        fields = read_fields(code, drawn, now=NOW)
    except InvalidParameter as error:
        assert error.parameter in drawn and str(error)
        return
    assume(fields)
    closes = closes_at(code, fields)
    assert closes > NOW and closes.tzinfo is not None
    assert read_fields(code, drawn, now=NOW) == json.loads(json.dumps(fields))
    for language in ("fr", "en"):
        with translation.override(language):
            title = title_of(code, fields)
            assert 0 < len(title) <= LONGEST_NOTICE_TITLE and "\n" not in title
            assert all(sentence and "\n" not in sentence for sentence in sentences_of(code, fields))
            assert "%(" not in title and ("None" not in title or "None" in drawn.values())
