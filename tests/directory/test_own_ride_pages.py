"""From asked for to agreed, as pages: the search, the ride's own, the conversation, one's own rides, the calendar."""

from datetime import timedelta

import icalendar
import pytest
from django.urls import reverse

from directory.conversing import block
from directory.models import RideAgreement
from scopes import second_lock
from scopes.models import Level
from tests.directory.agreed import MONDAY, accepts, asks, drives, skips
from tests.directory.browsing import browser
from tests.directory.riding import WORKDAYS, in_days, key_of
from tests.directory.speaking import looking

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]


def filled(**own) -> dict:
    return {
        **{"rhythm": "once", "day": in_days(7).isoformat(), "seats": "1"},
        **{"pick_up": key_of("Place Ouest"), "drop_off": key_of("Place Est"), "text": ""},
        **own,
    }


def test_from_the_search_to_the_agenda(people):
    shared = drives(people.alice, seats="2")
    driver, passenger = browser(people.alice), browser(people.bruno)
    way = {"from": "Place du Milieu", "to": "Place Est", "day": in_days(7).isoformat(), "time": "07:30"}
    rows = passenger.get("/covoiturages/", way).text
    address = f"/covoiturages/{shared.public_id}/demander/"
    assert "2 places libres ce jour-là" in rows and f'href="{address}?day=' in rows
    page = passenger.get(address, {"day": way["day"], "pick_up": key_of("Place du Milieu")}).text
    assert f'<option value="{key_of("Place du Milieu")}" selected>Place du Milieu' in page
    sent = passenger.post(address, filled(pick_up=key_of("Place du Milieu"), text="Merci d’avance !"), follow=True)
    assert "C’est demandé" in sent.text and "Reprendre ma demande" in sent.text and "Merci d’avance" in sent.text
    asked = RideAgreement.objects.get()
    assert "Prendre Bruno D. à bord" in driver.get("/mes-trajets/").text
    page = driver.post(f"/mes-trajets/{asked.public_id}/", {"deed": "accept", "list": "1"}, follow=True).text
    assert "C’est confirmé." in page and "vous conduisez Bruno D." in page
    assert "Alice D. vous conduit" in passenger.get("/mes-trajets/").text
    for someone in (people.elsa, None):
        own = browser(someone).get("/mes-trajets/", follow=True).text
        assert "Place du Milieu" not in own and "Alice" not in own
    ride = browser(people.elsa).get(f"/echange/{shared.public_id}/").text
    assert "1 place libre" in ride and "Bruno" not in ride and address in ride
    calendar = passenger.get(f"/mes-trajets/{asked.public_id}/trajet.ics")
    (entry,) = icalendar.Calendar.from_ical(calendar.content).walk("VEVENT")
    assert (entry.decoded("DTSTART").date(), str(entry["LOCATION"])) == (in_days(7), "Place du Milieu")
    assert b"Alice" not in calendar.content and b"Bruno" not in calendar.content


def test_what_is_wrong_is_said_at_its_field(people):
    shared = drives(people.alice, weekdays=WORKDAYS, seats="2")
    address = reverse("ride-ask", args=[shared.public_id])
    passenger = browser(people.bruno)
    for own, words in (
        ({"day": in_days(400).isoformat()}, "Ce jour-là, la voiture ne part pas"),
        ({"day": MONDAY.isoformat(), "rhythm": "weekly"}, "Choisissez au moins un jour"),
        ({"day": MONDAY.isoformat(), "seats": "9"}, "Ce trajet n’a pas autant de places."),
        ({"day": MONDAY.isoformat(), "pick_up": "chez moi"}, "Choisissez un point de rendez-vous de la liste."),
        ({"day": MONDAY.isoformat(), "drop_off": key_of("Place Ouest")}, "On descend après être monté"),
    ):
        answer = passenger.post(address, filled(**own))
        assert answer.status_code == 400 and words in answer.text, own
    assert not RideAgreement.objects.exists()


def test_another_place_on_the_way_is_looked_for_by_its_name(people):
    shared = drives(people.alice, detour="0")
    address = reverse("ride-ask", args=[shared.public_id])
    page = browser(people.bruno).post(address, filled(place="Place du Milieu", look="1"))
    assert page.status_code == 200 and f'<option value="{key_of("Place du Milieu")}">' in page.text
    # So far off the way the driver does not go.
    far = browser(people.bruno).post(address, filled(place="Place Nord", look="1")).text
    assert f'<option value="{key_of("Place Nord")}">' not in far
    unknown = browser(people.bruno).post(address, filled(place="Tombouctou", look="1")).text
    assert "Aucun point de rendez-vous de ce nom" in unknown and "Aucun point" not in page.text + far


