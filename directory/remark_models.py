"""Remarks: what someone who was there says of a place or an event, to who keeps it; nothing of who says it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

#: Signs of what is added in one's own words.
LONGEST_REMARK = 200


class Remark(models.Model):
    """What is said to be wrong with a page, or to hold (*remarque*), until who keeps the page has settled it."""

    class What(models.TextChoices):
        """What is said: a short list, in words anyone would use."""

        OPEN = "open", _("Oui, toujours ouvert")
        CLOSED = "closed", _("Fermé pour de bon")
        HOURS = "hours", _("Les horaires sont faux")
        ADDRESS = "address", _("L’adresse est fausse")
        NAME = "name", _("Le nom est faux")
        CONTACT = "contact", _("Le téléphone ou le site est faux")
        ACTIVE = "active", _("Oui, toujours active")
        DISSOLVED = "dissolved", _("N’existe plus")
        CANCELLED = "cancelled", _("N’aura pas lieu")
        DATES = "dates", _("La date ou l’heure est fausse")
        PLACE = "place", _("Le lieu est faux")

    listing = models.ForeignKey("directory.Listing", on_delete=models.CASCADE, related_name="remarks")
    what = models.CharField(max_length=10, choices=What.choices)
    words = models.CharField(max_length=LONGEST_REMARK, blank=True)
    #: A day by the clock of the town, never an hour: an hour can tell who was there.
    said_on = models.DateField()
    #: Whether a letter told who keeps the page that something waits.
    told = models.BooleanField(default=False, db_default=False)

    class Meta:
        """The same thing is said once a day, whoever says it; in no order that would tell who came first."""

        ordering = ["what", "-said_on", "words"]
        constraints = [models.UniqueConstraint(fields=["listing", "what", "words", "said_on"], name="remarked_once")]
        indexes = [models.Index(fields=["said_on"], name="remark_by_day")]

    def __str__(self) -> str:
        return self.get_what_display()
