"""Accounts opened for a child, and together with a person who cannot alone."""

import pytest
from django.test import Client

from scopes.models import Account
from tests.neighbours import person
from tests.scopes.signing.door import code_sent, wrong

pytestmark = pytest.mark.django_db

FOR = "/compte/ouvrir-pour/"
CHILD = {"whose": "child", "first_name": "Zoé", "last_name": "Durand"}
TOGETHER = {"whose": "together", "first_name": "Yvette", "last_name": "Le Du"}


@pytest.fixture
def parent():
    return person("Camille")


@pytest.fixture
def tab(client, parent):
    client.force_login(parent)
    return client


def codes_on(page) -> list[str]:
    return [line.split("<")[0] for line in page.content.decode().split("<li>")[1:]]


def test_a_child_enters_by_a_sheet_and_the_parent_stays_who_they_are(tab, parent):
    opened = tab.post(FOR, CHILD)
    zoe = Account.objects.get(first_name="Zoé")
    assert (zoe.guardian, zoe.opened_with, zoe.email) == (parent, None, None)
    codes = codes_on(opened)
    assert len(codes) == 10
    assert tab.session["_auth_user_id"] == str(parent.pk)
    tablet = Client()
    tablet.post("/compte/entrer/code-imprime/", {"code": codes[0]})
    assert tablet.session["_auth_user_id"] == str(zoe.pk)


def test_a_child_opens_no_accounts(tab, parent):
    tab.post(FOR, CHILD)
    tablet = Client()
    tablet.force_login(Account.objects.get(first_name="Zoé"))
    assert tablet.get(FOR).status_code == 404
    assert tablet.post(FOR, CHILD).status_code == 404
    assert FOR not in tablet.get("/compte/").content.decode()


def test_two_people_without_address_have_each_their_account(tab):
    tab.post(FOR, TOGETHER)
    tab.post(FOR, TOGETHER)
    assert Account.objects.filter(first_name="Yvette", email=None).count() == 2


def test_with_an_address_it_is_proved_first(tab, parent):
    asked = tab.post(FOR, TOGETHER | {"email": "Yvette@example.org"})
    assert asked.headers["Location"] == f"{FOR}code/"
    code = code_sent()
    assert "Ce n’est pas le code" in tab.post(f"{FOR}code/", {"code": wrong(code)}).content.decode()
    assert not Account.objects.filter(first_name="Yvette").exists()
    done = tab.post(f"{FOR}code/", {"code": code})
    yvette = Account.objects.get(email="yvette@example.org")
    assert (yvette.opened_with, yvette.guardian) == (parent, None)
    assert codes_on(done) == []
    assert tab.post(f"{FOR}code/", {"code": code}).headers["Location"] == FOR


def test_an_address_that_has_an_account_keeps_it(tab):
    known = person("Yvette")
    assert tab.post(FOR, CHILD | {"email": known.email}).headers["Location"] == f"{FOR}code/"
    assert "existe déjà" in tab.post(f"{FOR}code/", {"code": code_sent()}).content.decode()
    known.refresh_from_db()
    assert known.guardian is None
    assert not Account.objects.filter(first_name="Zoé").exists()


def test_a_parent_prints_again_and_lets_go_at_fifteen(tab, parent):
    old = codes_on(tab.post(FOR, CHILD))
    zoe = Account.objects.get(first_name="Zoé")
    assert "Zoé Durand" in tab.get("/compte/").content.decode()
    new = codes_on(tab.post(f"/compte/enfant/{zoe.pk}/feuille/"))
    tablet = Client()
    tablet.post("/compte/entrer/code-imprime/", {"code": old[0]})
    assert "_auth_user_id" not in tablet.session
    tablet.post("/compte/entrer/code-imprime/", {"code": new[0]})
    assert tablet.session["_auth_user_id"] == str(zoe.pk)
    tab.post(f"/compte/enfant/{zoe.pk}/quinze-ans/")
    zoe.refresh_from_db()
    assert zoe.guardian is None
    assert tab.post(f"/compte/enfant/{zoe.pk}/feuille/").status_code == 404


@pytest.mark.privacy
def test_nobody_prints_for_another_s_child_or_for_whom_they_helped(tab, parent):
    tab.post(FOR, CHILD)
    tab.post(FOR, TOGETHER)
    zoe, yvette = (Account.objects.get(first_name=name) for name in ("Zoé", "Yvette"))
    stranger = Client()
    stranger.force_login(person("Karim"))
    absent = stranger.post("/compte/enfant/999999/feuille/")
    for client, account in ((stranger, zoe), (stranger, yvette), (tab, yvette)):
        assert client.post(f"/compte/enfant/{account.pk}/feuille/").status_code == absent.status_code == 404
        assert account.printed_codes.unused().count() == 10
    stranger.post(f"/compte/enfant/{zoe.pk}/quinze-ans/")
    zoe.refresh_from_db()
    assert zoe.guardian == parent


def test_twenty_accounts_a_day(tab):
    for number in range(21):
        answer = tab.post(FOR, TOGETHER | {"last_name": "Le Du" + "x" * number})
    assert "revenez demain" in answer.content.decode()
    assert Account.objects.filter(first_name="Yvette").count() == 20


@pytest.mark.parametrize("column", ["whose", "first_name", "last_name"])
def test_nothing_is_opened_for_half_a_form(tab, column):
    assert tab.post(FOR, CHILD | {column: ""}).status_code == 200
    assert Account.objects.count() == 1
