"""How notices reach people: what each chose, whom each no longer wants to hear of what, and what was announced."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from directory.notice_kinds import Means, NoticeKind


class NoticeChoice(models.Model):
    """How one kind of notice reaches a person, where they chose it."""

    account = models.ForeignKey("scopes.Account", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=NoticeKind.choices)
    means = models.CharField(max_length=4, choices=Means.choices)

    class Meta:
        """One a kind."""

        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="one_choice_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.means}"


class SenderMute(models.Model):
    """One template of one organisation that a person no longer receives; silent, the organisation never learns of it.

    It is neither pushed nor mailed, and folded away on the pages; what is urgent, or about safety, comes all the same.
    """

    account = models.ForeignKey("scopes.Account", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey("scopes.Organisation", on_delete=models.CASCADE, related_name="+")
    #: Code of `directory.notice_templates`.
    template = models.CharField(max_length=20)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once."""

        constraints = [
            models.UniqueConstraint(fields=["account", "organisation", "template"], name="sender_muted_once")
        ]

    def __str__(self) -> str:
        return f"{self.template} @ {self.organisation_id}"


class Announcement(models.Model):
    """That residents were told of a mailing: its mass message; who got it is in the copies, and told to no sender."""

    mailing = models.OneToOneField("directory.Mailing", on_delete=models.CASCADE, related_name="announcement")
    message = models.OneToOneField("scopes.MassMessage", on_delete=models.CASCADE, related_name="announcement")

    def __str__(self) -> str:
        return str(self.mailing_id)
