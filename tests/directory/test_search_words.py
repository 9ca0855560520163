"""Search by words: every kind is found, spelt as typed first, then by distance, the same as one types on."""

from __future__ import annotations

import pytest

from directory.models import Kind
from directory.nearby import NEAR_BY
from directory.publishing import edit, publish
from directory.search import SearchRequest, search
from directory.within import Level as Circle
from directory.within import Within
from scopes.models import Level
from tests.directory.around import box, here, make_town
from tests.directory.exchanged import FILLED, share
from tests.directory.happening import event
from tests.directory.organised import news, offers, page
from tests.directory.speaking import looking, say
from tests.directory.voting import ask
from tests.neighbours import neighbour, person
from tests.scopes.mandates import SIRETS, organisation, town_hall
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db
TYPED_SO, ALIKE = "Quincaillerie", "Quincalerie"
EVERYWHERE = Within(Circle.MUNICIPALITY)
TITLE, TYPED = "Le grand vide-dressing", "vide dresing"


def found(text: str, *, viewer=None, within: Within = EVERYWHERE, **columns) -> list[str]:
    """Titles, in their order."""
    viewed = {"viewer": viewer} if viewer else {}
    return [
        item.title for item in search(SearchRequest(here=here(), within=within, text=text, **viewed, **columns)).items
    ]


@pytest.fixture
def anna(db):
    """Who looks, in a village with one thing of each kind, by people and organisations."""
    village = make_village()
    home, town = village.residences["A"], village.town
    alice, anna, ada = neighbour("Alice", home), neighbour("Anna", village.residences["B"]), person("Ada")
    hall = town_hall(ada, town)
    bakery = organisation(ada, kind="merchant", name="Jean Pain", siret=SIRETS[3])
    shop = page(town, bakery, title=TITLE)
    publish(category="library", title=TITLE, municipality=town, location=shop.location)
    publish(category="sport_association", title=TITLE, municipality=town)
    event(town, TITLE, location=shop.location)
    offers(ada, bakery, shop, TITLE)
    news(ada, hall, title=TITLE)
    say(alice, Level.MUNICIPALITY, TITLE)
    ask(alice, Level.NEIGHBOURHOOD, TITLE)
    for kind in FILLED:
        share(alice, Level.NEIGHBOURHOOD if kind == Kind.HELLO else Level.MUNICIPALITY, TITLE, kind=kind)
    return anna


def test_each_kind_is_found_with_a_typing_error_and_by_what_it_is(anna):
    def kinds(text: str) -> set[str]:
        with looking(anna) as viewer:
            asked = SearchRequest(here=here(), within=EVERYWHERE, text=text, viewer=viewer, limit=100)
            return {item.kind for item in search(asked).items}

    # A notice has a title in the reader's language alone, and a hello tells neither where nor when.
    assert kinds(TYPED) == set(Kind.values) - {Kind.NOTICE, Kind.HELLO}
    told = {
        "jardinage": Kind.SERVICE,
        "je cherche à emprunter des outils": Kind.LOAN,
        "vélo": Kind.CLASSIFIED,
        "plomberie": Kind.RECOMMENDATION,
        "association sportive": Kind.ASSOCIATION,
        "bibliotheque": Kind.PLACE,
    }
    assert {text: kind in kinds(text) for text, kind in told.items()} == dict.fromkeys(told, True)


