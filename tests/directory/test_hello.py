"""Hellos: read on a day that tells nothing of the day of entering, in one's circle alone, once."""

import random
import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from directory import exchanging
from directory.kinds import KINDS
from directory.kinds.hello import NEW_FOR, drawn_day
from directory.models import Hello, Listing, SearchEntry
from directory.pausing import paused_of, say_again
from geo.errors import InvalidParameter
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level, Membership
from scopes.viewing import viewer_of
from tests.directory.exchanged import FILLED, come, shared_with
from tests.directory.speaking import looking
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

WORDS = {"slug": "bonjour", "category": "newcomer", "title": "Bonjour, moi c’est Alice", "text": "Je fais du pain."}


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def as_(client):
    """A browser in which someone has signed in."""

    def signed_in(someone):
        client.force_login(someone.account)
        return client

    return signed_in


def says_hello(someone: Membership, level: str = Level.NEIGHBOURHOOD, title: str = "Bonjour") -> Hello:
    """Say hello; its day is still to come."""
    with looking(someone) as viewer:
        return exchanging.share(home=viewer.home, kind=KINDS["hello"], level=level, title=title, **FILLED["hello"])


def entered(membership: Membership, *, days: int) -> None:
    """Let someone have entered so many days ago."""
    Membership.objects.filter(pk=membership.pk).update(entered_at=timezone.now() - timedelta(days=days))


class TestItsDay:
    def test_the_day_it_is_read_tells_nothing_of_the_day_of_entering(self, monkeypatch):
        chance = random.Random(7)
        monkeypatch.setattr("secrets.randbelow", chance.randrange)
        entering = [date(2026, 1, 1) + timedelta(days=chance.randrange(60)) for _ in range(30_000)]
        # Days on which any of these newcomers may be read: whatever day one enters, each is as likely.
        first, last = date(2026, 3, 3), date(2026, 4, 1)
        read = [(one, drawn_day(today=one, entered_on=one)) for one in entering]
        read = [(one.toordinal(), day.toordinal()) for one, day in read if first <= day <= last]
        assert len(read) > 8_000
        assert abs(correlation(read)) < 0.03
        assert abs(correlation([(one % 7, day % 7) for one, day in read])) < 0.03, "nor do the days of the week"

    def test_every_day_left_is_drawn_and_no_other(self):
        today = date(2026, 3, 1)
        for ago in (0, 50, 90):
            entered_on = today - timedelta(days=ago)
            days = {drawn_day(today=today, entered_on=entered_on) for _ in range(1_500)}
            assert days == {today + timedelta(days=n) for n in range(1, 92 - ago)}

    def test_its_hour_is_one_for_all_by_the_clock_of_the_town(self, alice):
        hello = says_hello(alice)
        at = hello.opens_at.astimezone(ZoneInfo("Europe/Paris"))
        assert (at.hour, at.minute, at.second, at.microsecond) == (9, 0, 0, 0)
        assert hello.published_at == hello.opens_at, "its place among words is that of the day it is read"
        assert hello.closes_at - hello.opens_at == timedelta(days=30)
        assert timezone.now() < hello.opens_at < alice.entered_at + NEW_FOR + timedelta(days=1)


def correlation(pairs: list[tuple[int, int]]) -> float:
    """Pearson's coefficient."""
    size = len(pairs)
    means = [sum(column) / size for column in zip(*pairs, strict=True)]
    off = [(x - means[0], y - means[1]) for x, y in pairs]
    spread = (sum(x * x for x, _ in off) * sum(y * y for _, y in off)) ** 0.5
    return sum(x * y for x, y in off) / spread


