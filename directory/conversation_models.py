"""What two people write to each other about a listing: the conversation, its two sides, and its messages."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from directory.conversation_querysets import ConversationQuerySet, MessageQuerySet


class Conversation(models.Model):
    """A private thread about one listing (*conversation*), between whoever wrote first and the listing's author.

    Both are there as aliases: neither learns of another home of the other. Nobody else reads it, whatever they are.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey("directory.Listing", on_delete=models.CASCADE, related_name="conversations")
    #: The residence of the listing, again, as in `Post.space`.
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    #: Who wrote first.
    asker = models.ForeignKey("scopes.Alias", on_delete=models.PROTECT, related_name="+")
    #: Whose listing it was as it began.
    author = models.ForeignKey("scopes.Alias", on_delete=models.PROTECT, related_name="+")
    #: The asker reads the listing only as everyone does, without a name: the author is named once they answer.
    nameless = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now)
    last_message_at = models.DateTimeField(default=timezone.now)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        """One for each person who asks; the one that was written in last comes first."""

        ordering = ["-last_message_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "asker"], name="one_conversation_an_asker"),
            models.CheckConstraint(condition=~Q(asker=F("author")), name="conversation_of_two"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Side(models.Model):
    """One person's side of a conversation: until when it is read, and what told them; never shown to the other."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="sides")
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    alias = models.ForeignKey("scopes.Alias", on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True)
    #: What told this person that something is to be read, until they read: nobody is told twice meanwhile.
    telling = models.ForeignKey("scopes.MassMessage", null=True, on_delete=models.SET_NULL, related_name="+")
    #: Nothing tells of it; it is read on the site.
    is_quiet = models.BooleanField(default=False)

    class Meta:
        """Two a conversation."""

        constraints = [models.UniqueConstraint(fields=["conversation", "alias"], name="one_side_a_person")]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.alias_id}"


class Message(models.Model):
    """What one of the two writes to the other (*message*), or a contact that its owner shows, until taken back."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    writer = models.ForeignKey("scopes.Alias", on_delete=models.PROTECT, related_name="+")
    #: A phone number or an address, as its owner typed it for this other person.
    is_contact = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    #: Its words went with it.
    withdrawn_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        """As the conversation went."""

        ordering = ["written_at", "pk"]
        indexes = [
            models.Index(fields=["conversation", "written_at"], name="said_in_conversation"),
            models.Index(fields=["writer", "written_at"], name="messages_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class MessagePhoto(models.Model):
    """A photo that goes along with a message, drawn anew (`directory.photos`): in its row, locked and gone with it."""

    #: The only name it has.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="photos")
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        """As they were chosen."""

        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.public_id)
