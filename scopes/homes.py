"""Homes: who belongs to which residence, in what role, how surely, and until when.

No table of `directory` points here: what people publish points to their `Alias`, which knows a public cell, no home.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.querysets import PublicCellQuerySet
from scopes.people import Account, Alias
from scopes.viewer import Home

#: A newcomer is announced, and reads nothing older, for so long after entering.
PROVISIONAL = timedelta(days=7)
#: A home is proved again after so long.
PROVED = timedelta(days=365)
MOST_HOMES = 3


class Household(models.Model):
    """The people of one home (*foyer*), by invitation."""

    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)


class MembershipQuerySet(models.QuerySet):
    """Memberships by where they stand."""

    def current(self, at: datetime | None = None) -> MembershipQuerySet:
        """Keep those that entered, have not ended, and whose proof still holds."""
        at = at or timezone.now()
        return self.filter(entered_at__lte=at, proved_until__gt=at, ended_at__isnull=True)

    def settled(self, at: datetime | None = None) -> MembershipQuerySet:
        """Keep those that are current and no longer provisional."""
        at = at or timezone.now()
        return self.current(at).filter(provisional_until__lte=at)

    def provisional(self, at: datetime | None = None) -> MembershipQuerySet:
        """Keep those that are current and still provisional."""
        at = at or timezone.now()
        return self.current(at).filter(provisional_until__gt=at)

    def of_cells(self, cells: PublicCellQuerySet) -> MembershipQuerySet:
        """Keep those whose public cell is one of these today, or was united with one of them."""
        standing = cells.values("pk")
        return self.filter(Q(alias__cell__in=standing) | Q(alias__cell__merged_into__in=standing))

    def asking(self) -> MembershipQuerySet:
        """Keep those that asked and have not entered."""
        return self.filter(entered_at__isnull=True, ended_at__isnull=True)


class Membership(models.Model):
    """A person in a residence (*appartenance*): asked, proved, provisional for a week, then settled for a year."""

    class Role(models.TextChoices):
        """What the person is there; a non-resident co-owner sees notices and meetings, not the residents' space."""

        TENANT = "tenant", _("locataire")
        OWNER = "owner", _("propriétaire occupant")
        ABSENT_OWNER = "absent_owner", _("copropriétaire non résident")
        CARETAKER = "caretaker", _("gardien ou gardienne")
        COUNCIL = "council", _("conseil syndical")

    #: In the addresses of the person's own pages, and nowhere else: no other id tells less.
    handle = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    alias = models.OneToOneField(Alias, on_delete=models.PROTECT, related_name="membership")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    #: Of three dwellings or more; the houses of one public cell are one residence (`geo.Residence.houses_of`).
    residence = models.ForeignKey("geo.Residence", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    #: Whether the neighbours of the residence find the person in its list.
    listed = models.BooleanField(default=False)
    #: Whether the person keeps the residence's space in order (`directory.moderating`).
    moderates = models.BooleanField(default=False)
    #: The home that pages start from, where a person has several.
    chosen = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=timezone.now)
    #: When proofs sufficed; empty while they do not.
    entered_at = models.DateTimeField(null=True, blank=True)
    provisional_until = models.DateTimeField(null=True, blank=True)
    proved_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: When the settled residents were written to of the person's coming (`scopes.home_mails`).
    announced_at = models.DateTimeField(null=True, blank=True)
    #: When the person was last written to of the end of the year.
    reminded_at = models.DateTimeField(null=True, blank=True)
    #: Whether the person is written to when someone comes to live there.
    told_of_newcomers = models.BooleanField(default=True, db_default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        """A person is once in a residence; entering sets all three moments."""

        constraints = [
            models.UniqueConstraint(
                fields=["account", "residence"], condition=Q(ended_at__isnull=True), name="once_in_a_residence"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(chosen=True, ended_at__isnull=True), name="one_chosen_home"
            ),
            models.CheckConstraint(
                condition=Q(entered_at__isnull=True, provisional_until__isnull=True, proved_until__isnull=True)
                | Q(entered_at__isnull=False, provisional_until__gte=F("entered_at"), proved_until__isnull=False),
                name="entering_sets_all_moments",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} depuis {self.asked_at:%Y-%m-%d}"

    @property
    def lives_there(self) -> bool:
        """Whether the residents' space is this person's: not for a co-owner who lives elsewhere."""
        return self.role != self.Role.ABSENT_OWNER


def handle_of(home: Home) -> uuid.UUID:
    """Return the handle of one of a viewer's homes, which the addresses of its pages hold."""
    return Membership.objects.values_list("handle", flat=True).get(pk=home.membership_id)
