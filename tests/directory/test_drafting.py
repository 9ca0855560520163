"""Judging a row: what listing it makes, in clean columns, or why it makes none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.categories import tree
from directory.importing.drafting import TITLE_LENGTH, CategoryChoice, draft
from directory.importing.rows import Row, Unreadable

ANY = CategoryChoice()


def row(*, longitude=-1.55, latitude=47.21, tags=None, key="1", **fields):
    return Row(number="7", key=key, fields=fields, tags=tags or {}, longitude=longitude, latitude=latitude)


def test_columns_are_brought_into_standard_form():
    made = draft(
        row(
            name=" Le\u200b  Fournil ",
            category="Boulangerie",
            phone="02 61 91 00 01",
            website="www.exemple.fr",
            email="bonjour@exemple.fr",
            siret="732 829 320 00074",
            opening_hours="Mo-Sa 07:00–19:00",
            wheelchair="limited",
            housenumber="3 bis",
            street="rue Dorée",
            brand="Pains",
        ),
        ANY,
    )
    assert made.attributes("44109") == {
        "category": "bakery",
        "title": "Le Fournil",
        "address": "3 bis rue Dorée",
        "phone": "+33261910001",
        "website": "https://www.exemple.fr",
        "email": "bonjour@exemple.fr",
        "siret": "73282932000074",
        "opening_hours": "Mo-Sa 07:00-19:00",
        "wheelchair": "limited",
        "brand": "Pains",
        "longitude": -1.55,
        "latitude": 47.21,
        "insee_code": "44109",
    }
    assert made.dropped == ()


def test_what_cannot_be_read_is_left_out_and_said():
    made = draft(row(category="cafe", phone="?", website="x", email="y", siret="z", opening_hours="le soir"), ANY)
    assert (made.phone, made.website, made.email, made.siret, made.opening_hours) == ("", "", "", "", "")
    assert made.opening_hours_text == "le soir"
    assert len(made.dropped) == 5


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (row(name="X"), "catégorie absente"),
        (row(name="X", category="truc"), "catégorie inconnue : truc"),
        (row(name="X", naf="99.99Z"), "catégorie inconnue : 99.99Z"),
        (row(name="X", category="merchant"), "catégorie inconnue : merchant"),
        (row(category="park"), "sans nom"),
        (row(tags={"craft": "plumber"}), "sans nom"),
        (row(name="x" * (TITLE_LENGTH + 1), category="cafe"), "nom de plus de 160 caractères"),
        (row(name="X", category="cafe", longitude=355_577.0), "coordonnées hors du globe : ce n'est pas du WGS 84"),
        (row(name="X", category="cafe", latitude=float("nan")), "coordonnées hors du globe : ce n'est pas du WGS 84"),
    ],
)
def test_rows_that_make_no_listing_say_why(said, reason):
    with pytest.raises(Unreadable) as error:
        draft(said, ANY)
    assert (error.value.number, error.value.reason, error.value.key) == ("7", reason, "1")


def test_an_unnamed_thing_is_called_by_its_category():
    made = draft(row(tags={"amenity": "post_box"}), ANY)
    assert (made.title, made.named) == ("Boîte aux lettres", False)


@pytest.mark.parametrize(
    ("choice", "said", "category"),
    [
        ([], row(name="X", tags={"shop": "bakery"}, category="cafe"), "bakery"),
        ([], row(name="X", naf="47.73Z", category="cafe"), "pharmacy"),
        ([], row(name="X", category="Cafés"), "cafe"),
        (["museum"], row(name="X", tags={"shop": "bakery"}), "museum"),
        (["PAIN=bakery"], row(name="X", category="PAIN"), "bakery"),
        (["PAIN=bakery", "museum"], row(name="X", category="AUTRE"), "museum"),
        (["a=b=bakery"], row(name="X", category="a=b"), "bakery"),
    ],
)
def test_the_category_is_decided_then_told_then_guessed(choice, said, category):
    assert draft(said, CategoryChoice.parse(choice)).category == category


def test_a_row_without_identity_is_known_by_its_name_and_place():
    here, there = (draft(row(key="", name="X", category="cafe", longitude=x), ANY) for x in (-1.5, -1.6))
    again = draft(row(key="", name="X", category="cafe", longitude=-1.5), ANY)
    assert here.key == again.key != there.key


@given(
    st.dictionaries(
        st.sampled_from(["name", "phone", "website", "email", "siret", "opening_hours", "address"]), st.text()
    ),
    st.sampled_from(sorted(code for code, node in tree().items() if node.parent)),
)
def test_any_row_makes_a_listing_that_fits_its_columns_or_a_reason(fields, code):
    try:
        made = draft(Row(number="1", fields=fields, longitude=0.0, latitude=0.0), CategoryChoice(code))
    except Unreadable as refusal:
        assert refusal.reason
        return
    assert 0 < len(made.title) <= 160
    assert len(made.address) <= 200 and len(made.website) <= 200 and len(made.phone) <= 20
    assert "\x00" not in str(made.attributes("44109"))
