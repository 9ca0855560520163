"""What becomes of a thing, in words for one of the two who know, and what its author may do with it next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from directory.conversation_ends import end_of
from directory.kinds import KINDS, exchange_of, given_of, kind_of
from directory.kinds.kind import Given
from directory.models import Conversation, Exchange, Listing, Promise
from directory.own_exchanges import exchanges_of
from directory.promise_forms import LendForm
from scopes.moments import day_and_month
from scopes.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPromise:
    """One promise in words."""

    id: str
    title: str
    #: First name and initial of the other, and where the two write to each other.
    other: str
    url: str
    #: Whether the viewer promised, rather than is promised.
    mine: bool
    #: The day it is to be returned, where it is.
    until: str
    is_late: bool
    said_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of one thing, and what may be done with it now."""

    promise: ShownPromise | None = None
    #: How it may be given to whoever asked: "kept", "lent"; empty where it may not.
    given: str = ""
    #: Id of the listing, where its author may say that it is done.
    done: str = ""
    #: Who wrote about it, each with the conversation: for the author.
    writers: Sequence[tuple[str, str]] = ()
    form: LendForm | None = None


def promises_of(viewer: Viewer) -> list[ShownPromise]:
    """What the viewer lends, borrows, promised, or is promised; `own_residences` must be opened."""
    return _shown_all(Promise.objects.standing().of(viewer), viewer)


def outcome_of(exchange: Exchange, viewer: Viewer) -> Outcome | None:
    """What becomes of something the viewer shares, for its page; nothing for anyone else."""
    if exchange.author_id not in viewer.alias_ids:
        return None
    standing = _shown_all(Promise.objects.standing().of(viewer).filter(listing=exchange), viewer)
    given = given_of(exchange)
    about = Conversation.objects.of(viewer).with_something_said().filter(listing=exchange)
    return Outcome(
        promise=next(iter(standing), None),
        given="" if standing or given is None else given,
        done=_done(exchange),
        writers=[(str(one.asker), _page(one)) for one in about.select_related("asker__account")],
    )


def outcome_in(conversation: Conversation, viewer: Viewer, *, form: LendForm | None = None) -> Outcome:
    """What becomes of what a conversation is about, for one of its two; `own_residences` must be opened."""
    between = _shown_all(Promise.objects.standing().of(viewer).filter(conversation=conversation), viewer)
    promise = next(iter(between), None)
    exchange = _own(conversation.listing, viewer)
    if exchange is None:
        return Outcome(promise=promise)
    given = given_of(exchange)
    may_give = given and not end_of(conversation) and (promise is not None or not exchange.taken)
    return Outcome(
        promise=promise,
        given=given if may_give else "",
        done=_done(exchange),
        form=(form or LendForm()) if given == Given.LENT else None,
    )


def _own(listing: Listing, viewer: Viewer) -> Exchange | None:
    """The exchange that a listing is, where it is the viewer's and stands."""
    if listing.kind not in KINDS or not exchanges_of(viewer).filter(pk=listing.pk).exists():
        return None
    return exchange_of(listing)


def _done(exchange: Exchange) -> str:
    """Its id, where it can be done."""
    lent = given_of(exchange) == Given.LENT
    return str(exchange.public_id) if kind_of(exchange).is_done_once and not lent else ""


def _shown_all(promises, viewer: Viewer) -> list[ShownPromise]:
    related = ("listing", "conversation__asker__account", "conversation__author__account")
    return [_shown(one, viewer) for one in promises.select_related(*related)]


def _shown(promise: Promise, viewer: Viewer) -> ShownPromise:
    talk = promise.conversation
    mine = talk.author_id in viewer.alias_ids
    other = talk.asker if mine else talk.author
    return ShownPromise(
        id=str(promise.public_id),
        title=promise.listing.title,
        other=str(other),
        url="" if other.pk in viewer.muted_ids else _page(talk),
        mine=mine,
        until=day_and_month(promise.until) if promise.until else "",
        is_late=promise.until is not None and promise.until < timezone.localdate(),
        said_back=promise.said_back_at is not None,
    )


def _page(conversation: Conversation) -> str:
    return reverse("conversation", args=[conversation.public_id])
