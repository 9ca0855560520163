"""The pages of one's homes: found, proved, left; another's home does not exist."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from scopes.models import Membership
from tests.neighbours import neighbour, person
from tests.scopes.entering import building, hall_code, later, letter_code
from tests.still import still

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def signed_in(client, account):
    client.force_login(account)
    return client


def page(client, name, *args) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, name
    return answer.content.decode()


def test_a_passer_by_is_asked_to_sign_in(client, db):
    answer = client.get(reverse("homes"))
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/chez-moi/")


def test_from_an_address_to_the_request_and_no_address_in_any_url(client, home):
    signed_in(client, person("Zoé"))
    assert "Trouver ma résidence" in page(client, "homes")
    found = client.post(reverse("find-home"), {"address": "8 rue des Bleuets Villegrille"})
    assert found.status_code == 200
    assert "8 Rue des Bleuets" in found.content.decode()
    joined = client.post(reverse("join-home"), {"residence": home.key, "role": "tenant"})
    mine = Membership.objects.get()
    assert joined["Location"] == reverse("home-proofs", args=[mine.handle])
    assert mine.residence == home
    assert "Recevoir une lettre" in page(client, "home-proofs", mine.handle)


@pytest.mark.parametrize("typed", ["rue des Bleuets Villegrille", "99999 rue qui n’existe pas", "x"])
def test_an_unknown_number_is_said(client, home, typed):
    signed_in(client, person("Zoé"))
    answer = client.post(reverse("find-home"), {"address": typed})
    assert answer.status_code == 400
    assert "Nous ne trouvons pas ce numéro" in answer.content.decode()


def test_a_letter_asked_for_and_its_code_typed(client, home):
    zoe = person("Zoé")
    signed_in(client, zoe)
    client.post(reverse("join-home"), {"residence": home.key, "role": "owner"})
    mine = Membership.objects.get()
    door = re.search(r'<option value="(ban[^"]*|[^"]*_[^"]*)">', page(client, "home-proofs", mine.handle))[1]
    answer = client.post(reverse("ask-letter", args=[mine.handle]), {"address": door}, follow=True)
    assert "La lettre est demandée" in answer.content.decode()
    code = letter_code(mine)
    answer = client.post(
        reverse("enter-code"), {"code": f" {code[:5].lower()} {code[5:]}", "role": "tenant"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == reverse("homes")
    mine.refresh_from_db()
    assert mine.entered_at and mine.role == "owner"


def test_a_hall_code_asks_and_counts_in_one_go(client, home):
    neighbour("Ana", home)
    signed_in(client, person("Zoé"))
    answer = client.post(reverse("enter-code"), {"code": hall_code(home), "role": "tenant"}, follow=True)
    said = answer.content.decode()
    assert "le code affiché dans le hall" in said and "encore une, différente" in said
    assert Membership.objects.get(account__first_name="Zoé").entered_at is None


def test_wrong_codes_answer_alike_and_ten_are_enough_for_a_day(client, home):
    signed_in(client, person("Zoé"))
    for number in range(10):
        answer = client.post(reverse("enter-code"), {"code": f"AAAAA{number}", "role": "tenant"})
        assert answer.status_code == 400
        assert "Ce code n’ouvre rien ici" in answer.content.decode()
    good = hall_code(home)
    answer = client.post(reverse("enter-code"), {"code": good, "role": "tenant"})
    assert "Trop d’essais pour aujourd’hui" in answer.content.decode()


def test_before_proof_the_pages_say_the_same_of_a_full_and_of_an_empty_residence(client, toy_town):
    home, empty, zoe = building(7, 2), building(2, 2), person("Zoé")
    for number in range(5):
        neighbour(f"Voisin{number}", home)
    signed_in(client, zoe)
    told = {}
    for residence in (home, empty):
        client.post(reverse("join-home"), {"residence": residence.key, "role": "tenant"})
        mine = Membership.objects.get(account=zoe, residence=residence)
        client.post(reverse("introduce", args=[mine.handle]), {"to": "neighbours"})
        client.post(reverse("introduce", args=[mine.handle]), {"to": "keepers"})
        client.post(reverse("enter-code"), {"code": hall_code(residence), "role": "tenant"})
        told[residence.pk] = anonymous(page(client, "home-proofs", mine.handle), mine)
    assert told[home.pk] == told[empty.pk]


def anonymous(said: str, mine: Membership) -> str:
    """A page without what is the residence's own: name, doors, handle, tokens."""
    said = still(said).replace(str(mine.handle), "HANDLE")
    return re.sub(r"Rue des \w+|Allée n° \d+|<option.*?</option>", "NAME", re.sub(r"\d+ Rue", "Rue", said))


