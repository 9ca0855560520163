"""Pages of conversations: begun from a listing, answered, kept, silenced; for anyone else nothing is there."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from directory.models import Case, Conversation, Message, MessagePhoto
from scopes import second_lock
from scopes.models import Level, Mute, Openness
from tests.directory.browsing import browser, said
from tests.directory.moderation import acting, cases, decided, reported
from tests.directory.picturing import picture
from tests.directory.speaking import say
from tests.directory.talking import begins, shows, told_between, writes
from tests.neighbours import neighbour, person
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
CANARY = "Canari secret"


@pytest.fixture
def village():
    cache.clear()
    return make_village()


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def anna(village):
    return neighbour("Anna", village.residences["A"])


@pytest.fixture
def listing(alice):
    return say(alice, Level.RESIDENCE, "Perceuse")


@pytest.fixture
def talk(anna, listing) -> Conversation:
    return begins(anna, listing, CANARY).conversation


def test_from_a_listing_to_an_answer(alice, anna, listing):
    client = browser(anna)
    page = client.get(f"/mot/{listing.public_id}/")
    assert "Écrire à Alice D." in page.text
    form = client.get(f"/messages/a/{listing.public_id}/")
    assert "Au sujet de « Perceuse »" in form.text
    answer = client.post(f"/messages/a/{listing.public_id}/", {"text": "Je peux l’emprunter ?"}, follow=True)
    assert "Je peux l’emprunter ?" in answer.text and "Alice D. et vous, Anna D." in answer.text
    assert "Lire nos messages" in client.get(f"/mot/{listing.public_id}/").text
    with second_lock.opened([alice.residence_id]):
        address = f"/messages/{Conversation.objects.get().public_id}/"
    assert client.get(f"/messages/a/{listing.public_id}/").headers["Location"] == address
    author = browser(alice)
    assert "1 message à lire" in author.get("/messages/").text
    assert "1 conversation à lire" in author.get("/quartier/").text
    assert "Je peux l’emprunter ?" in author.get(address).text
    assert "à lire" not in author.get("/messages/").text
    author.post(address, {"text": "Samedi matin."})
    assert "Samedi matin." in client.get(address).text


def test_a_list_without_anything_invites(alice):
    assert "Pas encore de messages" in browser(alice).get("/messages/").text


def test_what_is_wrong_stands_at_its_field_and_nothing_is_written(anna, listing, talk):
    client = browser(anna)
    for address, field in (
        (f"/messages/{talk.public_id}/", "text"),
        (f"/messages/{talk.public_id}/joindre/", "contact"),
    ):
        for words in ("", "a" * 2_001, "\u200b"):
            answer = client.post(address, {field: words})
            assert answer.status_code == 400 and "field-error" in answer.text
    assert told_between(anna) == [CANARY]


def test_a_contact_is_shown_and_taken_back(alice, anna, talk):
    client, address = browser(alice), f"/messages/{talk.public_id}/"
    client.post(f"{address}joindre/", {"contact": "06 12 34 56 78"})
    page = browser(anna).get(address).text
    assert 'href="tel:0612345678"' in page and "Montré à vous seulement" in page
    with second_lock.opened([alice.residence_id]):
        card = Message.objects.get(is_contact=True)
    client.post(f"/messages/repris/{card.public_id}/")
    assert "06 12" not in browser(anna).get(address).text


class TestPhotos:
    def send(self, someone, talk, *photos: bytes, text: str = "Voilà"):
        files = [SimpleUploadedFile(f"notre-entree-{n}.jpg", photo, "image/jpeg") for n, photo in enumerate(photos)]
        return browser(someone).post(f"/messages/{talk.public_id}/", {"text": text, "photos": files})

    def test_they_are_drawn_anew_shown_to_the_two_and_gone_when_taken_back(self, alice, anna, talk):
        self.send(alice, talk, picture(), picture("PNG"))
        with acting(anna):
            first, second = (photo.public_id for photo in MessagePhoto.objects.all())
            message = Message.objects.latest("pk").public_id
        page = browser(anna).get(f"/messages/{talk.public_id}/").text
        assert page.count('<img src="/messages/photo/') == 2 and "notre-entree" not in page
        photo = browser(anna).get(f"/messages/photo/{first}/")
        assert photo.headers["Content-Type"] == "image/jpeg" and photo.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in photo.headers["Cache-Control"] and b"Exif" not in photo.content
        browser(alice).post(f"/messages/repris/{message}/")
        assert {browser(anna).get(f"/messages/photo/{key}/").status_code for key in (first, second)} == {404}
        with acting(anna):
            assert not MessagePhoto.objects.exists()

    @pytest.mark.parametrize(
        "files", [[b"%PDF-1.7 x"], [b"GIF89a"], [b"<svg onload=x>"], [b"x"] * 4], ids=["pdf", "gif", "svg", "four"]
    )
    def test_what_is_no_photo_or_one_too_many_is_refused_and_nothing_is_written(self, alice, anna, talk, files):
        answer = self.send(alice, talk, *files)
        assert answer.status_code == 400 and "field-error" in answer.text and "Voilà" in answer.text
        assert told_between(anna) == [CANARY]

    def test_the_same_words_with_another_photo_are_another_message(self, alice, anna, talk):
        for photo in (picture(size=(30, 20)), picture(size=(30, 20)), picture(size=(20, 30))):
            self.send(alice, talk, photo)
        assert told_between(anna) == [CANARY, "Voilà", "Voilà"]


class TestNobodyElse:
    def others(self, village, alice):
        gone = neighbour("Félix", village.residences["A"], ended_at=timezone.now())
        moderator = neighbour("Maud", village.residences["A"], moderates=True)
        return [gone, moderator, neighbour("Bruno", village.residences["B"]), person("Sam", is_staff=True), None]

    def test_absent_and_forbidden_answer_alike(self, village, alice, anna, talk):
        with second_lock.opened([alice.residence_id]):
            message = Message.objects.get().public_id
        deeds = [(f"/messages/{{}}/{way}", talk.public_id) for way in ("", "joindre/", "silence/", "ne-plus-lire/")]
        deeds.append(("/messages/repris/{}/", message))
        for other in self.others(village, alice):
            client = browser(other, two_factors=other is not None)
            for address, key in deeds:
                nobody = uuid4()
                told, absent = (
                    client.post(address.format(one), {"text": "x", "contact": "x"}) for one in (key, nobody)
                )
                assert told.status_code == absent.status_code and told.status_code != 200
                assert said(told).replace(str(key).encode(), b"") == said(absent).replace(str(nobody).encode(), b"")
            page = client.get(f"/messages/{talk.public_id}/")
            assert page.status_code in (302, 404) and CANARY not in page.text
            assert CANARY not in client.get("/messages/", follow=True).text
        assert told_between(anna) == told_between(alice) == [CANARY] and not Mute.objects.exists()

    def test_a_listing_that_is_not_seen_is_not_written_about(self, village, listing):
        client = browser(neighbour("Bruno", village.residences["B"]))
        asked = [client.post(f"/messages/a/{key}/", {"text": "Bonjour"}) for key in (listing.public_id, uuid4())]
        assert [one.status_code for one in asked] == [404, 404]

    def test_passers_by_are_asked_who_they_are(self, listing, talk):
        for address in ("/messages/", f"/messages/{talk.public_id}/"):
            assert browser(None).get(address).status_code == 302
        assert browser(None).get(f"/messages/a/{listing.public_id}/").status_code == 404


class TestSilence:
    def test_the_other_learns_of_nothing_by_a_byte(self, alice, anna, listing, talk):
        """Read, kept quiet, no longer read: what the other sees, and what answers them, is the same."""
        address, writer = f"/messages/{talk.public_id}/", browser(anna)

        def read() -> list[bytes]:
            pages = (address, "/messages/", f"/mot/{listing.public_id}/")
            return [said(writer.get(page)) for page in pages]

        before = read()
        author = browser(alice)
        for deed in (lambda: author.get(address), lambda: author.post(f"{address}silence/"),
                     lambda: author.post(f"{address}ne-plus-lire/")):  # fmt: skip
            deed()
            assert read() == before
        assert Mute.objects.get().muted == anna.alias
        assert author.get(address).status_code == 404 and CANARY not in author.get("/messages/").text
        assert said(writer.post(address, {"text": "Allô ?"})).startswith(b"302")

    def test_who_is_never_read_begins_in_the_same_words(self, village, alice, anna, listing):
        other = neighbour("Anne", village.residences["A"])
        Mute.objects.create(account=alice.account, muted=other.alias)
        told = set()
        for someone in (anna, other):
            answer = browser(someone).post(f"/messages/a/{listing.public_id}/", {"text": "Bonjour"}, follow=True)
            assert "Votre message est là." in answer.text
            told.add(answer.status_code)
        assert told == {200}


class TestModeration:
    def test_the_staff_decide_and_no_neighbour_reads(self, village, alice, anna, talk):
        moderator = neighbour("Maud", village.residences["A"], moderates=True)
        with second_lock.opened([alice.residence_id]):
            message = Message.objects.get()
        case = reported(message, alice)
        assert (case.kind, case.text, case.author_id) == (Case.Kind.MESSAGE, CANARY, anna.alias_id)
        for address in ("/moderation/", f"/moderation/{case.public_id}/"):
            assert CANARY not in browser(moderator).get(address).text
        staff = person("Salomé", is_staff=True)
        page = browser(staff).get(f"/moderation/astreinte/{case.public_id}/").text
        assert CANARY in page and "dans un message privé" in page and "Anna" not in page
        decided(case, staff)
        assert told_between(alice) == [] and told_between(anna) == []
        assert "Un de vos messages a été masqué." in browser(anna).get(f"/messages/{talk.public_id}/").text

    def test_only_the_one_it_was_written_to_reports_it_and_no_contact_goes_into_a_case(
        self, village, alice, anna, talk
    ):
        with second_lock.opened([alice.residence_id]):
            message = Message.objects.get()
        others = (anna, neighbour("Maud", village.residences["A"], moderates=True), None)
        assert [reported(message, one) for one in others] == [None] * 3
        assert reported(shows(anna, talk, "06 12 34 56 78"), alice) is None
        assert cases() == []

    def test_a_word_in_private_is_enough_to_read_someone_no_more(self, village, alice, anna, talk):
        with acting(alice):
            message = Message.objects.get()
        browser(alice).post(f"/discretion/{message.public_id}/")
        assert Mute.objects.get().muted == anna.alias


def test_where_words_are_open_the_button_names_nobody(village, alice):
    listing = say(alice, Level.VOISINAGE, openness=Openness.PUBLIC)
    far = browser(neighbour("Elsa", village.residences["E"]))
    assert "Écrire à l’auteur" in far.get(f"/mot/{listing.public_id}/").text
    answer = far.post(f"/messages/a/{listing.public_id}/", {"text": "Bonjour"}, follow=True)
    assert "Alice" not in answer.text
    with second_lock.opened([]):
        writes(alice, Conversation.objects.get())
    assert "Alice D." in far.get("/messages/").text


def test_the_list_names_no_author_for_what_one_wrote_elsewhere(village):
    """One who writes to a nameless author is, elsewhere, a nameless author too."""
    xavier, vera, eve = (
        neighbour(name, village.residences[at]) for name, at in (("Xavier", "A"), ("Vera", "E"), ("Eve", "A"))
    )
    begins(vera, say(xavier, Level.VOISINAGE, "Ouvert", openness=Openness.PUBLIC))
    begins(eve, say(vera, Level.VOISINAGE, "Ouvert aussi", openness=Openness.PUBLIC))
    assert Conversation.objects.filter(nameless=True).count() == 2
    assert "Xavier" not in browser(vera).get("/messages/").text


def test_who_has_no_name_gets_none_by_not_being_read(village):
    xavier, vera = neighbour("Xavier", village.residences["A"]), neighbour("Vera", village.residences["E"])
    talk = begins(vera, say(xavier, Level.VOISINAGE, "Ouvert", openness=Openness.PUBLIC)).conversation
    client = browser(vera)
    answer = client.post(f"/messages/{talk.public_id}/ne-plus-lire/", follow=True)
    assert "L’autre n’en saura rien" in answer.text and "Xavier" not in answer.text
    assert "Xavier" not in client.get("/moi/discretion/").text and not Mute.objects.exists()
    assert talk.sides.get(alias=vera.alias).is_quiet
    writes(xavier, talk)
    client.post(f"/messages/{talk.public_id}/ne-plus-lire/")
    assert Mute.objects.get().muted == xavier.alias
