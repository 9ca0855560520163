"""Agreements about rides as one of their two reads them, with what they may do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from directory import agreement_words as words
from directory.agreement_models import AgreementQuerySet
from directory.agreement_times import State, boards_at, disputed_day, next_day, state_of
from directory.carpool_words import seat_price_in_words, seats_in_words
from directory.conversation_ends import end_of, title_of
from directory.ending_agreements import RELATED
from directory.models import Carpool, Conversation, RideAgreement
from scopes.viewer import Viewer

#: Past ones that are listed, the latest first.
MOST_PAST = 20
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAgreement:
    """One agreement in words, for one of the two."""

    id: str
    title: str
    #: First name and initial of the other, and where the two write to each other; nothing where one reads them no more.
    other: str
    url: str
    #: Whether it is about a ride of the viewer's, and whether the viewer drives.
    mine: bool
    drives: bool
    state: State
    state_words: str
    seats: str
    days: str
    #: Of every week, the days to come that are left out.
    excepted: str
    boards: str
    pick_up: str
    leaves: str
    drop_off: str
    price: str
    #: The next day on which the car passes, of what was agreed for every week; empty where none is to come.
    next_day: str
    #: The next day as it is written in forms, where it can be called off alone.
    may_skip: str
    may_accept: bool
    may_cancel: bool
    #: The latest day that passed, where it may still be said not to have taken place: in forms, and in words.
    may_miss: str
    missed_day: str
    demonstration: bool
    #: When its next car passes, for the order.
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRides:
    """What is asked of someone, what they asked, what is to come, and what is over."""

    to_answer: Sequence[ShownAgreement]
    asked: Sequence[ShownAgreement]
    coming: Sequence[ShownAgreement]
    past: Sequence[ShownAgreement]


def own_rides(viewer: Viewer) -> OwnRides:
    """All agreements of the viewer, the next car first; `own_residences` must be opened."""
    shown = _shown_all(RideAgreement.objects.of(viewer), viewer)
    waiting = sorted((one for one in shown if one.state == State.WAITING), key=lambda one: one.due)
    to_come = sorted((one for one in shown if one.state == State.CONFIRMED), key=lambda one: one.due)
    past = [one for one in reversed(shown) if not one.state.is_to_come]
    return OwnRides(
        # Whom one reads no more asks nothing of one.
        to_answer=[one for one in waiting if one.mine and one.url],
        asked=[one for one in waiting if not one.mine],
        coming=to_come,
        past=[one for one in past if one.url or not one.mine][:MOST_PAST],
    )


def agreements_in(conversation: Conversation, viewer: Viewer) -> list[ShownAgreement]:
    """What the two of a conversation agreed, what is to come before what is over; `own_residences` must be opened."""
    shown = _shown_all(RideAgreement.objects.of(viewer).filter(conversation=conversation), viewer)
    going = [one for one in shown if one.state.is_to_come or one.may_miss]
    over = [one for one in reversed(shown) if one not in going]
    return sorted(going, key=lambda one: one.due) + over[:1]


def _shown_all(agreements: AgreementQuerySet, viewer: Viewer) -> list[ShownAgreement]:
    """Put agreements of the viewer in words, as they were asked for."""
    return [_shown(one, viewer) for one in agreements.select_related(*RELATED)]


def _shown(agreement: RideAgreement, viewer: Viewer) -> ShownAgreement:
    talk, state = agreement.conversation, state_of(agreement)
    mine = talk.author_id in viewer.alias_ids
    other = talk.asker if mine else talk.author
    is_read = other.pk not in viewer.muted_ids
    coming = next_day(agreement) if state.is_to_come else None
    missed = disputed_day(agreement)
    nameless = talk.nameless and not mine
    weekly = agreement.day is None
    return ShownAgreement(
        id=str(agreement.public_id),
        title=title_of(talk.listing),
        other=_("l’auteur de l’annonce") if nameless else str(other),
        url=reverse("conversation", args=[talk.public_id]) if is_read else "",
        mine=mine,
        drives=(agreement.direction == Carpool.Direction.OFFER) == mine,
        state=state,
        state_words=_hidden(agreement, state) or words.state_in_words(agreement, state, mine=mine),
        seats=seats_in_words(agreement.seats),
        days=words.days_in_words(agreement),
        excepted=words.excepted_in_words(agreement) if state.is_to_come else "",
        boards=words.clock_of(agreement, boards=True),
        pick_up=agreement.pick_up_name,
        leaves=words.clock_of(agreement, boards=False),
        drop_off=agreement.drop_off_name,
        price=seat_price_in_words(agreement.price_cents),
        next_day=words.day_in_words(agreement, coming) if coming and weekly and agreement.confirmed_at else "",
        may_skip=coming.isoformat() if coming and weekly and state == State.CONFIRMED else "",
        may_accept=mine and state == State.WAITING and is_read and end_of(talk) is None and not talk.listing.hidden_at,
        may_cancel=state.is_to_come,
        may_miss=missed.isoformat() if missed else "",
        missed_day=words.day_in_words(agreement, missed) if missed else "",
        demonstration=talk.listing.demonstration,
        due=boards_at(agreement, coming) if coming else _LAST,
    )


def _hidden(agreement: RideAgreement, state: State) -> str:
    """Say that what is to come is about something that was hidden since: nobody should count on it."""
    is_hidden = state.is_to_come and agreement.conversation.listing.hidden_at
    return _("en suspens : l’annonce est masquée") if is_hidden else ""
