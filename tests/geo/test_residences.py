"""Residences are connected components, and keep their names from one vintage to the next."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from geo.residences import Footprint, components, named


def footprint(key: str, *rnb_ids: str, residence: str | None = None) -> Footprint:
    return Footprint(0, key, 1, list(rnb_ids), residence)


def groups(*footprints: Footprint) -> dict[str, str]:
    return {key: "".join(member.key for member in group) for key, group in named(components(list(footprints)))}


def test_shared_ids_connect_directly_and_through_others():
    told = groups(
        footprint("a", "1"), footprint("b", "1", "2"), footprint("c", "2"), footprint("d"), footprint("e", "9")
    )
    assert told == {"a": "abc", "d": "d", "e": "e"}


def test_a_residence_keeps_its_key_as_long_as_one_building_stands():
    assert groups(footprint("b", residence="a"), footprint("c", residence="c")) == {"a": "b", "c": "c"}


def test_a_split_leaves_the_key_where_its_namesake_is_then_where_most_are():
    split = footprint("a", residence="a"), footprint("b", "1", residence="a"), footprint("c", "1", residence="a")
    assert groups(*split) == {"a": "a", "b": "bc"}
    gone = footprint("b", residence="a"), footprint("c", "1", residence="a"), footprint("d", "1", residence="a")
    assert groups(*gone) == {"a": "cd", "b": "b"}


def test_a_union_keeps_one_key_and_frees_the_other():
    assert groups(footprint("a", "1", residence="a"), footprint("b", "1", residence="b")) == {"a": "ab"}


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
            st.lists(st.sampled_from("123456"), max_size=3), st.none() | st.text("abcdefgh", min_size=1, max_size=2)
        ),
        max_size=14,
    )
)
def test_every_building_has_one_residence_and_names_are_unique(town):
    footprints = [footprint(key, *ids, residence=old) for key, (ids, old) in town.items()]
    told = list(named(components(footprints)))
    assert len({key for key, _ in told}) == len(told)
    assert sorted(member.key for _, group in told for member in group) == sorted(town)
    for _, group in told:
        for _, other in told:
            if other is not group:
                assert not {i for one in group for i in one.rnb_ids} & {i for one in other for i in one.rnb_ids}
