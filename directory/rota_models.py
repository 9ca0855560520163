"""The weekly rota of a Help: what is planned each week and who takes it, and how each visit went."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.help_models import Help, Trusted

#: A visit that nobody has confirmed for so long after its time is told of.
PATIENCE = timedelta(hours=2)


class Weekday(models.IntegerChoices):
    """Days as ISO 8601 numbers them."""

    MONDAY = 1, _("lundi")
    TUESDAY = 2, _("mardi")
    WEDNESDAY = 3, _("mercredi")
    THURSDAY = 4, _("jeudi")
    FRIDAY = 5, _("vendredi")
    SATURDAY = 6, _("samedi")
    SUNDAY = 7, _("dimanche")


class TimeOfDay(models.IntegerChoices):
    """When in the day, in words: nobody is held to a minute."""

    MORNING = 1, _("le matin")
    NOON = 2, _("à midi")
    AFTERNOON = 3, _("l’après-midi")
    EVENING = 4, _("le soir")

    @property
    def is_over_at(self) -> time:
        """Until when a visit is of this time."""
        return {1: time(12), 2: time(14), 3: time(18), 4: time(20)}[self]


class HelpSlot(models.Model):
    """A visit of every week (*passage*): its day, its time in words, and who takes it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    help = models.ForeignKey(Help, on_delete=models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    time_of_day = models.PositiveSmallIntegerField(choices=TimeOfDay.choices)
    #: Nobody yet, or whoever took it has left.
    taken_by = models.ForeignKey(Trusted, null=True, on_delete=models.SET_NULL, related_name="slots")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        """As the week goes."""

        ordering = ["weekday", "time_of_day"]
        constraints = [
            models.UniqueConstraint(fields=["help", "weekday", "time_of_day"], name="one_slot_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()}, {self.get_time_of_day_display()}"


class HelpVisit(models.Model):
    """One visit of a slot, on its day: done, or missed and told of."""

    slot = models.ForeignKey(HelpSlot, on_delete=models.CASCADE, related_name="visits")
    on = models.DateField()
    done_by = models.ForeignKey(Trusted, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True)
    #: When the circle was told that nobody had confirmed it.
    missed_at = models.DateTimeField(null=True)
    telling = models.ForeignKey("scopes.MassMessage", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """Once a day; the latest first."""

        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["slot", "on"], name="one_visit_a_day")]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.on}"


def over_at(on, time_of_day: int, *, time_zone: str) -> datetime:
    """The moment at which a visit of that day and time is over, by the clock of a town."""
    return datetime.combine(on, TimeOfDay(time_of_day).is_over_at, tzinfo=ZoneInfo(time_zone))
