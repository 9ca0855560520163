"""Values as French files write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.importing import values


@pytest.mark.parametrize(
    "written, number",
    [("8,9", 8.9), ("8.9", 8.9), (" 1 234,5 ", 1234.5), (7, 7.0), ("", None), (None, None), (float("nan"), None)],
)
def test_decimal(written, number):
    assert values.decimal(written) == number


@pytest.mark.parametrize("written", ["abc", "12bis", "1,2,3"])
def test_what_is_no_number_is_an_error(written):
    with pytest.raises(ValueError):
        values.decimal(written)


@given(st.floats(-1e9, 1e9).map(lambda x: round(x, 4)))
def test_decimal_commas_are_points(number):
    assert values.decimal(f"{number:.4f}".replace(".", ",")) == pytest.approx(number)


@pytest.mark.parametrize("written, number", [("12bis", 12), ("2B", 2), ("", None), ("bis", None), (7, 7)])
def test_leading_number(written, number):
    assert values.leading_number(written) == number


def test_codes_survive_spreadsheets():
    assert [values.code(value) for value in ("440109.0", 8.0, "8", " 2A004 ", None)] == [
        "440109",
        "8",
        "8",
        "2A004",
        "",
    ]


@given(
    st.lists(st.text("123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=12, max_size=12), max_size=4), st.sampled_from("/,;|")
)
def test_rnb_ids_are_read_as_shown(ids, separator):
    shown = separator.join(f"{rnb_id[:4]}-{rnb_id[4:8]}-{rnb_id[8:]}".lower() for rnb_id in ids)
    assert values.rnb_ids(shown) == sorted(set(ids))


def test_what_is_no_rnb_id_is_left_out():
    assert values.rnb_ids("BVYXSEWMPE78/0123/ILOU00000000") == ["BVYXSEWMPE78"]


def test_slug():
    assert values.slug("  Île de Nantes – Œuvre ") == "ile-de-nantes-uvre"
