"""Posting a word: where it is put, who may, what is refused, and what its author does with it later."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory import posting
from directory.errors import NotProved, TooMany
from directory.models import Listing, Post, SearchEntry
from geo.catchments import Catchment
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.models import Level, Openness
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.speaking import looking, say, seen_by
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

CIRCLES = (Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY)


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


class TestPlace:
    def test_a_word_in_the_residence_carries_the_residence_and_nothing_that_places_it(self, alice):
        post = say(alice, Level.RESIDENCE)
        assert post.residence_id == post.space_id == alice.residence_id
        assert (post.cell, post.neighbourhood, post.location, post.catchment) == (None, None, None, None)
        with looking(alice):
            assert Post.objects.get().audience is None

    @pytest.mark.parametrize("level", CIRCLES[1:])
    def test_a_wider_word_carries_the_cell_and_no_home(self, village, alice, level):
        post = say(alice, level)
        assert (post.residence, post.space, post.location) == (None, None, None)
        assert (post.cell, post.neighbourhood) == (village.cells[0], village.west)
        assert (post.municipality, post.insee_code) == (village.town, village.town.insee_code)

    def test_two_homes_of_one_cell_write_the_same_columns(self, village, alice):
        other = neighbour("Bruno", village.residences["B"])
        columns = [
            {name: value for name, value in vars(say(who, Level.NEIGHBOURHOOD, "même")).items() if "_at" not in name}
            for who in (alice, other)
        ]
        own = {"_state", "id", "listing_ptr_id", "public_id", "author_id"}
        first, second = ({name: value for name, value in row.items() if name not in own} for row in columns)
        assert first == second

    def test_where_there_are_no_quarters_the_quarter_is_the_voisinage(self, village, alice):
        village.town.circle_kind = ""
        village.town.save()
        post = say(alice, Level.NEIGHBOURHOOD)
        assert (post.level, post.neighbourhood) == (Level.VOISINAGE, None)
        assert seen_by(neighbour("Chloé", village.residences["C"])) == {"neighbourhood"}
        assert seen_by(neighbour("Denis", village.residences["D"])) == set()

    def test_the_table_refuses_a_word_of_a_residence_with_a_place(self, alice, village):
        post = say(alice, Level.RESIDENCE)
        with looking(alice), pytest.raises(IntegrityError), transaction.atomic():
            Listing.objects.filter(pk=post.pk).update(location=village.cells[0].location)


class TestSearchEntry:
    def test_a_wider_word_is_found_by_search_at_its_cell_as_an_area(self, village, alice):
        post = say(alice, Level.NEIGHBOURHOOD)
        entry = SearchEntry.objects.get()
        assert (entry.public_id, entry.location, entry.author_id) == (
            post.public_id, village.cells[0].location, alice.alias_id,
        )  # fmt: skip
        assert '"type": "Polygon"' in entry.open_feature and "Alice" not in entry.open_feature
        assert f"/mot/{post.public_id}/" in entry.open_feature

    def test_a_word_in_a_residence_has_no_entry(self, alice):
        say(alice, Level.RESIDENCE)
        assert not SearchEntry.objects.exists()

    def test_what_is_taken_back_leaves_search_at_once(self, alice):
        post = say(alice, Level.MUNICIPALITY)
        with looking(alice) as viewer:
            posting.withdraw(viewer=viewer, public_id=post.public_id)
        assert not SearchEntry.objects.exists()


class TestWho:
    def test_a_newcomer_may_write(self, village):
        say(neighbour("Nora", village.residences["A"], settled=False), Level.RESIDENCE)

    def test_who_left_in_the_meantime_may_not(self, alice):
        home = viewer_of(alice.account_id).home
        alice.ended_at = timezone.now()
        alice.save()
        with second_lock.opened([home.residence_id]), pytest.raises(NotProved):
            posting.post(home=home, category="word", title="Trop tard", text="Je pars.", level=Level.RESIDENCE)
        assert not Post.objects.exists()

    def test_a_co_owner_who_lives_elsewhere_writes_to_the_quarter_but_not_to_the_space(self, village):
        owner = neighbour("Odile", village.residences["A"], role="absent_owner")
        with pytest.raises(NotProved):
            say(owner, Level.RESIDENCE)
        say(owner, Level.NEIGHBOURHOOD)

    def test_the_second_lock_refuses_a_word_in_a_residence_that_is_not_opened(self, village, alice):
        home = viewer_of(alice.account_id).home
        with second_lock.opened([village.residences["B"].pk]), pytest.raises(Exception, match="row-level security"):
            posting.post(home=home, category="word", title="Forcé", text="…", level=Level.RESIDENCE)


class TestRefused:
    @pytest.mark.parametrize(
        ("columns", "parameter"),
        [
            ({"category": "bakery"}, "category"),
            ({"category": "post"}, "category"),
            ({"category": "nothing"}, "category"),
            ({"title": " \u200b\n "}, "title"),
            ({"title": "a" * 121}, "title"),
            ({"text": " \x00 "}, "text"),
            ({"text": "a" * 4_001}, "text"),
            ({"level": Level.CATCHMENT}, "level"),
            ({"level": "planet"}, "level"),
            ({"openness": Openness.PUBLIC}, "openness"),
        ],
    )
    def test_a_bad_value_is_named_and_nothing_is_written(self, alice, columns, parameter):
        good = {"category": "word", "title": "Titre", "text": "Texte", "level": Level.RESIDENCE}
        with looking(alice) as viewer, pytest.raises(InvalidParameter) as refusal:
            posting.post(home=viewer.home, **{**good, **columns})
        assert refusal.value.parameter == parameter
        with looking(alice):
            assert not Post.objects.exists()

    def test_a_button_pressed_twice_posts_once(self, alice):
        assert say(alice, Level.RESIDENCE).pk == say(alice, Level.RESIDENCE).pk
        assert say(alice, Level.VOISINAGE, "residence").pk != say(alice, Level.RESIDENCE).pk

    def test_the_same_words_to_another_zone_are_another_post(self, village, alice):
        near, far = (Catchment(area=zone, drawing=zone) for zone in (village.zone(0, 0, 100), village.zone(0, 0, 900)))
        first = say(alice, Level.CATCHMENT, catchment=near)
        assert say(alice, Level.CATCHMENT, catchment=near).pk == first.pk
        assert say(alice, Level.CATCHMENT, catchment=far).pk != first.pk

    def test_the_same_words_after_taking_them_back_are_a_new_post(self, alice):
        first = say(alice, Level.MUNICIPALITY)
        with looking(alice) as viewer:
            posting.withdraw(viewer=viewer, public_id=first.public_id)
        assert say(alice, Level.MUNICIPALITY).pk != first.pk

    def test_a_flood_ends(self, alice, monkeypatch):
        monkeypatch.setattr(posting, "MOST_A_DAY", 3)
        for number in range(3):
            say(alice, Level.MUNICIPALITY, f"mot {number}")
        with pytest.raises(TooMany):
            say(alice, Level.MUNICIPALITY, "de trop")
        Post.objects.update(published_at=timezone.now() - timedelta(days=2))
        say(alice, Level.MUNICIPALITY, "le lendemain")


class TestAfterwards:
    @pytest.mark.parametrize(
        "deed",
        [
            lambda viewer, key: posting.reword(viewer=viewer, public_id=key, title="Autre", text="Autre"),
            lambda viewer, key: posting.open_to(viewer=viewer, public_id=key, openness=Openness.PUBLIC),
            lambda viewer, key: posting.close_answers(viewer=viewer, public_id=key),
            lambda viewer, key: posting.withdraw(viewer=viewer, public_id=key),
        ],
    )
    @pytest.mark.parametrize("level", CIRCLES)
    def test_only_the_author_changes_a_post_and_another_learns_nothing(self, village, alice, deed, level):
        post = say(alice, level)
        before = self.columns(alice, post)
        for someone in (neighbour("Anna", village.residences["A"]), neighbour("Zoé", village.residences["F"])):
            with looking(someone) as viewer:
                refusals = []
                for key in (post.public_id, uuid4()):
                    with pytest.raises(NotFound) as refusal:
                        deed(viewer, key)
                    refusals.append(str(refusal.value))
                assert len(set(refusals)) == 1
        assert self.columns(alice, post) == before

    def columns(self, alice, post) -> dict:
        with looking(alice):
            return Post.objects.filter(pk=post.pk).values().get()

    def test_an_opened_word_is_seen_by_everyone_and_kept_again_by_its_circle(self, village, alice):
        post = say(alice, Level.NEIGHBOURHOOD)
        far = neighbour("Zoé", village.residences["F"])
        assert seen_by(far) == seen_by(ANONYMOUS) == set()
        with looking(alice) as viewer:
            posting.open_to(viewer=viewer, public_id=post.public_id, openness=Openness.PUBLIC)
        assert seen_by(far) == seen_by(ANONYMOUS) == {"neighbourhood"}
        assert SearchEntry.objects.get().audience == "public"
        with looking(alice) as viewer:
            posting.open_to(viewer=viewer, public_id=post.public_id, openness=Openness.MEMBERS)
        assert seen_by(far) == seen_by(ANONYMOUS) == set()

    def test_a_word_of_a_residence_never_opens(self, alice):
        post = say(alice, Level.RESIDENCE)
        with looking(alice) as viewer, pytest.raises(InvalidParameter):
            posting.open_to(viewer=viewer, public_id=post.public_id, openness=Openness.PUBLIC)

    def test_new_words_are_found_by_search(self, alice):
        post = say(alice, Level.VOISINAGE)
        with looking(alice) as viewer:
            posting.reword(viewer=viewer, public_id=post.public_id, title="Chat retrouvé", text="Il est là.")
        assert SearchEntry.objects.get().title == "Chat retrouvé"

    def test_what_was_withdrawn_is_nobodys_any_more(self, alice):
        post = say(alice, Level.RESIDENCE)
        with looking(alice) as viewer:
            posting.withdraw(viewer=viewer, public_id=post.public_id)
            with pytest.raises(NotFound):
                posting.own(viewer, post.public_id)
        assert seen_by(alice) == set()