class TestWhoSaysIt:
    """What an organisation says is found by its name, and by the sign of the page that it speaks from."""

    @pytest.fixture
    def ada(self):
        return person("Ada")

    @pytest.fixture
    def shop(self, db, ada):
        bakery = organisation(ada, kind="merchant", name="Pain et Fils SARL", siret=SIRETS[3])
        kept = page(make_village().town, bakery, title="Boulangerie Martin")
        offers(ada, bakery, kept, "Deux pour une")
        return kept

    def test_an_offer_by_the_sign_of_its_shop_and_not_by_its_name_on_paper(self, shop):
        """That of a sole trader is a person's, and leads from an offer to the cell that the page stands at."""
        assert set(found("boulangerie martin")) == {"Boulangerie Martin", "Deux pour une"}
        assert "Deux pour une" in found("boulangeri martn"), "spelt in a hurry"
        assert found("pain et fils") == []

    def test_it_follows_the_sign_when_the_shop_is_named_anew(self, shop):
        edit(listing=shop, title="Au Bon Levain")
        assert set(found("bon levain")) == {"Au Bon Levain", "Deux pour une"}
        assert found("boulangerie martin") == []

    def test_news_and_events_by_who_tells_them(self, ada):
        town = make_village().town
        club = organisation(ada, kind="association", name="Les Amis du bal", siret="")
        news(ada, club, page(town, club, category="sport_association", title="Amicale des danseurs"), title="Rentrée")
        event(town, "Thé dansant", organisation=club, location=None)
        assert found("amis du bal") == ["Thé dansant"], "an event has no page, and says whose it is"
        assert set(found("amicale danseurs")) == {"Amicale des danseurs", "Rentrée"}

    def test_news_of_a_town_hall_without_a_page_by_its_name(self, ada, shop):
        hall = town_hall(ada, shop.municipality, name="Mairie d’Enfilade")
        news(ada, hall, title="Conseil")
        assert found("mairie d'enfilade") == ["Conseil"]


class TestOrder:
    @pytest.fixture
    def town(self, db):
        return make_town("Nantes", "44109", box(-9000, -9000, 9000, 9000))

    def shop(self, town, title: str, metres: float | None) -> None:
        there = here(east=metres) if metres is not None else None
        place = f"SRID=4326;POINT({there.longitude} {there.latitude})" if there else None
        publish(category="other_shop", title=title, municipality=town, location=place)

    def test_what_is_spelt_as_typed_comes_before_what_is_a_little_nearer(self, town):
        for title, metres in ((ALIKE, 50), (TYPED_SO, 200), (f"{TYPED_SO} du port", 900)):
            self.shop(town, title, metres)
        assert found("quincaillerie") == [TYPED_SO, ALIKE, f"{TYPED_SO} du port"]
        assert found("quincalerie") == [ALIKE, TYPED_SO, f"{TYPED_SO} du port"]

    def test_of_what_is_spelt_alike_the_nearest_comes_first_and_the_same_as_one_types_on(self, town):
        for title, metres in (("Boulangerie du port", 400), ("Boulangerie du parc", 100), ("Boulangerie", 250)):
            self.shop(town, title, metres)
        typed = "boulangerie"
        orders = {tuple(found(typed[:length])) for length in range(4, len(typed) + 1)}
        assert orders == {("Boulangerie du parc", "Boulangerie", "Boulangerie du port")}

    def test_the_distance_that_is_told_is_the_true_one(self, town):
        self.shop(town, ALIKE, 50)
        (item,) = search(SearchRequest(here=here(), text="quincaillerie", within=Within.parse("500m"))).items
        assert item.distance == pytest.approx(50, abs=0.01)

    def test_pages_go_on_where_the_one_before_ended(self, town):
        for number in range(6):
            self.shop(town, f"{(TYPED_SO, ALIKE)[number % 2]} {number}", 100 + 37 * (number * 5 % 6))
        whole, paged, cursor = found("quincaillerie", limit=100), [], ""
        for _page in range(3):
            asked = {"here": here(), "within": EVERYWHERE, "text": "quincaillerie"}
            answer = search(SearchRequest(**asked, limit=2, cursor=cursor))
            paged += [item.title for item in answer.items]
            cursor = answer.next
        assert paged == whole and len(whole) == 6 and not cursor

    def test_what_is_spelt_as_typed_beyond_what_is_looked_at_first_is_not_missed(self, town):
        """Near by is looked at first: a page full of that is no answer where what lies beyond comes before it."""
        (reach, *_) = NEAR_BY
        for number in range(3):
            self.shop(town, f"{ALIKE} {number}", reach.m - 50 - number)
        self.shop(town, TYPED_SO, reach.m + 20)
        assert found("quincaillerie", limit=2)[0] == TYPED_SO

    def test_what_has_no_place_comes_after_everything_that_has_one(self, town):
        for number in range(3):
            publish(category="sport_association", title=f"Club des Alizés {number}", municipality=town)
        self.shop(town, "Les Alizés", 8_000)
        assert found("alizes", limit=2)[0] == "Les Alizés"
