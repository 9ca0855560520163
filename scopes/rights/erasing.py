"""Erases a person for good: conversations stay readable, without them.

What others answered to is kept without a name, unless the person wants the words erased too; everything else goes.
"""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, QuerySet

from scopes import second_lock
from scopes.people import Account, Alias
from scopes.rights import holding, ledger
from scopes.rights.records import Erasure
from scopes.rights.registry import Person, person_of, personal


@transaction.atomic
def erase(*, account: Account, with_words: bool = False) -> Erasure:
    """Erase everything about a person, and about the children whose accounts hang on this one.

    Returns what the ledger keeps. `with_words` blanks what others answered to as well. All or nothing: a failure
    leaves everything as it was.
    """
    account = Account.objects.select_for_update().get(pk=account.pk)
    wards = list(account.wards.all())
    # Whoever posts from one of these homes has posted before this, or does not any more (`directory.posting`).
    list(account.memberships.select_for_update())
    holding.hold(account=account)
    erasure = ledger.enter(account=account, with_words=with_words)
    person = person_of(account)
    with second_lock.opened(person.residence_ids):
        for known in personal():
            known.erase(known.rows(person), person=person, with_words=with_words)
    for ward in wards:
        erase(account=ward, with_words=with_words)
    return erasure


def replay() -> int:
    """Erase again those whom a restored backup brought back; return how many. Repeating it changes nothing."""
    ledger.write_file()
    returned = list(ledger.erased_accounts())
    for account_id, erasure in returned:
        account = Account.objects.filter(pk=account_id).first()
        if account:  # a child's went with its parent's
            erase(account=account, with_words=erasure.with_words)
    return len(returned)


def leave_nameless(aliases: QuerySet[Alias], *, person: Person, with_words: bool) -> None:
    """Delete the aliases that nothing was said under; the others lose their person and say "une personne partie"."""
    for alias in aliases:
        try:
            with transaction.atomic():
                Alias.objects.filter(pk=alias.pk).delete()
                connection.check_constraints()
        except (ProtectedError, IntegrityError):
            Alias.objects.filter(pk=alias.pk).update(account=None, written_by="", name_was="", name_until=None)


def delete_if_empty(households: QuerySet, *, person: Person, with_words: bool) -> None:
    """Delete the households that nobody belongs to any more; the others live on without the person."""
    households.filter(memberships__isnull=True).delete()
