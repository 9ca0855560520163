"""One's own account: name, address, password, printed codes, and the way out everywhere."""

import pytest
from django.core import mail
from django.test import Client

from scopes.models import PrintedCode, Session
from scopes.signing.printing import print_codes, use_printed_code
from tests.jobs import run_jobs
from tests.neighbours import person
from tests.scopes.signing.door import DOOR, code_sent, wrong

pytestmark = pytest.mark.django_db

PAGES = ["", "nom/", "adresse/", "mot-de-passe/", "feuille/", "ouvrir-pour/", "second-facteur/"]
SHEET, PASSWORD, MOVE = "/compte/feuille/", "/compte/mot-de-passe/", "/compte/adresse/"
GOOD = "correct horse battery staple"


@pytest.fixture
def camille():
    return person("Camille")


@pytest.fixture
def tab(client, camille):
    client.force_login(camille)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_passer_by_is_asked_to_sign_in(client, page):
    assert client.get(f"/compte/{page}").headers["Location"] == f"{DOOR}?next=/compte/{page}"


@pytest.mark.parametrize("page", PAGES)
def test_whoever_signed_in_is_shown_the_page(tab, page):
    answer = tab.get(f"/compte/{page}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


class TestName:
    def test_it_is_corrected(self, tab, camille):
        assert tab.post("/compte/nom/", {"first_name": "Camélia", "last_name": "Durand"}).status_code == 302
        camille.refresh_from_db()
        assert camille.shown_name == "Camélia D."

    def test_a_refused_one_is_nobody_s_name_meanwhile(self, tab, camille):
        page = tab.post("/compte/nom/", {"first_name": "R2D2", "last_name": "Durand"}).content.decode()
        assert "<span>Camille</span>" in page
        assert "sans chiffre" in page


class TestAddress:
    def test_it_moves_once_the_other_is_proved(self, tab, camille):
        before = camille.email
        assert tab.post(MOVE, {"email": "Nouvelle@example.org"}).headers["Location"] == f"{MOVE}code/"
        code = code_sent()
        assert "Ce n’est pas le code" in tab.post(f"{MOVE}code/", {"code": wrong(code)}).content.decode()
        camille.refresh_from_db()
        assert camille.email == before
        assert tab.post(f"{MOVE}code/", {"code": code}).headers["Location"] == "/compte/"
        camille.refresh_from_db()
        assert camille.email == "nouvelle@example.org"
        run_jobs()
        assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([before], "Votre compte Alentour a changé d’adresse")
        assert "nouvelle@" not in mail.outbox[-1].body

    def test_that_of_another_account_is_told_to_whoever_proved_it_alone(self, tab, camille):
        other, before = person("Karim"), camille.email
        asked = tab.post(MOVE, {"email": other.email})
        assert asked.headers["Location"] == f"{MOVE}code/"
        told = tab.post(f"{MOVE}code/", {"code": code_sent()})
        assert "Un autre compte a cette adresse" in told.content.decode()
        camille.refresh_from_db()
        assert camille.email == before

    def test_a_code_for_the_door_moves_nothing(self, tab, camille):
        elsewhere = Client()
        elsewhere.post(DOOR, {"email": "nouvelle@example.org"})
        elsewhere.force_login(camille)
        assert elsewhere.post(f"{MOVE}code/", {"code": code_sent()}).headers["Location"] == MOVE


class TestPassword:
    def enter(self, email: str, password: str):
        return Client().post("/compte/entrer/mot-de-passe/", {"email": email, "password": password})

    def test_one_is_chosen_used_and_given_up(self, tab, camille):
        assert "Aucun, et il n’en faut pas" in tab.get("/compte/").content.decode()
        assert tab.post(PASSWORD, {"new_password1": GOOD, "new_password2": GOOD}).status_code == 302
        assert "Vous en avez un" in tab.get("/compte/").content.decode()
        assert self.enter(camille.email.upper(), GOOD).headers["Location"] == "/"
        assert tab.post(PASSWORD, {"without": ""}).status_code == 302
        assert self.enter(camille.email, GOOD).status_code == 200

    def test_other_browsers_are_signed_out(self, tab, camille):
        other = Client()
        other.force_login(camille)
        tab.post(PASSWORD, {"new_password1": GOOD, "new_password2": GOOD})
        assert other.get("/compte/").status_code == 302
        assert tab.get("/compte/").status_code == 200

    @pytest.mark.parametrize("weak", ["12345678", "camille", "court", "password"])
    def test_a_weak_one_is_refused(self, tab, camille, weak):
        assert tab.post(PASSWORD, {"new_password1": weak, "new_password2": weak}).status_code == 200
        camille.refresh_from_db()
        assert not camille.has_usable_password()

    @pytest.mark.privacy
    def test_nothing_tells_an_account_from_none(self, tab, camille):
        tab.post(PASSWORD, {"new_password1": GOOD, "new_password2": GOOD})
        answers = [
            self.enter(email, "wrong").content.decode().replace(email, "")
            for email in (camille.email, person("Karim").email, "personne@example.org")
        ]
        errors = [answer.count("ne vont pas ensemble, ou trop d’essais") for answer in answers]
        assert errors == [1, 1, 1]

    def test_it_cannot_be_guessed_for_long(self, tab, camille):
        tab.post(PASSWORD, {"new_password1": GOOD, "new_password2": GOOD})
        for _ in range(5):
            self.enter(camille.email, "wrong")
        assert self.enter(camille.email, GOOD).status_code == 200


class TestSheet:
    def test_each_code_opens_once_however_it_is_typed(self, camille):
        codes = print_codes(account=camille)
        assert len(set(codes)) == 10
        for typed in (codes[0], codes[1].lower(), codes[2].replace("-", ""), f" {codes[3].replace('-', ' ')} "):
            assert use_printed_code(typed=typed) == camille
            assert use_printed_code(typed=typed) is None

    def test_letters_that_look_alike_are_one(self, camille, monkeypatch):
        monkeypatch.setattr("scopes.signing.printing.secrets.choice", lambda alphabet: alphabet[0])
        monkeypatch.setattr("scopes.signing.printing.ON_A_SHEET", 1)
        assert print_codes(account=camille) == ["0000-0000-0000"]
        assert use_printed_code(typed="OOoo-OOOO-0000") == camille

    def test_a_new_sheet_takes_the_place_of_the_old_one(self, tab, camille):
        old = print_codes(account=camille)
        page = tab.post(SHEET).content.decode()
        assert use_printed_code(typed=old[0]) is None
        assert page.count("<li>") == 10
        assert "Il reste 10 codes" in tab.get("/compte/").content.decode()
        assert "<li>" not in tab.get(SHEET).content.decode()

    def test_the_database_does_not_hold_them(self, camille):
        codes = {code.replace("-", "") for code in print_codes(account=camille)}
        assert not codes & set(PrintedCode.objects.values_list("digest", flat=True))

    def test_it_opens_the_door(self, camille):
        (code, *_others), tab = print_codes(account=camille), Client()
        assert tab.post("/compte/entrer/code-imprime/", {"code": code}).headers["Location"] == "/"
        assert tab.session["_auth_user_id"] == str(camille.pk)
        again = Client().post("/compte/entrer/code-imprime/", {"code": code}).content.decode()
        never = Client().post("/compte/entrer/code-imprime/", {"code": "AAAA-AAAA-AAAA"}).content.decode()
        assert "n’ouvre rien" in again
        assert "n’ouvre rien" in never

    def test_a_network_tries_ten_a_minute(self, camille):
        codes = print_codes(account=camille)
        for _ in range(10):
            Client().post("/compte/entrer/code-imprime/", {"code": "AAAA-AAAA-AAAA"})
        assert Client().post("/compte/entrer/code-imprime/", {"code": codes[0]}).status_code == 200
        assert camille.printed_codes.unused().count() == 10


def test_leaving_everywhere_ends_every_session(tab, camille):
    other = Client()
    other.force_login(camille)
    assert Session.objects.filter(account=camille).count() == 2
    assert tab.post("/compte/sortir-partout/").headers["Location"] == "/"
    assert not Session.objects.filter(account=camille).exists()
    assert other.get("/compte/").status_code == 302


def test_who_enters_leaves_a_day_and_no_hour(camille):
    """`last_login` would be an hour; what inactivity needs is a day."""
    assert "last_login" not in {field.name for field in camille._meta.get_fields()}
