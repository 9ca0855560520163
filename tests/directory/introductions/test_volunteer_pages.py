"""Pages of volunteers: the town hall's list, what a circle asks for, a volunteer's own; nothing of whose, or where."""

import pytest
from django.core.cache import cache

from directory.models import Help, HelpWanted, Volunteer
from scopes.models import Acting, Mandate
from scopes.muting import mute
from tests.directory.browsing import browser, said
from tests.directory.helping import TITLE, asks_for_help, helps_of, trusts
from tests.directory.introduced import invited, listed, next_monday, proposes, town_hall, wants
from tests.directory.speaking import looking
from tests.neighbours import neighbour, person
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def kept(whole_module) -> tuple:
    """A circle, a town hall and someone on its list, made once for the module."""
    village = make_village()
    jeanne = neighbour("Jeanne", village.residences["A"])
    asks_for_help(jeanne)
    return jeanne, town_hall(village.town)


@pytest.fixture
def jeanne(kept, db):
    cache.clear()
    return kept[0]


@pytest.fixture
def town(kept, db):
    return kept[1]


@pytest.fixture
def help_(kept, db) -> Help:
    return Help.objects.get()


def clerk(town):
    """The browser of who keeps the list, and the address of its page."""
    return browser(town[0], two_factors=True), f"/organismes/{town[1].handle}/benevoles/"


def test_from_the_invitation_to_the_circle(jeanne, town, help_):
    office, office_page = clerk(town)
    anna, keeper, circle = person("Anna"), browser(jeanne), f"/coups-de-main/{help_.public_id}/"
    assert "Quelqu’un que la mairie connaît" not in keeper.get(circle).text
    code = office.post(office_page, {"deed": "invite", "called": "Anna", "checked": "on"}).context["code"]
    assert code not in office.get(office_page).text
    own = browser(anna)
    told = {"code": code, "called": "Anna", "offers": ["shopping"], "agreed": "on"}
    assert "Vous êtes sur la liste" in own.post("/coups-de-main/benevole/", told, follow=True).text
    said_to_circle = keeper.post(f"{circle}mairie/", {"kind": "shopping"}, follow=True).text
    assert "C’est demandé" in said_to_circle and "chaque lundi" in said_to_circle
    asked = HelpWanted.objects.get()
    with next_monday():
        page = office.get(office_page).text
        assert "Des courses" in page and "semaine du" in page and "Jeanne" not in page and TITLE not in page
        sent = {"deed": f"propose {asked.public_id}", "volunteer": Volunteer.objects.get().public_id}
        assert "ne vous est pas dit" in office.post(office_page, sent, follow=True).text
        assert "On aimerait votre aide" not in own.get("/coups-de-main/").text
        shown = keeper.get(circle).text
        assert "vous présente <strong>Anna</strong>" in shown and "pièce d’identité vue" in shown
        keeper.post(f"{circle}mairie/{asked.public_id}/", {"deed": "accept"})
        assert "Pour <strong>Jeanne</strong> : des courses" in own.get("/coups-de-main/").text
        joined = own.post(f"/coups-de-main/benevole/{asked.public_id}/", {"deed": "yes"}, follow=True)
        assert TITLE in joined.text
        of_the_circle = keeper.get(circle).text
        assert "<strong>Anna</strong>" in of_the_circle and "Anna D." not in of_the_circle, "as they agreed to be shown"


def test_what_is_not_filled_in_is_said_at_its_field(jeanne, town):
    office, page = clerk(town)
    answer = office.post(page, {"deed": "invite", "called": "\u202e\u200b", "checked": "on"})
    assert answer.status_code == 400 and "form-control" in answer.text and not Volunteer.objects.exists()
    answer = office.post(page, {"deed": "invite", "called": "Anna"})
    assert answer.status_code == 400 and "Rencontrez d’abord cette personne" in answer.text
    own = browser(person("Anna"))
    answer = own.post("/coups-de-main/benevole/", {"code": "4K7QW-2M9XT", "called": "Anna", "offers": ["ride"]})
    assert answer.status_code == 400 and "Cochez si vous êtes d’accord" in answer.text
    told = {"code": "4K7QW-2M9XT", "called": "Anna", "offers": ["ride"], "agreed": "on"}
    answer = own.post("/coups-de-main/benevole/", told)
    assert answer.status_code == 400 and "Ce code n’ouvre rien ici" in answer.text


