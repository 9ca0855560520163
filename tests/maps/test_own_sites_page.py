"""Sites of one's own on the page of coverage: posted with a file, told as a service is, and kept nowhere."""

import io
import json
import logging
import re
import zipfile
from html import unescape

import geopandas
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config import bodies
from directory.analysis_models import Analysis
from directory.importing import sites
from directory.keeping_analyses import findings_on, make_again
from maps import coverage_turns
from maps.coverage_files.forms import FORMS
from tests.directory.browsing import browser
from tests.maps.test_coverage_page import drawn, rows
from tests.neighbours import person
from tests.scopes.mandates import town_hall

pytestmark = pytest.mark.django_db
MARKUP = "<img src=x onerror=alert(1)>${alert(2)}"
NAMES = ("Crèche des Acacias", MARKUP, "=cmd|'/c calc'!A1")
PLACES = ((500, 500), (1_500, 500), (1_500, 1_500))


@pytest.fixture
def town(toy_town):
    return toy_town


def table(town, extra: str = "") -> bytes:
    """Three places as lines 2 to 4."""
    degrees = [town.point(*place).coords for place in PLACES]
    lines = [f'"{name}";{lat:.6f};{lon:.6f}' for name, (lon, lat) in zip(NAMES, degrees, strict=True)]
    return "\n".join(["nom;lat;lon", *lines, extra]).encode()


def given(content: bytes, name: str = "creches_2027.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def posted(client, status: int = 200, address: str = "", **fields) -> str:
    answer = client.post(address or reverse("coverage"), {"town": "77998", "within": "300m", **fields})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def form_of(html: str) -> dict[str, object]:
    """What a browser would post on with the form of the page."""
    form = html.partition('id="own"')[2].partition("</form>")[0]
    fields = {"lines": unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.DOTALL)[1])}
    for name in ("town", "named", "left_out"):
        found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', form)
        fields |= {name: unescape(found[1])} if found else {}
    return fields | {"site": re.findall(r'name="site" value="([^"]*)"', form)}


def test_who_has_no_account_chooses_a_file_and_sees(client, town):
    first = client.get(reverse("coverage"), {"town": "77998", "within": "300m"}).content.decode()
    form = first.partition('id="own"')[2].partition("</form>")[0]
    assert 'type="file"' in form and "Villegrille" in form and 'value="300m" selected' in form
    html = posted(client, file=given(table(town)))
    assert "creches 2027" in html and "3 lieux dans la commune et autour" in html
    told = rows(html)
    assert list(told) == ["Nord-Est", "Nord-Ouest", "Sud-Est", "Sud-Ouest", "Ensemble"]
    assert told["Nord-Ouest"][1] == "0" and int(told["Sud-Ouest"][1]) > 0
    marked = drawn(html, "sites")["features"]
    assert [one["geometry"]["coordinates"] for one in marked] == [
        pytest.approx(town.point(*place).coords, abs=1e-5) for place in PLACES
    ]
    assert [unescape(one["properties"]["title"]) for one in marked] == list(NAMES)
    assert "<img src=x" not in html and html.count("&lt;img src=x") > 1


def test_bad_rows_are_named_by_their_lines_and_stay_counted(client, town):
    html = posted(client, file=given(table(town, "Vide;;\nLettres;nord;ouest\n")))
    assert "2 lignes de votre liste ne comptent pas" in html
    assert "Ligne 5 : ni coordonnées ni adresse" in html and "Ligne 6 : coordonnées illisibles" in html
    again = posted(client, **form_of(html))
    assert "de votre liste ne compte" not in again and "2 de ses lignes ne comptent pas" in again


def test_what_is_asked_next_carries_the_list_on(client, town):
    first = posted(client, file=given(table(town)))
    fields = form_of(first)
    again = posted(client, **{**fields, "named": "Crèches de 2027"})
    assert rows(again) == rows(first) and "Crèches de 2027" in again
    other = posted(client, **{**fields, "within": "500m"}, file=given(table(town), "Ce sont d’autres.csv"))
    assert rows(other)["Ensemble"] != rows(first)["Ensemble"] and "Ce sont d’autres" in other


