"""Claims: proved by post or by word, held by one at a time, and what each attack meets."""

from datetime import timedelta

import pytest

from directory.claimed_places import door_of
from directory.claiming import (
    ask_for_another_letter,
    claim,
    give_up,
    keeper_of,
    may_decide,
    prove,
    say_no,
    say_yes,
)
from directory.models import Claim, Listing, SearchEntry
from directory.publishing import edit, publish
from geo.errors import InvalidParameter
from geo.models import Address
from scopes.errors import CodeRefused, Refused, TooManyAttempts
from scopes.models import Acting, Code, Letter
from scopes.organisations import proposing
from scopes.printing import print_letters
from scopes.proofs.entering import use_code
from scopes.proofs.letter import drop, note_posted
from tests.directory.claims import BAKERY as BAKERY_LINE
from tests.directory.claims import bakery, claims, import_csv, keeps, merchant, posted, shopkeeper
from tests.neighbours import person
from tests.scopes.entering import later
from tests.scopes.mandates import SIRETS, staff, town_hall

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def basile():
    return shopkeeper()


@pytest.fixture
def shop(town):
    return bakery(town)


class TestByPost:
    def test_a_letter_goes_to_the_public_address_and_its_code_proves(self, basile, shop):
        asked = claims(basile, shop)
        assert (asked.letter.addressee, asked.letter.door) == ("Le Fournil", "3 rue Dorée\n44000 Nantes")
        assert not Code.objects.exists(), "nobody could be shown what is not made yet"
        held = prove(account=basile, claim=asked, text=posted(asked))
        assert held.held_at and keeper_of(shop) == held
        assert SearchEntry.objects.get(listing=shop).card["kept"]

    def test_it_is_printed_with_the_others_and_its_address_is_forgotten_once_posted(self, basile, shop):
        asked = claims(basile, shop)
        assert print_letters().startswith(b"%PDF")
        assert note_posted(letters=Letter.objects.waiting()) == 1
        asked.letter.refresh_from_db()
        assert asked.letter.door == "" and not Letter.objects.waiting().exists()

    def test_a_code_printed_again_opens_and_the_first_does_not(self, basile, shop):
        asked = claims(basile, shop)
        first, second = posted(asked), posted(asked)
        with pytest.raises(CodeRefused):
            prove(account=basile, claim=asked, text=first)
        assert prove(account=basile, claim=asked, text=second).held_at

    def test_it_opens_for_thirty_days(self, basile, shop):
        asked = claims(basile, shop)
        text = posted(asked)
        with later(31 * DAY), pytest.raises(CodeRefused):
            prove(account=basile, claim=asked, text=text)

    def test_five_wrong_codes_and_the_right_one_opens_nothing(self, basile, shop):
        asked = claims(basile, shop)
        text = posted(asked)
        for _ in range(6):
            with pytest.raises(CodeRefused):
                prove(account=basile, claim=asked, text="00000-00000")
        with pytest.raises(CodeRefused):
            prove(account=basile, claim=asked, text=text)
        again = ask_for_another_letter(account=basile, claim=asked)
        with pytest.raises(CodeRefused):
            prove(account=basile, claim=asked, text=text)
        assert prove(account=basile, claim=again, text=posted(again)).held_at

    def test_an_account_tries_ten_times_a_day_over_all_its_claims(self, basile, town):
        asked = [claims(basile, bakery(town)) for _ in range(1)]
        own = asked[0].organisation
        asked += [claims(basile, bakery(town), own) for _ in range(2)]
        for number in range(10):
            with pytest.raises(CodeRefused):
                prove(account=basile, claim=asked[number % 3], text="wrong")
        with pytest.raises(TooManyAttempts):
            prove(account=basile, claim=asked[0], text="wrong")

    def test_a_code_is_good_once(self, basile, shop):
        asked = claims(basile, shop)
        text = posted(asked)
        prove(account=basile, claim=asked, text=text)
        give_up(account=basile, claim=asked)
        again = claims(basile, Listing.objects.get(pk=shop.pk), asked.organisation)
        assert again.pk != asked.pk
        with pytest.raises(CodeRefused):
            prove(account=basile, claim=again, text=text)

    def test_letters_have_an_end(self, basile, shop):
        asked = claims(basile, shop)
        for _ in range(2):
            ask_for_another_letter(account=basile, claim=asked)
        with pytest.raises(Refused, match="Trop de lettres"):
            ask_for_another_letter(account=basile, claim=asked)
        assert Letter.objects.waiting().count() == 1

    def test_a_door_is_not_buried_under_letters_of_many(self, shop):
        for number in range(8):
            one = person(f"Eve{number}")
            claims(one, shop, merchant(one, siret=SIRETS[number % 4]))
        assert Letter.objects.count() == 6 and Claim.objects.count() == 8

    def test_giving_up_and_claiming_anew_posts_no_letter_without_end(self, basile, town, monkeypatch):
        monkeypatch.setattr("directory.claiming.MOST_OF_ONE", 3)
        own = merchant(basile)
        for number in range(5):
            give_up(account=basile, claim=claims(basile, bakery(town, address=f"{number + 1} rue Dorée"), own))
        assert Letter.objects.count() == 3

    def test_a_letter_that_staff_drop_opens_nothing(self, basile, shop):
        asked = claims(basile, shop)
        text = posted(asked)
        drop(letters=Letter.objects.all())
        with pytest.raises(CodeRefused):
            prove(account=basile, claim=asked, text=text)

    def test_it_is_no_code_of_a_home(self, basile, shop):
        with pytest.raises(CodeRefused):
            use_code(account=basile, text=posted(claims(basile, shop)), role="tenant")

    def test_asked_twice_it_is_asked_once(self, basile, shop):
        asked = claims(basile, shop)
        assert claims(basile, shop, asked.organisation) == asked and Letter.objects.count() == 1

    def test_an_organisation_has_so_many_that_wait(self, basile, town):
        own = merchant(basile)
        for _ in range(20):
            claims(basile, bakery(town, location=None, address=""), own)
        with pytest.raises(InvalidParameter):
            claims(basile, bakery(town), own)


