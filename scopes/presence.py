"""Presence: in how many weeks someone came who agreed to be counted, and nothing else of any visit (docs/adr/0035).

No page, no hour and no day is kept: a number of weeks and the last of them, until the quarterly table is made of it
(docs/legal.md, 15). A week is of the quarter of the year that its Sunday is in: each is over when its quarter is.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from geo.prepared import prepared_row
from scopes.people import Account
from scopes.reach import quarter_of
from scopes.rights.records import WEEKS_TOLD, Consent, Use

#: Of the thirteen weeks of a quarter, how many are "every week", holidays left out: at least three in four.
ENOUGH = 10


class PresenceQuerySet(models.QuerySet):
    """Presences by what they are counted for."""

    def weekly_in(self, quarter: date) -> PresenceQuerySet:
        """Keep those who came every week of a quarter of the year, but for a few."""
        return self.filter(quarter=quarter, weeks__gte=ENOUGH)


class Presence(models.Model):
    """In how many weeks of one quarter of the year an account came: nobody reads it but the person, and the count."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="presences")
    #: The first day of the quarter.
    quarter = models.DateField()
    #: No more are noted than are enough.
    weeks = models.PositiveSmallIntegerField()
    #: The Sunday of the last of them, so that none is counted twice.
    last_week = models.DateField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        """Once a quarter."""

        constraints = [
            models.UniqueConstraint(fields=["account", "quarter"], name="one_presence_a_quarter"),
            models.CheckConstraint(condition=models.Q(weeks__range=(1, ENOUGH)), name="no_more_weeks_than_enough"),
        ]

    def __str__(self) -> str:
        return f"{self.quarter}: {self.weeks}"


#: One statement, because it goes with every page of someone signed in; it writes once a week, and locks nothing else.
_NOTE = f"""
WITH noted AS (
INSERT INTO scopes_presence (account_id, quarter, weeks, last_week)
SELECT consent.account_id, %(quarter)s::date, 1, %(week)s::date FROM scopes_consent consent
WHERE consent.account_id = %(account)s::bigint AND consent.use = '{Use.COUNTED}' AND consent.withdrawn_at IS NULL
    AND consent.wording >= {WEEKS_TOLD} AND NOT EXISTS (
        SELECT FROM scopes_presence noted WHERE noted.account_id = consent.account_id
            AND noted.quarter = %(quarter)s::date AND (noted.last_week >= %(week)s::date OR noted.weeks >= {ENOUGH}))
ON CONFLICT (account_id, quarter) DO UPDATE SET weeks = scopes_presence.weeks + 1, last_week = excluded.last_week
WHERE scopes_presence.last_week < excluded.last_week AND scopes_presence.weeks < {ENOUGH}
RETURNING 1)
SELECT count(*) FROM noted
"""  # noqa: S608 - composed of constants


def note_presence(account_id: int, *, on: date | None = None) -> bool:
    """Note that someone came in the week of a day (today), if they agreed to that; return whether it was new."""
    week = sunday_of(on or timezone.localdate())
    (noted,) = prepared_row(_NOTE, {"account": account_id, "quarter": quarter_of(week), "week": week})
    return bool(noted)


def sunday_of(day: date) -> date:
    """Return the last day of a week, which begins on a Monday.

    >>> sunday_of(date(2026, 12, 1))
    datetime.date(2026, 12, 6)
    """
    return day + timedelta(days=6 - day.weekday())


def forget_presence(*, before: date) -> int:
    """Erase what was noted of quarters before this one, and of whoever agrees no more; return how many rows."""
    agreed = Consent.objects.to(Use.COUNTED).filter(account=OuterRef("account"))
    gone, _by_model = Presence.objects.exclude(Exists(agreed), quarter__gte=before).delete()
    return gone
