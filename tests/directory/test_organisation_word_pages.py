"""The pages of news and offers: written in three actions, read without account, refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from directory.models import News
from geo.home_sums import add_up_homes
from tests.directory.organised import news, offers, page
from tests.directory.picturing import picture
from tests.neighbours import person, sign_in
from tests.scopes.mandates import SIRETS, organisation, town_hall

pytestmark = pytest.mark.django_db
CANARY = "</title><script>alert(1)</script>"


@pytest.fixture
def ada(client):
    account = person("Ada")
    sign_in(client, account, two_factors=True)
    return account


@pytest.fixture
def hall(village, ada):
    return town_hall(ada, village.town)


@pytest.fixture
def bakery(ada):
    return organisation(ada, kind="merchant", name="Jean Pain", siret=SIRETS[3])


@pytest.fixture
def shop(village, bakery):
    return page(village.town, bakery)


def body(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


def test_news_are_read_again_given_changed_and_taken_back(client, hall):
    address = f"/organismes/{hall.handle}/actualites/"
    filled = {"title": "La piscine rouvre", "text": "Lundi.", "to": "everyone"}
    empty = body(client.get(f"{address}ajouter/"))
    assert "Vingt par mois au plus" in empty and "Il en reste 20" in empty
    again = body(client.post(f"{address}ajouter/", filled | {"preview": "1"}))
    assert "Comme on le lira" in again and not News.objects.exists()
    assert client.post(f"{address}ajouter/", filled)["Location"] == address
    made = News.objects.get()
    assert "La piscine rouvre" in body(client.get(address))
    change = f"{address}{made.public_id}/"
    assert 'value="La piscine rouvre"' in body(client.get(change))
    client.post(change, filled | {"title": "La piscine ferme"})
    assert "La piscine ferme" in body(client.get(f"/actualite/{made.public_id}/"))
    client.post(change, {"deed": "withdraw"})
    assert client.get(f"/actualite/{made.public_id}/").status_code == 404
    assert client.get(change).status_code == 404


def test_what_is_wrong_is_said_at_its_field(client, village, hall):
    address = f"/organismes/{hall.handle}/actualites/ajouter/"
    filled = {"title": "La piscine rouvre", "text": "Lundi.", "to": "everyone"}
    for wrong in ({"title": "\u200b"}, {"to": "moon"}, {"to": "quarter"}, {"website": "rien"}):
        assert "problem" in body(client.post(address, filled | wrong), 400)


def test_the_circle_of_an_association_is_told_by_public_data(client, village, ada):
    club = organisation(ada, kind="association", name="Les Amis du bal", siret="")
    seat = page(village.town, club, category="association", title="Les Amis du bal")
    filled = {"place": seat.pk, "title": "Bal", "text": "Samedi.", "to": "500m", "preview": "1"}
    add_up_homes(municipalities=[village.town.pk])
    again = body(client.post(f"/organismes/{club.handle}/actualites/ajouter/", filled))
    assert "120 logements dans ce rayon" in again


def test_news_with_a_photo_and_without_a_page(client, village, hall):
    address = f"/organismes/{hall.handle}/actualites/ajouter/"
    words = {"title": "La piscine rouvre", "text": "Lundi.", "to": "quarter", "quarter": village.west.pk, "photos": []}
    form = body(client.get(address))
    assert "à moins de" not in form, "a town hall without a page has no place to draw a circle around"
    client.post(address, words | {"photos": _file()})
    made = News.objects.get()
    assert (made.place, made.neighbourhood, made.photos.count()) == (None, village.west, 1)


def _file():
    return SimpleUploadedFile("IMG.jpg", picture(), content_type="image/jpeg")


def test_who_keeps_no_page_is_told_to(client, ada):
    club = organisation(ada, kind="association", name="Les Amis du bal", siret="")
    address = f"/organismes/{club.handle}/actualites/"
    assert "tenir votre fiche" in body(client.get(address))
    assert client.get(f"{address}ajouter/")["Location"] == address


def test_nobody_else_finds_the_way(client, ada, hall, bakery):
    made = news(ada, hall)
    assert client.get(f"/organismes/{bakery.handle}/actualites/").status_code == 404, "a shop makes offers"
    sign_in(client, person("Zoé"), two_factors=True)
    for more in ("", "ajouter/", f"{made.public_id}/"):
        assert client.get(f"/organismes/{hall.handle}/actualites/{more}").status_code == 404


def test_everyone_reads_it_and_a_link_to_it_shows_its_title_alone(client, ada, hall, bakery, shop):
    made, offered = news(ada, hall, title=CANARY, text="Le reste."), offers(ada, bakery, shop)
    members = offers(ada, bakery, shop, "Pour ici", first=8, last=9, to="town")
    client.logout()
    text = body(client.get(f"/actualite/{made.public_id}/"))
    head = text[: text.index("</head>")]
    assert "og:title" in head and "<script>alert" not in text and "Le reste." not in head
    assert "Mairie d’Enfilade" in text and "Ada" not in text
    assert "Le Fournil" in body(client.get(f"/offre/{offered.public_id}/"))
    assert client.get(f"/annonce/{offered.public_id}/")["Location"] == f"/offre/{offered.public_id}/"
    for gone in (f"/actualite/{offered.public_id}/", f"/offre/{members.public_id}/"):
        assert client.get(gone).status_code == 404


def test_the_town_and_the_page_it_speaks_from_tell_it(client, village, ada, hall, bakery, shop):
    news(ada, hall, title="La piscine rouvre")
    news(ada, hall, title="Entre nous", to="town")
    offered = offers(ada, bakery, shop, "Deux pour une")
    client.logout()
    town = body(client.get(f"/ville/{village.town.insee_code}/"))
    assert "Actualités" in town and "La piscine rouvre" in town and "Entre nous" not in town
    assert "Deux pour une" not in town, "offers are no news"
    assert f"/offre/{offered.public_id}/" in body(client.get(f"/annonce/{shop.public_id}/"))
    around = {"lat": shop.location.y, "lon": shop.location.x, "within": "500m", "q": "deux"}
    assert "Offre d’un commerçant" in body(client.get("/", around))
