"""The pages of polls, asked for as people do, without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from directory.models import Poll, Vote
from scopes import second_lock
from scopes.models import Level
from tests.directory.voting import ask, end, fill, votes
from tests.neighbours import neighbour, person
from tests.still import still_page as body

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


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


def filled(**more) -> dict:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    asked = {"question": "Un composteur ?", "choices": ["Oui", "Non", "", "", "", ""], "ends_on": tomorrow}
    return {**asked, "level": "residence", **more}


def test_three_actions_ask_and_one_votes(village, alice, as_):
    browser = as_(alice)
    assert "/publier/sondage/" in body(browser.get("/publier/"))
    page = browser.post("/publier/sondage/", filled(), follow=True)
    address = page.redirect_chain[-1][0]
    assert "Un composteur ?" in body(page) and "pour l’immeuble" in body(page)
    voted = browser.post(address, {"choice": "1"}, follow=True)
    assert "Votre foyer a voté" in body(voted) and 'value="1" required checked' in body(voted)
    taken = browser.post(f"{address}reprendre/", follow=True)
    assert "retiré" in body(taken) and "checked" not in body(taken)


def test_two_lines_are_shown_and_the_others_once_they_are_written(alice, as_):
    page = body(as_(alice).get("/publier/sondage/"))
    assert page.index('id="choice-2"') < page.index("<details>") < page.index('id="choice-3"')
    assert page.count('name="choices"') == 6
    again = as_(alice).post("/publier/sondage/", filled(question="", choices=["Oui", "Non", "Peut-être"]))
    assert "<details open>" in body(again) and 'value="Peut-être"' in body(again)


def test_what_is_wrong_is_said_at_its_field_in_the_page_as_it_was(alice, as_):
    for wrong, said in (
        ({"choices": ["Oui", ""]}, "de deux à six"),
        ({"choices": ["Oui", "oui"]}, "la même chose"),
        ({"ends_on": "2020-01-01"}, "Choisissez un jour"),
        ({"ends_on": "demain"}, "form-field"),
        ({"level": "catchment"}, "field-error"),
        ({"question": ""}, "field-error"),
    ):
        answer = as_(alice).post("/publier/sondage/", filled(**wrong))
        assert answer.status_code == 400 and said in body(answer), wrong
        assert 'value="Oui"' in body(answer)
    with second_lock.opened([alice.residence_id]):
        assert not Poll.objects.exists()


@pytest.mark.parametrize("choice", ["", "x", "9", "-1", "²", "1" * 40])
def test_a_vote_for_nothing_is_refused_at_the_ballot(alice, as_, choice):
    poll = ask(alice, Level.RESIDENCE)
    answer = as_(alice).post(f"/sondage/{poll.public_id}/", {"choice": choice})
    assert answer.status_code == 400 and "Choisissez une des réponses" in body(answer)
    with second_lock.opened([alice.residence_id]):
        assert not Vote.objects.exists()


def test_markup_is_text(alice, as_):
    poll = ask(alice, Level.RESIDENCE, "<b>Oui</b> ?", choices=["<script>1</script>", '"><img src=x>'])
    page = body(as_(alice).get(f"/sondage/{poll.public_id}/"))
    assert "&lt;script&gt;1&lt;/script&gt;" in page and "<img src=x>" not in page and "<b>Oui" not in page


def test_it_stands_in_the_spaces_of_those_it_is_for(village, alice, as_):
    ask(alice, Level.RESIDENCE, "À l’immeuble ?")
    ask(alice, Level.NEIGHBOURHOOD, "Au quartier ?")
    anna, dora = (neighbour(name, village.residences[place]) for name, place in (("Anna", "A"), ("Dora", "D")))
    there = {
        (someone, space): [title for title in ("À l’immeuble ?", "Au quartier ?") if title in body(as_(who).get(space))]
        for someone, who in (("anna", anna), ("dora", dora))
        for space in ("/immeuble/", "/quartier/", "/ville/")
    }
    both = ["À l’immeuble ?", "Au quartier ?"]
    assert there == {
        ("anna", "/immeuble/"): both[:1],
        ("anna", "/quartier/"): both,
        ("anna", "/ville/"): both,
        ("dora", "/immeuble/"): [],
        ("dora", "/quartier/"): both[1:],
        ("dora", "/ville/"): both[1:],
    }


def test_before_the_end_no_number_is_on_any_page(village, alice, as_):
    poll = ask(alice, Level.RESIDENCE)
    pages = set()
    for number in (0, 7):
        fill(poll, number, 0)
        pages.add(body(as_(alice).get(f"/sondage/{poll.public_id}/")))
    assert len(pages) == 1


def test_what_came_out_is_read_inside_and_elsewhere(village, alice, as_):
    inside, outside, quiet = (
        ask(alice, level, f"{level} ?") for level in (Level.RESIDENCE, "neighbourhood", "voisinage")
    )
    fill(inside, 5, 1)
    fill(outside, 52, 3)
    fill(quiet, 12, 3)
    for poll in (inside, outside, quiet):
        end(poll)
    browser = as_(alice)
    told = body(browser.get(f"/sondage/{inside.public_id}/"))
    assert "5 foyers" in told and "1 foyer<" in told
    told = body(browser.get(f"/sondage/{outside.public_id}/"))
    assert "environ" in told and "moins de 20 foyers" in told
    assert "52" not in re.sub(r"\d+\sh\s\d+", "", told)  # it may be eight minutes to
    told = body(browser.get(f"/sondage/{quiet.public_id}/"))
    assert "Trop peu de foyers" in told and "12 foyers" not in told
    assert "lire le résultat" in body(browser.get("/quartier/"))
    late = browser.post(f"/sondage/{inside.public_id}/", {"choice": "0"})
    assert late.status_code == 409 and "terminé" in body(late)


def test_absent_and_forbidden_answer_alike(village, alice, as_):
    poll = ask(alice, Level.RESIDENCE)
    nobody = "00000000-0000-4000-8000-000000000000"
    for someone in (neighbour("Bruno", village.residences["B"]), person("Zoé")):
        browser = as_(someone)
        for path in ("/sondage/{}/", "/sondage/{}/reprendre/", "/sondage/{}/retirer/"):
            answers = [browser.post(path.format(key), {"choice": "0"}) for key in (poll.public_id, nobody)]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert body(answers[0]).replace(str(poll.public_id), nobody) == body(answers[1])


def test_who_has_no_home_is_told_how_to_have_one(as_):
    assert "Dire où j’habite" in body(as_(person("Zoé")).get("/publier/sondage/"))


@pytest.mark.parametrize(
    ("level", "space"), [("residence", "/immeuble/"), ("neighbourhood", "/quartier/"), ("municipality", "/ville/")]
)
def test_only_its_author_takes_a_poll_back_and_is_where_it_stood(village, alice, as_, level, space):
    poll = ask(alice, level)
    votes(neighbour("Anna", village.residences["A"]), poll)
    assert as_(alice).post(f"/sondage/{poll.public_id}/retirer/")["Location"] == space
    assert as_(alice).get(f"/sondage/{poll.public_id}/").status_code == 404


def test_a_poll_is_reported_and_hidden_like_a_word(village, alice, as_):
    poll = ask(alice, Level.RESIDENCE, "Qui est le plus bête ?")
    rene = neighbour("René", village.residences["A"])
    as_(rene).post(f"/signaler/{poll.public_id}/", {"reason": "hurtful"})
    maud = neighbour("Maud", village.residences["A"], moderates=True)
    queue = body(as_(maud).get("/moderation/"))
    assert "Qui est le plus bête ?" in queue
