"""The letter for the hall: a week of what is public in a quarter, on one page, with a code that opens the quarter."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from directory.models import Listing
from directory.publishing import publish, refresh_entries
from maps import letter_page
from scopes.models import Openness
from tests.directory.around import at
from tests.neighbours import neighbour, sign_in
from tests.scopes.village import LIMIT, make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
WEST = "/ville/44109/quartier/Ouest/lettre/imprimer/"


@pytest.fixture
def village():
    return make_village()


def shop(village, title, east, *, days=1.0, **columns):
    listing = publish(
        category="bakery", title=title, municipality=village.town, location=Point(*at(east, 0)), **columns
    )
    Listing.objects.filter(pk=listing.pk).update(published_at=timezone.now() - timedelta(days=days))
    return listing


def test_a_week_of_one_quarter_is_on_the_page(client, village):
    shop(village, "Au four", 50, description="Pain au levain, " * 20)
    shop(village, "En face", LIMIT + 50)
    shop(village, "Il y a huit jours", 50, days=8)
    page = client.get(WEST).content.decode()
    assert "La semaine : Ouest" in page and "Au four" in page and "…</p>" in page
    assert "En face" not in page and "Il y a huit jours" not in page
    assert "within=neighbourhood" in page and "<svg" in page
    assert "En face" in client.get("/ville/44109/lettre/imprimer/").content.decode()


def test_paper_is_read_by_anyone_whoever_prints_it(client, village):
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["A"])
    for level in ("residence", "voisinage", "neighbourhood"):
        refresh_entries([village.post(author, level=level, title=f"Mot {level}").pk])
    opened = village.post(author, level="neighbourhood", title="Mot ouvert", openness=Openness.PUBLIC)
    refresh_entries([opened.pk])
    shop(village, "Pour le cercle", 50, openness=Openness.MEMBERS)
    sign_in(client, reader.account)
    page = client.get(WEST).content.decode()
    assert "Rien de nouveau cette semaine" in page and "Mot " not in page and "Pour le cercle" not in page


def test_more_than_a_page_is_left_to_the_code(client, village, monkeypatch):
    monkeypatch.setattr(letter_page, "MOST_PRINTED", 1)
    shop(village, "Premier", 50, days=2), shop(village, "Second", 60)
    page = client.get(WEST).content.decode()
    assert "Second" in page and "Premier" not in page and "Et d’autres" in page


def test_the_quarter_leads_to_its_letter(client, village):
    sign_in(client, neighbour("Ana", village.residences["A"]).account)
    assert WEST in client.get("/quartier/").content.decode()
    for nowhere in ("/ville/44109/quartier/Nord/lettre/imprimer/", "/ville/99999/lettre/imprimer/"):
        assert client.get(nowhere).status_code == 404
