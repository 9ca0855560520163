"""The log of what the staff and town halls did to pages that nobody keeps; append-only (`scopes.append_only`)."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Whoever finds a page changed or closed has so long to ask by whom.
KEPT = timedelta(days=2 * 365)


class Tending(models.Model):
    """One deed by which a page was put right (*mise au point*); without foreign keys: it outlives what it tells of."""

    class Deed(models.TextChoices):
        """What was done."""

        CONFIRM = "confirm", _("dit juste")
        CORRECT = "correct", _("corrigé")
        CLOSE = "close", _("fermé pour de bon")
        OPEN = "open", _("montré de nouveau")
        ASIDE = "aside", _("remarques classées")

    #: The public id of the page, and its name when it was done.
    page = models.UUIDField(_("fiche"), db_index=True)
    title = models.CharField(_("nom"), max_length=200)
    deed = models.CharField(_("geste"), max_length=8, choices=Deed.choices)
    #: The town hall that it was done for; empty for the staff.
    town_hall = models.CharField(_("mairie"), max_length=200, blank=True)
    #: Keyed hash of the account: the same for the same person, and no way back to one who is erased.
    by = models.CharField(_("par"), max_length=64, db_index=True)
    #: Of a correction, the columns that changed, as they were.
    before = models.JSONField(_("avant"), default=dict, blank=True)
    done_at = models.DateTimeField(_("date"), default=timezone.now, db_index=True)

    class Meta:
        """The latest first."""

        verbose_name, verbose_name_plural = _("mise au point"), _("mises au point")
        ordering = ["-done_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}, {self.done_at:%Y-%m-%d}"
