"""The demonstration: always the same, marked, with numbers of fiction, and nobody's home."""

import re

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from directory.categories import tree
from directory.demonstration import ASSOCIATIONS, SERVICES, _invention, create_demonstration
from directory.demonstration_events import EVENTS, are_fresh, create_demonstration_events
from directory.models import Association, Event, Listing, Merchant, PublicPlace, Service
from directory.opening import readable
from directory.publishing import publish
from geo.models import Building


@pytest.fixture
def built_town(town):
    """Fifty buildings, forty of them with shops."""
    for number in range(50):
        west, south = -1.59 + number / 1000, 47.21
        Building.objects.create(
            key=f"test:{number}",
            source="test",
            municipality=town,
            footprint=MultiPolygon(Polygon.from_bbox((west, south, west + 0.0005, south + 0.0005))),
            location=Point(west + 0.0002, south + 0.0002, srid=4326),
            use="commercial" if number % 5 else "residential",
            second_use="commercial" if number % 10 == 5 else "",
        )
    return town


@pytest.mark.django_db
def test_it_is_marked_and_stands_where_shops_are(built_town):
    report = create_demonstration(municipality=built_town)
    assert report.added == 45 + SERVICES + ASSOCIATIONS and not report.rejected
    assert not Listing.objects.filter(demonstration=False).exists()
    shops = Building.objects.exclude(use="residential", second_use="")
    assert {listing.location.coords for listing in Merchant.objects.all()} <= {b.location.coords for b in shops}
    assert all(listing.entry.card["demonstration"] for listing in Listing.objects.select_related("entry"))
    assert all(re.fullmatch(r"\+3326191\d{4}", merchant.phone) for merchant in Merchant.objects.all())


@pytest.mark.django_db
def test_a_second_time_changes_nothing(built_town):
    create_demonstration(municipality=built_town)
    report = create_demonstration(municipality=built_town)
    assert (report.added, report.changed, report.gone) == (0, 0, 0)


@pytest.mark.django_db
def test_a_building_that_goes_moves_no_other_shop(built_town):
    create_demonstration(municipality=built_town)
    before = dict(Merchant.objects.values_list("records__key", "title"))
    Building.objects.get(key="test:7").delete()
    report = create_demonstration(municipality=built_town)
    assert report.gone == 1 and report.added == 0
    assert (
        len(
            set(before.items()) ^ set(Merchant.objects.filter(entry__isnull=False).values_list("records__key", "title"))
        )
        <= 3
    )


@pytest.mark.privacy
@pytest.mark.django_db
def test_services_of_neighbours_have_no_point(built_town):
    create_demonstration(municipality=built_town)
    services = Service.objects.select_related("entry", "neighbourhood")
    assert services.count() == SERVICES
    assert all(service.location is None and service.entry.location is None for service in services)
    assert {service.entry.neighbourhood_id for service in services} == set(
        built_town.neighbourhoods.values_list("pk", flat=True)
    )
    assert not any("phone" in service.entry.card for service in services)


@pytest.mark.django_db
def test_a_town_without_buildings_has_services_only(town):
    assert create_demonstration(municipality=town).added == SERVICES + ASSOCIATIONS
    assert not PublicPlace.objects.exists()


@pytest.mark.django_db
def test_associations_are_known_at_their_commune_but_where_they_open_a_door(built_town, monkeypatch):
    monkeypatch.setattr("directory.demonstration.MERCHANTS", 10)
    monkeypatch.setattr("directory.demonstration.PLACES", 10)
    create_demonstration(municipality=built_town)
    associations = Association.objects.select_related("entry")
    assert associations.count() == len({one.title for one in associations}) == ASSOCIATIONS
    for one in associations:
        assert bool(one.location) == bool(one.opening_hours) == bool(one.entry.open_periods) == bool(one.phone)
        assert one.location or not one.address
    assert associations.filter(location__isnull=False).count() == ASSOCIATIONS // 3


def test_what_is_invented_is_in_the_tree_and_its_hours_are_readable():
    invented = _invention()
    for group in ("merchants", "places", "associations", "services"):
        assert set(invented[group]) <= set(tree())
        for kind in invented[group].values():
            assert all(readable(hours) == hours for hours in kind.get("hours", ()))


@pytest.mark.django_db
def test_trades_are_as_varied_as_in_a_town(built_town):
    """The building is chosen by chance and its trade by another: else every shop would be of the first trades."""
    create_demonstration(municipality=built_town)
    trades = Merchant.objects.values_list("category__code", flat=True)
    assert len(set(trades)) >= 10


@pytest.mark.django_db
def test_events_are_invented_in_its_places_and_soon(town):
    assert create_demonstration_events(municipality=town) is None, "nowhere to hold them"
    kinds = ("library", "community_centre", "sports_centre", "shared_garden")
    for number, category in enumerate(kinds * 3):
        place = Point(-1.59 + number / 1000, 47.21, srid=4326)
        publish(category=category, title=f"Lieu {number}", municipality=town, location=place, demonstration=True)
    report = create_demonstration_events(municipality=town)
    assert report.added == Event.objects.live().count() == EVENTS and are_fresh(town.insee_code)
    events = Event.objects.select_related("entry")
    assert all(one.demonstration and one.entry.card["demonstration"] for one in events)
    assert {one.location.coords for one in events} <= {one.location.coords for one in PublicPlace.objects.all()}
    assert len({one.category.code for one in events}) >= 7
    again = create_demonstration_events(municipality=town)
    assert (again.added, again.changed, again.unchanged) == (0, 0, EVENTS)
