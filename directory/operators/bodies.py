"""Reads the body of a request strictly: bounded JSON, every member known and of its kind; an error points at one.

Nothing here asks the database: what is refused is refused the same way whoever asks, and whenever.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from directory.errors import NotJson
from directory.operators.reasons import Reason, reason_named
from geo.codes import INSEE_CODE
from geo.drawn_areas import MOST_CORNERS
from geo.errors import InvalidParameter
from geo.street_zones import Side
from geo.texts import LONGEST_TEXT

MOST_IDS, LONGEST_ID, LONGEST_NAME, HIGHEST_NUMBER = 10_000, 120, 160, 99_999
#: Our names of the ends of a street, and those of the API.
ENDS = {"first": "from", "last": "to"}
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a program asks to be sent, as it was written; `kind` is the member of the audience, `named` its value."""

    reason: Reason
    fields: Mapping[str, str]
    kind: str
    named: object
    urgent: bool
    mandate: UUID | None
    dry_run: bool


def read_idempotency_key(request: HttpRequest) -> str:
    """Read the header under which an answer is kept."""
    text = request.headers.get("Idempotency-Key", "")
    if not IDEMPOTENCY_KEY.fullmatch(text):
        raise InvalidParameter("Idempotency-Key", _("Attendu : de 1 à 255 signes, par exemple un UUID."))
    return text


def read_bytes(request: HttpRequest) -> bytes:
    """Return the body, which is announced as JSON; how long it may be is asked before (`config.bodies`)."""
    if request.content_type != "application/json":
        raise NotJson
    return request.body


def check_empty(request: HttpRequest) -> None:
    """Refuse a body where nothing is to be said."""
    if request.body.strip() not in (b"", b"{}"):
        raise InvalidParameter("/", _("Rien n’est attendu ici."))


def read_asked(body: bytes) -> Asked:
    """Read what is asked; raise `InvalidParameter` pointing at the first member that is wrong (RFC 6901)."""
    told = _object(_json(body), "", ("reason", "fields", "audience", "urgent", "mandate", "dry_run"))
    reason = reason_named(told.get("reason"))
    audience = _object(told.get("audience"), "/audience", tuple(_AUDIENCES))
    if len(audience) != 1:
        kinds = ", ".join(_AUDIENCES)
        raise InvalidParameter("/audience", _("Attendu : un seul membre parmi %(kinds)s.") % {"kinds": kinds})
    ((kind, named),) = audience.items()
    return Asked(
        reason=reason,
        fields=_fields(told.get("fields", {}), reason),
        kind=kind,
        named=_AUDIENCES[kind](named, f"/audience/{kind}"),
        urgent=_flag(told, "urgent"),
        mandate=_mandate(told.get("mandate")),
        dry_run=_flag(told, "dry_run"),
    )


