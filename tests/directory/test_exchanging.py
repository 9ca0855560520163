"""Sharing something: where it is put, who sees it, what is refused, and what its author does with it later."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from directory import exchanging, posting
from directory.errors import NotProved, TooMany
from directory.exchange_forms import categories_of
from directory.kinds import KINDS, facts_of, page_of, told_of
from directory.models import Exchange, Listing, SearchEntry, Service
from directory.own_exchanges import own_exchange
from directory.pausing import paused_of, say_again
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level, Openness
from scopes.viewer import ANONYMOUS
from tests.directory.exchanged import FILLED, end, share, shared_with, widest, zone_of
from tests.directory.speaking import looking, say
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

every_kind = pytest.mark.parametrize("kind", list(FILLED))


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


def test_every_kind_is_tried_here():
    assert set(FILLED) == set(KINDS)


@every_kind
class TestEveryKind:
    def test_it_is_seen_by_the_circle_it_was_shared_with(self, village, alice, kind):
        near, far = neighbour("Chloé", village.residences["C"]), neighbour("Zoé", village.residences["F"])
        for level in KINDS[kind].levels:
            zone = zone_of(village) if level == Level.CATCHMENT else None
            share(alice, level, level, kind=kind, catchment=zone)
        levels = set(KINDS[kind].levels)
        assert shared_with(alice) == levels
        assert shared_with(near) == levels - {Level.RESIDENCE, Level.CATCHMENT}
        assert shared_with(far) == levels & {Level.MUNICIPALITY}
        assert shared_with(ANONYMOUS) == set()

    def test_inside_a_residence_it_carries_that_residence_and_nothing_else_that_places_it(self, alice, kind):
        if Level.RESIDENCE not in KINDS[kind].levels:
            with pytest.raises(InvalidParameter):
                share(alice, Level.RESIDENCE, kind=kind)
            return
        exchange = share(alice, Level.RESIDENCE, kind=kind)
        assert (exchange.residence_id, exchange.space_id) == (alice.residence_id, alice.residence_id)
        assert (exchange.cell, exchange.location, exchange.neighbourhood) == (None, None, None)
        with second_lock.opened([]):
            assert not type(exchange).objects.exists(), "the second lock is on its own table too"

    def test_elsewhere_it_carries_the_cell_of_its_author_and_no_home(self, alice, kind):
        exchange = share(alice, Level.NEIGHBOURHOOD, kind=kind)
        assert (exchange.residence, exchange.space, exchange.location) == (None, None, None)
        assert exchange.cell_id == alice.alias.cell_id
        entry = SearchEntry.objects.filter(listing=exchange).first()
        if not KINDS[kind].tells_where_and_when:
            assert entry is None
            return
        assert entry.feature["properties"]["url"] == page_of(exchange) == f"/echange/{exchange.public_id}/"
        begins = exchange.start_point if kind == "carpool" else alice.alias.cell.location
        assert entry.location == begins, "of the cell, or of the public place where a ride begins"

    def test_a_card_says_the_same_of_it_found_by_search_or_read_in_a_space(self, alice, kind):
        exchange = share(alice, widest(kind), kind=kind)
        told = told_of(exchange)
        if KINDS[kind].tells_where_and_when:
            assert {name: SearchEntry.objects.get().card[name] for name in told} == told
        assert set(told) <= set(KINDS[kind].schema)
        assert KINDS[kind].facts(told) == facts_of(Listing.objects.get()) != []

    def test_it_ends_and_is_renewed_where_it_stood(self, alice, kind):
        exchange = share(alice, widest(kind), kind=kind)
        assert exchange.closes_at - exchange.published_at == pytest.approx(
            KINDS[kind].lifetime, abs=timedelta(seconds=9)
        )
        end(exchange)
        assert shared_with(alice) == set()
        with looking(alice) as viewer:
            if not KINDS[kind].renews:
                with pytest.raises(NotFound):
                    exchanging.renew(viewer=viewer, public_id=exchange.public_id)
                return
            renewed = exchanging.renew(viewer=viewer, public_id=exchange.public_id)
        assert renewed.published_at == exchange.published_at and renewed.closes_at > timezone.now()
        assert shared_with(alice) == {exchange.title} == {entry.title for entry in SearchEntry.objects.all()}

    def test_the_same_again_at_once_is_the_same(self, alice, kind):
        first = share(alice, widest(kind), kind=kind)
        assert share(alice, widest(kind), kind=kind).pk == first.pk
        if KINDS[kind].once and kind == "hello":
            with pytest.raises(InvalidParameter):
                share(alice, widest(kind), "autre", kind=kind)
        else:
            assert share(alice, widest(kind), "autre", kind=kind).pk != first.pk

    def test_it_pauses_with_the_home_and_is_shared_again_from_another(self, village, alice, kind):
        new_home = neighbour("Alice", village.residences["F"], account=alice.account)
        before = share(alice, Level.NEIGHBOURHOOD, kind=kind)
        leave(membership=alice)
        assert shared_with(neighbour("Anna", village.residences["A"])) == set()
        with looking(alice) as viewer:
            assert [one.title for one in paused_of(viewer)] == [before.title]
            again = say_again(viewer=viewer, home=viewer.home, public_id=before.public_id)
            assert not paused_of(viewer)
        assert again.public_id != before.public_id and type(again) is type(before)
        assert (again.author_id, again.cell, told_of(again)) == (new_home.alias_id, village.cells[4], told_of(before))

    @pytest.mark.parametrize(
        "deed",
        [
            lambda viewer, key, filled: exchanging.edit(viewer=viewer, public_id=key, title="Autre", **filled),
            lambda viewer, key, filled: exchanging.open_to(viewer=viewer, public_id=key, openness=Openness.PUBLIC),
            lambda viewer, key, filled: exchanging.renew(viewer=viewer, public_id=key),
            lambda viewer, key, filled: exchanging.withdraw(viewer=viewer, public_id=key),
        ],
    )
    def test_only_its_author_changes_it_and_another_learns_nothing(self, village, alice, kind, deed):
        exchange = share(alice, KINDS[kind].levels[0], kind=kind)
        with looking(alice):
            before = type(exchange).objects.values().get()
        with looking(neighbour("Anna", village.residences["A"])) as viewer:
            refusals = set()
            for key in (exchange.public_id, uuid4()):
                with pytest.raises(NotFound) as refusal:
                    deed(viewer, key, FILLED[kind])
                refusals.add(str(refusal.value))
            assert len(refusals) == 1
            assert type(exchange).objects.values().get() == before

    def test_every_category_may_be_chosen_and_no_other(self, alice, kind):
        codes = [code for _name, below in categories_of(KINDS[kind]) if isinstance(below, list) for code, _ in below]
        codes += [code for code, name in categories_of(KINDS[kind]) if isinstance(name, str)]
        assert codes and all(KINDS[kind].has_category(code) for code in codes)
        for other in ("bakery", "word", kind, "nothing"):
            with pytest.raises(InvalidParameter) as refusal:
                share(alice, kind=kind, category=other)
            assert refusal.value.parameter == "category"

    def test_nobody_shares_from_a_home_that_was_left(self, alice, kind):
        with looking(alice) as viewer:
            leave(membership=alice)
            with pytest.raises(NotProved):
                exchanging.share(
                    home=viewer.home, kind=KINDS[kind], title="Trop tard", level=KINDS[kind].levels[0], **FILLED[kind]
                )


class TestServices:
    @pytest.mark.parametrize(
        ("columns", "parameter"),
        [
            ({"title": "\u200b \0"}, "title"),
            ({"title": "x" * 10_000_000}, "title"),
            ({"text": "x" * 4_001}, "text"),
            ({"level": "moon"}, "level"),
            ({"level": Level.CATCHMENT}, "level"),
            ({"own": {}}, "direction"),
            ({"own": {"direction": "steal"}}, "direction"),
            ({"own": {"direction": "offer", "in_exchange_for": "x" * 81}}, "in_exchange_for"),
            ({"level": Level.RESIDENCE, "openness": Openness.PUBLIC}, "openness"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_kept(self, alice, columns, parameter):
        with pytest.raises(InvalidParameter) as refusal:
            share(alice, **{"level": Level.MUNICIPALITY, "title": "Jardin", **columns})
        assert refusal.value.parameter == parameter
        assert not Service.objects.exists()

    def test_a_card_says_what_is_wanted_in_exchange(self, alice):
        exchange = share(alice, own={"direction": "request", "in_exchange_for": "un gâteau"})
        assert facts_of(exchange) == ["je cherche", "en échange : un gâteau"]

    def test_an_opened_one_is_seen_by_everyone_without_a_name(self, alice):
        exchange = share(alice, openness=Openness.PUBLIC)
        assert shared_with(ANONYMOUS) == {exchange.title}
        with looking(alice) as viewer:
            exchanging.open_to(viewer=viewer, public_id=exchange.public_id, openness=Openness.MEMBERS)
        assert shared_with(ANONYMOUS) == set()

    @pytest.mark.parametrize("category", ["childminding", "plant_care", "home_sitting", "pet_sitting", "school_run"])
    def test_absence_keys_and_children_stay_with_members(self, alice, category):
        with pytest.raises(InvalidParameter):
            share(alice, category=category, openness=Openness.PUBLIC)
        kept = share(alice, category=category)
        with looking(alice) as viewer:
            with pytest.raises(InvalidParameter):
                exchanging.open_to(viewer=viewer, public_id=kept.public_id, openness=Openness.PUBLIC)
            opened = share(alice, title="Jardin", openness=Openness.PUBLIC)
            columns = {**FILLED["service"], "category": category}
            exchanging.edit(viewer=viewer, public_id=opened.public_id, title="Mon chat", **columns)
        assert shared_with(ANONYMOUS) == set(), "what becomes such a thing closes"

    def test_a_flood_of_words_and_exchanges_ends(self, alice, monkeypatch):
        monkeypatch.setattr(posting, "MOST_A_DAY", 2)
        say(alice, Level.MUNICIPALITY)
        share(alice, Level.MUNICIPALITY)
        with pytest.raises(TooMany):
            share(alice, Level.MUNICIPALITY, "de trop")

    def test_what_was_changed_is_found_as_it_is(self, alice):
        exchange = share(alice)
        with looking(alice) as viewer:
            filled = {"category": "cooking", "own": {"direction": "request"}}
            exchanging.edit(viewer=viewer, public_id=exchange.public_id, title="Tarte", text="Aux pommes", **filled)
        entry = SearchEntry.objects.get()
        assert (entry.title, entry.card["direction"]) == ("Tarte", "request")
        assert Service.objects.get().description == "Aux pommes"

    def test_what_was_taken_back_is_nobodys_any_more(self, alice):
        exchange = share(alice)
        with looking(alice) as viewer:
            exchanging.withdraw(viewer=viewer, public_id=exchange.public_id)
            with pytest.raises(NotFound):
                own_exchange(viewer, exchange.public_id)
        assert not SearchEntry.objects.exists()

    def test_a_word_is_no_exchange(self, alice):
        post = say(alice, Level.MUNICIPALITY)
        exchange = share(alice)
        with looking(alice) as viewer:
            with pytest.raises(NotFound):
                exchanging.withdraw(viewer=viewer, public_id=post.public_id)
            with pytest.raises(NotFound):
                posting.withdraw(viewer=viewer, public_id=exchange.public_id)
        assert issubclass(Service, Exchange)
