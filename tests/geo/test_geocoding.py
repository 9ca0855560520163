"""What people type is found: misspelt, half typed, abbreviated, with a postcode or without."""

import pytest
from django.contrib.gis.geos import Point
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import NotFound
from geo.geocoding import RESOLVED, complete, resolve
from geo.models import FormerMunicipality, Toponym
from geo.toponyms import importance_of, rebuild
from geo.towns import find_municipality


@pytest.fixture
def towns(toy_town):
    """The toy town with the postcode that its source of limits does not tell."""
    toy_town.municipality.__class__.objects.filter(insee_code="77998").update(postcodes=["77990"])
    rebuild([toy_town.municipality.pk])
    return toy_town


def best(text: str, **options):
    return complete(text, limit=1, **options)[0]


@pytest.mark.parametrize(
    "typed",
    [
        "4 rue des bleuets",
        "4, r. des Bleuets 77990 VILLEGRILLE",
        "4 rue bleuet villegrille",
        "Résidence du Parc 4 rue des Bleuets",
        "4 RUE DES BLEUETS 77990 Villegrille CEDEX 2, France",
    ],
)
def test_a_house_number_is_found_however_it_is_written(toy_town, typed):
    found = best(typed)
    assert (found.type, found.label) == ("housenumber", "4 Rue des Bleuets, 77990 Villegrille")
    assert (found.housenumber, found.street, found.postcode, found.citycode) == (
        "4",
        "Rue des Bleuets",
        "77990",
        "77998",
    )
    there = toy_town.point(150, 130)
    assert Point(found.longitude, found.latitude).distance(there) < 1e-5


def test_a_suffix_is_preferred_and_its_absence_forgiven(toy_town):
    assert best("7 ter rue des bleuets").housenumber == "7 ter"
    assert best("7t rue des bleuets").housenumber == "7 ter"
    assert best("7 rue des bleuets").housenumber == "7 ter"
    assert best("4 bis rue des bleuets").housenumber == "4"


def test_an_unknown_number_gives_the_street_and_says_so(toy_town):
    found = best("912 rue des bleuets")
    assert (found.type, found.name) == ("street", "Rue des Bleuets")
    assert "912" in found.note


@pytest.mark.parametrize(
    ("typed", "type_", "label"),
    [
        ("Villegrille", "municipality", "Villegrille (77)"),
        ("vilegrile", "municipality", "Villegrille (77)"),
        ("77990", "postcode", "77990 Villegrille"),
        ("rue des œillets", "street", "Rue des Œillets, 77990 Villegrille"),
        ("r oeilets", "street", "Rue des Œillets, 77990 Villegrille"),
        ("eglantine", "street", "Rue des Églantines, 77990 Villegrille"),
        ("nord est", "neighbourhood", "Nord-Est, Villegrille"),
        ("quenouil", "street", "Rue des Quenouilles, 77990 Villegrille"),
    ],
)
def test_names_of_every_kind_are_completed(towns, typed, type_, label):
    found = best(typed)
    assert (found.type, found.label) == (type_, label)


def test_both_towns_of_a_postcode_are_offered(toy_town):
    toy_town.neighbour.__class__.objects.update(postcodes=["77990"])
    rebuild([toy_town.municipality.pk, toy_town.neighbour.pk])
    assert {found.city for found in complete("77990")} == {"Villegrille", "Voisine"}


def test_a_wrong_postcode_does_not_hide_the_street(towns):
    found = best("4 rue des Bleuets 75001")
    assert found.housenumber == "4"
    assert found.score < best("4 rue des Bleuets 77990").score


def test_what_is_near_is_likelier(toy_town):
    here, far = toy_town.point(150, 130), Point(-1.55, 47.21, srid=4326)
    near_score, far_score = (best("rue des bleuets", near=point).score for point in (here, far))
    assert near_score > far_score > RESOLVED


def test_the_same_question_has_the_same_answer_with_distinct_ids(toy_town):
    found = complete("rue", limit=20)
    assert found == complete("rue", limit=20)
    assert len({suggestion.id for suggestion in found}) == len(found) == 20
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


def test_nothing_is_made_up(toy_town):
    assert complete("") == complete("   ") == complete("zzyzx qqq") == []
    with pytest.raises(NotFound, match="zzyzx"):
        resolve("zzyzx qqq")
    with pytest.raises(NotFound):
        resolve("rue de la République, Marseille")


def test_a_whole_address_is_resolved(toy_town):
    assert resolve("4 rue des Bleuets, 77990 Villegrille").id.startswith("ban:")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_has_an_answer(toy_town, text):
    for found in complete(text, limit=3):
        assert 0 <= found.score <= 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_name_finds_itself(toy_town, data):
    """Typed whole, in any case, a label is the first suggestion."""
    label = data.draw(st.sampled_from(list(Toponym.objects.order_by("pk").values_list("label", flat=True))))
    typed = data.draw(st.sampled_from([label, label.upper(), label.lower()]))
    assert label in {found.label for found in complete(typed.replace("(77)", ""), limit=3)}


@pytest.mark.parametrize("text", ["77998", "Villegrille", "villegrille", "vilegrille", "77990", "Vieuxbourg", "77123"])
def test_a_town_is_found_by_code_name_postcode_and_what_it_was(towns, text):
    town = towns.municipality
    FormerMunicipality.objects.create(insee_code="77123", name="Vieuxbourg", kind="COMD", successor=town)
    rebuild([town.pk])
    assert find_municipality(text) == town


def test_what_is_longer_than_any_name_is_looked_for_nowhere(toy_town, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(NotFound, match="200"):
        find_municipality("a" * 300_000)


def test_a_postcode_of_two_towns_asks_which(toy_town):
    toy_town.neighbour.__class__.objects.update(postcodes=["77990"])
    with pytest.raises(NotFound, match=r"Villegrille \(77998\), Voisine \(77999\)"):
        find_municipality("77990")


def test_importance_grows_with_people():
    assert 0 < importance_of(None) < importance_of(5_000) < importance_of(2_000_000) <= 1


@pytest.mark.plan
def test_completion_reads_indexes(toy_town):
    streets = Toponym.objects.filter(kind="street", normalised__startswith="rue bleu")
    assert "street_by_prefix" in plan_of(streets)
    assert "toponym_by_prefix" in plan_of(
        Toponym.objects.exclude(kind="street").filter(normalised__startswith="villeg")
    )
    assert "toponym_by_trigram" in plan_of(Toponym.objects.filter(normalised__trigram_word_similar="bleuett"))


def plan_of(queryset) -> str:
    """The plan where tables are too small for an index to pay by itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return queryset.explain()
