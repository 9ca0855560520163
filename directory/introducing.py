"""A trusted circle asks its town hall for someone; the town hall proposes one of its volunteers, and learns nothing.

Each comes by their own yes: first whoever keeps the circle, who reads a first name and what is offered; then the
volunteer, who until that moment does not know that anybody asked.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.helping import held_part
from directory.models import Help, HelpWanted, NotAgain, Trusted, Volunteer
from directory.trusting import MOST_TRUSTED
from directory.volunteer_models import HelpKind, HelpWantedQuerySet
from directory.volunteering import held_town_hall, tell_keepers
from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality
from scopes.errors import Refused
from scopes.models import Account, Mandate, Mute, Organisation
from scopes.sending import write_to
from scopes.viewer import Viewer

#: A town hall sees a request for so long; who is asked for a yes has so long to give it.
SHOWN_FOR, ANSWERED_WITHIN = timedelta(weeks=4), timedelta(days=14)
#: What a circle is told stands on its page for so long.
TOLD_FOR = timedelta(days=30)
A_WEEK, A_DAY = timedelta(weeks=1), timedelta(days=1)
#: What comes back does so within so many weeks, and who is asked nothing "cannot" within so many days: as people do.
WEEKS_TO_ASK_AGAIN, DAYS_TO_SAY_NO = 3, 5
#: Hours of the day at which people answer.
AWAKE = (8, 21)

_KEEPERS = (Trusted.Part.PERSON, Trusted.Part.HELPER)
State = HelpWanted.State


def town_that_introduces(municipality: Municipality) -> Organisation | None:
    """The town hall of a commune that has a mandate over it in force, and somebody on its list; none elsewhere."""
    mandated = Mandate.objects.in_force().filter(over=Mandate.Over.TOWN, municipality=municipality)
    listed = Volunteer.objects.standing().filter(town__in=mandated.values("organisation"))
    return Organisation.objects.filter(pk__in=listed.values("town"), municipality=municipality, ended_at=None).first()


def wanted_by(help_: Help) -> HelpWanted | None:
    """What a circle waits for, or the latest that did not come about because the volunteer cannot."""
    own = help_.wanted.select_related("volunteer__town")
    return own.open().first() or own.filter(state=State.UNAVAILABLE, ends_on__gt=timezone.localdate()).first()


def proposed_to(viewer: Viewer) -> set[int]:
    """Numbers of the circles that a viewer keeps, and to which somebody is shown."""
    kept = Trusted.objects.accepted().filter(account=viewer.account_id, part__in=_KEEPERS)
    asked = HelpWanted.objects.open().filter(state=State.PROPOSED, help__in=kept.values("help"))
    return set(asked.values_list("help", flat=True))


def told_that_it_is_over(help_: Help) -> bool:
    """Whether someone introduced to a circle went from the list lately."""
    day = help_.introduction_over_on
    return day is not None and day > timezone.localdate() - TOLD_FOR


@transaction.atomic
def ask(*, viewer: Viewer, public_id: UUID, kind: str) -> HelpWanted:
    """Ask the town hall for someone, as who keeps a circle; asked twice, asked once.

    Raises `InvalidParameter`, and `NotFound` for anyone else and where no town hall introduces anybody.
    """
    help_ = _kept(viewer, public_id)
    if kind not in HelpKind.values:
        raise InvalidParameter("kind", _("Choisissez dans la liste."))
    if town_that_introduces(help_.municipality) is None:
        raise NotFound
    if waiting := help_.wanted.open().first():
        return waiting
    _room(help_)
    help_.wanted.filter(Q(state=State.UNAVAILABLE) | Q(ends_on__lte=timezone.localdate())).part_with()
    return _wanted(help_, kind)


@transaction.atomic
def withdraw(*, viewer: Viewer, public_id: UUID, wanted: UUID) -> None:
    """Want nobody any more, or not this volunteer; the town hall learns of neither, and may not see when.

    Of what does not wait any more nothing is to be done.
    """
    asked = _asked(viewer, public_id, wanted, *HelpWanted.OPEN)
    if asked is None:
        return
    if asked.state == State.WAITING:
        HelpWanted.objects.filter(pk=asked.pk).part_with()
    else:
        NotAgain.objects.remember(asked.help, asked.volunteer.account_id)
        asked.delete()


@transaction.atomic
def accept(*, viewer: Viewer, public_id: UUID, wanted: UUID) -> HelpWanted:
    """Say yes to a volunteer: from now on they know that someone asks for them, and say yes or no.

    Where the two may not meet, they are asked nothing, and "cannot" a few days later (`let_go`): whoever keeps the
    circle learns nothing of whom the other reads no more, nor under which other names they live.

    Raises `Refused` for who is not proposed any more.
    """
    asked = _asked(viewer, public_id, wanted, State.PROPOSED, State.INVITED)
    if asked is None:
        raise Refused(_("Cette personne ne vous est plus présentée."))
    if asked.state == State.PROPOSED:
        _room(asked.help)
        asked.silent = _known(asked.help, asked.volunteer) or not _may_meet(asked.help, asked.volunteer)
        _move(asked, State.INVITED)
        if asked.silent:
            _let_go_later(asked)
        else:
            write_to(account=asked.volunteer.account, template="help_news")
    return asked


@transaction.atomic
def let_go(wanted_id: int) -> None:
    """End what a volunteer was never asked as if they had answered no; done twice, nothing changes."""
    asked = _held(HelpWanted.objects.open().filter(pk=wanted_id, state=State.INVITED, silent=True))
    if asked and asked.help:
        _move(asked, State.UNAVAILABLE)
        tell_keepers(asked.help)


def seen_by(town: Organisation) -> HelpWantedQuerySet:
    """What a town hall sees: sorts of help, by week."""
    return HelpWanted.objects.shown_in(town.municipality_id)


def week_of(asked: HelpWanted) -> date:
    """The Monday of the week in which a request came."""
    return asked.shown_on - A_WEEK


@transaction.atomic
def propose(*, account: Account, handle: UUID, wanted: UUID, volunteer: UUID) -> None:
    """Propose a volunteer for a request, which the town hall does not see from then on.

    One whom the circle knows or declined is shown to nobody, and its request comes back in some weeks, as it does where
    somebody had to answer first.

    Raises `Refused` for what does not wait there, `InvalidParameter` for who does not offer it.
    """
    town = held_town_hall(account, handle)
    proposed = Volunteer.objects.standing().filter(town=town, public_id=volunteer)
    proposed = proposed.select_for_update(of=["self"]).first()
    asked = _held(seen_by(town).filter(public_id=wanted))
    if asked is None:
        raise Refused(_("Cette demande n’attend plus."))
    if proposed is None or asked.kind not in proposed.offers:
        raise InvalidParameter("volunteer", _("Choisissez quelqu’un qui propose cela."))
    asked.taken_up = True
    asked.save(update_fields=["taken_up"])
    if asked.help is None:
        return
    if _known(asked.help, proposed):
        help_ = asked.help
        HelpWanted.objects.filter(pk=asked.pk).part_with()
        _wanted(help_, asked.kind, later=secrets.randbelow(WEEKS_TO_ASK_AGAIN) * A_WEEK)
    else:
        asked.volunteer = proposed
        _move(asked, State.PROPOSED)
        tell_keepers(asked.help)


def answer(*, viewer: Viewer, wanted: UUID, comes: bool) -> Help | None:
    """Say yes, and be of the circle, or no; said twice, said once.

    Raise `NotFound` for who was not invited, or is not any more; where the two may not meet by now, as if the circle
    had taken its yes back.
    """
    with transaction.atomic():
        asked = _answered(viewer, wanted, comes=comes)
    if asked is None or asked.silent:
        raise NotFound
    return asked.help if asked.state == State.JOINED else None


def _answered(viewer: Viewer, wanted: UUID, *, comes: bool) -> HelpWanted | None:
    Volunteer.objects.select_for_update(of=["self"]).filter(account=viewer.account_id, wanted__public_id=wanted).first()
    asked = _held(_put_to(viewer, State.INVITED, State.JOINED, State.UNAVAILABLE).filter(public_id=wanted))
    if asked is None or asked.state != State.INVITED:
        return asked
    help_, place = asked.help, asked.volunteer
    asked.silent = comes and not _may_meet(help_, place)
    joins = comes and not asked.silent
    if joins:
        Trusted.objects.get_or_create(
            help=help_,
            account_id=viewer.account_id,
            defaults={
                **{"part": Trusted.Part.FRIEND, "called": place.called},
                **{"volunteer": place, "accepted_at": timezone.now()},
            },
        )
    _move(asked, State.JOINED if joins else State.UNAVAILABLE)
    tell_keepers(help_)
    return asked


def invitations_of(viewer: Viewer) -> HelpWantedQuerySet:
    """What a volunteer is asked for, once whoever keeps the circle has said yes."""
    return _put_to(viewer, State.INVITED)


def forget() -> None:
    """Forget what nobody answered in time, what is parted from its circle and seen by nobody, and whom one declined."""
    HelpWanted.objects.filter(Q(ends_on__lte=timezone.localdate()) | Q(help=None, taken_up=True)).delete()
    NotAgain.objects.filter(until__lte=timezone.localdate()).delete()


def _wanted(help_: Help, kind: str, *, later: timedelta = timedelta()) -> HelpWanted:
    today = timezone.localdate()  # one clock, wherever the town is: one that is behind would show it at once
    monday = today + timedelta(days=8 - today.isoweekday()) + later
    return HelpWanted.objects.create(
        help=help_, municipality=help_.municipality, kind=kind, shown_on=monday, ends_on=monday + SHOWN_FOR
    )


def _asked(viewer: Viewer, public_id: UUID, wanted: UUID, *states: str) -> HelpWanted | None:
    """What a circle that the viewer keeps asked for, until the deed is done; raise `NotFound` for any other circle."""
    asked = _kept(viewer, public_id).wanted.open().filter(public_id=wanted, state__in=states)
    return asked.select_for_update(of=["self"]).first()


def _kept(viewer: Viewer, public_id: UUID) -> Help:
    own = held_part(viewer, public_id, keeping=True)
    if not own.keeps:  # who offers something, alone there
        raise NotFound
    return own.help


def _held(found: HelpWantedQuerySet) -> HelpWanted | None:
    """Lock a request after its circle, in the order in which those who keep the circle do."""
    if (one := found.first()) is None:
        return None
    Help.objects.select_for_update().filter(pk=one.help_id).first()
    return found.select_for_update(of=["self"]).first()


def _put_to(viewer: Viewer, *states: str) -> HelpWantedQuerySet:
    if viewer.account_id is None:
        return HelpWanted.objects.none()
    places = Volunteer.objects.standing().filter(account=viewer.account_id)
    asked = HelpWanted.objects.filter(state__in=states, volunteer__in=places, silent=False)
    going_on = asked.filter(help__isnull=False, help__ended_at=None, ends_on__gt=timezone.localdate())
    return going_on.select_related("help", "volunteer__town")


def _move(asked: HelpWanted, state: str) -> None:
    asked.state, asked.ends_on = state, timezone.localdate() + ANSWERED_WITHIN
    asked.save(update_fields=["state", "ends_on", "volunteer", "silent"])


def _let_go_later(asked: HelpWanted) -> None:
    """Have it end within some days, at an hour at which someone might have answered."""
    from directory.tasks import let_go as let_go_job  # the task calls `let_go`

    begins, ends = AWAKE
    day: datetime = timezone.localtime() + A_DAY * (1 + secrets.randbelow(DAYS_TO_SAY_NO))
    moment = day.replace(hour=begins, minute=0, second=0) + timedelta(seconds=secrets.randbelow((ends - begins) * 3600))
    let_go_job.configure(schedule_at=moment).defer(wanted_id=asked.pk)


def _room(help_: Help) -> None:
    if help_.circle.count() >= MOST_TRUSTED:
        raise InvalidParameter("kind", _("Vingt personnes, c’est le plus qu’un cercle peut réunir."))


def _known(help_: Help, volunteer: Volunteer) -> bool:
    """Whether someone is in a circle already, or was declined or taken out by it lately."""
    there = help_.circle.filter(account=volunteer.account_id)
    return there.exists() or help_.not_again.of(volunteer.account_id).exists()


def _may_meet(help_: Help, volunteer: Volunteer) -> bool:
    """Whether a volunteer still stands on the list, the circle has not declined them, and none reads the other no more.

    Of that nobody learns anything, neither the town hall, nor the two.
    """
    keepers = list(help_.circle.accepted().filter(part__in=_KEEPERS).values_list("account", flat=True))
    mutes = Q(account__in=keepers, muted__account=volunteer.account_id)
    mutes |= Q(account=volunteer.account_id, muted__account__in=keepers)
    standing = Volunteer.objects.standing().filter(pk=volunteer.pk)
    declined = help_.not_again.of(volunteer.account_id)
    return standing.exists() and not declined.exists() and not Mute.objects.filter(mutes).exists()
