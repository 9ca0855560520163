"""One way in: an address, a code, a name the first time; nothing tells whether an account exists."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as UnusedSession
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from geo.models import Residence
from scopes.models import Account, Session
from scopes.signing.forms import NameForm
from scopes.signing.opening import open_account
from scopes.signing.proof import ATTEMPTS, LIFE
from tests.neighbours import neighbour, person
from tests.scopes.signing.door import CODE, DOOR, NAMES, OPEN, ask, code_sent, enter, said, wrong

pytestmark = pytest.mark.django_db


class TestComingIn:
    def test_a_newcomer_opens_an_account(self, client):
        assert enter(client, "Nina@Example.org").headers["Location"] == OPEN
        assert not Account.objects.exists()
        opened = client.post(OPEN, NAMES | {"first_name": " Nina ", "of_age": "on"})
        assert opened.headers["Location"] == "/"
        account = Account.objects.get()
        assert (account.email, account.shown_name) == ("nina@example.org", "Nina L.")
        assert not account.has_usable_password()
        assert "Nina" in client.get("/donnees/").content.decode()

    def test_someone_who_has_an_account_enters(self, client):
        account = person("Camille")
        assert enter(client, account.email.upper(), next="/donnees/").headers["Location"] == "/donnees/"
        assert client.session["_auth_user_id"] == str(account.pk)
        assert ask(client, "autre@example.org").headers["Location"] == "/"
        assert client.post("/compte/sortir/").headers["Location"] == "/"
        assert "_auth_user_id" not in client.session

    def test_the_language_of_the_visit_becomes_that_of_the_account(self, client):
        client.cookies["django_language"] = "en"
        enter(client, "nina@example.org")
        client.post(OPEN, NAMES | {"of_age": "on"})
        assert Account.objects.get().language == "en"

    def test_a_child_is_told_that_a_parent_opens(self, client):
        enter(client, "nina@example.org")
        refused = client.post(OPEN, NAMES)
        assert "un parent ouvre le compte" in refused.content.decode()
        assert not Account.objects.exists()

    def test_an_account_that_appeared_meanwhile_is_entered(self, client):
        enter(client, "nina@example.org")
        other = open_account(email="nina@example.org", first_name="Nina", last_name="Gall", language="fr")
        client.post(OPEN, NAMES | {"of_age": "on"})
        assert Account.objects.get() == other
        assert client.session["_auth_user_id"] == str(other.pk)

    def test_a_closed_account_is_told_to_its_person_alone(self, client):
        account = person("Camille", is_active=False)
        assert enter(client, account.email).headers["Location"] == "/compte/ferme/"
        assert client.get("/compte/ferme/").status_code == 200
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize(
        "elsewhere",
        ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil", "une phrase", "account"],
    )
    def test_nobody_is_led_elsewhere(self, client, elsewhere):
        account = person("Camille")
        assert enter(client, account.email, next=elsewhere).headers["Location"] == "/"
        assert client.get("/compte/entrer/", {"next": elsewhere}).headers["Location"] == "/"

    def test_a_page_that_asks_for_an_account_is_come_back_to(self, client):
        account = person("Camille")
        sent = client.get("/compte/nom/")
        assert sent.headers["Location"] == "/compte/entrer/?next=/compte/nom/"
        page = client.get(sent.headers["Location"]).content.decode()
        assert '<input type="hidden" name="next" value="/compte/nom/">' in page
        assert enter(client, account.email, next="/compte/nom/").headers["Location"] == "/compte/nom/"


class TestCodes:
    def test_a_code_is_good_once(self, client):
        account = person("Camille")
        enter(client, account.email)
        code = code_sent()
        client.post("/compte/sortir/")
        assert client.post(CODE, {"code": code}).headers["Location"] == DOOR

    def test_a_code_is_good_where_it_was_asked_for(self, client):
        """Whoever reads a code over someone's shoulder has no use for it in another browser."""
        account, elsewhere = person("Camille"), Client()
        ask(client, account.email)
        code = code_sent()
        assert elsewhere.post(CODE, {"code": code}).headers["Location"] == DOOR
        ask(elsewhere, "autre@example.org")
        assert "Ce n’est pas le code" in elsewhere.post(CODE, {"code": code}).content.decode()

    def test_however_it_is_typed(self, client):
        account = person("Camille")
        ask(client, account.email)
        assert client.post(CODE, {"code": f" {code_sent().replace(' ', '-')}. "}).status_code == 302

    def test_the_last_code_alone_is_good(self, client):
        account = person("Camille")
        ask(client, account.email)
        first = code_sent()
        ask(client, account.email)
        assert "Ce n’est pas le code" in client.post(CODE, {"code": first}).content.decode()

    def test_mistyped_too_often_it_is_spent(self, client):
        account = person("Camille")
        ask(client, account.email)
        code = code_sent()
        for _ in range(ATTEMPTS - 1):
            assert "Ce n’est pas le code" in client.post(CODE, {"code": wrong(code)}).content.decode()
        assert "n’est plus valable" in client.post(CODE, {"code": wrong(code)}).content.decode()
        assert client.post(CODE, {"code": code}).headers["Location"] == DOOR

    @pytest.mark.parametrize("later", [LIFE + timedelta(seconds=1), -timedelta(hours=1)])
    def test_an_old_code_is_spent_and_so_is_one_when_the_clock_was_set_back(self, client, monkeypatch, later):
        account = person("Camille")
        ask(client, account.email)
        code, now = code_sent(), time.time()
        monkeypatch.setattr("scopes.signing.proof.time.time", lambda: now + later.total_seconds())
        assert client.post(CODE, {"code": code}).headers["Location"] == DOOR

    def test_no_code_stands_in_a_session(self, client):
        ask(client, "nina@example.org")
        code = code_sent().replace(" ", "")
        (session,) = Session.objects.all()
        assert code not in str(session.get_decoded())
        assert not UnusedSession.objects.exists()

    def test_a_browser_is_not_remembered_for_long_until_someone_signs_in(self, client):
        account = person("Camille")
        ask(client, account.email)
        assert client.session.get_expiry_age() <= 2 * 3600
        client.post(CODE, {"code": code_sent()})
        assert client.session.get_expiry_age() == 60 * 24 * 3600

    def test_one_address_is_not_flooded(self, client):
        """Whoever asks: three codes a minute for one address, and then silence."""
        answers = [ask(Client(), "nina@example.org") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 200, 200]
        assert "Trop de codes" in answers[-1].content.decode()
        code_sent()
        assert len(mail.outbox) == 3

    def test_one_network_does_not_flood_many_addresses(self, client):
        answers = [ask(Client(), f"nina{number}@example.org").status_code for number in range(22)]
        assert answers == [302] * 20 + [200] * 2


