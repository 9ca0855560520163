"""Judges a row: what listing it would make, in clean columns, or why it makes none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.categories import Node, category_of_naf, category_of_name, category_of_tags, tree
from directory.importing import cleaning
from directory.importing.rows import Row, Unreadable
from directory.models import Kind, Listing, Premises, SourceRecord
from directory.opening import readable
from directory.premises import has_premises, public_title, tells_where
from geo.errors import Filled, InvalidParameter
from geo.texts import legible

TITLE_LENGTH = Listing._meta.get_field("title").max_length
HOURS_LENGTH = Premises._meta.get_field("opening_hours").max_length
ADDRESS_LENGTH = Premises._meta.get_field("address").max_length
KEY_LENGTH = SourceRecord._meta.get_field("key").max_length
#: Of what an association is for: the longest in the register have thousands of characters.
DESCRIPTION_LENGTH = 2_000
WHEELCHAIR = ("yes", "limited", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A listing as one source tells it; the columns are those of `Listing` and its kinds."""

    number: str
    key: str
    #: Where the row lies, to find its commune; kept in the listing only where `placed`.
    longitude: float | None
    latitude: float | None
    placed: bool
    #: Whether the title is its own, not that of its category: only then can it be recognised by name.
    named: bool
    category: str
    title: str
    insee_code: str = ""
    postcode: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    opening_hours: str = ""
    opening_hours_text: str = ""
    wheelchair: str = ""
    siret: str = ""
    brand: str = ""
    description: str = ""
    rna: str = ""
    direction: str = ""
    neighbourhood_id: int | None = None
    #: What an event adds (`directory.importing.event_rows`): its dates by the clock on the wall, and its words.
    event: Mapping[str, object] | None = None
    demonstration: bool = False
    #: Values of the row that were left out, and why.
    dropped: tuple[str, ...] = field(default=(), compare=False)

    def attributes(self, insee_code: str) -> dict[str, object]:
        """What is kept of the source: the columns, the commune, and the point of what has a public place."""
        said = {name: value for name in _COLUMNS if (value := getattr(self, name))}
        point = {"longitude": self.longitude, "latitude": self.latitude} if self.placed else {}
        return {**said, **point, "insee_code": insee_code}


_OF_THE_ROW = ("number", "key", "longitude", "latitude", "placed", "named", "insee_code", "postcode", "dropped")
_COLUMNS = tuple(column.name for column in fields(Draft) if column.name not in _OF_THE_ROW)

#: Values with a standard form: how it is read, and what is said when it cannot be.
_STANDARD_FORMS = {
    "phone": (cleaning.phone, gettext_lazy("téléphone illisible")),
    "website": (cleaning.website, gettext_lazy("adresse web illisible")),
    "email": (cleaning.email, gettext_lazy("adresse électronique illisible")),
    "siret": (cleaning.siret, gettext_lazy("SIRET faux")),
    "rna": (cleaning.rna, gettext_lazy("numéro RNA illisible")),
}


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """What the operator decides: the category `code` of every row, but for the values of a column in `by_value`."""

    code: str = ""
    by_value: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, options: list[str]) -> CategoryChoice:
        """Read `--category park` and `--category ECOLES=school`."""
        by_value = dict(option.rsplit("=", 1) for option in options if "=" in option)
        codes = [option for option in options if "=" not in option]
        for code in (*codes, *by_value.values()):
            if code not in tree():
                raise InvalidParameter("category", _("Catégorie inconnue : {code}.").format(code=code))
        if len(codes) > 1:
            raise InvalidParameter("category", _("Une seule catégorie pour toutes les lignes."))
        return cls(codes[0] if codes else "", by_value)

    def of(self, row: Row) -> Node | None:
        """Return the row's category: as decided, else by its OSM tags, its NAF code, its name of a category."""
        said = row.fields.get("category", "")
        if decided := self.by_value.get(said, self.code):
            return tree()[decided]
        return category_of_tags(row.tags) or category_of_naf(row.fields.get("naf", "")) or category_of_name(said)


