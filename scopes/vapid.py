"""The key by which push services know this site (VAPID, RFC 8292): made once an installation, or given by its owner."""

from __future__ import annotations

import base64
import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid


def signing_key() -> Vapid:
    """Return the private key: of the settings, else of a file that nobody else may read, made when first asked for."""
    return _read(settings.VAPID_KEY, str(settings.VAPID_FILE))


def public_key() -> str:
    """Return what a browser is told when it subscribes: an uncompressed point, in base64url."""
    point = signing_key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def contact() -> str:
    """Whom a push service writes to about what we send."""
    return settings.PUBLISHER["contact"] if "@" in settings.PUBLISHER["contact"] else settings.DEFAULT_FROM_EMAIL


@cache
def _read(given: str, file: str) -> Vapid:
    return Vapid.from_raw(given.encode()) if given else Vapid.from_pem(_kept(Path(file)))


def _kept(file: Path) -> bytes:
    """Read the file; of several processes that make it at once, the first one's stands."""
    if not file.exists():
        key = Vapid()
        key.generate_keys()
        draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_bytes(key.private_pem())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_bytes()
