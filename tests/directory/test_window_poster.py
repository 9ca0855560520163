"""The poster in a shop's window: what stands on it, what is read at two metres, and where its code leads."""

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from directory.paper.window_poster import WindowPoster, window_poster, window_poster_pdf
from tests.directory.browsing import browser
from tests.directory.organised import offers, page
from tests.directory.shaped import looked, shaped
from tests.neighbours import person
from tests.scopes.mandates import SIRETS, organisation
from tests.scopes.village import make_village

MM = 72 / 25.4
POSTER = WindowPoster(
    sign="Le Bon Levain",
    pictogram="bakery",
    title="La brioche du samedi à moitié prix",
    days="Jusqu’au samedi 12 déc.",
    text="Après 17 h, plutôt que de la jeter.\nPassez avant la fermeture.",
    conditions="Dans la limite des stocks",
    link="https://alentour.example/annonce/00000000-0000-4000-8000-000000000000/",
    site="alentour.example",
)
LONG = replace(
    POSTER,
    sign="Boulangerie-pâtisserie artisanale de l’Écluse et du Marché-Neuf, maison fondée en mille neuf cent douze",
    title="Anticonstitutionnellement, remplacement des paratonnerres et des gouttières : " + "tout doit partir " * 5,
    text="\n".join(["Une ligne assez longue pour en faire deux sur la feuille, et même un peu plus que cela."] * 40),
    conditions="Une seule fois par personne et par jour, hors jours fériés. " * 5,
    site="le-tres-long-nom-d-une-ville.alentour.example.org",
)


def opened(poster: WindowPoster):
    (sheet,) = pypdfium2.PdfDocument(window_poster_pdf(poster))
    return sheet


def words_of(sheet) -> str:
    return " ".join(sheet.get_textpage().get_text_bounded().split()).replace("\u00a0", " ")


def test_it_says_the_shop_the_offer_and_until_when():
    words = words_of(opened(POSTER))
    for told in (POSTER.sign, POSTER.title, POSTER.days, POSTER.conditions, "plutôt que de la jeter", POSTER.site):
        assert told in words


def test_what_matters_is_read_at_two_metres():
    """Ten millimetres of capitals for the offer, six for its days."""
    textpage = opened(POSTER).get_textpage()
    sizes = {}
    for number in range(textpage.count_chars()):
        letter = textpage.get_text_range(number, 1)
        _left, bottom, _right, top = textpage.get_charbox(number)
        sizes[letter] = max(sizes.get(letter, 0), (top - bottom) / MM)
    assert sizes["L"] >= 10 and sizes["J"] >= 6


@pytest.mark.parametrize("poster", [POSTER, LONG, replace(POSTER, days="", text="", conditions="")])
def test_nothing_leaves_the_sheet_and_the_code_is_read(poster):
    sheet = opened(poster)
    textpage = sheet.get_textpage()
    for number in range(textpage.count_chars()):
        if textpage.get_text_range(number, 1).strip():
            left, bottom, right, top = textpage.get_charbox(number)
            assert left > 10 * MM and right < 200 * MM and bottom > 8 * MM and top < 287 * MM
    (code,) = zxingcpp.read_barcodes(sheet.render(scale=2).to_pil())
    assert code.text == poster.link


def test_what_the_offer_says_does_not_run_into_the_foot():
    textpage = opened(LONG).get_textpage()
    lines = [textpage.get_rect(number) for number in range(textpage.count_rects())]
    foot = (297 - 214) * MM
    assert not any(bottom < foot < top for _left, bottom, _right, top in lines)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def shop(self):
        self.ada = person("Ada")
        self.bakery = organisation(self.ada, kind="merchant", name="Jean Pain", siret=SIRETS[3])
        return page(make_village().town, self.bakery)

    def test_who_keeps_the_shop_prints_it_with_an_offer_or_with_none(self, shop):
        made = offers(self.ada, self.bakery, shop)
        hers = browser(self.ada, two_factors=True)
        listed = hers.get("/pro/").content.decode()
        for more, words in (("", "sur la carte du quartier"), (f"offre/{made.public_id}/", "Deux pour une")):
            address = f"/pro/{shop.public_id}/{more}affiche/"
            answer = hers.get(address)
            assert answer["Content-Type"] == "application/pdf"
            (sheet,) = pypdfium2.PdfDocument(answer.content)
            assert words in words_of(sheet) and "Jean" not in words_of(sheet), "a merchant's name is a person's"
            assert browser(person("Zoé"), two_factors=True).get(address).status_code == 404
        assert f"/pro/{shop.public_id}/offre/{made.public_id}/affiche/" in listed
        told = looked(hers, f"/pro/{shop.public_id}/offre/", **shaped("radius", radius=500))
        assert f"/pro/{shop.public_id}/affiche/" in told["figures"]

    def test_its_code_leads_to_the_page_of_the_shop_which_outlives_the_offer(self, shop, settings):
        settings.SITE_URL = "https://alentour.example/"
        poster = window_poster(shop, offers(self.ada, self.bakery, shop))
        assert poster.link == f"https://alentour.example/annonce/{shop.public_id}/"
        assert (poster.site, poster.sign) == ("alentour.example", "Le Fournil")
        assert poster.days.startswith("Jusqu’au")