def draft(row: Row, choice: CategoryChoice) -> Draft:
    """Return the listing that this row makes; raise `Unreadable` with the reason when it makes none."""
    fields_read = {name: legible(text) for name, text in row.fields.items()}
    row = replace(row, key=legible(row.key), fields=fields_read)
    if len(row.key) > KEY_LENGTH:
        reason = Filled(_("identifiant de plus de {limit} caractères"), limit=KEY_LENGTH)
        raise Unreadable(row.number, reason)
    category = choice.of(row)
    if category is None or category.parent is None or category.kind == Kind.EVENT:
        said = row.fields.get("category", "") or row.fields.get("naf", "")
        reason = Filled(_("catégorie inconnue : {said}"), said=said[:40]) if said else _("catégorie absente")
        raise Unreadable(row.number, reason, row.key)
    _check_point(row)
    title = public_title(row, category)
    _check_title(row, title, category)
    placed = row.longitude is not None and has_premises(row, category)
    contact, dropped = _contact(row)
    title = title or category.fr
    return Draft(
        number=row.number,
        key=row.key or _key_of(row, category, placed=placed),
        longitude=row.longitude,
        latitude=row.latitude,
        placed=placed,
        named=title != category.fr,
        category=category.code,
        title=title,
        insee_code=row.fields.get("insee_code", ""),
        postcode=row.fields.get("postcode", ""),
        address=_address(row) if has_premises(row, category) else "",
        brand=row.fields.get("brand", "")[:120],
        description=_description(row, category),
        dropped=tuple(dropped),
        **contact,
    )


def _check_point(row: Row) -> None:
    if row.longitude is None:
        return
    if not (-180 <= row.longitude <= 180 and -90 <= row.latitude <= 90):
        raise Unreadable(row.number, _("coordonnées hors du globe : ce n'est pas du WGS 84"), row.key)


def _check_title(row: Row, title: str, category: Node) -> None:
    if not title and (category.named or category.at_home):
        raise Unreadable(row.number, _("sans nom"), row.key)
    if len(title) > TITLE_LENGTH:
        reason = Filled(_("nom de plus de {limit} caractères"), limit=TITLE_LENGTH)
        raise Unreadable(row.number, reason, row.key)


def _contact(row: Row) -> tuple[dict[str, str], list[str]]:
    """The values that have a standard form, and the reasons why others were left out."""
    contact = {name: read(row.fields[name]) for name, (read, _reason) in _STANDARD_FORMS.items() if name in row.fields}
    dropped = [str(_STANDARD_FORMS[name][1]) for name, value in contact.items() if not value]
    hours, wheelchair = row.fields.get("opening_hours", ""), row.fields.get("wheelchair", "")
    if hours and len(hours) <= HOURS_LENGTH and (standard := readable(hours)):
        contact["opening_hours"] = standard
    elif hours:
        contact["opening_hours_text"] = hours[:HOURS_LENGTH]
        dropped.append(_("horaires illisibles, montrés tels quels"))
    if wheelchair in WHEELCHAIR:
        contact["wheelchair"] = wheelchair
    return contact, dropped


def _description(row: Row, category: Node) -> str:
    """What an association says it is for; of what is not theirs to say, and of where people live, nothing."""
    words = row.fields.get("description", "") if category.kind == Kind.ASSOCIATION else ""
    return "" if tells_where(words) and not has_premises(row, category) else words[:DESCRIPTION_LENGTH]


def _address(row: Row) -> str:
    street = " ".join(filter(None, (row.fields.get("housenumber"), row.fields.get("street"))))
    return (row.fields.get("address") or street)[:ADDRESS_LENGTH]


def _key_of(row: Row, category: Node, *, placed: bool) -> str:
    """An identity for a row whose source gives none: its name, what it is, and where, unless that may be a home."""
    where = [row.longitude, row.latitude] if placed else []
    said = json.dumps([row.fields.get("name", ""), category.code, *where])
    return f"hash:{hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()}"
