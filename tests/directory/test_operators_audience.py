"""To whom a program's notice goes: buildings and doors by public numbers, streets and areas as the page has them."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from directory.models import Mailing
from directory.notice_audiences import audience_of
from geo.drawn_areas import read_area
from geo.models import Building, Municipality, Residence
from geo.residences_named import residences_of_addresses, residences_of_buildings, residences_of_keys
from scopes.models import MandatedResidence
from scopes.organisations.proposing import acting_as
from tests.directory.keyed import NOTICES, Program, asked, ban_id, operator, problem_of, program, program_on, rnb_id
from tests.directory.test_notifying import read_by
from tests.neighbours import neighbour
from tests.scopes.entering import building
from tests.scopes.mandates import in_force, over_area

pytestmark = pytest.mark.django_db
#: Block (i, 1) of the toy town opens on number 2 i + 2.
BLEUETS = {"name": "Rue des Bleuets", "insee_code": "77998"}


@pytest.fixture
def town(toy_town):
    return toy_town


@pytest.fixture
def homes(town) -> list[Residence]:
    """Four buildings along rue des Bleuets, numbers 6, 8, 12 and 14, and one elsewhere."""
    return [*(building(i, 1) for i in (2, 3, 5, 6)), building(2, 2)]


@pytest.fixture
def water(homes) -> Program:
    return program_on(*homes)


def square(town, west: float, south: float, east: float, north: float) -> dict:
    """A square of the grid as GeoJSON."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [[list(town.point(x, y).coords) for x, y in corners]]}


def told(answer) -> set[str]:
    assert answer.status_code == 200, answer.content
    return {one["id"] for one in answer.json()["residences"]["listed"]}


def keys(*residences) -> set[str]:
    return {one.key for one in residences}


class TestNumbers:
    def test_a_building_stands_for_its_residence(self, town):
        split = Building.objects.filter(key__contains="BATIMENT-01-00").order_by("key")
        found = residences_of_buildings([*split[0].rnb_ids, "NOBODYKNOWS1"])
        assert set(found) == set(split[0].rnb_ids) and all(found.values())
        three = Building.objects.filter(key__contains="BATIMENT-00-00")
        (shared,) = {number for one in three for number in one.rnb_ids}
        assert residences_of_buildings([shared])[shared] == {three[0].residence_id}

    def test_what_was_closed_is_unknown_and_what_nobody_lives_in_stands_for_none(self, homes):
        number = rnb_id(homes[0])
        Building.objects.filter(residence=homes[0]).update(residence=None)
        assert residences_of_buildings([number]) == {number: frozenset()}
        Building.objects.filter(rnb_ids=[number]).update(closed_on="2026-01-01")
        assert residences_of_buildings([number]) == {}

    def test_an_address_stands_for_the_residence_it_opens_on(self, homes):
        found = residences_of_addresses([ban_id(homes[0]), "77998_0000_99999"])
        assert found == {ban_id(homes[0]): {homes[0].pk}}
        assert residences_of_keys([homes[1].key, "x"]) == {homes[1].key: {homes[1].pk}}

    def test_many_ids_take_few_questions(self, water, homes, django_assert_max_num_queries):
        ids = [rnb_id(one) for one in homes] + [f"UNKNOWN{n:05}" for n in range(9_000)]
        with django_assert_max_num_queries(30):
            answer = water.tries({"rnb_ids": ids})
        assert told(answer) == keys(*homes) and answer.json()["unknown"]["number"] == 9_000
        assert len(answer.json()["unknown"]["ids"]) == 1_000