def test_every_week_and_not_on_one_day(people):
    shared = drives(people.alice, weekdays=WORKDAYS)
    weekly = filled(day=MONDAY.isoformat(), rhythm="weekly", weekdays=["1", "3"])
    browser(people.bruno).post(reverse("ride-ask", args=[shared.public_id]), weekly)
    agreed = accepts(people.alice, RideAgreement.objects.get())
    page = browser(people.bruno).get("/mes-trajets/").text
    assert "Chaque semaine, lundi et mercredi" in page and f'value="{MONDAY.isoformat()}"' in page
    deed = {"deed": "skip", "day": MONDAY.isoformat(), "list": "1"}
    done = browser(people.bruno).post(f"/mes-trajets/{agreed.public_id}/", deed, follow=True).text
    assert "Ce jour est annulé." in done and f'value="{(MONDAY + timedelta(days=2)).isoformat()}"' in done
    wrong = browser(people.bruno).post(f"/mes-trajets/{agreed.public_id}/", {"deed": "skip", "day": "demain"})
    assert wrong.status_code == 400
    calendar = browser(people.alice).get(f"/mes-trajets/{agreed.public_id}/trajet.ics").content
    (entry,) = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    assert entry["RRULE"] == {"FREQ": ["WEEKLY"], "BYDAY": ["MO", "WE"]}
    assert entry.decoded("DTSTART").date() == MONDAY
    assert [one.dt.date() for one in entry["EXDATE"].dts] == [MONDAY]


def test_no_seats_left_is_said_in_words(people):
    shared = drives(people.alice, seats="1")
    assert "1 place libre " in browser(people.anna).get("/covoiturages/").text.replace("\u00a0", " ")
    first, second = asks(people.bruno, shared), asks(people.elsa, shared)
    accepts(people.alice, first)
    late = browser(people.alice).post(f"/mes-trajets/{second.public_id}/", {"deed": "accept"})
    assert late.status_code == 409 and "La demande attend toujours" in late.text
    page = browser(people.anna).get(f"/echange/{shared.public_id}/").text
    assert "complet" in page and "/demander/" not in page
    assert "<strong>Complet " in browser(people.anna).get("/covoiturages/").text


def test_what_waits_has_not_failed_to_take_place(people):
    asked = asks(people.bruno, drives(people.alice))
    posted = {"deed": "miss", "day": in_days(7).isoformat()}
    refused = browser(people.bruno).post(f"/mes-trajets/{asked.public_id}/", posted)
    assert refused.status_code == 400 and "Aucun trajet convenu" in refused.text


@pytest.mark.parametrize("level", [Level.RESIDENCE, Level.VOISINAGE])
def test_for_anyone_else_nothing_is_there(people, level):
    shared = drives(people.alice, level, weekdays=WORKDAYS)
    agreed = accepts(people.alice, asks(people.anna, shared, MONDAY, weekdays=[1]))
    stranger = browser(people.elsa)
    assert stranger.get(reverse("ride-ask", args=[shared.public_id])).status_code == 404
    assert stranger.post(reverse("ride-ask", args=[shared.public_id]), filled()).status_code == 404
    for deed in ("accept", "cancel", "miss", "skip", "sing"):
        posted = {"deed": deed, "day": MONDAY.isoformat()}
        assert stranger.post(f"/mes-trajets/{agreed.public_id}/", posted).status_code == 404
    assert stranger.get(f"/mes-trajets/{agreed.public_id}/trajet.ics").status_code == 404
    with second_lock.opened([people.alice.residence_id]):
        agreed.refresh_from_db()
    assert agreed.ended_at is None and agreed.except_days == []


def test_of_whom_one_no_longer_reads_one_still_knows_that_they_come(people):
    agreed = accepts(people.alice, asks(people.bruno, drives(people.alice)))
    with looking(people.alice) as viewer:
        block(viewer=viewer, conversation=agreed.conversation.public_id)
    driver = browser(people.alice)
    page = driver.get("/mes-trajets/").text
    assert "Vous ne lisez plus cette personne" in page and f"/messages/{agreed.conversation.public_id}/" not in page
    assert "C’est annulé." in driver.post(f"/mes-trajets/{agreed.public_id}/", {"deed": "cancel"}, follow=True).text


def test_pages_speak_english_too(people):
    agreed = accepts(people.alice, asks(people.bruno, drives(people.alice, weekdays=WORKDAYS), MONDAY, weekdays=[1]))
    skips(people.bruno, agreed, MONDAY)
    page = browser(people.bruno).get("/mes-trajets/", headers={"Accept-Language": "en"}).text
    assert "My rides" in page and "Every Monday" in page and "Confirmed" in page and "À venir" not in page
