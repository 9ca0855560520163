"""The one rule of who reads a conversation: the two people it is of, and nobody else."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from scopes.viewer import Viewer


class ConversationQuerySet(models.QuerySet):
    """Conversations by whose they are."""

    def of(self, viewer: Viewer) -> ConversationQuerySet:
        """Keep those that the viewer is one of the two in, but with whom they no longer read."""
        mine = Q(asker__in=viewer.alias_ids) | Q(author__in=viewer.alias_ids)
        return self.filter(mine).exclude(asker__in=viewer.muted_ids).exclude(author__in=viewer.muted_ids)

    def with_something_said(self) -> ConversationQuerySet:
        """Leave out those of which every message was taken back or hidden."""
        return self.filter(Exists(self._messages()))

    def with_unread(self, viewer: Viewer) -> ConversationQuerySet:
        """Add how many messages of the other the viewer has not read: `unread`."""
        sides = self.model._meta.get_field("sides").related_model.objects
        read = sides.filter(conversation=OuterRef("conversation"), alias__in=viewer.alias_ids).values("read_at")
        new = self._messages().exclude(writer__in=viewer.alias_ids).annotate(read_until=Subquery(read[:1]))
        new = new.filter(Q(read_until__isnull=True) | Q(written_at__gt=F("read_until")))
        counted = new.order_by().values("conversation").annotate(number=Count("pk")).values("number")
        return self.annotate(unread=Coalesce(Subquery(counted), 0))

    def _messages(self) -> MessageQuerySet:
        """What stands in a conversation of an outer query."""
        messages = self.model._meta.get_field("messages").related_model.objects
        return messages.standing().filter(conversation=OuterRef("pk"))


class MessageQuerySet(models.QuerySet):
    """Messages by what became of them, and for whom they are."""

    def standing(self) -> MessageQuerySet:
        """Leave out what was taken back or hidden."""
        return self.filter(withdrawn_at__isnull=True, hidden_at__isnull=True)

    def of(self, viewer: Viewer) -> MessageQuerySet:
        """Keep what is said in the viewer's conversations."""
        conversations = self.model._meta.get_field("conversation").related_model.objects
        return self.filter(conversation__in=conversations.of(viewer).order_by())
