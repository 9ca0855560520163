"""The pages the law asks for: complete once the town has said who it is, and true to the code."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import Warning
from django.urls import reverse
from django.utils.html import strip_tags

from config.legal import publisher_is_named
from scopes.rights.registry import personal

pytestmark = pytest.mark.django_db
PAGES = ["legal-notice", "privacy", "accessibility"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_everyone(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert not answer.cookies
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("path", ["/", "/donnees/", "/rien/", "/imprimer/", "/compte/entrer/"])
def test_every_page_leads_there(client, path):
    page = client.get(path).content.decode()
    for name in PAGES:
        assert f'href="{reverse(name)}"' in page
    assert "Accessibilité : non conforme" in page


def test_the_notice_says_what_the_town_said_and_what_it_did_not(client, settings):
    settings.PUBLISHER = {**settings.PUBLISHER, "name": "Ville de <Villegrille>", "host": ""}
    page = client.get(reverse("legal-notice")).content.decode()
    assert "Ville de &lt;Villegrille&gt;" in page
    assert "à compléter par la ville" in page


def test_before_service_what_is_missing_is_named(settings):
    settings.PUBLISHER = dict.fromkeys(settings.PUBLISHER, "dit")
    assert publisher_is_named() == []
    settings.PUBLISHER["director"] = ""
    (warning,) = publisher_is_named()
    assert isinstance(warning, Warning)
    assert "ALENTOUR_PUBLISHER_DIRECTOR" in warning.hint


def test_the_notice_on_data_names_everything_that_is_kept(client):
    page = strip_tags(client.get(reverse("privacy")).content.decode())
    for known in personal():
        title = str(known.title)
        assert title[:1].upper() + title[1:] in page
        assert str(known.kept)[1:] in page


def test_what_the_law_keeps_is_told_as_it_is(client, settings):
    settings.HELD_IDENTITIES_KEY = ""
    assert "Ce site n’en garde aucune" in client.get(reverse("privacy")).content.decode()
    settings.HELD_IDENTITIES_KEY = "a key"
    page = client.get(reverse("privacy")).content.decode()
    assert "Ce site n’en garde aucune" not in page
    assert "garder 5 ans" in page


@pytest.mark.parametrize(("status", "said"), [("full", "totalement"), ("partial", "partiellement"), ("none", "non")])
def test_the_status_is_the_one_declared(client, settings, status, said):
    settings.ACCESSIBILITY_STATUS = status
    settings.ACCESSIBILITY_AUDIT = "" if status == "none" else "1er mars 2027, par Tanaguru"
    page = client.get(reverse("accessibility")).content.decode()
    assert f"<strong>{said} conforme</strong>" in page
    assert ("Aucun audit" in page) is (status == "none")


def test_what_a_lawyer_should_read_is_marked_where_it_stands_and_listed_once():
    """Each row of docs/legal.md names the files that bear its number, and no other file bears it."""
    root = Path(settings.BASE_DIR)
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", (root / "docs" / "legal.md").read_text(), flags=re.MULTILINE)
    listed = {(number, name) for number, files in rows for name in re.findall(r"`([^`]+)`", files)}
    marked = {
        (number, str(path.relative_to(root)))
        for app in ("geo", "scopes", "directory", "maps", "config")
        for path in (root / app).rglob("*")
        if path.suffix in (".py", ".html", ".txt") and "node_modules" not in path.parts
        for number in re.findall(r"docs/legal\.md, (\d+)", path.read_text(errors="ignore"))
    }
    assert listed == marked and [number for number, _files in rows] == [str(1 + n) for n in range(len(rows))]
