"""A home says "J'ai lu" under a notice, or takes that back; nothing depends on it, for anyone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from directory.asking import home_answering
from directory.errors import NotProved
from directory.household_keys import household_of, is_left_empty, key_of
from directory.models import Mailing, Notice, ReadMark
from geo.errors import NotFound
from geo.models import WGS84
from scopes import second_lock
from scopes.models import Level, Membership
from scopes.reach_table import coin
from scopes.viewer import Home, Viewer

#: The button is there for so long after sending; then what was pressed is counted, and erased.
PRESSED_FOR = timedelta(days=7)


@transaction.atomic
def say_read(*, viewer: Viewer, public_id: UUID, read: bool = True) -> Notice:
    """Note that the viewer's home read a notice that was sent to it, or take that back; done twice, done once.

    Raises `NotFound` for a notice that is not for the viewer or is older than a week, `NotProved` without a home of it.
    """
    visible = Notice.objects.live().visible_to(viewer).filter(public_id=public_id)
    notice = visible.first()
    if notice is None:
        raise NotFound
    # Held, and only then asked: a mark is made before the mailing is counted, or not at all.
    if not may_be_read(Mailing.objects.select_for_update(of=["self"]).get(pk=notice.mailing_id)):
        raise NotFound
    home = home_answering(viewer, notice)
    if home is None or not Membership.objects.current().filter(pk=home.membership_id).exists():
        raise NotProved
    household = household_of(home)
    mark = {"notice": notice, "reader": key_of(household, notice)}
    if read:
        counted = coin(f"reading of household {household}")
        ReadMark.objects.get_or_create(**mark, defaults={"residence_id": notice.residence_id, "is_counted": counted})
    else:
        ReadMark.objects.filter(**mark).delete()
    return notice


def may_be_read(mailing: Mailing, *, at: datetime | None = None) -> bool:
    """Whether the button is there: within a week, and not for what only says that something is over."""
    sent = mailing.sent_at
    return mailing.restores_id is None and sent is not None and (at or timezone.now()) < sent + PRESSED_FOR


def reading_home(viewer: Viewer, notice: Notice) -> Home | None:
    """Return the home that a viewer may press for; nothing where there is no button."""
    return home_answering(viewer, notice) if may_be_read(notice.mailing) else None


def has_read(home: Home, notice: Notice) -> bool:
    """Whether a home said so, for its own eyes."""
    return ReadMark.objects.filter(notice=notice, reader=key_of(household_of(home), notice)).exists()


def marks_of(membership: Membership) -> list[ReadMark]:
    """Find the marks of one home that are not counted yet; its residence must be opened.

    A zone may lie in several towns, and its notice is of the one with the most homes.
    """
    since = timezone.now() - 2 * PRESSED_FOR
    cell = membership.alias.cell.merged_into or membership.alias.cell
    around = Q(municipality=cell.municipality_id)
    around |= Q(level=Level.CATCHMENT, catchment__intersects=Point(*cell.location.coords, srid=WGS84))
    reached = Q(residence=membership.residence_id) | Q(around, residence=None)
    notices = list(Notice.objects.filter(reached, mailing__read_figure=None, published_at__gt=since))
    keys = [key_of(membership.household_id, notice) for notice in notices]
    return list(ReadMark.objects.filter(notice__in=notices, reader__in=keys))


@transaction.atomic
def forget_marks(membership: Membership) -> int:
    """Take back what a home pressed, once its last person has left; return how many."""
    if not is_left_empty(membership):
        return 0
    with second_lock.opened([membership.residence_id]):
        marks = marks_of(membership)
        ReadMark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    return len(marks)
