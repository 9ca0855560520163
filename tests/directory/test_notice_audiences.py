"""To whom a notice goes: every kind of audience, resolved within a mandate and within what was delegated."""

import json

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction

from directory.categories import sync_categories
from directory.models import Listing, Mailing, Notice, SearchEntry
from directory.notice_audiences import Audience, audience_of
from directory.notice_readers import memberships_told
from directory.notices import notices_of
from directory.notifying import say_it_is_over, take_back
from directory.street_lines import read_streets, typed
from geo.errors import InvalidParameter
from geo.models import Address, Residence
from scopes import second_lock
from scopes.errors import Refused
from scopes.models import Acting, Level, Mandate, MandatedResidence, Membership
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.around import at
from tests.directory.mandated import send, tell, tomorrow
from tests.directory.test_notifying import SOON
from tests.neighbours import neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force, organisation, over_area, town_hall
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db


def resolved(mandate: Mandate, to: str, acting: Acting | None = None, **parameters) -> Audience:
    acting = acting or mandate.organisation.actings.first()
    return audience_of(mandate=mandate, acting=acting, to=to, parameters=parameters)


def told_in(residences) -> set[str]:
    """Keys of the residences in which a notice stands."""
    with second_lock.opened(Residence.objects.values_list("pk", flat=True)):
        return set(Notice.objects.exclude(space=None).values_list("space__key", flat=True))


class TestListMandate:
    """Toy town: a grid of blocks 100 m wide, an address at each side of each block."""

    @pytest.fixture
    def agent(self, toy_town):
        sync_categories()
        return person("Gil")

    @pytest.fixture
    def homes(self, agent):
        return [building(3, 1), building(2, 2), building(1, 1)]

    @pytest.fixture
    def mandate(self, agent, homes):
        return in_force(agent, homes)

    def test_all(self, mandate, homes):
        audience = resolved(mandate, "all")
        assert set(audience.residence_ids) == {one.pk for one in homes} and not audience.is_public
        assert audience.homes == sum(one.dwellings for one in homes)

    def test_a_street_between_two_numbers_looks_at_homes(self, mandate, homes):
        door = Address.objects.filter(building__residence=homes[0]).order_by("number").first()
        other = Address.objects.filter(building__residence=homes[1]).order_by("number").first()
        assert resolved(mandate, "streets", streets=f"{door.street_name}, {door.number}").residence_ids == (
            homes[0].pk,
        )
        lines = f"{door.street_name} {door.number}\n{other.street_name} {other.number} à {other.number}"
        assert set(resolved(mandate, "streets", streets=lines).residence_ids) == {homes[0].pk, homes[1].pk}

    def test_one_side_of_a_street(self, mandate, homes):
        doors = Address.objects.filter(building__residence__in=homes)
        sides = {"impairs": 1, "pairs": 0}
        for street in doors.values_list("street_name", flat=True).distinct():
            for words, parity in sides.items():
                there = {
                    door.building.residence_id
                    for door in doors.filter(street_name=street).select_related("building")
                    if door.number % 2 == parity
                }
                if there:
                    found = resolved(mandate, "streets", streets=f"{street} {words}")
                    assert set(found.residence_ids) == there

    def test_a_polygon_and_a_quarter_choose_among_its_residences(self, mandate, homes):
        area = homes[1].location.buffer(0.0001)
        assert resolved(mandate, "polygon", polygon=area.geojson).residence_ids == (homes[1].pk,)
        quarter = homes[1].containments.filter(kind="quartier").get().neighbourhood
        inside = resolved(mandate, "quarters", quarters=[quarter.key])
        expected = {one.pk for one in homes if one.containments.filter(neighbourhood=quarter).exists()}
        assert set(inside.residence_ids) == expected and not inside.is_public

    @pytest.mark.parametrize(
        ("to", "parameters"),
        [
            ("residences", {}),
            ("residences", {"residences": ["residence:nowhere"]}),
            ("entrances", {"entrances": ["nowhere"]}),
            ("streets", {"streets": "Rue Inconnue"}),
            ("streets", {"streets": ""}),
            ("quarters", {"quarters": ["nowhere"]}),
            ("polygon", {"polygon": "{"}),
            ("polygon", {"polygon": json.dumps({"type": "Point", "coordinates": [0, 0]})}),
        ],
    )
    def test_what_is_not_of_it_is_named(self, mandate, to, parameters):
        with pytest.raises(InvalidParameter) as refused:
            resolved(mandate, to, **parameters)
        assert refused.value.parameter == to

    def test_no_kind_is_no_audience(self, mandate):
        with pytest.raises(InvalidParameter):
            resolved(mandate, "everyone")


