"""Tells the residents of a mandate who will be able to write to them a week later, and the sender that it is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from geo.models import Residence
from scopes.mass_mail import by_mail, call_off, queue
from scopes.moments import full_day
from scopes.organisation_models import TOLD_BEFORE, Mandate, MandateQuerySet
from scopes.organisations.acting import who_answers_for
from scopes.organisations.covering import members_under
from scopes.outgoing_mail import MassMessage
from scopes.sending import write_to

#: How long it is tried to tell someone.
USE = timedelta(days=3)
TEMPLATE = "mandate"
#: Longer than a job is tried (`scopes.jobs.PATIENCE`).
LONG = timedelta(hours=3)


@transaction.atomic
def tell_of_mandate(mandate_id: int) -> None:
    """Write to each current member of the residences or the area, once, however often it is done.

    A mandate that nobody lives under is told of all the same: its week begins, and whoever comes later reads it on
    the page of the home. The mail names no building.
    """
    mandate = Mandate.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=mandate_id)
    if mandate.told_at or mandate.ended_at or mandate.granted_at is None:
        return
    mandate.told_at = timezone.now()
    words = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            name = f"{mandate.organisation.name} ({mandate.organisation.get_kind_display()})"
            words[language] = {"organisation": name, "day": full_day(mandate.told_at + TOLD_BEFORE)}
    message = MassMessage.objects.create(template=TEMPLATE, words=words, too_late_at=mandate.told_at + USE)
    mandate.announcement = message
    mandate.save(update_fields=["told_at", "announcement"])
    queue(message, by_mail(members_under(mandate)))


def left_untold() -> MandateQuerySet:
    """Return the mandates granted long ago whose residents nobody told: the job failed again and again."""
    return Mandate.objects.announced().filter(told_at=None, granted_at__lt=timezone.now() - LONG)


def still_told(message: MassMessage, accounts: Collection[int]) -> set[int]:
    """Return those of these people who live under the mandate that a message tells of, as it is handed over."""
    mandate = Mandate.objects.filter(announcement=message).first()
    if mandate is None:  # queued before it was noted which mandate it tells of
        return set(accounts)
    if mandate.is_over:
        return set()
    return set(members_under(mandate).filter(account__in=accounts).values_list("account", flat=True))


def tell_it_is_over(mandate: Mandate, without: Residence | None = None) -> None:
    """Tell no more residents of a mandate that is over, and those responsible that it is, all of it or one residence.

    The mail says neither why nor who doubted; of one that was never granted there is nothing to call off.
    """
    if mandate.granted_at is None:
        return
    if without is None:
        call_off(MassMessage.objects.filter(mandate=mandate))
    own = mandate.organisation
    values = {"organisation": own.name, "handle": str(own.handle), "in_part": without is not None}
    for account in who_answers_for(own):
        write_to(account=account, template="mandate_over", use=USE, **values)
