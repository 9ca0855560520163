"""Helping hands among people of the village of `tests/scopes/village.py`: the deeds of a request, without one."""

from __future__ import annotations

from directory import helping, trusting
from directory.models import Help, Trusted
from scopes.models import Membership
from scopes.viewing import viewer_of
from tests.directory.speaking import looking

TITLE, TEXT = "Les courses du mardi", "Le panier est léger."


def asks_for_help(someone: Membership, **columns) -> Help:
    """Ask for a helping hand, for oneself unless something else is said."""
    with looking(someone) as viewer:
        return helping.ask(viewer=viewer, home=viewer.home, **{"by": "oneself", "title": TITLE, "text": TEXT} | columns)


def invites(someone: Membership, help_: Help, called: str, part: str = Trusted.Part.FRIEND) -> str:
    """Invite someone; return the code."""
    with looking(someone) as viewer:
        return trusting.invite(viewer=viewer, public_id=help_.public_id, called=called, part=part)


def comes(someone, code: str) -> Help:
    """Come into a circle by a code: a membership, or an account without a home."""
    account_id = getattr(someone, "account_id", None) or someone.pk
    return trusting.join(viewer=viewer_of(account_id), text=code)  # in no transaction: what failed stays counted


def trusts(someone: Membership, help_: Help, other, part: str = Trusted.Part.FRIEND) -> Trusted:
    """Invite someone who says yes at once."""
    account_id = getattr(other, "account_id", None) or other.pk
    comes(other, invites(someone, help_, "Quelqu’un", part))
    return help_.circle.get(account=account_id)


def helps_of(someone) -> list[str]:
    """Titles of what someone reads."""
    account_id = getattr(someone, "account_id", None) or getattr(someone, "pk", None)
    return list(Help.objects.visible_to(viewer_of(account_id)).values_list("title", flat=True))
