"""The display clock: since when a sheet hangs, until when the law wants it there, and what is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.display_models import Display
from directory.notice_templates import TEMPLATES


class Stand(models.TextChoices):
    """Where a sheet stands."""

    MISSING = "missing", _("à poser")
    UP = "up", _("affichée")
    DUE = "due", _("à retirer")
    DOWN = "down", _("retirée")
    EARLY = "early", _("retirée avant la fin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One sheet at one moment."""

    stand: Stand
    #: The day from which the law's time is over; nothing where no law says how long it hangs.
    until: date | None

    @classmethod
    def of(cls, sheet: Display, *, template: str) -> Clock:
        """Read the clock of a sheet of this template."""
        asked = TEMPLATES[template].displayed
        until = sheet.hung_on + asked if sheet.hung_on and asked else None
        return cls(stand=_stand(sheet, until, timezone.localdate()), until=until)


def _stand(sheet: Display, until: date | None, today: date) -> Stand:
    if sheet.hung_on is None:
        return Stand.MISSING
    if sheet.down_on:
        return Stand.EARLY if until and sheet.down_on < until else Stand.DOWN
    return Stand.DUE if until and today >= until else Stand.UP


def tally(sheets: Iterable[Display], *, template: str) -> Counter[Stand]:
    """Count sheets by where they stand."""
    return Counter(Clock.of(sheet, template=template).stand for sheet in sheets)
