"""What is too long is refused before it is read; a NUL is refused wherever it stands."""

import inspect
import json
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLResolver, get_resolver, reverse

from config.bodies import FILES, ORDINARY, most_bytes
from scopes.models import Account

pytestmark = pytest.mark.django_db
LOGIN = "/compte/entrer/"


class Unread(BytesIO):
    """A body that nobody may begin to read."""

    def read(self, *_size):
        raise AssertionError("read")

    readline = read


def announced(client, path: str, length: object, content_type: str = "application/x-www-form-urlencoded", **more):
    """The answer to a body of which only the length is known."""
    with Unread() as unread:
        return client.generic(
            "POST", path, b"x", content_type, CONTENT_LENGTH=str(length), **{"wsgi.input": unread}, **more
        )


def patterns(within=None):
    """Every route of the URLconf."""
    for one in get_resolver().url_patterns if within is None else within:
        yield from patterns(one.url_patterns) if isinstance(one, URLResolver) else [one]


def test_every_limit_is_that_of_a_route():
    assert set(FILES) <= {pattern.name for pattern in patterns()}


def reads_files(view) -> bool:
    """Whether a view reads files, itself or by a function of its module that it calls."""
    sources = {name: inspect.getsource(one) for name, one in vars(inspect.getmodule(view)).items() if own(one, view)}
    waiting, seen = [inspect.getsource(view)], set()
    while waiting:
        source = waiting.pop()
        if "request.FILES" in source:
            return True
        called = {name for name in sources if re.search(rf"\b{name}\(", source)} - seen
        seen |= called
        waiting += [sources[name] for name in called]
    return False


def own(one: object, view) -> bool:
    return inspect.isfunction(one) and one.__module__ == view.__module__


def test_every_route_whose_view_reads_files_has_its_limit():
    views = {pattern.name: inspect.unwrap(pattern.callback) for pattern in patterns()}
    reading = {name for name, view in views.items() if not view.__module__.startswith("django.") and reads_files(view)}
    assert len(reading) > 3 and reading <= set(FILES)


@pytest.mark.parametrize("route", [None, "account_login", *FILES])
def test_a_route_takes_its_file_and_the_fields_beside_it(route):
    assert most_bytes(route) == ORDINARY + FILES.get(route, 0)


class TestTooLong:
    @pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    def test_a_person_reads_why_and_nothing_is_read(self, client, content_type):
        answer = announced(client, LOGIN, ORDINARY + 1, content_type)
        assert answer.status_code == 413
        assert "C’est trop gros : au plus 1 Mo." in answer.text and 'class="masthead"' in answer.text

    def test_in_the_language_of_the_reader(self, client):
        answer = announced(client, LOGIN, ORDINARY + 1, headers={"accept-language": "en"})
        assert "at most 1 MB" in answer.text

    def test_a_program_is_told_as_programs_are(self, client):
        answer = announced(client, reverse("notices"), ORDINARY + 1, "application/json")
        assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
        assert json.loads(answer.content)["title"] == "C’est trop gros : au plus 1 Mo."

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
    def test_whatever_is_done_with_it(self, client, method):
        assert client.generic(method, LOGIN, b"x" * (ORDINARY + 1)).status_code == 413

    def test_a_photo_may_be_longer_than_a_form(self, client):
        path = "/demandes/a/00000000-0000-4000-8000-000000000000/"
        photo = SimpleUploadedFile("a.jpg", b"x" * (2 * ORDINARY), "image/jpeg")
        assert client.post(path, {"photo": photo}).status_code == 302
        assert announced(client, path, 13_600_000, "multipart/form-data; boundary=x").status_code == 413

    @pytest.mark.parametrize("length", ["", "abc", "-1", "1e9", "٣"])
    def test_a_length_that_is_none_is_no_length(self, client, length):
        answer = client.generic("POST", LOGIN, b"", "application/x-www-form-urlencoded", CONTENT_LENGTH=length)
        assert answer.status_code == 200


class TestNul:
    @pytest.mark.parametrize("path", ["/%00/", "/ville/a%00b/", "/annonce/%00/", "/api/%00/", "/api/buildings/a%00/"])
    def test_in_an_address(self, client, path):
        assert client.get(path).status_code == 400

    @pytest.mark.parametrize("query", ["commune=%00", "%00=1", "x=1&x=a%00b"])
    def test_in_a_query_of_any_route(self, client, query):
        for path in (LOGIN, "/rien/", "/preuve/"):
            answer = client.get(f"{path}?{query}")
            assert answer.status_code == 400
            assert "Un caractère invisible (U+0000)" in answer.text

    def test_a_program_is_told_which_parameter(self, client):
        assert client.get("/api/nearby/?lat=1&q=a%00").json()["parameter"] == "q"

    def test_behind_another_encoding(self, client):
        asked = f"{LOGIN}?next=%2B%41%41%41%2D"  # "+AAA-", which is a NUL in UTF-7
        answer = client.generic("GET", asked, b"x", content_type="text/plain; charset=utf-7")
        assert answer.status_code == 400

    @pytest.mark.parametrize("fields", [{"email": "a\0@b.fr"}, {"a\0": "x"}, {"x": ["fine", "\0"]}])
    def test_in_a_field(self, client, fields):
        for path in (LOGIN, "/compte/ouvrir/"):
            assert client.post(path, fields).status_code == 400
            pairs = "&".join(f"{name}=%00" for name in fields).replace("\0", "%00")
            assert client.post(path, pairs, content_type="application/x-www-form-urlencoded").status_code == 400
        assert not Account.objects.exists()

    @pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "django_language"])
    def test_spelt_in_a_cookie(self, client, cookie):
        for path in (LOGIN, "/", "/api/listings/"):
            assert client.get(path, headers={"cookie": rf'{cookie}="a\000b"'}).status_code == 400

    def test_cookies_that_are_not_looked_at_are_not_looked_at(self, client):
        answer = client.get(reverse("notice-reasons"), headers={"cookie": r'sessionid="a\000b"'})
        assert answer.status_code != 400

    def test_the_name_of_a_file_is_no_field(self, client):
        body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a\0.txt"\r\n\r\nhi\r\n--x--\r\n'
        assert client.generic("POST", LOGIN, body, "multipart/form-data; boundary=x").status_code == 200


class TestDamaged:
    @pytest.mark.parametrize("number", [10_001, 200_000])
    def test_too_many_fields(self, client, number):
        answer = client.post(LOGIN, "&".join(["f=x"] * number), content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 400 and "a trop de champs" in answer.text

    @pytest.mark.parametrize(
        "content_type",
        ["multipart/form-data", "multipart/form-data; boundary=", "application/x-www-form-urlencoded; charset=utf-16"],
    )
    def test_a_form_that_cannot_be_read(self, client, content_type):
        answer = client.generic("POST", LOGIN, b"--x\r\nrubbish", content_type)
        assert answer.status_code == 400 and "est arrivé abîmé" in answer.text
