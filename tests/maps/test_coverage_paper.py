"""The report on A4 and the picture: what they say is what the page says, read back from the paper and the pixels."""

import io
import re
from datetime import timedelta

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image

from directory.findings import NamedGap
from directory.models import Listing
from geo.models import Building, Neighbourhood, Street
from maps.coverage_files import paper, plan
from maps.coverage_files.about import about
from maps.coverage_files.paper import document_of, report
from maps.coverage_files.picture import picture
from maps.coverage_files.plan import GAP, SHARES, Frame
from maps.coverage_map import shade
from maps.wording import grouped, percent
from scopes.moments import day
from tests.maps.covering import QUERY, found, kept_by, with_bakery
from tests.neighbours import person
from tests.scopes.mandates import town_hall
from tests.scopes.test_paper import words_of

pytestmark = pytest.mark.django_db
PATH = f"/ville/couverture/?{QUERY}"


@pytest.fixture
def town(toy_town):
    return with_bakery(toy_town)


def read(content: bytes) -> list[str]:
    """The words of each sheet."""
    return [words_of(page) for page in pypdfium2.PdfDocument(content)]


def printed(query: str = QUERY) -> str:
    findings = found(query)
    return " ".join(read(report(findings, about(findings, PATH))))


def said(words: str) -> str:
    """Words as paper has them, whose spaces are all alike."""
    return re.sub(r"\s", " ", words)


def colour_near(image: Image.Image, colour) -> int:
    """How many pixels have about this colour."""
    target = np.array([round(255 * part) for part in colour.rgb()])
    return int((np.abs(np.asarray(image.convert("RGB")).astype(int) - target).max(axis=2) <= 12).sum())


def test_the_report_says_what_the_page_says(client, town):
    answer = client.get(f"/ville/couverture/analyse.pdf?{QUERY}")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    first, *others = read(answer.content)
    told = found()
    share = percent(told.whole.homes.percent)
    assert said(f"{share} des logements de Villegrille en ont à moins de 500 m.") in said(first).replace("  ", " ")
    assert QUERY in first and "Fait le" in first
    rest = said(" ".join(others))
    for row in told.by["quartier"]:
        numbers = " ".join((percent(row.homes.percent), grouped(row.homes.served), grouped(row.homes.total)))
        assert said(f"{row.areas[0]} {numbers}") in rest
    assert said(f"Ensemble {share} {grouped(told.whole.homes.served)} {grouped(told.whole.homes.total)}") in rest
    for gap in told.gaps:
        assert said(grouped(gap.homes)) in rest
    assert "Licence Ouverte" in rest and "vol d’oiseau" in rest


