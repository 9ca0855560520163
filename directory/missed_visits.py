"""Tells a circle that a planned visit was not confirmed, two hours after its time; not why, nor whose.

At night only those who chose it; the others in the morning, unless someone has confirmed it by then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, CharField, DateTimeField, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from directory.announcing import awake
from directory.models import HelpSlot, HelpVisit, Trusted
from directory.rota_models import PATIENCE, TimeOfDay, over_at
from scopes import mass_mail
from scopes.models import MassMessage, MessageCopy, PushSubscription

#: Name of its text.
VISIT = "visit"
#: A job that stood still for longer tells nothing of what is past.
LATEST = timedelta(hours=12)
#: Who was away for so long reads it on the site.
USE = timedelta(days=1)
A_DAY = timedelta(days=1)


def tell_of_missed_visits() -> int:
    """Tell of each visit that was taken, is over, and nobody confirmed; once. Return how many."""
    now = timezone.now()
    zones = HelpSlot.objects.filter(help__ended_at=None).order_by().values_list("help__municipality__time_zone")
    due = [one for (zone,) in zones.distinct() for one in _due(zone, now)]
    return sum(_tell(slot_id, on) for slot_id, on in due)


def still_missed(message: MassMessage, accounts: Collection[int]) -> Set[int]:
    """Those of the circle whom it is still for: nobody, once someone has confirmed the visit."""
    missed = HelpVisit.objects.filter(telling=message, done_at=None, slot__help__ended_at=None)
    told = Trusted.objects.accepted().filter(help__in=missed.values("slot__help"), is_told=True, account__in=accounts)
    return set(told.values_list("account", flat=True))


def _due(zone: str, now: datetime) -> Iterator[tuple[int, date]]:
    """Slots of a time zone, with the day on which each should have been visited."""
    today = now.astimezone(over_at(now.date(), TimeOfDay.NOON, time_zone=zone).tzinfo).date()
    for on in (today - A_DAY, today):
        for time_of_day in TimeOfDay:
            over = over_at(on, time_of_day, time_zone=zone)
            if not timedelta() <= now - (over + PATIENCE) < LATEST:
                continue
            said = HelpVisit.objects.filter(slot=OuterRef("pk"), on=on)
            said = said.filter(Q(done_at__isnull=False) | Q(missed_at__isnull=False))
            slots = HelpSlot.objects.filter(~Exists(said), help__ended_at=None, help__municipality__time_zone=zone)
            taken = slots.filter(taken_by__isnull=False, taken_at__lt=over)
            for pk in taken.filter(weekday=on.isoweekday(), time_of_day=time_of_day).values_list("pk", flat=True):
                yield pk, on


@transaction.atomic
def _tell(slot_id: int, on: date) -> bool:
    held = HelpSlot.objects.select_for_update(of=["self"]).select_related("help__municipality")
    slot = held.filter(pk=slot_id).first()
    if slot is None:  # dropped since
        return False
    visit, _made = HelpVisit.objects.get_or_create(slot=slot, on=on)
    if visit.done_at or visit.missed_at:
        return False
    visit.missed_at, visit.telling = timezone.now(), _message(slot)
    visit.save(update_fields=["missed_at", "telling"])
    mass_mail.queue(visit.telling, _recipients(slot))
    return True


def _recipients(slot: HelpSlot) -> QuerySet:
    """Those of the circle who wish to be told, once each: on their devices, else by mail."""
    now = timezone.now()
    morning = awake(now, time_zone=slot.help.municipality.time_zone)
    pushed = Exists(PushSubscription.objects.filter(account=OuterRef("account")))
    circle = Trusted.objects.accepted().filter(help=slot.help, is_told=True, account__is_active=True)
    reached = circle.filter(pushed | Q(account__email__isnull=False)).order_by("account")
    means = Case(
        When(pushed, then=Value(MessageCopy.Means.PUSH)),
        default=Value(MessageCopy.Means.MAIL),
        output_field=CharField(),
    )
    due_at = Case(When(at_night=True, then=Value(now)), default=Value(morning), output_field=DateTimeField())
    return reached.annotate(means=means, due_at=due_at).values_list("account", "means", "due_at")


def _message(slot: HelpSlot) -> MassMessage:
    """Say it in each language: no name, no title, no reason."""
    words, pushed = {}, {}
    path = reverse("help", args=[slot.help.public_id])
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words[language] = {"path": path}
            pushed[language] = {
                "title": _("Un passage prévu n’est pas confirmé"),
                "body": _("Ouvrez Alentour pour le voir."),
                "url": path,
                "tag": str(slot.public_id),
                "language": language,
            }
    now = timezone.now()
    return MassMessage.objects.create(
        template=VISIT, words=words, pushed=pushed, urgent=True, queued_at=now, too_late_at=now + USE
    )
