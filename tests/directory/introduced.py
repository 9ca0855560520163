"""Volunteers of the town hall of the village: invited, on its list, asked for by a circle, proposed, accepted."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from directory import introducing, trusting, volunteering
from directory.models import Help, HelpWanted, Volunteer
from geo.models import Municipality
from scopes.models import Account, Membership, Organisation
from scopes.viewing import viewer_of
from tests.directory.speaking import looking
from tests.neighbours import person
from tests.scopes.entering import later
from tests.scopes.mandates import over_area
from tests.scopes.mandates import town_hall as admitted


def town_hall(town: Municipality) -> tuple[Account, Organisation]:
    """The one responsible for the town hall of a commune, which has a mandate over it."""
    mayor = person("Sylvie")
    hall = admitted(mayor, town, name=f"Mairie de {town.name}")
    over_area(mayor, hall, municipality=town)
    return mayor, hall


def invited(mayor: Account, hall: Organisation, called: str = "Anna", *, checked: bool = True) -> str:
    """Invite someone to the list; return the code."""
    return volunteering.invite(account=mayor, handle=hall.handle, called=called, checked=checked)


def joins(
    someone, code: str, called: str = "Anna", offers=("shopping", "company"), *, agreed: bool = True
) -> Volunteer:
    """Come onto a list by a code: a membership or an account."""
    account_id = getattr(someone, "account_id", None) or someone.pk
    told = {"text": code, "called": called, "offers": list(offers), "agreed": agreed}
    return volunteering.join(viewer=viewer_of(account_id), **told)


def listed(mayor: Account, hall: Organisation, someone, called: str = "Anna", **told) -> Volunteer:
    """Someone on the list of a town hall."""
    return joins(someone, invited(mayor, hall, called), called, **told)


def wants(someone: Membership, help_: Help, kind: str = "shopping") -> HelpWanted:
    """Have a circle ask the town hall for someone."""
    with looking(someone) as viewer:
        return introducing.ask(viewer=viewer, public_id=help_.public_id, kind=kind)


@contextmanager
def next_monday(weeks: int = 1):
    """The clock on the Monday after, when a town hall reads what was asked."""
    today = timezone.localdate()
    with later(timedelta(days=8 - today.isoweekday(), weeks=weeks - 1)) as now:
        yield now


def proposes(mayor: Account, hall: Organisation, asked: HelpWanted, volunteer: Volunteer) -> None:
    """Propose a volunteer for what was asked."""
    named = {"wanted": asked.public_id, "volunteer": volunteer.public_id}
    introducing.propose(account=mayor, handle=hall.handle, **named)


def accepts(someone: Membership, asked: HelpWanted) -> None:
    """Say yes to whom the town hall proposes."""
    with looking(someone) as viewer:
        introducing.accept(viewer=viewer, public_id=_circle(asked), wanted=asked.public_id)


def declines(someone: Membership, asked: HelpWanted) -> None:
    """Want nobody, or not this one."""
    with looking(someone) as viewer:
        introducing.withdraw(viewer=viewer, public_id=_circle(asked), wanted=asked.public_id)


def answers(someone, asked: HelpWanted, *, comes: bool = True) -> None:
    """Say whether one comes, as a volunteer."""
    account_id = getattr(someone, "account_id", None) or someone.pk
    introducing.answer(viewer=viewer_of(account_id), wanted=asked.public_id, comes=comes)


def introduced(keeper: Membership, help_: Help, mayor: Account, hall: Organisation, volunteer: Volunteer) -> None:
    """Go all the way, on the Monday after."""
    asked = wants(keeper, help_)
    with next_monday():
        proposes(mayor, hall, asked, volunteer)
        accepts(keeper, asked)
        answers(volunteer.account, asked)


def _circle(asked: HelpWanted):
    return Help.objects.get(pk=asked.help_id).public_id


def seen(town) -> list:
    """What the town hall reads, and how it would name it."""
    return list(introducing.seen_by(town[1]))


def asked_of(someone) -> list[str]:
    """What someone is asked for as a volunteer."""
    with looking(someone) as viewer:
        return [str(one.kind) for one in introducing.invitations_of(viewer)]


def shown_to(help_: Help) -> tuple[str, str]:
    """What a circle waits for, and who is shown to it."""
    wanted = introducing.wanted_by(help_)
    return (wanted.state, str(wanted.volunteer or "")) if wanted else ("", "")


def takes_out(keeper, help_: Help, someone) -> None:
    """Take someone out of a circle, as who keeps it."""
    with looking(keeper) as viewer:
        own = help_.circle.get(account=someone.account)
        trusting.remove(viewer=viewer, public_id=help_.public_id, trusted=own.public_id)
