"""What an organisation sends at once to several residences: one mailing, and one notice in each of them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class Mailing(models.Model):
    """One thing sent under a mandate (*envoi*): a template and its fields, said in each reader's language.

    It holds nothing of any resident, and nothing of who read it.
    """

    #: In the addresses of the sender's pages.
    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mandate = models.ForeignKey("scopes.Mandate", on_delete=models.PROTECT, related_name="mailings")
    #: Code of `directory.notice_templates`, and what is stored of it.
    template = models.CharField(max_length=20)
    fields = models.JSONField(default=dict)
    urgent = models.BooleanField(default=False)
    written_by = models.ForeignKey("scopes.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
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
    #: Residences and their homes by public data, as they were when it was written.
    residences = models.ManyToManyField("geo.Residence", related_name="+")
    homes = models.PositiveIntegerField(default=0)

    class Meta:
        """Newest first."""

        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.template} {self.written_at:%Y-%m-%d}"
