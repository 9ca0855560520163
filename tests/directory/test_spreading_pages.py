"""What pages say of a request that spreads by itself: how it goes, never where it is, nor when it set out."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from directory import exchanging, feeds
from directory.models import Listing, Ring
from directory.promising import finish
from scopes.models import Level
from scopes.rights.exporting import told
from tests.directory.browsing import browser
from tests.directory.speaking import looking, say
from tests.directory.spread import by_sixty, looks_for, mornings, on
from tests.neighbours import neighbour
from tests.still import still_page

pytestmark = [pytest.mark.privacy, pytest.mark.django_db, pytest.mark.usefixtures("by_sixty")]
__all__ = ["by_sixty"]

ASKED = {
    **{
        "slug": "pret",
        "direction": "request",
        "category": "lent_tools",
        "title": "Une perceuse ?",
        "text": "Une heure.",
    },
    "level": "spread",
}
ROWS = re.compile(r'<h2><a href="/(?:mot|echange)/[^"]+">([^<]+)</a>')


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


def page(someone, address: str, day: int, hour: float = 20, **query) -> str:
    """What someone is answered on a day."""
    with on(day, hour):
        answer = browser(someone).get(address, query)
    assert answer.status_code == 200
    return still_page(answer)


def sends(someone, form: dict, day: int = 0, address: str = "/publier/pret/") -> str:
    with on(day):
        return browser(someone).post(address, form, follow=True).content.decode()


class TestTheWholePath:
    def test_composed_it_reaches_the_next_ring_and_is_served(self, village, alice):
        chloe = neighbour("Chloé", village.residences["C"])
        sent = sends(alice, ASKED)
        assert "C’est envoyé : de proche en proche." in sent and "Elle part à 9 h." in sent
        request = Listing.objects.get()
        address = reverse("exchange", args=[request.public_id])
        mornings(1)
        assert "Une perceuse" not in page(chloe, "/quartier/", 1)
        mornings(2)
        space = page(chloe, "/quartier/", 2)
        assert "Demandé de proche en proche" in space and "Une perceuse ?" in space and "Alice D." in space
        assert "près de chez vous" in space and "je cherche à emprunter" in space
        assert "Une perceuse ?" in page(chloe, "/ville/", 2) and "Une perceuse ?" in page(chloe, address, 2)
        with on(2), looking(alice) as viewer:
            finish(viewer=viewer, public_id=request.public_id)
        assert "Une perceuse" not in page(chloe, "/quartier/", 2)
        assert "Une perceuse ?" in page(alice, "/moi/mots/", 2), "its author finds what is done"

    def test_it_is_asked_in_the_building_too_and_neither_page_leads_to_the_other(self, village, alice):
        anna = neighbour("Anna", village.residences["A"])
        sends(alice, ASKED | {"inside": "on"})
        with looking(alice):
            inside, outside = Listing.objects.order_by("spreads")
        assert "Une perceuse ?" in page(anna, "/immeuble/", 0)
        mornings(1)
        for one, other in ((inside, outside), (outside, inside)):
            read = page(anna, reverse("exchange", args=[one.public_id]), 1)
            assert "Une perceuse ?" in read and str(other.public_id) not in read


class TestTheComposer:
    @pytest.mark.parametrize(("slug", "offered"), [("pret", 1), ("service", 1), ("annonce", 1), ("bonjour", 0)])
    def test_it_is_offered_where_something_may_be_looked_for(self, alice, slug, offered):
        form = page(alice, f"/publier/{slug}/", 0)
        assert form.count('value="spread"') == offered == form.count('name="inside"')
        assert ("Personne n’apprend jusqu’où elle est allée, vous non plus." in form) is bool(offered)

    def test_who_does_not_live_there_is_not_asked_to_ask_there(self, village):
        form = page(neighbour("Olga", village.residences["A"], role="absent_owner"), "/publier/pret/", 0)
        assert 'value="spread"' in form and 'name="inside"' not in form

    def test_no_word_is_offered_to_spread(self, alice):
        assert 'value="spread"' not in page(alice, "/publier/mot/", 0)

    def test_what_is_offered_is_refused_in_words_and_what_was_written_is_there_again(self, alice):
        refused = sends(alice, ASKED | {"direction": "offer"})
        assert "Seule une demande va de proche en proche." in refused
        assert "Une perceuse ?" in refused and re.search(r'value="spread" checked', refused)
        assert not Listing.objects.exists()

    def test_opened_to_everyone_is_not_what_it_is(self, alice):
        sends(alice, ASKED | {"openness": "on"})
        assert Listing.objects.get().openness == "members"

    def test_kept_for_later_it_is_resumed_so(self, alice):
        with on(0):
            kept = browser(alice)
            kept.post("/publier/pret/", ASKED | {"keep": "1"})
            (draft,) = re.findall(r'href="(/publier/brouillon/[^"]+)"', kept.get("/moi/mots/").content.decode())
            assert re.search(r'value="spread" checked', kept.get(draft).content.decode())

    def test_what_it_will_reach_is_said_in_words_and_not_drawn(self, village, alice):
        before = sends(alice, ASKED | {"inside": "on"}, address="/portee/")
        assert "quatorze jours au plus" in before and "C’est fait" in before
        assert "leaflet" not in before and "foyers" not in before and "47." not in before
        assert 'name="inside" value="on"' in before and "Envoyer" in before
        far = sends(neighbour("Zoé", village.residences["F"]), ASKED | {"inside": "on"}, address="/portee/")
        without = [
            re.sub(r'name="(csrf|nonce)[^>]*>|nonce="[^"]*"|value="[\w-]{64}"', "", one) for one in (before, far)
        ]
        assert without[0].split("<main")[1] == without[1].split("<main")[1], "wherever one lives"

    def test_as_it_is_chosen_nothing_is_counted(self, alice):
        with on(0):
            told = browser(alice).post("/portee/", ASKED, headers={"HX-Request": "true"}).content.decode()
        assert told.strip() == ""


class TestWhatNobodyLearns:
    def test_pages_are_the_same_on_every_day_and_on_every_ring(self, village, alice):
        """Whoever it reaches reads the same bytes, whenever it was said and wherever it has come."""
        readers = [neighbour("Lou", village.residences[home]) for home in ("B", "D")]
        with on(0):
            request = looks_for(alice, "Perceuse")
        address = reverse("exchange", args=[request.public_id])
        mornings(1, 2)
        seen = {page(someone, address, 2) for someone in readers}
        mornings(3)
        seen |= {page(someone, address, day) for someone in readers for day in (3, 9)}
        assert len(seen) == 1
        blocks = {_block(page(someone, "/quartier/", day)) for someone in readers for day in (3, 9)}
        assert len(blocks) == 1

    def test_an_old_and_a_new_one_cannot_be_told_apart(self, village, alice):
        bruno, anna = (neighbour(name, village.residences["B"]) for name in ("Bruno", "Anna"))
        for day, someone in ((0, alice), (5, bruno)):
            with on(day):
                looks_for(someone, "Même")
            mornings(day + 1)
        mornings(6)
        ones = [page(anna, reverse("exchange", args=[one.public_id]), 6) for one in Listing.objects.order_by("pk")]
        # What parts them is who asks, and the ids.
        ids = [str(one) for one in Listing.objects.values_list("public_id", flat=True)]
        plain = [re.sub("|".join([*ids, "Alice|Bruno"]), "", one) for one in ones]
        assert plain[0] == plain[1]

    def test_its_place_is_of_the_reader_and_the_day_alone(self, village, alice):
        """Whichever was said first, they come in another order each day, and to each reader."""
        readers = [neighbour(name, village.residences["B"]) for name in ("Anna", "Bruno")]
        titles = [f"Chose {number}" for number in range(6)]
        for number, title in enumerate(titles):
            with on(0, 10 + number):
                looks_for(alice, title)
        orders = {(reader, day): _around(reader, day) for reader in readers for day in range(1, 9)}
        assert all(sorted(order) == titles for order in orders.values())
        assert len({tuple(order) for order in orders.values()}) > 12
        assert len({order[0] for order in orders.values()}) > 1 < len({order[-1] for order in orders.values()})
        assert orders == {(reader, day): _around(reader, day) for reader, day in orders}, "all day long the same"

    def test_it_stands_in_no_pile_by_the_day_it_was_said(self, village, alice):
        anna = neighbour("Anna", village.residences["B"])
        with on(0):
            looks_for(alice, "Perceuse")
            say(alice, Level.NEIGHBOURHOOD, "Avant")
        with on(2):
            say(alice, Level.NEIGHBOURHOOD, "Après")
        assert ROWS.findall(page(anna, "/quartier/", 3)) == ["Perceuse", "Après", "Avant"]
        with on(3), looking(anna) as viewer:
            second = feeds.feed(viewer, viewer.home, level=Level.NEIGHBOURHOOD, page=2)
            inside = feeds.feed(viewer, viewer.home, level=Level.RESIDENCE)
        assert second.around == inside.around == []

    def test_no_more_than_so_many_are_shown_at_once(self, village, alice, monkeypatch):
        monkeypatch.setattr(feeds, "MOST_AROUND", 2)
        for number in range(4):
            with on(0, 10 + number):
                looks_for(alice, f"Chose {number}")
        seen = [set(_around(alice, day)) for day in range(1, 15)]
        assert {len(one) for one in seen} == {2} and len(set.union(*seen)) == 4

    def test_a_kind_narrows_it_as_it_does_the_pile(self, village, alice):
        with on(0):
            looks_for(alice, "Perceuse")
            looks_for(alice, "Coup de main au jardin", kind="service")
        assert ROWS.findall(page(alice, "/quartier/", 1, kind="loan")) == ["Perceuse"]
        assert ROWS.findall(page(alice, "/quartier/", 1, kind="post")) == []

    def test_programs_are_told_no_day(self, village, alice):
        anna = neighbour("Anna", village.residences["B"])
        with on(0):
            request = looks_for(alice)
        with on(1):
            (feature,) = browser(anna).get("/api/listings/?kind=loan").json()["features"]
            assert feature == browser(anna).get(f"/api/listings/{request.public_id}/").json()
        told_of = feature["properties"]
        assert [told_of[name] for name in ("published_at", "opens_at", "closes_at")] == [None, None, None]

    def test_its_author_does_not_see_through_the_eyes_of_others_how_far_it_is(self, village, alice):
        with on(0):
            looks_for(alice)
        asked = [page(alice, reverse("as-seen"), day, par="quartier") for day in (1, 3)]
        mornings(2, 3)
        asked.append(page(alice, reverse("as-seen"), 3, par="quartier"))
        assert "Perceuse" not in asked[0] and "de proche en proche" in asked[0]
        assert asked[0] == asked[2]

    def test_nor_in_what_is_kept_of_them(self, alice):
        with on(0):
            looks_for(alice)
        mornings(2)
        archive = str(told(alice.account))
        assert "Perceuse" in archive and "'catchment': None" in archive and "reached_at" not in archive

    def test_its_author_reads_until_when_and_nothing_else(self, village, alice):
        with on(0):
            request = looks_for(alice)
        address = reverse("exchange", args=[request.public_id])
        own = page(alice, address, 1)
        mornings(2, 3)
        assert re.sub(
            r"\bhier\b|\baujourd’hui\b|<p class=\"facts mb-0\">.*?</p>", "", page(alice, address, 3)
        ) == re.sub(r"\bhier\b|\baujourd’hui\b|<p class=\"facts mb-0\">.*?</p>", "", own)
        assert "Personne n’apprend jusqu’où elle est allée, vous non plus." in own
        assert "Elle part à 9 h." not in own

    def test_renewed_or_reworded_nothing_moves_for_its_readers(self, village, alice):
        anna = neighbour("Anna", village.residences["B"])
        with on(0):
            request = looks_for(alice)
        address = reverse("exchange", args=[request.public_id])
        mornings(1)
        before = page(anna, address, 3), page(anna, "/quartier/", 3)
        with on(3), looking(alice) as viewer:
            exchanging.renew(viewer=viewer, public_id=request.public_id)
        assert (page(anna, address, 3), page(anna, "/quartier/", 3)) == before
        assert Ring.objects.get(number=1).reached_at == request.opens_at
        assert Listing.objects.get().closes_at > request.closes_at + timedelta(days=2)

    def test_whom_it_has_not_reached_is_answered_as_of_nothing(self, village, alice):
        far = neighbour("Zoé", village.residences["F"])
        with on(0):
            request = looks_for(alice)
        with on(1):
            asked = browser(far)
            hidden = asked.get(reverse("exchange", args=[request.public_id]))
            nothing = asked.get("/echange/00000000-0000-4000-8000-000000000000/")
        assert hidden.status_code == nothing.status_code == 404
        assert still_page(hidden) == still_page(nothing)


def _around(someone, day: int) -> list[str]:
    """Titles of what spreads, in the order in which someone reads them on a day."""
    with on(day), looking(someone) as viewer:
        page = feeds.feed(viewer, viewer.home, level=Level.NEIGHBOURHOOD)
    return [one.title for one in page.around]


def _block(space: str) -> str:
    """What stands above the pile."""
    return space.split('class="asked-around"')[1].split("</section>")[0]
