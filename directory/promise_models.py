"""What was promised or lent to someone, in a table of its own: who has it is between the two."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from directory.conversation_models import Conversation
from scopes.viewer import Viewer


class PromiseQuerySet(models.QuerySet):
    """Promises by whose they are, and whether they hold."""

    def open(self) -> PromiseQuerySet:
        """Keep what was neither taken back, nor handed over, nor returned."""
        return self.filter(ended_at__isnull=True)

    def standing(self) -> PromiseQuerySet:
        """Keep what still binds: what is lent, until it is returned; what is promised, while its listing stands."""
        return self.open().filter(Q(until__isnull=False) | Q(listing__withdrawn_at=None, listing__hidden_at=None))

    def of(self, viewer: Viewer) -> PromiseQuerySet:
        """Keep those that the viewer is one of the two of, even where they no longer read the other."""
        mine = Q(conversation__asker__in=viewer.alias_ids) | Q(conversation__author__in=viewer.alias_ids)
        return self.filter(mine)


class Promise(models.Model):
    """A thing kept for the other of a conversation (*promesse*), or lent to them until a day (*prêt en cours*)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey("directory.Listing", on_delete=models.CASCADE, related_name="promises")
    #: The residence of the listing, again, as in `Post.space`.
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    #: Its author promised; whoever asked is promised.
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="promises")
    made_at = models.DateTimeField(default=timezone.now)
    #: The day it is to be returned; empty for what is not to come back.
    until = models.DateField(null=True)
    #: Whoever borrowed it says that it is returned; its owner confirms.
    said_back_at = models.DateTimeField(null=True)
    #: Both were reminded (`directory.returning`): the day before, and three days after.
    told_before_at = models.DateTimeField(null=True)
    told_after_at = models.DateTimeField(null=True)
    #: Taken back, handed over, or returned.
    ended_at = models.DateTimeField(null=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        """A thing is promised to one at a time."""

        ordering = ["until", "made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["listing"], condition=Q(ended_at__isnull=True), name="one_promise_a_thing")
        ]

    def __str__(self) -> str:
        return str(self.public_id)