class TestResolving:
    def test_by_buildings(self, water, homes):
        assert told(water.tries({"rnb_ids": [rnb_id(one) for one in homes[:2]]})) == keys(*homes[:2])

    def test_moments_without_a_zone_are_those_of_its_town(self, water, homes):
        Municipality.objects.update(time_zone="Indian/Reunion")
        begun = timezone.now().astimezone(ZoneInfo("Indian/Reunion")) - timedelta(minutes=10)
        lift = {"reason": "lift", "fields": {"start": f"{begun:%Y-%m-%dT%H:%M}"}}
        tried = water.tries({"residences": [homes[0].key]}, **lift)
        assert tried.json()["would_send"], "in Paris that is hours ahead, and refused"
        assert water.send({"residences": [homes[0].key]}, **lift).status_code == 201

    def test_by_addresses_it_goes_to_these_doors(self, water, homes):
        answer = water.send({"ban_ids": [ban_id(homes[0])]})
        assert answer.status_code == 201
        mailing = Mailing.objects.get()
        assert list(mailing.residences.all()) == [homes[0]] and mailing.to == "entrances"

    @pytest.mark.parametrize(
        ("ends", "blocks"),
        [
            ({}, (0, 1, 2, 3)),
            ({"from": 6, "to": 8}, (0, 1)),
            ({"from": 8, "to": 6}, (0, 1)),
            ({"from": 12, "side": "even"}, (2,)),
            ({"side": "even"}, (0, 1, 2, 3)),
            ({"side": "odd"}, (1,)),  # 7 ter is a gate of 8
        ],
    )
    def test_along_a_street(self, water, homes, ends, blocks):
        assert told(water.tries({"street": {**BLEUETS, **ends}})) == keys(*(homes[one] for one in blocks))

    @pytest.mark.parametrize(
        ("member", "wrong"),
        [
            ("name", {"name": "Rue de Nulle Part"}),
            ("name", {"name": ""}),
            ("name", {"name": None}),
            ("insee_code", {"insee_code": "00000"}),
            ("insee_code", {"insee_code": "Villegrille"}),
            ("insee_code", {"insee_code": 77998}),
            ("from", {"from": 4_000, "to": 5_000}),
            ("from", {"from": "6"}),
            ("to", {"to": True}),
            ("to", {"to": -1}),
            ("side", {"side": "left"}),
            ("colour", {"colour": "red"}),
        ],
    )
    def test_a_street_that_is_not_there_is_pointed_at(self, water, member, wrong):
        answer = water.tries({"street": {**BLEUETS, **wrong}})
        assert problem_of(answer)["parameter"] == f"/audience/street/{member}"

    def test_in_an_area(self, town, water, homes):
        answer = water.tries({"geometry": square(town, 200, 100, 400, 200)})
        assert told(answer) == keys(*homes[:2])
        beyond = water.tries({"geometry": square(town, 100, 100, 400, 200)})
        assert told(beyond) == keys(*homes[:2])
        assert beyond.json()["outside"]["ids"] == [building(1, 1).key] and beyond.json()["would_send"]

    def test_a_street_and_an_area_are_those_of_the_page(self, town, water):
        mandate = water.key.organisation.mandates.get()
        acting = acting_as(water.key.made_by, water.key.organisation)
        drawn = square(town, 150, 50, 450, 250)
        page = audience_of(mandate=mandate, acting=acting, to="polygon", parameters={"polygon": drawn})
        assert water.tries({"geometry": drawn}).json()["homes"]["total"] == page.homes
        streets = [{"street": "rue des Bleuets", "first": 6, "last": 12}]
        page = audience_of(mandate=mandate, acting=acting, to="streets", parameters={"streets": streets})
        assert water.tries({"street": {**BLEUETS, "from": 6, "to": 12}}).json()["homes"]["total"] == page.homes

    @pytest.mark.parametrize(
        ("member", "geometry"),
        [
            ("", None),
            ("/type", {"type": "Point", "coordinates": [3, 49]}),
            ("/geometries", {"type": "GeometryCollection", "geometries": []}),
            ("/geometries", {"type": "Polygon", "geometries": []}),
            ("/coordinates", {"type": "Polygon", "coordinates": []}),
            ("/coordinates/0/0", {"type": "Polygon", "coordinates": [[3, 49]]}),
            ("/coordinates/0/0", {"type": "Polygon", "coordinates": [[["3", 49]]]}),
            ("/coordinates/0/0", {"type": "Polygon", "coordinates": [[[True, 49]]]}),
            ("", {"type": "Polygon", "coordinates": [[[3, 49], [3, 49.1]]]}),
            ("", {"type": "Polygon", "coordinates": [[[3, 49], [3, 49.1], [3.1, 49.1], [3, 49.2]]]}),
            ("", {"type": "Polygon", "coordinates": [[[30, 90], [31, 90], [31, 91], [30, 90]]]}),
            ("", {"type": "Polygon", "coordinates": [[[0, 45], [9, 45], [9, 50], [0, 45]]]}),
        ],
    )
    def test_an_area_that_is_none_is_pointed_at(self, water, geometry, member):
        answer = water.tries({"geometry": geometry})
        assert problem_of(answer)["parameter"] == f"/audience/geometry{member}"

    def test_an_area_has_two_thousand_corners_at_most(self, water, town):
        west, south = town.point(0, 0).coords
        ring = [[west + n / 1e6, south] for n in range(2_000)] + [[west, south + 0.1]]
        answer = water.tries({"geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}})
        assert problem_of(answer)["parameter"] == "/audience/geometry/coordinates/0/2000"

    @pytest.mark.parametrize("number", ["1e999", "1" + "0" * 400, "-1" + "0" * 400])
    def test_a_number_too_large_for_a_number_is_none(self, water, town, number):
        drawn = square(town, 0, 0, 1, 1)
        drawn["coordinates"][0][2][1] = 123_456
        body = json.dumps(asked({"geometry": drawn})).replace("123456", number)
        answer = water.post(NOTICES, body.encode())
        assert problem_of(answer)["parameter"] == "/audience/geometry/coordinates/0/2"

    def test_altitudes_are_left_out(self, town, water, homes):
        drawn = square(town, 200, 100, 400, 200)
        drawn["coordinates"] = [[[*corner, 12.5] for corner in drawn["coordinates"][0]]]
        assert told(water.tries({"geometry": drawn})) == keys(*homes[:2])


class TestMandates:
    def test_the_one_that_covers_it_is_taken(self, homes):
        account, own = operator()
        first, second = (in_force(account, part, own) for part in (homes[:2], homes[1:]))
        water = program(account, own)
        for residences, mandate in ((homes[:2], first), (homes[1:3], second), (homes[1:2], first)):
            answer = water.tries({"residences": [one.key for one in residences]})
            assert answer.json()["mandate"] == str(mandate.handle) and answer.json()["would_send"]
        both = water.send({"residences": [one.key for one in homes]})
        assert problem_of(both)["outside"] == [homes[0].key], "one notice goes under one mandate"
        named = water.tries({"residences": [homes[1].key]}, mandate=str(second.handle))
        assert named.json()["mandate"] == str(second.handle)

    def test_some_doors_of_a_building_are_no_others(self, homes):
        water = program_on(*homes)
        MandatedResidence.objects.filter(residence=homes[0]).update(entrances=["ban:another"])
        answer = water.tries({"ban_ids": [ban_id(homes[0]), ban_id(homes[1])]})
        assert answer.json()["outside"]["ids"] == [ban_id(homes[0])]
        assert problem_of(water.send({"ban_ids": [ban_id(homes[0])]}))["outside"] == [ban_id(homes[0])]

    def test_a_place_without_any_building_of_the_mandate(self, town, water):
        far = {"geometry": square(town, 1_000, 1_000, 1_200, 1_200)}
        told = water.tries(far).json()
        assert not told["would_send"] and told["homes"]["total"] == 0 and told["outside"]["number"] > 0
        assert problem_of(water.send(far))["parameter"] == "/audience/geometry"
        assert not Mailing.objects.exists()

    def test_what_nobody_lives_in_is_outside(self, water, homes):
        Building.objects.filter(residence=homes[0]).update(residence=None)
        number = next(
            iter(Building.objects.filter(residence=None).exclude(rnb_ids=[]).values_list("rnb_ids", flat=True))
        )
        told = water.tries({"rnb_ids": [number[0], rnb_id(homes[1])]}).json()
        assert told["outside"]["ids"] == [number[0]] and told["residences"]["number"] == 1


class TestByArea:
    @pytest.fixture
    def network(self, town, homes) -> Program:
        """A program of a company whose network is the south-west of the town."""
        neighbour("Ana", homes[0])  # gives her building a public cell
        account, own = operator()
        area, _notes = read_area(json.dumps(square(town, 0, 0, 1_000, 1_000)), parameter="area")
        over_area(account, own, area=area)
        return program(account, own)

    def test_an_area_is_one_public_notice(self, town, network):
        answer = network.send({"geometry": square(town, 0, 0, 600, 600)})
        assert answer.status_code == 201 and answer.json()["public"] and answer.json()["residences"] == 0
        told = network.tries({"geometry": square(town, 0, 0, 600, 600)}).json()
        assert told["public"] and told["homes"]["total"] == answer.json()["homes"]

    def test_it_is_cut_at_the_limits(self, town, network):
        told = network.tries({"geometry": square(town, 500, 500, 1_500, 900)}).json()
        assert told["would_send"] and any("coupée" in note for note in told["notes"])
        beyond = network.tries({"geometry": square(town, 1_200, 1_200, 1_500, 1_500)})
        assert problem_of(beyond)["parameter"] == "/audience/geometry"

    def test_buildings_of_its_cells_are_told_in_their_spaces(self, network, homes):
        answer = network.send({"rnb_ids": [rnb_id(homes[0])]})
        assert answer.status_code == 201 and not answer.json()["public"]
        ana = homes[0].memberships.get()
        assert len(read_by(ana)) == 1
