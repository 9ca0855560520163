"""Makes the file with everything about a person, and lets that person fetch it for a day."""

from __future__ import annotations

import contextlib
import hashlib
import io
import secrets
import zipfile
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from geo.errors import NotFound
from scopes.people import Account
from scopes.rights.exporting import as_json, files_of
from scopes.rights.records import Archive
from scopes.sending import write_to

#: For how long an archive can be fetched.
FETCHABLE = timedelta(hours=24)
STORAGE = "archives"
DATA = "alentour.json"


def make_archive(*, account: Account) -> tuple[Archive, str]:
    """Put everything about a person into one file; return its row, and the token that fetches it.

    An archive made before is deleted: there is one at a time.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DATA, as_json(account))
        for name, file in files_of(account).items():
            archive.writestr(name, file)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        delete_archives(account.archives.all())
        name = storages[STORAGE].save(f"{secrets.token_hex(16)}.zip", ContentFile(content.getvalue()))
        now = timezone.now()
        row = Archive.objects.create(
            account=account, token_digest=_digest(token), file=name, made_at=now, until=now + FETCHABLE
        )
    return row, token


def hand_over(*, account: Account) -> None:
    """Make the archive and write to the person where to fetch it."""
    _row, token = make_archive(account=account)
    write_to(account=account, template="archive", use=FETCHABLE, token=token)


def standing_archive(*, account_id: int, at: datetime | None = None) -> Archive | None:
    """Return the archive that can be fetched now."""
    return Archive.objects.filter(account=account_id, until__gt=at or timezone.now()).first()


def fetch_archive(*, account_id: int, token: str, at: datetime | None = None) -> bytes:
    """Return the file that a token fetches for this person.

    Raises `NotFound`, in the same words, for a token that is unknown, too old, or another's.
    """
    row = standing_archive(account_id=account_id, at=at)
    if row is None or not constant_time_compare(row.token_digest, _digest(token)):
        raise NotFound
    return content_of(row)


def content_of(archive: Archive) -> bytes:
    """Return the file of an archive; raises `NotFound` when it is gone."""
    try:
        with storages[STORAGE].open(archive.file) as file:
            return file.read()
    except FileNotFoundError:
        raise NotFound from None


def delete_old_archives(*, at: datetime | None = None) -> int:
    """Delete the archives whose day is over, and files of that age that a crash left behind; return how many rows."""
    at = at or timezone.now()
    old = Archive.objects.filter(until__lte=at)
    count = old.count()
    delete_archives(old)
    storage = storages[STORAGE]
    with contextlib.suppress(FileNotFoundError):  # nobody ever asked for one
        known = set(Archive.objects.values_list("file", flat=True))
        for name in set(storage.listdir("")[1]) - known:
            if storage.get_created_time(name) <= at - FETCHABLE:
                storage.delete(name)
    return count


def delete_archives(archives: QuerySet[Archive], **erased: object) -> None:
    """Delete archives and, once that stands, their files."""
    names = list(archives.values_list("file", flat=True))
    archives.delete()
    transaction.on_commit(lambda: [storages[STORAGE].delete(name) for name in names])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
