"""Small ads: what is given, sold or looked for, at which price, with which photos."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from directory import exchanging
from directory.kinds import KINDS, facts_of
from directory.models import Classified, ListingPhoto
from directory.pausing import say_again
from directory.photos import LONGEST_SIDE, SMALL_SIDE
from geo.errors import InvalidParameter
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level, Openness
from scopes.rights.exporting import files_of
from tests.directory.exchanged import share
from tests.directory.picturing import CANARY, opened, picture
from tests.directory.speaking import looking
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

SOFA = {"slug": "annonce", "deal": "sale", "price": "40", "category": "furnishings", "title": "Canapé", "text": ""}


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def as_(client):
    """A browser in which someone has signed in."""

    def signed_in(someone):
        client.force_login(getattr(someone, "account", someone))
        return client

    return signed_in


def for_sale(alice, level: str = Level.MUNICIPALITY, **columns) -> Classified:
    return share(alice, level, "Vélo", kind="classified", **columns)


@pytest.mark.parametrize(
    ("own", "facts"),
    [
        ({"deal": "gift", "price": "", "condition": "worn"}, ["à donner", "usé, ou à réparer"]),
        ({"deal": "gift", "price": "30"}, ["à donner"]),
        ({"deal": "sale", "price": "12"}, ["12\u00a0€"]),
        ({"deal": "sale", "price": "12,5", "condition": "new"}, ["12,50\u00a0€", "neuf"]),
        ({"deal": "sale", "price": "1 200"}, ["1\u00a0200\u00a0€"]),
        ({"deal": "sale", "price": "0"}, ["0\u00a0€"]),
        ({"deal": "wanted"}, ["je cherche"]),
    ],
)
def test_a_card_says_what_becomes_of_it_and_at_which_price(alice, own, facts):
    assert facts_of(for_sale(alice, own=own)) == facts


@pytest.mark.parametrize("price", ["", "-1", "12,345", "1e9", "100001", "douze", "NaN", "\0"])
def test_what_is_for_sale_has_a_price_that_is_one(alice, price):
    with pytest.raises(InvalidParameter) as refusal:
        for_sale(alice, own={"deal": "sale", "price": price})
    assert refusal.value.parameter == "price" and not Classified.objects.exists()


def test_the_database_keeps_prices_to_what_is_for_sale(alice):
    ad = for_sale(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Classified.objects.filter(pk=ad.pk).update(deal="gift")


def test_its_price_is_there_again_to_be_changed(alice, as_):
    ad = for_sale(alice)
    page = as_(alice).get(f"/echange/{ad.public_id}/modifier/").content.decode()
    assert 'value="12,5"' in page or 'value="12,50"' in page
    as_(alice).post(f"/echange/{ad.public_id}/modifier/", SOFA | {"deal": "gift"})
    ad.refresh_from_db()
    assert (ad.deal, ad.price_cents) == ("gift", None)


class TestPhotos:
    def test_they_are_drawn_anew_and_seen_by_who_may_see_the_ad(self, village, alice, as_):
        photos = [SimpleUploadedFile(f"{CANARY}.jpg", picture(size=(2_000, 1_500))) for _ in range(2)]
        sent = as_(alice).post("/publier/annonce/", SOFA | {"level": "neighbourhood", "photos": photos}, follow=True)
        page = sent.content.decode()
        first, second = ListingPhoto.objects.all()
        assert f"/echange/photo/{first.public_id}/" in page and f"/echange/photo/{second.public_id}/petite/" in page
        assert CANARY not in page
        whole, small = (as_(alice).get(f"/echange/photo/{first.public_id}/{size}") for size in ("", "petite/"))
        assert (opened(whole.content).width, opened(small.content).width) == (LONGEST_SIDE, SMALL_SIDE)
        for answer in (whole, small):
            assert CANARY.encode() not in answer.content and answer["Cache-Control"] == "private, no-store"
        near, far = neighbour("Chloé", village.residences["C"]), neighbour("Zoé", village.residences["F"])
        assert "petite" in as_(near).get("/quartier/").content.decode()
        assert as_(near).get(f"/echange/photo/{first.public_id}/").status_code == 200
        assert as_(far).get(f"/echange/photo/{first.public_id}/").status_code == 404

    def test_those_of_a_residence_are_under_the_second_lock(self, alice):
        ad = for_sale(alice, Level.RESIDENCE, photos=[picture()])
        with looking(alice):
            assert ad.photos.get().residence_id == alice.residence_id
        with second_lock.opened([]):
            assert not ListingPhoto.objects.exists()

    @pytest.mark.parametrize("photos", [[b"no picture"], [picture()] * 5, [picture()[:400]]])
    def test_what_is_none_or_too_many_is_refused_and_nothing_kept(self, alice, photos):
        with pytest.raises(InvalidParameter) as refusal:
            for_sale(alice, photos=photos)
        assert refusal.value.parameter == "photos" and not Classified.objects.exists()

    def test_a_service_bears_one(self, alice):
        with pytest.raises(InvalidParameter):
            share(alice, photos=[picture()] * 2)
        assert KINDS["service"].most_photos == 1 == share(alice, photos=[picture()]).photos.count()

    def test_pressed_twice_they_are_there_once(self, alice):
        for_sale(alice, photos=[picture()])
        assert for_sale(alice, photos=[picture()]).photos.count() == 1

    def test_its_author_takes_some_off_and_adds_others(self, alice, as_):
        ad = for_sale(alice, photos=[picture()] * 3)
        first, second, third = ad.photos.all()
        added = [SimpleUploadedFile("autre.png", picture("PNG")) for _ in range(2)]
        own = f"/echange/{ad.public_id}/modifier/"
        full = as_(alice).post(own, SOFA | {"photos": added})
        assert full.status_code == 400 and "4 photos au plus" in full.content.decode()
        for photo in added:
            photo.seek(0)
        as_(alice).post(own, SOFA | {"photos": added, "without": [str(second.public_id), "x", str(first.public_id)]})
        assert third in ad.photos.all() and ad.photos.count() == 3, "one stayed, two came"

    def test_they_go_with_what_was_taken_back_and_into_the_archive_of_their_author(self, alice, as_):
        ad = for_sale(alice, openness=Openness.PUBLIC, photos=[picture()])
        photo = ad.photos.get()
        assert files_of(alice.account) == {f"{photo.public_id}.jpg": bytes(photo.content)}
        with looking(alice) as viewer:
            exchanging.withdraw(viewer=viewer, public_id=ad.public_id)
        assert as_(alice).get(f"/echange/photo/{photo.public_id}/").status_code == 404

    def test_said_again_from_another_home_they_come_along_under_another_name(self, village, alice):
        neighbour("Alice", village.residences["F"], account=alice.account)
        ad = for_sale(alice, photos=[picture()])
        leave(membership=alice)
        with looking(alice) as viewer:
            again = say_again(viewer=viewer, home=viewer.home, public_id=ad.public_id)
        assert again.photos.get().public_id != ad.photos.get().public_id and again.photos.get().residence_id is None