def test_its_code_leads_to_its_page(client, town):
    account = person("Odile")
    town_hall(account, town.municipality)
    analysis = kept_by(account)
    answer = client.get(f"/ville/couverture/{analysis.public_id}/analyse.pdf")
    page = pypdfium2.PdfDocument(answer.content)[0]
    (square,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert square.text.endswith(f"/ville/couverture/{analysis.public_id}/?du={timezone.localdate()}")
    assert client.get(square.text.partition("/ville/")[2].join(["/ville/", ""])).status_code == 200


def test_the_file_has_its_title_its_language_and_its_typeface(town):
    findings = found()
    content = report(findings, about(findings, PATH))
    document = pypdfium2.PdfDocument(content)
    assert document.get_metadata_value("Title").startswith("Boulangerie") and b"/Lang" in content
    fonts = {text.get_font().get_base_name() for text in document[0].get_objects() if hasattr(text, "get_font")}
    assert fonts and all("AtkinsonHyperlegible" in name for name in fonts)
    assert document[0].get_size() == pytest.approx((595.3, 841.9), abs=0.1)


@pytest.mark.slow
def test_the_map_has_the_colours_of_the_classes_and_of_the_gaps(town):
    findings = found()
    image = Image.open(io.BytesIO(picture(findings, about(findings, PATH))))
    classes = {shade(row.homes.percent) for row in findings.by["quartier"]}
    assert len(classes) > 1
    legend = 3_000
    for number, colour in enumerate(SHARES):
        assert (colour_near(image, colour) > legend) == (number in classes), number
        assert colour_near(image, colour) > 500, "the legend keeps the colour of a class that is nowhere"
    assert colour_near(image, GAP) > 500
    assert (
        image.width == 1_432 and image.info["Title"].startswith("Boulangerie") and "Licence" in image.info["Copyright"]
    )
    assert QUERY in image.info["Source"]


def test_the_picture_ends_below_its_legend(client, town):
    answer = client.get(f"/ville/couverture/analyse.png?{QUERY}")
    image = Image.open(io.BytesIO(answer.content))
    assert answer["Content-Type"] == "image/png" and zxingcpp.read_barcodes(image) == []
    lowest = np.asarray(image.convert("L"))[-8:]
    assert lowest.min() > 240, "nothing is cut"


def test_places_fall_where_they_are(town):
    findings = found()
    frame = Frame.around(findings, 20, 40, width=170, height=100)
    (x, y), *_others = frame.points(findings.corners)
    assert frame.left < x < frame.left + frame.width and frame.bottom < y < frame.bottom + frame.height
    one, other = frame.points(np.array([town.point(0, 0).coords, town.point(1_000, 0).coords]))
    assert other[0] - one[0] == pytest.approx(1_000 * frame.scale, rel=0.003)


def test_on_foot_open_and_proposed_are_said(town):
    tomorrow = timezone.localdate() + timedelta(days=1)
    longitude, latitude = town.point(1_500, 1_500).coords
    site = f"{latitude:.5f},{longitude:.5f}"
    words = printed(f"town=77998&within=10min-slow&open_at={tomorrow}T08:00&site={site}")
    assert (
        "10 min à pied, d’un pas lent" in said(words)
        and f"Ouvert {day(tomorrow)}" in words
        and "qui n’existe pas" in said(words)
        and "un lieu ajouté" in words
    )


def test_what_proposed_sites_change_is_printed(town):
    longitude, latitude = town.point(1_500, 1_500).coords
    query = f"{QUERY}&site={latitude:.5f},{longitude:.5f}"
    gained = found(query).whole.homes.served - found().whole.homes.served
    words = said(printed(query)).partition("Avec les lieux ajoutés")[2].partition("Par quartier")[0]
    assert "Logements gagnés" in words and re.search(rf"Ensemble \d+ % \d+ % {gained}\b", words)


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_a_name_gives_way_to_a_proposed_site(town, quarter):
    """Wherever the site is, its letter and the names of the four quarters are all on the sheet, none over another."""
    longitude, latitude = town.point(500 + 1_000 * (quarter % 2), 500 + 1_000 * (quarter // 2)).coords
    words = printed(f"{QUERY}&site={latitude:.5f},{longitude:.5f}").split("Fait le")[1].split("0 à 25")[0]
    assert re.search(r"\bA\b", words)
    assert all(area.name in words for row in found().by["quartier"] for area in row.areas)


def test_a_town_without_quarters_has_a_report_too(town):
    Neighbourhood.objects.all().delete()
    words = said(printed())
    assert "Toute la commune" in words and "Ensemble" in words


def test_without_gaps_it_says_so(town):
    assert "n’est trop loin" in printed("town=77998&within=5km")


def test_many_gaps_end_in_a_line(town, monkeypatch):
    monkeypatch.setattr(paper, "MOST_GAPS", 1)
    told = found()
    object.__setattr__(told, "gaps", [*told.gaps, NamedGap(told.gaps[0].area, 11, ("Rue du Bout",))])
    words = said(" ".join(read(report(told, about(told, PATH)))))
    assert "zones plus petites" in words and "Rue du Bout" not in words


def test_a_long_name_and_an_odd_letter_do_not_break_it(town):
    Neighbourhood.objects.filter(name="Nord-Est").update(name="Ńørd-Est \u202e" + "très " * 20)
    Listing.objects.update(title="<b>${alert(1)}</b>")
    words = printed()
    assert "très très" in words and "\u202e" not in words and "alert" not in words


def test_dust_is_not_drawn(town, monkeypatch):
    findings = found()
    whole = len(report(findings, about(findings, PATH)))
    monkeypatch.setattr(plan, "MOST_BUILDINGS", 1)
    monkeypatch.setattr(plan, "MOST_STREETS", 1)
    assert len(report(findings, about(findings, PATH))) < whole


def test_without_streets_or_sites_there_is_a_map(town):
    Street.objects.all().delete()
    Listing.objects.update(closes_at=timezone.now() - timedelta(days=1))
    words = printed()
    assert said("0 % des logements") in said(words)


def test_it_is_read_in_english(client, town):
    answer = client.get(f"/ville/couverture/analyse.pdf?{QUERY}", headers={"Accept-Language": "en"})
    assert "of the homes" in said(" ".join(read(answer.content)))


def test_a_hundred_rows_take_the_sheets_they_need(town):
    findings = found()
    rows = findings.by["quartier"]
    findings.by["iris"] = rows * 30
    pages = read(document_of(findings, about(findings, PATH)).pdf())
    assert len(pages) > 4 and all(f"page {number} sur" in words for number, words in enumerate(pages, start=1))


def test_the_report_of_too_few_homes_is_none(client, town):
    Building.objects.update(dwellings=None)
    for ending in ("pdf", "png", "html"):
        assert client.get(f"/ville/couverture/analyse.{ending}?{QUERY}").status_code == 404