class TestWhoSaysIt:
    def test_who_came_more_than_three_months_ago_is_new_no_more(self, alice, as_):
        assert "/publier/bonjour/" in as_(alice).get("/publier/").text
        entered(alice, days=92)
        assert "/publier/bonjour/" not in as_(alice).get("/publier/").text
        assert as_(alice).post("/publier/bonjour/", WORDS | {"level": "residence"}).status_code == 400
        with pytest.raises(InvalidParameter):
            says_hello(alice)
        assert not Hello.objects.exists()

    def test_an_owner_who_lives_elsewhere_is_no_new_neighbour(self, village):
        with pytest.raises(InvalidParameter):
            says_hello(neighbour("Olga", village.residences["A"], role="absent_owner"))

    @pytest.mark.parametrize("level", [Level.MUNICIPALITY, Level.CATCHMENT])
    def test_it_goes_no_further_than_the_quarter(self, alice, level):
        with pytest.raises(InvalidParameter) as refusal:
            says_hello(alice, level)
        assert refusal.value.parameter == "level"

    def test_once_for_each_circle_and_again_once_it_was_taken_back(self, alice):
        first = says_hello(alice)
        with pytest.raises(InvalidParameter) as refusal:
            says_hello(alice, title="Encore bonjour")
        assert "déjà dit bonjour" in str(refusal.value)
        says_hello(alice, Level.RESIDENCE)
        with looking(alice) as viewer:
            exchanging.withdraw(viewer=viewer, public_id=first.public_id)
        assert says_hello(alice, title="Encore bonjour").once is not None


class TestWhoReadsIt:
    def test_nobody_before_its_day_and_its_author_may_take_it_back(self, village, alice, as_):
        anna = neighbour("Anna", village.residences["A"])
        sent = as_(alice).post("/publier/bonjour/", WORDS | {"level": "residence"}, follow=True)
        assert "Personne d’autre ne le lit encore" in sent.text and "Modifier" in sent.text
        own = sent.redirect_chain[-1][0]
        assert "Pas encore paru" in as_(alice).get("/moi/mots/").text
        before = as_(anna)
        assert "Bonjour, moi" not in before.get("/immeuble/").text and before.get(own).status_code == 404
        assert "est retiré" in as_(alice).post(f"{own}retirer/", follow=True).text

    def test_its_circle_reads_neither_day_nor_place(self, village, alice, as_):
        hello = come(says_hello(alice))
        assert shared_with(neighbour("Zoé", village.residences["F"])) == set()
        browser = as_(neighbour("Chloé", village.residences["C"]))
        for page in (browser.get("/quartier/").text, browser.get(f"/echange/{hello.public_id}/").text):
            assert "Bonjour" in page and "Alice D." in page and "vient d’arriver" in page
            assert not re.search(r"aujourd’hui|hier| à \d+\u00a0h|jusqu’au|leaflet", page)
        assert not SearchEntry.objects.filter(listing=hello).exists()
        assert "Bonjour" not in browser.get("/api/listings/").text

    def test_what_is_to_come_waits_for_the_next_home_when_one_leaves(self, village, alice):
        new_home = neighbour("Alice", village.residences["F"], account=alice.account)
        hello = says_hello(alice)
        leave(membership=alice)
        assert Listing.objects.get(pk=hello.pk).paused_at
        with looking(new_home) as viewer:
            assert [one.pk for one in paused_of(viewer)] == [hello.pk]
            again = say_again(viewer=viewer, home=viewer.home, public_id=hello.public_id)
        assert again.opens_at > timezone.now() and again.once != hello.once

    def test_what_is_to_come_inside_a_residence_pauses_too(self, alice):
        hello = says_hello(alice, Level.RESIDENCE)
        leave(membership=alice)
        with second_lock.opened([alice.residence_id]):
            assert Hello.objects.get(pk=hello.pk).paused_at
        assert viewer_of(alice.account_id).homes == ()


def test_it_has_words_alone(alice, as_):
    form = as_(alice).get("/publier/bonjour/").text
    assert 'type="hidden" name="category" value="newcomer"' in form
    assert 'type="file"' not in form and "Le montrer aussi" not in form and "ville</label>" not in form
    changed = as_(alice).get(f"/echange/{says_hello(alice).public_id}/modifier/").text
    assert 'type="file"' not in changed and "Prolonger" not in changed
