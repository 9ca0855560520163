"""One way in: an address, a code, a name the first time; nothing tells whether an account exists."""

import re

import pytest
from django.core import mail

from scopes.models import Account
from tests.jobs import run_jobs
from tests.neighbours import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(settings):
    settings.EVEN_SECONDS = 0


def ask(client, email, **more):
    return client.post("/compte/entrer/", {"email": email, **more})


def code_sent() -> str:
    """The code in the last mail."""
    run_jobs()
    return re.search(r"\b\d{4} \d{4}\b", mail.outbox[-1].body)[0]


def enter(client, email, **more):
    assert ask(client, email, **more).headers["Location"] == "/compte/entrer/code/"
    return client.post("/compte/entrer/code/", {"code": code_sent()})


def test_a_newcomer_opens_an_account(client):
    assert enter(client, "Nina@Example.org").headers["Location"] == "/compte/ouvrir/"
    assert not Account.objects.exists()
    opened = client.post("/compte/ouvrir/", {"first_name": "Nina ", "last_name": "Le Gall", "of_age": "on"})
    assert opened.headers["Location"] == "/"
    account = Account.objects.get()
    assert (account.email, account.shown_name) == ("nina@example.org", "Nina L.")
    assert not account.has_usable_password()
    assert "Nina" in client.get("/donnees/").content.decode()


def test_someone_who_has_an_account_enters(client):
    account = person("Camille")
    assert enter(client, account.email.upper(), next="/donnees/").headers["Location"] == "/donnees/"
    assert client.session["_auth_user_id"] == str(account.pk)
    assert client.post("/compte/sortir/").headers["Location"] == "/"
    assert "_auth_user_id" not in client.session