@pytest.mark.privacy
class TestOracle:
    def test_the_same_words_whether_an_account_exists(self, client):
        known = person("Camille").email
        unknown = "x" * (len(known) - len("@example.org")) + "@example.org"
        answers, mails = {}, {}
        for email in (known, unknown):
            browser = Client()
            asked, shown = ask(browser, email), browser.get(CODE)
            code = code_sent()
            mistyped = browser.post(CODE, {"code": "0"})
            answers[email] = [said(answer).replace(email.encode(), b"") for answer in (asked, shown, mistyped)]
            mails[email] = mail.outbox[-1].body.replace(code, "")
            assert mail.outbox[-1].to == [email]
        assert answers[known] == answers[unknown]
        assert mails[known] == mails[unknown]

    def test_nothing_is_looked_up_before_the_proof(self, client):
        """Not a difference in time, then, either: no statement reads the table of accounts."""
        account = person("Camille")
        with CaptureQueriesContext(connection) as queries:
            ask(client, account.email)
            client.get(CODE)
            client.post(CODE, {"code": "0"})
        assert not [query["sql"] for query in queries if "scopes_account" in query["sql"]]

    def test_too_many_codes_are_refused_alike(self):
        known = person("Camille").email
        for email in (known, "unknown@example.org"):
            assert [ask(Client(), email).status_code for _ in range(4)] == [302, 302, 302, 200]


class TestNames:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [("  Jean-  Luc ", "Jean- Luc"), ("N'Guyen", "N’Guyen"), ("Zoé", "Zoé"), ("Łukasz", "Łukasz"), ("李", "李")],
    )
    def test_a_name_is_kept_as_in_life(self, typed, kept):
        form = NameForm({"first_name": typed, "last_name": "Durand"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["first_name"] == kept

    @pytest.mark.parametrize(
        "typed", ["", "-", "R2D2", "http://x.fr", "<b>", "🙂", "\u202e\u3164", "Léa @ Bar", "x" * 61, "\u1a55"]
    )
    def test_what_is_no_name_is_refused(self, typed):
        assert not NameForm({"first_name": typed, "last_name": "Durand"}).is_valid()

    @given(st.text(max_size=80))
    def test_whatever_is_typed_only_letters_and_their_marks_are_kept(self, typed):
        form = NameForm({"first_name": typed, "last_name": "Durand"})
        if form.is_valid():
            name = form.cleaned_data["first_name"]
            assert any(character.isalpha() for character in name)
            assert not set(name) & set("0123456789<>@:/&\"'\n\t")


class TestPassersBy:
    """Who has no account is not looked at: pages stay as cacheable and as quick as they were."""

    @pytest.mark.parametrize("path", ["/donnees/", "/", "/rien/"])
    def test_nothing_is_remembered_of_them(self, client, path):
        answer = client.get(path)
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert 'href="/compte/entrer/"' in answer.content.decode()

    def test_a_signed_in_person_is_called_by_name(self, client, toy_town):
        member = neighbour("Monique", Residence.objects.filter(dwellings__gte=3).first())
        client.force_login(member.account)
        answer = client.get("/donnees/")
        assert "<span>Monique</span>" in answer.content.decode()
        assert answer.headers["Cache-Control"] == "private, no-store"