def test_a_site_more_is_added_and_taken_away(client, town):
    lon, lat = town.point(500, 1_500).coords
    fields = form_of(posted(client, file=given(table(town))))
    html = posted(client, **fields, add=f"{lat:.5f},{lon:.5f}")
    added = form_of(html)
    assert len(added["site"]) == 1 and "Avec les lieux ajoutés" in html and 'name="without"' in html
    assert len(form_of(posted(client, **added))["site"]) == 1
    assert form_of(posted(client, **added, without=added["site"][0]))["site"] == []
    refused = posted(client, 400, **fields, add="nulle part au monde")
    assert 'aria-invalid="true"' in re.search(r'<input[^>]*id="add"[^>]*>', refused)[0] and "<table" in refused
    assert form_of(refused)["lines"] == fields["lines"]


def test_the_best_next_sites_are_joined(client, town):
    fields = form_of(posted(client, file=given(table(town))))
    assert 'name="join"' not in posted(client, **fields, best="2"), "the select alone asks nothing"
    html = posted(client, **fields, best="2", look="best")
    places = re.search(r'name="join" value="([^"]+)"', html)[1]
    assert "2 meilleurs emplacements" in html and len(places.split()) == 2
    assert form_of(posted(client, **fields, join=places))["site"] == places.split()


def test_lines_are_typed_instead(client, town):
    lon, lat = town.point(500, 500).coords
    html = posted(client, lines=f"Crèche ; {lat:.6f} ; {lon:.6f}")
    assert drawn(html, "sites")["features"][0]["properties"]["title"] == "Crèche" and "Lieux donnés" in html


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "own-file"),
        ({"file": b"nom;surface\nA;12\n"}, "own-file"),
        ({"file": b"lat;lon\nnord;sud\n"}, "own-file"),
        ({"file": b"\x89PNG"}, "own-file"),
        ({"town": "", "lines": "49.0,3.0"}, "own-town"),
        ({"town": "Nulle-Part", "lines": "49.0,3.0"}, "own-town"),
        ({"within": "9km", "lines": "49.0,3.0"}, "own-within"),
        ({"lines": f"{MARKUP}\n"}, "own-file"),
    ],
)
def test_what_is_not_valid_is_said_at_its_field(client, town, fields, field):
    if "file" in fields:
        fields = {**fields, "file": given(fields["file"], f"{MARKUP}.csv")}
    html = posted(client, 400, **fields)
    assert 'aria-invalid="true"' in re.search(rf'<(?:input|select)[^>]*id="{field}"[^>]*>', html)[0]
    assert 'role="alert"' in html and "<img src=x" not in html and "<table" not in html
    if "lines" in fields:
        assert form_of(html)["lines"] == fields["lines"]


def test_a_file_that_is_too_big_is_refused_before_it_is_read(client, town, monkeypatch):
    monkeypatch.setattr(bodies, "ORDINARY", 100)
    monkeypatch.setitem(bodies.FILES, "coverage", 100)
    assert client.post(reverse("coverage"), {"town": "77998", "file": given(b"x" * 300)}).status_code == 413


def test_it_is_posted_with_the_token_of_the_page_alone(town):
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("coverage"), {"town": "77998", "lines": "49.0,3.0"}).status_code == 403
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', client.get(reverse("coverage")).content.decode())[1]
    lon, lat = town.point(500, 500).coords
    posted(client, lines=f"{lat:.6f},{lon:.6f}", csrfmiddlewaretoken=token)


def test_nothing_of_it_is_kept_or_logged(client, town, caplog):
    caplog.set_level(logging.DEBUG)
    secret = table(town, "Canari;;\n").replace("Crèche".encode(), b"Canari")
    answer = client.post(reverse("coverage"), {"town": "77998", "within": "300m", "file": given(secret, "canari.csv")})
    client.post(reverse("coverage"), {"town": "77998", "lines": "Canari;;"})
    assert answer["Cache-Control"] == "no-store" and not Analysis.objects.exists() and "sessionid" not in client.cookies
    assert not [one for one in caplog.messages if "canari" in one.lower() and "SELECT" not in one]
    assert "creches_2027" not in str(client.get(reverse("coverage")).content)


def test_everyone_reads_the_same(town):
    told = []
    for reader in (None, person("Ida")):
        html = posted(browser(reader) if reader else Client(), file=given(table(town)))
        main = html.partition("<main")[2].partition("</main>")[0]
        told.append(re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]*"|_[0-9a-f]{32}', "", main))
    assert told[0] == told[1]


