"""What an organisation sends at once to several residences: one mailing, and one notice or poll in each of them."""

from __future__ import annotations

import uuid

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.models import WGS84
from scopes.levels import Level

#: Template of a mailing that asks: a poll in each residence, where others have a notice.
POLL = "poll"


class MailingQuerySet(models.QuerySet):
    """Mailings by what they put into residences."""

    def notices(self) -> MailingQuerySet:
        """Keep what tells something."""
        return self.exclude(template=POLL)

    def said_as(self, public_id: uuid.UUID) -> MailingQuerySet:
        """Keep what was said as this notice or poll; one in a residence is found while that is opened."""
        return self.filter(Q(notices__public_id=public_id) | Q(polls__public_id=public_id))

    def polls(self) -> MailingQuerySet:
        """Keep what asks something."""
        return self.filter(template=POLL)


class Mailing(models.Model):
    """One thing sent under a mandate (*envoi*): a template and its fields, said in each reader's language.

    It holds nothing of any resident, and nothing of who read it.
    """

    class To(models.TextChoices):
        """To whom, as it was asked (`directory.notice_audiences`)."""

        ALL = "all", _("tout le mandat")
        RESIDENCES = "residences", _("des immeubles")
        ENTRANCES = "entrances", _("des entrées")
        STREETS = "streets", _("des rues")
        QUARTERS = "quarters", _("des quartiers")
        POLYGON = "polygon", _("une zone dessinée")

    #: In the addresses of the sender's pages.
    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mandate = models.ForeignKey("scopes.Mandate", on_delete=models.PROTECT, related_name="mailings")
    #: Code of `directory.notice_templates`, and what is stored of it.
    template = models.CharField(max_length=20)
    fields = models.JSONField(default=dict)
    urgent = models.BooleanField(default=False)
    #: Whether residents may answer the organisation (`directory.asking`); else nothing comes back.
    answers_invited = models.BooleanField(default=False, db_default=False)
    written_by = models.ForeignKey("scopes.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    #: The key by which a program sent it, where it was none of the pages.
    api_key = models.ForeignKey("scopes.ApiKey", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    #: The second person, where an urgent one needs one.
    approved_by = models.ForeignKey(
        "scopes.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: When residents can read it: two minutes later, so that it can be taken back; empty while it waits for approval.
    sent_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    #: What it says to be over; it goes to exactly the same residences.
    restores = models.OneToOneField("self", null=True, blank=True, on_delete=models.CASCADE, related_name="restored_by")
    #: To whom it was asked to go, and what that kind needs, by public names and keys alone.
    to = models.CharField(max_length=12, choices=To.choices, default=To.RESIDENCES, db_default=To.RESIDENCES)
    audience = models.JSONField(default=dict, db_default={})
    #: What a notice to an area is drawn as, and the circle or zone that is told; empty for one to residences.
    area = models.MultiPolygonField(srid=WGS84, null=True, blank=True, spatial_index=False)
    level = models.CharField(max_length=16, choices=Level.choices, default=Level.RESIDENCE, db_default=Level.RESIDENCE)
    municipality = models.ForeignKey(
        "geo.Municipality", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    neighbourhood = models.ForeignKey(
        "geo.Neighbourhood", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Number of a residence -> keys of the addresses that are meant there, where it is not all of it.
    entrances = models.JSONField(default=dict, db_default={})
    #: Residences and their homes by public data, as they were when it was written.
    residences = models.ManyToManyField("geo.Residence", related_name="+")
    homes = models.PositiveIntegerField(default=0)

    objects = MailingQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.template} {self.written_at:%Y-%m-%d}"
