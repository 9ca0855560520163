"""The OpenAPI document tells the truth about `GET /api/nearby/`."""

import json

import jsonschema
import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from directory.query_string import KNOWN, REPEATABLE
from tests.directory.around import LATITUDE, LONGITUDE, box, make_town, put


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_document_is_valid_and_names_every_parameter(document):
    validate_schema(document)
    parameters = document["paths"]["/api/nearby/"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == KNOWN
    assert {parameter["name"] for parameter in parameters if parameter["schema"]["type"] == "array"} == REPEATABLE


@pytest.mark.django_db
def test_answers_have_the_shape_that_is_described(document, client):
    town = make_town("Bourg", "44001", box(-3_000, -2_000, 3_000, 2_000))
    put(town, "with a place", (10, 0))
    put(town, "without", None)
    answer = client.get("/api/nearby/", {"lat": LATITUDE, "lon": LONGITUDE, "within": "municipality", "limit": 1})
    everything = client.get("/api/nearby/", {"lat": LATITUDE, "lon": LONGITUDE, "within": "municipality"})
    refused = client.get("/api/nearby/", {"lat": 91, "lon": 0})
    for response, name in ((answer, "NearbyCollection"), (everything, "NearbyCollection"), (refused, "Problem")):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema.validate(json.loads(response.content), _nullable(schema))


def _nullable(schema):
    """OpenAPI 3.0 says `nullable` where JSON Schema lists the type null."""
    if isinstance(schema, list):
        return [_nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _nullable(value) for name, value in schema.items() if name != "nullable"}
    return plain | {"type": [plain["type"], "null"]} if schema.get("nullable") else plain
