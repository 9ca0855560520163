"""Takes another name: read at once at the chosen home, at each other home on a day of its own.

Were it everywhere at once, whoever reads in two circles would see two people change on one day, and know that they are
one (privacy.md, 3.6). What they are called already is the same; that they change together would be the proof.
"""

from __future__ import annotations

from datetime import timedelta
from secrets import randbelow

from django.db import transaction
from django.utils import timezone

from scopes.people import Account, Alias

#: Days within which every home shows the new name.
WITHIN = 30


@transaction.atomic
def rename(*, account: Account, first_name: str, last_name: str) -> Account:
    """Call a person by another name; nothing waits where others read the same, or where there is one home only."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    before = [(alias, alias.shown_name) for alias in _other_aliases(account)]
    account.first_name, account.last_name = first_name, last_name
    account.save(update_fields=["first_name", "last_name"])
    today = timezone.localdate()
    Alias.objects.filter(account=account).exclude(pk__in=[alias.pk for alias, _name in before]).update(
        name_was="", name_until=None
    )
    for alias, name in before:
        # A name that waits already goes on waiting for the same day: a second correction is read with the first.
        if name != account.shown_name and not (alias.name_until and alias.name_until > today):
            until = today + timedelta(days=1 + randbelow(WITHIN))
            Alias.objects.filter(pk=alias.pk).update(name_was=name, name_until=until)
    return account


def has_other_homes(account: Account) -> bool:
    """Whether others read the person under more than one alias."""
    return bool(_other_aliases(account))


def forget_former_names() -> int:
    """Forget the names whose day has come; return how many."""
    due = Alias.objects.filter(name_until__lte=timezone.localdate())
    return due.update(name_was="", name_until=None)


def _other_aliases(account: Account) -> list[Alias]:
    """Every alias but that of the chosen home: of other homes, and of those that were left."""
    aliases = Alias.objects.select_related("account").filter(account=account).order_by("pk")
    chosen = aliases.filter(membership__chosen=True).first() or aliases.last()
    return [alias for alias in aliases if alias.pk != chosen.pk] if chosen else []