@pytest.mark.privacy
class TestHomes:
    def test_what_may_be_a_home_has_no_address_to_write_to(self, basile, town, tmp_path):
        import_csv(tmp_path, "7;Jeanne Exemple;nurse;8 rue Cachée;-1.56;47.21;;;")
        hidden = Listing.objects.get()
        assert hidden.location is None and door_of(hidden) == ""
        asked = claims(basile, hidden)
        assert asked.letter is None and not Letter.objects.exists()
        assert say_yes(by=staff(), claim=asked).held_at
        assert Listing.objects.get().location is None

    def test_what_a_neighbour_offers_is_nobodys_shop(self, basile, town):
        offer = publish(category="tutoring", title="Maths", municipality=town, direction="offer")
        with pytest.raises(Refused):
            claims(basile, offer)

    def test_the_address_an_owner_wrote_takes_no_codes_in(self, basile, town, tmp_path):
        """Else whoever keeps a page would keep the letters of whoever says it is not theirs."""
        import_csv(tmp_path, BAKERY_LINE)
        shop = Listing.objects.get()
        keeps(basile, shop)
        edit(listing=shop, address="9 rue de chez Basile")
        eve = person("Eve")
        assert claims(eve, Listing.objects.get(), merchant(eve)).letter.door.startswith("3 rue Dorée")


class TestTwo:
    @pytest.fixture
    def two(self, basile, shop):
        zoe = person("Zoé")
        return keeps(basile, shop), claims(zoe, shop, merchant(zoe, "Autre SARL", siret=SIRETS[0])), zoe

    def test_the_second_is_answered_the_same_and_has_a_letter_too(self, two):
        first, second, _zoe = two
        assert second.letter.door == first.letter.door or first.letter.door == ""
        assert second.held_at is None and second.letters == 1

    def test_its_code_leaves_the_decision_to_others(self, two, shop):
        first, second, zoe = two
        second = prove(account=zoe, claim=second, text=posted(second))
        assert second.proved_at and second.held_at is None and keeper_of(shop) == first

    def test_yes_to_the_second_ends_the_first_and_what_it_said(self, two, shop):
        first, second, _zoe = two
        say_yes(by=staff(), claim=second)
        first.refresh_from_db()
        assert first.ended_at and first.ended_why and keeper_of(shop) == second
        assert Listing.objects.get(pk=shop.pk).withdrawn_at is None

    def test_no_leaves_the_first(self, two, shop):
        first, second, _zoe = two
        say_no(by=staff(), claim=second, why="Ce n’est pas la bonne rue")
        second.refresh_from_db()
        assert (second.ended_why, keeper_of(shop)) == ("Ce n’est pas la bonne rue", first)

    def test_a_place_given_up_goes_to_the_next_proof(self, two, basile):
        first, second, zoe = two
        give_up(account=basile, claim=first)
        Listing.objects.filter(pk=first.listing_id).update(withdrawn_at=None)
        assert prove(account=zoe, claim=second, text=posted(second)).held_at

    def test_a_place_given_up_is_the_one_s_who_had_proved_it_meanwhile(self, two, basile, shop):
        first, second, zoe = two
        prove(account=zoe, claim=second, text=posted(second))
        assert keeper_of(shop) == first
        give_up(account=basile, claim=first)
        second.refresh_from_db()
        assert second.held_at and keeper_of(shop) == second
        assert Listing.objects.get(pk=shop.pk).withdrawn_at is None

    def test_of_two_who_had_proved_it_none_has_it_until_someone_decides(self, two, basile, shop):
        first, second, zoe = two
        prove(account=zoe, claim=second, text=posted(second))
        eve = person("Eve")
        third = claims(eve, shop, merchant(eve, siret=SIRETS[2]))
        prove(account=eve, claim=third, text=posted(third))
        give_up(account=basile, claim=first)
        assert keeper_of(shop) is None

    def test_a_claim_given_up_that_kept_nothing_changes_nothing(self, two, shop):
        first, second, zoe = two
        prove(account=zoe, claim=second, text=posted(second))
        give_up(account=zoe, claim=second)
        assert keeper_of(shop) == first

    def test_who_acts_for_either_decides_nothing(self, two):
        first, second, zoe = two
        for account in (zoe, Acting.objects.get(organisation=first.organisation).account):
            account.is_staff = True
            account.save()
            assert not may_decide(account, second)
            with pytest.raises(Refused):
                say_yes(by=account, claim=second)


