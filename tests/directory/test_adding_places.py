"""A place that no source knows: out of sight until proved, and never at anyone's home."""

import pytest
from django.urls import reverse

from directory.adding_places import add_place
from directory.claiming import IN_SO_LONG, forget_places_of_nobody, give_up, prove, say_no, say_yes
from directory.importing.files import import_files
from directory.keeping_places import change
from directory.models import Claim, Listing, SearchEntry
from geo.errors import InvalidParameter
from scopes.errors import CodeRefused, Refused
from scopes.models import Letter
from tests.directory.claims import bakery, merchant, posted, shopkeeper
from tests.neighbours import DAY, neighbour, person, sign_in
from tests.scopes.entering import address_of, building, later
from tests.scopes.mandates import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def basile(home):
    return shopkeeper()


@pytest.fixture
def own(basile):
    return merchant(basile)


def adds(account, own, **told) -> Claim:
    told = {"title": "Le Fournil", "category": "bakery", **told}
    return add_place(account=account, organisation=own, **told)


class TestInTheStreet:
    def test_it_is_seen_once_the_code_posted_there_is_entered(self, basile, own, home):
        door = address_of(home)
        asked = adds(basile, own, address=door, phone="+33261910001")
        assert not SearchEntry.objects.exists() and asked.letter.door.startswith(str(door))
        prove(account=basile, claim=asked, text=posted(asked))
        card = SearchEntry.objects.get().card
        assert (card["address"], card["phone"], card["kept"]) == (str(door), "+33261910001", True)
        assert Listing.objects.get().location == door.location

    def test_it_survives_a_source_that_learns_of_it_and_forgets_it(self, basile, own, home, tmp_path):
        door = address_of(home)
        asked = adds(basile, own, address=door, phone="+33261910001")
        prove(account=basile, claim=asked, text=posted(asked))
        path = tmp_path / "shops.csv"
        head, place = "id;nom;categorie;lon;lat;telephone;site\n", f"{door.location.x};{door.location.y}"
        line = f"1;Le Fournil;bakery;{place};02 61 91 00 02;https://fournil.example\n"
        path.write_text(head + line)
        assert import_files([path], source="ville").merged == 1
        card = SearchEntry.objects.get().card
        assert (card["phone"], card["website"]) == ("+33261910001", "https://fournil.example")
        path.write_text(head + line.replace("1;Le Fournil", "2;Ailleurs").replace("bakery", "cafe"))
        import_files([path], source="ville")
        assert SearchEntry.objects.get(title="Le Fournil").card["phone"] == "+33261910001"

    def test_its_address_is_the_one_that_was_proved(self, basile, own, home):
        asked = adds(basile, own, address=address_of(home))
        held = prove(account=basile, claim=asked, text=posted(asked))
        with pytest.raises(InvalidParameter):
            change(account=basile, claim=held, address="9 rue d’ailleurs")

    def test_what_is_there_already_is_claimed_not_added(self, basile, own, home, toy_town):
        bakery(toy_town.municipality, location=home.location)
        with pytest.raises(InvalidParameter, match="déjà sur la carte"):
            adds(basile, own, address=address_of(home))
        assert adds(basile, own, title="La Civette", category="cafe", address=address_of(home))

    def test_a_door_is_not_buried_under_letters_to_many_names(self, basile, own, home):
        """Each name is another place: the limit of one place would never be reached."""
        for number in range(8):
            adds(basile, own, title=f"Chez {number * 7919}", address=address_of(home))
        assert Letter.objects.count() == 6 and Claim.objects.count() == 8

    def test_given_up_it_is_gone(self, basile, own, home):
        asked = adds(basile, own, address=address_of(home))
        held = prove(account=basile, claim=asked, text=posted(asked))
        give_up(account=basile, claim=held)
        assert not SearchEntry.objects.exists()


