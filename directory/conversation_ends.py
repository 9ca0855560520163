"""When a conversation takes no more messages: someone left the home it is led from, or its listing ended long ago.

It stays readable for its two people. That someone left is told to both in the same words, and not who.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.models import Conversation, Listing
from scopes.models import Membership

#: How long people may go on writing after the listing ended: something is still to be handed over.
GOES_ON = timedelta(days=30)


class End(models.TextChoices):
    """Why a conversation is closed, as both read it."""

    LEFT = "left", _("Cette conversation est close : l’un de vous deux n’est plus à la même adresse.")
    OVER = "over", _("Cette conversation est close : l’annonce est terminée depuis plus de trente jours.")

    @property
    def words(self) -> str:
        """What both read."""
        return str(self.label)


def end_of(conversation: Conversation) -> End | None:
    """Return why a conversation is closed; nothing while it is open."""
    if set(_at_home(conversation)) != {conversation.asker_id, conversation.author_id}:
        return End.LEFT
    ended = ended_at(conversation.listing)
    return End.OVER if ended and ended < timezone.now() - GOES_ON else None


def title_of(listing: Listing) -> str:
    """Name what a conversation is about: its title, even once it ended, unless it was hidden."""
    return gettext("une annonce masquée") if listing.hidden_at else listing.title


def ended_at(listing: Listing) -> datetime | None:
    """Return when a listing ended, was taken back or hidden, whichever came first; nothing while it is live."""
    now = timezone.now()
    moments = (listing.closes_at, listing.withdrawn_at, listing.hidden_at, listing.paused_at)
    return min((moment for moment in moments if moment and moment <= now), default=None)


def _at_home(conversation: Conversation):
    """Those of the two who did not leave the home; one whose proof is over has not."""
    both = Membership.objects.filter(alias__in=(conversation.asker_id, conversation.author_id))
    return both.filter(ended_at=None, account__is_active=True).values_list("alias", flat=True)
