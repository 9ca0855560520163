"""The OpenAPI document tells the truth about the search of rides."""

import json

import jsonschema
import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from directory.ride_api import parameters
from tests.directory.ride_service import API, ROUTES, Service, drives_beyond, every_week, morning


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator().get_schema(request=None, public=True)


def valid(document, answer, path: str) -> None:
    """The answer has the shape that is described for its status, and nothing else."""
    told = document["paths"][path]["get"]["responses"][str(answer.status_code)]["content"]
    schema = told[answer["Content-Type"]]["schema"] | {"components": document["components"]}
    jsonschema.validate(json.loads(answer.content), schema)


def test_the_document_names_every_search_with_its_key_and_parameters(document):
    validate_schema(document)
    for route in ROUTES:
        told = document["paths"][f"{API}{route}"]["get"]
        known = parameters.JOURNEYS if "journeys" in route else parameters.TRIPS
        assert sorted(one["name"] for one in told["parameters"]) == sorted(known)
        assert told["security"] == [{"rideKey": []}] and {"200", "400", "401", "429"} == set(told["responses"])
    assert "security" not in document["paths"][f"{API}status"]["get"]
    assert document["components"]["securitySchemes"]["rideKey"]["name"] == "X-API-Key"


@pytest.mark.django_db
def test_answers_have_the_shape_that_is_described_and_no_more(document, alice, asks, client):
    for direction in ("offer", "request"):
        every_day = ["1", "2", "3", "4", "5", "6", "7"]
        drives_beyond(alice, weekdays=every_day, direction=direction, preferences=["pets"])
    for route in ROUTES:
        answer = asks.ask(route, morning() if "journeys" in route else every_week())
        (told,) = answer.json()
        valid(document, answer, f"{API}{route}")
        name = document["paths"][f"{API}{route}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        described = document["components"]["schemas"][name["items"]["$ref"].rpartition("/")[2]]
        assert told.keys() <= described["properties"].keys()
        valid(document, asks.ask(route, "nothing=1"), f"{API}{route}")
        valid(document, Service("", asks.key).ask(route), f"{API}{route}")
    valid(document, client.get(f"{API}status"), f"{API}status")
