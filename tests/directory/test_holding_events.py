"""Who acts for an association, a town or a shop announces what it holds, in three actions."""

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from directory import holding_events
from directory.errors import TooMany
from directory.event_forms import EventForm, initial_of
from directory.holding_events import Announced, announce_event, dates_announced
from directory.models import Event, EventDate, SearchEntry
from geo.errors import InvalidParameter, NotFound
from geo.models import Address
from scopes.errors import Refused
from scopes.models import Level
from tests.directory.happening import clock, in_days
from tests.neighbours import person, sign_in
from tests.scopes.entering import later
from tests.scopes.mandates import organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(make_town):
    return make_town(quarters=2)


@pytest.fixture
def address(town):
    return Address.objects.create(
        key="44109_1", source="test", municipality=town, number=3, street_name="Rue Haute", postcode="44000",
        location=Point(-1.59, 47.2173, srid=4326),
    )  # fmt: skip


@pytest.fixture
def account(db):
    return person("Ada")


@pytest.fixture
def club(account):
    return organisation(account, kind="association", name="Les Amis du bal")


def says(address, **columns) -> Announced:
    starts = clock(in_days(7), 20).replace(tzinfo=None)
    told = {"title": "Bal", "category": "festival", "place_name": "La Grange", "address": address, "starts": starts}
    return Announced(**{**told, "ends": starts + timedelta(hours=3), **columns})


def announced(account, club, address, **columns) -> Event:
    return announce_event(account=account, organisation=club, announced=says(address, **columns))


def test_it_is_announced_once_to_everyone(account, club, address):
    made = announced(account, club, address)
    assert announced(account, club, address).pk == made.pk, "pressed twice"
    assert (made.organisation, made.openness, made.location) == (club, "public", address.location)
    assert (made.starts_at, made.closes_at) == (clock(in_days(7), 20), clock(in_days(7), 23))
    assert SearchEntry.objects.get(listing=made).audience == "public"


@pytest.mark.parametrize(
    ("to", "level"),
    [
        ("town", Level.MUNICIPALITY),
        ("quarter", Level.NEIGHBOURHOOD),
        ("500m", Level.CATCHMENT),
        ("2km", Level.CATCHMENT),
    ],
)
def test_or_to_the_members_of_a_circle_around_its_place(account, club, address, to, level):
    made = announced(account, club, address, to=to)
    assert (made.openness, made.level) == ("members", level)
    assert (made.neighbourhood is not None) == (to == "quarter")
    assert initial_of(made)["to"] == to


