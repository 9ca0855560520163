"""T4 to T8 of privacy.md for every count of homes: of a zone, of a town's adoption, of who kept a shop's offers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory import counting_interest
from directory.counting_interest import figure_of, homes_by_shop
from directory.models import Interest
from geo.models import Neighbourhood
from scopes import reach_table
from scopes.models import Acting, Membership, ReachCount
from scopes.reach import Connected, ReachQuerySet, quarter_of
from tests.directory.browsing import browser
from tests.directory.organised import offers, page
from tests.directory.shaped import looked, shaped, words
from tests.maps.covering import QUERY
from tests.neighbours import person
from tests.privacy.alike import the_clock_stands
from tests.privacy.counting import DECOYS, Asked, Siege, besieged, vectors
from tests.privacy.timing import same_time_in
from tests.scopes.crowd import settle
from tests.scopes.mandates import SIRETS, organisation
from tests.scopes.test_reach_attacks import (
    ALWAYS,
    JOINS_AT_12,
    SLACK,
    STORIES,
    attacked,
    tables,
    tables_and_weeks,
)
from tests.still import still_page
from tests.toy_town import ToyTown

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
#: What is published with the homes that came every week beside; and of who kept a shop's offers.
WEEKS = partial(tables_and_weeks, come=1.0)
FIGURES = partial(tables, publish=lambda counted, **told: figure_of(1, counted, **told))


@pytest.fixture(scope="module")
def siege(town) -> Siege:
    """The toy town, full, for all tests of the module."""
    return besieged(town)


@pytest.fixture(scope="module", params=[30, pytest.param(10_000, marks=pytest.mark.slow)])
def asked(siege, request) -> list[Asked]:
    """Questions of every shape, with their answers."""
    return siege.ask(request.param)


class TestT4:
    """Questions of every shape, fifty decoys, one member more or fewer."""

    def test_every_answer_is_the_range_of_a_sum_of_whole_cells_and_none_is_small(self, siege, asked):
        numbers = siege.numbers
        assert {one.shape for one in asked} >= {"radius", "homes", "walk", "street", "quarters", "drawing"}
        assert any(one.connected.least for one in asked)
        different = {one.covers for one in asked}
        print(f"{len(asked)} answers, {len(different)} different sets of {len(numbers)} reach cells")
        for one in asked:
            assert one.connected == Connected.of(sum(numbers[cell] for cell in one.covers)), one
            assert one.connected.least == 0 or one.connected.least >= 20
        nested = [(one, other) for one in asked[:200] for other in asked if one.covers < other.covers]
        assert nested
        for inner, outer in nested:
            between = sum(numbers[cell] for cell in outer.covers - inner.covers)
            assert between == 0 or between >= 20
            more = outer.connected.least - inner.connected.least
            assert more == 0 or more >= 10

    def test_who_joins_or_leaves_changes_no_answer_before_the_next_table(self, siege, asked):
        with transaction.atomic():
            settle([siege.residence])
            Membership.objects.filter(pk=siege.members[0].pk).update(ended_at=timezone.now())
            assert siege.ask(len(asked)) == asked
            transaction.set_rollback(True)

    @pytest.mark.parametrize("seen", [tables, pytest.param(WEEKS, marks=pytest.mark.slow)], ids=["homes", "and weeks"])
    def test_all_answers_together_say_next_to_nothing_of_one_home(self, siege, asked, seen, settings):
        """The attacker knows every other number; half of the decoys move in between the tables; so does the home."""
        worlds = 1_000 if len(asked) < 1_000 else 10_000
        told = vectors(asked, siege.numbers, siege.residence.public_cell.reach_cell_id)
        homes = np.ones((10 + DECOYS, 2), dtype=bool)
        homes[10 + DECOYS // 2 :, 0] = False

        def answers(story, there, *, worlds, settings) -> np.ndarray:
            published = seen(story, there, worlds=worlds, settings=settings)
            rows = np.array([told[number] for number in published.ravel().tolist()])
            return rows.reshape(*published.shape[:2], -1)

        assert attacked(homes, [np.array([False, True])], worlds, settings, seen=answers) <= 0.60 + SLACK[worlds]


class TestT5:
    """One area by whatever product: the same sums."""

    def test_a_quarter_and_the_town_read_alike_everywhere(self, siege, client):
        town, quarter = siege.town.municipality, Neighbourhood.objects.get(code="SO")
        basile, member = person("Basile"), siege.members[0]
        own = organisation(basile, kind="merchant", name="Levain SARL", siret=SIRETS[3])
        address = f"/pro/{page(town, own, location=siege.town.point(900, 900)).public_id}/offre/"
        merchant = browser(basile, two_factors=True)
        adoption = client.get(f"/ville/{town.insee_code}/adoption/").text
        drawn = quarter.boundary[0].geojson
        (latest,) = ReachCount.objects.last_quarters(1)

        def pro(zone: str, **needs) -> str:
            return looked(merchant, address, **words(), **shaped(zone, **needs))["figures"]

        told = {
            "quarter": [
                pro("quarters", quarters=quarter.pk),
                pro("drawing", drawing=drawn),
                _row(adoption, str(quarter)),
                str(ReachCount.objects.connected_in(quarter.boundary)),
            ],
            "town": [
                pro("town"),
                pro("radius", radius=5_000),
                _row(adoption, town.name),
                *(client.get(f"/ville/{town.insee_code}/{page}").text for page in ("", "imprimer/")),
                browser(member).post("/portee/", {**WORD, "level": "municipality"}).text,
            ],
        }
        iris = _iris(siege.town)
        told["iris"] = [
            pro("drawing", drawing=iris.boundary[0].geojson),
            browser(member).post("/portee/", {**WORD, **ZONE, "drawing": iris.boundary[0].geojson}).text,
            str(ReachCount.objects.adoption_in(iris.boundary, quarters=[latest])[latest].connected),
            str(ReachCount.objects.connected_in(iris.boundary)),
        ]
        for area, boundary in (("quarter", quarter.boundary), ("town", town.boundary), ("iris", iris.boundary)):
            numbers = siege.numbers
            centres = ReachCount.objects.filter(centre__coveredby=boundary).values_list("reach_cell", flat=True)
            expected = Connected.of(sum(numbers[cell] for cell in centres))
            assert expected.least >= 20
            assert {_range(one) for one in told[area]} == {(expected.least, expected.most)}, area

    def test_no_tile_no_file_and_no_search_holds_a_count(self, siege, client):
        """What is taken away of a town is public data alone: it says the same whatever the table does."""
        asked = [
            *(f"/tiles/{layers}/14/8321/5664.mvt" for layers in ("base", "names")),
            *(f"/ville/couverture/analyse.{ending}?{QUERY}" for ending in ("csv", "geojson")),
            "/api/nearby/?lat={1}&lon={0}".format(*siege.town.point(900, 900).coords),
        ]

        def told() -> list[bytes]:
            answers = [client.get(address) for address in asked]
            assert all(answer.status_code in (200, 204) for answer in answers), answers
            return [still_page(answer).encode(errors="surrogateescape") for answer in answers]

        with the_clock_stands(), transaction.atomic():
            before = told()
            ReachCount.objects.update(homes=500)
            assert told() == before
            transaction.set_rollback(True)


class TestT6:
    @pytest.mark.slow
    @pytest.mark.parametrize("story", STORIES)
    def test_nine_years_of_figures_tell_a_shop_next_to_nothing_of_one_home(self, story, settings):
        """A home that keeps an offer each quarter, or from the twelfth on, or never; all others' deeds are known."""
        told = attacked(STORIES[story](), [ALWAYS, JOINS_AT_12], 10_000, settings, seen=FIGURES)
        assert told <= 0.60 + SLACK[10_000]


