"""What a driver and a passenger agree about one ride (*accord*), in a table of its own: it is between the two."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils import timezone

from directory.carpool_models import Carpool
from directory.conversation_models import Conversation
from geo.models import WGS84
from scopes.viewer import Viewer


class AgreementQuerySet(models.QuerySet):
    """Agreements by whose they are, and whether they hold."""

    def open(self) -> AgreementQuerySet:
        """Keep those that nobody ended; their car may have arrived."""
        return self.exclude(status=RideAgreement.Status.CANCELLED)

    def confirmed(self) -> AgreementQuerySet:
        """Keep those that take seats."""
        return self.filter(status=RideAgreement.Status.CONFIRMED)

    def of(self, viewer: Viewer) -> AgreementQuerySet:
        """Keep those that the viewer is one of the two of, even where they no longer read the other."""
        mine = Q(conversation__asker__in=viewer.alias_ids) | Q(conversation__author__in=viewer.alias_ids)
        return self.filter(mine)


class RideAgreement(models.Model):
    """Seats of a ride that one person asks another for, on one day or every week, and whether they said yes.

    Its status is that of a `Booking` of the standard (fabmob/standard-covoiturage, 74598ba); that the car has arrived
    is told by the clock, and not kept. Where one meets, when and for how much stand as they were when it was asked for.
    """

    class Status(models.TextChoices):
        """What is kept of the statuses of the standard; the rest follows from the clock (`agreement_times.State`)."""

        WAITING = "WAITING_CONFIRMATION"
        CONFIRMED = "CONFIRMED"
        CANCELLED = "CANCELLED"

    class End(models.TextChoices):
        """Why it is cancelled; the two are who asked, and the author of the ride."""

        DECLINED = "declined"
        BY_ASKER = "asker"
        BY_AUTHOR = "author"
        WITHDRAWN = "withdrawn"
        CHANGED = "changed"
        LEFT = "left"
        MISSED = "missed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ride = models.ForeignKey(Carpool, on_delete=models.CASCADE, related_name="agreements")
    #: The residence of the ride, again, as in `Post.space`.
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    #: Its asker asks for the seats, or offers them where the author of the ride looks for some.
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="agreements")
    #: Whether the author of the ride drives, as it was then.
    direction = models.CharField(max_length=8, choices=Carpool.Direction.choices)
    seats = models.PositiveSmallIntegerField()
    #: The one day; or, from a day on, the days of every week (1 is Monday), but those excepted.
    day = models.DateField(null=True)
    from_day = models.DateField(null=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    except_days = ArrayField(models.DateField(), default=list)
    last_day = models.DateField(null=True)
    #: When the car leaves its first point, by the clock of the town; seconds later one boards, and leaves.
    departure = models.TimeField()
    boards_after = models.PositiveIntegerField()
    leaves_after = models.PositiveIntegerField()
    #: Keys, names and places of the two meeting points (`directory.meeting_points.MeetingPoint`).
    pick_up = models.CharField(max_length=240)
    pick_up_name = models.CharField(max_length=160)
    pick_up_point = models.PointField(srid=WGS84, spatial_index=False)
    drop_off = models.CharField(max_length=240)
    drop_off_name = models.CharField(max_length=160)
    drop_off_point = models.PointField(srid=WGS84, spatial_index=False)
    #: For one seat, in euro cents.
    price_cents = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=30, choices=Status.choices, default=Status.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=9, choices=End.choices, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        """On one day or every week; one of a day, and one of every week, between the same two."""

        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day__isnull=False, from_day__isnull=True, weekdays__len=0)
                | Q(day__isnull=True, from_day__isnull=False, weekdays__len__gt=0),
                name="agreement_once_or_every_week",
            ),
            models.CheckConstraint(
                condition=Q(status="CANCELLED", ended_at__isnull=False) & ~Q(end="")
                | ~Q(status="CANCELLED") & Q(end="", ended_at__isnull=True),
                name="agreement_ends_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="CONFIRMED") | Q(confirmed_at__isnull=False), name="agreement_confirmed_one_day"
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="agreement_of_some_seats"),
            models.CheckConstraint(condition=Q(leaves_after__gt=models.F("boards_after")), name="boards_then_leaves"),
            models.UniqueConstraint(
                fields=["conversation", "day"],
                condition=~Q(status="CANCELLED") & Q(day__isnull=False),
                name="one_agreement_a_day",
            ),
            models.UniqueConstraint(
                fields=["conversation"],
                # One with a last day may be over, and another begin.
                condition=~Q(status="CANCELLED") & Q(day__isnull=True, last_day__isnull=True),
                name="one_weekly_agreement",
            ),
        ]
        indexes = [models.Index(fields=["ride"], name="seats_taken", condition=Q(status="CONFIRMED"))]

    def __str__(self) -> str:
        return str(self.public_id)

    def is_on(self, day: date) -> bool:
        """Whether it takes seats on a day, once confirmed."""
        if self.day is not None:
            return day == self.day
        return (
            self.from_day <= day
            and (self.last_day is None or day <= self.last_day)
            and day.isoweekday() in self.weekdays
            and day not in self.except_days
        )

    def days_between(self, first: date, last: date) -> Iterator[date]:
        """The days that it is on, from the first to the last, both included."""
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return (day for day in days if self.is_on(day))
