"""The pages of news and offers: written in three actions, read without account, refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from directory.models import Kind, News, Promotion
from directory.organisation_publishing import say_for
from tests.directory.organised import in_days, news, offer, offers, page
from tests.directory.picturing import picture
from tests.neighbours import person, sign_in
from tests.scopes.mandates import SIRETS, organisation, town_hall
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db
CANARY = "</title><script>alert(1)</script>"


@pytest.fixture
def village(db):
    return make_village()


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


def filled(shop, **columns) -> dict:
    """An offer as its form is filled in."""
    days = {"first": in_days(0).isoformat(), "last": in_days(6).isoformat()}
    return {"place": shop.pk, "title": "Deux pour une", "text": "Venez.", "to": "everyone", **days, **columns}


def body(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


def test_an_offer_is_read_again_made_changed_and_taken_back(client, bakery, shop):
    address = f"/organismes/{bakery.handle}/offres/"
    empty = body(client.get(f"{address}ajouter/"))
    assert "Quatre par mois au plus" in empty and "Il en reste 4" in empty
    again = body(client.post(f"{address}ajouter/", filled(shop, to="500m", preview="1")))
    assert "120 logements dans ce rayon" in again and not Promotion.objects.exists()
    assert client.post(f"{address}ajouter/", filled(shop, to="500m"))["Location"] == address
    made = Promotion.objects.get()
    assert "Deux pour une" in body(client.get(address))
    change = f"{address}{made.public_id}/"
    assert 'value="500m"' in body(client.get(change))
    client.post(change, filled(shop, title="Trois pour une"))
    assert "Trois pour une" in body(client.get(f"/offre/{made.public_id}/"))
    client.post(change, {"deed": "withdraw"})
    assert client.get(f"/offre/{made.public_id}/").status_code == 404
    assert client.get(change).status_code == 404


def test_what_is_wrong_is_said_at_its_field(client, bakery, shop):
    address = f"/organismes/{bakery.handle}/offres/ajouter/"
    for wrong in (
        {"last": in_days(40).isoformat()},
        {"title": "\u200b"},
        {"to": "moon"},
        {"place": "x"},
        {"to": "quarter"},
    ):
        assert "problem" in body(client.post(address, filled(shop, **wrong)), 400)
    client.post(address, filled(shop))
    refused = body(client.post(address, filled(shop, title="Encore")), 400)
    assert "une à la fois" in refused and Promotion.objects.count() == 1


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


def test_who_keeps_no_page_is_told_to(client, bakery):
    address = f"/organismes/{bakery.handle}/offres/"
    assert "tenir votre fiche" in body(client.get(address))
    assert client.get(f"{address}ajouter/")["Location"] == address


def test_nobody_else_finds_the_way(client, bakery, shop):
    made = say_for(account=bakery.actings.get().account, organisation=bakery, kind=Kind.PROMOTION, told=offer(shop))
    sign_in(client, person("Zoé"), two_factors=True)
    for more in ("", "ajouter/", f"{made.public_id}/"):
        assert client.get(f"/organismes/{bakery.handle}/offres/{more}").status_code == 404


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