class TestT7:
    """What a preview costs, and whom it looks at."""

    @pytest.fixture
    def merchant(self, siege):
        basile = person("Basile")
        own = organisation(basile, kind="merchant", name="Levain SARL", siret=SIRETS[3])
        shop = page(siege.town.municipality, own, location=siege.town.point(900, 900))
        return browser(basile, two_factors=True), f"/pro/{shop.public_id}/offre/"

    def test_a_preview_asks_no_table_of_people_but_of_who_asks(self, merchant):
        client, address = merchant
        people = re.compile(r'FROM "?scopes_(membership|household|proof|consent|presence)|directory_interest"')
        looked(client, address, **words(), **shaped("town"))
        for zone, needs in (("radius", {"radius": 600}), ("homes", {"homes": 300}), ("town", {})):
            with CaptureQueriesContext(connection) as asked:
                looked(client, address, **words(), **shaped(zone, **needs))
            assert not [one["sql"] for one in asked if people.search(one["sql"])], zone

    @pytest.mark.slow
    def test_a_preview_takes_as_long_among_none_as_among_many(self, siege, merchant):
        client, address = merchant
        there = Membership.objects.filter(pk__in=[member.pk for member in siege.members])

        @contextmanager
        def world(**columns: object) -> Iterator[None]:
            with transaction.atomic():
                there.update(**columns)
                yield
                transaction.set_rollback(True)

        many, none = partial(world, ended_at=None), partial(world, ended_at=timezone.now())
        with none():
            assert not Membership.objects.current().exists()

        def ask() -> None:
            looked(client, address, **words(), **shaped("radius", radius=600))

        assert same_time_in((many, none), ask, pairs=1_000, block=10)


