"""How cases are read: those that wait, and by whom they may be decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from scopes.organisation_models import Acting
from scopes.viewer import Viewer


class CaseQuerySet(models.QuerySet):
    """Cases by where they stand, and for whom."""

    def waiting(self) -> CaseQuerySet:
        """Keep those that nobody has decided, or whose decision is contested; the oldest first."""
        return self.filter(closed_at__isnull=True).order_by("opened_at", "pk")

    def counted(self) -> CaseQuerySet:
        """Add `number_of_reports`, and whether the case `is_contested`."""
        contested = self._decisions().filter(contested__isnull=False, contested__answer__isnull=True)
        return self.annotate(number_of_reports=Count("reports"), is_contested=Exists(contested))

    def of_residences_kept_by(self, viewer: Viewer) -> CaseQuerySet:
        """Keep what was said in residences whose settled moderator this viewer is; never what they said themselves.

        Nor what two people write to each other: no neighbour reads that, the staff on call decide.
        """
        said_to_all = self.exclude(kind=self.model.Kind.MESSAGE)
        return said_to_all.filter(residence__in=viewer.kept_residence_ids).not_of(viewer)

    def not_of(self, viewer: Viewer) -> CaseQuerySet:
        """Leave out what the viewer, or an organisation one acts for, said: nobody judges what is their own."""
        acting = Acting.objects.filter(account=viewer.account_id, ended_at=None)
        return self.exclude(author__in=viewer.alias_ids).exclude(organisation__in=acting.values("organisation"))

    def without_a_home(self) -> CaseQuerySet:
        """Leave the residence in the database, and say only whether there is one: `was_private`."""
        return self.defer("residence").annotate(was_private=Q(residence__isnull=False))

    def of(self, viewer: Viewer) -> CaseQuerySet:
        """Keep what the viewer, or an organisation one answers for, said and someone hid: what its author is told."""
        responsible = Acting.objects.filter(account=viewer.account_id, ended_at=None, role=Acting.Role.RESPONSIBLE)
        own = Q(author__in=viewer.alias_ids) | Q(organisation__in=responsible.values("organisation"))
        return self.filter(own, Exists(self._decisions().filter(deed="hide")))

    def _decisions(self) -> models.QuerySet:
        """Decisions of a case of an outer query."""
        return self.model._meta.get_field("decisions").related_model.objects.filter(case=OuterRef("pk"))
