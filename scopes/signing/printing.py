"""Prints codes for whoever has no e-mail, and lets in whoever types one."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from scopes.people import Account
from scopes.printed_codes import ALPHABET, AS_READ, LENGTH, ON_A_SHEET, PrintedCode

#: Letters and figures are read and typed in groups.
GROUP = 4


@transaction.atomic
def print_codes(*, account: Account) -> list[str]:
    """Make a sheet of codes in groups of four, and forget those of earlier sheets; the only time they can be read."""
    Account.objects.select_for_update().get(pk=account.pk)
    account.printed_codes.all().delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(ON_A_SHEET)]
    PrintedCode.objects.bulk_create(PrintedCode(account=account, digest=_digest(code)) for code in codes)
    return ["-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP)) for code in codes]


def use_printed_code(*, typed: str) -> Account | None:
    """Return whose code it is, and use it up; nothing for any other text."""
    digest = _digest("".join(filter(str.isalnum, typed.upper())).translate(AS_READ))
    code = PrintedCode.objects.unused().filter(digest=digest).select_related("account").first()
    used_up = PrintedCode.objects.unused().filter(digest=digest).update(used_on=timezone.localdate())
    return code.account if code and used_up else None


def _digest(code: str) -> str:
    return salted_hmac("scopes.signing.printing", code, algorithm="sha256").hexdigest()
