"""Counts "J'ai lu" once, a week after sending, over a whole mailing: a fifth of its homes by public data, or nothing.

What is told depends on what was pressed and on public data alone: whoever presses nothing changes nothing. Nothing is
told of fewer than 20, nor of a mailing that shares a home with one that was counted in the three months before: no two
figures can be subtracted from each other (docs/adr/0016).
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from directory.models import Mailing, ReadFigure, ReadMark
from directory.overlapping import sharing_a_home
from directory.reading import PRESSED_FOR
from geo.locks import Lock
from scopes import second_lock
from scopes.reach import LEAST
from scopes.reach_table import COIN, are_enough, in_tens

Said = ReadFigure.Said
#: A mailing that shares a home with one counted so long ago or less is never told of.
QUARTER = timedelta(days=92)
#: What says nothing of what was pressed: it stands in no other mailing's way.
UNCOUNTED = (Said.WITHDRAWN, Said.SMALL, Said.OVERLAP)
#: Fifths, the widest step that still says something.
STEP = 20
#: One counting at a time: of two mailings that overlap, the earlier is told of.
_ONE_COUNTING = Lock("readings")


def count_reads() -> int:
    """Count the mailings whose week is over, the earliest first; return how many. Done twice, none is counted again."""
    due = Mailing.objects.notices().filter(sent_at__lte=timezone.now() - PRESSED_FOR, restores=None, read_figure=None)
    return sum(count_mailing(pk) is not None for pk in due.order_by("sent_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def count_mailing(mailing_id: int) -> ReadFigure | None:
    """Store what the sender is told of a mailing, and erase what was pressed; nothing for one that was counted."""
    _ONE_COUNTING.hold()
    mailing = Mailing.objects.select_for_update(of=["self"]).get(pk=mailing_id)
    if ReadFigure.objects.filter(mailing=mailing).exists():
        return None
    with second_lock.opened(list(mailing.residences.values_list("pk", flat=True))):
        marks = ReadMark.objects.filter(notice__mailing=mailing)
        counted = marks.filter(is_counted=True).count() / COIN
        marks.delete()
    return ReadFigure.objects.create(mailing=mailing, said=said_of(mailing, counted))


def said_of(mailing: Mailing, counted: float) -> Said:
    """Return what the sender may be told of so many homes; whether anything is, public data decide first."""
    if mailing.withdrawn_at:
        return Said.WITHDRAWN
    if is_small(mailing):
        return Said.SMALL
    if overlaps_one_counted(mailing, on=timezone.localdate()):
        return Said.OVERLAP
    # The same secrets for all that is sent under a mandate: sending again teaches nothing more.
    secret = f"reading under {mailing.mandate_id}"
    if not are_enough(counted, of=secret):
        return Said.FEW
    share = 100 * in_tens(counted, of=secret) / mailing.homes
    return Said(str(min(80, STEP * int(share / STEP))))


def is_small(mailing: Mailing) -> bool:
    """Whether a mailing goes to fewer homes, by public data, than a figure is ever told of."""
    return mailing.homes < LEAST


def overlaps_one_counted(mailing: Mailing, *, on: date) -> bool:
    """Whether a mailing that was counted, told of or too few, in the three months before goes to one of its homes."""
    counted = Mailing.objects.filter(read_figure__counted_on__gt=on - QUARTER).exclude(pk=mailing.pk)
    counted = counted.exclude(read_figure__said__in=UNCOUNTED)
    return sharing_a_home(mailing, counted, residences=mailing.residences.values_list("pk", flat=True)).exists()
