"""One day of a weekly ride is called off: whoever would have come is told, the other days stand; of others, nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from directory.carpool_forms import MOST_EXCEPTIONS
from directory.days_off import call_off_day
from directory.models import Carpool, RideAgreement
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.models import Level
from tests.directory.agreed import MONDAY, accepts, asks, drives, rides_of, states_of
from tests.directory.browsing import browser
from tests.directory.matched import found, wanted
from tests.directory.riding import WORKDAYS, in_days
from tests.directory.speaking import looking
from tests.neighbours import person

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

NEXT = MONDAY + timedelta(days=7)


def calls_off(someone, ride, day) -> Carpool:
    with looking(someone) as viewer:
        return call_off_day(viewer=viewer, ride=ride.public_id, day=day)


def test_who_would_have_come_is_told_and_the_other_days_stand(people):
    shared = drives(people.alice, weekdays=WORKDAYS)
    weekly = accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1]))
    once = accepts(people.alice, asks(people.elsa, shared, MONDAY))
    other_day = asks(people.anna, shared, MONDAY + timedelta(days=1))
    for _twice in range(2):
        assert calls_off(people.alice, shared, MONDAY).except_days == [MONDAY]
    weekly.refresh_from_db()
    assert weekly.except_days == [MONDAY] and rides_of(people.bruno).coming[0].may_skip == NEXT.isoformat()
    assert rides_of(people.bruno).coming[0].excepted.startswith("sauf lundi ")
    assert states_of(people.elsa) == ["annulé : le trajet n’a plus lieu"]
    assert states_of(people.anna) == ["attend une réponse"]
    assert [one.messages.count() for one in (weekly.conversation, once.conversation)] == [3, 3]
    assert weekly.conversation.messages.latest("pk").text.startswith("Pas de trajet lundi")
    assert other_day.conversation.messages.count() == 1


def test_no_search_finds_it_on_that_day(people):
    shared = drives(people.alice, weekdays=WORKDAYS)
    calls_off(people.alice, shared, MONDAY)
    matches = [found(people.bruno, wanted("Place Ouest", "Place Est", day=day)) for day in (MONDAY, NEXT)]
    assert [len(rides) for rides in matches] == [0, 1]


def test_what_is_not_one_s_own_or_does_not_leave_then_stays(people):
    shared, once = drives(people.alice, weekdays=WORKDAYS), drives(people.alice)
    for someone in (people.anna, people.elsa):
        with pytest.raises(NotFound):
            calls_off(someone, shared, MONDAY)
    for ride, day in ((shared, MONDAY + timedelta(days=5)), (shared, in_days(-7)), (once, in_days(7))):
        with pytest.raises(InvalidParameter) as refused:
            calls_off(people.alice, ride, day)
        assert refused.value.parameter == "day"


def test_days_that_are_over_make_room(people):
    shared = drives(people.alice, weekdays=["1", "2", "3", "4", "5", "6", "7"])
    shared.except_days = [in_days(-1), *(in_days(20 + number) for number in range(MOST_EXCEPTIONS - 1))]
    shared.save()
    assert len(calls_off(people.alice, shared, MONDAY).except_days) == MOST_EXCEPTIONS
    with pytest.raises(InvalidParameter):
        calls_off(people.alice, shared, MONDAY + timedelta(days=1))


def test_inside_a_residence_as_well(people):
    shared = drives(people.alice, Level.RESIDENCE, weekdays=WORKDAYS)
    agreed = accepts(people.alice, asks(people.anna, shared, MONDAY, weekdays=[1]))
    address = f"/covoiturages/{shared.public_id}/pas-ce-jour/"
    assert browser(people.elsa).post(address, {"day": MONDAY.isoformat()}).status_code == 404
    assert browser(people.alice).post(address, {"day": MONDAY.isoformat()}).status_code == 302
    with second_lock.opened([people.alice.residence_id]):
        assert RideAgreement.objects.get(pk=agreed.pk).except_days == [MONDAY]


def test_its_author_does_so_on_its_page_and_finds_it_among_their_rides(people):
    shared = drives(people.alice, weekdays=WORKDAYS)
    author, page = browser(people.alice), f"/echange/{shared.public_id}/"
    address = f"/covoiturages/{shared.public_id}/pas-ce-jour/"
    assert address in author.get(page).text and address not in browser(people.bruno).get(page).text
    day = next(one for one in map(in_days, range(1, 8)) if one.isoweekday() < 6)
    done = author.post(address, {"day": day.isoformat()}, follow=True).text
    assert "Ce jour est annulé." in done and f'value="{day.isoformat()}"' not in done
    own = author.get("/mes-trajets/").text
    assert "Vos annonces" in own and page in own and "prochaine fois : " in own and "Aucun trajet à venir" not in own
    assert page not in browser(people.bruno).get("/mes-trajets/").text
    assert author.post(address, {"day": "demain"}).status_code == 400


def test_a_passer_by_is_led_in_and_back(people):
    shared = drives(people.alice, openness="public")
    page = f"/echange/{shared.public_id}/"
    told = browser(None).get(page).text
    assert f'href="{reverse("account_login")}?next={page}"' in told and "Entrer pour demander une place" in told
    assert "Entrer pour" not in browser(people.bruno).get(page).text
    homeless = browser(person("Nour")).get(page).text
    assert f'href="{reverse("homes")}"' in homeless and "Dire où j’habite" in homeless and "Entrer pour" not in homeless
    wanting = drives(people.alice, direction="request", openness="public")
    assert "Entrer pour proposer une place" in browser(None).get(f"/echange/{wanting.public_id}/").text
