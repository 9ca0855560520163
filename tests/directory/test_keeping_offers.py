"""Offers that a reader keeps: for their own eyes, by the same button taken back, told to the shop as one range."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.counting_interest import count_interest, homes_by_shop
from directory.keeping_offers import keep_offer, kept_offers
from directory.models import Interest, InterestFigure, Promotion
from directory.organisation_publishing import take_said_back
from directory.telling_interest import told_of, told_to
from geo.errors import NotFound
from geo.models import PublicCell, ReachCell
from scopes.models import Acting, Membership, Organisation
from scopes.reach import Connected, quarter_after, quarter_of
from scopes.reach_table import Home, is_counted
from scopes.rights.erasing import erase
from scopes.rights.exporting import as_json
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.browsing import browser
from tests.directory.organised import offers, page
from tests.neighbours import asker, neighbour, person
from tests.scopes.crowd import settle
from tests.scopes.mandates import SIRETS, organisation
from tests.scopes.village import make_village
from tests.still import still_page

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
#: The quarter that the clock of the test is in, and the one in which it is counted.
NOW = quarter_of(timezone.localdate())
NEXT = quarter_after(NOW)


@pytest.fixture
def village(db):
    """The village, its cells united into one reach cell."""
    village = make_village()
    middle = village.cells[0].location
    whole = ReachCell.objects.create(municipality=village.town, location=middle, dwellings=900)
    PublicCell.objects.update(reach_cell=whole)
    return village


@pytest.fixture
def ada():
    return person("Ada")


@pytest.fixture
def bakery(ada):
    return organisation(ada, kind="merchant", name="Jean Pain", siret=SIRETS[3])


@pytest.fixture
def offer(village, ada, bakery) -> Promotion:
    return offers(ada, bakery, page(village.town, bakery))


@pytest.fixture
def bob(village) -> Membership:
    return neighbour("Bob", village.residences["A"])


def keeps(member, offer: Promotion, **back) -> None:
    account = getattr(member, "account_id", None) or member.pk
    keep_offer(viewer=viewer_of(account), public_id=offer.public_id, **back)


def crowd(village, offer: Promotion, homes: int) -> list[Membership]:
    """So many homes in which someone keeps an offer."""
    members = settle([village.residences["A"]] * homes)
    Membership.objects.filter(pk__in=[member.pk for member in members]).update(provisional_until=timezone.now())
    Interest.objects.bulk_create(Interest(account=one.account, promotion=offer, quarter=NOW) for one in members)
    return members


def tossed(members: list[Membership]) -> int:
    """How many of these homes the secret coin leaves in."""
    return sum(is_counted(Home(one.account_id, one.residence_id, 0, 0)) for one in members)


class TestKeeping:
    def test_it_is_kept_once_and_taken_back(self, offer, bob):
        for _again in range(2):
            keeps(bob, offer)
        assert [one.pk for one in kept_offers(viewer_of(bob.account_id))] == [offer.pk]
        assert Interest.objects.values_list("account", "quarter").get() == (bob.account_id, NOW)
        for _again in range(2):
            keeps(bob, offer, keep=False)
        assert not Interest.objects.exists()

    def test_nobody_without_account_and_nothing_that_is_no_offer_or_is_over(self, offer, bob, ada):
        with pytest.raises(NotFound):
            keep_offer(viewer=ANONYMOUS, public_id=offer.public_id)
        with pytest.raises(NotFound):
            keep_offer(viewer=viewer_of(bob.account_id), public_id=offer.place.public_id)
        keeps(bob, offer)
        take_said_back(account=ada, said=offer)
        assert not kept_offers(viewer_of(bob.account_id)).exists()
        with pytest.raises(NotFound):
            keeps(bob, offer)

    def test_the_deed_holds_no_home_no_day_and_no_hour(self):
        columns = {field.name for field in Interest._meta.get_fields()}
        assert columns == {"id", "account", "promotion", "quarter"}

    def test_it_is_in_the_archive_and_goes_with_the_account(self, offer, bob):
        keeps(bob, offer)
        assert offer.title in as_json(bob.account)
        erase(account=bob.account)
        assert not Interest.objects.exists()


class TestPages:
    def test_from_the_offer_to_the_till(self, offer, bob):
        client, address = browser(bob), f"/offre/{offer.public_id}/"
        assert "Intéressé" in client.get(address).text
        assert client.post(f"{address}garder/").headers["Location"] == address
        assert "Montrer le bon" in client.get(address).text
        assert offer.title in client.get("/moi/bons/").text
        shown = client.get(f"{address}bon/").text.split("<main")[1].split("</main")[0]
        assert offer.title in shown and "Le Fournil" in shown
        client.post(f"{address}garder/", {"back": ""})
        assert client.get(f"{address}bon/").status_code == 404
        assert offer.title not in client.get("/moi/bons/").text

    def test_a_voucher_is_the_same_for_whoever_keeps_the_offer(self, village, offer, bob):
        zoe = neighbour("Zoé", village.residences["F"])
        shown = []
        for who in (bob, zoe):
            keeps(who, offer)
            html = still_page(browser(who).get(f"/offre/{offer.public_id}/bon/"))
            shown.append(html.split("<main")[1].split("</main")[0])
        assert shown[0] == shown[1]

    def test_a_passer_by_reads_the_offer_as_before_and_signs_in_to_keep_it(self, client, offer, bob):
        before = still_page(client.get(f"/offre/{offer.public_id}/"))
        keeps(bob, offer)
        assert still_page(client.get(f"/offre/{offer.public_id}/")) == before and "Intéressé" not in before
        assert "/compte/entrer/" in client.post(f"/offre/{offer.public_id}/garder/").headers["Location"]
        assert "/compte/entrer/" in client.get("/moi/bons/").headers["Location"]

    def test_who_makes_the_offer_sees_nothing_of_who_keeps_it(self, village, offer, ada, bob):
        def seen() -> list[str]:
            client = browser(ada, two_factors=True)
            return [still_page(client.get(path)) for path in ("/pro/", f"/offre/{offer.public_id}/", "/moi/bons/")]

        before = seen()
        crowd(village, offer, 60), keeps(bob, offer)
        assert seen() == before
        assert "Premier chiffre le" in before[0]


class TestCounting:
    def test_each_home_counts_once_whatever_its_people_keep(self, village, offer, bob, ada, bakery):
        other = offers(ada, bakery, page(village.town, bakery, title="Le Fournil bis"))
        zoe = neighbour("Zoé", bob.residence, household=bob.household)
        for who, what in ((bob, offer), (bob, other), (zoe, offer)):
            keeps(who, what)
        assert homes_by_shop(NOW)[bakery.pk] == tossed([bob])

    def test_who_refused_is_not_counted_by_the_yes_of_someone_of_the_same_home(self, village, offer, bakery):
        bobs = [neighbour(f"Bob{number}", village.residences["B"]) for number in range(8)]
        for bob in bobs:
            keeps(neighbour("Zoé", bob.residence, household=bob.household, agrees=False, proved_by="word"), offer)
        assert homes_by_shop(NOW)[bakery.pk] == 0
        for bob in bobs:
            keeps(bob, offer)
        assert homes_by_shop(NOW)[bakery.pk] == tossed(bobs) > 0

    @pytest.mark.parametrize(
        "why", ["no consent", "no letter", "only asked", "no home", "left", "no cell", "another quarter"]
    )
    def test_who_does_not_count_in_the_table_does_not_here(self, village, offer, bakery, why):
        residence = village.residences["B"]
        for number in range(9):
            who = {
                "no consent": lambda name: neighbour(name, residence, agrees=False),
                "no letter": lambda name: neighbour(name, residence, proved_by="word"),
                "only asked": lambda name: asker(name, residence),
                "no home": person,
                "left": lambda name: neighbour(name, residence, ended_at=timezone.now(), chosen=False),
            }.get(why, lambda name: neighbour(name, residence))(f"Ana{number}")
            keeps(who, offer)
        if why == "no cell":
            PublicCell.objects.update(reach_cell=None)
        if why == "another quarter":
            Interest.objects.update(quarter=date(2020, 1, 1))
        assert homes_by_shop(NOW)[bakery.pk] == 0

    def test_a_person_of_two_homes_counts_in_the_one_they_chose(self, village, offer, bakery):
        account = neighbour("Ana", village.residences["A"]).account
        neighbour("Ana", village.residences["F"], account=account)
        keeps(account, offer)
        assert homes_by_shop(NOW)[bakery.pk] <= 1

    def test_the_shop_s_own_homes_are_not_counted_nor_those_of_who_acted_for_it(self, village, offer, bakery):
        members = crowd(village, offer, 40)
        all_of_them = homes_by_shop(NOW)[bakery.pk]
        for member, ended in ((members[0], None), (members[1], timezone.now())):
            Acting.objects.create(account=member.account, organisation=bakery, role="writer", ended_at=ended)
            # Whoever lives with them is of the same home.
            zoe = neighbour("Zoé", member.residence, household=member.household)
            keeps(zoe, offer)
        assert all_of_them - homes_by_shop(NOW)[bakery.pk] == tossed(members[:2])

    def test_one_number_a_quarter_in_tens_from_twenty_on_and_it_stands(self, village, offer, bakery):
        crowd(village, offer, 120)
        assert count_interest(on=NOW) == 0, "its quarter is not over"
        assert count_interest(on=NEXT) == 1
        figure = InterestFigure.objects.get()
        assert (figure.organisation, figure.quarter) == (bakery, NEXT)
        assert 80 <= figure.homes <= 160 and figure.homes % 10 == 0
        crowd(village, offer, 60)
        assert count_interest(on=NEXT) == 0
        assert InterestFigure.objects.get().homes == figure.homes
        with pytest.raises(IntegrityError), transaction.atomic():
            InterestFigure.objects.update(homes=19)

    def test_few_homes_are_told_like_none(self, village, offer, bakery, ada):
        crowd(village, offer, 15)
        count_interest(on=NEXT)
        assert InterestFigure.objects.get().homes == 0
        assert told_of(bakery).said == Connected.of(0).in_short
        assert "moins de 20" in browser(ada, two_factors=True).get("/pro/").text

    def test_what_was_counted_goes_but_for_offers_that_still_run(self, offer, bob):
        keeps(bob, offer)
        count_interest(on=NEXT)
        assert Interest.objects.exists(), "its reader keeps it until the offer is over"
        Promotion.objects.update(opens_at=timezone.now() - timedelta(days=9), closes_at=timezone.now())
        count_interest(on=quarter_after(NEXT))
        assert not Interest.objects.exists()
        assert set(InterestFigure.objects.values_list("homes", flat=True)) == {0}

    def test_a_shop_that_never_offered_anything_is_told_nothing(self, ada, bakery, bob):
        assert count_interest(on=NEXT) == 0 and told_to(ada) == [] and told_to(bob.account) == []

    def test_two_shops_are_told_each_their_own(self, village, offer, ada, bakery):
        florist = organisation(ada, kind="merchant", name="Fleurs", siret=SIRETS[2])
        other = offers(ada, florist, page(village.town, florist, category="florist", title="Fleurs"))
        crowd(village, offer, 120), crowd(village, other, 10)
        count_interest(on=NEXT)
        told = {one.organisation: one.said for one in told_to(ada)}
        assert told[florist] == "moins de 20" != told[bakery]
        assert Organisation.objects.count() == len(told)
