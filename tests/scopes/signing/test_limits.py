"""How often one may try, and how long an answer takes."""

import itertools
import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from scipy.stats import mannwhitneyu

from scopes.signing.limits import in_even_time, sealed_key
from tests.neighbours import person
from tests.scopes.signing.door import CODE, ask

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("worked", "taken"), [(0.0, 0.1), (0.07, 0.1), (0.13, 0.2)])
def test_an_answer_takes_whole_steps(settings, worked, taken):
    settings.EVEN_SECONDS = 0.1

    @in_even_time
    def view(request):
        time.sleep(worked)
        return HttpResponse()

    began = time.monotonic()
    view(RequestFactory().post("/"))
    assert taken <= time.monotonic() - began < taken + 0.09


def test_a_mistake_takes_as_long_and_reading_does_not_wait(settings):
    settings.EVEN_SECONDS = 0.1

    @in_even_time
    def view(request):
        raise RuntimeError

    for method, least, most in (("post", 0.1, 0.2), ("get", 0.0, 0.05)):
        began = time.monotonic()
        with pytest.raises(RuntimeError):
            view(getattr(RequestFactory(), method)("/"))
        assert least <= time.monotonic() - began < most


def test_a_flood_from_one_network_holds_no_thread(settings):
    settings.EVEN_SECONDS = 0.001
    flood = [Client().post("/compte/entrer/code-imprime/", {"code": "A"}) for _ in range(61)]
    assert [answer.status_code for answer in flood] == [200] * 60 + [429]
    settings.EVEN_SECONDS = 5
    began = time.monotonic()
    assert "Attendez une minute" in Client().post("/compte/entrer/", {"email": "a@example.org"}).content.decode()
    assert time.monotonic() - began < 1
    assert Client().get("/compte/entrer/").status_code == 200
    settings.EVEN_SECONDS = 0
    assert Client(REMOTE_ADDR="192.0.2.9").post("/compte/entrer/mot-de-passe/", {}).status_code == 200


@pytest.mark.privacy
def test_what_is_remembered_of_a_network_is_sealed():
    ask(Client(REMOTE_ADDR="192.0.2.77"), "nina@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(cache_key || value, '') FROM cache")
        (held,) = cursor.fetchone()
    assert held
    assert "192.0.2.77" not in held
    assert "nina" not in held


def test_keys_differ_by_everything_that_makes_them():
    made = itertools.product(("a", "b"), ("", "p"), (1, 2))
    assert len({sealed_key(*each) for each in made}) == 8


def test_the_limits_are_one_for_all_processes():
    """Kept in the database, so that two workers count together; a crash may lose it, a backup does not hold it."""
    cache.set("x", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'cache'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.slow
@pytest.mark.privacy
def test_time_does_not_tell_whether_an_account_exists(settings):
    """T7 of privacy.md, on the two forms that could know: 1,000 pairs, without the even steps that hide the rest."""
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "", "login_failed": ""}
    account = person("Camille")
    account.set_password("correct horse battery staple")
    account.save()
    known, unknown = [], []
    for number in range(1_000):
        pair = [(account.email, known), (f"personne.{number}@example.org"[-len(account.email) :], unknown)]
        for email, taken in pair if number % 2 else reversed(pair):
            client = Client()
            began = time.perf_counter()
            ask(client, email)
            client.post(CODE, {"code": "0"})
            taken.append(time.perf_counter() - began)
    assert mannwhitneyu(known, unknown).pvalue > 0.01
