"""Does what a request asks once, however often and at whatever moment it is sent (`Idempotency-Key`).

The name of the request is written first, in the transaction of the deed: the same request sent meanwhile waits for it
at the unique index, and reads the answer once it is committed. A process killed in between leaves neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from directory.errors import AnotherRequest, StillAnswering
from directory.key_models import KeptAnswer
from geo.errors import AlentourError
from scopes.models import ApiKey

KEPT = timedelta(hours=48)
#: How long the same request waits for the first, in milliseconds.
PATIENCE = 5_000
#: Headers that are part of an answer.
TOLD = ("Content-Type", "Location")
#: Answers that another try may better: they are not kept.
PASSING = frozenset((401, 409, 429))


def answered_once(
    *,
    key: ApiKey,
    name: str,
    body: bytes,
    deed: Callable[[], HttpResponse],
    refusal: Callable[[Exception], HttpResponse],
) -> HttpResponse:
    """Return the answer of the deed, or the one kept of this name; `refusal` puts an error of the deed in words.

    What a deed that fails wrote is undone, its answer is kept. Raises `AnotherRequest` for another body under the same
    name, `StillAnswering` where the first does not end.
    """
    digests = {"name": _digest(name.encode()), "body": _digest(body)}
    with transaction.atomic():
        kept = _begun(key, digests)
        if kept is None:
            return _again(key, digests)
        try:
            with transaction.atomic():
                answer = deed()
        except AlentourError as error:
            answer = refusal(error)
        if answer.status_code in PASSING or answer.status_code >= 500:
            kept.delete()
            return answer
        kept.status, kept.content = answer.status_code, answer.content
        kept.headers = {header: answer[header] for header in TOLD if header in answer}
        kept.save(update_fields=["status", "content", "headers"])
        return answer


def forget_kept_answers() -> int:
    """Forget the answers whose time is over; return how many."""
    return KeptAnswer.objects.filter(made_at__lt=timezone.now() - KEPT).delete()[0]


def _begun(key: ApiKey, digests: dict[str, str]) -> KeptAnswer | None:
    """Write the name of the request; nothing where it is written already. Waits for who is writing it."""
    _wait_at_most(PATIENCE)
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(key=key, **digests)
    except IntegrityError:
        return None
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise StillAnswering from error
        raise
    finally:
        if not connection.needs_rollback:
            _wait_at_most(0)


def _wait_at_most(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])


def _again(key: ApiKey, digests: dict[str, str]) -> HttpResponse:
    kept = KeptAnswer.objects.filter(key=key, name=digests["name"]).first()
    if kept is None:  # forgotten this very moment
        raise StillAnswering
    if kept.body != digests["body"]:
        raise AnotherRequest
    return HttpResponse(bytes(kept.content), status=kept.status, headers=kept.headers)


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
