"""Letters and posters: what they say, what shows in the window, and that a code stands nowhere else."""

import io
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from geo.models import Address
from scopes.models import Code, Letter
from scopes.paper.drawing import printable
from scopes.paper.letter import LetterToPrint, address_lines, letters_pdf
from scopes.paper.poster import PosterToPrint, poster_pdf
from scopes.printing import print_letters, print_poster
from scopes.proofs.codes import digest_of
from scopes.proofs.letter import ask_for_letter, drop, note_posted
from tests.neighbours import neighbour, person, sign_in
from tests.scopes.entering import address_of, asks, building, types

MM = 72 / 25.4
HEIGHT = 297


def sheet(content: bytes, page: int = 0) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(content)[page]


def words_of(page: pypdfium2.PdfPage) -> str:
    return " ".join(page.get_textpage().get_text_range().split())


def words_in(page: pypdfium2.PdfPage, left: float, top: float, right: float, bottom: float) -> str:
    """What is written in a box, in millimetres from the top left corner."""
    box = {"left": left * MM, "top": (HEIGHT - top) * MM, "right": right * MM, "bottom": (HEIGHT - bottom) * MM}
    return " ".join(page.get_textpage().get_text_bounded(**box).split())


def code_read(page: pypdfium2.PdfPage) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    return found


def a_letter(**told) -> LetterToPrint:
    return LetterToPrint(
        **{
            "name": "Zoé Çelik-Œuvrard",
            "address": ("Zoé Çelik-Œuvrard", "12 BIS RUE DES ÉGLANTINES", "44000 NANTES"),
            "residence": "12 bis Rue des Églantines",
            "code": "4K7QW-2M9XT",
            "page": "alentour.example/chez-moi/code",
            "link": "https://alentour.example/chez-moi/code/#4K7QW2M9XT",
            "opens_until": date(2027, 1, 6),
            **told,
        }
    )


def test_the_window_shows_the_address_and_nothing_of_the_rest():
    page = sheet(
        letters_pdf([a_letter(sender=("Ville de Nantes", "2 rue de l’Hôtel-de-Ville"), help="02 40 00 00 00")])
    )
    address = "Zoé Çelik-Œuvrard 12 BIS RUE DES ÉGLANTINES 44000 NANTES"
    assert words_in(page, 100, 55, 190, 79) == address
    assert words_in(page, 90, 44, 200, 90) == address
    assert "4K7QW" not in words_in(page, 0, 0, 210, 99)


def test_a_letter_says_what_to_do_and_its_square_leads_there():
    page = sheet(letters_pdf([a_letter()]))
    said = words_of(page)
    for words in (
        "4K7QW-2M9XT",
        "jusqu’au 6 janvier 2027",
        "alentour.example/chez-moi/code",
        "Vous n’avez rien demandé ?",
    ):
        assert words in said
    assert code_read(page).text == "https://alentour.example/chez-moi/code/#4K7QW2M9XT"


def test_long_words_stay_on_the_page():
    name = "Marie-Antoinette Joséphine-Élisabeth de La Rochefoucauld-Montmorency-Luxembourg"
    page = sheet(letters_pdf([a_letter(name=name, residence="Résidence " * 12)]))
    assert page.get_mediabox() == pytest.approx((0, 0, 210 * MM, HEIGHT * MM), abs=0.1)
    assert "Votre adresse est oubliée" in words_in(page, 20, 100, 190, 285)


def test_letters_that_the_typeface_lacks_lose_their_accents_only():
    assert printable("Zoé Nguyễn, Ayşe Yılmaz") == "Zoé Nguyen, Ayşe Yılmaz"
    assert printable("a\u202fb 日") == "a b ?"


def test_an_address_is_written_as_the_post_reads_it(toy_town):
    address = Address.objects.get(street_name="Rue des Bleuets", number=8, suffix="")
    assert address_lines("Zoé Durand", address) == ("Zoé Durand", "8 RUE DES BLEUETS", "77990 VILLEGRILLE")
    lines = address_lines("M" * 60 + " " + "N" * 60, address)
    assert len(lines) == 4 and all(len(line) <= 38 for line in lines)


def test_a_poster_is_read_from_two_metres():
    poster = PosterToPrint(
        entrance="12 bis rue des Églantines, escalier B",
        code="4K7QW-2M9XT",
        page="alentour.example/chez-moi/code",
        link="https://alentour.example/chez-moi/code/#4K7QW2M9XT",
        hangs_until=date(2026, 12, 6),
    )
    page = sheet(poster_pdf(poster))
    said = words_of(page)
    for words in ("Vous habitez ici ?", "escalier B", "alentour.example/chez-moi/code", "6 décembre 2026"):
        assert words in said
    assert code_read(page).text == poster.link
    # One pixel in three quarters of a millimetre: what a telephone makes of it from some metres away.
    small = page.render(scale=25.4 / 72 / 0.75).to_pil()
    assert zxingcpp.read_barcodes(small)[0].text == poster.link
    # Capitals are 0.67 em in this typeface: 10 mm need 43 points.
    assert height_of(page, "4K7QW") >= 10 and height_of(page, "Vous") >= 10


