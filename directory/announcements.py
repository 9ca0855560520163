"""Has residents told of a mailing (`directory.announcing`), and no more of one that was taken back or is over."""

from __future__ import annotations

from directory.models import Mailing
from directory.notice_readers import memberships_told, without_hidden
from scopes import mass_mail
from scopes.models import Mandate, MassMessage


def announce(mailing: Mailing) -> None:
    """Have residents told once they can read it: until then it can be taken back, and nobody knows."""
    from directory.tasks import tell_of_notice  # the task calls `announcing`

    tell_of_notice.configure(schedule_at=mailing.sent_at).defer(mailing_id=mailing.pk)


def call_off(mailing: Mailing, *, inside: int | None = None) -> None:
    """Tell nobody any more; `inside` one residence where it was hidden, nobody who would read it there alone."""
    messages = MassMessage.objects.filter(announcement__mailing=mailing)
    if inside is None:
        mass_mail.call_off(messages)
        return
    told = memberships_told(mailing)
    elsewhere = without_hidden(told, mailing).values("account")
    there = told.filter(residence=inside).exclude(account__in=elsewhere)
    mass_mail.call_off_for(messages, there.values("account"))


def call_off_under(mandate: Mandate) -> None:
    """Tell nobody any more of anything that was sent under a mandate."""
    mass_mail.call_off(MassMessage.objects.filter(announcement__mailing__mandate=mandate))
