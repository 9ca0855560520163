"""Pages of what is asked of organisations, as people use them, without JavaScript."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from directory.ask_forms import AskForm
from directory.asking import askable_by
from directory.models import Ask, AskPhoto, Case, Listing, Mailing, Post
from directory.moderating import decide
from directory.photos import MOST_BYTES
from geo.models import Residence
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level
from scopes.organisations.mandating import end
from scopes.viewing import viewer_of
from tests.directory.mandated import send
from tests.directory.picturing import CANARY, opened, picture
from tests.directory.requesting import asks, hall_of
from tests.neighbours import neighbour, person, sign_in
from tests.scopes.mandates import in_force, town_hall

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def agent():
    return person("Gil")


@pytest.fixture
def mandate(agent, village):
    return in_force(agent, [village.residences["A"]])


@pytest.fixture
def as_(client):
    """A browser in which someone has signed in, with a second factor if so wished."""

    def signed_in(someone, *, two_factors: bool = False):
        client.logout()
        sign_in(client, getattr(someone, "account", someone), two_factors=two_factors)
        return client

    return signed_in


def body(answer) -> str:
    return answer.content.decode()


def everything():
    return second_lock.opened(Residence.objects.values_list("pk", flat=True))


def photo_file(content: bytes = b"", name: str = "chez-moi-3-rue-haute.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture(), content_type="text/html")


def test_from_the_building_to_the_answer(village, alice, agent, mandate, as_):
    browser = as_(alice)
    assert "/demandes/" in body(browser.get("/immeuble/"))
    page = body(browser.get("/demandes/"))
    address = re.search(r'href="(/demandes/a/[^"]+)"', page)[1]
    assert "le nom de votre immeuble" in body(browser.get(address))
    said = {
        "title": "L’ascenseur",
        "text": "Il s’arrête.",
        "place": "Escalier B",
        "photo": photo_file(),
        "shown_to": "",
    }
    made = browser.post(address, said, follow=True)
    own = made.redirect_chain[-1][0]
    assert "C’est transmis à Syndic des Bleuets" in body(made) and "Personne d’autre" in body(made)
    assert "Pas encore de réponse" in body(made)

    office = as_(agent, two_factors=True)
    assert "/avis/demandes/" in body(office.get("/avis/"))
    listed = body(office.get("/avis/demandes/"))
    assert "Alice D." in listed and "Escalier B" in listed and "Durand" not in listed
    asked = re.search(r'href="(/avis/demandes/[0-9a-f-]{36}/)"', listed)[1]
    answered = office.post(asked, {"text": "Le technicien vient jeudi."}, follow=True)
    assert "Votre réponse est transmise" in body(answered)
    assert office.post(f"{asked}clore/", follow=True).status_code == 200

    read = body(as_(alice).get(own))
    assert "Le technicien vient jeudi." in read and "Répondue" in read and "Close" in read
    gone = as_(alice).post(f"{own}retirer/", follow=True)
    assert "C’est retiré" in body(gone) and as_(alice).get(own).status_code == 404
    assert as_(agent, two_factors=True).get(asked).status_code == 404


def test_the_inbox_needs_a_second_factor(alice, agent, mandate, as_):
    made = asks(alice, mandate)
    for path in ("/avis/demandes/", f"/avis/demandes/{made.public_id}/"):
        assert as_(agent).get(path).status_code == 302
    assert as_(agent).post(f"/avis/demandes/{made.public_id}/", {"text": "Oui."}).status_code == 302
    with everything():
        assert Ask.objects.get().answered_at is None


def test_an_organisation_without_a_mandate_is_not_there(village, alice, mandate, as_):
    bruno = neighbour("Bruno", village.residences["B"])
    said = {"title": "Bonjour", "text": "Qui êtes-vous ?"}
    keys = (mandate.organisation.handle, NOBODY)
    answers = [as_(bruno).post(f"/demandes/a/{key}/", said) for key in keys]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert body(answers[0]).replace(str(mandate.organisation.handle), NOBODY) == body(answers[1])
    zoe = as_(person("Zoé"))
    zoe.post(f"/demandes/a/{keys[0]}/", said)
    assert "Dire où j’habite" in body(zoe.get("/demandes/")), "nobody can be asked from nowhere"
    with everything():
        assert not Ask.objects.exists()


def test_a_request_is_its_authors_alone(village, alice, agent, mandate, as_):
    made = asks(alice, mandate)
    for someone in (neighbour("Anna", village.residences["A"]), agent, person("Sam", is_staff=True)):
        browser = as_(someone, two_factors=True)
        for path in ("/demandes/{}/", "/demandes/{}/retirer/"):
            ask = browser.post if "retirer" in path else browser.get
            answers = [ask(path.format(key)) for key in (made.public_id, NOBODY)]
            assert [answer.status_code for answer in answers] == [404, 404]
    for path in ("/avis/demandes/{}/", "/avis/demandes/{}/clore/"):
        browser = as_(neighbour("Anna", village.residences["A"]), two_factors=True)
        answers = [browser.post(path.format(key), {"text": "Oui."}) for key in (made.public_id, NOBODY)]
        assert [answer.status_code for answer in answers] == [404, 404]


class TestPhotos:
    @pytest.fixture
    def made(self, alice, mandate):
        return asks(alice, mandate, photo=picture())

    @pytest.fixture
    def address(self, made) -> str:
        with everything():
            return f"/demandes/photo/{AskPhoto.objects.get().public_id}/"

    def test_it_is_served_to_who_asked_and_who_was_asked_and_kept_by_nobody(self, alice, agent, address, as_):
        for browser in (as_(alice), as_(agent, two_factors=True)):
            answer = browser.get(address)
            assert answer.status_code == 200 and opened(answer.content).size == (320, 240)
            assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Cache-Control"] == "private, no-store" and "ETag" not in answer
            assert CANARY.encode() not in answer.content and "photo.jpg" in answer["Content-Disposition"]

    def test_nobody_else_finds_it(self, village, alice, agent, mandate, address, client, as_):
        absent = client.get(f"/demandes/photo/{NOBODY}/")
        assert client.get(address).status_code == absent.status_code == 404
        for someone, two_factors in (
            (neighbour("Anna", village.residences["A"]), False),
            (neighbour("Maud", village.residences["A"], moderates=True), False),
            (agent, False),
            (person("Sam", is_staff=True), True),
        ):
            assert as_(someone, two_factors=two_factors).get(address).status_code == 404, someone
        end(by=agent, mandate=mandate)
        assert as_(agent, two_factors=True).get(address).status_code == 404
        leave(membership=alice)
        assert as_(alice).get(address).status_code == 200, "it stays its author's"

    def test_neighbours_see_it_with_the_word_and_no_longer_when_that_is_hidden(self, village, alice, mandate, as_):
        asks(alice, mandate, title="Le hall", photo=picture(), shown_to="residence")
        with everything():
            photo, post = AskPhoto.objects.get(ask__title="Le hall"), Post.objects.get()
        anna = neighbour("Anna", village.residences["A"])
        address = f"/demandes/photo/{photo.public_id}/"
        assert address in body(as_(anna).get(f"/mot/{post.public_id}/")) and as_(anna).get(address).status_code == 200
        assert as_(neighbour("Bruno", village.residences["B"])).get(address).status_code == 404
        as_(anna).post(f"/signaler/{post.public_id}/", {"reason": "private"})
        maud = neighbour("Maud", village.residences["A"], moderates=True)
        with everything():
            case = Case.objects.get()
            words = {"ground": "rules", "reason": "private", "words": "On voit quelqu’un."}
            decide(viewer=viewer_of(maud.account_id), case=case, deed="hide", **words)
        assert as_(anna).get(address).status_code == 404

    def test_of_a_file_of_gigabytes_no_more_is_read_than_tells_that_it_is_too_large(self, village, alice, mandate):
        (askable,) = askable_by(viewer_of(alice.account_id).home)
        sent = {"photo": photo_file(b"x" * (MOST_BYTES + 100))}
        form = AskForm(
            {"title": "Le hall", "text": "Voir."}, sent, askable=askable, home=viewer_of(alice.account_id).home
        )
        assert form.is_valid() and len(form.columns["photo"]) == MOST_BYTES + 1

    @pytest.mark.parametrize("content", [b"<script>1</script>", picture()[:300], b"\0" * (MOST_BYTES + 1)])
    def test_what_is_no_photo_is_said_at_its_field_and_nothing_is_written(self, alice, mandate, as_, content):
        said = {"title": "Le hall", "text": "Voir.", "photo": photo_file(content), "shown_to": ""}
        answer = as_(alice).post(f"/demandes/a/{mandate.organisation.handle}/", said)
        assert answer.status_code == 400 and 'id="id_photo_error"' in body(answer) and "Voir." in body(answer)
        with everything():
            assert not Ask.objects.exists()


def test_what_was_said_to_the_quarter_has_the_answer_under_it(village, alice, as_):
    mayor = person("Maire")
    town_hall(mayor, village.town)
    made = asks(alice, hall_of(mayor), title="Le lampadaire", shown_to="neighbourhood")
    as_(mayor, two_factors=True).post(f"/avis/demandes/{made.public_id}/", {"text": "Réparé mardi."})
    inbox = body(as_(mayor, two_factors=True).get("/avis/demandes/"))
    assert "quartier Ouest" in inbox and "Alice D." in inbox
    read = body(as_(neighbour("Dora", village.residences["D"])).get(f"/mot/{made.post.public_id}/"))
    assert "Réparé mardi." in read and "Mairie d’Enfilade" in read
    assert as_(neighbour("Elsa", village.residences["E"])).get(f"/mot/{made.post.public_id}/").status_code == 404


def test_what_neighbours_answer_does_not_reach_the_organisation(village, alice, agent, mandate, as_):
    made = asks(alice, mandate, shown_to="residence")
    anna = neighbour("Anna", village.residences["A"])
    as_(anna).post(f"/mot/{made.post.public_id}/", {"text": "Canari entre voisins"})
    office = as_(agent, two_factors=True)
    pages = [office.get(path) for path in ("/avis/", "/avis/demandes/", f"/avis/demandes/{made.public_id}/")]
    assert all(page.status_code == 200 and "Canari" not in body(page) and "Anna" not in body(page) for page in pages)
    assert office.get(f"/mot/{made.post.public_id}/").status_code == 404


def test_markup_is_text_on_both_sides(alice, agent, mandate, as_):
    made = asks(alice, mandate, title="<b>Hall</b>", text="<script>1</script>", place="<i>là</i>")
    as_(agent, two_factors=True).post(f"/avis/demandes/{made.public_id}/", {"text": "<script>2</script>"})
    for page in (
        as_(alice).get(f"/demandes/{made.public_id}/"),
        as_(alice).get("/demandes/"),
        as_(agent, two_factors=True).get(f"/avis/demandes/{made.public_id}/"),
        as_(agent, two_factors=True).get("/avis/demandes/"),
    ):
        for markup in ("<b>Hall", "<script>1", "<script>2", "<i>là"):
            assert markup not in body(page)


class TestNotices:
    @pytest.fixture
    def notice(self, village, agent, mandate):
        mailing = send(agent, mandate, [village.residences["A"]])
        Mailing.objects.filter(pk=mailing.pk).update(answers_invited=True)
        with everything():
            Listing.objects.filter(notice__mailing=mailing).update(opens_at=timezone.now())
            return Listing.objects.get(notice__mailing=mailing)

    def test_an_invitation_is_answered_under_the_notice(self, alice, agent, notice, as_):
        browser = as_(alice)
        address = f"/avis/{notice.public_id}/"
        assert "Répondre à Syndic des Bleuets" in body(browser.get(address))
        assert browser.post(f"{address}repondre/", {"text": " "}).status_code == 400
        made = browser.post(f"{address}repondre/", {"text": "Toute la matinée ?"}, follow=True)
        assert "Votre réponse est transmise" in body(made) and "Personne d’autre" in body(made)
        office = as_(agent, two_factors=True)
        asked = re.search(r'href="(/avis/demandes/[0-9a-f-]{36}/)"', body(office.get("/avis/demandes/")))[1]
        assert "à propos de" in body(office.get(asked))

    def test_without_an_invitation_there_is_no_way(self, alice, notice, as_):
        Mailing.objects.update(answers_invited=False)
        assert "Répondre à" not in body(as_(alice).get(f"/avis/{notice.public_id}/"))
        answers = [as_(alice).post(f"/avis/{key}/repondre/", {"text": "Oui ?"}) for key in (notice.public_id, NOBODY)]
        assert [answer.status_code for answer in answers] == [404, 404]

    def test_next_door_finds_nothing(self, village, notice, as_):
        bruno = neighbour("Bruno", village.residences["B"])
        assert as_(bruno).post(f"/avis/{notice.public_id}/repondre/", {"text": "Oui ?"}).status_code == 404


def test_who_has_no_home_is_told_how_to_have_one(as_, mandate):
    assert "Dire où j’habite" in body(as_(person("Zoé")).get(f"/demandes/a/{mandate.organisation.handle}/"))
    assert as_(person("Zoé")).get("/demandes/").status_code == 200


def test_levels_have_words():
    from directory.ask_forms import CIRCLES

    assert set(CIRCLES) == {Level.RESIDENCE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY}
