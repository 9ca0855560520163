"""Files of events become events: truthfully, once, and never at anyone's home."""

import json
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from directory.event_places import is_public_place
from directory.importing.event_files import read_events
from directory.importing.rows import Unreadable
from directory.models import Event, EventDate, Listing, SearchEntry
from geo.errors import ImportRefused
from tests.directory.happening import calendar, clock, imported, in_days, vevent

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(make_town):
    return make_town(postcodes=["44000"])


def counts(report):
    return report.added, report.changed, report.unchanged, report.merged, report.gone


def test_a_calendar_becomes_an_event(town, tmp_path):
    said = vevent(DESCRIPTION="Entrée libre.\\nVenez nombreux", CATEGORIES="Concert", URL="https://grange.example/bal")
    report = imported(tmp_path, calendar(said), licence="LO 2.0")
    event = Event.objects.get()
    assert counts(report) == (1, 0, 0, 0, 0)
    assert (event.title, event.category.code, event.place_name) == ("Bal de la Grange", "concert", "Salle de la Grange")
    assert (event.address, event.website) == ("3 rue Haute, 44000 Nantes", "https://grange.example/bal")
    assert event.description == "Entrée libre.\nVenez nombreux"
    assert (event.starts_at, event.ends_at) == (clock(in_days(7), 20), clock(in_days(7), 23, 30))
    assert event.location.coords == (-1.5536, 47.2173)
    assert (event.closes_at, event.openness, event.sequence) == (event.ends_at, "public", 0)
    card = SearchEntry.objects.get().card
    assert (card["source"], card["licence"], card["place"]) == ("ville", "LO 2.0", "Salle de la Grange")


def test_a_second_import_changes_nothing_and_a_change_goes_one_sequence_on(town, tmp_path):
    imported(tmp_path, calendar(vevent()))
    before = Event.objects.values().get()
    assert counts(imported(tmp_path, calendar(vevent()))) == (0, 0, 1, 0, 0)
    assert Event.objects.values().get() == before
    assert counts(imported(tmp_path, calendar(vevent(SUMMARY="Grand bal")))) == (0, 1, 0, 0, 0)
    event = Event.objects.get()
    assert (event.public_id, event.title, event.sequence) == (before["public_id"], "Grand bal", 1)


def test_what_the_file_tells_no_more_goes_only_within_its_days(town, tmp_path):
    def on(number: int) -> str:
        day = f"{in_days(number):%Y%m%d}"
        times = {"DTSTART;TZID=Europe/Paris": f"{day}T200000", "DTEND;TZID=Europe/Paris": f"{day}T210000"}
        return vevent(UID=f"{number}@example.org", SUMMARY=f"Bal {number}", **times)

    imported(tmp_path, calendar(*map(on, (-3, 2, 5, 8, 11))))
    report = imported(tmp_path, calendar(on(5), on(11)))
    assert report.gone == 1, "2 is before what the file tells, -3 is over, 8 is missing"
    assert set(Listing.objects.filter(withdrawn_at=None).values_list("title", flat=True)) == {
        "Bal -3", "Bal 2", "Bal 5", "Bal 11",
    }  # fmt: skip


def test_one_event_of_two_sources_or_twice_in_a_file_is_one(town, tmp_path):
    near = {"GEO": "47.2178;-1.5536", "UID": "2@example.org", "SUMMARY": "BAL de la grange"}
    report = imported(tmp_path, calendar(vevent(), vevent(**near)))
    assert (report.added, report.merged, Event.objects.count()) == (1, 1, 1)
    other = imported(tmp_path, calendar(vevent(UID="x@elsewhere")), source="comite")
    assert (other.added, other.merged, Event.objects.count()) == (0, 1, 1)
    far = vevent(UID="3@example.org", GEO="47.2193;-1.5536")
    later = vevent(UID="4@example.org", **{"DTSTART;TZID=Europe/Paris": f"{in_days(7):%Y%m%d}T210000"})
    assert imported(tmp_path, calendar(far, later), source="autre").added == 2