def test_it_comes_again_as_chosen(account, club, address):
    first = clock(date(2027, 3, 6), 10).replace(tzinfo=None)  # the first Saturday of March
    months = says(address, starts=first, ends=None, repeats="month", until=date(2027, 6, 30))
    days = [start.astimezone(timezone.get_default_timezone()) for start, _end in dates_announced(months)]
    assert [(day.month, day.day, day.hour) for day in days] == [(3, 6, 10), (4, 3, 10), (5, 1, 10), (6, 5, 10)]
    made = announce_event(account=account, organisation=club, announced=months)
    assert made.dates.count() == 4
    initial = initial_of(made)
    assert (initial["repeats"], initial["until"]) == ("month", date(2027, 6, 30))
    assert len(dates_announced(says(address, repeats="fortnight", until=in_days(40)))) == 3


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"title": " \u200b"}, "title"),
        ({"category": "bakery"}, "category"),
        ({"category": "event"}, "category"),
        ({"starts": clock(date(2020, 1, 1)).replace(tzinfo=None), "ends": None}, "starts"),
        ({"starts": clock(in_days(800)).replace(tzinfo=None), "ends": None}, "starts"),
        ({"ends": clock(in_days(6)).replace(tzinfo=None)}, "ends"),
        ({"ends": clock(in_days(600)).replace(tzinfo=None)}, "ends"),
        ({"repeats": "hour"}, "repeats"),
        ({"repeats": "week"}, "until"),
        ({"repeats": "week", "until": in_days(3)}, "until"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"to": "world"}, "to"),
        ({"text": "x" * 5_000}, "text"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(account, club, address, columns, field):
    with pytest.raises(InvalidParameter) as refused:
        announced(account, club, address, **columns)
    assert refused.value.parameter == field
    assert not Event.objects.exists()


def test_who_may_not_is_refused(account, club, address):
    with pytest.raises(Refused):
        announced(person("Eve"), club, address)
    with pytest.raises(Refused):
        announced(account, organisation(account, kind="operator", siret="09000010000108"), address)
    club.admitted_at = None
    club.save()
    with pytest.raises(Refused):
        announced(account, club, address)
    with pytest.raises(NotFound):
        holding_events.own_events(account, club)


def test_a_day_has_its_most(account, club, address, monkeypatch):
    monkeypatch.setattr(holding_events, "MOST_A_DAY", 2)
    announced(account, club, address, title="Un")
    announced(account, club, address, title="Deux")
    with pytest.raises(TooMany):
        announced(account, club, address, title="Trois")


def test_it_is_changed_cancelled_held_after_all_and_taken_back(account, club, address, client):
    made = announced(account, club, address)
    held = {"account": account, "event": made}
    later = clock(in_days(8), 20).replace(tzinfo=None)
    changed = holding_events.change_event(**held, announced=says(address, title="Grand bal", starts=later, ends=None))
    assert (changed.public_id, changed.title, changed.sequence) == (made.public_id, "Grand bal", 1)
    assert list(EventDate.objects.values_list("starts_at", flat=True)) == [clock(in_days(8), 20)]
    holding_events.cancel_event(**held)
    page = client.get(f"/evenement/{made.public_id}/").content.decode()
    assert "<s>Grand bal</s>" in page and "Annulé." in page and "Ajouter à mon agenda" not in page
    assert b"STATUS:CANCELLED" in client.get(f"/evenement/{made.public_id}/agenda.ics").content
    assert holding_events.hold_after_all(**held).sequence == 3
    with pytest.raises(Refused):
        holding_events.cancel_event(account=person("Eve"), event=made)
    holding_events.take_event_back(**held)
    assert client.get(f"/evenement/{made.public_id}/").status_code == 404
    assert not SearchEntry.objects.exists()


def filled(**columns) -> dict:
    said = {
        "title": "Bal", "category": "festival", "day": in_days(7).isoformat(), "starts": "20:00", "ends": "02:00",
        "place_name": "La Grange", "address": "3 rue Haute, Nantes", "to": "everyone",
    }  # fmt: skip
    return said | columns


def test_three_actions_on_the_page(account, club, address, client, monkeypatch):
    monkeypatch.setattr("directory.event_forms.addresses_meant", lambda text: [address])
    base = f"/organismes/{club.handle}/evenements/"
    sign_in(client, account, two_factors=True)
    seen = client.post(f"{base}ajouter/", filled(repeats="week", until=in_days(21).isoformat(), preview="1"))
    assert seen.status_code == 200 and not Event.objects.exists()
    assert seen.content.decode().count("de 20\u00a0h à 2\u00a0h") == 3, "a night belongs to the day it begins on"
    assert client.post(f"{base}ajouter/", filled())["Location"] == base
    made = Event.objects.get()
    assert made.ends_at == clock(in_days(8), 2)
    assert "Bal" in client.get(base).content.decode()
    page = f"{base}{made.public_id}/"
    assert 'value="3 Rue Haute, Nantes"' in client.get(page).content.decode()
    wrong = client.post(page, filled(title=""))
    assert wrong.status_code == 400 and Event.objects.get().title == "Bal"
    assert client.post(page, {"deed": "cancel"}).status_code == 302
    assert Event.objects.get().cancelled_at
    assert client.post(page, {"deed": "burn"}).status_code == 404
    stranger = person("Eve")
    sign_in(client, stranger, two_factors=True)
    for address_of_page in (base, f"{base}ajouter/", page):
        assert client.get(address_of_page).status_code == 404


def test_a_form_without_hours_is_whole_days(address, monkeypatch):
    monkeypatch.setattr("directory.event_forms.addresses_meant", lambda text: [address])
    form = EventForm(filled(starts="", ends="", last_day=in_days(9).isoformat()))
    assert form.is_valid(), form.errors
    told = form.announced
    assert (told.all_day, told.ends - told.starts) == (True, timedelta(days=3))
    assert not EventForm(filled(starts="")).is_valid(), "an end without a start"
    monkeypatch.setattr("directory.event_forms.addresses_meant", lambda text: [])
    assert "address" in EventForm(filled()).errors


@pytest.mark.parametrize("place", ["chez Paul", "Paul Exemple", "Villa des Roses", "Jardin de Mme Exemple"])
def test_nobody_s_home_is_announced(account, club, address, place):
    with pytest.raises(InvalidParameter) as refused:
        announced(account, club, address, place_name=place)
    assert refused.value.parameter == "place_name" and not Event.objects.exists()


def test_who_writes_for_some_quarters_alone_announces_nothing(account, club, address):
    club.actings.update(everywhere=False)
    with pytest.raises(Refused):
        announced(account, club, address)


def test_what_comes_every_week_is_changed_after_its_first_date(account, club, address):
    starts = clock(in_days(1), 20).replace(tzinfo=None)
    weekly = {"starts": starts, "ends": None, "repeats": "week", "until": in_days(60)}
    event = announced(account, club, address, **weekly)
    with later(timedelta(days=10)):
        changed = holding_events.change_event(
            account=account, event=event, announced=says(address, **weekly, price="5 €")
        )
        assert changed.price == "5 €"
        with pytest.raises(InvalidParameter):
            holding_events.change_event(
                account=account, event=event, announced=says(address, **weekly | {"starts": starts - timedelta(days=1)})
            )


@pytest.mark.parametrize("field", ["day", "last_day", "until"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_that_no_clock_tells_are_refused_at_their_field(town, address, field, day):
    filled = {
        "title": "Bal",
        "category": "festival",
        "place_name": "La Grange",
        "address": str(address),
        "to": "everyone",
    }
    form = EventForm(filled | {"day": in_days(7).isoformat(), field: day})
    assert not form.is_valid() and field in form.errors
