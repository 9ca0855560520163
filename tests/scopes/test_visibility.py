"""The rule of visibility and the scope algebra, read off a row of cells (design.md, section 3)."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from directory.models import Listing
from scopes import second_lock
from scopes.models import Level, Mute, Openness
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.neighbours import asker, neighbour, person
from tests.scopes.village import SPACING, titles

pytestmark = pytest.mark.privacy

CIRCLES = (Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY)


def seen_by(account_or_membership) -> set[str]:
    """Titles that a person sees, with the residences opened that the person belongs to."""
    account = getattr(account_or_membership, "account", account_or_membership)
    viewer = viewer_of(account.pk)
    with second_lock.opened(viewer.residence_ids):
        return titles(Listing.objects.live().visible_to(viewer))


@pytest.fixture
def author(village):
    """Someone of residence A, in cell 0."""
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def words(village, author):
    """A word of the author to each circle."""
    return {level: village.post(author, level=level) for level in CIRCLES}


@pytest.mark.parametrize(
    ("residence", "seen"),
    [
        ("A", {"residence", "voisinage", "neighbourhood", "municipality"}),
        ("B", {"voisinage", "neighbourhood", "municipality"}),
        ("C", {"voisinage", "neighbourhood", "municipality"}),
        ("D", {"neighbourhood", "municipality"}),
        ("E", {"municipality"}),
        ("house", {"municipality"}),
    ],
)
def test_a_word_is_seen_in_its_circle_and_nowhere_else(village, words, residence, seen):
    assert seen_by(neighbour("Zoé", village.residences[residence])) == seen


def test_a_passer_by_and_an_unproven_person_see_only_what_is_public(village, words, author):
    village.post(author, level=Level.MUNICIPALITY, openness=Openness.PUBLIC, title="public")
    assert titles(Listing.objects.visible_to(ANONYMOUS)) == {"public"}
    assert seen_by(person("Nouveau")) == {"public"}
    assert seen_by(asker("Bob", village.residences["A"])) == {"public"}


def test_a_newcomer_reads_what_is_written_from_the_day_of_entering(village, words, author):
    newcomer = neighbour("Nora", village.residences["A"], settled=False)
    with second_lock.opened([author.residence_id]):
        Listing.objects.filter(title="residence").update(published_at=timezone.now() - timedelta(days=3))
    assert "residence" not in seen_by(newcomer)
    village.post(author, level=Level.RESIDENCE, title="depuis")
    assert "depuis" in seen_by(newcomer)
    assert {"residence", "depuis"} <= seen_by(neighbour("Ancienne", village.residences["A"]))


def test_who_left_or_whose_proof_is_over_sees_nothing_of_the_circles(village, words):
    left = neighbour("Partie", village.residences["A"], ended_at=timezone.now())
    expired = neighbour("Échue", village.residences["A"], proved_until=timezone.now() - timedelta(seconds=1))
    assert seen_by(left) == seen_by(expired) == set()


def test_a_co_owner_who_lives_elsewhere_is_not_in_the_space(village, words):
    assert "residence" not in seen_by(neighbour("Bailleur", village.residences["A"], role="absent_owner"))


def test_two_homes_see_both_circles(village, words):
    both = neighbour("Deux", village.residences["F"])
    assert seen_by(both) == {"municipality"}
    neighbour("Deux", village.residences["A"], account=both.account)
    assert seen_by(both) == {"residence", "voisinage", "neighbourhood", "municipality"}


def test_ones_own_is_seen_after_leaving_too_but_not_in_the_space(village, words, author):
    author.ended_at = timezone.now()
    author.save()
    assert seen_by(author) == {"voisinage", "neighbourhood", "municipality"}


def test_a_zone_reaches_whose_cell_has_its_point_in_it(village, author):
    village.post(author, level=Level.CATCHMENT, catchment=village.zone(3 * SPACING, 0, 50), title="autour de 3")
    assert seen_by(neighbour("E", village.residences["E"])) == {"autour de 3"}
    assert seen_by(neighbour("F", village.residences["F"])) == set()


def test_the_muted_are_not_read_and_read_on(village, words, author):
    reader = neighbour("Lectrice", village.residences["A"])
    village.post(reader, level=Level.RESIDENCE, title="de la lectrice")
    before = seen_by(author)
    Mute.objects.create(account=reader.account, muted=author.alias)
    assert seen_by(reader) == {"de la lectrice"}
    assert seen_by(author) == before


def test_the_same_person_sees_the_same_in_a_cell_united_with_another(village, words, author):
    reader = neighbour("Voisine", village.residences["C"])
    first, second = village.cells[0], village.cells[1]
    second.merged_into = first
    second.save()
    assert seen_by(reader) == {"voisinage", "neighbourhood", "municipality"}
    old = village.post(reader, level=Level.VOISINAGE, title="d'avant")
    assert old.cell_id == second.pk and "d'avant" in seen_by(neighbour("B", village.residences["B"]))


class TestAddressed:
    @pytest.fixture
    def home(self, village):
        """The home of someone at D, in cell 2, next to the limit."""
        return viewer_of(neighbour("Dora", village.residences["D"]).account_id).home

    @pytest.fixture
    def mail(self, village, home):
        """Words from all over the village, by title."""
        near = neighbour("Chloé", village.residences["C"])
        far = neighbour("Émile", village.residences["E"])
        inside = neighbour("Denis", village.residences["D"])
        zone = village.zone(2 * SPACING, 0, 30)
        for writer, columns in (
            (inside, {"level": Level.RESIDENCE}),
            (near, {"level": Level.VOISINAGE}),
            (near, {"level": Level.NEIGHBOURHOOD}),
            (far, {"level": Level.NEIGHBOURHOOD, "openness": Openness.PUBLIC, "title": "ouvert, en face"}),
            (far, {"level": Level.NEIGHBOURHOOD, "title": "pour les membres d'en face"}),
            (far, {"level": Level.MUNICIPALITY}),
            (far, {"level": Level.CATCHMENT, "catchment": zone, "title": "zone"}),
        ):
            village.post(writer, **columns)

    def told(self, home, level):
        with second_lock.opened([home.residence_id]):
            return dict(Listing.objects.addressed_to(home, level=level).values_list("title", "why"))

    def test_each_level_returns_what_the_narrower_returned_and_more(self, home, mail):
        found = [self.told(home, level) for level in CIRCLES]
        for narrower, wider in pairwise(found):
            assert narrower.items() < wider.items()

    def test_it_says_why(self, home, mail):
        assert self.told(home, Level.MUNICIPALITY) == {
            "residence": "residence",
            "voisinage": "voisinage",
            "neighbourhood": "neighbourhood",
            "ouvert, en face": "border",
            "zone": "catchment",
            "municipality": "municipality",
        }

    def test_across_the_limit_comes_what_is_open_and_not_the_members_own(self, home, mail):
        assert "pour les membres d'en face" not in self.told(home, Level.MUNICIPALITY)


class TestSecondLock:
    """PostgreSQL alone, with no filter of ours."""

    def test_nothing_of_a_residence_is_there_when_none_is_opened(self, words):
        assert titles(Listing.objects.all()) == {"voisinage", "neighbourhood", "municipality"}

    def test_another_residence_opens_nothing(self, village, words):
        with second_lock.opened([village.residences["B"].pk]):
            assert "residence" not in titles(Listing.objects.all())

    def test_a_block_opens_and_closes(self, village, words):
        with second_lock.opened([village.residences["A"].pk]):
            assert "residence" in titles(Listing.objects.all())
            with second_lock.opened([]):
                assert "residence" not in titles(Listing.objects.all())
            assert "residence" in titles(Listing.objects.all())
        assert "residence" not in titles(Listing.objects.all())
