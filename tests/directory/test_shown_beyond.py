"""The tick by which a ride is shown to other services: off, in words, kept as it was filled in; and what it opens."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from directory import exchanging
from directory.kinds import KINDS
from directory.models import Carpool, Draft, Listing, RideEntry
from directory.publishing import refresh_entries
from geo.errors import InvalidParameter
from scopes import second_lock
from scopes.models import Level, Openness
from tests.directory.exchanged import share
from tests.directory.ride_service import ROUTES, drives_beyond, every_week, morning
from tests.directory.riding import WORKDAYS, in_days, ride
from tests.directory.speaking import looking
from tests.neighbours import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]
TICK = 'type="checkbox" name="shared_beyond"'
SHARE = "/publier/covoiturage/"


@pytest.fixture
def alice(alice, client):
    sign_in(client, alice.account)
    return alice


def filled(**more) -> dict:
    """What is sent of a whole form."""
    own = {name: value for name, value in ride().items() if value not in ("", [])}
    return own | {"category": "shared_ride", "text": "", "level": "municipality"} | more


def tick_in(page: str) -> str:
    """The control itself."""
    assert page.count(TICK) == 1
    begin = page.index(TICK)
    return page[begin : page.index(">", begin)]


def test_it_is_off_and_says_what_is_shown_to_whom(alice, client):
    page = client.get(SHARE).text
    assert "checked" not in tick_in(page)
    assert "Visible par d’autres services de covoiturage" in page and "Ni votre nom" in page


def test_ticked_and_opened_it_is_shown_beyond(alice, client):
    client.post(SHARE, filled(openness="on", shared_beyond="on"))
    shared = Carpool.objects.get()
    assert shared.shared_beyond and shared.openness == Openness.PUBLIC
    assert "aussi sur d’autres services" in client.get(f"/echange/{shared.public_id}/").text


def test_ticked_alone_it_is_refused_and_stays_ticked(alice, client):
    answer = client.post(SHARE, filled(shared_beyond="on"))
    assert answer.status_code == 400 and not Carpool.objects.exists()
    assert "checked" in tick_in(answer.text) and "Seulement avec" in answer.text


def test_ticked_for_one_s_building_it_stays_there(alice, client):
    """The two ticks are out of sight once one chooses the building, which opens to nobody."""
    client.post(SHARE, filled(level="residence", openness="on", shared_beyond="on"))
    with second_lock.opened([alice.residence_id]):
        shared = Carpool.objects.get()
    assert not shared.shared_beyond and shared.openness == Openness.MEMBERS


def test_not_ticked_it_is_not(alice, client):
    client.post(SHARE, filled(openness="on"))
    assert not Carpool.objects.get().shared_beyond


def test_a_draft_keeps_it(alice, client):
    client.post(SHARE, filled(openness="on", shared_beyond="on", keep="1"))
    draft = Draft.objects.get()
    assert "checked" in tick_in(client.get(reverse("draft", args=[draft.public_id])).text)


def test_it_is_changed_where_the_ride_is_changed_while_everyone_may_read_it(alice, client):
    own = ride(shared_beyond="on")
    shared = share(alice, Level.MUNICIPALITY, kind="carpool", own=own, openness=Openness.PUBLIC)
    page = f"/echange/{shared.public_id}/modifier/"
    assert "checked" in tick_in(client.get(page).text)
    client.post(page, filled(start=shared.start, end=shared.end))
    shared.refresh_from_db()
    assert not shared.shared_beyond
    client.post(f"/echange/{shared.public_id}/ouvrir/", {"keep": "1"})
    assert TICK not in client.get(page).text
    client.post(page, filled(start=shared.start, end=shared.end, shared_beyond="on"))
    shared.refresh_from_db()
    assert not shared.shared_beyond


class TestOnlyWhatIsShownBeyond:
    @pytest.mark.parametrize("own", [{"shared_beyond": ""}, {"shared_beyond": "", "direction": "request"}])
    def test_what_is_not_ticked_is_never_found(self, alice, asks, own):
        drives_beyond(alice, **own, weekdays=WORKDAYS)
        drives_beyond(alice, openness=Openness.MEMBERS, **own)
        assert not found_anywhere(asks)

    def test_nothing_is_shown_beyond_that_not_everyone_may_read(self, alice):
        with pytest.raises(InvalidParameter) as refused:
            drives_beyond(alice, openness=Openness.MEMBERS)
        assert refused.value.parameter == "shared_beyond" and not Carpool.objects.exists()

    def test_it_is_off_unless_it_is_said(self, alice):
        assert drives_beyond(alice, shared_beyond="").shared_beyond is False
        assert KINDS["carpool"].form().fields["shared_beyond"].initial is None

    def test_closed_it_is_taken_back_and_opened_again_it_is_not_found(self, alice, asks):
        shared = drives_beyond(alice)
        assert found_anywhere(asks)
        with looking(alice) as viewer:
            for openness in (Openness.MEMBERS, Openness.PUBLIC):
                exchanging.open_to(viewer=viewer, public_id=shared.public_id, openness=openness)
                assert not found_anywhere(asks) and not Carpool.objects.get(pk=shared.pk).shared_beyond

    @pytest.mark.parametrize("column", ["withdrawn_at", "hidden_at", "paused_at"])
    def test_taken_back_hidden_or_paused_it_is_gone_at_once(self, alice, asks, column):
        shared = drives_beyond(alice)
        Listing.objects.filter(pk=shared.pk).update(**{column: timezone.now()})
        assert not found_anywhere(asks)  # before its entry is
        refresh_entries([shared.pk])
        assert not found_anywhere(asks) and not RideEntry.objects.exists()

    def test_an_edit_takes_effect_at_once(self, alice, asks):
        shared = drives_beyond(alice, weekdays=WORKDAYS)

        def edit(**own) -> None:
            with looking(alice) as viewer:
                told = QueryDict(urlencode(ride(weekdays=WORKDAYS, **own), doseq=True))
                exchanging.edit(
                    viewer=viewer, public_id=shared.public_id, category="shared_ride", title="", own=told.copy()
                )

        edit(departure="09:00", shared_beyond="on")
        assert asks.found("driver_regular_trips", every_week()) == []
        assert len(asks.found("driver_regular_trips", every_week("09:00:00"))) == 1
        edit(departure="09:00")
        assert not found_anywhere(asks, hour="09:00:00")

    def test_of_its_author_nothing_is_told(self, alice, asks):
        shared = drives_beyond(alice, weekdays=WORKDAYS)
        told = asks.ask("driver_regular_trips", every_week()).text
        home = alice.residence.location
        for word in ("Alice", str(alice.alias.public_id), f"{home.x:.4f}", f"{home.y:.5f}", "shared_beyond"):
            assert word not in told
        assert str(shared.public_id) in told  # in the link back, and nowhere else
        assert told.count(str(shared.public_id)) == 1 + len(WORKDAYS)


def found_anywhere(asks, hour: str = "07:30:00") -> list[dict]:
    """What any of the four searches finds, on the whole way of `ride`."""
    once = [one for route in ROUTES[:2] for day in (in_days(7), None) for one in asks.found(route, morning(day=day))]
    return once + [one for route in ROUTES[2:] for one in asks.found(route, every_week(hour))]