def test_one_at_a_time(client, town, monkeypatch):
    monkeypatch.setattr(coverage_turns, "PATIENCE", 0.01)
    with coverage_turns.ANALYSING:
        assert "Une autre analyse" in posted(client, 503, lines="49.0,3.0")


@pytest.mark.parametrize("ending", sorted(FORMS))
def test_each_file_is_of_the_list(client, town, ending, tmp_path):
    fields = form_of(posted(client, file=given(table(town, "Vide;;\n"))))
    answer = client.post(reverse("coverage-file", args=[ending]), {**fields, "within": "300m"})
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    assert "creches-2027" in answer["Content-Disposition"] and answer["Content-Type"] == FORMS[ending].content_type
    content = answer.content
    if ending == "geojson":
        told = json.loads(content)
        places = [one["properties"] for one in told["features"] if one["properties"]["couche"] == "lieu"]
        assert [place["nom"] for place in places] == list(NAMES)
        assert told["source"].endswith("/ville/couverture/") and "1 de ses lignes ne compte pas." in told["notes"]
    elif ending == "gpkg":
        path = tmp_path / "couverture.gpkg"
        path.write_bytes(content)
        assert geopandas.read_file(path, layer="lieux").nom.tolist() == list(NAMES)
    elif ending == "html":
        assert "<img src=x" not in content.decode() and "ne sont gardés nulle part" in content.decode()
    elif ending == "pdf":
        pages = pypdfium2.PdfDocument(content)
        told = "".join(page.get_textpage().get_text_range() for page in pages)
        assert NAMES[0] in told and MARKUP in told.replace("\r\n", "") and "ne sont gardés nulle part" in told
    elif ending == "zip":
        read = zipfile.ZipFile(io.BytesIO(content)).read("LISEZ-MOI.txt").decode()
        assert "la liste « creches 2027 »" in read


@pytest.fixture
def odile(town):
    account = person("Odile")
    town_hall(account, town.municipality)
    return account


def test_a_town_hall_keeps_it_with_the_sites_and_their_names(town, odile):
    hall = browser(odile, two_factors=True)
    html = posted(hall, file=given(table(town, "Vide;;\n")))
    assert "Garder, avec ces lieux et leurs noms" in html
    keeping = {**form_of(html), "within": "300m"}
    (address,) = {hall.post(reverse("keep-coverage"), keeping)["Location"] for _twice in range(2)}
    analysis = Analysis.objects.get()
    assert analysis.site_names == list(NAMES) and address == reverse("kept-coverage", args=[analysis.public_id])
    kept = Client().get(address).content.decode()
    assert "creches 2027 à moins de 300" in kept.replace("\xa0", " ") and rows(kept) == rows(html)
    assert "<img src=x" not in kept and "&lt;img src=x" in kept and "?town=" not in kept
    assert "1 de ses lignes ne compte pas" in kept
    again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', kept))
    assert rows(posted(Client(), **{name: unescape(value) for name, value in again.items()})) == rows(html)
    make_again(account=odile, public_id=analysis.public_id)
    assert findings_on(analysis).site_names == NAMES and findings_on(analysis).left_out == 1
    told = json.loads(Client().get(f"{address}analyse.geojson").content)
    assert NAMES[0] in json.dumps(told, ensure_ascii=False) and told["source"].endswith(
        str(findings_on(analysis).made_on)
    )
    other = hall.post(reverse("keep-coverage"), {**keeping, "lines": keeping["lines"].rpartition("\n=")[0]})
    assert other["Location"] != address and Analysis.objects.count() == 2


def test_nobody_else_keeps_it_and_what_cannot_be_is_said(town, odile):
    fields = form_of(posted(Client(), file=given(table(town)))) | {"within": "300m"}
    assert browser(person("Ida"), two_factors=True).post(reverse("keep-coverage"), fields).status_code == 404
    assert "Garder, avec ces lieux" not in posted(browser(person("Ida")), file=given(table(town)))
    hall = browser(odile, two_factors=True)
    refused = hall.post(reverse("keep-coverage"), {**fields, "lines": "Vide;;"}, follow=True).content.decode()
    assert "ne peut être compté" in refused and not Analysis.objects.exists()


def test_the_limits_are_those_of_the_bodies():
    assert {bodies.FILES[name] for name in ("coverage", "coverage-file", "keep-coverage")} == {sites.MOST_BYTES}
