"""What the OpenAPI document says of the operators' API: schemas, examples, and every answer."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from directory.operators.bodies import HIGHEST_NUMBER, LONGEST_ID, LONGEST_NAME, MOST_IDS
from directory.operators.reasons import REASONS
from geo.street_zones import Side

TAGS = ["notices"]
_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_MOMENT = {"type": "string", "format": "date-time", "nullable": True}
_UUID = {"type": "string", "format": "uuid"}
_IN_BOTH = {"type": "object", "properties": {"fr": _TEXT, "en": _TEXT}, "required": ["fr", "en"]}
_IDS = {
    "type": "array",
    "minItems": 1,
    "maxItems": MOST_IDS,
    "items": {"type": "string", "minLength": 1, "maxLength": LONGEST_ID},
}
_NUMBER = {"type": "integer", "minimum": 0, "maximum": HIGHEST_NUMBER, "nullable": True}


def _object(properties: dict, *, required: list[str] | None = None, strict: bool = True) -> dict:
    told = {"type": "object", "properties": properties, "required": list(properties) if required is None else required}
    return told | ({"additionalProperties": False} if strict else {})


_POSITION = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}
_RING = {"type": "array", "items": _POSITION, "minItems": 4}
_RINGS = {"type": "array", "items": _RING, "minItems": 1}


def _area(kind: str, coordinates: dict) -> dict:
    return _object({"type": {"type": "string", "enum": [kind]}, "coordinates": coordinates})


_STREET = _object(
    {
        "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
        "insee_code": {"type": "string", "pattern": "^[0-9][0-9AB][0-9]{3}$"},
        "from": _NUMBER,
        "to": _NUMBER,
        "side": {"type": "string", "enum": [side.value for side in Side], "default": Side.BOTH.value},
    },
    required=["name", "insee_code"],
)
_AUDIENCES = {
    "geometry": {
        "oneOf": [
            _area("Polygon", _RINGS),
            _area("MultiPolygon", {"type": "array", "items": _RINGS, "minItems": 1}),
        ],
        "description": "GeoJSON, longitude before latitude, at most 2,000 positions; cut at the mandate's limits.",
    },
    "street": _STREET,
    "rnb_ids": _IDS | {"description": "Buildings, by the Référentiel national des bâtiments."},
    "ban_ids": _IDS | {"description": "Entrances, by the Base Adresse Nationale."},
    "residences": _IDS | {"description": "Residences, by the ids that a dry run lists."},
}
NOTICE = _object(
    {
        "reason": {"type": "string", "enum": list(REASONS)},
        "fields": {"type": "object", "additionalProperties": _TEXT, "description": "See /api/notices/reasons/."},
        "audience": {"oneOf": [_object({name: schema}) for name, schema in _AUDIENCES.items()]},
        "urgent": {"type": "boolean", "default": False},
        "mandate": _UUID | {"nullable": True, "description": "Else the mandate that leaves the least outside."},
        "dry_run": {"type": "boolean", "default": False, "description": "Tell what would be sent, and write nothing."},
    },
    required=["reason", "audience"],
)
_LISTED = _object({"number": _COUNT, "ids": {"type": "array", "items": _TEXT}}, strict=False)
_SAID = _object({"title": _TEXT, "sentences": {"type": "array", "items": _TEXT}}, strict=False)
_RESIDENCE = _object(
    {"id": _TEXT, "homes": _COUNT | {"nullable": True}, "estimated": {"type": "boolean"}}, strict=False
)
TRY = _object(
    {
        "dry_run": {"type": "boolean", "enum": [True]},
        "would_send": {"type": "boolean"},
        "reason": _TEXT,
        "urgent": {"type": "boolean"},
        "waits_for_approval": {"type": "boolean"},
        "mandate": _UUID,
        "public": {"type": "boolean", "description": "One notice that everyone may read: the mandate is over an area."},
        "residences": _object({"number": _COUNT, "listed": {"type": "array", "items": _RESIDENCE}}, strict=False),
        "homes": _object({"total": _COUNT, "known": _COUNT, "estimated": _COUNT}, strict=False),
        "outside": _LISTED,
        "unknown": _LISTED,
        "notes": {"type": "array", "items": _TEXT},
        "preview": _object({"fr": _SAID, "en": _SAID}, strict=False),
    },
    strict=False,
)
_SAID_READ = _object(
    {
        "counted_on": {"type": "string", "format": "date"},
        "share": _object({"from": _COUNT, "to": _COUNT}, strict=False) | {"nullable": True},
        "silent": {"type": "string", "nullable": True, "enum": ["withdrawn", "small", "overlap", "few", None]},
    },
    strict=False,
) | {
    "nullable": True,
    "description": "Homes that said to have read it, in percent: once, a week after, over all of it; or why not.",
}
SENT = _object(
    {
        "id": _UUID,
        "url": _TEXT,
        "reason": {"type": "string", "nullable": True},
        "title": _IN_BOTH,
        "urgent": {"type": "boolean"},
        "state": {"type": "string", "enum": ["waiting_for_approval", "sending", "sent", "restored", "withdrawn"]},
        "mandate": _UUID,
        "mandate_is_over": {"type": "boolean", "description": "What waited to be sent is called off."},
        "written_at": _MOMENT,
        "waits_for_approval": {"type": "boolean"},
        "readable_from": _MOMENT,
        "closes_at": _MOMENT,
        "withdrawn_at": _MOMENT,
        "all_clear": _object({"id": _UUID, "readable_from": _MOMENT}, strict=False) | {"nullable": True},
        "all_clear_of": _UUID | {"nullable": True},
        "public": {"type": "boolean"},
        "residences": _COUNT,
        "homes": _COUNT,
        "posters": _object({"entrances": _COUNT, "put_up": _COUNT, "taken_down": _COUNT}, strict=False),
        "said_read": _SAID_READ,
    },
    strict=False,
)
_FIELD = _object(
    {
        "name": _TEXT,
        "label": _IN_BOTH,
        "required": {"type": "boolean"},
        "format": {"type": "string", "enum": ["date", "date-time"]},
        "longest": _COUNT,
        "choices": {"type": "array", "items": _object({"code": _TEXT, "label": _IN_BOTH}, strict=False)},
    },
    required=["name", "label", "required"],
    strict=False,
)
REASON = _object(
    {
        "code": _TEXT,
        "title": _IN_BOTH,
        "may_be_urgent": {"type": "boolean"},
        "has_all_clear": {"type": "boolean"},
        "fields": {"type": "array", "items": _FIELD},
    },
    strict=False,
)
SCHEMAS = {"NoticeAsked": NOTICE, "NoticeTried": TRY, "NoticeSent": SENT, "NoticeReason": REASON}


def _ref(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def _problem(description: str) -> OpenApiResponse:
    return OpenApiResponse(_ref("Problem"), description=description)


def _problems(*statuses: int) -> dict:
    return {(status, "application/problem+json"): _problem(_PROBLEMS[status]) for status in (*statuses, *_ALWAYS)}


_ALWAYS = (400, 401, 429)
_PROBLEMS = {
    400: "A member is wrong: `parameter` points at it. `unknown` and `outside` list ids that refuse all of it.",
    401: "No key, an unknown one, one that was revoked or has ended: all alike.",
    403: "The key, the organisation or its mandates do not allow it.",
    404: "No such notice, or another organisation's.",
    409: "The same request is still being answered, or residents read the notice already.",
    413: "The body is longer than a million bytes.",
    415: "The body is not announced as JSON.",
    422: "The Idempotency-Key has served for another body.",
    429: "Too many requests: `Retry-After` says when to return.",
}
_CUT = {
    "reason": "water_cut",
    "fields": {"start": "2026-12-24T09:00", "end": "2026-12-24T12:00", "detail": "Remplissez quelques bouteilles."},
}
_EXAMPLES = {
    "A water cut, tried out": {**_CUT, "audience": {"rnb_ids": ["WW97EBWCVCAN"]}, "dry_run": True},
    "Along one side of a street": {
        **_CUT,
        "audience": {"street": {"name": "Rue Crébillon", "insee_code": "44109", "from": 1, "to": 24, "side": "even"}},
    },
    "An outage without a known end, in an area": {
        "reason": "electricity_outage",
        "fields": {"start": "2026-12-24T09:00+01:00"},
        "audience": {
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[-1.562, 47.212], [-1.558, 47.212], [-1.558, 47.215], [-1.562, 47.215], [-1.562, 47.212]]
                ],
            }
        },
        "urgent": True,
    },
}
LIST = {
    "operation_id": "notices",
    "tags": TAGS,
    "summary": "What the organisation sent, newest first.",
    "parameters": [
        OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 100, 20 by default"),
        OpenApiParameter("cursor", OpenApiTypes.UUID, description="The last id of the page before: see `next`."),
    ],
    "responses": {
        200: _object(
            {
                "next": {"type": "string", "nullable": True},
                "notices": {"type": "array", "items": _ref("NoticeSent")},
            },
            strict=False,
        ),
        **_problems(),
    },
}
SEND = {
    "operation_id": "send_notice",
    "tags": TAGS,
    "summary": "Send a notice, or try it out.",
    "description": "The same request is answered the same for 48 hours, byte for byte, and done once.",
    "parameters": [
        OpenApiParameter(
            "Idempotency-Key",
            {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
            OpenApiParameter.HEADER,
            required=True,
            description="A name of the request, a UUID for example.",
        )
    ],
    "request": {"application/json": _ref("NoticeAsked")},
    "examples": [OpenApiExample(name, value, request_only=True) for name, value in _EXAMPLES.items()],
    "responses": {
        200: OpenApiResponse(_ref("NoticeTried"), description="What would be sent (`dry_run`)."),
        201: OpenApiResponse(_ref("NoticeSent"), description="Written, to be read two minutes later."),
        **_problems(403, 409, 413, 415, 422),
    },
}
LIST_OF_REASONS = {
    "operation_id": "notice_reasons",
    "tags": TAGS,
    "summary": "The closed list of reasons, with what each has to be filled in with.",
    "responses": {
        200: _object({"reasons": {"type": "array", "items": _ref("NoticeReason")}}, strict=False),
        **_problems(),
    },
}
STATUS = {
    "operation_id": "notice_status",
    "tags": TAGS,
    "summary": "Where a notice stands, by public data.",
    "responses": {200: _ref("NoticeSent"), **_problems(404)},
}
TAKE_BACK = {
    "operation_id": "take_notice_back",
    "tags": TAGS,
    "summary": "Take a notice back before anyone reads it.",
    "request": None,
    "responses": {200: _ref("NoticeSent"), **_problems(403, 404, 409)},
}
ALL_CLEAR = {
    "operation_id": "notice_all_clear",
    "tags": TAGS,
    "summary": "Say to exactly the same homes that it is over.",
    "request": None,
    "responses": {200: _ref("NoticeSent"), **_problems(403, 404)},
}


def describe_notices(result: dict, generator, request, public: bool) -> dict:
    """Add the schemas that the operations name (a drf-spectacular post-processing hook)."""
    result.setdefault("components", {}).setdefault("schemas", {}).update(SCHEMAS)
    return result
