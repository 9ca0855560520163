"""What people write, as it is kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InvalidParameter
from geo.texts import legible, legible_lines, one_line, paragraphs


def kept(text: str, **limits) -> str:
    return paragraphs(text, parameter="text", **limits)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  Une   échelle ?\n", "Une échelle ?"),
        ("deux\nlignes\tet une", "deux lignes et une"),
        ("e\u0301chelle", "échelle"),
        ("caché\u200b ici\ufeff", "caché ici"),
        ("\u202egauche\u202c", "gauche"),
        ("famille 👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "famille 👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"),
        ("Bou\u200blange\u200drie", "Boulangerie"),
        ("A\x00B\x07", "AB"),
        ("<script>alert(1)</script> ${1}", "<script>alert(1)</script> ${1}"),
        ("a\x85b\u2028c\xa0d", "a b c d"),
        ("e\u200b\u0301t\u00e9", "été"),
    ],
)
def test_a_title_is_one_line_of_what_is_seen(typed, line):
    assert one_line(typed, parameter="title") == line


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("un\r\ndeux", "un\ndeux"),
        ("un\n\n\n\n\ndeux", "un\n\ndeux"),
        ("\n\n  un  \n  deux  \n\n", "un\ndeux"),
        ("un\x07\x1b[31m rouge", "un[31m rouge"),
    ],
)
def test_a_text_keeps_its_paragraphs(typed, text):
    assert kept(typed) == text


@pytest.mark.parametrize("empty", ["", " ", "\n\t\n", "\u200b\u200e", "\x00", "\u3164\u2800", "\u200d\u2067"])
def test_nothing_is_refused_by_name(empty):
    for clean in (one_line, paragraphs):
        with pytest.raises(InvalidParameter) as refusal:
            clean(empty, parameter="text")
        assert refusal.value.parameter == "text"


def test_what_may_be_empty_may_be_and_what_is_too_short_is_told_in_the_words_given():
    for clean in (one_line, paragraphs):
        assert clean(" \u200b", parameter="text", shortest=0) == ""
        assert clean("ab\u200b", parameter="text", shortest=2) == "ab"
        with pytest.raises(InvalidParameter, match="Dites pourquoi"):
            clean("a\u200b\u202e", parameter="text", shortest=2, missing="Dites pourquoi.")


def test_lines_that_say_nothing_are_none():
    assert legible_lines("Rue  Haute\r\n\u200b\n  \n1 à 25\x0bfin") == ["Rue Haute", "1 à 25", "fin"]


def test_the_longest_is_kept_and_one_more_is_not():
    assert kept("a" * 9, longest=9) == "a" * 9
    with pytest.raises(InvalidParameter, match="9 caractères"):
        kept("a" * 10, longest=9)


@given(st.text(max_size=300))
def test_cleaned_twice_is_cleaned_once_and_holds_nothing_unseen(text):
    for clean in (one_line, paragraphs):
        try:
            once = clean(text, parameter="text")
        except InvalidParameter:
            continue
        assert clean(once, parameter="text") == once
        assert once == once.strip() and "\n\n\n" not in once
        unseen = {character for character in once if unicodedata.category(character)[0] == "C"}
        assert unseen <= {"\n", "\u200d"}
        assert unicodedata.is_normalized("NFC", once)


@given(st.text())
def test_legible_twice_is_legible_once(text):
    assert legible(legible(text)) == legible(text)
    assert legible(text) == " ".join(legible(text).split())
