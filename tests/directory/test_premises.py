"""A natural person's home never becomes a public point: what is hidden, what is shown, and under which name."""

import pytest

from directory.categories import tree
from directory.importing.drafting import CategoryChoice, draft
from directory.importing.rows import Row
from directory.premises import has_premises, names_a_person, public_title

pytestmark = pytest.mark.privacy


def row(name="", *, tags=None, **fields):
    fields = {"name": name} | fields if name else fields
    return Row(number="1", key="1", fields=fields, tags=tags or {}, longitude=-1.55, latitude=47.21)


@pytest.mark.parametrize(
    ("category", "said", "shown"),
    [
        ("plumber", row("Jeanne Exemple"), False),
        ("plumber", row("Plomberie Exemple"), False),
        ("plumber", row("Plomberie Exemple", sign="Le Bon Tuyau"), True),
        ("plumber", row("Atelier Exemple"), True),
        ("general_practitioner", row("Dr Jeanne Exemple"), False),
        ("general_practitioner", row("Cabinet médical du Port"), True),
        ("nurse", row("Maison de santé des Tilleuls"), True),
        ("beauty_salon", row("Jeanne Exemple"), False),
        ("beauty_salon", row("Jeanne Exemple", tags={"shop": "beauty"}), True),
        ("other_office", row("Jeanne Exemple"), False),
        ("other_office", row("Société des bains"), True),
        ("culture_association", row("Les Amis du livre"), False),
        ("culture_association", row("Les Amis du livre", opening_hours="We 14:00-18:00"), True),
        ("theatre", row("Les Amis du théâtre", legal_category="9220"), False),
        ("theatre", row("Les Amis du théâtre", legal_category="9220", sign="Les Amis"), False),
        ("music_school", row("Les Amis", legal_category="9260", opening_hours="We 14:00-18:00"), True),
        ("bakery", row("Jeanne Exemple"), True),
        ("bakery", row("EXEMPLE JEANNE", legal_category="1000"), False),
        ("bakery", row("EXEMPLE JEANNE", legal_category="1000", sign="Le Fournil"), True),
    ],
)
def test_a_point_is_public_only_with_a_sign_of_premises(category, said, shown):
    assert has_premises(said, tree()[category]) is shown


@pytest.mark.parametrize(
    ("category", "said", "title"),
    [
        ("general_practitioner", row("Dr Jeanne Exemple"), "Médecin généraliste"),
        ("plumber", row("Jeanne Exemple"), "Plombier, chauffagiste"),
        ("plumber", row("Plomberie Exemple"), "Plomberie Exemple"),
        ("bakery", row("EXEMPLE JEANNE", legal_category="1000"), "Boulangerie, pâtisserie"),
        ("bakery", row("EXEMPLE JEANNE", legal_category="1000", sign="Le Fournil"), "Le Fournil"),
        ("culture_association", row("Les Amis du livre"), "Les Amis du livre"),
    ],
)
def test_a_hidden_person_is_not_named(category, said, title):
    assert public_title(said, tree()[category]) == title


@pytest.mark.parametrize("name", ["Mme Exemple", "Maître Exemple", "Jeanne Exemple", "Jean-Paul D’Exemple"])
def test_names_of_persons(name):
    assert names_a_person(name)


@pytest.mark.parametrize("name", ["", "Geprocor", "Croix-Rouge monégasque", "Électricité Exemple", "Mercerie"])
def test_names_of_other_things(name):
    assert not names_a_person(name)


def test_what_is_kept_of_a_hidden_row_holds_no_home():
    said = row("Jeanne Exemple", address="3 rue de la Fontaine", tags={"craft": "plumber"})
    hidden = draft(said, CategoryChoice())
    kept = hidden.attributes("44109")
    assert not hidden.placed
    assert "longitude" not in kept and "latitude" not in kept and "address" not in kept
    assert "Fontaine" not in str(kept) and "Jeanne" not in str(kept)


def test_the_identity_of_a_hidden_row_does_not_depend_on_where_it_is():
    here = Row(number="1", fields={"name": "Jeanne Exemple"}, tags={"craft": "plumber"}, longitude=1.0, latitude=47.0)
    there = Row(number="1", fields={"name": "Jeanne Exemple"}, tags={"craft": "plumber"}, longitude=2.0, latitude=48.0)
    assert draft(here, CategoryChoice()).key == draft(there, CategoryChoice()).key
