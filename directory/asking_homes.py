"""An organisation asks homes under its mandate a question with two to six answers; what comes back is one result.

It goes where a notice would go, and is voted in like any poll: one vote a household, until a day. No home is asked
twice by one organisation within three months: two results of sets that overlap could be subtracted (docs/adr/0016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.announcements import announce
from directory.counting_reads import QUARTER
from directory.errors import PollOver
from directory.mailing_models import POLL
from directory.models import AskedPoll, Kind, Mailing, Vote
from directory.notice_audiences import Audience, audience_of, right_under
from directory.notice_templates import closes_at
from directory.notifying import UNDO, check_not_too_many, held, locked, take_back
from directory.overlapping import sharing_a_home
from directory.polling import TOLD_FOR, choices_of, end_of
from directory.putting_notices import columns_of, put
from geo.errors import InvalidParameter, NotFound
from geo.locks import Lock
from geo.texts import one_line, paragraphs
from scopes import second_lock
from scopes.errors import Refused
from scopes.models import Account, Mandate, Organisation
from scopes.moments import full_day
from scopes.organisations.proposing import acting_as, acting_for
from scopes.subscriptions.requiring import require_subscription

#: Who asks those it writes to what they wish; a network has nothing to ask them.
MAY_ASK = (Organisation.Kind.MUNICIPALITY, Organisation.Kind.LANDLORD, Organisation.Kind.AGENT)
LONGEST_WORDS = 600
#: Of two polls that overlap, the one that was asked first stands.
_ONE_POLL = Lock("polls asked of homes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, with its answers, until the end of a day."""

    question: str
    choices: Sequence[str]
    ends_on: date
    text: str = ""


@transaction.atomic
def ask_homes(*, account: Account, mandate: Mandate, audience: Audience, asked: Question) -> Mailing:
    """Ask an audience of a mandate a question, to be read in two minutes; pressed twice, it is asked once.

    The audience is resolved again while the mandate is held. Raises `Refused` without a mandate in force or for an
    organisation that may not ask, `InvalidParameter` naming the field, `TooMany`.
    """
    mandate = held(account, mandate)
    acting = acting_as(account, mandate.organisation)
    audience = audience_of(mandate=mandate, acting=acting, to=audience.to, parameters=audience.parameters)
    _ONE_POLL.hold()
    mailing = _drafted(account=account, mandate=mandate, audience=audience, asked=asked)
    if before := _just_asked(mailing):
        return before
    check_not_asked_lately(mailing, residences=audience.residence_ids)
    check_not_too_many(mandate.organisation)
    return _send(mailing, audience)


def check_asked(*, account: Account, mandate: Mandate, audience: Audience, asked: Question) -> Mailing:
    """Return what `ask_homes` would send, and write nothing; raise as it does."""
    mailing = _drafted(account=account, mandate=mandate, audience=audience, asked=asked)
    check_not_asked_lately(mailing, residences=audience.residence_ids)
    return mailing


def check_not_asked_lately(mailing: Mailing, *, residences: Sequence[int]) -> None:
    """Raise `InvalidParameter` where its author's organisations asked some of these homes too lately.

    What was taken back before its end was never counted, and stands in no way.
    """
    own = [mailing.mandate.organisation, *acting_for(mailing.written_by)]
    ends_at = closes_at(POLL, mailing.fields)
    asked = Mailing.objects.polls().filter(mandate__organisation__in=own, withdrawn_at=None)
    lately = asked.filter(asked_poll__ends_at__gt=ends_at - QUARTER)
    latest = sharing_a_home(mailing, lately, residences=residences).order_by("asked_poll__ends_at").last()
    if latest:
        day = full_day(latest.asked_poll.ends_at + QUARTER)
        said = _(
            "Vous avez déjà fait un sondage à certains de ces logements : le prochain y finit le %(day)s au plus tôt. "
            "Deux résultats plus proches, soustraits, parleraient de quelques foyers."
        )
        raise InvalidParameter("to", said % {"day": day})


def own_poll(account: Account, handle: UUID) -> Mailing:
    """Find a poll of an organisation that the account acts for; raise `NotFound` for anything else."""
    own = Mailing.objects.polls().filter(handle=handle, mandate__organisation__in=acting_for(account))
    mailing = own.select_related("mandate__organisation", "asked_poll").first()
    if mailing is None:
        raise NotFound
    return mailing


@transaction.atomic
def take_poll_back(*, account: Account, mailing: Mailing) -> Mailing:
    """Take a poll back from everywhere, with its votes; raise `PollOver` once its end has come."""
    mailing = locked(mailing)
    if mailing.asked_poll.ends_at <= timezone.now():
        raise PollOver
    taken_back = take_back(account=account, mailing=mailing)
    with second_lock.opened(list(mailing.residences.values_list("pk", flat=True))):
        Vote.objects.filter(poll__mailing=mailing).delete()
    return taken_back


def _drafted(*, account: Account, mandate: Mandate, audience: Audience, asked: Question) -> Mailing:
    """A mailing that asks, checked and not stored."""
    if mandate.organisation.kind not in MAY_ASK:
        raise Refused(_("Seuls une mairie, un bailleur ou un syndic font un sondage."))
    require_subscription(mandate.organisation)
    clock = right_under(mandate, acting_as(account, mandate.organisation)).time_zone
    fields = {
        "question": one_line(asked.question, parameter="question"),
        "text": paragraphs(asked.text, parameter="text", shortest=0, longest=LONGEST_WORDS),
        "choices": "\n".join(choices_of(asked.choices)),
        "ends_at": end_of(asked.ends_on, time_zone=clock).isoformat(),
    }
    return Mailing(mandate=mandate, template=POLL, fields=fields, written_by=account, **columns_of(audience))


def _send(mailing: Mailing, audience: Audience) -> Mailing:
    """Put a poll into each residence, or before everyone in the area, and have it counted at its end."""
    from directory.tasks import count_asked_poll  # the task calls `counting_votes`

    ends_at = closes_at(POLL, mailing.fields)
    mailing.sent_at = timezone.now() + UNDO
    mailing.save()
    mailing.residences.set(audience.residence_ids)
    AskedPoll.objects.create(mailing=mailing, ends_at=ends_at)
    put(
        mailing,
        kind=Kind.POLL,
        title=mailing.fields["question"],
        description=mailing.fields["text"],
        choices=mailing.fields["choices"].splitlines(),
        opens_at=mailing.sent_at,
        ends_at=ends_at,
        closes_at=ends_at + TOLD_FOR,
    )
    announce(mailing)
    count_asked_poll.configure(schedule_at=ends_at).defer(mailing_id=mailing.pk)
    return mailing


def _just_asked(mailing: Mailing) -> Mailing | None:
    """The same question to the same homes, while it can be taken back unread."""
    pressed = Mailing.objects.polls().filter(written_by=mailing.written_by, written_at__gt=timezone.now() - UNDO)
    same = {name: getattr(mailing, name) for name in ("mandate", "to", "audience", "fields")}
    return pressed.filter(**same, withdrawn_at=None).first()
