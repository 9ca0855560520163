"""What an answer may load, by what it is."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/api/nearby/?lat=47.2&lon=-1.5", "/api/nearby/?lat=x", "/api/rien/", "/tiles/base/14/8121/5731.mvt"]
)
def test_an_answer_to_a_program_loads_nothing(client, address):
    policy = client.get(address).headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("address", ["/", "/donnees/", "/rien/"])
def test_a_page_loads_what_is_ours(client, address):
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "script-src" in policy and "http" not in policy
