"""To whom a notice goes: every kind of audience, resolved within a mandate and within what was delegated."""

import json

import pytest
from django.utils import timezone

from directory.audience_form import MOST_ENTRANCES, AudienceForm
from directory.models import Mailing, Notice
from directory.notices import notices_of
from directory.street_lines import read_streets, typed
from geo.errors import InvalidParameter
from geo.models import Address, Neighbourhood
from scopes import second_lock
from scopes.models import Acting, MandatedResidence
from scopes.viewing import viewer_of
from tests.directory.mandated import resolved, send, tell, tomorrow
from tests.directory.test_notifying import SOON
from tests.neighbours import neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force, organisation
from tests.toy_town import TOY_TOWN

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept(whole_module):
    """The toy town, copied in once for the module."""
    TOY_TOWN.load()
    return TOY_TOWN


class TestListMandate:
    """Toy town: a grid of blocks 100 m wide, an address at each side of each block."""

    @pytest.fixture
    def agent(self, kept, db):
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

    def test_within_a_quarter_and_a_part_of_it_a_residence_is_offered_once(self, mandate, homes):
        acting = Acting.objects.create(
            account=person("Annexe"), organisation=mandate.organisation, role="writer", everywhere=False
        )
        around = Neighbourhood.objects.filter(
            containments__residence=homes[1], kind__in=("quartier", "sous_quartier"), closed_on=None
        )
        acting.neighbourhoods.set(around)
        assert around.count() == 2
        known = [one.pk for one in AudienceForm(mandate=mandate, acting=acting).residences_known]
        assert homes[1].pk in known and len(known) == len(set(known))

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
    def agent(self, kept, db):
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
        assert mailing.entrances == {str(home.pk): ["test:901"]}
        with second_lock.opened([home.pk]):
            assert Notice.objects.get(space=home).entrances.startswith("901 ")
        assert resolved(mandate, "entrances", entrances=["test:901"]).residence_ids == (home.pk,)
        with pytest.raises(InvalidParameter):
            resolved(mandate, "entrances", entrances=["test:901", "test:903"])

    def test_behind_a_door_that_was_closed_since_lives_nobody(self, agent, home):
        mandate = in_force(agent, [home])
        MandatedResidence.objects.filter(mandate=mandate).update(entrances=["test:901"])
        Address.objects.filter(building__residence=home).update(closed_on=timezone.localdate())
        assert resolved(mandate, "all").homes == 0

    def test_the_doors_that_a_mandate_names_are_ticked_however_many_the_building_has(self, agent, home):
        door = Address.objects.get(key="test:901")
        Address.objects.bulk_create(
            Address(
                **{"key": f"test:door:{number}", "source": "test", "municipality": door.municipality},
                **{"building": door.building, "street_name": door.street_name, "location": door.location},
                number=number,
            )
            for number in range(100, 100 + MOST_ENTRANCES + 1)
        )
        mandate = in_force(agent, [home])
        acting = mandate.organisation.actings.get()
        assert AudienceForm(mandate=mandate, acting=acting).entrances_known == []
        MandatedResidence.objects.filter(mandate=mandate).update(entrances=["test:901", "test:903"])
        known = AudienceForm(mandate=mandate, acting=acting).entrances_known
        assert [one.key for one in known] == ["test:901", "test:903"]

    @pytest.mark.parametrize("kind", ["landlord", "operator", "merchant", "association"])
    def test_meetings_belong_to_the_agent(self, agent, home, kind):
        mandate = in_force(agent, [home], organisation(agent, kind=kind))
        day = tomorrow(9)[:10]
        with pytest.raises(InvalidParameter) as refused:
            send(agent, mandate, [home], template="decisions", data={"held_on": day, "decisions": "Ravalement."})
        assert refused.value.parameter == "template" and not Mailing.objects.exists()


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
