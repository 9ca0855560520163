"""A word that must stay whole is not broken on any page; what is typed, copied or read aloud is the same word."""

import re

import pytest
from django.test import Client

from config.typography import unbroken

WHOLE = '<span class="unbroken">%s</span>'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p>Votre e-mail.</p>", f"<p>Votre {WHOLE % 'e-mail'}.</p>"),
        ("<h1>Regardez vos e-mails</h1>", f"<h1>Regardez vos {WHOLE % 'e-mails'}</h1>"),
        ("<p>E-mail\u00a0: d’e-mails</p>", f"<p>{WHOLE % 'E-mail'}\u00a0: d’{WHOLE % 'e-mails'}</p>"),
    ],
)
def test_the_word_is_kept_whole(written, shown):
    assert unbroken(written.encode()).decode() == shown


@pytest.mark.parametrize(
    "written",
    [
        "<textarea>mon e-mail</textarea>",
        "<TEXTAREA name='a'>\nmon e-mail</TEXTAREA >",
        "<title>Mon adresse e-mail</title>",
        "<option selected>e-mail</option>",
        "<script>const e = 'e-mail'</script>",
        "<style>.e-mail { color: red }</style>",
        '<svg viewBox="0 0 1 1"><text>e-mail</text></svg>',
        "<!-- e-mail -->",
        '<input value="e-mail" title="a > e-mail">',
        "<a title='a > e-mail' href=/chez-moi/voisins/e-mail/>ici</a>",
        "<p>jean.e-mail@example.org, e-mail@example.org, https://example.org/e-mail/, e-mailing</p>",
        "<p>Rien de tel.</p>",
        "",
    ],
)
def test_markup_what_is_typed_and_addresses_are_left_alone(written):
    assert unbroken(written.encode()).decode() == written


def test_what_was_escaped_stays_escaped():
    page = unbroken("<p>&lt;b&gt;e-mail&lt;/b&gt; « &quot;e-mail&quot; »</p>".encode()).decode()
    assert page.count(WHOLE % "e-mail") == 2 and "<b>" not in page


@pytest.mark.parametrize("end", ["<", "<a", '<a title="', "<!--", "<textarea>", "<a b='"])
def test_a_page_that_ends_badly_is_answered(end):
    page = unbroken((end * 300 + " e-mail").encode()).decode()
    assert page.replace(WHOLE % "e-mail", "e-mail") == end * 300 + " e-mail"


@pytest.mark.django_db
def test_pages_are_and_nothing_else_is():
    page = Client().get("/compte/entrer/")
    text = re.sub(r"<title>.*?</title>", "", page.text, flags=re.DOTALL)
    assert WHOLE % "e-mail" in text and " e-mail" not in re.sub(r"<[^>]*>", "", text.replace(WHOLE % "e-mail", ""))
    assert int(page.headers["Content-Length"]) == len(page.content)
    schema = Client().get("/api/schema/")
    assert b"unbroken" not in schema.content
