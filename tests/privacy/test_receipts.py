"""T2 of privacy.md, for requests that spread: fifty accounts note on which day each was reached, and find nobody."""

from collections import defaultdict

import pytest

from directory import spreading
from directory.digests import news_of
from directory.follows import circle_of, follow
from directory.models import Follow
from scopes.models import Level
from scopes.viewing import viewer_of
from tests.directory.spread import on
from tests.privacy import mutants
from tests.privacy.receipts import Watch
from tests.privacy.test_localisation import MOST_RIGHT, note

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
__all__ = ["note"]


@pytest.fixture
def narrow_rings(monkeypatch) -> None:
    """Rings so narrow that the toy town has fourteen of them: the more rings, the more the days tell."""
    monkeypatch.setattr(spreading, "HOMES", 40)


def watched(targets: int, *, observers: int = 50, seed: int = 4) -> Watch:
    watch = Watch.over_the_town(observers=observers, seed=seed)
    watch.note_some(targets, seed=seed + 1)
    return watch


@pytest.mark.usefixtures("narrow_rings")
def test_the_days_of_fifty_observers_find_nobody(town):
    watch = watched(8)
    days = [set(notes.values()) for notes in watch.notes]
    assert all(len(each) >= 5 for each in days), "the observers were reached on different days"
    told = watch.judged()
    assert told.no_better_than_blind, told


@pytest.mark.usefixtures("narrow_rings")
@pytest.mark.slow
def test_rings_from_the_home_are_noticed(town):
    with mutants.rings_from_home():
        told = watched(8).judged()
    assert not told.no_better_than_blind and told.share > 0.6, told


@pytest.mark.usefixtures("narrow_rings")
def test_two_homes_of_one_cell_reach_everyone_on_one_day_in_pages_and_letters(town):
    watch = Watch.over_the_town(observers=12, seed=9)
    of_a_cell = defaultdict(list)
    for home in watch.town:
        of_a_cell[home.cell_id].append(home)
    two = max(of_a_cell.values(), key=len)[:2]
    follows = [_follows(observer) for observer in watch.observers]
    watch.note(two)
    assert watch.notes[0] == watch.notes[1] != {}
    by_letter: list[dict[int, int]] = [{}, {}]
    for day in range(1, spreading.MOST_RINGS + 1):
        for followed, titles in _letters(follows, day).items():
            for title in titles:
                assert followed not in by_letter[int(title[-1])], "told twice"
                by_letter[int(title[-1])][followed] = day
    assert by_letter == watch.notes


def _follows(account_id: int) -> Follow:
    viewer = viewer_of(account_id)
    how = {"rhythm": "daily", "hour": 18, "means": "mail", "what": {"kinds": [], "categories": [], "text": ""}}
    return follow(viewer=viewer, place=circle_of(viewer.home, Level.MUNICIPALITY), **how)


def _letters(follows: list[Follow], day: int) -> dict[int, list[str]]:
    """Titles in the letter of an evening, for each account."""
    with on(day - 1, 18) as before, on(day, 18) as now:
        for one in follows:
            one.told_from, one.told_until = before, now
        Follow.objects.bulk_update(follows, ["told_from", "told_until"])
        accounts = {one.account_id for one in follows}
        new = news_of(follows, {number: viewer_of(number) for number in accounts})
    return {one.account_id: [listing.title for listing in new.get(one.pk, ())] for one in follows}


@pytest.mark.slow
@pytest.mark.usefixtures("narrow_rings")
def test_the_days_of_fifty_observers_find_none_of_200(town, note):
    told = watched(200, seed=12).judged()
    note(f"50 observers, 200 targets: {told}")
    assert told.no_better_than_blind, told
    assert told.share <= MOST_RIGHT, told


@pytest.mark.slow
@pytest.mark.usefixtures("narrow_rings")
def test_rings_from_the_home_find_most_of_200(town, note):
    with mutants.rings_from_home():
        told = watched(200, seed=12).judged()
    note(f"rings from the home, 50 observers, 200 targets: {told}")
    assert told.share > 0.6, told


@pytest.mark.slow
def test_the_rings_that_people_have_find_none_of_200_either(town, note):
    told = watched(200, seed=22).judged()
    note(f"rings of 300 homes, 50 observers, 200 targets: {told}")
    assert told.no_better_than_blind, told