def test_a_repetition_is_laid_down_by_the_clock_on_the_wall(town, tmp_path):
    first = timezone.localdate() + timedelta(days=1)
    times = {"DTSTART;TZID=Europe/Paris": f"{first:%Y%m%d}T190000", "DTEND;TZID=Europe/Paris": f"{first:%Y%m%d}T203000"}
    without = f"{first + timedelta(days=14):%Y%m%d}T190000"
    moved_from, moved_to = first + timedelta(days=21), first + timedelta(days=22)
    change = {
        "RECURRENCE-ID;TZID=Europe/Paris": f"{moved_from:%Y%m%d}T190000",
        "DTSTART;TZID=Europe/Paris": f"{moved_to:%Y%m%d}T180000",
        "DTEND;TZID=Europe/Paris": f"{moved_to:%Y%m%d}T220000",
    }
    said = vevent(RRULE="FREQ=WEEKLY", **{**times, "EXDATE;TZID=Europe/Paris": without})
    imported(tmp_path, calendar(said, vevent(**change)))
    dates = list(EventDate.objects.all())
    days = [date.starts_at.astimezone(clock(first).tzinfo) for date in dates]
    assert [day.date() for day in days[:4]] == [first, first + timedelta(days=7), moved_to, first + timedelta(days=28)]
    assert {day.hour for day in days} == {18, 19}
    assert dates[2].ends_at - dates[2].starts_at == timedelta(hours=4)
    assert 100 < len(dates) < 106, "two years of weeks"
    assert Event.objects.get().closes_at == dates[-1].ends_at


def test_a_whole_day_ends_at_midnight_and_a_cancelled_event_says_so(town, tmp_path):
    day = in_days(3)
    times = {"DTSTART;TZID=Europe/Paris": None, "DTEND;TZID=Europe/Paris": None}
    imported(
        tmp_path,
        calendar(vevent(**times, **{"DTSTART;VALUE=DATE": f"{day:%Y%m%d}"}, STATUS="CANCELLED")),
    )
    event = Event.objects.get()
    assert (event.all_day, event.starts_at, event.ends_at) == (True, clock(day, 0), clock(in_days(4), 0))
    assert event.cancelled_at
    assert SearchEntry.objects.get().open_periods is None, "nothing takes place then"


def test_floating_times_are_by_the_clock_of_the_town_and_overseas_by_its_own(make_town, tmp_path):
    make_town("97411", box=(55.4, -20.95, 55.5, -20.85), name="Saint-Denis")
    day = f"{in_days(7):%Y%m%d}"
    times = {"DTSTART;TZID=Europe/Paris": None, "DTEND;TZID=Europe/Paris": None, "DTSTART": f"{day}T200000"}
    imported(tmp_path, calendar(vevent(**times, GEO="-20.9;55.45", LOCATION="Jardin de l’État")))
    event = Event.objects.get()
    assert event.time_zone == "Indian/Reunion"
    assert event.starts_at.utctimetuple().tm_hour == 16


@pytest.mark.parametrize(
    "place",
    [
        *(
            "3 rue Haute",
            "chez Paul",
            "Jeanne Exemple",
            "",
            "Appartement 4",
            "Paul",
            "jeanne exemple",
            "la famille Exemple",
        ),
        *("Mamie", "Maison de Paul", "Jardin de Mme Exemple", "Salon de Jeanne Exemple", "Villa des Roses"),
        *("Résidence du Parc", "Immeuble B", "Les Exemple", "Au jardin", "Parc de M. Exemple"),
    ],
)
def test_what_may_be_a_home_is_known_at_the_commune(town, tmp_path, place):
    said = vevent(LOCATION=f"{place}\\, 3 rue Haute\\, 44000 Nantes", ORGANIZER=None)
    report = imported(tmp_path, calendar(said))
    event = Event.objects.get()
    assert (event.location, event.address, event.place_name) == (None, "", "")
    assert "rue Haute" not in json.dumps(list(event.records.values_list("attributes", flat=True)))
    assert report.commune_only == 1 and "lieu peut-être privé : montré à la commune" in report.dropped


def test_places_that_people_come_to():
    for place in (
        "Place Royale",
        "Parc de Procé",
        "Église Saint-Nicolas",
        "Salle de la Grange",
        "Salle 3, maison de quartier",
        "Maison des associations",
        "Jardin des plantes",
        "Salon du livre",
    ):
        assert is_public_place(place, "12 rue Haute"), place


