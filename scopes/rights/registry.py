"""What the database knows of a person, model by model: what an export tells of it, and what erasing makes of it.

Each app registers its own models in `AppConfig.ready()`; a test fails for a model from which foreign keys lead to a
person and which is not registered (design.md, section 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.db.models import Model, QuerySet

from geo.models import Residence
from scopes.homes import Household, Membership
from scopes.people import Account, Alias

#: A model is about people when foreign keys lead from it to one of these.
PEOPLE: tuple[type[Model], ...] = (Account, Alias, Membership, Household)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the database knows one person by; ended memberships and homes left are among them."""

    account_id: int
    emails: tuple[str, ...]
    alias_ids: tuple[int, ...]
    membership_ids: tuple[int, ...]
    household_ids: tuple[int, ...]
    #: Where anything of the person may be: for `second_lock.opened` alone.
    residence_ids: tuple[int, ...]


def person_of(account: Account) -> Person:
    """Gather what one person is known by.

    A home left long ago is forgotten, what was said in it is not: its residence is among those of the alias's cell.
    """
    memberships = list(account.memberships.values_list("pk", "household_id", "residence_id"))
    cells = account.aliases.values_list("cell", "cell__merged_into")
    cell_ids = {cell for pair in cells for cell in pair if cell}
    near = Residence.objects.filter(public_cell__in=cell_ids).values_list("pk", flat=True)
    return Person(
        account_id=account.pk,
        emails=(account.email,) if account.email else (),
        alias_ids=tuple(account.aliases.values_list("pk", flat=True)),
        membership_ids=tuple(pk for pk, _household, _residence in memberships),
        household_ids=tuple(sorted({household for _pk, household, _residence in memberships})),
        residence_ids=tuple(sorted({*near, *(residence for _pk, _household, residence in memberships)})),
    )


def delete(rows: QuerySet, *, person: Person, with_words: bool) -> None:
    """Erase the rows themselves."""
    rows.delete()


def keep(rows: QuerySet, *, person: Person, with_words: bool) -> None:
    """Leave the rows: they name nobody once the alias they point to has lost its person."""


def nameless(column: str) -> Callable[..., None]:
    """Return what keeps rows that are someone else's too, without the account in this column."""

    def leave(rows: QuerySet, *, person: Person, with_words: bool) -> None:
        rows.update(**{column: None})

    return leave


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What one model knows of people."""

    model: type[Model]
    #: Name of its part in an export, and of its line in the privacy notice; translated when shown.
    title: Any
    #: Why it is kept, and until when, in the words of the privacy notice.
    purpose: Any
    kept: Any
    #: The rows about one person.
    rows: Callable[[Person], QuerySet]
    #: Columns that an export leaves out: secrets, and what is about other people.
    without: frozenset[str] = frozenset()
    #: What an export tells of a row besides its columns.
    also: Callable[[Any], dict[str, Any]] | None = None
    #: Files that an export takes along: name in the archive and content.
    files: Callable[[Any], Iterable[tuple[str, bytes]]] | None = None
    #: What erasing makes of the rows; `with_words` when the person wants what was written erased too.
    erase: Callable[..., None] = delete


_personal: dict[type[Model], Personal] = {}
_parts: dict[type[Model], type[Model]] = {}


def register(model: type[Model], **told: Any) -> None:
    """Say what a model knows of people; see `Personal`. Called in `AppConfig.ready()`."""
    _personal[model] = Personal(model=model, **told)


def part(model: type[Model], *, of: type[Model]) -> None:
    """Say that a model's rows tell nothing of a person by themselves: they come and go with those of another."""
    _parts[model] = of


def registered() -> set[type[Model]]:
    """All models that someone spoke for."""
    return {*_personal, *_parts}


def personal() -> Iterator[Personal]:
    """Give what is known, a model before those it points to: in this order rows can be deleted."""
    graph = {model: {other for other in _personal if model in _targets(other)} for model in _personal}
    return (_personal[model] for model in TopologicalSorter(graph).static_order())


def reaching_people(models: Iterable[type[Model]]) -> set[type[Model]]:
    """Find the models from which a path of foreign keys leads to a person; itself one of `PEOPLE`, or a child table."""
    models = list(models)
    reached = set(PEOPLE)
    while more := {model for model in models if model not in reached and _targets(model) & reached}:
        reached |= more
    return reached


def _targets(model: type[Model]) -> set[type[Model]]:
    """The other models that a model's foreign keys point to."""
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation} - {model}
