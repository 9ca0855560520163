"""The crowd of the demonstration: settled once, marked, varied, and nowhere near where visitors try out to live."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction

from config.demonstration import crowd
from config.demonstration.crowd import crowd_is_there, settle_crowd
from config.demonstration.inhabitants import address_of, settle_inhabitants
from directory import introducing
from directory.agreements import own_rides
from directory.categories import tree
from directory.commutes import FRIDAY
from directory.kinds import KINDS
from directory.models import Answer, Carpool, Help, HelpVisit, Kind, Listing, SearchEntry, Volunteer, Vote
from geo.models import Municipality, Residence
from scopes import second_lock
from scopes.models import Account, Membership
from scopes.organisations.acting import town_halls_of
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.config.test_demonstration_people import make_homes
from tests.directory.helping import helps_of

pytestmark = pytest.mark.django_db
SAID = (Kind.POST, *KINDS, Kind.POLL)


@pytest.fixture(scope="module")
def world(whole_module) -> dict[str, Residence]:
    """A village with the people to try out, and homes of the crowd in two quarters; once for the module."""
    homes = make_homes()
    town = homes["here"].municipality
    settle_inhabitants(homes)
    for number, beside in enumerate([*homes.values()] * 3):
        place = {"municipality": town, "location": beside.location, "public_cell": beside.public_cell}
        made = Residence.objects.create(key=f"crowd:{number}", dwellings=12, **place)
        quarter = beside.public_cell.containments.get().neighbourhood
        made.containments.create(neighbourhood=quarter, kind=town.circle_kind)
    with transaction.atomic():
        settle_crowd(town=town, apart_from=list(homes.values()))
    return homes


@pytest.fixture
def said(world, db) -> Iterator[list[Listing]]:
    """Everything that the crowd said, with every residence opened."""
    with second_lock.opened(Residence.objects.values_list("pk", flat=True)):
        own = Listing.objects.live().filter(author__account__in=crowd._of_the_crowd()).select_related("category")
        yield list(own.order_by("pk"))


@pytest.mark.slow
def test_hundreds_of_every_kind_are_marked_and_said_on_different_days(said):
    kinds = Counter(one.kind for one in said)
    assert set(kinds) == set(SAID) and all(kinds[kind] >= 10 for kind in SAID) and len(said) > 180
    assert all(one.demonstration for one in said)
    assert len({one.published_at.date() for one in said}) > 20
    assert len({one.title for one in said}) == len(said), "nothing is said twice"
    assert Answer.objects.filter(listing__in=said).count() >= 15 and Vote.objects.filter(poll__in=said).exists()


@pytest.mark.slow
def test_search_finds_it_with_the_days_it_was_dated_back_to(said):
    outside = [one for one in said if one.residence_id is None and one.kind != Kind.HELLO]
    entries = SearchEntry.objects.filter(listing__in=outside)
    assert entries.count() == len(outside)
    assert all(entry.live_until == entry.listing.closes_at for entry in entries.select_related("listing"))


@pytest.mark.slow
def test_neighbours_of_one_quarter_drive_to_one_place_on_working_days(said):
    told = Carpool.objects.filter(pk__in=[one.pk for one in said], title__contains="départ à")
    rides = list(told.select_related("author__cell"))
    quarters = {one.author.cell.containments.get().neighbourhood_id for one in rides}
    assert len(rides) >= 6 and len(quarters) == 1
    assert all(one.demonstration and max(one.weekdays) <= FRIDAY and one.direction == "offer" for one in rides)
    assert len({one.author_id for one in rides}) == len(rides), "each from a home of their own"
    beyond = [one for one in rides if one.shared_beyond]
    assert 0 < len(beyond) < len(rides)
    seen = Carpool.objects.live().visible_to(ANONYMOUS).filter(pk__in=[one.pk for one in beyond])
    assert seen.count() == len(beyond)


@pytest.mark.slow
@pytest.mark.privacy
def test_what_stays_with_members_is_opened_to_nobody(said):
    public = Listing.objects.live().visible_to(ANONYMOUS).filter(pk__in=[one.pk for one in said])
    opened = list(public.select_related("category"))
    assert opened and all(
        KINDS[one.kind].opens(category=one.category.code, level=one.level) for one in opened if one.kind in KINDS
    )
    assert not public.filter(kind__in=(Kind.HELLO, Kind.RECOMMENDATION, Kind.POLL)).exists()


@pytest.mark.slow
def test_nobody_lives_where_visitors_try_out_to(world, said):
    homes = Membership.objects.filter(account__in=crowd._of_the_crowd())
    assert homes.count() == len(crowd._invention()["people"])
    assert not homes.filter(residence__in=world.values()).exists()


@pytest.mark.slow
def test_helping_hands_have_a_circle_and_a_week(world, said):
    assert Help.objects.count() == len(crowd._invention()["help"])
    assert "Les courses du mardi" in helps_of(Account.objects.get(first_name="Camille"))
    assert all(one.circle.count() >= 2 and one.slots.exists() for one in Help.objects.all())
    assert HelpVisit.objects.exclude(done_at=None).exists(), "each day of the week is the latest of some visit"


@pytest.mark.slow
def test_the_town_hall_has_introduced_one_and_sees_what_another_circle_looks_for(world, said):
    town = town_halls_of(Account.objects.get(first_name="Sylvie"), responsible=True).get()
    assert [str(one.kind) for one in introducing.seen_by(town)] == ["ride"]
    assert {one.called for one in Volunteer.objects.standing().filter(town=town)} == {"Antoine", "Inès"}
    keeper = Help.objects.get(title="Une partie de cartes le jeudi")
    assert introducing.wanted_by(keeper).volunteer.called == "Antoine"


@pytest.mark.slow
def test_it_is_settled_once(world, said):
    assert crowd_is_there()
    before = Listing.objects.count(), Account.objects.count()
    settle_crowd(town=world["here"].municipality, apart_from=list(world.values()))
    assert (Listing.objects.count(), Account.objects.count()) == before


def test_where_no_residence_is_fit_there_is_no_crowd():
    assert crowd._homes(Municipality(pk=0), []) == []


@pytest.mark.parametrize("kind", SAID)
def test_each_thing_is_told_whole(kind):
    invented = crowd._invention()[kind]
    assert len(invented) >= 10
    for words in invented:
        assert words["title"].strip() and (kind == Kind.POLL or words["text"].strip())
        if kind != Kind.POLL:
            assert tree()[words["of"]].kind == kind


@pytest.mark.slow
def test_rides_are_agreed_asked_for_and_declined(world, db):
    """One of the people to try out drives another along, is asked by one, and said no to a third."""
    with second_lock.opened(Residence.objects.values_list("pk", flat=True)):
        viewer = viewer_of(Account.objects.get(email=address_of("camille")).pk)
        own = own_rides(viewer)
        listed = (*own.to_answer, *own.coming, *own.asked, *own.past)
    assert own.to_answer and own.coming and any(one.may_miss for one in own.coming)
    assert [one.state_words for one in own.past] == ["refusé"]
    assert all(one.demonstration for one in listed)
