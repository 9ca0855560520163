"""Tells a person everything the database knows of them, and nothing of anyone else."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model
from django.utils import timezone, translation

from scopes import second_lock
from scopes.people import Account
from scopes.rights.registry import Personal, person_of, personal, registered


def told(account: Account) -> dict[str, Any]:
    """Return everything about a person, part by part, in the person's language; a part may be empty.

    People are left out of every row, the person too: whose it is goes without saying, and others are theirs to tell.
    """
    person = person_of(account)
    with translation.override(account.language), second_lock.opened(person.residence_ids):
        parts = {
            str(known.title): [_told_row(row, known) for row in known.rows(person).order_by("pk")]
            for known in personal()
        }
    return {"le": timezone.now(), **dict(sorted(parts.items()))}


def files_of(account: Account) -> dict[str, bytes]:
    """Return the files that go with it, by their name in the archive."""
    person = person_of(account)
    with second_lock.opened(person.residence_ids):
        return {
            name: content
            for known in personal()
            if known.files
            for row in known.rows(person).order_by("pk")
            for name, content in known.files(row)
        }


def as_json(account: Account) -> str:
    """Return what is told as JSON, readable by a person and by programs (article 20 of the GDPR)."""
    return json.dumps(told(account), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def told_columns(row: Model, fields: Iterable[Field], *, without: Collection[str] = ()) -> dict[str, Any]:
    """Return columns of a row, by their names: a choice by its label, a place by its name, a shape as GeoJSON."""
    return {
        field.name: _told_value(row, field)
        for field in fields
        if field.name not in without and not field.primary_key and field.related_model not in registered()
    }


def _told_row(row: Model, known: Personal) -> dict[str, Any]:
    columns = told_columns(row, row._meta.concrete_fields, without=known.without)
    return columns | (known.also(row) if known.also else {})


def _told_value(row: Model, field: Field) -> Any:
    value = getattr(row, field.name)
    if value is None or isinstance(value, bool | int | float | dict | list):
        return value
    if isinstance(field, BaseSpatialField):
        return json.loads(value.geojson)
    if field.is_relation:
        return str(value)
    return getattr(row, f"get_{field.name}_display")() if field.choices else value
