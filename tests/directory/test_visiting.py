"""The weekly rota: planned, taken, done; a circle is told of a visit that nobody confirms, in words that say little."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from directory import missed_visits, visiting
from directory.models import HelpSlot, HelpVisit
from directory.tasks import tell_of_missed_visits
from geo.errors import InvalidParameter, NotFound
from scopes.models import MassMessage, MessageCopy
from tests.directory.browsing import browser
from tests.directory.helping import TEXT, TITLE, asks_for_help, trusts
from tests.directory.speaking import looking
from tests.neighbours import neighbour
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
PARIS = ZoneInfo("Europe/Paris")
#: A Tuesday; a visit of the morning is over at noon.
TUESDAY = datetime(2026, 12, 1, 9, tzinfo=PARIS)
NOON, DAY = TUESDAY.replace(hour=12), timedelta(days=1)


@pytest.fixture
def clock(monkeypatch):
    """Set the time that it is."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(ZoneInfo("UTC")))

    set_to(TUESDAY)
    return set_to


@pytest.fixture
def jeanne(clock):
    return neighbour("Jeanne", make_village().residences["A"])


@pytest.fixture
def anna(jeanne):
    return neighbour("Anna", jeanne.residence)


@pytest.fixture
def help_(jeanne, anna):
    asked = asks_for_help(jeanne)
    trusts(jeanne, asked, anna)
    return asked


@pytest.fixture
def slot(jeanne, help_) -> HelpSlot:
    return does(visiting.plan, jeanne, help_, weekday=2, time_of_day=1)


def does(deed, someone, help_, **more):
    if isinstance(more.get("slot"), HelpSlot):
        more["slot"] = more["slot"].public_id
    with looking(someone) as viewer:
        return deed(viewer=viewer, public_id=help_.public_id, **more)


def told() -> list[tuple[str, datetime]]:
    """Whom a message is on its way to, and when."""
    return sorted(MessageCopy.objects.values_list("account__first_name", "due_at"))


def test_planned_taken_and_done(jeanne, anna, help_, slot):
    does(visiting.take, anna, help_, slot=slot)
    with pytest.raises(InvalidParameter):
        does(visiting.take, jeanne, help_, slot=slot)
    visit = does(visiting.say_done, anna, help_, slot=slot)
    assert (visit.on, str(visit.done_by)) == (TUESDAY.date(), "Anna D.")
    assert does(visiting.say_done, jeanne, help_, slot=slot, done=False).done_at is None


def test_only_who_keeps_it_plans_and_nobody_outside_does_anything(jeanne, anna, help_, slot):
    outside = neighbour("Rémi", jeanne.residence)
    deeds = [(visiting.plan, anna, {"weekday": 1, "time_of_day": 1}), (visiting.drop, anna, {"slot": slot})]
    deeds += [(deed, outside, {"slot": slot}) for deed in (visiting.take, visiting.let_go, visiting.say_done)]
    for deed, someone, more in deeds:
        with pytest.raises(NotFound):
            does(deed, someone, help_, **more)
    with pytest.raises(InvalidParameter):
        does(visiting.plan, jeanne, help_, weekday=8, time_of_day=1)


def test_a_visit_that_has_not_come_is_not_done(jeanne, help_):
    friday = does(visiting.plan, jeanne, help_, weekday=5, time_of_day=1)
    with pytest.raises(InvalidParameter):
        does(visiting.say_done, jeanne, help_, slot=friday)


def test_two_hours_after_its_time_the_circle_is_told_once(clock, anna, help_, slot):
    does(visiting.take, anna, help_, slot=slot)
    clock(NOON + timedelta(minutes=119))
    tell_of_missed_visits.func(0)
    assert told() == []
    clock(NOON + timedelta(hours=2))
    tell_of_missed_visits.func(0)
    tell_of_missed_visits.func(0)
    assert [name for name, _due in told()] == ["Anna", "Jeanne"]
    message = MassMessage.objects.get()
    said = f"{message.words} {message.pushed}"
    assert "n’est pas confirmé" in said
    assert not any(word in said for word in (TITLE, TEXT, "Jeanne", "Anna", "mardi"))


@pytest.mark.parametrize("why", ["done", "nobody took it", "taken too late", "ended", "long ago"])
def test_nothing_is_told_of_what_is_not_missed(clock, jeanne, anna, help_, slot, why):
    later = NOON + timedelta(hours=15 if why == "long ago" else 2)
    if why != "nobody took it":
        clock(NOON + timedelta(hours=1) if why == "taken too late" else TUESDAY)
        does(visiting.take, anna, help_, slot=slot)
    if why == "done":
        does(visiting.say_done, anna, help_, slot=slot)
    if why == "ended":
        type(help_).objects.update(ended_at=timezone.now())
    clock(later)
    assert missed_visits.tell_of_missed_visits() == 0 and told() == []


def test_at_night_only_those_who_chose_it_and_not_those_who_wish_none(clock, jeanne, anna, help_):
    evening = does(visiting.plan, jeanne, help_, weekday=2, time_of_day=4)
    does(visiting.take, anna, help_, slot=evening)
    does(visiting.choose_alert, jeanne, help_, is_told=True, at_night=True)
    night = TUESDAY.replace(hour=22)
    clock(night)
    missed_visits.tell_of_missed_visits()
    assert told() == [("Anna", TUESDAY.replace(hour=7) + DAY), ("Jeanne", night)]
    does(visiting.choose_alert, anna, help_, is_told=False, at_night=True)
    everyone = [anna.account_id, jeanne.account_id]
    assert missed_visits.still_missed(MassMessage.objects.get(), everyone) == {jeanne.account_id}
    does(visiting.say_done, anna, help_, slot=evening)
    assert missed_visits.still_missed(MassMessage.objects.get(), everyone) == set()


def test_who_leaves_frees_what_they_took(anna, help_, slot):
    does(visiting.take, anna, help_, slot=slot)
    help_.circle.get(account=anna.account).delete()
    slot.refresh_from_db()
    assert slot.taken_by is None and not HelpVisit.objects.exists()


def test_from_the_page_to_the_sheet(jeanne, anna, help_):
    address, keeping, coming = f"/coups-de-main/{help_.public_id}/", browser(jeanne), browser(anna)
    page = keeping.post(f"{address}passages/", {"weekday": "2", "time_of_day": "1"}, follow=True)
    assert "Mardi" in page.text and "personne encore" in page.text
    way = f"{address}passages/{help_.slots.get().public_id}/"
    assert "Anna D." in coming.post(way, {"deed": "take"}, follow=True).text
    assert "Fait, mardi 1" in coming.post(way, {"deed": "done"}, follow=True).text
    assert "Quelqu’un vient de le prendre" in keeping.post(way, {"deed": "take"}, follow=True).text
    sheet = keeping.get(f"{address}feuille/").text
    assert "Anna D." in sheet and TITLE not in sheet and "Jeanne" not in sheet
    assert coming.post(way, {"deed": "burn"}).status_code == 404
    assert coming.post(f"{address}prevenir/", {}).status_code == 302
    assert not help_.circle.get(account=anna.account).is_told
