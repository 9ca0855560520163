"""Counts "J'ai lu" once, a week after sending, over a whole mailing: a fifth of its homes by public data, or nothing.

What is told depends on what was pressed and on public data alone: whoever presses nothing changes nothing. Nothing is
told of fewer than 20, nor of a mailing that shares a home with one that was counted in the three months before: no two
figures can be subtracted from each other (docs/adr/0016).
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.gis.geos import MultiPolygon
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Mailing, ReadFigure, ReadMark
from directory.reading import PRESSED_FOR
from geo.catchments import cells_covered
from geo.models import Residence
from scopes import second_lock
from scopes.moments import day_and_month
from scopes.reach_table import COIN, are_enough, in_tens

Said = ReadFigure.Said
#: A mailing that shares a home with one counted so long ago or less is never told of.
QUARTER = timedelta(days=92)
#: Fifths, the widest step that still says something.
STEP = 20
#: One counting at a time: of two mailings that overlap, the earlier is told of.
LOCK = 20261130


def count_reads() -> int:
    """Count the mailings whose week is over, the earliest first; return how many. Done twice, none is counted again."""
    due = Mailing.objects.filter(sent_at__lte=timezone.now() - PRESSED_FOR, restores=None, read_figure=None)
    return sum(count_mailing(pk) is not None for pk in due.order_by("sent_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def count_mailing(mailing_id: int) -> ReadFigure | None:
    """Store what the sender is told of a mailing, and erase what was pressed; nothing for one that was counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
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
    if overlaps_one_counted(mailing):
        return Said.OVERLAP
    # The same secrets for all that is sent under a mandate: sending again teaches nothing more.
    secret = f"reading under {mailing.mandate_id}"
    if not mailing.homes or not are_enough(counted, of=secret):
        return Said.FEW
    share = 100 * in_tens(counted, of=secret) / mailing.homes
    return Said(str(min(80, STEP * int(share / STEP))))


def overlaps_one_counted(mailing: Mailing) -> bool:
    """Whether a mailing of these three months that was counted, told of or too few, went to one of its homes."""
    since = timezone.localdate() - QUARTER
    counted = ReadFigure.objects.filter(counted_on__gt=since).exclude(said__in=(Said.WITHDRAWN, Said.OVERLAP))
    counted = counted.exclude(mailing=mailing)
    if mailing.area is not None:
        cells = cells_covered(mailing.area).values("pk")
        shared = Q(mailing__area__intersects=mailing.area) | Q(mailing__residences__public_cell__in=cells)
        return counted.filter(shared).exists()
    own = Residence.objects.filter(pk__in=mailing.residences.values("pk"))
    if counted.filter(mailing__residences__in=own.values("pk")).exists():
        return True
    areas = counted.filter(mailing__area__isnull=False).values_list("mailing__area", flat=True)
    return any(_reaches(area, own) for area in areas)


def _reaches(area: MultiPolygon, residences) -> bool:
    """Whether a notice to an area goes to one of these residences: its public cell has its point there."""
    return residences.filter(public_cell__in=cells_covered(area).values("pk")).exists()


def told_of(mailing: Mailing) -> str:
    """Say to the sender what is told of a mailing, or the day it will be; nothing where nothing is counted."""
    figure = getattr(mailing, "read_figure", None)
    if figure:
        return "" if figure.said == Said.WITHDRAWN else figure.get_said_display()
    if mailing.withdrawn_at or mailing.restores_id or mailing.sent_at is None:
        return ""
    return _("dit une fois, le %(day)s") % {"day": day_and_month(mailing.sent_at + PRESSED_FOR)}
