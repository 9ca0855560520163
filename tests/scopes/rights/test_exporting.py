"""An export tells everything about a person, and nothing of anyone else."""

import json

import pytest
from django.utils import timezone

from directory.models import Side
from geo.models import Residence
from scopes.models import Level, Mute
from scopes.rights.consenting import consent
from scopes.rights.exporting import as_json, told
from scopes.rights.registry import personal
from tests.directory.helping import asks_for_help, trusts
from tests.directory.introduced import listed, next_monday, proposes, town_hall, wants
from tests.neighbours import neighbour
from tests.scopes.rights.conversation import answered, said, talked, wrote

pytestmark = pytest.mark.django_db


@pytest.fixture
def residence(toy_town):
    return Residence.objects.filter(dwellings__gte=3).order_by("pk").first()


@pytest.fixture
def ada(residence):
    return neighbour("Ada", residence)


@pytest.fixture
def bob(residence):
    return neighbour("Bob", residence)


def test_every_part_is_there_even_empty(ada):
    parts = json.loads(as_json(ada.account))
    assert {str(known.title) for known in personal()} <= set(parts)
    assert parts["réponses"] == []


def test_of_a_conversation_one_s_own_words_and_never_when_the_other_reads(ada, bob):
    talk = talked(said(bob, "Vélo d’enfant"), ada, "Encore là ?")
    wrote(talk, bob, "Oui, au troisième.")
    Side.objects.filter(alias=bob.alias).update(read_at=timezone.now())
    parts = json.loads(as_json(ada.account))
    assert [message["text"] for message in parts["messages"]] == ["Encore là ?"]
    (told_of,) = parts["conversations"]
    assert told_of["about"] == "Vélo d’enfant"
    assert not {"read_at", "sides", "author", "asker"} & set(told_of)


def test_of_a_list_of_volunteers_what_one_said_and_no_proposal(ada, bob, residence):
    town, help_ = town_hall(residence.municipality), asks_for_help(ada)
    place = listed(*town, bob, "Bobby")
    asked = wants(ada, help_)
    with next_monday():
        proposes(*town, asked, place)
    (told_of,) = json.loads(as_json(bob.account))["listes de bénévoles de la mairie"]
    assert (told_of["called"], told_of["offers"]) == ("Bobby", ["company", "shopping"])
    assert not {"digest", "checked_by", "wanted"} & set(told_of) and "Ada" not in as_json(bob.account)


def test_of_a_helping_hand_what_was_asked_and_not_who_else_is_there(ada, bob):
    trusts(ada, asks_for_help(ada, title="Les courses du mardi"), bob)
    for someone in (ada, bob):
        (told_of,) = json.loads(as_json(someone.account))["coups de main et cercles de confiance"]
        assert told_of["title"] == "Les courses du mardi" and not {"digest", "circle"} & set(told_of)
    assert "Bob" not in as_json(ada.account)


def test_what_is_known_is_told(ada, bob):
    post = said(ada, "Perdu : un chat gris", description="Il répond à Moustache.")
    home = said(ada, "Le digicode a changé", level=Level.RESIDENCE)
    answered(said(bob, "Qui a une échelle ?"), ada, "Moi, au troisième.")
    consent(account=ada.account, use="counted")
    parts = json.loads(as_json(ada.account))
    (account,) = parts["compte"]
    assert (account["first_name"], account["email"]) == ("Ada", ada.account.email)
    (living,) = parts["domiciles"]
    assert living["residence"] == str(ada.residence)
    assert living["role"] == "locataire"
    words = {listing["title"]: listing for listing in parts["annonces et mots"]}
    assert set(words) == {post.title, home.title}
    assert words[post.title]["description"] == "Il répond à Moustache."
    assert words[home.title]["level"] == "mon immeuble"
    assert [answer["text"] for answer in parts["réponses"]] == ["Moi, au troisième."]
    assert parts["accords"][0]["withdrawn_at"] is None
    (seen,) = parts["ce que les autres voient de vous"]
    assert seen["shown_name"] == "Ada D."
    assert seen["area"]["type"] == "MultiPolygon"


def test_nothing_of_others_is_told(ada, bob):
    post = said(ada, "Perdu : un chat gris")
    answered(post, bob, "Secret de Bob.")
    answered(said(bob, "Question de Bob"), ada, "Moi.")
    Mute.objects.create(account=ada.account, muted=bob.alias)
    written = as_json(ada.account)
    for theirs in ("Bob", "Secret", bob.account.email, str(bob.alias.public_id)):
        assert theirs not in written
    (listing,) = json.loads(written)["annonces et mots"]
    assert len(listing["answers_by_someone"]) == 1


def test_what_was_said_in_a_home_long_left_is_told(ada, bob):
    answered(said(bob, "Qui a une échelle ?", level=Level.RESIDENCE), ada, "Moi, au troisième.")
    ada.delete()
    assert [answer["text"] for answer in told(ada.account)["réponses"]] == ["Moi, au troisième."]


def test_secrets_stay(ada):
    ada.account.set_password("tres-secret-canari")
    ada.account.save()
    written = as_json(ada.account)
    assert ada.account.password not in written
    assert str(ada.account.number) not in written


def test_an_export_costs_no_statement_per_other_person(ada, bob, django_assert_max_num_queries):
    for number in range(5):
        answered(said(bob, f"Question {number}"), ada, "Moi.")
    with django_assert_max_num_queries(65):
        as_json(ada.account)