@pytest.mark.privacy
class TestOfNobody:
    def test_what_nobody_keeps_or_claims_any_more_is_forgotten(self, basile, own, home, toy_town):
        held, given_up, refused, waits = (
            adds(basile, own, title=title, municipality=toy_town.municipality, phone="+33261910001")
            for title in ("Tenu", "Rendu", "Refusé", "Demandé")
        )
        say_yes(by=staff(), claim=held), say_yes(by=staff(), claim=given_up), say_no(by=staff(), claim=refused)
        give_up(account=basile, claim=given_up)
        bakery(toy_town.municipality)
        assert forget_places_of_nobody() == 0, "letters to that door are still counted"
        with later(IN_SO_LONG + DAY):
            assert forget_places_of_nobody()
        assert set(Listing.objects.values_list("title", flat=True)) == {"Tenu", "Demandé", "Le Fournil"}
        assert set(Claim.objects.all()) == {held, waits}


class TestAtHome:
    def test_only_the_commune_is_known(self, basile, own, home, toy_town):
        asked = adds(basile, own, title="Couture Basile", municipality=toy_town.municipality)
        assert asked.letter is None and not Letter.objects.exists()
        say_yes(by=staff(), claim=asked)
        entry = SearchEntry.objects.get()
        assert entry.location is None and "address" not in entry.card

    def test_or_the_public_cell_if_its_owner_says_so(self, basile, own, home):
        with pytest.raises(InvalidParameter):
            adds(basile, own, at_ones_cell=True)
        alias = neighbour("Basile", home, account=basile).alias
        say_yes(by=staff(), claim=adds(basile, own, at_ones_cell=True))
        listing, entry = Listing.objects.get(), SearchEntry.objects.get()
        assert listing.location is None and entry.location == alias.cell.location
        assert entry.feature["geometry"]["type"] in ("Polygon", "MultiPolygon")

    def test_a_trade_of_the_home_under_a_persons_name_is_not_proved_by_post(self, basile, own, home):
        """A letter to one's own home would arrive too."""
        asked = adds(basile, own, title="Jeanne Exemple", category="nurse", address=address_of(home))
        assert asked.letter is None
        with pytest.raises(CodeRefused):
            prove(account=basile, claim=asked, text="")
        assert not SearchEntry.objects.exists()
        assert adds(basile, own, title="Cabinet Exemple", category="nurse", address=address_of(home)).letter


class TestWho:
    def test_only_who_is_responsible(self, own, home):
        with pytest.raises(Refused):
            adds(person("Eve"), own, address=address_of(home))
        assert not Listing.objects.exists()

    @pytest.mark.parametrize("category", ["tutoring", "merchant", "rien"])
    def test_only_what_has_a_door(self, basile, own, home, category):
        with pytest.raises(InvalidParameter):
            adds(basile, own, category=category, address=address_of(home))


class TestPage:
    def form(self, own, **told):
        return {"organisation": own.handle, "title": "Le Fournil", "category": "bakery", "where": "public", **told}

    def test_it_is_added_and_waits(self, client, basile, own, home):
        sign_in(client, basile, two_factors=True)
        door = f"{address_of(home)}, Villegrille"
        assert "Ajouter un lieu" in client.get(reverse("add-place")).content.decode()
        answer = client.post(reverse("add-place"), self.form(own, address=door), follow=True)
        assert "Une lettre va partir" in answer.content.decode()

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"address": "99 rue de Nulle Part"}, "address"),
            ({"where": "town", "commune": "Nulle-Part-sur-Rien"}, "commune"),
            ({"where": "ailleurs"}, "where"),
            ({"title": " "}, "title"),
            ({"category": ""}, "category"),
            ({"phone": "numéro", "where": "town", "commune": "77998"}, "phone"),
            ({"where": "cell"}, "where"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, client, basile, own, told, field):
        sign_in(client, basile, two_factors=True)
        answer = client.post(reverse("add-place"), self.form(own, **told))
        assert answer.status_code == 400 and field in answer.context["form"].errors
        assert not Listing.objects.exists()

    def test_anothers_organisation_is_no_choice(self, client, basile, own, home):
        eve = person("Eve")
        sign_in(client, eve, two_factors=True)
        told = self.form(own, address=f"{address_of(home)}, Villegrille")
        assert client.post(reverse("add-place"), told).status_code == 400
        assert not Claim.objects.exists()
