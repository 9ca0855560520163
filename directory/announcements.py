"""Has residents told of a mailing (`directory.announcing`), and no more of one that was taken back or is over."""

from __future__ import annotations

from directory.models import Mailing
from scopes import mass_mail
from scopes.models import Mandate, MassMessage


def announce(mailing: Mailing) -> None:
    """Have residents told once they can read it: until then it can be taken back, and nobody knows."""
    from directory.tasks import tell_of_notice  # the task calls `announcing`

    tell_of_notice.configure(schedule_at=mailing.sent_at).defer(mailing_id=mailing.pk)


def call_off(mailing: Mailing) -> None:
    """Tell nobody any more."""
    mass_mail.call_off(MassMessage.objects.filter(announcement__mailing=mailing))


def call_off_under(mandate: Mandate) -> None:
    """Tell nobody any more of anything that was sent under a mandate."""
    mass_mail.call_off(MassMessage.objects.filter(announcement__mailing__mandate=mandate))
