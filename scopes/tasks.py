"""Jobs of people and their circles: numbers are all that a job is told (privacy.md, 3.7)."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from scopes import sending

#: A mail server that is away is asked again after 2, 4, 8 … seconds, for over two hours in all.
PATIENCE = RetryStrategy(max_attempts=12, exponential_wait=2)


@app.task(name="deliver_mail", queue="mail", retry=PATIENCE)
def deliver_mail(mail_id: int) -> None:
    """Send one mail."""
    sending.deliver(mail_id)


@app.periodic(cron="17 * * * *")
@app.task(name="forget_late_mails", queueing_lock="forget_late_mails")
def forget_late_mails(timestamp: int) -> None:
    """Forget what could not be sent in time."""
    sending.forget_late_mails()