def test_who_reads_there_what_is_asked_is_told_why_they_cannot_be_of_the_list(jeanne, town):
    told = {"code": invited(*town, "Sylvie"), "called": "Sylvie", "offers": ["ride"], "agreed": "on"}
    answer = browser(town[0]).post("/coups-de-main/benevole/", told)
    assert answer.status_code == 400 and "elle ne peut pas vous présenter" in answer.text


def test_a_closed_account_is_neither_listed_nor_offered(jeanne, town, help_):
    anna = person("Annabelle")
    listed(*town, anna, "Annabelle")
    listed(*town, person("Léo"), "Léo")
    asked = wants(jeanne, help_)
    anna.is_active = False
    anna.save()
    with next_monday():
        shown = clerk(town)[0].get(clerk(town)[1]).text
    assert str(asked.public_id) in shown and "Léo" in shown and "Annabelle" not in shown


def test_a_name_is_text(jeanne, town, help_):
    listed(*town, person("Anna"), "<b>An\u202ena</b>")
    assert "&lt;b&gt;Anna&lt;/b&gt;" in clerk(town)[0].get(clerk(town)[1]).text


def test_the_list_is_its_responsible_s_alone(jeanne, town, help_):
    page, writer = clerk(town)[1], person("Paul")
    Acting.objects.create(account=writer, organisation=town[1], role=Acting.Role.WRITER)
    for someone in (writer, person("Sam", is_staff=True), jeanne):
        client = browser(someone, two_factors=True)
        theirs, absent = client.get(page), client.get(page.replace(str(town[1].handle), NOBODY))
        assert theirs.status_code == absent.status_code == 404
        assert client.post(page, {"deed": "invite", "called": "Anna", "checked": "on"}).status_code == 404
    assert browser(town[0]).get(page).status_code == 302, "behind a second factor"


def test_removed_left(jeanne, town):
    office, page = clerk(town)
    place, anna = listed(*town, anna := person("Anna")), anna
    assert "Garder" not in office.get(page).text and "un nouveau code" in office.get(page).text
    assert office.post(page, {"deed": f"renew {place.public_id}"}).status_code == 404, "a year more takes their yes"
    assert "C’est fait" in office.post(page, {"deed": f"remove {place.public_id}"}, follow=True).text
    place = listed(*town, anna)
    own = browser(anna)
    sent = {"deed": f"change {place.public_id}", "called": "Nana", "offers": ["ride"]}
    assert "sous le prénom <strong>Nana</strong>" in own.post("/coups-de-main/benevole/", sent, follow=True).text
    assert "Choisissez au moins" in own.post("/coups-de-main/benevole/", sent | {"offers": []}, follow=True).text
    left = browser(anna).post("/coups-de-main/benevole/", {"deed": f"leave {place.public_id}"}, follow=True)
    assert "vous n’êtes plus sur cette liste" in left.text and not Volunteer.objects.exists()
    for deed in (f"remove {NOBODY}", "remove x", "paint", ""):
        assert office.post(page, {"deed": deed}).status_code == 404


def test_without_a_mandate_the_page_says_so_and_lets_remove(jeanne, town, help_):
    office, page = clerk(town)
    place = listed(*town, person("Anna"))
    Mandate.objects.all().delete()
    shown = office.get(page).text
    assert (
        "Sans mandat en cours" in shown and "Présenter cette personne" not in shown and "Ajouter quelqu’un" not in shown
    )
    assert office.post(page, {"deed": "invite", "called": "Léo", "checked": "on"}).status_code == 400
    assert "Quelqu’un que la mairie connaît" not in browser(jeanne).get(f"/coups-de-main/{help_.public_id}/").text
    office.post(page, {"deed": f"remove {place.public_id}"})
    assert not Volunteer.objects.exists()


