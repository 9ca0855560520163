"""Publishing writes the search entry in the same breath, and withdrawing takes it away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from directory.models import Kind, Listing, OpeningRenewal, SearchEntry
from directory.publishing import edit, publish, refresh_entries, refreshed_together, withdraw
from directory.renewing import openings_are_stale, renew_openings
from geo.errors import InvalidParameter
from geo.models import Neighbourhood
from tests.scopes.entering import later

pytestmark = pytest.mark.django_db
WEST, EAST = Point(-1.58, 47.22, srid=4326), Point(-1.52, 47.22, srid=4326)


def bakery(town, **columns):
    return publish(category="bakery", title="Le Fournil", municipality=town, **{"location": WEST, **columns})


def test_an_entry_holds_what_a_card_needs(town):
    listing = bakery(town, address="3 rue Dorée", phone="+33261910001", website="https://exemple.fr", brand="Pains")
    entry = listing.entry
    assert (entry.kind, entry.title, entry.insee_code, entry.department) == (Kind.MERCHANT, "Le Fournil", "44109", "44")
    assert entry.words == "le fournil boulangerie, patisserie bakery pains"
    assert entry.card == {
        "address": "3 rue Dorée",
        "municipality": "Nantes",
        "phone": "+33261910001",
        "website": "https://exemple.fr",
    }


def test_the_quarter_is_the_one_that_covers_the_point(town):
    west, east = Neighbourhood.objects.order_by("code")
    assert bakery(town).entry.neighbourhood_id == west.pk
    assert bakery(town, location=EAST).entry.neighbourhood_id == east.pk


def test_on_a_limit_the_first_code_wins(town):
    on_the_limit = Point(-1.55, 47.22, srid=4326)
    assert bakery(town, location=on_the_limit).entry.neighbourhood_id == Neighbourhood.objects.get(code="0").pk


def test_a_quarter_of_another_kind_is_no_circle(town):
    town.circle_kind = "secteur"
    town.save()
    assert bakery(town).entry.neighbourhood_id is None


def test_what_has_no_public_place_is_known_at_its_quarter(town):
    quarter = Neighbourhood.objects.get(code="1")
    offer = publish(
        category="tutoring", title="Cours de maths", municipality=town, neighbourhood=quarter, direction="offer"
    )
    assert offer.kind == Kind.SERVICE
    assert (offer.entry.location, offer.entry.neighbourhood_id) == (None, quarter.pk)
    assert offer.entry.card["direction"] == "offer"


def test_withdrawn_and_ended_listings_have_no_entry(town):
    listing, ended = bakery(town), bakery(town)
    withdraw(listing=listing)
    Listing.objects.filter(pk=ended.pk).update(closes_at=timezone.now() - timedelta(days=1))
    refresh_entries([ended.pk])
    assert not SearchEntry.objects.exists()


def test_a_listing_to_come_has_an_entry_with_its_beginning(town):
    tomorrow = timezone.now() + timedelta(days=1)
    assert bakery(town, opens_at=tomorrow).entry.live_from == tomorrow


def test_only_known_columns_are_edited(town):
    listing = bakery(town)
    assert edit(listing=listing, title="Le Fournil doré").entry.title == "Le Fournil doré"
    with pytest.raises(InvalidParameter) as error:
        edit(listing=listing, municipality_id=1)
    assert error.value.parameter == "municipality_id"


@pytest.mark.parametrize(
    ("column", "value"),
    [("opening_hours", "le matin"), ("website", "javascript:alert(1)"), ("title", "x" * 161), ("title", "")],
)
def test_an_edit_that_is_not_valid_changes_nothing(town, column, value):
    listing = bakery(town)
    with pytest.raises(InvalidParameter) as error:
        edit(listing=listing, **{column: value})
    assert error.value.parameter == column
    assert Listing.objects.get().edits == {}


def test_hours_that_cannot_be_evaluated_are_not_published(town):
    with pytest.raises(InvalidParameter):
        bakery(town, opening_hours="le matin")
    assert not Listing.objects.exists()


def periods_of(listing):
    with connection.cursor() as cursor:
        cursor.execute("SELECT open_periods FROM directory_searchentry WHERE listing_id = %s", [listing.pk])
        (periods,) = cursor.fetchone()
    return None if periods is None else [(period.lower.isoformat(), period.upper.isoformat()) for period in periods]


class TestOpenings:
    def test_periods_are_of_the_time_zone_of_the_place(self, make_town):
        reunion = make_town("97411", box=(55.4, -20.9, 55.5, -20.8), name="Saint-Denis")
        listing = bakery(reunion, location=Point(55.45, -20.85, srid=4326), opening_hours="Mo-Su 09:00-10:00")
        (first, *_) = [str(period) for period in periods_of(listing)]
        assert "05:00" in first and "06:00" in first

    def test_unknown_hours_have_no_periods_and_never_open_ones_an_empty_set(self, town):
        assert periods_of(bakery(town)) is None
        assert periods_of(bakery(town, opening_hours="Mo-Su off")) == []

    def test_a_renewal_extends_what_is_known_and_a_second_changes_nothing(self, town):
        listing = bakery(town, opening_hours="Mo-Su 09:00-10:00")
        before = periods_of(listing)
        OpeningRenewal.objects.update(until=timezone.now() + timedelta(days=3))
        refresh_entries([listing.pk])
        assert len(periods_of(listing)) < len(before)
        assert renew_openings() == 1
        assert periods_of(listing) == before
        assert renew_openings() == 0

    @pytest.mark.parametrize("hours", ["Mo-Su 22:00-03:30", "Mo-Su 02:00-02:30", "sunrise-sunset", "Mo-Su off"])
    def test_a_few_listings_are_written_as_many_are(self, town, make_town, hours, monkeypatch):
        """Over the night in which clocks are put back, and where they never are."""
        reunion = make_town("97411", box=(55.4, -20.9, 55.5, -20.8), name="Saint-Denis")
        with later(datetime(2027, 10, 1, tzinfo=UTC) - timezone.now()):
            there = [bakery(town, opening_hours=hours), bakery(town), bakery(reunion, opening_hours=hours)]
            few = [periods_of(one) for one in there]
            monkeypatch.setattr("directory.publishing.FEW", 0)
            SearchEntry.objects.all().delete()
            refresh_entries([one.pk for one in there])
        assert few == [periods_of(one) for one in there] and few[1] is None and (few[0] or "off" in hours)

    def test_the_command_renews_only_when_stale(self, town, capsys):
        assert openings_are_stale()
        call_command("renew_openings")
        assert "0 annonces" in capsys.readouterr().out
        call_command("renew_openings", if_stale=True)
        assert capsys.readouterr().out == "" and not openings_are_stale()


def test_entries_of_a_block_are_written_at_its_end(town):
    with refreshed_together():
        made = [bakery(town, brand=f"Pains {number}") for number in range(5)]
        assert not SearchEntry.objects.filter(listing__in=made).exists()
    assert SearchEntry.objects.filter(listing__in=made).count() == 5
    withdraw(listing=made[0])
    assert SearchEntry.objects.filter(listing__in=made).count() == 4, "as ever after the block"


def test_a_block_that_fails_writes_none_and_ends_all_the_same(town):
    with pytest.raises(ZeroDivisionError), refreshed_together():
        made = bakery(town)
        raise ZeroDivisionError
    assert not SearchEntry.objects.filter(listing=made).exists()
    assert bakery(town).entry
