"""A person follows, changes, pauses and ends; in one click from a letter; with the home it is of, and the account."""

import re

import pytest
from django.contrib.gis.geos import Point
from django.core import mail
from django.utils import timezone

from directory.digests import queue_digests
from directory.errors import TooMany
from directory.follows import MOST_FOLLOWS, circle_of, follow, pause, unfollow
from directory.models import Follow
from directory.publishing import publish
from geo.errors import InvalidParameter, NotFound
from scopes.leaving import leave
from scopes.models import Account, Level
from scopes.rights.erasing import erase
from scopes.rights.exporting import told
from scopes.viewing import viewer_of
from tests.directory.around import at
from tests.directory.test_digests import ANYTHING, follows, letters, said
from tests.jobs import run_jobs
from tests.neighbours import neighbour, sign_in

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
HOW = {"rhythm": "daily", "hour": 18, "means": "mail"}


@pytest.fixture
def reader(village):
    return neighbour("Ana", village.residences["A"])


def test_pressed_twice_is_followed_once_and_changed(village, reader):
    first, again = follows(reader), follows(reader, rhythm="weekly")
    assert first.pk == again.pk and Follow.objects.get().rhythm == "weekly"
    follows(reader, categories=["bakery"])
    assert Follow.objects.count() == 2


def test_no_table_here_points_to_a_home(village, reader):
    one = follows(reader, Level.RESIDENCE)
    pointed = {field.related_model.__name__ for field in Follow._meta.concrete_fields if field.is_relation}
    assert pointed == {"Account", "Alias", "MassMessage", "Neighbourhood", "Municipality"}
    assert one.area is None and one.towns == [village.town.pk]


@pytest.mark.parametrize(("name", "value"), [("rhythm", "hourly"), ("hour", 3), ("means", "pigeon")])
def test_what_is_not_offered_is_refused_by_its_name(village, reader, name, value):
    with pytest.raises(InvalidParameter) as refused:
        follows(reader, **{name: value})
    assert refused.value.parameter == name and not Follow.objects.exists()


def test_there_is_an_end_to_what_one_follows(village, reader):
    viewer = viewer_of(reader.account_id)
    place = circle_of(viewer.home, Level.MUNICIPALITY)
    for number in range(MOST_FOLLOWS):
        follow(viewer=viewer, place=place, what=ANYTHING | {"text": f"n{number}"}, **HOW)
    with pytest.raises(TooMany):
        follow(viewer=viewer, place=place, what=ANYTHING, **HOW)


def test_another_s_is_none_of_mine(client, village, reader):
    other = follows(neighbour("Bo", village.residences["B"]))
    viewer = viewer_of(reader.account_id)
    with pytest.raises(NotFound):
        pause(viewer=viewer, handle=other.handle)
    unfollow(viewer=viewer, handle=other.handle)
    sign_in(client, reader.account)
    assert client.post(f"/moi/suivis/{other.handle}/finir/").status_code == 302
    assert client.post(f"/moi/suivis/{other.handle}/pause/").status_code == 404
    assert Follow.objects.filter(paused_at=None).count() == 1


def test_one_click_in_a_letter_stops_them_for_its_reader_alone(client, village, reader):
    author = neighbour("Bo", village.residences["C"])
    other = neighbour("Cy", village.residences["B"])
    follows(reader), follows(reader, Level.NEIGHBOURHOOD), follows(other)
    said(village, author, Level.MUNICIPALITY)
    letter = next(one for one in letters() if one.to == [reader.account.email])
    address = letter.extra_headers["List-Unsubscribe"].strip("<>")
    path = re.sub(r"^https?://[^/]+", "", address)
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert set(Follow.objects.filter(paused_at=None).values_list("account", flat=True)) == {other.account_id}
    said(village, author, Level.MUNICIPALITY, "Encore", hours_ago=0.5)
    assert [one.to for one in letters()] == [[other.account.email]]


