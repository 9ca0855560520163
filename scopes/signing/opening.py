"""Opens accounts: for whoever proved an address, for a child by a parent, and together with a person who cannot."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from scopes.people import Account


def account_at(email: str) -> Account | None:
    """The account of an address."""
    return Account.objects.filter(email=email.lower()).first()


def open_account(*, email: str | None, first_name: str, last_name: str, language: str, **columns: object) -> Account:
    """Open the account of a proved address, or return the one it has got in the meantime; without address, open one.

    `guardian` is the parent of a child under 15, `opened_with` who helped a person that could not alone.
    """
    names = {"first_name": first_name, "last_name": last_name}
    try:
        with transaction.atomic():
            return Account.objects.create_user(email or None, language=language, **names, **columns)
    except IntegrityError:
        return Account.objects.get(email=email.lower())


def come_of_age(*, guardian: Account, child_id: int) -> None:
    """Let a child's account be the child's own; nothing for an account that is not of one's child."""
    Account.objects.filter(pk=child_id, guardian=guardian).update(guardian=None)


@transaction.atomic
def change_address(*, account: Account, email: str) -> str | None:
    """Give an account the address that was just proved, and return the earlier one.

    Raises `IntegrityError` for an address that another account has.
    """
    held = Account.objects.select_for_update().get(pk=account.pk)
    earlier, held.email = held.email, email
    held.save(update_fields=["email"])
    return earlier
