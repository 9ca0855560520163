"""Sites that do not exist: read strictly from an address, and found as they are typed, in the town before any other."""

import pytest

from directory.proposed_sites import MOST, read_proposed, with_one_more, written
from geo.errors import InvalidParameter
from geo.models import Address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("47.2184,-1.5536", (-1.5536, 47.2184)),
        ("47.218400,-1.553600", (-1.5536, 47.2184)),
        ("+47.2184, -1.5536", (-1.5536, 47.2184)),
        ("47.2184;-1.5536", (-1.5536, 47.2184)),
        ("47,-1", (-1.0, 47.0)),
        ("47.21840499,-1.5536", (-1.5536, 47.2184)),
        ("-21.11,165.5", (165.5, -21.11)),
    ],
)
def test_latitude_comes_first_to_a_metre(text, site):
    assert read_proposed([text]) == (site,)
    assert read_proposed([written(site)]) == (site,)


@pytest.mark.parametrize(
    "text",
    ["47.2184", "47.2184,-1.5536,3", "91,0", "0,181", "nan,0", "1e1,0", "47.2184,", "٤٧,١", "47.2184,-1.5536\n", "a,b"],
)
def test_what_is_no_place_is_refused_by_name(text):
    with pytest.raises(InvalidParameter) as refused:
        read_proposed(["47,-1", text])
    assert refused.value.parameter == "site"


def test_each_counts_once_and_an_empty_one_not_at_all():
    assert read_proposed(["47,-1", "", "47.0,-1.000001", "48,-1"]) == ((-1.0, 47.0), (-1.0, 48.0))


def test_there_are_no_more_than_ten():
    sites = [f"47.{number},-1" for number in range(10, 10 + MOST + 1)]
    assert len(read_proposed(sites[:MOST])) == MOST
    with pytest.raises(InvalidParameter, match=str(MOST)):
        read_proposed(sites)


def test_what_is_typed_is_added(toy_town):
    town, address = toy_town.municipality, Address.objects.order_by("key").first()
    (one, other) = with_one_more([(2.0, 48.0)], f"{address.number} {address.street_name}", town)
    assert one == (2.0, 48.0) and other == pytest.approx(address.location.coords, abs=1e-5)
    assert with_one_more([], "48.5, 2.5", town) == ((2.5, 48.5),)
    assert with_one_more([(2.5, 48.5)], " 48.5,2.5 ", town) == ((2.5, 48.5),), "it is there already"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Rue qui n’existe pas du tout", "Aucun lieu"),
        ("Villegrille", "trop grand"),
        ("95,3", "Aucun lieu"),
        ("x" * 201, "caractères"),
        ("rue\u202e", "visibles"),
        ("1 \x00 rue", "visibles"),
    ],
)
def test_what_is_not_found_says_why_at_its_field(toy_town, text, why):
    with pytest.raises(InvalidParameter, match=why) as refused:
        with_one_more([], text, toy_town.municipality)
    assert refused.value.parameter == "add"


def test_one_too_many_is_refused_where_it_is_typed(toy_town):
    sites = [(2.0, 48 + number / 100) for number in range(MOST)]
    with pytest.raises(InvalidParameter) as refused:
        with_one_more(sites, "48.5,2.5", toy_town.municipality)
    assert refused.value.parameter == "add"