class TestEntrances:
    @pytest.fixture
    def agent(self, toy_town):
        sync_categories()
        return person("Gil")

    @pytest.fixture
    def home(self, agent):
        home = building(3, 1)
        first = Address.objects.filter(building__residence=home).first()
        for number in (901, 903):
            Address.objects.create(
                key=f"test:{number}",
                source="test",
                municipality=home.municipality,
                building=first.building,
                number=number,
                street_name=first.street_name,
                location=first.location,
            )
        return home

    def test_a_notice_to_an_entrance_is_in_the_residence_and_names_it(self, agent, home):
        ana, mandate = neighbour("Ana", home), in_force(agent, [home])
        mailing = tell(agent, mandate, "entrances", entrances=["test:901", "test:903"])
        doors = Address.objects.filter(building__residence=home).count()
        assert mailing.homes == -(-2 * home.dwellings // doors)
        with later(SOON):
            viewer = viewer_of(ana.account_id)
            with second_lock.opened(viewer.residence_ids):
                (notice,) = notices_of(viewer, viewer.home)
        assert notice.where.startswith("901 et 903 ")

    def test_a_landlord_reaches_its_own_entrances_and_every_notice_names_them(self, agent, home):
        landlord = organisation(agent, kind="landlord", name="Bailleur")
        mandate = in_force(agent, [home, building(2, 2)], landlord)
        MandatedResidence.objects.filter(mandate=mandate, residence=home).update(entrances=["test:901"])
        audience = resolved(mandate, "all")
        assert audience.entrances == {home.pk: ("test:901",)} and audience.homes_estimated
        mailing = tell(agent, mandate, "all")
        assert set(mailing.entrances) == {str(home.pk)} and mailing.entrances[str(home.pk)].startswith("901 ")
        assert resolved(mandate, "entrances", entrances=["test:901"]).residence_ids == (home.pk,)
        with pytest.raises(InvalidParameter):
            resolved(mandate, "entrances", entrances=["test:901", "test:903"])

    @pytest.mark.parametrize("kind", ["landlord", "operator", "merchant", "association"])
    def test_meetings_belong_to_the_agent(self, agent, home, kind):
        mandate = in_force(agent, [home], organisation(agent, kind=kind))
        day = tomorrow(9)[:10]
        with pytest.raises(InvalidParameter) as refused:
            send(agent, mandate, [home], template="decisions", data={"held_on": day, "decisions": "Ravalement."})
        assert refused.value.parameter == "template" and not Mailing.objects.exists()


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        sync_categories()
        yield make_village()
        transaction.set_rollback(True)


@pytest.fixture
def village(kept, db):
    return kept


@pytest.fixture
def mayor():
    return person("Odile")


@pytest.fixture
def town(village, mayor):
    """A mandate on the whole commune."""
    return over_area(mayor, town_hall(mayor, village.town), municipality=village.town)


def read_by(membership: Membership, level: Level = Level.NEIGHBOURHOOD) -> list[str]:
    with later(SOON):
        viewer = viewer_of(membership.account_id)
        with second_lock.opened(viewer.residence_ids):
            return [notice.title for home in viewer.homes for notice in notices_of(viewer, home, level)]


class TestAreaMandate:
    def test_a_quarter_is_one_public_notice(self, village, mayor, town):
        ana, lea = neighbour("Ana", village.residences["A"]), neighbour("Léa", village.residences["E"])
        mailing = tell(mayor, town, "quarters", quarters=[village.west.key])
        (notice,) = Listing.objects.filter(notice__mailing=mailing)
        assert (notice.level, notice.neighbourhood, notice.openness) == ("neighbourhood", village.west, "public")
        assert notice.residence_id is None and mailing.homes == 180 and not mailing.residences.exists()
        assert read_by(ana) and not read_by(lea)
        assert set(memberships_told(mailing)) == {ana}
        with later(SOON):
            assert list(Listing.objects.live().visible_to(ANONYMOUS)) == [notice]

    def test_a_town(self, village, mayor, town):
        lea = neighbour("Léa", village.residences["E"])
        mailing = tell(mayor, town, "all")
        assert read_by(lea, Level.MUNICIPALITY) and not read_by(lea)
        assert list(memberships_told(mailing)) == [lea] and mailing.homes == 360

    def test_a_polygon_tells_whole_cells_and_houses_too(self, village, mayor, town):
        ana, bob = neighbour("Ana", village.residences["A"]), neighbour("Bob", village.residences["C"])
        mailing = tell(mayor, town, "polygon", polygon=village.zone(0, 0, 5).geojson)
        assert mailing.homes == 60 and mailing.level == Level.CATCHMENT
        assert read_by(ana) and not read_by(bob)
        assert set(memberships_told(mailing)) == {ana}

    def test_a_polygon_is_cut_at_the_limits(self, village, mayor, town):
        whole = resolved(town, "polygon", polygon=village.zone(0, 0, 900).geojson)
        assert village.town.boundary.buffer(1e-9).covers(whole.area) and whole.notes
        with pytest.raises(InvalidParameter) as refused:
            resolved(town, "polygon", polygon=village.zone(9_000, 0, 50).geojson)
        assert refused.value.parameter == "polygon"

    def test_named_residences_are_told_in_their_spaces(self, village, mayor, town):
        audience = resolved(town, "residences", residences=[village.residences["A"].key])
        assert audience.residence_ids == (village.residences["A"].pk,) and not audience.is_public
        with pytest.raises(InvalidParameter):
            resolved(town, "residences", residences=[village.residences["house"].key])

    def test_it_is_found_by_search_and_can_be_taken_back(self, village, mayor, town):
        mailing = tell(mayor, town, "polygon", polygon=village.zone(0, 0, 100).geojson)
        entry = SearchEntry.objects.get()
        assert (
            entry.audience == "public"
            and entry.location
            and entry.feature["geometry"]["type"]
            in (
                "Polygon",
                "MultiPolygon",
            )
        )
        take_back(account=mayor, mailing=mailing)
        assert not SearchEntry.objects.exists()
        with later(SOON):
            assert not Listing.objects.live().visible_to(ANONYMOUS).exists()

    @pytest.mark.parametrize("to", ["quarters", "polygon", "all", "residences"])
    def test_it_is_over_for_exactly_the_same(self, village, mayor, town, to):
        parameters = {
            "quarters": {"quarters": [village.west.key]},
            "polygon": {"polygon": village.zone(0, 0, 100).geojson},
            "residences": {"residences": [village.residences["A"].key]},
        }.get(to, {})
        ana = neighbour("Ana", village.residences["A"])
        mailing = tell(mayor, town, to, **parameters)
        with later(SOON):
            over = say_it_is_over(account=mayor, mailing=mailing)
        same = ("to", "audience", "area", "level", "municipality_id", "neighbourhood_id", "homes", "entrances")
        assert all(getattr(over, name) == getattr(mailing, name) for name in same)
        assert set(memberships_told(over)) == set(memberships_told(mailing)) == {ana}
        with later(2 * SOON):
            (title,) = {*read_by(ana, Level.MUNICIPALITY)}
        assert "rétabli" in title

    def test_what_is_urgent_stands_in_the_residence_too(self, village, mayor, town):
        ana = neighbour("Ana", village.residences["A"])
        tell(mayor, town, "all")
        assert not read_by(ana, Level.RESIDENCE)
        tell(mayor, town, "all", said={"urgent": True, "confirmation": "URGENT"})
        assert len(read_by(ana, Level.RESIDENCE)) == 1

    def test_an_operator_writes_within_its_drawing(self, village):
        agent = person("Léo")
        network = organisation(agent, kind="operator", name="Réseau d’eau")
        mandate = over_area(agent, network, area=village.zone(400, 0, 450))
        assert resolved(mandate, "all").homes == 180
        with pytest.raises(InvalidParameter):
            resolved(mandate, "quarters", quarters=[village.west.key])


class TestDelegation:
    @pytest.fixture
    def writer(self, village, town):
        acting = Acting.objects.create(
            account=person("Lou"), organisation=town.organisation, role=Acting.Role.WRITER, everywhere=False
        )
        acting.neighbourhoods.set([village.east])
        return acting

    def test_a_writer_sends_within_what_was_delegated(self, village, town, writer):
        assert resolved(town, "all", writer).neighbourhood_id == village.east.pk
        assert resolved(town, "quarters", writer, quarters=[village.east.key]).homes == 180
        assert tell(writer.account, town, "all").neighbourhood == village.east

    def test_and_nowhere_else(self, village, town, writer):
        for to, parameters in (
            ("quarters", {"quarters": [village.west.key]}),
            ("polygon", {"polygon": village.zone(0, 0, 50).geojson}),
            ("residences", {"residences": [village.residences["A"].key]}),
        ):
            with pytest.raises(InvalidParameter):
                resolved(town, to, writer, **parameters)
        cut = resolved(town, "polygon", writer, polygon=village.zone(900, 0, 400).geojson)
        assert cut.homes == 60 and cut.area.covers(Point(*at(1_200, 0), srid=4326))

    def test_notify_enforces_it_again(self, village, mayor, town, writer):
        from directory.notifying import notify

        wide = resolved(town, "quarters", quarters=[village.west.key])
        said = {"template": "water_cut", "data": {"start": tomorrow(9), "end": tomorrow(12)}}
        with pytest.raises(InvalidParameter):
            notify(account=writer.account, mandate=town, audience=wide, **said)
        writer.neighbourhoods.clear()
        with pytest.raises(InvalidParameter):
            resolved(town, "all", writer)

    def test_nobody_acts_under_anothers_mandate(self, town):
        other = organisation(person("Gil"))
        with pytest.raises(Refused):
            resolved(town, "all", other.actings.first())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Quai de la Fosse", ("Quai de la Fosse", None, None, "both")),
        ("Rue Haute, 1 à 25", ("Rue Haute", 1, 25, "both")),
        ("Rue Haute 1-25 impairs", ("Rue Haute", 1, 25, "odd")),
        ("Rue du 8 Mai 1945", ("Rue du 8 Mai", 1945, 1945, "both")),
        ("Rue Haute (pairs)", ("Rue Haute", None, None, "even")),
        ("Rue Haute, du 3 au 9", ("Rue Haute", 3, 9, "both")),
        ("Rue Haute 7", ("Rue Haute", 7, 7, "both")),
    ],
)
def test_streets_as_they_are_typed(line, expected):
    (told,) = read_streets(line)
    assert tuple(told.values()) == expected
    assert read_streets(typed(told)) == [told]
