"""Publishes, edits and withdraws listings; the entry that search reads changes in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.categories import tree
from directory.entries_sql import WITHDRAW_ENTRIES, WRITE_ENTRIES, WRITE_FEW_ENTRIES
from directory.models import (
    Association,
    Category,
    Event,
    Kind,
    Listing,
    Merchant,
    News,
    Promotion,
    PublicPlace,
    Service,
)
from directory.opening import readable
from directory.renewing import FEW, few_schedules, stage_schedules
from directory.ride_entries_sql import FORGET_RIDES, RIDES_AMONG, WRITE_RIDES
from geo.errors import InvalidParameter
from geo.models import Municipality
from geo.prepared import prepared_rows
from scopes.models import Openness
from scopes.moments import today_at

#: What an owner may change, and an import then leaves alone.
EDITABLE = (
    "title", "category", "description", "address", "phone", "email", "website", "opening_hours", "opening_hours_text",
    "wheelchair",
)  # fmt: skip
#: Key of `Listing.edits` that says that the owner took it out of sight: no import brings it back.
WITHDRAWN = "withdrawn"
#: What that key says where the staff or a town hall did, for want of a keeper, who may still come and claim the page.
BY_OTHERS = "others"
#: Key of `Listing.edits` that says that an owner keeps it (`directory.claiming`): no import takes it away.
KEPT = "kept"
#: Key of `Listing.edits` that says in which month who keeps the page said that it holds: "2026-11".
CHECKED = "checked"

MODELS: dict[str, type[Listing]] = {
    Kind.MERCHANT: Merchant,
    Kind.PLACE: PublicPlace,
    Kind.ASSOCIATION: Association,
    Kind.SERVICE: Service,
    Kind.EVENT: Event,
    Kind.NEWS: News,
    Kind.PROMOTION: Promotion,
}


@transaction.atomic
def publish(*, category: str, title: str, municipality: Municipality, **columns: Any) -> Listing:
    """Publish one listing of the kind that its category belongs to, public by default; return it.

    `columns` are those of the kind's model (`location`, `phone`, `direction`, …).
    """
    node = tree()[category]
    _check_hours(columns)
    listing = MODELS[node.kind].objects.create(
        kind=node.kind,
        category=Category.objects.get(code=category),
        title=title,
        municipality=municipality,
        insee_code=municipality.insee_code,
        department=municipality.department,
        openness=columns.pop("openness", Openness.PUBLIC),
        **columns,
    )
    refresh_entries([listing.pk])
    return listing


@transaction.atomic
def edit(*, listing: Listing, **columns: Any) -> Listing:
    """Change columns as the owner says; kept in `edits`, so that no import takes them back.

    Raises `InvalidParameter` naming the column that may not be changed, or not so.
    """
    if unknown := sorted(columns.keys() - set(EDITABLE)):
        raise InvalidParameter(unknown[0], _("Ce champ ne se modifie pas."))
    _check_hours(columns)
    listing = MODELS[listing.kind].objects.select_for_update().get(pk=listing.pk)
    for column, value in columns.items():
        setattr(listing, column, _category(value, listing.kind) if column == "category" else value)
    listing.edits = {**listing.edits, **columns}
    try:
        listing.full_clean(exclude=["public_id"])
    except ValidationError as error:
        column, messages = next(iter(error.message_dict.items()))
        raise InvalidParameter(column, messages[0]) from error
    listing.save()
    refresh_pages([listing.pk])
    return listing


@transaction.atomic
def withdraw(*, listing: Listing, by_others: bool = False) -> Listing:
    """Take a listing out of sight for good, by its owner or by others: it is kept, and no import brings it back."""
    listing.withdrawn_at = timezone.now()
    listing.edits = {**listing.edits, WITHDRAWN: BY_OTHERS if by_others else True}
    listing.save(update_fields=["withdrawn_at", "edits"])
    refresh_entries([listing.pk])
    return listing


def check_today(*, listing: Listing) -> None:
    """Note of a locked listing that it holds, in this month by the clock of its town; a source may still forget it."""
    month = today_at(listing.municipality.time_zone).strftime("%Y-%m")
    listing.edits = {**listing.edits, CHECKED: month}
    listing.save(update_fields=["edits"])
    refresh_entries([listing.pk])


def _category(code: str, kind: str) -> Category:
    """Return a category of this kind: an owner says what a place is, not that it is something else altogether."""
    category = Category.objects.filter(code=code, kind=kind, parent__isnull=False).first()
    if category is None:
        raise InvalidParameter("category", _("Choisissez ce que c’est."))
    return category


def _check_hours(columns: Mapping[str, Any]) -> None:
    """Refuse hours that could not be evaluated: what is shown as text has a column of its own."""
    hours = columns.get("opening_hours", "")
    if hours and readable(hours) != hours:
        raise InvalidParameter("opening_hours", _("Ces horaires ne sont pas dans la syntaxe d'OpenStreetMap."))


#: Listings of which entries are brought in line at the end of a block; none outside of one.
_gathered: ContextVar[set[int] | None] = ContextVar("gathered", default=None)


@contextmanager
def refreshed_together() -> Iterator[None]:
    """Bring the search entries of all that a block publishes in line at its end, at once; nobody searches meanwhile."""
    gathering = _gathered.set(set())
    try:
        yield
        gathered = _gathered.get()
    finally:
        _gathered.reset(gathering)
    refresh_entries(gathered)


@transaction.atomic
def refresh_pages(listing_ids: Collection[int]) -> None:
    """Bring the entries of these places in line, and of what is said from them, which is found by their sign."""
    said = (model.objects.filter(place__in=listing_ids).values_list("pk", flat=True) for model in (News, Promotion))
    refresh_entries([*listing_ids, *chain.from_iterable(said)])


@transaction.atomic
def refresh_entries(listing_ids: Collection[int]) -> None:
    """Bring the search entries of these listings in line with them, in a few statements however many they are."""
    if (gathered := _gathered.get()) is not None:
        gathered.update(listing_ids)
        return
    if not listing_ids:
        return
    ids = list(listing_ids)
    with connection.cursor() as cursor:
        cursor.execute(WITHDRAW_ENTRIES, {"listings": ids})
        if len(ids) > FEW:
            stage_schedules(ids)
            cursor.execute(WRITE_ENTRIES, {"listings": ids})
        else:
            few = {"listings": ids, "schedules": few_schedules(ids)}
            prepared_rows(f"{WRITE_FEW_ENTRIES} RETURNING listing_id", few)
        if prepared_rows(RIDES_AMONG, {"listings": ids}):
            cursor.execute(FORGET_RIDES, {"listings": ids})
            cursor.execute(WRITE_RIDES, {"listings": ids})
