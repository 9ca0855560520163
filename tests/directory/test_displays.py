"""Sheets at entrances: prepared by sending, hung by those who may, on a clock where the law has one."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.display_clock import Clock, Stand
from directory.display_reminding import remind_of_displays
from directory.displaying import (
    put_all_up,
    put_up,
    role_of,
    say_it_never_hung,
    sheets_kept_by,
    take_down,
)
from directory.models import Display, DisplayRole, Hand
from directory.notice_templates import DECISIONS_SHOWN
from directory.notifying import say_it_is_over, take_back
from geo.errors import InvalidParameter, NotFound
from geo.front_doors import addresses_of
from scopes import second_lock
from scopes.errors import Refused
from scopes.models import Acting, Management, Organisation, OutgoingMail
from scopes.organisations.mandating import end
from scopes.rights.erasing import erase
from scopes.rights.exporting import told
from tests.directory.displayed import caretaker, send_decisions, sheets
from tests.directory.mandated import send, tell
from tests.neighbours import DAY, neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force, organisation, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def next_door(home):
    return building(2, 2)


@pytest.fixture
def agent(home):
    return person("Gil", "Bertin")


@pytest.fixture
def mandate(agent, home, next_door):
    return in_force(agent, [home, next_door])


@pytest.fixture
def mailing(agent, mandate, home):
    return send_decisions(agent, mandate, [home])


@pytest.fixture
def sheet(mailing):
    return sheets(mailing)[0]


def today() -> date:
    return timezone.localdate()


class TestPreparing:
    def test_one_for_each_entrance_of_each_residence(self, agent, mandate, home, next_door):
        told = sheets(send(agent, mandate, [home, next_door]))
        doors = [(one.pk, str(door)) for one in (home, next_door) for door in addresses_of(one)]
        assert sorted((one.residence_id, one.entrance) for one in told) == sorted(doors)
        assert all(one.hung_on is None and one.down_on is None for one in told)

    def test_of_some_entrances_these_alone(self, agent, mandate, home):
        door = next(addresses_of(home))
        mailing = tell(agent, mandate, "entrances", entrances=[door.key])
        assert [one.entrance for one in sheets(mailing)] == [str(door)]

    def test_none_for_what_is_over(self, agent, mandate, home):
        mailing = send(agent, mandate, [home])
        with later(timedelta(minutes=3)):
            assert sheets(say_it_is_over(account=agent, mailing=mailing)) == []

    def test_a_residence_without_address_has_one_under_its_name(self, agent, mandate, home):
        for door in addresses_of(home):
            door.delete()
        assert sheets(send(agent, mandate, [home])) == []
        home.name = "Les Bleuets"
        home.save(update_fields=["name"])
        assert [one.entrance for one in sheets(send(agent, mandate, [home]))] == ["Les Bleuets"]

    def test_postgresql_shows_none_of_a_residence_that_is_not_opened(self, mailing, next_door):
        assert not Display.objects.exists()
        with second_lock.opened([next_door.pk]):
            assert not Display.objects.exists()


class TestHanging:
    def test_the_organisation_says_when_it_was_put_up_and_taken_down(self, agent, mailing, sheet):
        with later(3 * DAY):
            hung = put_up(account=agent, handle=sheet.handle, on=today())
            assert (hung.hung_on, hung.hung_as) == (today(), DisplayRole.ORGANISATION)
            again = put_up(account=agent, handle=sheet.handle, on=today() - DAY)
            assert again.hung_on == today()
        with later(5 * DAY):
            down = take_down(account=agent, handle=sheet.handle)
            assert down.down_on == today() and down.down_as == DisplayRole.ORGANISATION
        assert set(Hand.objects.values_list("account", "took_down")) == {(agent.pk, False), (agent.pk, True)}

    @pytest.mark.parametrize("role", ["caretaker", "council"])
    def test_of_a_keeper_the_role_is_kept_and_no_name(self, home, sheet, role):
        keeper = caretaker(home, role)
        assert put_up(account=keeper.account, handle=sheet.handle).hung_as == role
        assert not Hand.objects.exists()

    def test_a_manager_hangs_it(self, home, sheet):
        agent = person("Régine")
        Management.objects.create(account=agent, residence=home)
        assert put_up(account=agent, handle=sheet.handle).hung_as == DisplayRole.MANAGER

    def test_nobody_else_does(self, home, next_door, sheet):
        others = [
            neighbour("Ana", home).account,
            neighbour("Faux", home, role="caretaker").account,
            caretaker(next_door).account,
            person("Eve"),
            staff(),
        ]
        rival = person("Lou")
        others.append(rival)
        organisation(rival, siret="73282932000074", name="Autre syndic")
        for who in others:
            for deed in (put_up, take_down, say_it_never_hung):
                for handle in (sheet.handle, uuid4()):
                    with pytest.raises(NotFound):
                        deed(account=who, handle=handle)

    def test_another_organisation_of_the_same_residence_does_not(self, home, sheet):
        rival = person("Lou")
        landlord = organisation(rival, kind="landlord", siret="73282932000074", name="Bailleur")
        send(rival, in_force(rival, [home], landlord), [home])
        with pytest.raises(NotFound):
            put_up(account=rival, handle=sheet.handle)
        with second_lock.opened([home.pk]):
            assert role_of(rival, sheet) is None

    @pytest.mark.parametrize("days", [-1, 1, 4000])
    def test_a_day_before_it_was_sent_or_to_come_is_refused(self, agent, sheet, days):
        with pytest.raises(InvalidParameter) as refused:
            put_up(account=agent, handle=sheet.handle, on=today() + days * DAY)
        assert refused.value.parameter == "on"
        assert all(one.hung_on is None for one in sheets(sheet.mailing))

    def test_it_is_not_taken_down_before_it_hung(self, agent, sheet):
        with pytest.raises(Refused):
            take_down(account=agent, handle=sheet.handle)
        with later(2 * DAY):
            put_up(account=agent, handle=sheet.handle)
            with pytest.raises(InvalidParameter):
                take_down(account=agent, handle=sheet.handle, on=today() - DAY)

    def test_the_database_holds_to_it(self, mailing, home, sheet):
        with second_lock.opened([home.pk]), pytest.raises(IntegrityError), transaction.atomic():
            Display.objects.filter(pk=sheet.pk).update(hung_on=today(), down_on=today() - DAY)

    def test_a_mistake_is_taken_back_until_it_came_down(self, agent, sheet):
        put_up(account=agent, handle=sheet.handle)
        assert say_it_never_hung(account=agent, handle=sheet.handle).hung_on is None
        assert not Hand.objects.exists()
        put_up(account=agent, handle=sheet.handle)
        take_down(account=agent, handle=sheet.handle)
        with pytest.raises(Refused):
            say_it_never_hung(account=agent, handle=sheet.handle)

    def test_a_keeper_takes_back_nothing_that_another_said(self, agent, home, sheet):
        put_up(account=agent, handle=sheet.handle)
        keeper = caretaker(home).account
        with pytest.raises(Refused):
            say_it_never_hung(account=keeper, handle=sheet.handle)
        say_it_never_hung(account=agent, handle=sheet.handle)
        put_up(account=keeper, handle=sheet.handle)
        assert say_it_never_hung(account=keeper, handle=sheet.handle).hung_on is None
        put_up(account=keeper, handle=sheet.handle)
        assert say_it_never_hung(account=agent, handle=sheet.handle).hung_on is None

    def test_what_was_taken_back_is_not_put_up_but_comes_down(self, agent, mailing, next_door):
        one = sheets(mailing)[0]
        put_up(account=agent, handle=one.handle)
        take_back(account=agent, mailing=mailing)
        take_down(account=agent, handle=one.handle)
        with pytest.raises(Refused):
            put_all_up(account=agent, mailing=type(mailing).objects.get(pk=mailing.pk))

    def test_a_mandate_that_ended_lets_it_come_down_only(self, agent, mandate, home, next_door):
        first, second, *_rest = sheets(send_decisions(agent, mandate, [home, next_door]))
        put_up(account=agent, handle=first.handle)
        end(by=agent, mandate=mandate)
        with pytest.raises(Refused):
            put_up(account=agent, handle=second.handle)
        assert take_down(account=agent, handle=first.handle).down_on

    def test_all_at_once(self, agent, mandate, home, next_door):
        mailing = send_decisions(agent, mandate, [home, next_door])
        put_up(account=agent, handle=sheets(mailing)[0].handle)
        assert put_all_up(account=agent, mailing=mailing) == len(sheets(mailing)) - 1
        assert put_all_up(account=agent, mailing=mailing) == 0
        assert all(one.hung_on == today() for one in sheets(mailing))
        with pytest.raises(NotFound):
            put_all_up(account=person("Eve"), mailing=mailing)


class TestTheClock:
    def clock(self, sheet, template="decisions", **columns) -> Clock:
        for name, value in columns.items():
            setattr(sheet, name, value)
        return Clock.of(sheet, template=template)

    def test_it_runs_a_month_from_the_day_it_hung(self, sheet):
        assert self.clock(sheet) == Clock(stand=Stand.MISSING, until=None)
        hung = today() - DECISIONS_SHOWN
        assert self.clock(sheet, hung_on=hung) == Clock(stand=Stand.DUE, until=today())
        assert self.clock(sheet, hung_on=hung + DAY).stand == Stand.UP
        assert self.clock(sheet, hung_on=hung, down_on=today()).stand == Stand.DOWN
        assert self.clock(sheet, hung_on=hung, down_on=today() - DAY).stand == Stand.EARLY

    def test_what_the_law_does_not_clock_has_no_end(self, sheet):
        clock = self.clock(sheet, "water_cut", hung_on=today() - 400 * DAY)
        assert clock == Clock(stand=Stand.UP, until=None)


class TestReminding:
    def mails(self) -> list[dict]:
        return list(OutgoingMail.objects.filter(template="displays").values_list("values", flat=True))

    def test_of_a_missing_sheet_twice_and_of_one_that_may_come_down(self, agent, mailing, sheet):
        said = []
        for day in range(50):
            with later(day * DAY):
                if day == 8:
                    put_all_up(account=agent, mailing=mailing)
                if remind_of_displays():
                    said.append(day)
        assert said == [2, 7, 8 + DECISIONS_SHOWN.days, 15 + DECISIONS_SHOWN.days]
        assert [(one["missing"], one["due"]) for one in self.mails()] == [(2, 0), (2, 0), (0, 2), (0, 2)]

    def test_those_who_act_for_it_and_nobody_of_the_residence(self, agent, mailing, home):
        lou = person("Lou")
        own = Organisation.objects.get()
        Acting.objects.create(account=lou, organisation=own, role=Acting.Role.WRITER)
        Acting.objects.create(account=person("Parti"), organisation=own, role="writer", ended_at=timezone.now())
        caretaker(home), neighbour("Ana", home)
        with later(2 * DAY):
            assert remind_of_displays() == 2
        assert set(OutgoingMail.objects.filter(template="displays").values_list("to", flat=True)) == {
            agent.email,
            lou.email,
        }

    def test_of_nothing_else(self, agent, mandate, home, mailing):
        send(agent, mandate, [home])
        take_back(account=agent, mailing=mailing)
        with later(2 * DAY):
            assert remind_of_displays() == 0


class TestKeepers:
    def test_they_see_what_is_said_in_their_residence_now(self, agent, mandate, home, next_door):
        keeper = caretaker(home)
        mailing = send_decisions(agent, mandate, [home, next_door])
        send(agent, mandate, [next_door])
        gone = send(agent, mandate, [home])
        with later(timedelta(minutes=3)):
            take_back(account=agent, mailing=gone)
            with sheets_kept_by(keeper.account) as theirs:
                assert {(one.mailing_id, one.residence_id) for one in theirs} == {(mailing.pk, home.pk)}
            with sheets_kept_by(person("Eve")) as theirs:
                assert theirs == []

    def test_what_hangs_stays_until_it_is_down(self, agent, mailing, home, sheet):
        keeper = caretaker(home)
        put_up(account=keeper.account, handle=sheet.handle)
        with later(100 * DAY):
            with sheets_kept_by(keeper.account) as theirs:
                assert [one.pk for one in theirs] == [sheet.pk]
            take_down(account=agent, handle=sheet.handle)
            with sheets_kept_by(keeper.account) as theirs:
                assert theirs == []


@pytest.mark.privacy
class TestRights:
    def test_who_hung_it_is_exported_and_erased_with_the_account(self, agent, sheet):
        put_up(account=agent, handle=sheet.handle)
        assert "affiches que vous avez posées" in str(told(agent))
        erase(account=agent)
        assert not Hand.objects.exists()
        left = next(one for one in sheets(sheet.mailing) if one.pk == sheet.pk)
        assert left.hung_on and left.hung_as == DisplayRole.ORGANISATION
