"""Jobs of people and their circles."""

from __future__ import annotations

from scopes import reach_table, sending
from scopes.jobs import job


@job()
def deliver_mail(mail_id: int) -> None:
    """Send one mail."""
    sending.deliver(mail_id)


@job(every="17 * * * *")
def forget_late_mails() -> None:
    """Forget what could not be sent in time."""
    sending.forget_late_mails()


@job(every="7 2 * * *")
def renew_reach() -> None:
    """Count the homes connected, on the first night of a quarter or as soon after as a worker runs."""
    reach_table.renew_reach()
