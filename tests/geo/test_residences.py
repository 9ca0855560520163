"""Residences are connected components, and keep their names from one vintage to the next."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from geo.residences import Footprint, components, named


def footprint(key: str, *rnb_ids: str, residence: str | None = None, inhabited: bool = True) -> Footprint:
    return Footprint(0, key, 1, list(rnb_ids), residence, inhabited)


def groups(*footprints: Footprint, used: Iterable[str] = ()) -> dict[str, str]:
    told = named(components(list(footprints)), used=set(used))
    return {key: "".join(member.key for member in group) for key, group in told}


def test_shared_ids_connect_directly_and_through_others():
    told = groups(
        footprint("a", "1"), footprint("b", "1", "2"), footprint("c", "2"), footprint("d"), footprint("e", "9")
    )
    assert told == {"a": "abc", "d": "d", "e": "e"}


def test_a_residence_keeps_its_key_as_long_as_one_building_stands():
    assert groups(footprint("b", residence="a"), footprint("c", residence="c")) == {"a": "b", "c": "c"}


def test_a_split_leaves_the_key_where_its_namesake_is_then_where_most_are():
    split = footprint("a", residence="a"), footprint("b", "1", residence="a"), footprint("c", "1", residence="a")
    assert groups(*split, used="a") == {"a": "a", "b": "bc"}
    gone = footprint("b", residence="a"), footprint("c", "1", residence="a"), footprint("d", "1", residence="a")
    assert groups(*gone) == {"a": "cd", "b": "b"}


def test_a_union_of_homes_is_a_new_residence():
    both = footprint("a", "1", residence="a"), footprint("b", "1", residence="b")
    assert groups(*both, used="ab") == {"a/2": "ab"}


def test_an_annex_joins_the_residence_and_a_home_that_appears_does_not():
    home = footprint("a", "1", residence="a")
    assert groups(home, footprint("b", "1", inhabited=False), used="a") == {"a": "ab"}
    assert groups(home, footprint("b", "1"), used="a") == {"b": "ab"}
    assert groups(home, footprint("b", "1", residence="b", inhabited=False), used="ab") == {"a": "ab"}


def test_no_residence_of_the_past_is_used_again():
    assert groups(footprint("a"), used=["a", "a/2"]) == {"a/3": "a"}


def test_a_residence_lies_in_one_municipality():
    near, across = footprint("a", "1"), replace(footprint("b", "1", residence="a"), municipality_id=2)
    assert groups(near, across) == {"a": "b", "a/2": "a"}


def test_a_taken_name_is_numbered():
    assert groups(footprint("a", residence="b"), footprint("b", residence="a")) == {"b": "a", "a": "b"}
    assert groups(footprint("a", residence="z"), footprint("z", residence=None)) == {"z": "a", "z/2": "z"}


@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=2),
        st.tuples(
            st.lists(st.sampled_from("123456"), max_size=3),
            st.none() | st.text("abcdefgh", min_size=1, max_size=2),
            st.booleans(),
        ),
        max_size=14,
    ),
    st.sets(st.text("abcdefgh", min_size=1, max_size=2)),
)
def test_every_building_has_one_residence_and_no_residence_is_widened(town, closed):
    footprints = [footprint(key, *ids, residence=old, inhabited=lived_in) for key, (ids, old, lived_in) in town.items()]
    used = closed | {old for _, old, _ in town.values() if old}
    told = list(named(components(footprints), used=used))
    for key, group in told:
        if key in used:
            assert {member.residence_key for member in group if member.inhabited} <= {key}
    assert len({key for key, _ in told}) == len(told)
    assert sorted(member.key for _, group in told for member in group) == sorted(town)
    for _, group in told:
        for _, other in told:
            if other is not group:
                assert not {i for one in group for i in one.rnb_ids} & {i for one in other for i in one.rnb_ids}
