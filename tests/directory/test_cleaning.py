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


@pytest.mark.parametrize(
    "address",
    [
        "https://mairie.example.fr:8443/agenda?de=a@b.fr#c@d", "https://exemple.fr/@club", "https://www.café-d’été.fr/",
        "https://xn--caf-dma.fr", "http://localhost.exemple.fr/", "https://10.exemple.fr", "https://exemple.fr?@nantes.fr/",
    ],
)  # fmt: skip
def test_sites_of_the_open_internet(address):
    assert website(address.replace("’", "-")) == address.replace("’", "-")


@pytest.mark.parametrize(
    "address",
    [
        "https://www.nantes.fr@evil.example/x", "https://a:b@evil.example/", "https://@evil.example/", "https://a%40b@c.fr",
        "www.nantes.fr@evil.example", "https://www.nantes.fr\\@evil.example/", "https://evil.example\\.nantes.fr/",
    ],
)  # fmt: skip
def test_an_address_that_hides_where_it_leads_is_none(address):
    assert website(address) == ""


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1:8000", "169.254.169.254", "0.0.0.0", "9.9.9.9", "[::1]", "[fe80::1]",
        "[::ffff:127.0.0.1]", "[2620:fe::fe]", "127.1", "2130706433", "0x7f.0.0.1", "127.0.0.0x1", "localhost",
        "LOCALHOST:80", "localhost.", "app.localhost", "imprimante", "nas.local", "box.lan", "db.internal",
        "1.0.0.127.in-addr.arpa", "192.168.1.\uff11\uff10", "127\u30020.0.\uff10\uff11", "\uff4c\uff4fcalhost",
        "app.\uff4cocalhost", "nantes\u200b.fr", "na\u00adntes.fr", "\u202enantes.fr", "exemple..fr",
    ],
)  # fmt: skip
def test_a_host_that_is_none_of_the_open_internet_has_no_site(host):
    assert website(f"https://{host}/admin") == website(f"http://{host}") == ""


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
