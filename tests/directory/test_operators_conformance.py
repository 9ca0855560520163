"""Bodies drawn from the API's own description, and bodies a little beside it: every answer is one it describes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Mailing
from directory.operators import openapi
from directory.operators.reasons import reason_named
from tests.directory.keyed import NOTICES, rnb_id
from tests.directory.mandated import water_cut
from tests.directory.test_operators_openapi import document, home, valid, water  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db

#: Any character, halves of pairs too: JSON spells them, and no database keeps them.
_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
_ELSE = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT | st.just([]) | st.just({})


def drawn(schema: dict) -> st.SearchStrategy:
    """Values of a schema, of the words that our document uses."""
    if "oneOf" in schema:
        return st.one_of([drawn(one) for one in schema["oneOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    values = _BY_TYPE[schema["type"]](schema)
    return values | st.none() if schema.get("nullable") else values


def _object(schema: dict) -> st.SearchStrategy:
    told = {name: beside(one) for name, one in schema.get("properties", {}).items()}
    if not told:
        return st.dictionaries(st.sampled_from(_FIELDS) | _TEXT, beside(schema["additionalProperties"]), max_size=4)
    required = {name: told.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional=told)


def _text(schema: dict) -> st.SearchStrategy:
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    if "pattern" in schema:
        return st.sampled_from(["77998", "00000"]) | st.from_regex(schema["pattern"], fullmatch=True)
    return st.sampled_from([*water_cut().values(), "Rue des Bleuets"]) | _TEXT.filter(
        lambda text: len(text) >= schema.get("minLength", 0)
    )


_FIELDS = sorted({name for code in openapi.REASONS for name in reason_named(code).parameters})
_BY_TYPE = {
    "object": _object,
    "string": _text,
    "boolean": lambda schema: st.booleans(),
    "integer": lambda schema: st.integers(schema.get("minimum"), schema.get("maximum")),
    "number": lambda schema: st.floats(-180, 180) | st.floats(2.9, 3.1) | st.floats(48.9, 49.1),
    "array": lambda schema: st.lists(
        beside(schema["items"]), min_size=schema.get("minItems", 0), max_size=schema.get("minItems", 0) + 3
    ),
}


def beside(schema: dict) -> st.SearchStrategy:
    """Values of a schema, and now and then something else."""
    right = drawn(schema)
    return st.integers(0, 19).flatmap(lambda chance: right if chance else _ELSE)


def answered(body: object, document, water, home) -> None:  # noqa: F811
    """Post it, to a known building where it names some; the answer is described, and nothing is half-written."""
    if isinstance(body, dict) and isinstance(body.get("audience"), dict) and "rnb_ids" in body["audience"]:
        body["audience"]["rnb_ids"] = [rnb_id(home)]
    water.key._meta.model.objects.update(asked=0)
    before = Mailing.objects.count()
    answer = water.post(NOTICES, body)
    assert answer.status_code < 500, answer.content
    valid(document, answer, NOTICES, "post")
    assert Mailing.objects.count() - before == (answer.status_code == 201)


_AS_LONG_AS_IT_TAKES = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=50, **_AS_LONG_AS_IT_TAKES)
@given(body=drawn(openapi.NOTICE))
def test_what_is_described_is_answered_as_described(document, water, home, body):  # noqa: F811
    answered(body, document, water, home)


@pytest.mark.slow
@settings(max_examples=2_000, **_AS_LONG_AS_IT_TAKES)
@given(body=drawn(openapi.NOTICE) | _ELSE)
def test_two_thousand_bodies_are_answered_as_described(document, water, home, body):  # noqa: F811
    answered(body, document, water, home)
