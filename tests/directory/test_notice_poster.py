"""The poster of a notice: what stands on it, what is read at two metres, and that nothing leaves the sheet."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from django.utils import translation

from directory.notice_templates import TEMPLATES, read_fields
from directory.paper.notice_poster import notice_posters_pdf, poster_of
from tests.directory.test_notice_templates import DATA, NOW

MM = 72 / 25.4
HEIGHT = 297
LONG = {
    "entrance": "Résidence Les Jardins de la Chantrerie, 125 boulevard du Maréchal-de-Lattre-de-Tassigny, bât. C",
    "sender": "Société anonyme d’habitations à loyer modéré de la Loire-Atlantique et du Maine",
    "contact": "service.proximite.chantrerie@bailleur-de-loire-atlantique.example, 02 40 00 00 00",
}
LONGEST = {
    "works": {
        "what": "remplacement anticonstitutionnellement prévu des paratonnerr",
        "start": "2026-12-30",
        "end": "2027-09-16",
        "where": "cour " * 20,
    },
    "meeting": {
        "where": "salle polyvalente Jean-Moulin " * 4,
        "detail": "Accueil dès 18 h, avec votre convocation et votre pouvoir.\n" * 5,
    },
    "decisions": {"decisions": "Le hall sera repeint au printemps, un passage restera ouvert.\n" * 12},
    "safety": {"todo": "Montez dans les étages, ne descendez pas.\n" * 6, "where": "caves et parking " * 7},
    "lift": {"which": "escalier B, côté cour intérieure, au 3e", "detail": "Une pièce est attendue. " * 12},
}


def fields_of(code: str, **changed) -> dict[str, str]:
    return read_fields(code, DATA[code] | changed, now=NOW)


def poster(code: str = "water_cut", told: dict | None = None, *, link: str = "https://alentour.example/", **changed):
    by = {"entrance": "12 bis rue des Églantines, escalier B", "sender": "Cabinet Durand & fils"}
    made = poster_of(code, fields_of(code, **(told or {})), **{**by, "contact": "02 40 00 00 00", **changed})
    return replace(made, link=link, page="alentour.example")


def test_its_code_leads_to_the_site(settings):
    settings.SITE_URL = "https://alentour.example/"
    made = poster_of("lift", fields_of("lift"), entrance="A", sender="B", contact="C")
    assert (made.link, made.page) == ("https://alentour.example/", "alentour.example")


def sheet(*posters) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(notice_posters_pdf(posters))[0]


def words_of(page: pypdfium2.PdfPage) -> str:
    return " ".join(page.get_textpage().get_text_range().split())


def letters_of(words: str) -> str:
    """Without spaces: where a line broke is no matter."""
    return "".join(words.split())


def boxes(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of every letter, in millimetres from the top left corner."""
    text = page.get_textpage()
    found = []
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index)
        if right > left and top > bottom:
            found.append((left / MM, HEIGHT - top / MM, right / MM, HEIGHT - bottom / MM))
    return found


def height_of(page: pypdfium2.PdfPage, words: str) -> float:
    """Height of the first letter, in millimetres."""
    text = page.get_textpage()
    index, _count = text.search(words).get_next()
    _left, bottom, _right, top = text.get_charbox(index)
    return (top - bottom) / MM


def test_it_says_what_when_where_and_by_whom():
    said = words_of(sheet(poster()))
    for words in (
        "Coupure d’eau",
        "Jeudi 3 déc. de 9 h à 12 h",
        "Gardez un peu d’eau d’avance",
        "12 bis rue des Églantines, escalier B",
        "Cabinet Durand & fils",
        "02 40 00 00 00",
        "Affiché le",
        "Information, ce n’est pas une notification légale.",
        "alentour.example",
    ):
        assert words in said