class TestT8:
    """Each protection off in turn."""

    @pytest.mark.slow
    def test_a_count_made_for_each_shape_is_caught(self, siege, monkeypatch):
        def of_its_own(self, area) -> Connected:
            homes = Membership.objects.current().filter(residence__location__coveredby=area).count()
            return Connected.of(10 * round(homes / 10))

        monkeypatch.setattr(ReachQuerySet, "connected_in", of_its_own)
        numbers = siege.numbers
        asked = (one for seed in range(20) for one in siege.ask(2, seed=seed))  # no more than are needed
        assert any(one.connected != Connected.of(sum(numbers[cell] for cell in one.covers)) for one in asked)

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("mutant", "seen"),
        [({"COIN": 1.0}, WEEKS), ({"BEHIND": 0, "STEP": 0}, WEEKS), ({"BEHIND": 0, "STEP": 0}, FIGURES)],
        ids=["weeks, no coin", "weeks, counted anew", "figures, counted anew"],
    )
    def test_figures_and_weeks_without_a_protection_tell(self, mutant, seen, settings, monkeypatch):
        """A figure alone is as wide as to hold without its coin; the homes connected do not (docs/adr/0010)."""
        for name, value in mutant.items():
            monkeypatch.setattr(reach_table, name, value)
        told = (
            attacked(STORIES[story](), [ALWAYS, JOINS_AT_12], 10_000, settings, seen=seen)
            for story in ("none to a hundred", "ten to sixty", "sixty to ten")
        )
        assert any(auc > 0.60 + SLACK[10_000] for auc in told)

    def test_what_the_shop_s_own_homes_keep_moves_nothing(self, siege, monkeypatch):
        basile = person("Basile")
        own = organisation(basile, kind="merchant", name="Levain SARL", siret=SIRETS[3])
        offer = offers(basile, own, page(siege.town.municipality, own, location=siege.town.point(900, 900)))
        quarter = quarter_of(timezone.localdate())
        theirs, others = siege.members[:10], siege.members[10:60]
        Acting.objects.bulk_create(Acting(account=one.account, organisation=own, role="writer") for one in theirs)

        def kept_by(members) -> None:
            Interest.objects.bulk_create(
                Interest(account=one.account, promotion=offer, quarter=quarter) for one in members
            )

        kept_by(others)
        before = homes_by_shop(quarter)[own.pk]
        kept_by(theirs)
        assert homes_by_shop(quarter)[own.pk] == before > 0
        monkeypatch.setattr(counting_interest, "own_homes", lambda shops: set())
        assert homes_by_shop(quarter)[own.pk] != before, "its own homes counted"


#: A zone that a member draws.
ZONE = {"level": "catchment", "zone": "drawing"}
WORD = {"category": "question", "title": "Une échelle ?", "text": "Qui en prête une ?"}


def _iris(town: ToyTown) -> Neighbourhood:
    """The south-western fifth of the town as an IRIS: no quarter, and a limit through its cells."""
    (west, south), (east, north) = town.point(0, 0).coords, town.point(1_100, 900).coords
    boundary = MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)
    own = {"key": "77998/iris/779980109", "source": "test", "kind": "iris", "code": "779980109", "name": "IRIS 9"}
    return Neighbourhood.objects.create(**own, municipality=town.municipality, boundary=boundary)


def _row(html: str, name: str) -> str:
    """The homes connected in a row of the table of adoption."""
    cells = html.split(f'<th scope="row">{name}</th>')[1].split("</tr>")[0].split("<td")
    return cells[2].partition("<small")[0].partition(">")[2] + " foyers connectés"


def _range(text: str) -> tuple[int, int]:
    """The range of homes connected that a text tells."""
    plain = re.sub(r"[\u202f\xa0]", "", text)
    return tuple(map(int, re.search(r"(\d+) à (\d+)\s*foyers connectés", plain).groups()))
