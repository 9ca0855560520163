"""The second factor: set up, asked for, replaced by codes on paper; required of the staff; sealed in the database."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from config.urls import urlpatterns as every_address
from scopes.access import second_factor, staff_only
from scopes.signing.second_factor import was_shown
from tests.jobs import run_jobs
from tests.neighbours import person, sign_in
from tests.scopes.signing.door import enter

pytestmark = pytest.mark.django_db

FACTOR = "/compte/second-facteur/"


def page(request) -> HttpResponse:
    return HttpResponse("behind two doors")


urlpatterns = [*every_address, path("staff/", staff_only(page)), path("two/", second_factor(page))]


@pytest.fixture(autouse=True)
def two_pages_more(settings):
    settings.ROOT_URLCONF = "tests.scopes.signing.test_second_factor"


@pytest.fixture
def camille():
    return person("Camille")


@pytest.fixture
def tab(client, camille):
    client.force_login(camille)
    return client


def shown_by_telephone(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up(tab) -> tuple[str, list[str]]:
    """Add a second factor; return its secret and the codes on paper."""
    secret = re.search(r"<code>(\w+)</code>", tab.get(f"{FACTOR}activer/").content.decode())[1]
    done = tab.post(f"{FACTOR}activer/", {"code": shown_by_telephone(secret)})
    assert done.headers["Location"] == f"{FACTOR}secours/"
    paper = tab.get(f"{FACTOR}secours/").content.decode()
    return secret, re.findall(r"<li>(\d+)</li>", paper)


def test_it_is_asked_for_after_the_code(tab, camille):
    secret, _paper = set_up(tab)
    other = Client()
    assert enter(other, camille.email).headers["Location"] == "/compte/entrer/second-facteur/"
    assert "_auth_user_id" not in other.session
    assert other.get("/compte/").status_code == 302
    assert other.post("/compte/entrer/second-facteur/", {"code": "000000"}).status_code == 200
    cache.clear()  # a code of the telephone is good once: that of setting up was used
    assert other.post("/compte/entrer/second-facteur/", {"code": shown_by_telephone(secret)}).status_code == 302
    assert other.session["_auth_user_id"] == str(camille.pk)


def test_a_code_on_paper_replaces_the_telephone_once(tab, camille):
    _secret, paper = set_up(tab)
    assert len(paper) == 10
    for expected in (302, 200):
        other = Client()
        enter(other, camille.email)
        assert other.post("/compte/entrer/second-facteur/", {"code": paper[0]}).status_code == expected


def test_its_owner_is_told(tab, camille, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        set_up(tab)
    assert tab.post(f"{FACTOR}retirer/").status_code == 302
    run_jobs()
    said = [message.body for message in mail.outbox if message.to == [camille.email]]
    assert any("protège maintenant" in body for body in said)
    assert any("a été retiré" in body for body in said)
    assert not Authenticator.objects.exists()


@pytest.mark.privacy
def test_a_backup_tells_no_secret(tab):
    secret, paper = set_up(tab)
    held = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in held
    assert not [code for code in paper if code in held]


class TestThoseWhoRunTheSite:
    def test_without_one_they_are_led_to_set_it_up(self, client):
        client.force_login(person("Sam", is_staff=True))
        assert client.get("/staff/").headers["Location"] == FACTOR

    def test_with_one_that_was_not_shown_they_are_asked(self, tab, camille):
        _secret, paper = set_up(tab)
        camille.is_staff = True
        camille.save()
        other = Client()
        other.force_login(camille)
        asked = other.get("/staff/").headers["Location"]
        assert asked == f"{FACTOR}confirmer/?next=/staff/"
        assert other.get(asked).status_code == 200
        assert other.post(asked, {"code": paper[0], "next": "/staff/"}).headers["Location"] == "/staff/"
        assert other.get("/staff/").content == b"behind two doors"

    def test_for_everyone_else_there_is_nothing(self, client, tab):
        assert Client().get("/staff/").status_code == 404
        assert tab.get("/staff/").status_code == 404

    def test_having_shown_it_is_of_one_person_and_one_session(self, client, camille):
        sam = person("Sam", is_staff=True)
        sign_in(client, sam)
        assert client.get("/staff/").status_code == 200
        client.force_login(person("Tom", is_staff=True))
        assert client.get("/staff/").status_code == 302


def test_a_page_behind_two_doors_asks_a_passer_by_to_sign_in(client, tab):
    assert Client().get("/two/").headers["Location"] == "/compte/entrer/?next=/two/"
    assert tab.get("/two/").headers["Location"] == FACTOR


def test_a_request_without_session_has_shown_nothing(camille):
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), {}
    assert not was_shown(request)
