"""Jobs as every application declares them: named, retried, and told numbers only (privacy.md, 3.7).

    @job()
    def deliver_mail(mail_id: int) -> None: ...        # deliver_mail.defer(mail_id=7), within any transaction

    @job(every="17 3 * * *")
    def forget_late_mails() -> None: ...               # at 3:17 UTC

They stand in the `tasks.py` of their application. A job may be done twice: each deed is one that can be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

#: What fails is tried again after 2, 4, 8 … seconds, for over two hours in all; then it stays, to be seen.
PATIENCE = RetryStrategy(max_attempts=12, exponential_wait=2)
#: Priority of what many people wait for together: a code that one person waits for is sent before.
BEHIND = -10


def job(*, every: str | None = None, priority: int = 0) -> Callable[[Callable[..., None]], Task]:
    """Declare a job by the name of its function; `every` is when it comes by itself, as cron writes it, in UTC."""

    def declare(deed: Callable[..., None]) -> Task:
        if every is None:
            return app.task(name=deed.__name__, retry=PATIENCE, priority=priority)(deed)

        @wraps(deed)
        def due(timestamp: int) -> None:
            deed()

        # Locked, so that one that comes every hour never stands twice in the queue.
        return app.periodic(cron=every)(app.task(name=deed.__name__, retry=PATIENCE, queueing_lock=deed.__name__)(due))

    return declare
