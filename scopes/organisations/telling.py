"""Tells the residents of a mandate who will be able to write to them a week later, and the sender that it is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from geo.models import Residence
from scopes.homes import MembershipQuerySet
from scopes.mass_mail import by_mail, call_off, queue
from scopes.moments import full_day
from scopes.organisation_models import (
    TOLD_BEFORE,
    Mandate,
    MandatedResidence,
    MandatedResidenceQuerySet,
    MandateQuerySet,
)
from scopes.organisations.acting import who_answers_for
from scopes.organisations.covering import members_joined, members_under
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
    mandate.announcement = _message(mandate, mandate.told_at)
    mandate.save(update_fields=["told_at", "announcement"])
    joined = _joined(mandate, mandate.announcement, mandate.told_at)
    queue(mandate.announcement, by_mail(members_under(mandate) | joined))


@transaction.atomic
def tell_of_joined(mandate_id: int) -> None:
    """Write to those whom merges joined to homes of a mandate in the meantime, once, however often it is done.

    Those of its own homes were told with it; nothing is sent to the joined residence for a week.
    """
    mandate = Mandate.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=mandate_id)
    if mandate.told_at is None or mandate.is_over or not mandate.mandated.untold().exists():
        return
    now = timezone.now()
    message = _message(mandate, now, joined=True)
    queue(message, by_mail(_joined(mandate, message, now)))


def _message(mandate: Mandate, now: datetime, *, joined: bool = False) -> MassMessage:
    words = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            name = f"{mandate.organisation.name} ({mandate.organisation.get_kind_display()})"
            words[language] = {"organisation": name, "day": full_day(now + TOLD_BEFORE), "joined": joined}
    return MassMessage.objects.create(template=TEMPLATE, words=words, too_late_at=now + USE)


def _joined(mandate: Mandate, message: MassMessage, now: datetime) -> MembershipQuerySet:
    """Note that this message tells those whom merges joined, and return them."""
    untold = list(mandate.mandated.untold())
    mandate.mandated.untold().update(told_at=now, announcement=message)
    return members_joined(untold)


def left_untold() -> MandateQuerySet:
    """Return the mandates granted long ago whose residents nobody told: the job failed again and again."""
    return Mandate.objects.announced().filter(told_at=None, granted_at__lt=timezone.now() - LONG)


def joined_left_untold() -> MandateQuerySet:
    """Return the mandates that were told, and joined long ago to residents whom nobody told."""
    joined = MandatedResidence.objects.untold().filter(joined_at__lt=timezone.now() - LONG)
    return Mandate.objects.announced().filter(told_at__isnull=False, pk__in=joined.values("mandate"))


def still_told(message: MassMessage, accounts: Collection[int]) -> set[int]:
    """Return those of these people who live under the mandate that a message tells of, as it is handed over."""
    joined = list(MandatedResidence.objects.filter(announcement=message).select_related("mandate"))
    mandate = Mandate.objects.filter(announcement=message).first()
    if mandate is None and not joined:  # queued before it was noted which mandate it tells of
        return set(accounts)
    if (mandate or joined[0].mandate).is_over:
        return set()
    told = members_joined(joined)
    told = members_under(mandate) | told if mandate else told
    return set(told.filter(account__in=accounts).values_list("account", flat=True))


def tell_no_more(mandated: MandatedResidenceQuerySet) -> None:
    """Tell nobody any more of residences that were joined to a mandate."""
    call_off(MassMessage.objects.filter(mandated__in=list(mandated), mandate=None))


def tell_it_is_over(mandate: Mandate, without: Residence | None = None) -> None:
    """Tell no more residents of a mandate that is over, and those responsible that it is, all of it or one residence.

    The mail says neither why nor who doubted; of one that was never granted there is nothing to call off.
    """
    if mandate.granted_at is None:
        return
    if without is None:
        call_off(MassMessage.objects.filter(Q(mandate=mandate) | Q(mandated__mandate=mandate)))
    own = mandate.organisation
    values = {"organisation": own.name, "handle": str(own.handle), "in_part": without is not None}
    for account in who_answers_for(own):
        write_to(account=account, template="mandate_over", use=USE, **values)
