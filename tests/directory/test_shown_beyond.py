"""The tick by which a ride is shown to other services: off, in words, and kept as it was filled in."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from directory.models import Carpool, Draft
from scopes import second_lock
from scopes.models import Level, Openness
from tests.directory.exchanged import share
from tests.directory.riding import ride
from tests.neighbours import neighbour, sign_in
from tests.scopes.village import make_village

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]
TICK = 'type="checkbox" name="shared_beyond"'
SHARE = "/publier/covoiturage/"


@pytest.fixture(scope="module")
def kept(whole_module):
    return SimpleNamespace(alice=neighbour("Alice", make_village().residences["A"]))


@pytest.fixture
def alice(kept, client, db):
    sign_in(client, kept.alice.account)
    return kept.alice


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
