"""The one rule of who reads a Help, and what is in it: its trusted circle, and nobody else, whatever they are."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from scopes.viewer import Viewer


class HelpQuerySet(models.QuerySet):
    """Helps by who may read them."""

    def visible_to(self, viewer: Viewer) -> HelpQuerySet:
        """Keep those that go on, and whose trusted circle the viewer is in."""
        if viewer.account_id is None:
            return self.none()
        circles = self.model._meta.get_field("circle").related_model.objects
        mine = circles.accepted().filter(account=viewer.account_id)
        return self.filter(pk__in=mine.values("help"), ended_at__isnull=True)


class TrustedQuerySet(models.QuerySet):
    """People of circles, by whether they said yes."""

    def accepted(self) -> TrustedQuerySet:
        """Keep those who are in a circle; whom a town hall introduced, as long as they are on its list."""
        volunteers = self.model._meta.get_field("volunteer").related_model.objects
        return self.filter(accepted_at__isnull=False).exclude(volunteer__in=volunteers.over())

    def invited(self) -> TrustedQuerySet:
        """Keep those whose invitation can still be accepted."""
        return self.filter(accepted_at__isnull=True, invited_until__gt=timezone.now(), help__ended_at__isnull=True)
