"""What an owner says of a place stays through real imports, and goes with the owner."""

import pytest

from directory.claimed_places import of_its_kind
from directory.claiming import give_up, say_no, say_yes
from directory.keeping_places import change, close_for_good, differences, go_back, open_again
from directory.models import Listing, SearchEntry
from directory.search import SearchRequest, search
from directory.within import Within
from geo.errors import InvalidParameter
from scopes.errors import Refused
from scopes.models import Acting
from tests.directory.claims import (
    BAKERY,
    CAFE,
    OSM_BAKERY,
    bakery,
    claims,
    import_csv,
    import_osm,
    keeps,
    merchant,
    shopkeeper,
)
from tests.directory.test_publishing import periods_of
from tests.neighbours import person
from tests.scopes.mandates import staff

pytestmark = pytest.mark.django_db
OSM = {"name": "Le Fournil", "phone": "02 61 91 00 01", "hours": "Mo-Sa 07:00-19:00"}


@pytest.fixture
def basile(town):
    return shopkeeper()


@pytest.fixture(params=["csv", "osm"])
def source(request, tmp_path):
    """Say what the source says now: the bakery so changed, or without it."""

    def tell(*, gone: bool = False, **changed):
        if request.param == "osm":
            text = OSM_BAKERY.format(**OSM | changed)
            return import_osm(tmp_path, text.replace('v="bakery"', 'v="vacant"') if gone else text)
        line = BAKERY
        for was, now in zip(OSM.values(), (OSM | changed).values(), strict=True):
            line = line.replace(was, now)
        return import_csv(tmp_path, *([] if gone else [line]), CAFE)

    tell()
    return tell


def shop() -> Listing:
    return of_its_kind(Listing.objects.exclude(category__code="cafe").get())


def card() -> dict:
    return SearchEntry.objects.get(listing=shop()).card


class TestImports:
    def test_what_the_owner_said_stays_and_the_rest_follows_the_source(self, basile, source):
        kept = keeps(basile, shop())
        change(account=basile, claim=kept, opening_hours="Tu-Su 08:00-20:00")
        source(hours="Mo-Su 09:00-18:00", phone="02 61 91 00 02", name="Le Fournil doré")
        assert (card()["opening_hours"], card()["phone"]) == ("Tu-Su 08:00-20:00", "+33261910002")
        assert shop().title == "Le Fournil doré" and card()["kept"]
        (differs,) = [one for one in differences(shop()).values() if one.column == "opening_hours"]
        assert (differs.source, differs.owner) == ("Mo-Su 09:00-18:00", "Tu-Su 08:00-20:00")

    def test_the_place_stays_when_its_source_drops_it(self, basile, source):
        kept = keeps(basile, shop())
        change(account=basile, claim=kept, phone="+33261910009")
        assert source(gone=True).gone == 1
        assert (card()["phone"], card()["opening_hours"]) == ("+33261910009", "Mo-Sa 07:00-19:00")

    def test_it_stays_even_where_nothing_was_changed(self, basile, source):
        keeps(basile, shop())
        source(gone=True)
        assert card()["kept"]

    def test_back_to_the_source_one_by_one(self, basile, source):
        kept = keeps(basile, shop())
        change(account=basile, claim=kept, opening_hours="Tu-Su 08:00-20:00", phone="+33261910009")
        go_back(account=basile, claim=kept, column="opening_hours")
        assert (card()["opening_hours"], card()["phone"]) == ("Mo-Sa 07:00-19:00", "+33261910009")
        source(hours="Mo-Su 09:00-18:00")
        assert card()["opening_hours"] == "Mo-Su 09:00-18:00"

    def test_said_as_the_source_says_it_follows_the_source(self, basile, source):
        kept = keeps(basile, shop())
        change(account=basile, claim=kept, phone="+33261910009")
        change(account=basile, claim=kept, phone="+33261910001")
        assert "phone" not in shop().edits
        source(phone="02 61 91 00 02")
        assert card()["phone"] == "+33261910002"

    def test_emptied_by_its_owner_it_stays_empty(self, basile, source):
        change(account=basile, claim=keeps(basile, shop()), phone="")
        source(phone="02 61 91 00 02")
        assert "phone" not in card()

    def test_another_category_of_its_kind_stays(self, basile, source):
        change(account=basile, claim=keeps(basile, shop()), category="cafe", title="Café Fournil")
        source(phone="02 61 91 00 02")
        kept = of_its_kind(Listing.objects.get(title="Café Fournil"))
        assert kept.category.code == "cafe" and kept.phone == "+33261910002"

    def test_closed_for_good_it_does_not_come_back_but_by_its_owner(self, basile, source):
        kept = keeps(basile, shop())
        close_for_good(account=basile, claim=kept)
        source(phone="02 61 91 00 02")
        assert shop().withdrawn_at and not SearchEntry.objects.filter(listing=shop()).exists()
        open_again(account=basile, claim=kept)
        assert card()["phone"] == "+33261910002"

    def test_hours_nobody_could_read_give_way_to_the_owners(self, basile, tmp_path):
        import_csv(tmp_path, BAKERY.replace("Mo-Sa 07:00-19:00", "le matin"))
        assert card()["opening_hours_text"] == "le matin"
        kept = keeps(basile, shop())
        change(account=basile, claim=kept, opening_hours="Mo-Fr 07:00-12:00")
        assert "opening_hours_text" not in card()
        go_back(account=basile, claim=kept, column="opening_hours")
        assert card()["opening_hours_text"] == "le matin" and "opening_hours" not in card()


