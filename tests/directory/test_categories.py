"""The category tree: one number line, one meaning for each tag, and entries that follow a renumbering."""

import pytest

from directory import categories
from directory.categories import branch_of, category_of_naf, category_of_name, category_of_tags, sync_categories, tree
from directory.models import Category, Kind


def test_numbers_are_a_pre_order_whose_branches_nest():
    nodes = list(tree().values())
    assert [node.number for node in nodes] == list(range(1, len(nodes) + 1))
    for node in nodes:
        inside = [other for other in nodes if node.number <= other.number <= node.last]
        assert all(other.kind == node.kind for other in inside)
        if node.parent:
            above = tree()[node.parent]
            assert above.number < node.number <= node.last <= above.last


def test_roots_are_the_kinds():
    assert [node.code for node in tree().values() if node.parent is None] == list(Kind.values)


def test_every_tag_and_naf_code_means_one_category():
    tags = [tag for node in tree().values() for tag in node.osm]
    codes = [code for node in tree().values() for code in node.naf]
    assert len(tags) == len(set(tags))
    assert len(codes) == len(set(codes))


def test_what_is_done_at_home_is_told_of_trades_and_inherited():
    assert {node.at_home for node in tree().values()} == {"", "sometimes", "often"}
    assert tree()["plumber"].at_home == tree()["sport_association"].at_home == "often"
    assert tree()["cafe"].at_home == tree()["furniture"].at_home == ""


def test_every_category_has_names_and_an_icon():
    assert all(node.fr and node.en and node.icon for node in tree().values())


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"shop": "bakery"}, "bakery"),
        ({"shop": "bakery", "amenity": "cafe"}, "bakery"),
        ({"shop": "convenience;doityourself"}, "convenience"),
        ({"shop": "pottery"}, "other_shop"),
        ({"shop": "yes", "amenity": "pharmacy"}, "pharmacy"),
        ({"amenity": "townhall", "office": "government"}, "town_hall"),
        ({"healthcare": "doctor"}, "general_practitioner"),
        ({"club": "chess"}, "leisure_association"),
        ({"office": "association"}, "other_association"),
    ],
)
def test_tags_mean_a_category(tags, code):
    assert category_of_tags(tags).code == code


@pytest.mark.parametrize("tags", [{}, {"building": "yes"}, {"shop": "vacant"}, {"shop": "no"}, {"amenity": "bench"}])
def test_other_tags_mean_none(tags):
    assert category_of_tags(tags) is None


def test_naf_codes_are_known_with_and_without_their_point():
    assert category_of_naf("10.71C").code == category_of_naf("1071c").code == "bakery"
    assert category_of_naf("00.00Z") is None


@pytest.mark.parametrize("name", ["bakery", "Boulangerie, pâtisserie", "BOULANGERIES", "Boulangerie", "patisserie"])
def test_names_are_known_whatever_accents_and_plurals(name):
    assert category_of_name(name).code == "bakery"


def test_a_branch_is_the_category_below_its_kind():
    assert branch_of("bakery").code == branch_of("butcher").code == branch_of("food").code == "food"
    assert branch_of("merchant").code == "merchant"


@pytest.mark.django_db
def test_the_table_is_the_file_and_a_second_sync_changes_nothing():
    assert sync_categories() is False
    assert dict(Category.objects.values_list("code", "number")) == {n.code: n.number for n in tree().values()}
    assert Category.objects.get(code="bakery").parent.code == "food"


@pytest.mark.django_db
def test_a_changed_tree_is_renumbered_and_what_left_it_goes(monkeypatch):
    shorter = {code: node for code, node in tree().items() if code != "bench_of_old"}
    Category.objects.create(code="bench_of_old", kind="place", name_fr="Banc", name_en="Bench", number=999, last=999)
    Category.objects.filter(code="bakery").update(number=500, name_fr="Ancien nom")
    monkeypatch.setattr(categories, "tree", lambda: shorter)
    assert sync_categories() is True
    assert not Category.objects.filter(code="bench_of_old").exists()
    assert Category.objects.get(code="bakery").number == tree()["bakery"].number
