"""Asks for a helping hand or offers one, ends it in one action, and forgets it thirty days later."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.errors import TooMany
from directory.models import Help, PublicPlace, Trusted
from directory.posting import hold
from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality
from geo.texts import one_line, paragraphs
from scopes.models import Account
from scopes.viewer import ANONYMOUS, Home, Viewer

LONGEST_NAME = 60
#: That go on at once, of one person.
MOST_HELPS = 10
PRESSED_TWICE = timedelta(minutes=10)
#: What ended is kept for so long, where nobody reads it.
KEPT = timedelta(days=30)

_PART = {Help.By.ONESELF: Trusted.Part.PERSON, Help.By.OFFERED: Trusted.Part.FRIEND}


@transaction.atomic
def ask(
    *, viewer: Viewer, home: Home, by: str, title: str, called: str = "", text: str = "", agreed: bool = False
) -> Help:
    """Ask for a helping hand, for oneself or, with their consent, for someone else; or offer one.

    Only whoever asks reads it, until someone they invite says yes. Pressed twice, it is asked once.

    Raises `InvalidParameter` naming what is not valid, `NotProved`, `TooMany`.
    """
    if by not in Help.By.values:
        raise InvalidParameter("by", _("Dites pour qui c’est."))
    hold(home)
    account = Account.objects.select_for_update().get(pk=viewer.account_id)
    if by == Help.By.ONESELF:
        called = account.first_name
    elif by != Help.By.OFFERED and not agreed:
        raise InvalidParameter("agreed", _("Demandez d’abord à cette personne si elle est d’accord."))
    words = {
        "called": one_line(called, parameter="called", longest=LONGEST_NAME),
        "title": one_line(title, parameter="title"),
        "text": paragraphs(text, parameter="text") if text.strip() else "",
    }
    own = Help.objects.visible_to(viewer)
    if same := own.filter(by=by, asked_at__gt=timezone.now() - PRESSED_TWICE, **words).first():
        return same
    if own.count() >= MOST_HELPS:
        raise TooMany
    help_ = Help.objects.create(by=by, municipality_id=home.municipality_id, **words)
    Trusted.objects.create(
        **{"help": help_, "account": account, "alias_id": home.alias_id, "called": account.first_name},
        part=_PART.get(by, Trusted.Part.HELPER),
        accepted_at=timezone.now(),
    )
    return help_


def own_part(viewer: Viewer, public_id: UUID) -> Trusted:
    """What the viewer is in the circle of a Help that goes on; raise `NotFound` for any other, whatever it is."""
    seen = Help.objects.visible_to(viewer).filter(public_id=public_id)
    own = Trusted.objects.accepted().filter(help__in=seen, account=viewer.account_id)
    found = own.select_related("help__municipality", "account", "alias__account").first()
    if found is None:
        raise NotFound
    return found


def held_part(viewer: Viewer, public_id: UUID, *, keeping: bool = False) -> Trusted:
    """The same, until the deed is done: two at once come one after the other; `keeping`, of those who keep it alone."""
    Help.objects.visible_to(viewer).select_for_update().filter(public_id=public_id).first()
    own = own_part(viewer, public_id)
    if keeping and not may_keep(own):
        raise NotFound
    return own


def may_keep(own: Trusted) -> bool:
    """Whether someone says who is there, and ends it: who keeps it; who offers it, as long as nobody else is there."""
    return own.keeps or (own.help.by == Help.By.OFFERED and own.help.circle.accepted().count() == 1)


@transaction.atomic
def end(*, viewer: Viewer, public_id: UUID) -> Help:
    """End a Help at once, for everyone: the person does, or whoever acts for them."""
    return close(held_part(viewer, public_id, keeping=True).help)


def close(help_: Help) -> Help:
    """End a Help, its invitations and what it asked the town hall for; the caller found who may."""
    help_.ended_at = timezone.now()
    help_.save(update_fields=["ended_at"])
    help_.circle.filter(accepted_at=None).delete()
    help_.wanted.part_with()
    return help_


def forget_ended() -> None:
    """Erase what ended thirty days ago, and invitations that nobody accepted in time."""
    now = timezone.now()
    Help.objects.filter(ended_at__lt=now - KEPT).delete()
    Trusted.objects.filter(accepted_at=None, invited_until__lt=now).delete()


def town_hall_of(municipality: Municipality) -> PublicPlace | None:
    """The town hall of a commune that says a telephone number, as everyone sees it."""
    halls = PublicPlace.objects.live().visible_to(ANONYMOUS).filter(category__code="town_hall")
    return halls.filter(municipality=municipality).exclude(phone="").order_by("pk").first()
