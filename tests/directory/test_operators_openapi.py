"""The OpenAPI document tells the truth about the operators' API, and no body brings it down."""

import json

import jsonschema
import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import KeptAnswer, Mailing, Notice
from directory.operators import openapi
from directory.operators.bodies import read_asked
from directory.operators.reasons import REASONS
from geo.errors import InvalidParameter
from tests.directory.keyed import NOTICES, Program, asked, problem_of, program_on, rnb_id
from tests.directory.mandated import water_cut
from tests.directory.test_nearby_openapi import _nullable
from tests.scopes.entering import building


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def water(home) -> Program:
    return program_on(home)


def valid(document, answer, path: str, method: str) -> None:
    """The answer has the shape that is described for its status."""
    told = document["paths"][path][method]["responses"][str(answer.status_code)]["content"]
    schema = told[answer["Content-Type"]]["schema"] | {"components": document["components"]}
    jsonschema.validate(json.loads(answer.content), _nullable(schema))


def test_the_document_is_valid_and_names_every_route_with_its_key(document):
    validate_schema(document)
    routes = {path: set(told) for path, told in document["paths"].items() if path.startswith(NOTICES)}
    assert routes == {
        NOTICES: {"get", "post"},
        f"{NOTICES}reasons/": {"get"},
        f"{NOTICES}{{handle}}/": {"get"},
        f"{NOTICES}{{handle}}/take-back/": {"post"},
        f"{NOTICES}{{handle}}/all-clear/": {"post"},
    }
    assert all(
        operation["security"] == [{"apiKey": []}] and {"400", "401", "429"} <= set(operation["responses"])
        for path in routes
        for operation in document["paths"][path].values()
    )
    assert document["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


def test_the_examples_are_requests(document):
    told = document["paths"][NOTICES]["post"]["requestBody"]["content"]["application/json"]
    schema = told["schema"] | {"components": document["components"]}
    assert len(told["examples"]) == 3
    for example in told["examples"].values():
        jsonschema.validate(example["value"], _nullable(schema))
        assert read_asked(json.dumps(example["value"]).encode())


@pytest.mark.django_db
def test_answers_have_the_shape_that_is_described(document, water, home):
    to = {"residences": [home.key]}
    one, sent = f"{NOTICES}{{handle}}/", water.send(to)
    where = sent.json()["url"]
    for answer, path, method in (
        (water.get(f"{NOTICES}reasons/"), f"{NOTICES}reasons/", "get"),
        (water.tries(to), NOTICES, "post"),
        (sent, NOTICES, "post"),
        (water.get(), NOTICES, "get"),
        (water.get(where), one, "get"),
        (water.post(f"{where}all-clear/"), f"{one}all-clear/", "post"),
        (water.post(f"{where}take-back/"), f"{one}take-back/", "post"),
        (water.get(f"{NOTICES}{home.pk:032x}/"), one, "get"),
        (water.send({"residences": ["x"]}), NOTICES, "post"),
        (water.send(to, urgent=True), NOTICES, "post"),
        (water.post(NOTICES, b" " * 1_000_001), NOTICES, "post"),
        (Program("x").get(), NOTICES, "get"),
    ):
        valid(document, answer, path, method)


#: What a body may hold where something else is meant.
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_DEGREES = st.floats(-200, 200) | st.floats(2.9, 3.1) | st.floats(48.9, 49.1)
_RING = st.lists(st.lists(_DEGREES, min_size=1, max_size=3), max_size=6)
_MOMENT = st.sampled_from(
    [*water_cut().values(), "2026-12-24", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "2026-W01-1", ""]
)
_MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "reason": st.sampled_from([*REASONS]) | _ANYTHING,
        "fields": st.dictionaries(
            st.sampled_from(["start", "end", "when", "what", "where", "detail", "todo", "which"]),
            _MOMENT | st.text(max_size=20) | _ANYTHING,
            max_size=4,
        ),
        "audience": st.fixed_dictionaries(
            {},
            optional={
                "rnb_ids": st.lists(st.text(max_size=14), max_size=3) | _ANYTHING,
                "ban_ids": st.lists(st.text(max_size=14), max_size=3),
                "street": st.dictionaries(
                    st.sampled_from(["name", "insee_code", "from", "to", "side"]),
                    st.sampled_from(["Rue des Bleuets", "77998", "odd"]) | st.integers(-1, 200) | _ANYTHING,
                ),
                "geometry": st.fixed_dictionaries(
                    {"type": st.sampled_from(["Polygon", "MultiPolygon", "Point"])},
                    optional={"coordinates": st.lists(_RING, max_size=2) | st.lists(st.lists(_RING), max_size=2)},
                ),
            },
        ),
        "urgent": st.booleans() | _ANYTHING,
        "mandate": st.uuids().map(str) | _ANYTHING,
    },
)
_FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@_FEW
@given(_MEMBERS | _ANYTHING)
def test_a_body_is_read_or_refused_at_a_member(body):
    try:
        read_asked(json.dumps(body).encode())
    except InvalidParameter as refused:
        assert refused.parameter.startswith("/") and str(refused)


@_FEW
@given(st.binary(max_size=60))
def test_bytes_are_read_or_refused(body):
    with pytest.raises(InvalidParameter):
        read_asked(body)


@pytest.mark.django_db
class TestAnyBody:
    @_FEW
    @given(changed=_MEMBERS)
    def test_it_is_answered_as_described_and_a_try_writes_nothing(self, document, water, home, changed):
        water.key._meta.model.objects.update(asked=0)
        answer = water.post(NOTICES, asked({"rnb_ids": [rnb_id(home)]}) | changed | {"dry_run": True})
        assert answer.status_code in (200, 400, 403), answer.content
        valid(document, answer, NOTICES, "post")
        if answer.status_code != 200:
            assert problem_of(answer)["title"]
        assert not Mailing.objects.exists() and not KeptAnswer.objects.exists()

    @_FEW
    @given(changed=_MEMBERS)
    def test_sent_or_refused_nothing_is_half_written(self, document, water, home, changed, monkeypatch):
        monkeypatch.setattr("directory.notifying.MOST_A_DAY", 1_000)
        water.key._meta.model.objects.update(asked=0)
        before = Mailing.objects.count()
        answer = water.post(NOTICES, asked({"rnb_ids": [rnb_id(home)]}) | changed)
        assert answer.status_code in (201, 400, 403), answer.content
        valid(document, answer, NOTICES, "post")
        assert Mailing.objects.count() - before == (answer.status_code == 201)
        assert not Notice.objects.exists(), "no transaction leaves a residence open"


def test_no_member_is_read_that_is_not_described():
    assert set(openapi.NOTICE["properties"]) == {"reason", "fields", "audience", "urgent", "mandate", "dry_run"}
    kinds = {next(iter(one["properties"])) for one in openapi.NOTICE["properties"]["audience"]["oneOf"]}
    assert kinds == {"geometry", "street", "rnb_ids", "ban_ids", "residences"}