def _json(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except InvalidParameter:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidParameter("/", _("Ce n’est pas du JSON.")) from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise InvalidParameter("/", _("Un membre ne se donne qu’une fois."))
    return told


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _object(value: object, pointer: str, known: Collection[str]) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise InvalidParameter(pointer or "/", _("Attendu : un objet."))
    for name in value:
        if name not in known:
            raise InvalidParameter(f"{pointer}/{_escaped(name)}", _("Membre inconnu."))
    return value


def _escaped(name: str) -> str:
    """Write a member's name into a pointer, without what could not be told back."""
    return "".join(letter for letter in name if letter.isprintable())[:80].replace("~", "~0").replace("/", "~1")


def _flag(told: Mapping[str, object], name: str) -> bool:
    value = told.get(name, False)
    if not isinstance(value, bool):
        raise InvalidParameter(f"/{name}", _("Attendu : true ou false."))
    return value


def _mandate(value: object) -> UUID | None:
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidParameter("/mandate", _("Ce mandat n’est pas de ceux de votre organisme.")) from error


def _fields(value: object, reason: Reason) -> dict[str, str]:
    told = _object(value, "/fields", reason.parameters)
    for name, text in told.items():
        if not isinstance(text, str):
            raise InvalidParameter(f"/fields/{name}", _("Ce n’est pas un texte."))
        if len(text) > LONGEST_TEXT:
            raise InvalidParameter(f"/fields/{name}", _("Au plus %(most)d caractères.") % {"most": LONGEST_TEXT})
    return {**told, **reason.preset}


def _ids(value: object, pointer: str) -> tuple[str, ...]:
    """Ids without those given twice, in the order in which they came."""
    if not isinstance(value, list) or not value:
        raise InvalidParameter(pointer, _("Attendu : une liste d’identifiants."))
    if len(value) > MOST_IDS:
        raise InvalidParameter(pointer, _("Au plus %(most)d identifiants.") % {"most": MOST_IDS})
    for number, one in enumerate(value):
        if not isinstance(one, str) or not one.isprintable() or not 0 < len(one.strip()) <= LONGEST_ID:
            raise InvalidParameter(f"{pointer}/{number}", _("Ce n’est pas un identifiant."))
    return tuple(dict.fromkeys(one.strip() for one in value))


def _street(value: object, pointer: str) -> dict[str, object]:
    told = _object(value, pointer, ("name", "insee_code", "from", "to", "side"))
    name, town, side = told.get("name"), told.get("insee_code"), told.get("side", Side.BOTH.value)
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InvalidParameter(f"{pointer}/name", _("Écrivez le nom de la rue."))
    if not isinstance(town, str) or not INSEE_CODE.fullmatch(town):
        raise InvalidParameter(f"{pointer}/insee_code", _("Attendu : un code INSEE comme 44109."))
    if side not in [one.value for one in Side]:
        raise InvalidParameter(f"{pointer}/side", "both, odd, even")
    ends = {ours: _number(told.get(theirs), f"{pointer}/{theirs}") for ours, theirs in ENDS.items()}
    return {"street": name.strip(), "insee_code": town, "side": side, **ends}


def _number(value: object, pointer: str) -> int | None:
    if value is not None and (type(value) is not int or not 0 <= value <= HIGHEST_NUMBER):
        raise InvalidParameter(pointer, _("Attendu : un numéro de rue."))
    return value


def _geometry(value: object, pointer: str) -> dict[str, object]:
    """A polygon or several, longitude before latitude; altitudes are left out."""
    told = _object(value, pointer, ("type", "coordinates", "bbox"))
    if told.get("type") not in ("Polygon", "MultiPolygon"):
        raise InvalidParameter(f"{pointer}/type", "Polygon, MultiPolygon")
    deep = 3 if told["type"] == "Polygon" else 4
    counted: list[None] = []
    coordinates = _nested(told.get("coordinates"), f"{pointer}/coordinates", deep - 1, counted)
    return {"type": told["type"], "coordinates": coordinates}


def _nested(value: object, pointer: str, deep: int, counted: list[None]) -> list:
    """Lists of lists down to positions, as many as are read."""
    if not isinstance(value, list) or not value:
        raise InvalidParameter(pointer, _("Attendu : des positions GeoJSON."))
    if deep:
        return [_nested(one, f"{pointer}/{number}", deep - 1, counted) for number, one in enumerate(value)]
    counted.append(None)
    if len(counted) > MOST_CORNERS:
        raise InvalidParameter(pointer, _("Au plus %(most)d sommets.") % {"most": MOST_CORNERS})
    if len(value) not in (2, 3) or not all(type(one) in (int, float) and _is_bearable(one) for one in value):
        raise InvalidParameter(pointer, _("Attendu : des positions GeoJSON."))
    return value[:2]


def _is_bearable(number: float) -> bool:
    """Whether a float can hold it: JSON has whole numbers of a thousand digits."""
    return abs(number) <= sys.float_info.max


#: Member of the audience -> what reads it.
_AUDIENCES: dict[str, Callable[[object, str], object]] = {
    "geometry": _geometry,
    "rnb_ids": _ids,
    "ban_ids": _ids,
    "residences": _ids,
    "street": _street,
}