def test_who_organises_is_told_unless_it_is_a_person(town, tmp_path):
    club = vevent(**{"ORGANIZER;CN=Comité des fêtes": "mailto:a@example.org"})
    person = vevent(UID="2", SUMMARY="Autre", **{"ORGANIZER;CN=Jeanne Exemple": "mailto:b@example.org"})
    imported(tmp_path, calendar(club, person))
    assert set(Event.objects.values_list("title", "organiser")) == {
        ("Bal de la Grange", "Comité des fêtes"),
        ("Autre", ""),
    }


def test_a_table_of_events(town, tmp_path):
    day = in_days(9)
    lines = (
        "titre;debut;fin;lieu;adresse;lat;lon;tarif",
        f"Vide-grenier;{day:%d/%m/%Y} 9h;17h30;Place Royale;;47,2140;-1,5580;gratuit",
        f"Expo;{day.isoformat()};{in_days(12).isoformat()};Musée;;47.22;-1.55;",
        "Sans date;;;Musée;;47.22;-1.55;",
        "Faux;le 3;;Musée;;47.22;-1.55;",
    )
    report = imported(tmp_path, "\n".join(lines).encode(), name="agenda.csv")
    sale, show = Event.objects.order_by("-title")
    assert (sale.category.code, sale.price) == ("jumble_sale", "gratuit")
    assert (sale.starts_at, sale.ends_at) == (clock(day, 9), clock(day, 17, 30))
    assert show.all_day and show.ends_at == clock(in_days(13), 0), "the last day is one of its days"
    assert dict(report.rejected) == {"sans date de début": ["4"], "date illisible": ["5"]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (vevent(RRULE="FREQ=SECONDLY"), "une répétition se compte en jours, semaines, mois ou années"),
        (vevent(RRULE="FREQ=WEEKLY;BYDAY=XX"), "une répétition se compte"),
        (vevent(RRULE="FREQ=WEEKLY;BYSETPOS=999"), "répétition illisible"),
        (
            vevent(
                RRULE="FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=9",
                **{"EXDATE;TZID=Europe/Paris": f"{in_days(7):%Y%m%dT200000}"},
            ),
            "aucune date",
        ),
        (vevent(**{"DTSTART;TZID=Europe/Paris": None}), "sans date de début"),
        (vevent(**{"DTEND;TZID=Europe/Paris": "20200101T000000"}), "finit avant de commencer"),
        (vevent(**{"DTSTART;TZID=Europe/Paris": "99991231T235959"}), "finit avant de commencer"),
        (vevent(**{"DTSTART;TZID=Europe/Paris": None, "DTSTART;TZID=Mars/Olympus": "20301231T235959"}), "fuseau"),
        (vevent(**{"DTSTART;TZID=Europe/Paris": "tomorrow"}), "événement illisible"),
        (vevent(**{"DTSTART;TZID=Europe/Paris": "00010101T000000"}), "date invraisemblable"),
        (vevent(SUMMARY="\u202e\u200b"), "sans titre"),
        (vevent(SUMMARY="a" * 10_000_000), "titre de plus de 160 caractères"),
        (vevent(CLASS="PRIVATE"), "marqué comme privé"),
        (vevent(RDATE=",".join(["20300101T000000"] * 1_000_000)), "plus de 5000 dates"),
        (vevent(GEO="147.2;-1.5"), "coordonnées hors du globe"),
        (vevent() + "\r\nBEGIN:VEVENT", "événement coupé : il manque sa fin"),
    ],
    ids=range(16),
)  # fmt: skip
def test_a_broken_event_is_refused_by_its_line_and_soon(town, content, reason):
    began = time.perf_counter()
    good = vevent(UID="good@example.org", SUMMARY="Bonne")
    told = list(read_events(calendar(content, good)))
    refused = [one for one in told if isinstance(one, Unreadable)]
    assert [one.reason[: len(reason)] for one in refused] == [reason]
    assert int(refused[0].number) >= 4
    assert "Bonne" in [one.title for one in told if not isinstance(one, Unreadable)]
    assert time.perf_counter() - began < 3


