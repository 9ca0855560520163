"""What an organisation does with what it was asked: reads it, answers, closes it; under a mandate that still stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from directory.errors import TooMany
from directory.models import Ask, AskReply, Mailing
from geo.errors import NotFound
from geo.models import Containment
from geo.texts import paragraphs
from scopes import second_lock
from scopes.models import Account, Acting, Mandate, MandatedResidence, Organisation
from scopes.organisations.proposing import acting_for
from scopes.sending import write_to

LONGEST_REPLY = 2_000
#: Answers to one request in a day: each is a mail to its author.
MOST_A_DAY = 10


@contextmanager
def opened_for(account: Account) -> Iterator[None]:
    """Open the residences that mandates in force of the account's organisations name, and no others."""
    named = _mandated().filter(mandate__organisation__in=acting_for(account))
    with second_lock.opened(set(named.values_list("residence", flat=True))):
        yield


def asks_to(account: Account) -> QuerySet[Ask]:
    """What was asked of the account's organisations and not taken back; `opened_for` must be opened.

    What came from a residence is read while a mandate names it, the rest while one by area stands; a town hall, which
    needs none to be asked, needs none to read. All of it is for those who may act there.
    """
    named = _mandated().filter(mandate__organisation=OuterRef("organisation"), residence=OuterRef("residence"))
    by_area = Mandate.objects.in_force().filter(organisation=OuterRef("organisation"))
    by_area = by_area.exclude(over=Mandate.Over.RESIDENCES)
    around = Q(organisation__kind=Organisation.Kind.MUNICIPALITY) | Q(Exists(by_area))
    acting = Acting.objects.filter(account=account, ended_at=None, organisation=OuterRef("organisation"))
    inside = Containment.objects.filter(residence=OuterRef(OuterRef("residence"))).values("neighbourhood")
    there = Q(everywhere=True) | Q(neighbourhoods=OuterRef("neighbourhood")) | Q(neighbourhoods__in=inside)
    asked = Ask.objects.filter(Exists(acting.filter(there)), withdrawn_at=None, organisation__ended_at=None)
    return asked.filter(Q(Exists(named)) | Q(around, residence__isnull=True))


@transaction.atomic
def reply(*, account: Account, public_id: UUID, text: str) -> AskReply:
    """Answer what was asked; its author is told that there is something to read, and nothing else.

    Raises `NotFound`, `InvalidParameter`, and `TooMany` where its author was written to often enough today.
    """
    text = paragraphs(text, parameter="text", longest=LONGEST_REPLY)
    with opened_for(account):
        asked = _held(account, public_id)
        last = asked.replies.last()
        if last and last.text == text:
            return last
        now = timezone.now()
        if asked.replies.filter(written_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
            raise TooMany
        written = AskReply.objects.create(ask=asked, residence_id=asked.residence_id, text=text, written_at=now)
        asked.answered_at = now
        asked.save(update_fields=["answered_at"])
        _tell_author(asked)
    return written


@transaction.atomic
def close(*, account: Account, public_id: UUID) -> Ask:
    """Close what was asked, answered or not; closed twice, closed once."""
    with opened_for(account):
        asked = _held(account, public_id)
        if asked.closed_at is None:
            asked.closed_at = timezone.now()
            asked.save(update_fields=["closed_at"])
            _tell_author(asked)
    return asked


def waiting_for(account: Account) -> int:
    """Count what waits for an answer of the account's organisations."""
    with opened_for(account):
        return asks_to(account).filter(answered_at=None, closed_at=None).count()


def answers_to(account: Account, mailing: Mailing) -> int:
    """Count what residents answered to something sent, as far as the account reads it."""
    with opened_for(account):
        return asks_to(account).filter(about__mailing=mailing).count()


def _mandated() -> QuerySet[MandatedResidence]:
    """The residences that mandates in force name."""
    return MandatedResidence.objects.filter(mandate__in=Mandate.objects.in_force().values("pk"))


def _held(account: Account, public_id: UUID) -> Ask:
    asked = asks_to(account).select_for_update(of=["self"]).filter(public_id=public_id).first()
    if asked is None:
        raise NotFound
    return asked


def _tell_author(asked: Ask) -> None:
    """The mail holds no word of it, no organisation and no place."""
    account = asked.author.account
    if account:
        write_to(account=account, template="ask", use=timedelta(days=7), ask=str(asked.public_id))
