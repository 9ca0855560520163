"""Single values: numbers that ring, addresses that open."""

import pytest

from directory.importing.cleaning import email, phone, siret, website


@pytest.mark.parametrize(
    ("raw", "dialled"),
    [
        ("02 40 41 90 00", "+33240419000"),
        ("+33 (0)2 40 41 90 00", "+33240419000"),
        ("02.40.41.90.00 / 06 39 98 00 00", "+33240419000"),
        ("+377 93 15 28 28", "+37793152828"),
        ("0262 40 04 00", "+262262400400"),
        ("36 31", "3631"),
        ("30 13", "3013"),
        ("3631", "3631"),
        ("15", "15"),
        ("1234567", ""),
        ("0", ""),
        ("sur demande", ""),
        ("", ""),
    ],
)
def test_phones_are_e164_or_short(raw, dialled):
    assert phone(raw) == dialled


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("https://exemple.fr/x?y=1", "https://exemple.fr/x?y=1"),
        ("http://exemple.fr; https://autre.fr", "http://exemple.fr"),
        ("www.exemple.fr", "https://www.exemple.fr"),
        ("javascript:alert(1)", ""),
        ("ftp://exemple.fr", ""),
        ("http://exemple.fr/" + "x" * 200, ""),
        ("exemple", ""),
    ],
)
def test_web_addresses_are_http_only(raw, address):
    assert website(raw) == address


def test_mail_addresses():
    assert email("mairie@exemple.fr; autre@exemple.fr") == "mairie@exemple.fr"
    assert email("mairie(at)exemple.fr") == ""


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("732 829 320 00074", "73282932000074"),
        ("73282932000075", ""),
        ("356 000 000 00048", "35600000000048"),  # La Poste: the sum rule
        ("", ""),
    ],
)
def test_sirets_are_checked(raw, number):
    assert siret(raw) == number
