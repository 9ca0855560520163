"""Presence: a number of weeks of those who agreed to be counted, gone once counted; nothing else of any visit."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from geo.models import Residence
from scopes.models import Consent, Household, Membership, Presence, ReachCount
from scopes.presence import ENOUGH, forget_presence, note_presence, sunday_of
from scopes.reach import quarter_of
from scopes.reach_table import homes_counting, renew_reach
from scopes.rights.consenting import consent, withdraw_consent
from scopes.rights.erasing import erase
from scopes.rights.records import WEEKS_TOLD, Use
from tests.neighbours import neighbour, person, sign_in
from tests.scopes.crowd import settle
from tests.still import still_page

pytestmark = pytest.mark.django_db
#: A Monday; its quarter has thirteen weeks from the one that ends on 4 October.
MONDAY = date(2026, 9, 28)
WEEK = timedelta(days=7)
AUTUMN, WINTER = date(2026, 10, 1), date(2027, 1, 1)


@pytest.fixture
def ada(db):
    """An account that agreed."""
    account = person("Ada")
    consent(account=account, use=Use.COUNTED)
    return account


def comes(account, weeks: int, *, since: date = MONDAY) -> None:
    for number in range(weeks):
        note_presence(account.pk, on=since + number * WEEK)


class TestNoting:
    def test_a_week_is_noted_once_whichever_days_one_comes(self, ada):
        noted = [note_presence(ada.pk, on=MONDAY + timedelta(days=days)) for days in range(8)]
        assert noted == [True, *6 * [False], True]
        assert Presence.objects.values_list("weeks", "last_week").get() == (2, MONDAY + timedelta(days=13))

    def test_a_clock_set_back_counts_no_week_twice(self, ada):
        comes(ada, 2)
        assert not note_presence(ada.pk, on=MONDAY)
        assert Presence.objects.get().weeks == 2

    def test_no_more_is_noted_than_is_enough(self, ada):
        comes(ada, 13)
        assert Presence.objects.values_list("weeks", "last_week").get() == (ENOUGH, sunday_of(MONDAY + 9 * WEEK))
        with pytest.raises(IntegrityError), transaction.atomic():
            Presence.objects.update(weeks=ENOUGH + 1)

    def test_nothing_is_noted_of_who_did_not_agree_or_agrees_no_more(self, ada):
        withdraw_consent(account=ada, use=Use.COUNTED)
        assert not note_presence(ada.pk) and not note_presence(person("Bob").pk)
        assert not Presence.objects.exists()

    def test_who_agreed_before_weeks_were_told_of_is_not_noted_until_they_agree_again(self, ada):
        Consent.objects.update(wording=WEEKS_TOLD - 1)
        assert not note_presence(ada.pk)
        withdraw_consent(account=ada, use=Use.COUNTED), consent(account=ada, use=Use.COUNTED)
        assert note_presence(ada.pk)

    def test_each_quarter_of_the_year_is_noted_apart(self, ada):
        comes(ada, 14)
        assert list(Presence.objects.order_by("quarter").values_list("quarter", "weeks")) == [(AUTUMN, 10), (WINTER, 1)]

    @given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
    def test_a_week_is_over_when_its_quarter_is(self, day):
        last = sunday_of(day)
        assert last.weekday() == 6 and timedelta() <= last - day < WEEK
        assert quarter_of(last) >= quarter_of(day)

    @given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
    def test_every_quarter_has_thirteen_weeks_give_or_take_one(self, day):
        first = quarter_of(day)
        sundays = {sunday_of(first + timedelta(days=days)) for days in range(92)}
        assert 12 <= len({one for one in sundays if quarter_of(one) == first}) <= 14


class TestByThePages:
    @pytest.fixture
    def camille(self, toy_town) -> Membership:
        return neighbour("Camille", Residence.objects.of_buildings().open().order_by("pk").first())

    def test_a_page_of_a_member_is_enough_and_says_nothing_of_it(self, camille):
        client = Client()
        sign_in(client, camille.account)
        pages = [still_page(client.get("/donnees/")) for _again in range(2)]
        assert pages[0] == pages[1]
        noted = Presence.objects.get()
        assert (noted.account, noted.weeks, noted.last_week) == (camille.account, 1, sunday_of(timezone.localdate()))

    def test_nobody_else_is_noted(self, camille):
        away = person("Alix")
        consent(account=away, use=Use.COUNTED)
        sign_in(homeless := Client(), away)
        Consent.objects.filter(account=camille.account).delete()
        sign_in(declined := Client(), camille.account)
        for client in (Client(), homeless, declined):
            assert client.get("/donnees/").status_code == 200
        assert not Presence.objects.exists()

    def test_taking_the_yes_back_erases_it_at_once(self, camille):
        client = Client()
        sign_in(client, camille.account)
        client.get("/donnees/")
        client.post("/moi/accords/", {"use": "counted", "agreed": "no"})
        assert not Presence.objects.exists()

    def test_it_goes_with_the_account(self, camille):
        note_presence(camille.account_id)
        erase(account=camille.account)
        assert not Presence.objects.exists()


class TestCounting:
    @pytest.fixture
    def crowd(self, toy_town) -> list[Membership]:
        """Sixty homes of one reach cell."""
        cell = Residence.objects.of_buildings().open().order_by("pk").first().public_cell.reach_cell_id
        those = Residence.objects.of_buildings().open().filter(public_cell__reach_cell=cell).order_by("pk")
        return settle([*those] * (60 // len(those) + 1))

    def test_a_home_is_weekly_when_one_of_its_people_is(self, toy_town):
        residence = Residence.objects.of_buildings().open().order_by("pk").first()
        household = Household.objects.create()
        for name, weeks in (("Ana", 1), ("Bea", ENOUGH)):
            comes(neighbour(name, residence, household=household).account, weeks)
        comes(neighbour("Cleo", residence).account, ENOUGH - 1)
        assert sorted(home.weekly for home in homes_counting(weekly_in=AUTUMN)) == [False, True]
        assert not any(home.weekly for home in homes_counting(weekly_in=WINTER))

    def test_weeks_are_counted_with_the_next_table_and_then_gone(self, crowd):
        Presence.objects.bulk_create(
            Presence(account=member.account, quarter=AUTUMN, weeks=ENOUGH, last_week=WINTER) for member in crowd
        )
        renew_reach(on=AUTUMN)
        assert not ReachCount.objects.filter(weekly__gt=0).exists()
        assert Presence.objects.count() == len(crowd), "their quarter is not over"
        renew_reach(on=WINTER)
        (told,) = ReachCount.objects.filter(quarter=WINTER, weekly__gt=0)
        assert told.homes >= told.weekly >= 20 and told.weekly % 10 == 0
        assert not Presence.objects.exists()

    def test_a_table_stands_whoever_comes(self, crowd):
        renew_reach(on=WINTER)
        before = list(ReachCount.objects.order_by("pk").values())
        for member in crowd:
            comes(member.account, ENOUGH)
        renew_reach(on=WINTER)
        assert list(ReachCount.objects.order_by("pk").values()) == before

    def test_the_night_erases_what_no_consent_holds(self, ada):
        note_presence(ada.pk, on=MONDAY)
        note_presence(ada.pk, on=WINTER)
        assert forget_presence(before=WINTER) == 1
        Consent.objects.update(withdrawn_at=timezone.now())
        assert forget_presence(before=WINTER) == 1
