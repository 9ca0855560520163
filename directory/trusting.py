"""Invites people to a trusted circle one by one, by a code handed to them; each comes by themselves, and may leave.

No page lists residents to choose from, and none says whether a name is someone's: a code is given to whom one knows.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.helping import LONGEST_NAME, close, held_part, may_keep
from directory.models import Help, NotAgain, Trusted
from geo.errors import InvalidParameter, NotFound
from geo.texts import one_line
from scopes.errors import CodeRefused
from scopes.models import Account, Membership
from scopes.proofs.attempting import begin_attempt, note_failure
from scopes.proofs.codes import digest_of, new_code, spaced
from scopes.viewer import Viewer

#: An invitation waits for so long.
WAITS = timedelta(days=14)
#: People and invitations of one circle.
MOST_TRUSTED = 20


def parts_to_invite(own: Trusted) -> list[str]:
    """As what someone may invite others; what is offered begins with the person it is offered to."""
    has_person = own.help.circle.filter(part=Trusted.Part.PERSON).exists()
    person = [] if has_person else [Trusted.Part.PERSON]
    if own.keeps:
        return [Trusted.Part.FRIEND, Trusted.Part.HELPER, *person]
    return person if may_keep(own) else []


@transaction.atomic
def invite(*, viewer: Viewer, public_id: UUID, called: str, part: str = Trusted.Part.FRIEND) -> str:
    """Invite someone by first name; return the code to hand to them, which is shown once and kept nowhere.

    Raises `InvalidParameter`, and `NotFound` for who may invite nobody.
    """
    own = held_part(viewer, public_id, keeping=True)
    if part not in parts_to_invite(own):
        raise InvalidParameter("part", _("Dites ce que cette personne sera dans le cercle."))
    if own.help.circle.count() >= MOST_TRUSTED:
        raise InvalidParameter("called", _("Vingt personnes, c’est le plus qu’un cercle peut réunir."))
    code = new_code()
    Trusted.objects.create(
        **{"help": own.help, "part": part, "digest": digest_of(code)},
        called=one_line(called, parameter="called", longest=LONGEST_NAME),
        invited_until=timezone.now() + WAITS,
    )
    return spaced(code)


def join(*, viewer: Viewer, text: str) -> Help:
    """Come into the circle that a code invites to: whoever has it was named, and says yes by typing it.

    Raises `CodeRefused` for any other, and counts it (`scopes.proofs.attempting`).
    """
    with transaction.atomic():
        account = Account.objects.get(pk=viewer.account_id)
        attempts = begin_attempt(account)
        invited = Trusted.objects.invited().select_for_update(of=["self"]).filter(digest=digest_of(text))
        found = invited.select_related("help").first()
        refused = None if found else note_failure(attempts, CodeRefused)
        if found and not found.help.circle.filter(account=account).exists():
            found.account, found.alias_id = account, viewer.home and viewer.home.alias_id
            found.accepted_at, found.digest, found.invited_until = timezone.now(), "", None
            found.save()
    if refused:
        raise refused
    return found.help


@transaction.atomic
def remove(*, viewer: Viewer, public_id: UUID, trusted: UUID) -> Help:
    """Take someone out of the circle, or an invitation back; the person is never taken out of their own."""
    own = held_part(viewer, public_id, keeping=True)
    others = own.help.circle.exclude(pk=own.pk)
    other = others.exclude(part=Trusted.Part.PERSON, accepted_at__isnull=False).filter(public_id=trusted).first()
    if other is None:
        raise NotFound
    if other.account_id:
        NotAgain.objects.remember(own.help, other.account_id)
    other.delete()
    return own.help


@transaction.atomic
def leave(*, viewer: Viewer, public_id: UUID) -> None:
    """Leave a circle; without the person, or anyone who keeps it, it ends."""
    go(held_part(viewer, public_id))


def go(trusted: Trusted) -> None:
    """Take someone out of a circle that they leave."""
    if stands_without(trusted):
        trusted.delete()
    elif trusted.help.ended_at is None:
        close(trusted.help)


def stands_without(trusted: Trusted) -> bool:
    """Whether a Help goes on without someone: not without the person, nor without anyone who keeps it."""
    others = trusted.help.circle.accepted().exclude(pk=trusted.pk)
    kept_by = (Trusted.Part.PERSON, Trusted.Part.HELPER)
    return trusted.part != Trusted.Part.PERSON and others.filter(part__in=kept_by).exists()


@transaction.atomic
def leave_circles(membership: Membership) -> None:
    """Leave the circles that were come to from a home which has just been left."""
    for trusted in Trusted.objects.accepted().filter(alias=membership.alias_id).select_related("help"):
        go(trusted)