def test_who_is_late_reads_that_it_does_not_wait_whatever_it_was(jeanne, town, help_):
    office, page = clerk(town)
    place, asked = listed(*town, person("Anna")), wants(jeanne, help_)
    with next_monday():
        proposes(*town, asked, place)
        told = {
            said(office.post(page, {"deed": f"propose {key}", "volunteer": place.public_id}, follow=True))
            for key in (asked.public_id, NOBODY, help_.public_id)
        }
    assert len(told) == 1 and "n’attend plus" in told.pop().decode()


def test_a_volunteer_whom_the_person_reads_no_more_changes_no_byte_for_the_town(jeanne, town, help_):
    office, page = clerk(town)
    anna = neighbour("Anna", jeanne.residence)
    place = listed(*town, anna)
    answers = []
    for muted in (False, True):
        HelpWanted.objects.all().delete()
        if muted:
            with looking(jeanne) as viewer:
                mute(viewer=viewer, alias=anna.alias)
        asked = wants(jeanne, help_)
        with next_monday():
            sent = {"deed": f"propose {asked.public_id}", "volunteer": place.public_id}
            answers.append(said(office.post(page, sent, follow=True)))
    assert answers[0] == answers[1]


def test_what_one_asks_for_is_theirs_alone(jeanne, town, help_):
    listed(*town, person("Anna"))
    friend, stranger = neighbour("Léa", jeanne.residence), neighbour("Bob", jeanne.residence)
    trusts(jeanne, help_, friend)
    asked = wants(jeanne, help_)
    circle = f"/coups-de-main/{help_.public_id}/"
    assert "Demandé" in browser(jeanne).get(circle).text and "Demandé" not in browser(friend).get(circle).text
    for someone in (friend, stranger):
        client = browser(someone)
        for key in (asked.public_id, NOBODY):
            for way, sent in ((f"{circle}mairie/{key}/", "accept"), (f"/coups-de-main/benevole/{key}/", "yes")):
                assert client.post(way, {"deed": sent}).status_code == 404
        assert client.post(f"{circle}mairie/", {"kind": "ride"}).status_code == 404
    keeper = browser(jeanne)
    assert keeper.post(f"{circle}mairie/{asked.public_id}/", {"deed": "paint"}).status_code == 404
    assert keeper.post(f"/coups-de-main/benevole/{asked.public_id}/", {"deed": "paint"}).status_code == 404
    keeper.post(f"{circle}mairie/{asked.public_id}/", {"deed": "withdraw"})
    assert "Choisissez dans la liste" in keeper.post(f"{circle}mairie/", {"kind": "argent"}, follow=True).text


def test_the_circle_reads_that_an_introduction_is_over(jeanne, town, help_):
    anna = person("Anna")
    place = listed(*town, anna)
    help_.circle.create(account=anna, part="friend", volunteer=place, accepted_at=place.agreed_at)
    office, page = clerk(town)
    office.post(page, {"deed": f"remove {place.public_id}"})
    assert "n’est plus sur sa liste" in browser(jeanne).get(f"/coups-de-main/{help_.public_id}/").text
    assert helps_of(anna) == []


def test_a_passer_by_is_asked_to_sign_in(jeanne, town):
    for page in ("/coups-de-main/benevole/", clerk(town)[1]):
        assert browser(None).get(page).status_code == 302


def test_an_open_invitation_is_taken_back(jeanne, town):
    office, page = clerk(town)
    invited(*town, "Olga")
    assert "n’a pas encore écrit son code" in office.get(page).text
    office.post(page, {"deed": f"remove {Volunteer.objects.get().public_id}"})
    assert not Volunteer.objects.exists()