def height_of(page: pypdfium2.PdfPage, words: str) -> float:
    """Height of the first letter, in millimetres."""
    text = page.get_textpage()
    index, _count = text.search(words).get_next()
    _left, bottom, _right, top = text.get_charbox(index)
    return (top - bottom) / MM


# The queue.


@pytest.fixture
def zoe(toy_town):
    zoe = asks("Zoé", building(3, 1))
    ask_for_letter(membership=zoe, address=address_of(zoe.residence))
    return zoe


@pytest.mark.django_db
def test_a_code_stands_on_the_sheet_and_nowhere_else(zoe):
    page = sheet(print_letters())
    code = code_read(page).text.split("#")[1]
    kept = str(list(Code.objects.values())) + str(list(Letter.objects.values()))
    assert code not in kept
    assert Code.objects.get().digest == digest_of(code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(to_jsonb(c)::text, '') FROM scopes_code c")
        assert code not in cursor.fetchone()[0]
    assert types(zoe, code).entered_at is not None


@pytest.mark.django_db
def test_a_letter_printed_again_has_another_code_and_the_first_opens_nothing(zoe):
    first, second = (code_read(sheet(print_letters())).text.split("#")[1] for _ in range(2))
    assert first != second
    usable = Code.objects.usable().get()
    assert usable.digest == digest_of(second)


@pytest.mark.django_db
def test_what_was_posted_is_printed_no_more_and_its_address_forgotten(zoe):
    assert note_posted(letters=Letter.objects.waiting()) == 0
    print_letters()
    assert note_posted(letters=Letter.objects.waiting()) == 1
    assert print_letters() == b""
    letter = Letter.objects.get()
    assert letter.address is None and letter.posted_at is not None
    assert Code.objects.usable().count() == 1


@pytest.mark.django_db
def test_a_dropped_letter_opens_nothing(zoe):
    print_letters()
    assert drop(letters=Letter.objects.all()) == 1
    assert not Code.objects.usable().exists()
    assert print_letters() == b""


@pytest.mark.django_db
def test_a_sheet_that_cannot_be_drawn_leaves_the_queue_as_it_was(zoe, monkeypatch):
    def fail(pages):
        raise OSError

    monkeypatch.setattr("scopes.printing.letters_pdf", fail)
    with pytest.raises(OSError):
        print_letters()
    assert Letter.objects.get().printed_at is None and not Code.objects.exists()


@pytest.mark.django_db
def test_a_poster_carries_the_code_of_its_entrance(zoe):
    neighbour("Ana", zoe.residence)
    code = code_read(sheet(print_poster(residence=zoe.residence, entrance=" Escalier B "))).text.split("#")[1]
    poster = Code.objects.get(kind="hall")
    assert (poster.entrance, poster.most_uses) == ("Escalier B", zoe.residence.dwellings)
    assert 13 < (poster.expires_at - timezone.now()).days + 1 <= 14
    assert types(zoe, code).proofs.get().kind == "hall_code"


# The operator's page.


@pytest.mark.django_db
def test_staff_print_and_see_neither_name_nor_address(zoe, client):
    sign_in(client, person("Sam", is_staff=True))
    page = client.get(reverse("letters")).content.decode()
    assert "1 lettre attend" in page and "Villegrille" in page
    assert zoe.account.last_name not in page and "Zoé" not in page and "Bleuets" not in page
    answer = client.post(reverse("letters"), {"deed": "print"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert " RUE DES BLEUETS" in words_of(sheet(answer.content))
    assert "1 lettre est partie" in client.post(reverse("letters"), {"deed": "posted"}, follow=True).content.decode()
    assert "Aucune lettre" in client.get(reverse("letters")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["letters", "residence-changes", "managers"])
def test_the_asker_never_reaches_the_queue(zoe, client, name):
    assert client.get(reverse(name)).status_code == 404
    sign_in(client, zoe.account)
    assert client.get(reverse(name)).status_code == client.post(reverse(name), {"deed": "print"}).status_code == 404
    assert not Code.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("form", [{}, {"deed": "drop"}, {"deed": "drop", "letter": "x"}, {"deed": "burn"}])
def test_a_deed_that_is_none(zoe, client, form):
    sign_in(client, person("Sam", is_staff=True))
    assert client.post(reverse("letters"), form).status_code == 404
    assert Letter.objects.waiting().count() == 1


def test_fifty_letters_are_drawn_in_a_breath():
    started = timezone.now()
    assert len(pypdfium2.PdfDocument(io.BytesIO(letters_pdf([a_letter()] * 50)))) == 50
    assert (timezone.now() - started).total_seconds() < 20
