"""Everything on screen has its English, compiled."""

import re

import pytest
from django.utils.translation import ngettext

from config.messages import ENGLISH, FRENCH, compiled, english, extracted, french, sources

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def identity(message):
    return message.id if isinstance(message.id, tuple) else (message.id,)


def strings(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.fixture(scope="module")
def translation():
    return english()


@pytest.fixture(scope="module")
def said():
    """Read out of every module and template: a second's work."""
    return extracted()


def test_every_message_has_its_english(translation, said):
    lacking = [
        message.id
        for message in said
        if message.id and not (translation.get(message.id) and all(strings(translation.get(message.id))))
    ]
    assert lacking == [], "write the English into config/locale/en and run ./manage.py renew_messages"


def test_no_translation_is_unsure(translation):
    """What is counted in one place and not in another has one entry for both, marked as fuzzy, which is not loaded."""
    assert [message.id for message in translation if message.id and message.fuzzy] == []


def test_nothing_is_translated_that_nobody_says(translation, said):
    assert [message.id for message in translation if message.id and message.id not in said] == []


def test_placeholders_survive(translation):
    for message in translation:
        if message.id:
            original = [set(PLACEHOLDER.findall(form)) for form in identity(message)]
            first, *others = (set(PLACEHOLDER.findall(form)) for form in strings(message))
            assert first in original, message.id  # "one of yours" may be "%(number)d of yours"
            assert all(form == original[-1] for form in others), message.id


def test_the_compiled_translation_is_that_of_the_text(translation):
    assert (ENGLISH / "django.mo").read_bytes() == compiled(translation)


def test_french_counts_as_people_do(said):
    assert (FRENCH / "django.mo").read_bytes() == compiled(french(said)), "run ./manage.py renew_messages"
    told = {number: ngettext("%(number)d résultat", "%(number)d résultats", number) for number in (0, 1, 2)}
    assert told == {0: "%(number)d résultat", 1: "%(number)d résultat", 2: "%(number)d résultats"}


def test_modules_and_templates_are_read(said):
    read = {path.name for path, _source in sources()}
    assert {"errors.py", "home.html", "base.html", "search.py"} <= read
    ids = {identity(message)[0] for message in said}
    assert "Où êtes-vous ?" in ids
    assert "%(number)d résultat" in ids
