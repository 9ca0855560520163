"""What people say a residence is, with a trace: asked for, then decided by its manager or the town."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scopes.people import Account


class ResidenceChange(models.Model):
    """A change of the map of residences that people asked for; kept when it is done, without what it held of a home."""

    class Kind(models.TextChoices):
        """What is to change."""

        MERGE = "merge", _("réunir des résidences")
        SPLIT = "split", _("partager une résidence")
        NAME = "name", _("nommer une résidence")
        ADD = "add", _("ajouter une résidence")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    #: Those it is about; for one that is missing, the one that was added.
    residences = models.ManyToManyField("geo.Residence", related_name="+")
    municipality = models.ForeignKey("geo.Municipality", on_delete=models.PROTECT, related_name="+")
    #: The name, or where and how big the missing residence is; empty once an address is no longer needed.
    words = models.CharField(max_length=300, blank=True)
    #: For a split: the keys of the buildings of each part.
    parts = models.JSONField(default=list, blank=True)
    asked_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    #: Whether it was done; empty while nobody decided.
    done = models.BooleanField(null=True, blank=True)

    class Meta:
        """Decided at a moment."""

        constraints = [
            models.CheckConstraint(
                condition=Q(done__isnull=True, decided_at__isnull=True)
                | Q(done__isnull=False, decided_at__isnull=False),
                name="change_is_decided_at_a_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.asked_at:%Y-%m-%d})"
