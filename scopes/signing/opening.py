"""Opens accounts: for whoever proved an address, for a child by a parent, and together with a person who cannot."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from scopes.people import Account


def account_at(email: str) -> Account | None:
    """The account of an address."""
    return Account.objects.filter(email=email.lower()).first()


def open_account(*, email: str, first_name: str, last_name: str, language: str) -> Account:
    """Open the account of a proved address, or return the one it has got in the meantime."""
    try:
        with transaction.atomic():
            return Account.objects.create_user(email, first_name=first_name, last_name=last_name, language=language)
    except IntegrityError:
        return Account.objects.get(email=email.lower())
