"""Turns a batch of rows into versions ready to copy: repaired geometry, checked attributes, identity, digest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import md5, sha256

import numpy as np
import shapely
from django.contrib.postgres.fields import ArrayField
from django.db.models import Field
from django.utils.translation import gettext as _

from geo.calendars import time_zone
from geo.codes import INSEE_CODE, department_of
from geo.importing.identity import GeometricIdentity
from geo.importing.repair import Family, faults_of_position, repaired
from geo.importing.report import Report
from geo.importing.reprojection import refuse_mislabelled, reprojected
from geo.importing.rows import Row
from geo.settling import TOLD_BY

FAMILIES = {
    "municipalities": Family.AREA,
    "neighbourhoods": Family.AREA,
    "buildings": Family.AREA,
    "addresses": Family.POINT,
    "streets": Family.LINE,
    "squares": Family.AREA,
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """The columns of `geo.models.Version` that are copied."""

    key: str
    digest: str
    geometry: shapely.Geometry
    attributes: str
    insee_code: str


class Preparation:
    """Prepares the rows of one release; remembers the keys it has seen and reports what it leaves out."""

    def __init__(self, *, dataset: str, crs: str, identity: GeometricIdentity, report: Report):
        self.crs = crs
        self.dataset = dataset
        self.family = FAMILIES[dataset]
        self.fields = {field.name: field for field in TOLD_BY[dataset].told_fields()}
        self.identity = identity
        self.report = report
        self.row_of_key: dict[str, int | str] = {}

    def versions(self, rows: Sequence[Row]) -> list[VersionRow]:
        """Return the versions of the rows that can be used; the report tells about the others."""
        if self.dataset == "municipalities":
            rows = [with_department(row) for row in rows]
        raw = np.array([row.geometry for row in rows], dtype=object)
        degrees = reprojected(raw, self.crs)
        refuse_mislabelled(shapely.bounds(raw), shapely.bounds(degrees), self.crs)
        faults = faults_of_position(degrees)
        geometries, repairs, more_faults = repaired(np.where(faults == "", degrees, None), self.family)
        prepared = []
        faults = np.where(faults == "", more_faults, faults)
        shapes = shapely.to_wkb(geometries)
        for row, geometry, shape, repair, fault in zip(rows, geometries, shapes, repairs, faults, strict=True):
            reason = fault or self.fault_of(row)
            key = "" if reason else row.key or self.identity.key_of(geometry)
            if key in self.row_of_key:
                reason = _("même identifiant que la ligne %(row)s") % {"row": self.row_of_key[key]}
            if reason:
                self.report.rejected.add(str(reason), row.number)
                continue
            self.row_of_key[key] = row.number
            for mended in filter(None, (repair, row.mended)):
                self.report.repaired.add(str(mended), row.number)
            prepared.append(version_row(key, geometry, shape, row))
        return prepared

    def fault_of(self, row: Row) -> str:
        """Say why the row's identity or attributes cannot be stored; an empty string where they can."""
        if len(row.key) > 120:
            return _("identifiant trop long")
        if row.insee_code and not INSEE_CODE.fullmatch(row.insee_code):
            return _("code INSEE non valable : %(code)s") % {"code": row.insee_code}
        for name, value in row.attributes.items():
            if not is_empty(value) and (fault := fault_of_value(self.fields[name], value)):
                return f"{name} : {fault}"
        return ""


def with_department(row: Row) -> Row:
    """Complete a municipality with what its code tells: key, department and time zone."""
    code = row.attributes["insee_code"]
    told = {"department": department_of(code), "time_zone": time_zone(code)}
    return replace(row, key=f"insee:{code}", attributes=told | row.attributes)


def version_row(key: str, geometry: shapely.Geometry, shape: bytes, row: Row) -> VersionRow:
    """Leave out empty attributes, and digest the rest: equal digests mean that nothing changed."""
    told = {name: value for name, value in row.attributes.items() if not is_empty(value)}
    attributes = json.dumps(told, ensure_ascii=False, sort_keys=True)
    digest = md5(shape + attributes.encode() + row.insee_code.encode(), usedforsecurity=False).hexdigest()
    return VersionRow(key, digest, geometry, attributes, row.insee_code)


def is_empty(value: object) -> bool:
    """Whether an attribute says nothing: `False` and 0 do say something."""
    return value is None or value == "" or value == []


def fault_of_value(field: Field, value: object) -> str:
    """Say why a value does not fit its column: too long, negative, too big; an empty string where it fits."""
    if isinstance(field, ArrayField):
        return next(filter(None, (fault_of_value(field.base_field, item) for item in value)), "")
    if isinstance(value, str):
        longest = getattr(field, "max_length", None)
        return _("texte de plus de %(n)d caractères") % {"n": longest} if longest and len(value) > longest else ""
    if isinstance(value, bool) or field.get_internal_type() == "FloatField":
        return ""
    biggest = 32_767 if "Small" in field.get_internal_type() else 2_147_483_647
    return "" if 0 <= value <= biggest else _("nombre hors limites : %(value)s") % {"value": value}


def checksum_of(digests: dict[str, str]) -> str:
    """SHA-256 over keys and digests in the order of keys: what rows without a file are recognised by."""
    return sha256("".join(f"{key}{digests[key]}" for key in sorted(digests)).encode()).hexdigest()
