"""Keeps what the law makes a host keep of a closed account: sealed for the town alone, and erased in time.

A libsodium sealed box (https://doc.libsodium.org/public-key_cryptography/sealed_boxes): this machine holds the public
key and can only close it. Without a key in the settings nothing is kept. Who asks the town with a judge's order names
the public id under a message; the town opens the boxes where its private key is, and finds the one that lists it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from nacl.encoding import Base64Encoder
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from geo.errors import InvalidParameter
from scopes.people import Account
from scopes.rights.records import HeldIdentity

#: Decree 2021-1362, article 2: five years after the end of the contract (docs/legal.md, 11).
HELD = timedelta(days=5 * 365)


def holds_identities() -> bool:
    """Whether the town gave a key: what the privacy notice says depends on it."""
    return bool(settings.HELD_IDENTITIES_KEY)


def hold(*, account: Account) -> HeldIdentity | None:
    """Seal the name and address of someone about to be erased, with the ids they wrote under; nothing without a key."""
    if not holds_identities():
        return None
    identity = {
        "first_name": account.first_name,
        "last_name": account.last_name,
        "email": account.email,
        "joined_on": account.joined_on.isoformat(),
        "closed_on": timezone.localdate().isoformat(),
        "public_ids": [str(alias.public_id) for alias in account.aliases.order_by("pk")],
    }
    box = SealedBox(PublicKey(settings.HELD_IDENTITIES_KEY.encode(), encoder=Base64Encoder))
    sealed = box.encrypt(json.dumps(identity).encode())
    return HeldIdentity.objects.create(sealed=sealed, until=timezone.localdate() + HELD)


def let_go(*, on: date | None = None) -> int:
    """Erase the identities whose time is over; return how many."""
    return HeldIdentity.objects.filter(until__lt=on or timezone.localdate()).delete()[0]


def new_keys() -> tuple[str, str]:
    """Make a private key, for the town's safe, and the public key, for the settings; both in base64."""
    private = PrivateKey.generate()
    return private.encode(Base64Encoder).decode(), private.public_key.encode(Base64Encoder).decode()


def open_boxes(private_key: str, *, public_id: str) -> Iterator[dict]:
    """Find the identity behind a public id among those kept, with the key from the town's safe.

    Raises `InvalidParameter` naming `private_key` when it is no key, or opens none of the boxes.
    """
    try:
        box = SealedBox(PrivateKey(private_key.strip().encode(), encoder=Base64Encoder))
        identities = [json.loads(box.decrypt(bytes(held.sealed))) for held in HeldIdentity.objects.all()]
    except (CryptoError, ValueError, TypeError) as error:
        raise InvalidParameter("private_key", _("Cette clé n’ouvre pas ce qui est gardé ici.")) from error
    return (identity for identity in identities if public_id in identity["public_ids"])