def test_its_square_leads_to_the_link_even_from_afar():
    page = sheet(poster(link="https://alentour.example/avis/4f5c1e80-9e7a-4b7d-8b50-2c1de3f7a001/"))
    (found,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    assert found.text == "https://alentour.example/avis/4f5c1e80-9e7a-4b7d-8b50-2c1de3f7a001/"


@pytest.mark.parametrize("code", TEMPLATES)
def test_the_heading_is_read_at_two_metres(code):
    page = sheet(poster(code))
    heading = poster(code).heading
    # Capitals of 10 mm are read with ease at two metres, the date's of 6 mm from one.
    assert height_of(page, heading[:6]) >= 9.5
    when = poster(code).when
    assert height_of(page, when[:1].upper() + when[1:5]) >= 5.5


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", TEMPLATES)
def test_the_longest_words_stay_on_the_sheet_and_out_of_the_foot(code, language):
    with translation.override(language):
        long = poster(code, LONGEST.get(code, {"detail": "Fermez vos fenêtres sur cour. " * 10}), **LONG)
        page = sheet(long)
    assert len(pypdfium2.PdfDocument(notice_posters_pdf([long]))) == 1
    letters = boxes(page)
    assert min(left for left, *_ in letters) >= 15 and max(right for _, _, right, _ in letters) <= 195
    assert min(top for _, top, *_ in letters) >= 12 and max(bottom for *_, bottom in letters) <= 285
    said = letters_of(words_of(page))
    for words in (long.heading, *long.sentences, long.entrance, long.sender, long.contact, long.law):
        assert letters_of(words) in said, words
    text = page.get_textpage()
    above = {"left": 0, "right": 210 * MM, "top": HEIGHT * MM, "bottom": (HEIGHT - 226) * MM}
    assert letters_of(long.sentences[-1]) in letters_of(text.get_text_bounded(**above))
    (found,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    assert found.text == "https://alentour.example/"


def test_no_line_begins_with_a_colon():
    text = sheet(poster("lift", {"which": "escalier B, côté cour intérieure"})).get_textpage().get_text_range()
    assert not any(line.lstrip().startswith((":", ";", "?")) for line in text.splitlines())


def test_no_word_is_split_and_no_number_stands_alone():
    lines = sheet(poster("works", LONGEST["works"], **LONG)).get_textpage().get_text_range().splitlines()
    for word in (
        "anticonstitutionnellement",
        "Maréchal-de-Lattre-de-Tassigny,",
        "16 sept. 2027",
        LONG["contact"][:65],
        "02 40 00 00 00",
    ):
        assert any(word in line.replace("\u00a0", " ") for line in lines), word


def test_the_law_is_carried_in_its_own_language():
    with translation.override("en"):
        said = words_of(sheet(poster("meeting")))
    assert "General meeting of co-owners" in said
    assert "peuvent notifier au syndic" in said and "article 10" in said


def test_an_alert_is_of_another_colour_and_another_sign():
    warning, notice = poster("safety"), poster()
    assert warning.is_warning and not notice.is_warning and warning.pictogram != notice.pictogram
    pictures = [sheet(one).render(scale=1).to_pil() for one in (warning, notice)]
    colours = [picture.getpixel((round(21 * MM), round(19 * MM))) for picture in pictures]
    assert colours == [(0x8A, 0x3B, 0x12), (0x0E, 0x5D, 0x57)]


def test_the_pictogram_stands_upright():
    """The drop is narrow above and wide below."""
    picture = sheet(poster()).render(scale=2).to_pil().convert("L")
    widths = []
    for y in (28, 50):
        row = [picture.getpixel((round(x * MM * 2 / 4), round(y * MM * 2))) for x in range(18 * 4, 64 * 4)]
        widths.append(sum(level > 200 for level in row))
    assert 0 < widths[0] < widths[1]


def test_a_page_for_each_entrance_each_its_own():
    content = notice_posters_pdf([poster(entrance=f"Escalier {letter}") for letter in "ABC"])
    pages = [words_of(page) for page in pypdfium2.PdfDocument(content)]
    assert len(pages) == 3
    assert all(f"Escalier {letter}" in page for letter, page in zip("ABC", pages, strict=True))


def test_what_looks_like_markup_is_only_words():
    assert "<b>Durand</b> & <img" in words_of(sheet(poster(sender='<b>Durand</b> & <img src="x">')))


def test_twenty_posters_are_drawn_in_a_breath():
    began = datetime.now(ZoneInfo("UTC"))
    notice_posters_pdf([poster("meeting")] * 20)
    assert (datetime.now(ZoneInfo("UTC")) - began).total_seconds() < 10
