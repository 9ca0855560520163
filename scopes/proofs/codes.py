"""Codes that people read on paper and type in: easy to read aloud, and kept as keyed hashes alone."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac

from scopes.code_models import Code

#: Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O or U, which are read as 1, 1, 0 and V.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Symbols: 50 bits. At ten attempts a day each, a million accounts would take 300,000 years to try them all.
LENGTH = 10

_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_code() -> str:
    """Return a random code, in capitals without separators."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spaced(code: str) -> str:
    """Return the code as it is printed: "4K7QW-2M9XT"."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def as_typed(text: str) -> str:
    """Return the code that was typed: in capitals, without separators, look-alikes as the alphabet has them."""
    return "".join(letter for letter in text.upper() if letter.isalnum()).translate(_READ_AS)[: 2 * LENGTH]


def digest_of(text: str) -> str:
    """Return the keyed hash a code is kept as (HMAC-SHA-256 under the instance's secret key)."""
    return salted_hmac("scopes.proofs.codes", as_typed(text), algorithm="sha256").hexdigest()


def make_code(*, kind: Code.Kind, expires_at: datetime, **columns: object) -> tuple[str, Code]:
    """Make a code; the text is returned once and kept nowhere."""
    text = new_code()
    code = Code.objects.create(kind=kind, digest=digest_of(text), expires_at=expires_at, **columns)
    return text, code


def revoke(codes) -> None:
    """Take these codes back: they answer like unknown ones from now on."""
    codes.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
