"""Nearby search by who is looking: members find what is for them, and their own residence's words come first."""

from datetime import timedelta

import pytest
from django.contrib.gis.measure import D
from django.http import QueryDict
from django.utils import timezone

from directory.here import Here
from directory.models import SearchEntry
from directory.publishing import publish, refresh_entries
from directory.search import SearchRequest, search
from directory.within import Level as Circle
from directory.within import Within
from geo.errors import InvalidParameter
from geo.models import Building
from scopes import second_lock
from scopes.models import Level, Mute, Openness
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.around import at
from tests.neighbours import neighbour, person
from tests.scopes.village import SPACING, make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

EVERYWHERE = Within(Circle.MUNICIPALITY)


@pytest.fixture
def village():
    """The row of cells, with a footprint for residence A."""
    village = make_village()
    Building.objects.create(
        **{"key": "building:A", "source": "test", "municipality": village.town, "dwellings": 12},
        **{"residence": village.residences["A"], "location": village.residences["A"].location},
        footprint=village.zone(0, 20, 10),
    )
    return village


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


def put(village, author, **columns):
    """A word, with its search entry where it may have one."""
    word = village.post(author, **columns)
    refresh_entries([word.pk])
    return word


def look(viewer, *, x=0, within=EVERYWHERE, **columns):
    """Search from `x` metres east of cell 0, residences of the viewer opened."""
    longitude, latitude = at(x, 20)
    asked = SearchRequest(here=Here(longitude=longitude, latitude=latitude), within=within, viewer=viewer, **columns)
    with second_lock.opened(viewer.residence_ids):
        return search(asked)


def titles(answer):
    return [item.title for item in answer.items]


def viewer(membership):
    return viewer_of(membership.account_id)


class TestCircles:
    def test_members_find_what_is_for_them(self, village, alice):
        for level in (Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
            put(village, alice, level=level)
        assert set(titles(look(viewer(neighbour("B", village.residences["B"]))))) == {
            "voisinage", "neighbourhood", "municipality",
        }  # fmt: skip
        assert titles(look(viewer(neighbour("E", village.residences["E"])))) == ["municipality"]
        assert titles(look(ANONYMOUS)) == titles(look(viewer_of(person().pk))) == []

    def test_a_zone_is_found_by_those_in_it(self, village, alice):
        put(village, alice, level=Level.CATCHMENT, catchment=village.zone(SPACING, 0, 50), title="zone")
        assert titles(look(viewer(neighbour("C", village.residences["C"])))) == ["zone"]
        assert titles(look(viewer(neighbour("D", village.residences["D"])))) == []

    def test_one_s_own_is_found_and_the_muted_are_not(self, village, alice):
        put(village, alice, level=Level.NEIGHBOURHOOD)
        reader = neighbour("B", village.residences["B"])
        assert titles(look(viewer(alice))) == titles(look(viewer(reader))) == ["neighbourhood"]
        Mute.objects.create(account=reader.account, muted=alice.alias)
        assert titles(look(viewer(reader))) == []

    def test_a_person_is_placed_at_the_cell_and_drawn_as_an_area(self, village, alice):
        put(village, alice, level=Level.MUNICIPALITY, openness=Openness.PUBLIC)
        (item,) = look(ANONYMOUS, x=300).items
        assert item.point is None and item.area["type"] == "Polygon" and item.card["approximate"]
        assert item.distance == pytest.approx(300.7, abs=0.2)
        assert "Alice" not in str(item)

    def test_a_person_s_place_is_the_same_from_every_home_of_the_cell(self, village, alice):
        other = neighbour("Bob", village.residences["B"])
        for author in (alice, other):
            put(village, author, level=Level.MUNICIPALITY, openness=Openness.PUBLIC)
        first, second = look(ANONYMOUS, x=140).items
        assert (first.distance, first.area) == (second.distance, second.area)


class TestInside:
    def test_the_words_of_one_s_own_residence_come_first_and_say_why(self, village, alice):
        put(village, alice, level=Level.RESIDENCE, title="Perceuse", description="à prêter")
        publish(category="bakery", title="Fournil", municipality=village.town, location=alice.residence.location)
        answer = look(viewer(alice))
        assert titles(answer) == ["Perceuse", "Fournil"]
        word = answer.items[0]
        assert (word.why, word.distance, word.point, word.area) == ({"rule": "residence"}, None, None, None)
        assert word.url == f"/mot/{word.id}/"

    @pytest.mark.parametrize(
        "asked",
        [{"text": "perceuse"}, {"text": "preter"}, {"kinds": ("post",)}, {"categories": ("word",)}],
    )
    def test_they_are_looked_through_like_everything_else(self, village, alice, asked):
        put(village, alice, level=Level.RESIDENCE, title="Perceuse", description="à prêter")
        assert titles(look(viewer(alice), **asked)) == ["Perceuse"]

    @pytest.mark.parametrize("asked", [{"text": "camion"}, {"kinds": ("merchant",)}, {"categories": ("lost",)}])
    def test_what_does_not_match_is_not_found(self, village, alice, asked):
        put(village, alice, level=Level.RESIDENCE, title="Perceuse", description="à prêter")
        assert titles(look(viewer(alice), **asked)) == []

    def test_nobody_else_finds_them(self, village, alice):
        put(village, alice, level=Level.RESIDENCE, title="Perceuse")
        others = [neighbour(name, village.residences[name]) for name in "BCF"]
        absent = neighbour("Bailleur", village.residences["A"], role="absent_owner")
        for who in (ANONYMOUS, *map(viewer, [*others, absent])):
            assert titles(look(who)) == []
        assert not SearchEntry.objects.filter(title="Perceuse").exists()

    def test_they_are_not_found_around_another_place(self, village, alice):
        put(village, alice, level=Level.RESIDENCE, title="Perceuse")
        assert titles(look(viewer(alice), x=3 * SPACING)) == []
        assert titles(look(viewer(alice), within=Within(Circle.DISTANCE, D(km=2)))) == []

    def test_a_newcomer_finds_what_came_after(self, village, alice):
        old = put(village, alice, level=Level.RESIDENCE, title="avant")
        with second_lock.opened([alice.residence_id]):
            old.published_at = timezone.now() - timedelta(days=2)
            old.save()
        put(village, alice, level=Level.RESIDENCE, title="après")
        assert titles(look(viewer(neighbour("Nora", village.residences["A"], settled=False)))) == ["après"]

    def test_pages_go_through_them_and_on(self, village, alice):
        for number in range(3):
            put(village, alice, level=Level.RESIDENCE, title=f"mot {number}")
        publish(category="bakery", title="Fournil", municipality=village.town, location=alice.residence.location)
        found, cursor = [], ""
        for _ in range(4):
            answer = look(viewer(alice), limit=1, cursor=cursor)
            found += titles(answer)
            cursor = answer.next
        assert found[3] == "Fournil" and set(found[:3]) == {"mot 0", "mot 1", "mot 2"} and not cursor


class TestHere:
    def test_it_is_the_chosen_home_for_who_has_one(self, village, alice):
        asked = SearchRequest.from_query(QueryDict("within=residence"), viewer=viewer(alice))
        home = alice.residence.location
        assert (asked.here.longitude, asked.here.latitude) == (home.x, home.y)

    @pytest.mark.parametrize("who", ["anonymous", "unproven"])
    def test_without_a_home_a_place_is_needed(self, village, who):
        someone = ANONYMOUS if who == "anonymous" else viewer_of(person().pk)
        with pytest.raises(InvalidParameter, match="lat et lon"):
            SearchRequest.from_query(QueryDict("within=500m"), viewer=someone)
