"""Has residents told of a mailing (`directory.announcing`), and no more of one that was taken back or is over."""

from __future__ import annotations

from directory.models import Announcement, Mailing
from scopes import mass_mail


def announce(mailing: Mailing) -> None:
    """Have residents told once they can read it: until then it can be taken back, and nobody knows."""
    from directory.tasks import tell_of_notice  # the task calls `announcing`

    tell_of_notice.configure(schedule_at=mailing.sent_at).defer(mailing_id=mailing.pk)


def call_off(mailing: Mailing) -> None:
    """Tell nobody any more."""
    for announced in Announcement.objects.filter(mailing=mailing).select_related("message"):
        mass_mail.call_off(announced.message)
