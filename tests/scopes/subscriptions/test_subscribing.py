"""Subscriptions: priced by kind, counted from buildings, quoted, in force, over; a lapse stops sending alone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from geo.errors import InvalidParameter
from geo.models import Residence
from scopes.errors import Refused
from scopes.models import Acting, Organisation, OutgoingMail, Price, Subscription
from scopes.organisations.mandating import end as end_mandate
from scopes.rights.erasing import erase
from scopes.subscriptions.counting import places_of
from scopes.subscriptions.pricing import set_price
from scopes.subscriptions.quoting import _a_year_after, accept, end, quote
from scopes.subscriptions.reminding import remind_of_ends
from scopes.subscriptions.requiring import TRIAL, free_until, may_send, require_subscription
from tests.neighbours import DAY, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force, organisation, staff
from tests.scopes.subscribed import priced, quoted, subscribed

pytestmark = pytest.mark.django_db


class TestThePriceList:
    def test_a_kind_pays_for_each_dwelling_or_one_sum(self, home):
        assert priced(per_dwelling="0,50").per_dwelling == Decimal("0.5")
        price = priced(yearly="1 200")
        assert (price.per_dwelling, price.yearly) == (None, 1200) and Price.objects.count() == 1
        assert priced(per_dwelling="", yearly="") is None and not Price.objects.exists()

    @pytest.mark.parametrize("kind", ["merchant", "association", "resident", ""])
    def test_others_never_pay(self, kind):
        with pytest.raises(InvalidParameter):
            priced(kind, per_dwelling="1")
        with pytest.raises(IntegrityError), transaction.atomic():
            Price.objects.create(kind=kind, yearly=1)

    @pytest.mark.parametrize("text", ["0", "-1", "abc", "0,001", "1e9", "NaN", "Infinity", "1.000,50", "9" * 12])
    def test_what_is_no_price_is_named(self, text):
        with pytest.raises(InvalidParameter) as refused:
            priced(per_dwelling=text)
        assert refused.value.parameter == "per_dwelling" and not Price.objects.exists()

    def test_not_both(self):
        with pytest.raises(InvalidParameter):
            priced(per_dwelling="1", yearly="1")

    def test_only_the_staff_set_it(self, agent):
        with pytest.raises(Refused):
            set_price(staff=agent, kind="agent", yearly="1")

    def test_a_change_of_price_leaves_its_first_day(self, home):
        first = priced()
        with later(30 * DAY):
            assert priced(per_dwelling="1").since == first.since


class TestCounting:
    def test_the_residences_of_mandates_that_are_announced(self, agent, own, mandate, home):
        (place,) = places_of(own, municipality=None)
        those = [home, building(2, 2)]
        assert place["residences"] == 2 and place["name"] == home.municipality.name
        assert place["known"] + place["estimated"] == sum(one.dwellings for one in those)
        assert place["estimated"] == sum(one.dwellings for one in those if one.dwellings_estimated)
        end_mandate(by=agent, mandate=mandate)
        assert places_of(own, municipality=None) == []

    def test_a_residence_of_two_mandates_counts_once(self, agent, own, mandate, home):
        before = places_of(own, municipality=None)
        in_force(agent, [home], own)
        assert places_of(own, municipality=None) == before

    def test_the_whole_of_a_commune(self, own, home):
        town = home.municipality
        (place,) = places_of(own, municipality=town)
        all_of_it = Residence.objects.open().of_buildings().filter(municipality=town)
        assert place["residences"] == all_of_it.count()
        assert place["known"] + place["estimated"] == sum(one.dwellings or 0 for one in all_of_it)


class TestQuoting:
    def test_it_holds_what_was_quoted(self, own, mandate, price, home):
        made = quoted(own)
        dwellings = made.quantity
        assert made.number == f"{timezone.localdate().year}-0001" and made.state == "quoted"
        assert made.total == dwellings * Decimal("0.50") == made.total_with_vat and made.vat == 0
        assert made.customer["address"] == ["3 rue des Lilas", "44000 Nantes"]
        assert (made.ends_on - made.starts_on).days in (364, 365)
        priced(per_dwelling="9")
        Residence.objects.filter(pk=home.pk).update(dwellings=999)
        made.refresh_from_db()
        assert (made.quantity, made.unit_price) == (dwellings, Decimal("0.50"))
        assert quoted(own).number.endswith("-0002")
        Subscription.objects.filter(number__endswith="-0002").update(number=f"{made.number[:4]}-9999")
        assert [quoted(own).number[4:] for _more in range(2)] == ["-10000", "-10001"]

    def test_one_sum_needs_no_dwelling(self, own):
        priced(yearly="1200")
        made = quoted(own)
        assert (made.quantity, made.total) == (1, 1200) and not made.is_per_dwelling

    def test_vat_where_the_seller_owes_it(self, own, settings):
        settings.VAT_RATE = "20"
        priced(yearly="99,99")
        made = quoted(own)
        assert (made.vat, made.total_with_vat) == (Decimal("20.00"), Decimal("119.99"))

    def test_a_leap_day_ends_a_year_later(self):
        assert _a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
        assert _a_year_after(date(2027, 3, 1)) == date(2028, 2, 29)

    @pytest.mark.parametrize(
        ("field", "columns"),
        [
            ("address", {"address": " \n "}),
            ("address", {"address": "x\n" * 7}),
            ("address", {"address": "x" * 400}),
            ("starts_on", {"starts_on": date(1999, 1, 1)}),
            ("starts_on", {"starts_on": date(9999, 1, 1)}),
        ],
    )
    def test_what_is_wrong_is_named(self, own, mandate, price, field, columns):
        with pytest.raises(InvalidParameter) as refused:
            quoted(own, **columns)
        assert refused.value.parameter == field and not Subscription.objects.exists()

    def test_without_a_price_or_a_dwelling_there_is_none(self, own):
        for _again in range(2):
            with pytest.raises(InvalidParameter):
                quoted(own)
            priced()

    def test_only_the_staff_quote_accept_and_end(self, agent, own, mandate, price):
        with pytest.raises(Refused):
            quote(staff=agent, organisation=own, address="x", starts_on=timezone.localdate())
        made = quoted(own)
        for deed in (accept, end):
            with pytest.raises(Refused):
                deed(staff=agent, subscription=made)

    def test_a_quote_that_is_out_of_date_is_not_accepted(self, own, mandate, price):
        made = quoted(own)
        with later(31 * DAY):
            assert made.state == "expired"
            with pytest.raises(Refused):
                accept(staff=staff(), subscription=made)
        accept(staff=staff(), subscription=made)
        accept(staff=staff(), subscription=made)
        end(staff=staff(), subscription=made)
        with pytest.raises(Refused):
            accept(staff=staff(), subscription=quoted_and_ended(own))

    def test_its_state_follows_the_days(self, own, mandate, price):
        made = subscribed(own, timezone.localdate() + 10 * DAY)
        states = []
        for days in (0, 10, 10 + 364, 10 + 366):
            with later(days * DAY):
                states.append(str(made.state.value))
        assert states == ["coming", "in_force", "in_force", "lapsed"]
        assert end(staff=staff(), subscription=made).state == "ended"


def quoted_and_ended(own) -> Subscription:
    return end(staff=staff(), subscription=quoted(own))


class TestRequiring:
    """A lapse stops sending; see `test_notifying` and below for what goes all the same."""

    def test_a_kind_without_a_price_never_needs_one(self, own):
        with later(2000 * DAY):
            assert may_send(own) and free_until(own) is None

    def test_ninety_days_are_free_from_admission_or_from_the_first_price(self, own, price):
        assert free_until(own) == timezone.localdate() + TRIAL
        with later(TRIAL):
            assert may_send(own)
        with later(TRIAL + DAY):
            assert not may_send(own)
            with pytest.raises(Refused, match="abonnement"):
                require_subscription(own)
            require_subscription(own, unless=True)

    def test_an_organisation_of_long_ago_has_its_ninety_days_too(self, own):
        with later(1000 * DAY):
            priced()
            assert may_send(own)

    def test_a_year_in_force_lets_it_send_and_its_end_does_not(self, own, mandate, price):
        made = subscribed(own)
        with later(TRIAL + DAY):
            assert may_send(own)
            end(staff=staff(), subscription=made)
            assert not may_send(own)
        Subscription.objects.update(ended_at=None)
        with later(366 * DAY):
            assert not may_send(own)

    def test_a_quote_alone_does_not(self, own, mandate, price):
        quoted(own)
        with later(TRIAL + DAY):
            assert not may_send(own)

    def test_anothers_subscription_is_none(self, own, mandate, price):
        subscribed(own)
        other = organisation(person("Lou"), siret="73282932000074", name="Autre")
        with later(TRIAL + DAY):
            assert may_send(own) and not may_send(other)


class TestReminding:
    def test_sixty_and_fifteen_days_before_once_each(self, agent, own, mandate, price):
        Acting.objects.create(account=person("Lou"), organisation=own, role=Acting.Role.WRITER)
        made = subscribed(own)
        length = (made.ends_on - made.starts_on).days
        said = []
        for left in (61, 60, 59, 30, 15, 14, 0):
            with later(timedelta(days=length - left)):
                said += [left] * remind_of_ends()
        assert said == [60, 15]
        assert set(OutgoingMail.objects.filter(template="subscription").values_list("to", flat=True)) == {agent.email}

    def test_a_worker_that_slept_says_it_once(self, own, mandate, price):
        made = subscribed(own)
        with later(timedelta(days=(made.ends_on - made.starts_on).days - 10)):
            assert (remind_of_ends(), remind_of_ends()) == (1, 0)

    def test_not_where_the_next_year_stands(self, own, mandate, price):
        made = subscribed(own)
        with later(timedelta(days=(made.ends_on - made.starts_on).days - 20)):
            subscribed(own, made.ends_on + DAY)
            assert remind_of_ends() == 0


def test_who_made_a_quote_is_forgotten_with_the_account(own, mandate, price):
    clerk = person("Dominique", is_staff=True)
    made = quote(staff=clerk, organisation=own, address="3 rue", starts_on=timezone.localdate())
    erase(account=clerk)
    made.refresh_from_db()
    assert made.made_by is None and Organisation.objects.filter(pk=own.pk).exists()
