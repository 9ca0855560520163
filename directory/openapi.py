"""Describes in the OpenAPI document what drf-spectacular does not see: the view of nearby search, and problems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from directory.kinds import KINDS
from directory.models import Kind
from directory.query_string import LANGUAGES, LONGEST_TEXT, MOST_ROWS, USUAL_ROWS
from directory.within import NAMED, Level


def describe_nearby(result: dict, generator, request, public: bool) -> dict:
    """Add the path and its schemas (a drf-spectacular post-processing hook)."""
    result["paths"]["/api/nearby/"] = {"get": NEARBY}
    result.setdefault("components", {}).setdefault("schemas", {}).update(SCHEMAS)
    return result


def describe_problems(result: dict, generator, request, public: bool) -> dict:
    """Add to every operation the problems it answers with, and that a place may have no geometry.

    `format` is drf-spectacular's own guess: it is refused like any unknown parameter.
    """
    for path, operations in result["paths"].items():
        for operation in operations.values():
            parameters = operation.get("parameters", [])
            operation["parameters"] = [parameter for parameter in parameters if parameter["name"] != "format"]
            operation["responses"].setdefault("400", INVALID)
            if "{" in path:
                operation["responses"].setdefault("404", ABSENT)
    for schema in result["components"]["schemas"].values():
        if geometry := schema.get("properties", {}).get("geometry"):
            geometry["nullable"] = True
    return result


def _parameter(name: str, description: str, *, many: bool = False, **schema) -> dict:
    schema = {"type": "array", "items": schema} if many else schema
    return {"name": name, "in": "query", "description": description, "schema": schema, "explode": True}


def _answer(description: str, media_type: str, schema: str) -> dict:
    content = {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


PARAMETERS = [
    _parameter("lat", "Latitude in degrees; goes with `lon`.", type="number", minimum=-90, maximum=90),
    _parameter("lon", "Longitude in degrees; goes with `lat`.", type="number", minimum=-180, maximum=180),
    _parameter("address", "An address, in place of `lat` and `lon`.", type="string"),
    _parameter("place", "A town, a postcode or a place by name, in place of `lat` and `lon`.", type="string"),
    _parameter(
        "within",
        f"`<n>m`, `<n>km`, `<n>min` on foot (30 at the most), or one of {', '.join(sorted(NAMED))}.",
        type="string",
        default=Level.NEAREST.value,
    ),
    _parameter("kind", "Kinds to keep.", many=True, type="string", enum=list(Kind.values)),
    _parameter("category", "Codes of categories to keep, each with its branch.", many=True, type="string"),
    _parameter(
        "q",
        "Words: without accents, give or take a typing error; what is spelt so comes a little before what is near.",
        type="string",
        maxLength=LONGEST_TEXT,
    ),
    _parameter("open_at", "RFC 3339; without a zone it is the time of the place.", type="string"),
    _parameter("limit", "Results a page.", type="integer", minimum=1, maximum=MOST_ROWS, default=USUAL_ROWS),
    _parameter("cursor", "Where the page before ended: see `next`.", type="string"),
    _parameter("lang", "Language of notes and errors.", type="string", enum=list(LANGUAGES)),
]
INVALID = _answer("A parameter is unknown or not valid.", "application/problem+json", "Problem")
ABSENT = _answer("There is no such thing, or it is not to be seen.", "application/problem+json", "Problem")
NEARBY = {
    "operationId": "nearby",
    "summary": "What lies around a place, nearest first.",
    "tags": ["nearby"],
    "parameters": PARAMETERS,
    "responses": {
        "200": _answer("A page of features; empty when there is nothing.", "application/geo+json", "NearbyCollection"),
        "400": INVALID,
    },
}


def _of_exchanges() -> dict[str, object]:
    """The columns of the kinds of exchanges, by their names; two kinds may call what differs by one name."""
    told: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for kind in KINDS.values():
        for name, schema in kind.schema.items():
            told[name].append(schema)
    return {name: schemas[0] if len(schemas) == 1 else {"anyOf": schemas} for name, schemas in told.items()}


CHECKED = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}$",
    "description": "The last month in which who keeps the page of a place said that it holds.",
}
_PROPERTIES = {
    "id": {"type": "string", "format": "uuid"},
    "kind": {"type": "string", "enum": list(Kind.values)},
    "category": {"type": "string"},
    "title": {"type": "string"},
    "distance": {"type": "number", "nullable": True, "description": "Metres on the ellipsoid; null without place."},
    "why": {
        "type": "object",
        "description": "Metres in a straight line; where there are minutes (on foot, at 5 km/h), along the streets.",
        "properties": {"rule": {"type": "string"}, "metres": {"type": "number"}, "minutes": {"type": "integer"}},
        "required": ["rule"],
    },
    "url": {"type": "string"},
    "card": {
        "type": "object",
        "description": "What a card shows: address, phone, hours, source, licence; of an exchange, what its kind adds.",
        "properties": {"checked": CHECKED, **_of_exchanges()},
    },
}
SCHEMAS = {
    "NearbyCollection": {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "next": {"type": "string", "format": "uri", "nullable": True},
            "notes": {"type": "array", "items": {"type": "string"}},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/NearbyFeature"}},
        },
        "required": ["type", "next", "notes", "features"],
    },
    "NearbyFeature": {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object", "properties": _PROPERTIES, "required": list(_PROPERTIES)},
        },
        "required": ["type", "geometry", "properties"],
    },
    "Problem": {
        "type": "object",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "parameter": {"type": "string", "description": "A parameter, or a JSON pointer into the body."},
            "unknown": {"type": "array", "items": {"type": "string"}},
            "outside": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["type", "title", "status"],
    },
}