def test_what_is_too_long_or_turned_round_is_cut_and_mended(town, tmp_path):
    said = vevent(SUMMARY="Bal \u202eelbisiv\u202c", DESCRIPTION="<p>Un</p><b>deux</b>" + "x" * 1_000_000)
    report = imported(tmp_path, calendar(said))
    event = Event.objects.get()
    assert event.title == "Bal elbisiv"
    assert event.description.startswith("Un\ndeux") and len(event.description) == 4_000
    assert report.dropped["description coupée"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x1f\x8bnope", b"{", b"[" * 100_000, b'{"a": 1}', b"PK\x03\x04", b"nom;prix\nx;1\n", b"\x00" * 1_000],
)
def test_what_is_no_file_of_events_is_refused_whole(town, content):
    with pytest.raises(ImportRefused):
        list(read_events(content, name="x"))


def test_openagenda_tells_moments(town):
    day = in_days(5).isoformat()
    timings = [{"begin": f"{day}T{h}:00:00+02:00", "end": f"{day}T{h + 1}:00:00+02:00"} for h in (10, 14)]
    event = {"uid": "7", "title_fr": "Visite", "location_name": "Musée", "location_coordinates": [47.22, -1.55]}
    told = list(read_events(json.dumps([{**event, "timings": json.dumps(timings)}, 3, {"uid": "8"}]).encode()))
    assert (told[0].longitude, told[0].latitude, told[0].key, told[0].placed) == (-1.55, 47.22, "7", True)
    assert told[0].event["recurrence"] == f"RDATE:{in_days(5):%Y%m%d}T120000"
    assert [one.reason for one in told[1:]] == ["ce n'est pas un événement", "sans titre"]


def test_the_command_prints_what_became_of_the_lines(town, tmp_path, capsys):
    path = tmp_path / "agenda.ics"
    path.write_bytes(calendar(vevent(), vevent(UID="2", RRULE="FREQ=SECONDLY")))
    call_command("import_events", "ville", str(path))
    printed = capsys.readouterr().out
    assert "ajoutées" in printed and "refusées : une répétition se compte" in printed


OPENAGENDA = settings.BASE_DIR.parent / "shared/data/events/openagenda_idf.json.gz"


@pytest.mark.skipif(not OPENAGENDA.is_file(), reason="../shared/data is absent")
def test_the_real_export_of_openagenda(make_town, tmp_path):
    make_town("75056", box=(1.4, 48.1, 3.6, 49.3), name="Paris")
    report = imported(tmp_path, OPENAGENDA.read_bytes(), name="openagenda.json.gz", source="openagenda")
    assert report.read == 104 == report.added + report.merged + sum(map(len, report.rejected.values()))
    assert {reason: len(rows) for reason, rows in report.rejected.items()} == {
        "sans titre": 1,
        "finit avant de commencer": 2,
        # The test's Île-de-France is a box.
        "hors des communes connues": 4,
    }
    assert not SearchEntry.objects.exists(), "all of it is of 2019"
    again = imported(tmp_path, OPENAGENDA.read_bytes(), name="openagenda.json.gz", source="openagenda")
    assert counts(again) == (0, 0, report.added + report.merged, 0, 0)


def test_what_no_calendar_can_mean_takes_no_other_event_with_it(town, tmp_path):
    odd = vevent(UID="2", SUMMARY="Sans date", RRULE="FREQ=WEEKLY;COUNT=3", EXDATE="01010101T200000")
    last = vevent(
        UID="3", SUMMARY="Fin des temps", DTEND__TZID=None, **{"DTSTART;TZID=Europe/Paris": "99991231T233000"}
    )
    report = imported(tmp_path, calendar(vevent(), odd, last))
    assert set(Event.objects.values_list("title", flat=True)) <= {"Bal de la Grange", "Sans date"}
    assert Event.objects.filter(title="Bal de la Grange").exists() and report.read == 3


def test_codes_of_a_table_are_read_as_text(town, tmp_path):
    day = f"{in_days(7):%Y-%m-%d}"
    told = f"title;start;place;postcode;insee_code\nBal;{day}T20:00;Salle des fêtes;440\ud80000;44\x00109\n"
    report = imported(tmp_path, told.encode("utf-8", "surrogatepass"), name="bals.csv")
    assert report.read == 1