class TestByWord:
    def test_the_town_says_yes_within_its_commune_alone(self, basile, shop, town, make_town):
        asked = claims(basile, shop)
        elsewhere = make_town("44143", box=(-1.50, 47.20, -1.45, 47.25), name="Rezé")
        stranger, mayor = person("Rezé"), person("Nantes")
        town_hall(stranger, elsewhere, name="Mairie de Rezé")
        hall = town_hall(mayor, town)
        with pytest.raises(Refused):
            say_yes(by=stranger, claim=asked)
        said = say_yes(by=mayor, claim=asked)
        assert said.held_at and (said.decided_by, said.decided_for) == (mayor, hall)

    def test_a_town_hall_that_nobody_admitted_says_nothing(self, basile, shop, town):
        mayor = person("Faux")
        hall = town_hall(mayor, town)
        hall.admitted_at = None
        hall.save()
        with pytest.raises(Refused):
            say_yes(by=mayor, claim=claims(basile, shop))

    def test_a_town_hall_never_says_yes_to_itself(self, town, shop):
        mayor = person("Nantes")
        asked = claims(mayor, shop, town_hall(mayor, town))
        with pytest.raises(Refused):
            say_yes(by=mayor, claim=asked)
        assert say_yes(by=staff(), claim=asked).held_at

    def test_who_is_nobody_decides_nothing(self, basile, shop):
        asked = claims(basile, shop)
        for deed in (say_yes, say_no):
            with pytest.raises(Refused):
                deed(by=person("Eve"), claim=asked)

    def test_what_is_over_is_not_granted(self, basile, shop):
        asked = claims(basile, shop)
        give_up(account=basile, claim=asked)
        with pytest.raises(Refused):
            say_yes(by=staff(), claim=asked)


class TestWhoActs:
    def test_only_who_is_responsible_claims_proves_and_gives_up(self, basile, shop):
        asked = claims(basile, shop)
        writer = person("Rédac")
        Acting.objects.create(account=writer, organisation=asked.organisation, role=Acting.Role.WRITER)
        text = posted(asked)
        for deed in (
            lambda: claim(account=writer, organisation=asked.organisation, listing=shop),
            lambda: prove(account=writer, claim=asked, text=text),
            lambda: ask_for_another_letter(account=writer, claim=asked),
            lambda: give_up(account=writer, claim=asked),
        ):
            with pytest.raises(Refused):
                deed()

    def test_anothers_claim_is_not_ones_own(self, basile, shop):
        asked = claims(basile, shop)
        eve = person("Eve")
        merchant(eve)
        for deed in (lambda: give_up(account=eve, claim=asked), lambda: claims(eve, shop, asked.organisation)):
            with pytest.raises(Refused):
                deed()
        assert Claim.objects.get().ended_at is None

    def test_what_ends_with_its_organisation(self, basile, shop):
        held = keeps(basile, shop)
        proposing.end(staff=staff(), organisation=held.organisation)
        held.refresh_from_db()
        assert held.ended_at and keeper_of(shop) is None
        with pytest.raises(Refused):
            claims(basile, shop, held.organisation)


class TestDoors:
    def test_without_an_address_of_its_own_the_door_next_to_it(self, town):
        from tests.directory.claims import Point

        shop = bakery(town, address="")
        assert door_of(shop) == ""
        near = {"municipality": town, "source": "test", "street_name": "Rue Haute", "postcode": "44100"}
        Address.objects.create(key="far", number=9, location=Point(-1.5606, 47.21, srid=4326), **near)
        assert door_of(shop) == ""
        Address.objects.create(key="near", number=5, location=Point(-1.5602, 47.21, srid=4326), **near)
        assert door_of(shop) == "5 Rue Haute\n44100 Nantes"
