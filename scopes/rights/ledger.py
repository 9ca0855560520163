"""The ledger of erasures: who was erased, as keyed digests, kept where no restored backup can forget it.

The table goes back in time with the database; the file beside it (`ERASURE_LEDGER`) does not. After any restore,
`./manage.py replay_erasures` reads both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from scopes.people import Account
from scopes.rights.records import Erasure


def digest_of(account: Account) -> str:
    """Return the keyed digest of a person's number for life: it tells nothing to whoever lacks the key."""
    return _digest(account.number)


def enter(*, account: Account, with_words: bool) -> Erasure:
    """Write that this account is erased; the file follows once the transaction stands."""
    erasure, _entered = Erasure.objects.get_or_create(digest=digest_of(account), defaults={"with_words": with_words})
    transaction.on_commit(lambda: _append([erasure]))
    return erasure


def write_file() -> int:
    """Bring the file and the table in line, in both directions; return how many lines either lacked.

    Called every day, and before a replay: a crash between a commit and its line loses nothing.
    """
    written = {erasure.digest: erasure for erasure in _read()}
    kept = {erasure.digest: erasure for erasure in Erasure.objects.all()}
    Erasure.objects.bulk_create([written[d] for d in written.keys() - kept.keys()], ignore_conflicts=True)
    _append([kept[d] for d in kept.keys() - written.keys()])
    return len(written.keys() ^ kept.keys())


def erased_accounts() -> Iterator[tuple[int, Erasure]]:
    """Find the accounts that the ledger says are erased, by their keys: those that a restored backup brought back."""
    erasures = {erasure.digest: erasure for erasure in Erasure.objects.all()}
    if not erasures:
        return
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    for account_id, number in Account.objects.values_list("pk", "number").iterator():
        for secret in secrets:
            if erasure := erasures.get(_digest(number, secret)):
                yield account_id, erasure
                break


def _append(erasures: list[Erasure]) -> None:
    """Write lines, and let no crash take them back."""
    path = Path(settings.ERASURE_LEDGER)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        # A line that a crash cut short stays alone on its line.
        file.seek(max(file.tell() - 1, 0))
        file.write("" if file.read() in ("", "\n") else "\n")
        file.write("".join(_line(erasure) for erasure in erasures))
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o600)


def _digest(number: UUID, secret: str | None = None) -> str:
    return salted_hmac("scopes.rights.ledger", str(number), secret=secret, algorithm="sha256").hexdigest()


def _line(erasure: Erasure) -> str:
    told = {"digest": erasure.digest, "at": erasure.erased_at.isoformat(), "with_words": erasure.with_words}
    return json.dumps(told) + "\n"


def _read() -> Iterator[Erasure]:
    """Read the lines of the file; one that a crash cut short is written again from the table."""
    path = Path(settings.ERASURE_LEDGER)
    if not path.exists():
        return
    for line in path.read_text().splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        erased_at = datetime.fromisoformat(told["at"])
        yield Erasure(digest=told["digest"], erased_at=erased_at, with_words=told["with_words"])