class TestLeaving:
    def test_what_the_owner_said_goes_with_the_owner(self, basile, source):
        kept = keeps(basile, shop())
        change(account=basile, claim=kept, phone="+33261910009", title="Chez Basile")
        give_up(account=basile, claim=kept)
        assert (shop().title, card()["phone"]) == ("Le Fournil", "+33261910001") and "kept" not in card()

    def test_closed_and_left_it_stays_closed(self, basile, source):
        kept = keeps(basile, shop())
        close_for_good(account=basile, claim=kept)
        give_up(account=basile, claim=kept)
        source(phone="02 61 91 00 02")
        assert shop().withdrawn_at

    def test_taken_back_by_those_who_decide_all_of_it_goes(self, basile, source):
        kept = keeps(basile, shop())
        close_for_good(account=basile, claim=kept)
        say_no(by=staff(), claim=kept, why="Usurpation")
        assert card()["phone"] == "+33261910001"

    def test_given_up_where_no_source_tells_of_it_any_more_it_goes(self, basile, source):
        kept = keeps(basile, shop())
        source(gone=True)
        give_up(account=basile, claim=kept)
        assert shop().withdrawn_at

    def test_a_new_owner_begins_with_the_source(self, basile, source):
        kept, zoe = keeps(basile, shop()), person("Zoé")
        change(account=basile, claim=kept, phone="+33261910009")
        say_yes(by=staff(), claim=claims(zoe, shop(), merchant(zoe)))
        assert card()["phone"] == "+33261910001" and card()["kept"]
        with pytest.raises(Refused):
            change(account=basile, claim=kept, phone="+33261910008")

    def test_without_any_source_it_goes_out_of_sight(self, basile, town):
        kept = keeps(basile, bakery(town))
        give_up(account=basile, claim=kept)
        assert not SearchEntry.objects.exists()


class TestChanging:
    def test_openings_are_laid_down_at_once_and_search_knows(self, basile, town):
        listing = bakery(town)
        kept = keeps(basile, listing)
        assert periods_of(listing) is None
        change(account=basile, claim=kept, opening_hours="Mo-Su 09:00-10:00")
        assert len(periods_of(listing)) >= 59
        from directory.here import Here

        here = Here(longitude=-1.56, latitude=47.21)
        (item,) = search(SearchRequest(here=here, within=Within.parse("500m"), limit=5)).items
        assert item.card["opening_hours"] == "Mo-Su 09:00-10:00" and item.card["kept"]

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("opening_hours", "le matin"),
            ("title", ""),
            ("website", "javascript:alert(1)"),
            ("category", "library"),
            ("category", "merchant"),
            ("category", "n’importe"),
        ],
    )
    def test_what_is_not_valid_changes_nothing(self, basile, town, column, value):
        kept = keeps(basile, bakery(town))
        with pytest.raises(InvalidParameter) as error:
            change(account=basile, claim=kept, **{column: value})
        assert error.value.parameter == column
        assert Listing.objects.get().edits == {"kept": True}

    def test_a_writer_changes_and_a_former_one_does_not(self, basile, town):
        kept = keeps(basile, bakery(town))
        writer = person("Rédac")
        acting = Acting.objects.create(account=writer, organisation=kept.organisation, role=Acting.Role.WRITER)
        assert change(account=writer, claim=kept, phone="+33261910009").phone == "+33261910009"
        acting.delete()
        for deed in (change, close_for_good, open_again):
            with pytest.raises(Refused):
                deed(account=writer, claim=kept)

    def test_who_only_asked_changes_nothing(self, basile, town):
        with pytest.raises(Refused):
            change(account=basile, claim=claims(basile, bakery(town)), phone="+33261910009")

    @pytest.mark.privacy
    def test_what_may_be_a_home_shows_no_address(self, basile, town):
        asked = claims(basile, bakery(town, location=None, address=""))
        kept = say_yes(by=staff(), claim=asked)
        with pytest.raises(InvalidParameter) as error:
            change(account=basile, claim=kept, address="8 rue Cachée")
        assert error.value.parameter == "address"

    def test_what_has_no_source_goes_back_to_none(self, basile, town):
        kept = keeps(basile, bakery(town))
        with pytest.raises(Refused):
            go_back(account=basile, claim=kept, column="phone")
        assert differences(of_its_kind(kept.listing)) == {}
