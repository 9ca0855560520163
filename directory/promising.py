"""What becomes of what neighbours share: promised or lent to one who asked, taken back, returned, done.

Who has it is between the two; others read that it is taken, and until when (`Thing.taken`).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import posting
from directory.appealing import own_residences
from directory.conversation_ends import end_of
from directory.conversing import find
from directory.errors import AlreadyPromised, ConversationClosed
from directory.kinds import KINDS, exchange_of, given_of, kind_of
from directory.kinds.kind import Given
from directory.models import Conversation, Exchange, Listing, Promise
from directory.own_exchanges import held
from directory.publishing import refresh_entries
from directory.querysets import ListingQuerySet
from geo.errors import InvalidParameter, NotFound
from scopes.viewer import Viewer

#: Nobody lends for longer at once.
LONGEST_LOAN = timedelta(days=366)
#: What is done stays among its author's own for so long.
REMEMBERED = timedelta(days=365)


@transaction.atomic
def promise(*, viewer: Viewer, conversation: UUID, until: date | None = None) -> Promise:
    """Promise a thing of the viewer's to whoever asked for it in a conversation, or lend it to them until a day.

    Lent to the same person again, it is lent until the new day. Raises `NotFound` for a conversation that is not about
    such a thing of the viewer's, `ConversationClosed`, `AlreadyPromised` while another has it, and `InvalidParameter`
    for a day that cannot be.
    """
    with own_residences(viewer):
        talk = find(viewer, conversation)
        if talk.author_id not in viewer.alias_ids:
            raise NotFound
        if end := end_of(talk):
            raise ConversationClosed(end.words)
        thing = held(viewer, talk.listing.public_id)
        given = given_of(thing)
        if given is None:
            raise NotFound
        day = _day(until) if given == Given.LENT else None
        made = _promised(thing, talk, day)
        # Whoever is promised something is answered.
        Conversation.objects.filter(pk=talk.pk).update(nameless=False)
        _show(thing, taken=True, until=day)
        return made


@transaction.atomic
def end(*, viewer: Viewer, public_id: UUID) -> Promise:
    """Say that what one lent is returned, or take a promise back; done twice, it is done once.

    Raises `NotFound` for what is not the viewer's to end.
    """
    with own_residences(viewer):
        promised = _held(Promise.objects.filter(conversation__author__in=viewer.alias_ids), public_id)
        if promised.ended_at is None:
            promised.ended_at = timezone.now()
            promised.save(update_fields=["ended_at"])
            _show(exchange_of(promised.listing), taken=False)
        return promised


@transaction.atomic
def say_returned(*, viewer: Viewer, public_id: UUID) -> Promise:
    """Say that one returned what one borrowed; it is over once its owner confirms. Raises `NotFound` for the rest."""
    with own_residences(viewer):
        borrowed = Promise.objects.filter(conversation__asker__in=viewer.alias_ids, until__isnull=False)
        promised = _held(borrowed, public_id)
        if promised.said_back_at is None and promised.ended_at is None:
            promised.said_back_at = timezone.now()
            promised.save(update_fields=["said_back_at"])
        return promised


@transaction.atomic
def finish(*, viewer: Viewer, public_id: UUID) -> Exchange:
    """Say that something is done - handed over, found, helped -, and show it to nobody else; twice is once.

    Raises `NotFound` for what is not the viewer's, or is never done, as what is lent again and again.
    """
    if already := done_of(viewer).filter(public_id=public_id).first():
        return exchange_of(already)
    done = held(viewer, public_id)
    if not kind_of(done).is_done_once or given_of(done) == Given.LENT:
        raise NotFound
    done.done_at = timezone.now()
    done.save(update_fields=["done_at"])
    Promise.objects.open().filter(listing=done).update(ended_at=done.done_at)
    if let_go := kind_of(done).let_go:
        let_go(done, done=True)
    return posting.take_back(done)


def done_of(viewer: Viewer) -> ListingQuerySet:
    """What the viewer said was done within a year, the latest first; nobody else's."""
    since = timezone.now() - REMEMBERED
    once = [Q(**{f"{kind.kind}__done_at__gte": since}) for kind in KINDS.values() if kind.is_done_once]
    own = Listing.objects.filter(reduce(or_, once), author__in=viewer.alias_ids, hidden_at=None)
    return own.order_by("-withdrawn_at", "-pk")


def free(promises) -> None:
    """End these promises and show their things as nobody's: one of the two is erased."""
    for promised in promises.open().select_related("listing"):
        _show(exchange_of(promised.listing), taken=False)
    promises.open().update(ended_at=timezone.now())


def _promised(thing: Exchange, talk: Conversation, day: date | None) -> Promise:
    """Keep it for the one who asked; the thing is held, so that of two at once the second finds the first."""
    standing = Promise.objects.open().filter(listing=thing).first()
    if standing is None:
        return Promise.objects.create(listing=thing, residence_id=thing.residence_id, conversation=talk, until=day)
    if standing.conversation_id != talk.pk:
        raise AlreadyPromised
    if standing.until != day:
        standing.until, standing.told_before_at, standing.told_after_at = day, None, None
        standing.save(update_fields=["until", "told_before_at", "told_after_at"])
    return standing


def _held(promises, public_id: UUID) -> Promise:
    """Find one of these promises and hold its thing, as `promise` does, then it."""
    found = promises.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    Listing.objects.select_for_update().get(pk=found.listing_id)
    return Promise.objects.select_for_update(of=["self"]).select_related("listing", "conversation").get(pk=found.pk)


def _show(thing: Exchange, *, taken: bool, until: date | None = None) -> None:
    """Let others read that it is taken, and until when."""
    thing.taken, thing.taken_until = taken, until
    thing.save(update_fields=["taken", "taken_until"])
    refresh_entries([thing.pk])


def _day(until: date | None) -> date:
    today = timezone.localdate()
    if until is None or not today <= until <= today + LONGEST_LOAN:
        raise InvalidParameter("until", _("Dites jusqu’à quel jour : entre aujourd’hui et dans un an."))
    return until
