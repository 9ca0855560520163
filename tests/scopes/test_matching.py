"""Lines of a landlord's file are matched surely, unsurely or not at all: answers are read off the toy town's grid.

Number 2i + 2 of the street y = 100 j opens on block (i, j), of 2 (1 + (i + j) % 5) dwellings.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.models import Address, Municipality, Residence, Toponym
from scopes import doors_meant
from scopes.landlord_names import landlords
from scopes.mandate_files import MandateRow
from scopes.matching import Verdict, matches
from scopes.written_addresses import taken_apart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def postcodes(toy_town) -> None:
    """The file of boundaries does not carry them; the official code of communes does."""
    Municipality.objects.filter(name="Villegrille").update(postcodes=["77990"])
    Municipality.objects.filter(name="Voisine").update(postcodes=["77991"])


on_one_town = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STREETS = ("Acacias", "Bleuets", "Coquelicots", "Dahlias", "Églantines", "Fougères", "Genêts", "Hortensias")


def row(*addresses: str, town="Villegrille", postcode="77990", **told) -> MandateRow:
    return MandateRow(line=2, addresses=addresses, town=town, postcode=postcode, **told)


def match(*addresses: str, **told):
    return matches([row(*addresses, **told)])[0]


def home(i: int, j: int) -> Residence:
    """The residence of a block with one building."""
    return Residence.objects.get(key__endswith=f"BATIMENT-{i:02}-{j:02}")


def keys(found) -> list[str]:
    return [one.residence.key[-5:] for one in found.found]


@pytest.mark.parametrize(
    "address",
    [
        "8 rue des Bleuets",
        "8, RUE DES BLEUETS",
        "n° 8 r. des bleuets",
        "8 r des Bléuets",
        "8 rue  des-Bleuets",
        "8 rue des Bleuets, Villegrille",
        "8 rue des Bleuets 77990 VILLEGRILLE CEDEX",
        "Résidence Les Lilas, 8 rue des Bleuets",
        "7 ter rue des Bleuets",
    ],
)
def test_an_address_written_as_on_the_map_is_sure(toy_town, address):
    found = match(address)
    assert (found.verdict, keys(found)) == (Verdict.SURE, ["03-01"]), found.reasons
    assert found.found[0].score == 1 and found.reasons == ("numéro, rue et ville trouvés tels quels",)


@pytest.mark.parametrize(
    ("address", "told", "reason"),
    [
        ("8 rue des Bluets", {}, "la rue s’écrit autrement : « Rue des Bleuets »"),
        ("8 rue Bleuets", {}, "la rue s’écrit autrement"),
        ("8 avenue des Bleuets", {}, "la rue s’écrit autrement"),
        ("8 rue des Bleuets hall B", {}, "la rue s’écrit autrement"),
        ("8 bis rue des Bleuets", {}, "le numéro s’écrit autrement : 8, et non 8 bis"),
        ("8 rue des Bleuets", {"town": "Vilegrille"}, "la ville s’écrit autrement : Villegrille"),
        ("8 rue des Bleuets", {"postcode": "77991"}, "77991 n’est pas un code postal de Villegrille"),
        ("8 rue des Bleuets", {"town": "77990", "postcode": "Villegrille"}, "code postal et ville échangés"),
        ("8 rue des Bleuets", {"town": "", "postcode": ""}, "ni ville ni code postal"),
        ("8 rue des Bleuets, 77991 Voisine", {}, "l’adresse et la colonne disent deux villes"),
        ("8 rue des Bleuets", {"dwellings": 24}, "24 logements dans le fichier, 10 sur la carte"),
        ("8 rue des Bleuets", {"remarks": ("nombre de logements illisible",)}, "nombre de logements illisible"),
        ("2 à 8 rue des Bleuets", {}, "« 2 à 8 rue des Bleuets » : vérifiez quels numéros"),
        ("Bât. 10, 8 rue des Bleuets", {}, "lu sans « Bât. »"),
        ("Bât. 8 rue des Bleuets", {}, "lu sans « Bât. »"),
        ("Bât. B, 8 rue des Bleuets", {}, "lu sans « Bât. B »"),
        ("Les Lilas 8 rue des Bleuets", {}, "lu sans « Les Lilas »"),
        ("4 rue des Acacias", {}, "une autre résidence, sans adresse connue"),
        ("8 et 9 rue des Bleuets", {}, "numéro introuvable dans cette rue : 9"),
    ],
)
def test_what_is_not_quite_so_is_shown_with_its_reason(toy_town, address, told, reason):
    found = match(address, **told)
    assert any(reason in one for one in found.reasons), found.reasons
    assert found.verdict == (Verdict.REFUSED if "deux villes" in reason else Verdict.UNSURE)
    if found.found and "Acacias" not in address:
        assert "03-01" in keys(found) and all(0 < one.score <= 1 for one in found.found)


@pytest.mark.parametrize(
    ("addresses", "told", "reason"),
    [
        ((), {}, "aucune adresse"),
        (("9 rue des Bleuets",), {}, "numéro introuvable dans cette rue : 9"),
        (("rue des Bleuets",), {}, "il manque le numéro"),
        (("8 chemin du Vieux Moulin",), {}, "rue inconnue : « chemin du Vieux Moulin »"),
        (("8 rue des Bleuets",), {"town": "Tombouctou", "postcode": ""}, "commune inconnue : « tombouctou »"),
        (("8 rue des Bleuets",), {"town": "", "postcode": "13001"}, "les immeubles de 13001 ne sont pas"),
        (("1 rue des Acacias",), {}, "aucun immeuble à cette porte"),
        (("2 à 400 rue des Bleuets",), {}, "trop de numéros"),
        (("Logis Fleuri",), {"landlord": "8 rue des Bleuets"}, "semble être dans la colonne du bailleur"),
        (("☂",), {}, "il manque le numéro"),
    ],
)
def test_what_leads_nowhere_is_refused_with_its_reason(toy_town, addresses, told, reason):
    found = match(*addresses, **told)
    assert (found.verdict, found.found) == (Verdict.REFUSED, ())
    assert any(reason in one for one in found.reasons), found.reasons


def test_a_town_whose_buildings_are_not_loaded_is_refused(toy_town):
    place = {"source": "test", "department": "77", "location": toy_town.point(5000, 5000)}
    other = Municipality.objects.create(key="77997", insee_code="77997", name="Ailleurs", postcodes=["77990"], **place)
    told = {"name": other.name, "kind": Toponym.Kind.MUNICIPALITY, "location": place["location"], "importance": 0.1}
    Toponym.objects.create(municipality=other, normalised="ailleurs", label="Ailleurs", **told)
    found = match("8 rue des Bleuets", town="Ailleurs")
    assert (found.verdict, found.reasons) == (
        Verdict.REFUSED,
        ("les immeubles de Ailleurs ne sont pas sur notre carte",),
    )
    found = match("8 rue des Bleuets", town="")
    assert found.verdict == Verdict.UNSURE and "plusieurs communes ont ce code postal" in found.reasons


def test_several_addresses_are_sure_together_or_not_at_all(toy_town):
    found = match("8 rue des Bleuets", "10 rue des Bleuets")
    assert (found.verdict, keys(found)) == (Verdict.SURE, ["03-01", "04-01"])
    assert match("8 et 10 rue des Bleuets").verdict == Verdict.SURE
    assert match("8-10 rue des Bleuets").verdict == Verdict.SURE
    found = match("8 rue des Bleuets", "10 rue des Bluets")
    assert found.verdict == Verdict.UNSURE and found.reasons[0].startswith("« 10 rue des Bluets » : la rue")


def test_dwellings_of_a_line_are_those_of_its_residences_together(toy_town):
    assert match("8 rue des Bleuets", "10 rue des Bleuets", dwellings=12).verdict == Verdict.SURE
    assert match("8 rue des Bleuets", "7 ter rue des Bleuets", dwellings=10).verdict == Verdict.SURE
    assert match("8 rue des Bleuets", "10 rue des Bleuets", dwellings=11).reasons == (
        "numéro, rue et ville trouvés tels quels",
        "11 logements dans le fichier, 12 sur la carte",
    )
    assert match("8 rue des Bleuets", "10 rue des Bleuets", dwellings=10).reasons == (
        "10 logements dans le fichier, 12 sur la carte",
        "un autre numéro de la rue a ce nombre de logements",
    ), "8 instead of 10 dwellings: block (2, 1) has them"
    Residence.objects.filter(pk=home(3, 3).pk).update(dwellings=None)
    assert match("8 rue des Dahlias", dwellings=24).verdict == Verdict.SURE, "the map does not know how many"


def test_an_address_placed_along_its_street_is_sure_by_its_dwellings_only(toy_town):
    Address.objects.filter(street_name="Rue des Bleuets").update(interpolated=True)
    assert match("8 rue des Bleuets").verdict == Verdict.UNSURE
    assert match("8 rue des Bleuets", dwellings=10).verdict == Verdict.UNSURE, "18 rue des Bleuets has as many"
    Residence.objects.filter(pk=home(3, 1).pk).update(dwellings=17)
    assert match("8 rue des Bleuets", dwellings=17).verdict == Verdict.SURE
    assert match("8 rue des Bleuets", dwellings=16).verdict == Verdict.UNSURE
    neighbour = home(4, 2)
    neighbour.buildings.update(location=toy_town.point(360, 150))
    Residence.objects.filter(pk=neighbour.pk).update(dwellings=18)
    assert match("8 rue des Bleuets", dwellings=17).verdict == Verdict.UNSURE, "the neighbour may be the one"


def test_two_residences_at_one_address_are_both_shown(toy_town):
    door = Address.objects.get(street_name="Rue des Bleuets", number=8, suffix="")
    other = home(4, 1).buildings.get()
    Address.objects.create(
        key="test:8", source="test", municipality=door.municipality, number=8, street_name=door.street_name,
        location=other.location, building=other,
    )  # fmt: skip
    found = match("8 rue des Bleuets")
    assert found.verdict == Verdict.UNSURE and "deux résidences à cette adresse" in found.reasons
    assert set(keys(found)) == {"03-01", "04-01"}


def test_two_streets_that_are_abbreviated_alike_are_in_doubt(toy_town):
    Address.objects.filter(street_name="Rue des Bleuets", number=8).update(street_name="Rue du Col")
    Address.objects.filter(street_name="Rue des Bleuets", number=10).update(street_name="Rue du Colonel", number=8)
    found = match("8 rue du Col")
    assert found.verdict == Verdict.UNSURE and set(keys(found)) == {"03-01", "04-01"}


def test_a_residence_on_two_lines_is_told(toy_town):
    rows = [row("8 rue des Bleuets"), MandateRow(line=3, addresses=("7 ter rue des Bleuets",), town="Villegrille")]
    assert [found.reasons[1:] for found in matches(rows)] == [(), ("la même résidence est à la ligne 2",)]


def test_a_closed_residence_is_never_sure(toy_town):
    Residence.objects.filter(pk=home(3, 1).pk).update(closed_on="2026-01-01")
    assert match("8 rue des Bleuets").verdict != Verdict.SURE


SPELLINGS = st.builds(
    lambda number, street, kind, case, mark: case(f"{number}{mark}{kind} des {street}"),
    st.integers(1, 20).map(lambda i: 2 * i),
    st.sampled_from(STREETS),
    st.sampled_from(["rue", "r.", "R", "Rue"]),
    st.sampled_from([str, str.upper, str.lower, str.title]),
    st.sampled_from([" ", ", ", "  "]),
)


@on_one_town
@given(SPELLINGS)
def test_the_way_of_writing_never_changes_what_is_sure(toy_town, address):
    written = taken_apart(address)
    street = next(name for name in STREETS if name.lower() in address.lower())
    plainly = match(f"{written.numbers[0][0]} Rue des {street}")
    found = match(address)
    assert (found.verdict, keys(found)) == (plainly.verdict, keys(plainly))


@on_one_town
@given(st.integers(1, 45), st.sampled_from(STREETS), st.sampled_from(["", " bis", " ter", " b"]))
def test_another_number_is_sure_of_the_same_residence_only_where_it_is_its_door(toy_town, number, street, suffix):
    found = match(f"{number}{suffix} rue des {street}")
    if found.verdict == Verdict.SURE:
        (one,) = found.found
        assert Address.objects.filter(
            building__residence=one.residence, street_name=f"Rue des {street}", number=number, suffix=suffix.strip()
        ).exists()


@on_one_town
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60), st.text(max_size=8))
def test_any_text_has_a_verdict_and_a_reason(toy_town, address, town):
    found = match(address, town=town.replace("\0", ""))
    assert found.reasons and all(found.reasons)
    assert (found.verdict == Verdict.REFUSED) == (not found.found)


@pytest.mark.plan
def test_doors_and_their_surroundings_are_found_by_their_indexes(toy_town):
    door = Address.objects.get(street_name="Rue des Bleuets", number=8, suffix="")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_building, geo_address, geo_residence")
    with CaptureQueriesContext(connection) as queries:
        doors_meant._round_the_door(door)
        doors_meant._on_the_street(door.municipality, (door.street_name,))
        doors_meant._nearest_home(door.building.residence_id)
    plans = []
    for query in (one["sql"] for one in queries.captured_queries if "residence" in one["sql"]):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert "geo_building_location" in plans[0]
    assert "geo_address_municip" in plans[1]
    assert any("geo_address_location" in plan for plan in plans[2:])


def owned_by(*names: str) -> list[MandateRow]:
    return [MandateRow(line=line, addresses=(), landlord=name) for line, name in enumerate(names, start=2)]


def test_spellings_of_one_landlord_are_grouped_and_the_doubtful_are_said_so():
    found = landlords(
        owned_by("Logis Fleuri", "LOGIS FLEURI SA", "S.A. Logis-Fleuri", "Logi Fleurie", "Terre Neuve", "")
    )
    assert [(one.spellings, one.lines, one.sure) for one in found] == [
        (("LOGIS FLEURI SA", "Logi Fleurie", "Logis Fleuri", "S.A. Logis-Fleuri"), (2, 3, 4, 5), False),
        (("Terre Neuve",), (6,), True),
    ]
    assert landlords(owned_by("Logis Fleuri", "LOGIS FLEURI SA", "S.A. Logis-Fleuri"))[0].sure


@pytest.mark.parametrize(
    ("one", "other", "together", "sure"),
    [
        ("Logis Fleuri", "logis  fleuri", True, True),
        ("SCI Les Lilas", "SARL Les Lilas", True, False),
        ("OPH", "SA HLM", False, True),
        ("Loire Nantes Habitat", "LNH", True, False),
        ("Nantes Habitat", "Nantes Immobilier", True, False),
        ("Atlantique Habitations", "Terre Neuve", False, True),
        ("Société anonyme Logis Fleuri", "SA Logis Fleuri", True, True),
    ],
)
def test_two_names_are_one_landlord_or_two(one, other, together, sure):
    found = landlords(owned_by(one, other))
    assert (len(found) == 1, found[0].sure) == (together, sure)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_every_line_of_a_landlord_is_in_one_group(names):
    rows = owned_by(*names)
    lines = [line for one in landlords(rows) for line in one.lines]
    assert sorted(lines) == [row.line for row in rows if row.landlord]