def test_anothers_home_does_not_exist(client, home):
    ana, zoe = neighbour("Ana", home), neighbour("Zoé", home)
    signed_in(client, zoe.account)
    for name in ("home-proofs", "leave-home", "household", "newcomers"):
        theirs = client.get(reverse(name, args=[ana.handle]))
        nothing = client.get(reverse(name, args=[uuid4()]))
        assert theirs.status_code == nothing.status_code == 404
        assert theirs.content == nothing.content
    for name in ("ask-letter", "introduce", "give-lot", "give-position", "choose-home", "leave-home", "household"):
        assert client.post(reverse(name, args=[ana.handle])).status_code == 404
    ana.refresh_from_db()
    assert ana.ended_at is None


def test_leaving_and_moving(client, home):
    zoe = neighbour("Zoé", home)
    signed_in(client, zoe.account)
    assert "Rien d’ici ne vous suit" in page(client, "leave-home", zoe.handle)
    answer = client.post(reverse("leave-home", args=[zoe.handle]), {"moving": ""})
    assert answer["Location"] == reverse("find-home")
    zoe.refresh_from_db()
    assert zoe.ended_at is not None
    assert client.get(reverse("home-proofs", args=[zoe.handle])).status_code == 404


def test_the_invitation_of_a_household_is_shown_once_and_opens(client, home):
    zoe = neighbour("Zoé", home)
    signed_in(client, zoe.account)
    shown = client.post(reverse("household", args=[zoe.handle])).content.decode()
    code = re.search(r'class="code">(\w{5}-\w{5})<', shown)[1]
    assert code not in page(client, "household", zoe.handle)
    lou = person("Lou")
    signed_in(client, lou)
    client.post(reverse("enter-code"), {"code": code, "role": "tenant"})
    entered = Membership.objects.get(account=lou)
    assert entered.entered_at and entered.household == zoe.household
    assert "Lou D." in page(signed_in(client, zoe.account), "household", zoe.handle)


def test_neighbours_are_asked_and_answer(client, home):
    ana, bo = neighbour("Ana", home), neighbour("Bo", home)
    zoe = person("Zoé")
    signed_in(client, zoe)
    client.post(reverse("enter-code"), {"code": hall_code(home), "role": "tenant"})
    mine = Membership.objects.get(account=zoe)
    client.post(reverse("introduce", args=[mine.handle]), {"to": "neighbours"})
    for giver in (ana, bo):
        signed_in(client, giver.account)
        assert "Zoé D." in page(client, "newcomers", giver.handle)
        answer = client.post(
            reverse("answer-newcomer", args=[giver.handle, mine.alias.public_id]), {"said": "known"}, follow=True
        )
        assert "Merci" in answer.content.decode()
    mine.refresh_from_db()
    assert mine.entered_at is not None
    signed_in(client, zoe)
    assert "Vous venez d’arriver" in page(client, "homes")
    assert client.get(reverse("newcomers", args=[mine.handle])).status_code == 404
    with later(mine.provisional_until - mine.entered_at):
        assert "Chez vous, prouvé jusqu’au" in page(client, "homes")
