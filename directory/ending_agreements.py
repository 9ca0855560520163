"""Ends agreements about rides, says it to whom it concerns, and so frees their seats.

The other of the two reads it in the conversation. Where they would not - it is closed, or they read the other no more -
a mail tells that a ride which was agreed is not, and names nobody: nobody waits for a car that does not come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.agreement_models import AgreementQuerySet, RideAgreement
from directory.agreement_times import day_to_come
from directory.agreement_words import day_in_words, days_in_words, stopped_once
from directory.carpool_models import Carpool
from directory.conversation_ends import end_of, title_of
from directory.conversing import is_named, written
from directory.ending import residences_by_batches
from directory.errors import TooMany
from directory.models import Listing
from scopes import second_lock
from scopes.models import Alias, Membership, Mute
from scopes.sending import write_to

#: Where someone went every morning is kept no longer.
REMEMBERED = timedelta(days=365)
#: What is read besides the row.
RELATED = (
    "ride__municipality", "ride__author", "conversation__listing", "conversation__asker__account",
    "conversation__author__account",
)  # fmt: skip


def end(agreement: RideAgreement, why: RideAgreement.End) -> None:
    """End an agreement that the caller holds."""
    agreement.status, agreement.end, agreement.ended_at = RideAgreement.Status.CANCELLED, why, timezone.now()
    agreement.save(update_fields=["status", "end", "ended_at"])


def say(agreement: RideAgreement, *, writer: Alias, text: str) -> None:
    """Write to the other of the two in the name of one; where they would not read it, tell what matters by mail.

    An author without a name for the other says nothing: a message would name whoever took a ride back, changed it, or
    said no. The other reads among their rides that it is not to be.
    """
    talk = agreement.conversation
    other = talk.asker if writer.pk == talk.author_id else talk.author
    # Written all the same to who reads them no more: the writer would see that it was not.
    is_told = end_of(talk) is None and _said(agreement, writer, stopped_once(text))
    is_told = is_told and not Mute.objects.filter(account=other.account_id, muted=writer).exists()
    if not is_told and agreement.confirmed_at and other.account:
        tell_it_is_over(agreement, other)


def _said(agreement: RideAgreement, writer: Alias, text: str) -> bool:
    """Whether the other reads it: whoever wrote all day long may still call off what others wait for."""
    try:
        if is_named(writer, agreement.conversation):
            written(agreement.conversation, alias_id=writer.pk, text=text)
    except TooMany:
        return False
    return True


def tell_it_is_over(agreement: RideAgreement, someone: Alias, *, suspended: bool = False) -> None:
    """Tell one of the two by mail that a ride is agreed no more, or not for now; of one of a residence, only that."""
    if someone.account:
        title = "" if agreement.residence_id else title_of(agreement.conversation.listing)
        write_to(account=someone.account, template="ride_over", title=title, suspended=suspended)


def tell_it_is_hidden(listing: Listing) -> None:
    """Tell who has a seat in a ride that a moderator hid: what was agreed about it waits, until it is put back."""
    for agreement in _to_come(RideAgreement.objects.confirmed().filter(ride=listing.pk)):
        tell_it_is_over(agreement, agreement.conversation.asker, suspended=True)


def forget_old() -> int:
    """Forget what was agreed about rides, a year after the last of them; return how many."""
    return sum(_forget(residences) for residences in residences_by_batches())


@transaction.atomic
def _forget(residences: list[int]) -> int:
    last, moment = timezone.localdate() - REMEMBERED, timezone.now() - REMEMBERED
    with second_lock.opened(residences):
        unrenewed = Q(day=None, ride__done_at=None, ride__closes_at__lt=moment)
        old = RideAgreement.objects.filter(Q(ended_at__lt=moment) | Q(day__lt=last) | Q(last_day__lt=last) | unrenewed)
        return old.filter(residence__isnull=not residences).delete()[0]


def open_of(ride: Carpool) -> list[RideAgreement]:
    """What is asked for or agreed about a ride and is to come, once it is renewed too; held until the deed is done."""
    return _to_come(RideAgreement.objects.open().filter(ride=ride.pk))


def end_all_of(ride: Carpool) -> None:
    """End what is asked for or agreed about a ride that its author takes back."""
    for agreement in open_of(ride):
        _end_and_say(agreement, RideAgreement.End.WITHDRAWN, _("Ce trajet n’a plus lieu : %(days)s."))


def end_waiting_of(ride: Carpool) -> None:
    """End what is only asked for about a ride whose author looks no further: what is agreed goes on."""
    for agreement in open_of(ride):
        if agreement.status == RideAgreement.Status.WAITING:
            _end_and_say(agreement, RideAgreement.End.WITHDRAWN, _("Ce trajet ne cherche plus personne : %(days)s."))


def call_off_day(ride: Carpool, day: date) -> None:
    """End what is asked for or agreed about one day of a ride that its author calls off; the other days stand."""
    for agreement in open_of(ride):
        if agreement.is_on(day) and agreement.day is not None:
            _end_and_say(agreement, RideAgreement.End.WITHDRAWN, _("Ce trajet n’a plus lieu : %(days)s."))
        elif agreement.is_on(day):
            skip(agreement, day, writer=agreement.conversation.author)


def skip(agreement: RideAgreement, day: date, *, writer: Alias) -> None:
    """Leave one day out of what stands for every week, and say so in the name of one of the two."""
    leave_out(agreement, day)
    words = _("Pas de trajet %(day)s ; les autres jours ne changent pas.")
    say(agreement, writer=writer, text=words % {"day": day_in_words(agreement, day)})


def leave_out(agreement: RideAgreement, day: date) -> None:
    """Leave one day out of what stands for every week."""
    agreement.except_days = sorted({*agreement.except_days, day})
    agreement.save(update_fields=["except_days"])


def end_changed(agreements: Iterable[RideAgreement]) -> None:
    """End what was asked for about a ride that its author changed."""
    for agreement in agreements:
        _end_and_say(
            agreement, RideAgreement.End.CHANGED, _("Le trajet a changé : cette demande ne tient plus (%(days)s).")
        )


@transaction.atomic
def end_agreements_of(membership: Membership) -> None:
    """End what someone agreed from a home that they leave; neither reads who left."""
    with second_lock.opened([membership.residence_id]):
        leave_all(RideAgreement.objects.all(), [membership.alias_id])


def leave_all(agreements: AgreementQuerySet, gone: Collection[int]) -> None:
    """End those of which one of these aliases is, who leave, and tell the other of what was agreed."""
    theirs = Q(conversation__asker__in=gone) | Q(conversation__author__in=gone)
    ending = agreements.open().filter(theirs)
    # As everyone does: first the rides, then what is agreed about them.
    list(Listing.objects.select_for_update().filter(pk__in=ending.order_by().values("ride")).order_by("pk"))
    for agreement in _to_come(ending):
        was_agreed, talk = agreement.confirmed_at is not None, agreement.conversation
        end(agreement, RideAgreement.End.LEFT)
        if was_agreed:
            tell_it_is_over(agreement, talk.asker if talk.author_id in gone else talk.author)


def _to_come(agreements: AgreementQuerySet) -> list[RideAgreement]:
    held = agreements.select_for_update(of=["self"]).select_related(*RELATED)
    return [one for one in held if day_to_come(one)]


def _end_and_say(agreement: RideAgreement, why: RideAgreement.End, words: str) -> None:
    end(agreement, why)
    say(agreement, writer=agreement.conversation.author, text=words % {"days": days_in_words(agreement)})