def test_what_is_paused_goes_on_from_then(client, village, reader):
    one, author = follows(reader), neighbour("Bo", village.residences["C"])
    sign_in(client, reader.account)
    client.post(f"/moi/suivis/{one.handle}/pause/")
    said(village, author, Level.MUNICIPALITY)
    assert letters() == []
    client.post(f"/moi/suivis/{one.handle}/pause/", {"again": "1"})
    Follow.objects.update(due_at=timezone.now())
    queue_digests()
    run_jobs()
    assert mail.outbox == [], "what appeared meanwhile is not told"


def test_the_page_lists_changes_and_ends(client, village, reader):
    one = follows(reader, Level.NEIGHBOURHOOD)
    sign_in(client, reader.account)
    page = client.get("/moi/suivis/").content.decode()
    assert "Mon quartier" in page and "une fois par jour, 18 h" in page
    client.post(f"/moi/suivis/{one.handle}/", {"rhythm": "weekly", "hour": "7", "means": "mail"})
    one.refresh_from_db()
    assert (one.rhythm, one.hour) == ("weekly", 7)
    wrong = client.post(f"/moi/suivis/{one.handle}/", {"rhythm": "weekly", "hour": "3", "means": "push"})
    assert wrong.status_code == 400 and "choix valide" in wrong.content.decode()
    client.post(f"/moi/suivis/{one.handle}/finir/")
    assert "Rien pour l’instant" in client.get("/moi/suivis/").content.decode()
    assert client.get("/moi/suivis/", headers={"cookie": ""}).status_code in (200, 302)


def test_a_circle_of_my_home_is_followed_from_the_page(client, village, reader):
    sign_in(client, reader.account)
    page = client.get("/suivre/?within=neighbourhood").content.decode()
    assert "Mon quartier" in page and "M’écrire ce qui paraît" in page
    sent = {"where": "circle", "deed": "follow", "rhythm": "daily", "hour": "18", "means": "mail"}
    assert client.post("/suivre/?within=neighbourhood", sent)["Location"] == "/moi/suivis/"
    one = Follow.objects.get()
    assert (one.alias_id, one.level, one.time_zone) == (reader.alias_id, "neighbourhood", "Europe/Paris")
    wrong = client.post("/suivre/?within=neighbourhood", sent | {"hour": "4"})
    assert wrong.status_code == 400 and Follow.objects.count() == 1
    assert client.post("/suivre/?within=500m", sent).status_code == 302
    around = Follow.objects.get(alias=None).area
    assert around.covers(Point(*at(490, 0))) and around.centroid.distance(village.cells[0].location) < 1e-5
    anonymous = client.__class__().get("/suivre/?within=neighbourhood")
    assert "M’écrire ce qui paraît" not in anonymous.content.decode()


def test_a_browser_is_told_in_few_words(village, reader, monkeypatch):
    pushed = []
    monkeypatch.setattr("scopes.mass_mail.push", lambda account, said, **how: pushed.append(said) or True)
    follows(reader, means="push")
    said(village, neighbour("Bo", village.residences["C"]), Level.MUNICIPALITY, "Chat perdu")
    assert letters() == []
    (one,) = pushed
    assert one["title"] == "1 nouveauté dans ce que vous suivez" and one["body"] == "Chat perdu"
    assert one["url"].startswith("/mot/")


def test_leaving_ends_what_was_followed_from_the_home_and_erasing_all(village, reader):
    follows(reader)
    publish(category="bakery", title="Pain", municipality=village.town)
    follows(reader, place={"municipality_id": village.town.pk, "towns": [village.town.pk]})
    leave(membership=reader)
    assert Follow.objects.get().alias_id is None
    assert "ce que vous suivez" in told(reader.account)
    erase(account=reader.account)
    assert not Follow.objects.exists()


def test_who_has_no_address_is_not_written_to(village):
    alone = neighbour("Ana", village.residences["A"])
    Account.objects.filter(pk=alone.account_id).update(email=None)
    with pytest.raises(InvalidParameter) as refused:
        follows(alone)
    assert refused.value.parameter == "means"
